"""GET /api/reels: the feed, of reels alone."""

import pytest

from posts.tests.factories import BlockFactory, PostFactory
from posts.tests.slates import slate_of
from profiles.tests.factories import UserFactory, client_for
from reels.tests.factories import stored_reel

pytestmark = pytest.mark.django_db


def reels(viewer, query=""):
    response = client_for(viewer).get(f"/api/reels{query}")
    assert response.status_code == 200, response.content
    return response.json()


def ids(page):
    return [item["id"] for item in page["data"]["results"]]


def test_it_is_ones_own_slate_of_reels_with_reasons_and_media():
    viewer, reel, post = UserFactory(), stored_reel(UserFactory()), PostFactory()
    slate_of([post], audience_id=viewer.pk, surface="feed")
    slate_of([reel.post], audience_id=viewer.pk, surface="reels")

    page = reels(viewer)

    assert ids(page) == [reel.pk]
    assert page["ml_insights"]["source"] == "personal"
    item = page["data"]["results"][0]
    assert item["kind"] == "reel"
    assert item["media"]["video"].startswith("/media/")
    assert item["why"]["reason"]


def test_without_a_slate_it_shows_the_newest_reels_and_no_post():
    viewer, reel = UserFactory(), stored_reel(UserFactory())
    PostFactory()

    assert ids(reels(viewer)) == [reel.pk]
    assert ids(reels(viewer, "?mode=latest")) == [reel.pk]


def test_a_blocked_authors_reel_is_not_in_it():
    viewer, reel = UserFactory(), stored_reel(UserFactory())
    slate_of([reel.post], audience_id=viewer.pk, surface="reels")
    BlockFactory(blocker=viewer, blocked=reel.post.author)

    assert ids(reels(viewer)) == []
    assert ids(reels(viewer, "?mode=latest")) == []


def test_a_cursor_of_the_feed_is_not_one_of_the_reels():
    viewer = UserFactory()
    slate_of(PostFactory.create_batch(3), audience_id=viewer.pk)
    client = client_for(viewer)
    cursor = client.get("/api/feed?limit=1").json()["data"]["next"]

    response = client.get(f"/api/reels?cursor={cursor}")

    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_cursor")


def test_nobody_in_particular_has_no_reels():
    assert client_for().get("/api/reels").status_code == 401
