"""What stands beside the dashboard of the whole place: its segments, and the models that serve."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from analytics.selectors.counts import Period
from mlengine.health import models_health
from mlengine.post_forecasts import forecasts_record
from mlengine.predictions import model_summaries, training_last
from mlengine.segment_figures import formations, movement_between, segments_now, sizes_by_day


def segment_figures(period: Period, *, at: datetime) -> dict[str, Any]:
    """Return the segments, their sizes in the period, and who moved as far back as the log goes."""
    since = max(period.since, at - timedelta(days=settings.ANALYTICS_RETENTION_DAYS))
    until = max(since, min(period.until, at))
    return {
        "since": since,
        "until": until,
        "segments": segments_now(),
        "sizes_by_day": sizes_by_day(since=period.days[0], until=period.days[-1]),
        "movement": movement_between(since=since, until=until),
        "formations": formations(),
    }


def model_figures(*, at: datetime) -> dict[str, Any]:
    """Return the models that serve with their health, and how forecasts of posts went."""
    health = models_health()
    return {
        "models": [
            {**summary, "health": health.get(summary["name"])} for summary in model_summaries()
        ],
        "last_training": training_last(),
        "post_forecasts": forecasts_record(at=at),
    }
