"""What stands out now against the days before. The only writer of Trend."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from django.conf import settings
from django.db import transaction

from analytics.models import Trend, TrendBurst
from analytics.selectors.bursts import (
    Burst,
    Support,
    bursts,
    examples,
    newest_support,
    windows_before,
)
from analytics.selectors.first_seen import first_seen
from analytics.selectors.history import log_span
from analytics.selectors.networks import TOLERANCE, networks_in_all
from analytics.selectors.trends import bursts_since, first_seen_listed
from socialml.core.moments import spell

# Days before the window that say what is usual at these hours.
BASELINE_WINDOWS = 7
# Fewer different accounts are a conversation, not a trend; it would also tell who they are.
FEWEST_ACCOUNTS = 3
KEPT = {
    Trend.Kind.HASHTAG: 100,
    Trend.Kind.CATEGORY: 50,
    Trend.Kind.LANGUAGE: 50,
    Trend.Kind.SOUND: 100,
    Trend.Kind.POST: 200,
}
# Kept so that a viewer who may not see some still gets a few.
EXAMPLES_KEPT = 20
# Standard deviations above the usual from which a name is said to rise. Hundreds of names are
# compared each time: at 2, several would rise every day by chance alone (docs/models/trending.md).
RISING = 4.0
# How long a reported burst lasts: its name is not reported again for as long.
BURST_LASTS = timedelta(hours=24)
# Added to the variance of what is expected: a first appearance is no infinite surprise.
_PRIOR = 1.0


def trends_aggregate(*, at: datetime) -> int:
    """Compute the trends of the TRENDING_TIME_WINDOW_HOURS before `at`; return how many.

    Names are ranked by z = (a - e) / sqrt(e + 1): `a` effective accounts now, `e` on average in
    the same hours of up to seven earlier days (a count's variance is its mean). Where nobody did
    enough lately, as after an import, the window ends at the newest act before it instead, and
    the evidence says so by its `until`. A name whose burst was reported lately rises too, and is
    listed whatever its rank. All of it is replaced in one transaction.
    """
    window = timedelta(hours=settings.TRENDING_TIME_WINDOW_HOURS)
    trends = _computed(until=at, window=window, at=at)
    if not trends:
        newest = newest_support(before=at - window)
        if newest is not None:
            trends = _computed(until=newest + timedelta(seconds=1), window=window, at=at)
    _replace(trends, at=at)
    return len(trends)


def _computed(*, until: datetime, window: timedelta, at: datetime) -> list[Trend]:
    span = log_span()
    if span is None:
        return []
    earlier = windows_before(until=until, window=window, oldest=span[0], most=BASELINE_WINDOWS)
    reported = bursts_since(until - min(window, BURST_LASTS), until=until)
    in_all = networks_in_all()
    known = first_seen_listed()
    found = []
    for kind, kept in KEPT.items():
        candidates = bursts(
            kind,
            until=until,
            window=window,
            earlier=earlier,
            fewest=FEWEST_ACCOUNTS,
            in_all=in_all,
        )
        told = {name: burst for (of_kind, name), burst in reported.items() if of_kind == kind}
        ranked = _ranked(candidates, earlier, kept=kept, first=told.keys())
        posts = _examples(kind, ranked, until=until, window=window)
        seen = _first_seen(kind, ranked, known=known, before=until)
        for rank, burst in enumerate(ranked, start=1):
            evidence = _evidence(burst, earlier, told.get(burst.name[:64])) | {
                "examples": posts.get(burst.name, []),
                "first_seen_at": seen.get(burst.name, spell(burst.first_seen_at)),
                "since": spell(until - window),
                "until": spell(until),
            }
            found.append(
                Trend(
                    kind=kind,
                    name=burst.name[:64],
                    rank=rank,
                    score=round(score(burst, earlier), 4),
                    evidence=evidence,
                    computed_at=at,
                )
            )
    return found


def scores(kind: Trend.Kind, *, until: datetime) -> dict[str, float]:
    """Return the z of each name with enough accounts in the window, by the log as it is now.

    None where no earlier window says what is usual. Four queries.
    """
    window, span = timedelta(hours=settings.TRENDING_TIME_WINDOW_HOURS), log_span()
    oldest = span[0] if span else until
    earlier = windows_before(until=until, window=window, oldest=oldest, most=BASELINE_WINDOWS)
    if not earlier:
        return {}
    found = bursts(
        kind,
        until=until,
        window=window,
        earlier=earlier,
        fewest=FEWEST_ACCOUNTS,
        in_all=networks_in_all(),
    )
    return {burst.name: score(burst, earlier) for burst in found}


def score(burst: Burst, earlier: int) -> float:
    """Return how many standard deviations the burst stands above `earlier` usual windows."""
    usual = _usual(burst, earlier)
    return (burst.support(0).effective - usual) / sqrt(usual + _PRIOR)


def _usual(burst: Burst, earlier: int) -> float:
    if not earlier:
        return 0.0
    return sum(burst.support(back).effective for back in range(1, earlier + 1)) / earlier


def _ranked(
    candidates: list[Burst], earlier: int, *, kept: int, first: Collection[str]
) -> list[Burst]:
    """Return at most `kept` in the order of z; those named in `first` are kept before others."""

    def by_score(burst: Burst) -> tuple[float, str]:
        return -score(burst, earlier), burst.name

    best = sorted(candidates, key=lambda burst: (burst.name[:64] not in first, by_score(burst)))
    return sorted(best[:kept], key=by_score)


def _evidence(burst: Burst, earlier: int, reported: TrendBurst | None) -> dict[str, Any]:
    now, usual = burst.support(0), _usual(burst, earlier)
    return {
        "count": now.count,
        "previous": burst.support(1).count if earlier else None,
        "accounts": now.accounts,
        "effective_accounts": round(now.effective, 2),
        "usual_accounts": round(usual, 2) if earlier else None,
        # Times the usual; null where there was none.
        "growth": round(now.effective / usual, 2) if usual else None,
        "top_account_share": round(now.top_share, 3),
        "new_account_share": round(now.newcomers / now.accounts, 3),
        "network_spread": round(now.network_spread, 2) if now.network_spread is not None else None,
        "earlier_windows": earlier,
        "is_rising": bool(reported and not _is_from_few_networks(now))
        or (bool(earlier) and score(burst, earlier) >= RISING),
        "burst": _burst(reported) if reported else None,
    }


def _is_from_few_networks(now: Support) -> bool:
    """Return whether the crowd weighs less for its networks: points of series know of none."""
    return now.network_spread is not None and now.network_spread * TOLERANCE < 1


def _burst(reported: TrendBurst) -> dict[str, Any]:
    return {
        "since": spell(reported.started_at),
        "score": reported.score,
        "expected": reported.expected,
        "observed": reported.observed,
    }


def _examples(
    kind: Trend.Kind, ranked: list[Burst], *, until: datetime, window: timedelta
) -> dict[str, list[int]]:
    names = [burst.name for burst in ranked]
    if kind == Trend.Kind.POST:
        return {name: [int(name)] for name in names}
    return examples(kind, names, until=until, window=window, most=EXAMPLES_KEPT)


def _first_seen(
    kind: Trend.Kind, ranked: list[Burst], *, known: Mapping[tuple[str, str], str], before: datetime
) -> dict[str, str]:
    """Return when each name was first seen; of those listed already as it was said then."""
    said = {name: at for (of_kind, name), at in known.items() if of_kind == kind}
    new = [burst.name for burst in ranked if burst.name not in said]
    return said | {name: spell(at) for name, at in first_seen(kind, new, before=before).items()}


@transaction.atomic
def _replace(trends: list[Trend], *, at: datetime) -> None:
    # In one order, so that two runs at once wait for each other and neither deadlocks.
    Trend.objects.bulk_create(
        sorted(trends, key=lambda trend: (trend.kind, trend.name)),
        update_conflicts=True,
        unique_fields=["kind", "name"],
        update_fields=["rank", "score", "evidence", "computed_at"],
    )
    Trend.objects.exclude(computed_at=at).delete()
