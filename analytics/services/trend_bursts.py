"""Following the log for names that burst. The only writer of TrendBurst and of BurstState."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import structlog
from django.db import transaction

from analytics.models import BurstState, Event, Trend, TrendBurst
from analytics.selectors.bursts import POINT, SUPPORT, points
from analytics.services.rollups import SETTLED_AFTER
from mlengine.errors import ArtifactError
from mlengine.estimators.burst_series import BurstSeries
from socialml.core.schedules import window_start

log = structlog.get_logger(__name__)

KINDS = (Trend.Kind.HASHTAG, Trend.Kind.CATEGORY, Trend.Kind.LANGUAGE, Trend.Kind.SOUND)
# Where nothing was followed yet, or not for longer, it starts so far back: a level follows its
# series over two days, and the days before say how far it goes beyond it.
STARTS_BACK = timedelta(days=14)
# A run leaves to the next one what it did not come to in this time, for each kind.
_SECONDS_A_KIND = 15.0
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def bursts_follow(*, at: datetime) -> int:
    """Take in what the log holds by now of every kind of name; return how many bursts it showed.

    Each five minutes of the log are read once, SETTLED_AFTER they ended: what was done in them
    has been committed then, in whatever order. What is recorded later still is not followed.
    Series, cursor and bursts change in one transaction, and only if nobody moved the cursor
    meanwhile: of two runs at once one counts, and a run that is killed leaves no trace.
    """
    return sum(_kind_follow(kind, at=at) for kind in KINDS)


def _kind_follow(kind: Trend.Kind, *, at: datetime) -> int:
    settled = window_start(every=POINT, at=at - SETTLED_AFTER)
    state, _ = BurstState.objects.get_or_create(kind=kind, defaults={"complete_before": _NEVER})
    series, since = _read(state, settled)
    found: list[TrendBurst] = []
    ends = time.monotonic() + _SECONDS_A_KIND
    until = since
    for start, bursts in series_follow(series, kind, since=since, until=settled):
        found += bursts
        until = start + POINT
        if time.monotonic() >= ends:
            break
    if until == since or not _store(state, series, found, complete_before=until, at=at):
        return 0
    return len(found)


def series_follow(
    series: BurstSeries, kind: Trend.Kind, *, since: datetime, until: datetime
) -> Iterator[tuple[datetime, list[TrendBurst]]]:
    """Let the series take in the log point by point; yield each with its bursts, not stored."""
    for start, counts in points(kind, since=since, until=until):
        yield (
            start,
            [
                TrendBurst(
                    kind=kind,
                    name=report.name[:64],
                    started_at=start,
                    score=round(report.score, 2),
                    expected=round(report.expected, 2),
                    observed=round(report.observed, 2),
                )
                for report in series.take(at=start.timestamp(), counts=counts)
            ],
        )


def _read(state: BurstState, settled: datetime) -> tuple[BurstSeries, datetime]:
    """Return the series as stored, and from when on they are to take in the log."""
    earliest = settled - STARTS_BACK
    if state.series:
        try:
            series = BurstSeries().load(BytesIO(state.series))
            return series, max(state.complete_before, earliest)
        except ArtifactError as error:
            log.warning("burst_series_begun_anew", kind=state.kind, error=str(error))
    acts = Event.objects.filter(kind__in=SUPPORT, occurred_at__gte=earliest)
    oldest = acts.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    first = window_start(every=POINT, at=oldest) if oldest else settled
    return BurstSeries(), min(first, settled)


@transaction.atomic
def _store(
    state: BurstState,
    series: BurstSeries,
    found: list[TrendBurst],
    *,
    complete_before: datetime,
    at: datetime,
) -> bool:
    """Move the cursor with all that was found, unless it moved since it was read."""
    for burst in found:
        burst.reported_at = at
    file = BytesIO()
    series.save(file)
    is_ours = BurstState.objects.filter(pk=state.pk, complete_before=state.complete_before).update(
        complete_before=complete_before, series=file.getvalue()
    )
    if is_ours:
        TrendBurst.objects.bulk_create(found, ignore_conflicts=True)
    return bool(is_ours)
