"""Less like this: asked for, taken back, and kept out of every feed meanwhile."""

import pytest
from django.db import IntegrityError, transaction

from analytics.models import Event
from analytics.selectors.history import history_of, seen_of
from mlengine.predictions import slate_for
from mlengine.slates import slates_publish
from mlengine.slates.accounts import accounts_read
from posts.models import Dismissal
from posts.services import PostNotFound, dismissal_add, dismissal_remove
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
from posts.tests.sights import UNSEEN, unseen_post_id
from posts.tests.slates import slate_of
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def ids(response):
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["data"]["results"]]


def test_a_second_wish_changes_nothing(viewer):
    post = PostFactory(category="music")
    client = client_for(viewer)

    first, second = (client.put(f"/api/post/{post.pk}/less") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["data"] == {"post_id": post.pk, "dismissed": True}
    assert Dismissal.objects.get().user_id == viewer.pk
    event = Event.objects.get()
    assert (event.kind, event.post_id, event.category) == ("dismissed", post.pk, "music")


def test_it_can_be_taken_back_once(viewer):
    post = PostFactory()
    dismissal_add(post_id=post.pk, user_id=viewer.pk, at=NOON)
    client = client_for(viewer)

    answers = [client.delete(f"/api/post/{post.pk}/less") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["message"] != answers[1].json()["message"]
    assert not Dismissal.objects.exists()
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["dismissed", "undismissed"]


def test_taken_back_it_weighs_nothing_and_was_not_seen(viewer):
    post = PostFactory()
    dismissal_add(post_id=post.pk, user_id=viewer.pk, at=NOON)
    dismissal_remove(post_id=post.pk, user_id=viewer.pk, at=NOON)

    assert sum(weight for _, _, weight, _ in history_of([viewer.pk])) == 0
    assert [acts for _, _, _, acts, _ in seen_of([viewer.pk])] == [0]
    assert accounts_read([viewer.pk])[viewer.pk].seen.posts == []


def test_the_post_leaves_every_list_at_once_and_comes_back(
    viewer, django_capture_on_commit_callbacks
):
    dismissed, kept = PostFactory(kind="reel"), PostFactory(kind="reel")
    FollowFactory(follower=viewer, followed=dismissed.author)
    FollowFactory(follower=viewer, followed=kept.author)
    for surface in ("feed", "reels"):
        slate_of([dismissed, kept], audience_id=viewer.pk, surface=surface)
    client = client_for(viewer)
    lists = [
        "/api/feed",
        "/api/feed?mode=latest",
        "/api/feed?mode=following",
        "/api/reels",
        "/api/reels?mode=latest",
        "/api/recommendations?type=content",
        "/api/recommendations?type=reels",
    ]

    def shown():
        return [dismissed.pk in ids(client.get(address)) for address in lists]

    assert shown() == [True] * len(lists)
    with django_capture_on_commit_callbacks(execute=True):
        client.put(f"/api/post/{dismissed.pk}/less")
    assert shown() == [False] * len(lists)
    assert all(kept.pk in ids(client.get(address)) for address in lists)
    with django_capture_on_commit_callbacks(execute=True):
        client.delete(f"/api/post/{dismissed.pk}/less")
    assert shown() == [True] * len(lists)


def test_others_go_on_seeing_it(viewer):
    post = PostFactory()
    dismissal_add(post_id=post.pk, user_id=viewer.pk, at=NOON)

    assert ids(client_for(UserFactory()).get("/api/feed")) == [post.pk]
    assert ids(client_for(viewer).get("/api/feed")) == []


def test_the_next_ranking_leaves_it_out_by_its_row_not_by_its_event(viewer):
    dismissed, kept = PostFactory(), PostFactory()
    for post in (dismissed, kept):
        FollowFactory(follower=viewer, followed=post.author)
    dismissal_add(post_id=dismissed.pk, user_id=viewer.pk, at=NOON)
    Event.objects.all().delete()

    slates_publish(at=NOON)

    assert slate_for(viewer.pk, "feed").ids == [kept.pk]


@pytest.mark.parametrize("why", UNSEEN)
@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_one_may_not_see_is_not_there_to_dismiss(viewer, why, method):
    post_id = unseen_post_id(viewer, why)

    response = getattr(client_for(viewer), method)(f"/api/post/{post_id}/less")

    assert response.status_code == 404
    assert not Dismissal.objects.exists()
    assert not Event.objects.exists()


def test_nobody_in_particular_dismisses_nothing():
    post = PostFactory()

    assert client_for().put(f"/api/post/{post.pk}/less").status_code == 401
    assert not Dismissal.objects.exists()


def test_one_row_an_account_and_post_is_the_databases_own_rule(viewer):
    post = PostFactory()
    Dismissal.objects.create(user=viewer, post=post, dismissed_at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Dismissal.objects.create(user=viewer, post=post, dismissed_at=NOON)
    with pytest.raises(PostNotFound):
        dismissal_add(post_id=0, user_id=viewer.pk, at=NOON)


def test_it_is_given_out_with_all_of_ones_own(viewer):
    post = PostFactory()
    dismissal_add(post_id=post.pk, user_id=viewer.pk, at=NOON)

    tables = client_for(viewer).get("/api/profile/export").json()["data"]["tables"]

    assert [row["post_id"] for row in tables["posts.Dismissal"]] == [post.pk]


def test_a_muted_author_leaves_the_feeds_at_once_in_the_same_way(
    viewer, django_capture_on_commit_callbacks
):
    posts = PostFactory.create_batch(2)
    slate_of(posts, audience_id=viewer.pk)
    client = client_for(viewer)
    assert ids(client.get("/api/feed")) == [post.pk for post in posts]

    with django_capture_on_commit_callbacks(execute=True):
        client.put(f"/api/profile/{posts[0].author_id}/mute")
    assert ids(client.get("/api/feed")) == [posts[1].pk]
    with django_capture_on_commit_callbacks(execute=True):
        client.delete(f"/api/profile/{posts[0].author_id}/mute")
    assert ids(client.get("/api/feed")) == [post.pk for post in posts]
