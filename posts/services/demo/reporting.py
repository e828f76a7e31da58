"""Reports by members of the community, so that the moderators' queue has something in it."""

from contextlib import suppress
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from posts.models import Post, Report
from posts.services.posts import PostNotFound
from posts.services.reports import AlreadyReported, OwnContentReported, report_add
from profiles.models import User

# Of the newest posts, those that the models like least are reported, each by a few.
_NEWEST = 2_000
_MOST_POSTS, _MOST_REPORTERS = 8, 4
_REASONS = {
    "spam": Report.Reason.SPAM,
    "hate": Report.Reason.HATE,
    "threat": Report.Reason.VIOLENCE,
    "sexual": Report.Reason.SEXUAL,
}


@transaction.atomic
def reports_make(*, seed: int, at: datetime) -> int:
    """Have members report what the models like least of what is out; return how many reports.

    The same seed over the same community makes the same reports, within the two days before `at`.
    """
    rng = np.random.default_rng([seed, 1])
    members = list(
        User.objects.get_queryset()
        .active()
        .people()
        .filter(is_staff=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    newest = Post.objects.published().newest_first()[:_NEWEST]
    worst = sorted(newest, key=lambda post: -max(_suspicions(post).values()))[:_MOST_POSTS]
    count = 0
    for post in worst:
        number = min(int(rng.integers(1, _MOST_REPORTERS + 1)), len(members))
        hours = rng.uniform(0, 48)
        moment = max(post.published_at, at - timedelta(hours=hours))
        for reporter_id in rng.choice(members, number, replace=False).tolist():
            # Some may not see it, its author is among them, and an earlier seed had some report it.
            with suppress(PostNotFound, OwnContentReported, AlreadyReported):
                report_add(
                    reporter_id=reporter_id, reason=_reason(post), post_id=post.pk, at=moment
                )
                count += 1
    return count


def _suspicions(post: Post) -> dict[str, float]:
    """Return the scores of spam and of each kind of toxicity."""
    return {
        **post.insights["toxicity"]["kinds"],
        "toxicity": post.insights["toxicity"]["score"],
        "spam": post.insights["spam"]["score"],
    }


def _reason(post: Post) -> Report.Reason:
    suspicions = _suspicions(post)
    return _REASONS.get(max(suspicions, key=suspicions.__getitem__), Report.Reason.HARASSMENT)
