"""What a run of the bench found, as a table and as JSON."""

import os
import platform
from datetime import UTC, datetime
from statistics import median
from typing import Any

from socialml.bench.load import Load


def report_make(runs: dict[str, list[Load]], refresh_seconds: list[float]) -> dict[str, Any]:
    """Return one object a path: medians over the rounds and ratios to the bare view."""
    rate = {name: median(load.per_second for load in loads) for name, loads in runs.items()}
    found: dict[str, Any] = {
        name: {
            "requests_per_second": round(rate[name], 1),
            "ratio_to_bare": round(rate[name] / rate["bare"], 3),
            "p50_ms": round(median(load.p50_ms for load in loads), 2),
            "p95_ms": round(median(load.p95_ms for load in loads), 2),
            "p99_ms": round(median(load.p99_ms for load in loads), 2),
            "failures": sum(load.failures for load in loads),
        }
        for name, loads in runs.items()
    }
    found["feed"]["ratio_to_orm"] = round(rate["feed"] / rate["orm_feed"], 1)
    if refresh_seconds:
        ordered = sorted(refresh_seconds)
        found["action_to_feed"] = {
            "p50_seconds": round(median(ordered), 2),
            "p95_seconds": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
            "rounds": len(ordered),
        }
    found["machine"] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    return found


def report_table(found: dict[str, Any]) -> str:
    """Return the report as lines for a terminal."""
    lines = [f"{'path':<10}{'req/s':>9}{'to bare':>9}{'p50 ms':>9}{'p95 ms':>9}{'failed':>8}"]
    lines += [
        f"{name:<10}{path['requests_per_second']:>9}{path['ratio_to_bare']:>9}"
        f"{path['p50_ms']:>9}{path['p95_ms']:>9}{path['failures']:>8}"
        for name, path in found.items()
        if "ratio_to_bare" in path
    ]
    lines.append(f"The feed does {found['feed']['ratio_to_orm']} times the ORM feed's requests.")
    if "action_to_feed" in found:
        refresh = found["action_to_feed"]
        lines.append(
            f"A like changes the feed after {refresh['p50_seconds']} s (p50), "
            f"{refresh['p95_seconds']} s (p95)."
        )
    return "\n".join(lines)
