"""The first page of somebody new: interests, languages, follows and mutes act on it."""

from datetime import timedelta

import pytest

from mlengine.slates import account_refresh, slates_publish, slates_refresh
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.slates import slate_of
from profiles.models import User
from profiles.services import account_update, follow_add, preferences_set
from profiles.tests.factories import client_for
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts():
    """Posts of several categories and languages; what nobody asked for is the newest."""
    return {
        "music": PostFactory(category="music", hashtags=["vinyl"]),
        "french": PostFactory(category="travel", language="fr"),
        "food": PostFactory(category="food", published_at=NOON + timedelta(hours=2)),
    }


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    """Do what waits in the queue of rankings."""

    def work():
        with django_capture_on_commit_callbacks(execute=True):
            for job in Job.objects.filter(task="mlengine.tasks.account_refresh"):
                account_refresh(at=NOON + timedelta(hours=3), **job.kwargs)
                job.delete()

    return work


def first_page(user):
    page = client_for(user).get("/api/feed").json()
    return page["ml_insights"]["source"], page["data"]["results"]


def signed_up(**about):
    response = client_for().post("/api/profile", {"username": "newcomer", **about})
    assert response.status_code == 201, response.content
    return User.objects.get(pk=response.json()["data"]["id"])


def test_interests_named_at_sign_up_lead_the_very_first_page(posts, worker):
    newcomer = signed_up(interests=["Music"])
    worker()

    source, items = first_page(newcomer)

    assert source == "personal"
    assert items[0]["id"] == posts["music"].pk
    assert items[0]["why"]["reason"] == "Because you are interested in music"


def test_without_interests_nothing_is_ranked_and_the_page_is_full_all_the_same(posts):
    newcomer = signed_up()
    assert not Job.objects.exists()

    source, items = first_page(newcomer)

    assert source == "newest"
    assert items[0]["id"] == posts["food"].pk


def test_interests_changed_later_change_the_next_page(posts, worker):
    newcomer = signed_up(interests=["music"])
    worker()
    account_update(user_id=newcomer.pk, changes={"interests": ["vinyl", "food"]})
    worker()

    _, items = first_page(newcomer)

    assert items[0]["id"] == posts["food"].pk
    assert {item["why"]["reason"] for item in items[:2]} == {
        "Because you are interested in food",
        "Because you are interested in #vinyl",
    }


def test_languages_and_muted_topics_shape_the_first_page(posts, worker):
    french, sated = UserFactory(), UserFactory()
    preferences_set(user_id=french.pk, changes={"languages": ["fr"]}, at=NOON)
    preferences_set(user_id=sated.pk, changes={"muted_categories": ["food"]}, at=NOON)
    worker()

    assert [item["id"] for item in first_page(french)[1]] == [posts["french"].pk]
    shown = {item["id"] for item in first_page(sated)[1]}
    assert shown and posts["food"].pk not in shown


def test_the_next_training_keeps_them(posts, worker):
    sated = UserFactory()
    preferences_set(user_id=sated.pk, changes={"muted_categories": ["food"]}, at=NOON)
    worker()

    slates_publish(at=NOON + timedelta(hours=4))

    source, items = first_page(sated)
    assert source == "personal"
    assert posts["food"].pk not in {item["id"] for item in items}


def test_a_follow_brings_its_posts_with_the_next_tick(posts, django_capture_on_commit_callbacks):
    newcomer = UserFactory()
    author = posts["french"].author_id
    follow_add(follower_id=newcomer.pk, followed_id=author, at=NOON + timedelta(hours=3))

    with django_capture_on_commit_callbacks(execute=True):
        slates_refresh(at=NOON + timedelta(hours=3, seconds=1))

    source, items = first_page(newcomer)
    assert source == "personal"
    assert items[0]["id"] == posts["french"].pk
    assert items[0]["why"]["reason"].startswith("From @")


@pytest.mark.parametrize(
    ("controls", "gone"),
    [
        ({"muted_categories": ["food"]}, {"food"}),
        ({"muted_hashtags": ["vinyl"]}, {"music"}),
        ({"languages": ["fr"]}, {"music", "food"}),
    ],
)
@pytest.mark.parametrize("address", ["/api/feed?mode=latest", "/api/feed"])
def test_who_chose_no_personalisation_is_spared_muted_topics_too(posts, controls, gone, address):
    viewer = UserFactory()
    changes = {**controls, "is_personalised": False}
    preferences_set(user_id=viewer.pk, changes=changes, at=NOON)

    page = client_for(viewer).get(address).json()

    shown = {item["id"] for item in page["data"]["results"]}
    assert shown == {post.pk for name, post in posts.items() if name not in gone}


@pytest.mark.parametrize(
    ("controls", "gone"),
    [
        ({"muted_categories": ["food"]}, {"food"}),
        ({"muted_hashtags": ["vinyl"]}, {"music"}),
        ({"languages": ["fr"]}, {"music", "food"}),
        ({}, set()),
    ],
)
def test_what_everybody_is_shown_spares_one_muted_topics_until_ones_own_is_ranked(
    posts, controls, gone
):
    viewer = UserFactory()
    slate_of(list(posts.values()), audience="everyone", version="trending")
    preferences_set(user_id=viewer.pk, changes=controls, at=NOON)

    source, items = first_page(viewer)

    assert source == "trending"
    kept = [post.pk for name, post in posts.items() if name not in gone]
    assert [item["id"] for item in items] == kept


def test_a_text_without_a_language_is_for_all(posts):
    viewer = UserFactory()
    short = PostFactory(language="und", content="!")
    slate_of([short, posts["food"]], audience="everyone", version="trending")
    preferences_set(user_id=viewer.pk, changes={"languages": ["fr"]}, at=NOON)

    assert [item["id"] for item in first_page(viewer)[1]] == [short.pk]
