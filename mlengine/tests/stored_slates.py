"""What the database keeps of a slate and the cache does not."""

from typing import Any

import orjson

from mlengine.models import Slate
from mlengine.predictions import StoredSlate


def items_of(slate: StoredSlate) -> dict[str, Any]:
    """Return the slate's items as they are stored, contributions and propensities among them."""
    return orjson.loads(Slate.objects.get(pk=slate.id).items)
