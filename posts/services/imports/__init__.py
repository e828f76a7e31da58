"""Bringing data from elsewhere in."""

from posts.services.imports.importing import ImportReport, interactions_import

__all__ = ["ImportReport", "interactions_import"]
