"""Two at once keep what an account has seen: nothing is lost and nothing counted twice."""

import time
from functools import partial

import numpy as np
import pytest

from analytics.models import Event
from analytics.selectors.history import met_between
from mlengine.models import SeenPosts
from mlengine.slates import seen
from mlengine.slates.seen import seen_keep, seen_read
from mlengine.tests.community import act, post_make
from profiles.tests.factories import UserFactory
from profiles.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_comes_first_all_is_kept_once(monkeypatch):
    viewers, posts = [UserFactory() for _ in range(3)], [post_make(UserFactory()) for _ in range(9)]
    for post in posts:
        for viewer in viewers:
            act(viewer, post)
    marks = list(Event.objects.order_by("id").values_list("id", flat=True))
    # The rows are there: nobody waits for another to make them.
    seen_keep({viewer.pk: marks[0] for viewer in viewers})
    # Each of the works goes to another event, in no order.
    works = [
        partial(seen_keep, {viewer.pk: mark for viewer in order})
        for mark, order in zip(
            (marks[8], marks[-1], marks[17], marks[-1]),
            (viewers, viewers[::-1], viewers, viewers),
            strict=True,
        )
    ]

    def slowly(spans):
        # Who keeps least takes longest, and so would write last over what others kept.
        time.sleep(0.5 if marks[8] in [upto for _, upto in spans.values()] else 0.0)
        return met_between(spans)

    monkeypatch.setattr(seen, "met_between", slowly)

    results = together(works)

    assert results == [None] * 4
    assert set(SeenPosts.objects.values_list("post_count", "upto_event_id")) == {(9, marks[-1])}
    ids = np.array([post.pk for post in posts])
    for found in seen_read([viewer.pk for viewer in viewers]).values():
        assert found.posts == []
        assert found.earlier.holds(ids).all()
