"""The staff's decisions about what may be listed as trending. The only writer of TrendReview."""

from collections.abc import Iterable
from datetime import datetime

from analytics.models import Trend, TrendReview


def trends_review(
    trends: Iterable[Trend], *, state: TrendReview.State, reviewer_id: int, at: datetime
) -> int:
    """Decide about the names of these trends, for as long as nobody decides otherwise.

    Return how many. Of two decisions at once the later one written stands. One query.
    """
    rows = [
        TrendReview(
            kind=trend.kind, name=trend.name, state=state, reviewer_id=reviewer_id, reviewed_at=at
        )
        for trend in sorted(trends, key=lambda trend: (trend.kind, trend.name))
    ]
    TrendReview.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "name"],
        update_fields=["state", "reviewer_id", "reviewed_at"],
    )
    return len(rows)
