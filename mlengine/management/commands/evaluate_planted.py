"""Hold what the models found against what the seeding planted."""

from argparse import ArgumentParser
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analytics.models import Trend, TrendBurst
from analytics.selectors.bursts import POINT
from analytics.services.rollups import SETTLED_AFTER
from analytics.services.trend_bursts import STARTS_BACK, series_follow
from analytics.services.trends import BURST_LASTS, FEWEST_ACCOUNTS, RISING, scores
from mlengine.estimators.burst_series import BurstSeries
from mlengine.evaluation.planted import found_of, groups_found
from mlengine.metrics.calibration import roc_auc
from mlengine.models import AccountInsight
from posts.services.demo import Planted, planted_read
from socialml.core.moments import spell
from socialml.core.schedules import window_start

# A name, and a moment at which it burst or was said to.
Moment = tuple[str, datetime]

_LIKELY = 0.5
_HOUR = timedelta(hours=1)
# How far apart the moments are at which bursts are looked for: while one lasts, and before.
_STEP, _STEP_BEFORE = 2 * _HOUR, 6 * _HOUR


class Command(BaseCommand):
    help = (
        "Print precision and recall of the planted churners, segments and bursts, as JSON. "
        "Seed and retrain first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--truth", type=Path, help="what was planted (var/planted.json)")
        parser.add_argument(
            "--days", type=int, default=14, help="days before the end in which to look for bursts"
        )

    def handle(self, *, truth: Path | None, days: int, **options: Any) -> None:
        if days < 1:
            raise CommandError("Ask for at least one day.")
        try:
            planted = planted_read(truth or settings.SOCIALML_VAR / "planted.json")
        except (OSError, ValueError) as error:
            raise CommandError(f"Seed first: {error}") from error
        result = {
            "churners": _churners(planted),
            "segments": _segments(planted),
            "bursts": _bursts(planted, days=days),
        }
        self.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


def _churners(planted: Planted) -> dict[str, Any]:
    rows = AccountInsight.objects.filter(pk__in=planted.account_ids)
    risks = dict(rows.values_list("pk", "churn_risk"))
    left = planted.left_at.keys() & risks.keys()
    found = {pk for pk, risk in risks.items() if risk >= _LIKELY}
    is_left = np.array([pk in left for pk in risks], dtype=bool)
    told = found_of(left, found)
    # A ranking exists only where both kinds do.
    auc = roc_auc(is_left, np.array(list(risks.values()))) if 0 < len(left) < len(risks) else None
    return {"accounts": len(risks), "risk_from": _LIKELY, **told, "roc_auc": auc}


def _segments(planted: Planted) -> dict[str, Any]:
    rows = AccountInsight.objects.filter(pk__in=planted.account_ids, segment__isnull=False)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for pk, name in rows.values_list("pk", "segment__name"):
        found[name].add(pk)
    described = set().union(*found.values())
    return groups_found({name: ids & described for name, ids in planted.habits.items()}, found)


def _bursts(planted: Planted, *, days: int) -> dict[str, Any]:
    """Judge the list, the reports of the detector that follows the log, and both together."""
    truth: set[Moment] = set()
    listed: set[Moment] = set()
    reported: set[Moment] = set()
    moments = _moments(planted, days)
    reports = _reports(since=moments[0] - STARTS_BACK, until=planted.made_at)
    for at in moments:
        lately = at - timedelta(hours=settings.TRENDING_TIME_WINDOW_HOURS)
        for name, published in planted.bursts.items():
            if sum(lately <= one < at for one in published) >= FEWEST_ACCOUNTS:
                truth.add((name, at))
        found = scores(Trend.Kind.HASHTAG, until=at)
        listed |= {(name, at) for name, z in found.items() if z >= RISING}
        told = {burst.name for burst in reports if at - BURST_LASTS <= burst.reported_at <= at}
        reported |= {(name, at) for name in told & found.keys()}
    return {
        "moments": len(moments),
        **_judged(planted, truth, listed),
        "reported": _judged(planted, truth, reported),
        "listed_or_reported": _judged(planted, truth, listed | reported),
        "reports": [f"{burst.name} {spell(burst.reported_at)}" for burst in reports],
    }


def _judged(planted: Planted, truth: set[Moment], found: set[Moment]) -> dict[str, Any]:
    first = {
        name: min((at for of, at in found if of == name), default=None) for name in planted.bursts
    }
    delays = {
        name: round((at - planted.bursts[name][0]) / _HOUR, 1) if at else None
        for name, at in first.items()
    }
    return {**found_of(truth, found), "hours_until_found": delays}


def _reports(*, since: datetime, until: datetime) -> list[TrendBurst]:
    """Follow the log as it is followed while it grows; return the bursts, oldest first."""
    delay = POINT + SETTLED_AFTER
    found = []
    for start, bursts in series_follow(
        BurstSeries(),
        Trend.Kind.HASHTAG,
        since=window_start(every=POINT, at=since),
        until=window_start(every=POINT, at=until - SETTLED_AFTER),
    ):
        for burst in bursts:
            burst.reported_at = start + delay
            found.append(burst)
    return found


def _moments(planted: Planted, days: int) -> list[datetime]:
    """Return the moments to look at, oldest first, the last when the community was made."""
    end = planted.made_at
    began = min((times[0] for times in planted.bursts.values() if times), default=end)
    moments = [end]
    while moments[-1] > end - timedelta(days=days):
        moments.append(moments[-1] - (_STEP if moments[-1] > began else _STEP_BEFORE))
    return moments[::-1]
