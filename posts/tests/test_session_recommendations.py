"""/api/recommendations/session: for callers with and without an account."""

import pytest
from django.conf import settings

from mlengine.models import SimilarPosts
from posts.services import dismissal_add
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
from posts.tests.sights import UNSEEN, unseen_post_id
from posts.tests.slates import slate_of
from posts.tests.test_similar import ids, stored
from profiles.models import Mute
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db

ADDRESS = "/api/recommendations/session"


def asked(items, viewer=None, **more):
    response = client_for(viewer).post(ADDRESS, {"items": items, **more})
    assert response.status_code == 200, response.content
    return response.json()


def test_what_goes_with_the_items_comes_without_an_account_and_says_why():
    met, near = PostFactory.create_batch(2)
    stored(met, [near])

    page = asked([met.pk])

    assert ids(page) == [near.pk]
    item = page["data"]["results"][0]
    assert (item["liked"], item["saved"], item["following"]) == (False, False, False)
    assert item["why"] == {
        "reason": f"Liked by people who liked post {met.pk}",
        "sources": ["item-neighbours"],
        "score": 0.9,
        "position": 0,
    }
    assert page["ml_insights"] == {
        "source": "session",
        "model_version": "feed v3",
        "known_items": 1,
    }


def test_the_newest_item_says_most_and_what_two_agree_on_leads():
    old, new, of_old, of_new, of_both = PostFactory.create_batch(5)
    stored(old, [of_old, of_both])
    stored(new, [of_new, of_both])

    assert ids(asked([old.pk, new.pk])) == [of_both.pk, of_new.pk, of_old.pk]
    assert ids(asked([new.pk, old.pk])) == [of_both.pk, of_old.pk, of_new.pk]
    assert ids(asked([new.pk, old.pk, new.pk])) == [of_both.pk, of_new.pk, of_old.pk]
    found = asked([new.pk, old.pk], limit=3)["data"]["results"]
    assert all(0 < item["why"]["score"] <= 1 for item in found)


def test_what_was_met_is_not_recommended():
    one, other = PostFactory.create_batch(2)
    stored(one, [other])
    stored(other, [one])

    assert ids(asked([one.pk, other.pk])) == []


def test_unknown_ids_are_ignored():
    met, near = PostFactory.create_batch(2)
    stored(met, [near])

    page = asked([10**15, met.pk, 7 * 10**15])

    assert ids(page) == [near.pk]
    assert page["ml_insights"]["known_items"] == 1


@pytest.mark.parametrize("why", set(UNSEEN) - {"blocking", "blocked"})
def test_nothing_is_learned_of_a_post_that_is_not_for_everybody(why):
    near = PostFactory()
    post_id = unseen_post_id(UserFactory(), why)
    SimilarPosts.objects.create(
        post_id=post_id, ids=[near.pk], scores=[1.0], sources=[["x"]], computed_at=NOON
    )
    slate_of([near], audience="everyone", version="trending")

    page = asked([post_id])

    assert page["ml_insights"]["source"] == "trending"
    assert page["ml_insights"]["known_items"] == 0


@pytest.mark.parametrize("why", set(UNSEEN) - {"blocking", "blocked"})
def test_only_what_everybody_may_see_is_recommended(why):
    met, near = PostFactory.create_batch(2)
    viewer = UserFactory()
    stored(met, [unseen_post_id(viewer, why), near])

    assert ids(asked([met.pk])) == [near.pk]
    assert ids(asked([met.pk], viewer)) == [near.pk]


def test_an_account_is_spared_what_it_has_shut_out_and_private_posts_stay_out():
    viewer = UserFactory()
    met, muted, dismissed, near = PostFactory.create_batch(4)
    private = PostFactory(author__is_private=True)
    FollowFactory(follower=viewer, followed=private.author)
    Mute.objects.create(muter=viewer, muted=muted.author, muted_at=NOON)
    dismissal_add(post_id=dismissed.pk, user_id=viewer.pk, at=NOON)
    hidden = [unseen_post_id(viewer, why) for why in ("blocking", "blocked")]
    stored(met, [muted, dismissed, private, PostFactory(author=viewer), *hidden, near])

    assert ids(asked([met.pk], viewer)) == [near.pk]


@pytest.mark.parametrize("items", [[], [10**15]])
def test_nothing_known_gives_what_trends_and_says_so(items):
    hot, private = PostFactory(), PostFactory(author__is_private=True)
    slate_of([private, hot], audience="everyone", version="trending")

    page = asked(items)

    assert ids(page) == [hot.pk]
    assert page["ml_insights"] == {
        "source": "trending",
        "model_version": "trending",
        "known_items": 0,
    }


def test_with_no_trends_either_the_newest_come():
    post = PostFactory()

    page = asked([])

    assert ids(page) == [post.pk]
    assert page["ml_insights"]["source"] == "newest"


def test_a_short_list_is_filled_with_what_trends_and_each_says_which():
    met, near, hot = PostFactory.create_batch(3)
    stored(met, [near])
    slate_of([met, near, hot], audience="everyone", version="trending")

    page = asked([met.pk])

    assert ids(page) == [near.pk, hot.pk]
    assert page["ml_insights"]["source"] == "session"
    assert page["data"]["results"][1]["why"]["reason"] == "Because you liked something"
    assert ids(asked([met.pk], limit=1)) == [near.pk]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": None}, "items"),
        ({"items": "1,2"}, "items"),
        ({"items": {"a": 1}}, "items"),
        ({"items": [0]}, "items"),
        ({"items": [-1]}, "items"),
        ({"items": [True]}, "items"),
        ({"items": [1.5]}, "items"),
        ({"items": [None]}, "items"),
        ({"items": [[1]]}, "items"),
        ({"items": [2**63]}, "items"),
        ({"items": ["x"]}, "items"),
        ({"items": list(range(1, 102))}, "items"),
        ({"items": [1], "limit": 0}, "limit"),
        ({"items": [1], "limit": 101}, "limit"),
        ({"items": [1], "limit": None}, "limit"),
    ],
)
def test_bad_input_names_its_field(body, field):
    response = client_for().post(ADDRESS, body)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]


def test_a_hundred_items_are_taken_with_a_bounded_number_of_queries(django_assert_max_num_queries):
    posts = PostFactory.create_batch(100)
    for place, post in enumerate(posts):
        stored(post, [posts[place - 1], posts[place - 2]])
    fresh = PostFactory()
    SimilarPosts.objects.filter(pk=posts[0].pk).update(
        ids=[fresh.pk], scores=[1.0], sources=[["x"]]
    )

    with django_assert_max_num_queries(7):
        page = asked([post.pk for post in posts])

    assert ids(page)[0] == fresh.pk


@pytest.mark.usefixtures("one_rate_window")
def test_callers_without_an_account_are_counted_by_address():
    limit, _ = settings.SOCIALML_RATE_LIMITS["anonymous"]
    client = client_for()

    statuses = [client.post(ADDRESS, {"items": []}).status_code for _ in range(limit + 1)]

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {200}
