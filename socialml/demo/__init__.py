"""The demo client at /: a page and static modules that use nothing but the REST API."""
