"""The dashboard at /dashboard: a page and static modules that use nothing but the REST API."""
