"""A made-up community with planted tastes, to try everything on.

Drawn first (draft), as columns of numbers, then stored (community) as rows that agree.
"""

from posts.services.demo.community import (
    Community,
    NotEmpty,
    community_store,
    emptiness_check,
    has_member,
    passwords_write,
)
from posts.services.demo.draft import Draft, community_draw
from posts.services.demo.planted import Planted, planted_read, planted_write
from posts.services.demo.reporting import reports_make

__all__ = [
    "Community",
    "Draft",
    "NotEmpty",
    "Planted",
    "community_draw",
    "community_store",
    "emptiness_check",
    "has_member",
    "passwords_write",
    "planted_read",
    "planted_write",
    "reports_make",
]
