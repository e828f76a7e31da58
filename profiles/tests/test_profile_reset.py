"""Resetting one's profile: what is forgotten, what stays, and that it stays forgotten."""

from datetime import timedelta

import pytest

from analytics.models import Event
from analytics.selectors.history import history_of, seen_of
from mlengine.insights import insights_refresh
from mlengine.models import AccountInsight, Slate
from mlengine.predictions import slate_for
from mlengine.slates import slates_publish, slates_refresh
from mlengine.slates.accounts import accounts_read
from mlengine.tests.community import act, community_make, feed_model_make, post_make
from posts.models import Like
from profiles.models import Follow, Preferences
from profiles.services import AccountGone, preferences_set, profile_reset
from profiles.tests.factories import NOON, UserFactory, client_for
from socialml.core.models import Job

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def test_deletes_what_was_predicted_and_says_so():
    user, other = UserFactory(), UserFactory()
    for one in (user, other):
        AccountInsight.objects.create(user_id=one.pk, churn_risk=0.5, computed_at=NOON)
        Slate.objects.create(
            audience="account", audience_id=one.pk, surface="feed", items="{}", computed_at=NOON
        )

    response = client_for(user).post("/api/profile/preferences/reset")

    data = response.json()["data"]
    assert response.status_code == 200
    assert data["deleted"] == {"slates": 1, "insights": 1, "segment_memberships": 0}
    assert data["history_since"]
    assert list(AccountInsight.objects.values_list("pk", flat=True)) == [other.pk]
    assert list(Slate.objects.values_list("audience_id", flat=True)) == [other.pk]
    assert Event.objects.get(kind=Event.Kind.PROFILE_RESET).actor_id == user.pk
    assert Job.objects.get().kwargs == {"user_id": user.pk}


def test_a_second_one_finds_nothing_left_and_is_no_error():
    client = client_for(UserFactory())
    client.post("/api/profile/preferences/reset")

    response = client.post("/api/profile/preferences/reset")

    assert response.status_code == 200
    assert set(response.json()["data"]["deleted"].values()) == {0}


def test_the_controls_stay_as_they_were():
    user = UserFactory()
    controls = {"muted_hashtags": ["spam"], "weights": {"trending": 0.5}}
    preferences_set(user_id=user.pk, changes=controls, at=NOON)

    profile_reset(user_id=user.pk, at=LATER)
    preferences_set(user_id=user.pk, changes={"languages": ["en"]}, at=LATER)

    row = Preferences.objects.get()
    assert (row.muted_hashtags, row.weights) == (["spam"], {"trending": 0.5})
    assert (row.languages, row.history_since) == (["en"], LATER)


def test_nothing_done_before_is_counted_and_what_was_seen_stays_seen():
    user, other = UserFactory(), UserFactory()
    before, at_once, after = (post_make(UserFactory()) for _ in range(3))
    act(user, before, at=LATER - timedelta(microseconds=1))
    act(other, before, at=NOON)
    act(user, at_once, at=LATER)
    act(user, after, at=LATER + timedelta(hours=1))

    profile_reset(user_id=user.pk, at=LATER)

    since = {user.pk: LATER}
    counted = [row[:2] for row in history_of([user.pk, other.pk], since=since)]
    assert counted == [(other.pk, before.pk), (user.pk, at_once.pk), (user.pk, after.pk)]
    account = accounts_read([user.pk])[user.pk]
    assert {post_id for post_id, _, _ in account.history} == {at_once.pk, after.pk}
    assert {post_id for _, post_id, *_ in seen_of([user.pk])} == {
        before.pk,
        at_once.pk,
        after.pk,
    }
    assert before.pk in account.seen.posts


def test_the_feed_is_a_newcomers_then_and_after_the_next_training(
    django_capture_on_commit_callbacks,
):
    fans, _ = community_make()
    feed_model_make()
    slates_publish(at=NOON)
    fan = fans[0]
    assert slate_for(fan.pk, "feed") is not None

    with django_capture_on_commit_callbacks(execute=True):
        profile_reset(user_id=fan.pk, at=LATER)

    newcomer = UserFactory()
    for _ in range(2):
        pages = [client_for(one).get("/api/feed").json() for one in (fan, newcomer)]
        sources = {page["ml_insights"]["source"] for page in pages}
        assert len(sources) == 1 and "personal" not in sources
        with django_capture_on_commit_callbacks(execute=True):
            feed_model_make()
            slates_publish(at=LATER)
        assert slate_for(fan.pk, "feed") is None


def test_a_ranking_that_was_being_made_meanwhile_is_dropped_by_the_next_tick():
    fan = UserFactory()
    profile_reset(user_id=fan.pk, at=LATER)
    Slate.objects.create(
        audience="account", audience_id=fan.pk, surface="feed", items="{}", computed_at=NOON
    )

    slates_refresh(at=LATER + timedelta(seconds=1))

    assert not Slate.objects.filter(audience="account").exists()


def test_interests_and_follows_still_count():
    fan, author = UserFactory(interests=["music"]), UserFactory()
    Follow.objects.create(follower=fan, followed=author, followed_at=NOON)
    post_make(author, category="music")

    profile_reset(user_id=fan.pk, at=LATER)
    slates_publish(at=LATER)

    assert set(slate_for(fan.pk, "feed").sources[0]) >= {"following", "interests"}


def test_the_next_description_begins_at_the_reset():
    fan, other = UserFactory(), UserFactory()
    old = post_make(UserFactory(), category="music")
    new = post_make(UserFactory(), category="food")
    for one in (fan, other):
        act(one, old, at=NOON)
    profile_reset(user_id=fan.pk, at=LATER)
    act(fan, new, at=LATER + timedelta(hours=1))

    insights_refresh(at=LATER + timedelta(hours=2))

    mine, theirs = (AccountInsight.objects.get(pk=one.pk) for one in (fan, other))
    assert mine.tastes["categories"] == [["food", 1.0]]
    # The reset itself, and the like after it.
    assert mine.activity["events"] == 2
    assert theirs.tastes["categories"] == [["music", 1.0]]


def test_behaviour_without_a_description_begins_there_too():
    fan = UserFactory()
    act(fan, post_make(UserFactory(), category="music"), at=NOON)
    client = client_for(fan)
    client.post("/api/profile/preferences/reset")

    data = client.get("/api/user-behavior").json()["data"]

    assert data["preferred"]["categories"] == []


def test_what_one_did_is_not_undone():
    fan = UserFactory()
    post = post_make(UserFactory())
    Like.objects.create(user=fan, post=post, liked_at=NOON)

    profile_reset(user_id=fan.pk, at=LATER)

    assert Like.objects.filter(user=fan).exists()


def test_a_closed_account_has_nothing_to_reset():
    closed = UserFactory(is_active=False)

    with pytest.raises(AccountGone):
        profile_reset(user_id=closed.pk, at=NOON)

    assert not Preferences.objects.exists()
    assert not Event.objects.exists()


def test_nobody_in_particular_has_no_profile():
    assert client_for().post("/api/profile/preferences/reset").status_code == 401
