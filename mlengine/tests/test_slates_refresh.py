"""An action changes the actor's list, once, within a tick."""

from datetime import timedelta

import pytest

from analytics.models import Event
from mlengine.models import Slate
from mlengine.predictions import slate_by_id, slate_for, slate_name, why
from mlengine.slates import account_refresh, refresh, slates_refresh
from mlengine.slates.store import KEPT, KEPT_OPEN
from mlengine.tests.community import act, community_make, feed_model_make, post_make
from mlengine.tests.stored_slates import items_of
from posts.models import Post
from profiles.models import Follow
from profiles.tests.factories import NOON, UserFactory
from socialml.core.cache import read_many
from socialml.core.models import ScheduleWindow

pytestmark = pytest.mark.django_db

TICK = timedelta(seconds=1)


@pytest.fixture
def tick(django_capture_on_commit_callbacks):
    """Run one refresh as the worker does: what is to happen after commit happens."""

    def run(at):
        with django_capture_on_commit_callbacks(execute=True):
            return slates_refresh(at=at)

    return run


def test_an_action_changes_the_actors_list(tick):
    community_make()
    feed_model_make()
    newcomer = UserFactory()
    assert tick(NOON) == 0
    food = Event.objects.filter(category="food").order_by("-id").first().post_id
    post = Post.objects.get(pk=food)

    act(newcomer, post, at=NOON + TICK)
    assert tick(NOON + 2 * TICK) == 1

    slate = slate_for(newcomer.pk, "feed")
    assert food not in slate.ids
    liked = Post.objects.in_bulk(slate.ids[:10])
    assert [liked[pk].category for pk in slate.ids[:10]] == ["food"] * 10
    assert slate.source == "personal"
    assert slate.model_version.startswith("feed v")


def test_the_list_in_the_cache_is_the_new_one(tick):
    viewer, first, second = UserFactory(), post_make(UserFactory()), post_make(UserFactory())
    act(viewer, post_make(UserFactory()), at=NOON)
    tick(NOON)
    before = slate_for(viewer.pk, "feed")
    assert {first.pk, second.pk} <= set(before.ids)

    act(viewer, first, at=NOON + TICK)
    tick(NOON + TICK)

    assert read_many([slate_name(viewer.pk, "feed")])[0] is not None
    after = slate_for(viewer.pk, "feed")
    assert after.id > before.id
    assert first.pk not in after.ids


def test_an_event_that_was_taken_in_is_not_worked_on_again(tick):
    viewer = UserFactory()
    act(viewer, post_make(UserFactory()), at=NOON)

    assert [tick(NOON), tick(NOON + TICK), tick(NOON + 2 * TICK)] == [1, 0, 0]
    assert Slate.objects.filter(audience_id=viewer.pk, audience="account").count() == 1


def test_an_event_that_was_committed_late_is_found(tick):
    viewer, post = UserFactory(), post_make(UserFactory())
    tick(NOON)
    tick(NOON + 2 * TICK)

    act(viewer, post, at=NOON + TICK)

    assert tick(NOON + 3 * TICK) == 1


def test_impressions_alone_make_no_work(tick):
    viewer, post = UserFactory(), post_make(UserFactory())
    act(viewer, post, Event.Kind.IMPRESSION, at=NOON)

    assert tick(NOON) == 0


def test_a_tick_does_no_more_than_its_share_and_the_next_goes_on(tick, monkeypatch):
    monkeypatch.setattr(refresh, "MOST_ACCOUNTS", 2)
    post = post_make(UserFactory())
    viewers = [UserFactory() for _ in range(5)]
    for viewer in viewers:
        act(viewer, post, at=NOON)

    assert [tick(NOON + n * TICK) for n in range(4)] == [2, 2, 1, 0]

    made = Slate.objects.filter(audience="account").order_by("id")
    owners = list(made.values_list("audience_id", flat=True))
    # Who acted last comes first.
    assert set(owners[:2]) == {viewers[4].pk, viewers[3].pk}
    assert sorted(owners) == sorted(viewer.pk for viewer in viewers)


def test_while_one_tick_has_its_turn_another_does_nothing(tick):
    viewer = UserFactory()
    act(viewer, post_make(UserFactory()), at=NOON)
    ScheduleWindow.objects.create(name=refresh._TURN, window_start=NOON + refresh.LEASE)

    assert tick(NOON) == 0
    assert not Slate.objects.exists()

    # A worker killed in its turn does not hold the others up for good.
    assert tick(NOON + refresh.LEASE) == 1


def test_a_follow_brings_the_followed_authors_posts(tick):
    viewer, author = UserFactory(), UserFactory(username="ann")
    old = post_make(author, at=NOON - timedelta(days=30))
    for _ in range(5):
        post_make(UserFactory())
    Follow.objects.create(follower=viewer, followed=author, followed_at=NOON)
    Event.objects.create(
        kind=Event.Kind.FOLLOWED,
        actor_id=viewer.pk,
        target_id=author.pk,
        occurred_at=NOON,
        recorded_at=NOON,
    )

    assert tick(NOON) == 1

    slate = slate_for(viewer.pk, "feed")
    assert "From @ann, whom you follow" in slate.reasons
    place = slate.ids.index(old.pk)
    assert slate.sources[place][0] == "following"
    assert why(viewer.pk, old.pk)["reason"] == "From @ann, whom you follow"
    assert why(viewer.pk, 10**12) is None


def test_who_only_follows_or_only_skips_is_ranked_for_beside_a_live_model(tick):
    _, posts = community_make()
    feed_model_make()
    follower, skipper = UserFactory(), UserFactory(interests=["food"])
    Follow.objects.create(follower=follower, followed=posts[0].author, followed_at=NOON)
    act(skipper, posts[0], Event.Kind.SKIPPED, at=NOON)

    assert account_refresh(user_id=follower.pk, at=NOON)
    assert tick(NOON) == 1

    assert slate_for(follower.pk, "feed").sources[0][0] == "following"
    assert slate_for(skipper.pk, "feed").sources[0][0] == "interests"


def test_open_pages_keep_their_slate_and_old_ones_go(tick):
    viewer = UserFactory()
    posts = [post_make(UserFactory()) for _ in range(KEPT + 4)]
    act(viewer, posts[0], at=NOON)
    tick(NOON)
    opened = slate_for(viewer.pk, "feed")
    for minute, post in enumerate(posts[1:4], start=1):
        act(viewer, post, at=NOON + timedelta(minutes=minute))
        tick(NOON + timedelta(minutes=minute))

    assert slate_by_id(opened.id) == opened

    act(viewer, posts[5], at=NOON + timedelta(days=1))
    tick(NOON + timedelta(days=1))

    own = Slate.objects.filter(audience="account", audience_id=viewer.pk)
    assert own.count() == KEPT
    assert KEPT < KEPT_OPEN


def test_contributions_add_up_to_the_score(tick):
    fans, _ = community_make()
    feed_model_make()
    act(fans[0], post_make(UserFactory(), category="music"), at=NOON)

    tick(NOON)

    slate = slate_for(fans[0].pk, "feed")
    assert len(slate.ids) > 10
    contributions = items_of(slate)["contributions"]
    for score, names, shares in zip(slate.scores, slate.sources, contributions, strict=True):
        assert len(names) == len(shares)
        assert sum(shares) == pytest.approx(score, abs=0.0006)
