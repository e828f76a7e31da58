"""Judge burst detection against labelled windows of a series."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlengine.datasets import moment_field, moment_of, number_field, table_rows
from mlengine.errors import DatasetError, TooLittleData
from mlengine.estimators.bursts import BurstDetector

# The benchmark's probation: 15 % of a series, at most 750 points.
_LEARNING_SHARE, _LEARNING_MOST = 0.15, 750
# False alarms nearer than this are one.
_MERGED_SECONDS = 2 * 3600.0

Window = tuple[float, float]


def evaluate(*, data: Path, windows: Path, detector: BurstDetector | None = None) -> dict[str, Any]:
    """Return how many windows were reported, how late, and how many reports were false.

    `detector` is one that has seen nothing; without it, one with the usual settings judges.

    `data` holds timestamp,value in order of time; `windows` a JSON list of [start, end]. A
    window is hit by a report inside it, ends included; its delay is that of the first one.
    Reports among the first points, which are for learning, do not count either way; false
    alarms within two hours of the one before count as one. `microseconds_per_point` is processor
    time: it does not depend on what else the machine does.

    :raises DatasetError: if a file cannot be read; it names file and line.
    :raises TooLittleData: if the series ends before its learning part does.
    """
    moments, values = _series(data)
    spans = _windows(windows)
    learning = min(int(len(moments) * _LEARNING_SHARE), _LEARNING_MOST)
    if len(moments) <= learning or not learning:
        raise TooLittleData(f"{data}: {len(moments)} points are too few to judge.")

    detector = detector or BurstDetector()
    started = time.process_time()
    reports = [
        index
        for index, (at, value) in enumerate(zip(moments, values, strict=True))
        if detector.judge(at=at, count=value).is_burst
    ]
    microseconds = (time.process_time() - started) / len(moments) * 1e6
    alarms = [moments[index] for index in reports if index >= learning]
    delays = [
        (min(inside) - start) / 60
        for start, end in spans
        if (inside := [at for at in alarms if start <= at <= end])
    ]
    false = _merged([at for at in alarms if not any(a <= at <= b for a, b in spans)])
    days = (moments[-1] - moments[learning]) / 86_400
    return {
        "points": len(moments),
        "days": round(days, 3),
        "detections": len(alarms),
        "windows": len(spans),
        "windows_hit": len(delays),
        "false_alarms": false,
        "false_alarms_per_day": round(false / days, 4) if days else 0.0,
        "median_delay_minutes": round(sorted(delays)[len(delays) // 2], 2) if delays else None,
        "alarms": [datetime.fromtimestamp(at, UTC).isoformat() for at in alarms],
        "microseconds_per_point": round(microseconds, 2),
    }


def _merged(alarms: Sequence[float]) -> int:
    return sum(
        1
        for index, at in enumerate(alarms)
        if not index or at - alarms[index - 1] > _MERGED_SECONDS
    )


def _series(path: Path) -> tuple[list[float], list[float]]:
    moments: list[float] = []
    values: list[float] = []
    for line, row in table_rows(path, required=("timestamp", "value")):
        at = moment_field(path, line, row, "timestamp")
        if moments and at < moments[-1]:
            raise DatasetError(f"{path}, line {line}: the row is earlier than the one before.")
        moments.append(at)
        values.append(number_field(path, line, row, "value"))
    return moments, values


def _windows(path: Path) -> list[Window]:
    try:
        pairs = json.loads(path.read_text(encoding="utf-8"))
        spans = [(moment_of(start), moment_of(end)) for start, end in pairs]
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror or error}.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path}: not a JSON list of [start, end] pairs ({error}).") from error
    for start, end in spans:
        if end < start:
            raise DatasetError(f"{path}: a window ends before it starts.")
    return spans
