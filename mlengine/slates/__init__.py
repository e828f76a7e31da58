"""Ranked lists made ahead of the request: built, stored, published and kept fresh."""

from mlengine.slates.publish import slates_publish, slates_step
from mlengine.slates.refresh import account_refresh, slates_refresh

__all__ = ["account_refresh", "slates_publish", "slates_refresh", "slates_step"]
