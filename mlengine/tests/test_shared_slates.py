"""What those without a slate of their own are shown."""

from datetime import timedelta

import pytest

from analytics.models import Event
from mlengine.models import AccountInsight, Segment, Slate
from mlengine.predictions import segment_of, slate_for, slate_shared, why
from mlengine.slates import slates_publish, slates_refresh
from mlengine.tests.community import act, post_make
from profiles.models import Follow
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


def test_where_nobody_did_anything_the_newest_come_first():
    old = post_make(UserFactory(), at=NOON - timedelta(days=30))
    new = post_make(UserFactory(), at=NOON - timedelta(days=20))

    slates_publish(at=NOON)

    slate = slate_shared("everyone", 0, "feed")
    assert (slate.ids, slate.source) == ([new.pk, old.pk], "newest")
    assert slate_shared("everyone", 0, "reels") is None


def test_what_many_accounts_act_on_leads_whatever_one_account_does():
    loved, pushed = post_make(UserFactory(), category="music"), post_make(UserFactory())
    for _ in range(3):
        act(UserFactory(), loved, at=NOON - timedelta(hours=1))
    eager = UserFactory()
    for _ in range(20):
        act(eager, pushed, Event.Kind.SHARED, at=NOON - timedelta(hours=1))

    slates_publish(at=NOON)

    slate = slate_shared("everyone", 0, "feed")
    assert slate.source == "trending"
    assert slate.ids[:2] == [loved.pk, pushed.pk]
    assert slate.reasons[0] == "Trending in music"
    assert why(UserFactory().pk, loved.pk)["source"] == "trending"


def test_an_imported_log_trends_as_of_its_end():
    loved = post_make(UserFactory(), at=NOON - timedelta(days=900))
    newer = post_make(UserFactory(), at=NOON - timedelta(days=890))
    act(UserFactory(), loved, at=NOON - timedelta(days=880))

    slates_publish(at=NOON)

    assert slate_shared("everyone", 0, "feed").ids == [loved.pk, newer.pk]


def test_private_accounts_are_in_nobodys_shared_slate():
    closed = post_make(UserFactory(is_private=True))
    for _ in range(3):
        act(UserFactory(), closed)

    slates_publish(at=NOON + timedelta(minutes=1))

    assert slate_shared("everyone", 0, "feed") is None
    everyones = Slate.objects.get(audience="everyone")
    assert str(closed.pk) not in everyones.items


def test_a_cohort_is_shown_what_its_members_choose():
    segments = [Segment.objects.create(name=name, computed_at=NOON) for name in ("night", "day")]
    posts = [post_make(UserFactory(), at=NOON - timedelta(days=9)) for _ in segments]
    members = [[UserFactory() for _ in range(4)] for _ in segments]
    for segment, accounts, post in zip(segments, members, posts, strict=True):
        for account in accounts:
            AccountInsight.objects.create(
                user_id=account.pk,
                segment=segment,
                engagement_class="High",
                churn_risk=0.1,
                model_version="rules",
                computed_at=NOON,
            )
            act(account, post, at=NOON - timedelta(days=8))

    slates_publish(at=NOON)

    first, second = (slate_shared("cohort", segment.pk, "feed") for segment in segments)
    assert (first.ids[0], second.ids[0]) == (posts[0].pk, posts[1].pk)
    assert first.source == "cohort"
    assert first.reasons[0] == "Popular with people who use this as you do"
    assert segment_of(members[1][0].pk) == segments[1].pk
    assert segment_of(10**12) is None


def test_everyones_slate_follows_the_log_between_trainings():
    post = post_make(UserFactory())
    slates_refresh(at=NOON)
    first = Slate.objects.get(audience="everyone", surface="feed")

    slates_refresh(at=NOON + timedelta(seconds=5))
    act(UserFactory(), post, at=NOON + timedelta(seconds=50))
    slates_refresh(at=NOON + timedelta(seconds=61))

    newest = Slate.objects.filter(audience="everyone", surface="feed").order_by("-id")
    assert [slate.pk > first.pk for slate in newest] == [True, False]


def test_whoever_follows_somebody_or_named_interests_is_published_for():
    follower, curious, silent = UserFactory(), UserFactory(interests=["music"]), UserFactory()
    author = UserFactory()
    post_make(author, category="music")
    Follow.objects.create(follower=follower, followed=author, followed_at=NOON)

    assert slates_publish(at=NOON) == 2

    shown = [slate_for(one.pk, "feed") is not None for one in (follower, curious, silent)]
    assert shown == [True, True, False]
