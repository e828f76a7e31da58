"""No test meets what another test's process memory holds of models and posts."""

from mlengine.tests.conftest import nothing_loaded

__all__ = ["nothing_loaded"]
