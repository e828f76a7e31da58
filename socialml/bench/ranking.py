"""What ranking anew for everybody costs, as after each training."""

import time
from typing import Any

from django.utils import timezone

from mlengine.slates import slates_publish


def ranking_measure() -> dict[str, Any]:
    """Rank for every account on one thread of this process, and return what that took."""
    wall, processor = time.perf_counter(), time.process_time()
    accounts = slates_publish(at=timezone.now())
    processor = time.process_time() - processor
    return {
        "accounts": accounts,
        "seconds": round(time.perf_counter() - wall, 1),
        "processor_seconds": round(processor, 1),
        "processor_ms_an_account": round(1000 * processor / max(accounts, 1), 2),
    }
