"""What a run of the bench found, as a table and as JSON."""

import os
import platform
from datetime import UTC, datetime
from statistics import median
from typing import Any

from socialml.bench.load import Load

# The latencies of the live path, by name, and when they were taken.
_LIVE = {"action_to_feed": "", "action_to_feed_under_load": " under load"}


def report_make(
    runs: dict[str, list[Load]],
    refresh_seconds: dict[str, list[float]],
    ranking: dict[str, Any],
) -> dict[str, Any]:
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
    for name, seconds in refresh_seconds.items():
        ordered = sorted(seconds)
        found[name] = {
            "p50_seconds": round(median(ordered), 2),
            "p95_seconds": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
            "rounds": len(ordered),
        }
    found["ranking"] = ranking
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
    lines += [
        f"A like changes the feed{when} after {found[name]['p50_seconds']} s (p50), "
        f"{found[name]['p95_seconds']} s (p95)."
        for name, when in _LIVE.items()
        if name in found
    ]
    ranking = found["ranking"]
    lines.append(
        f"Ranking anew for {ranking['accounts']} accounts takes {ranking['seconds']} s, "
        f"{ranking['processor_ms_an_account']} ms of a processor an account."
    )
    if "video" in found:
        video = found["video"]
        lines.append(
            f"A second of 720p video made to 720p and 360p takes {video['work_per_second']} s of "
            f"a processor and {video['real_time_factor']} s by the clock; measuring it "
            f"{video['measuring_work_per_second']} s of a processor."
        )
    return "\n".join(lines)
