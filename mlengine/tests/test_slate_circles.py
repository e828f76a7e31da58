"""What the followed of those one follows publish, and what that circle likes, is proposed."""

from datetime import timedelta

import pytest

from mlengine.predictions import why
from mlengine.slates import circles, lately
from mlengine.slates.accounts import accounts_read
from mlengine.slates.catalogue import catalogue_load
from mlengine.slates.circles import circles_read
from mlengine.tests.community import post_make
from mlengine.tests.friends import LIKED, POSTED, follow, friends, like, shares, viewer
from posts.models import Like
from profiles.models import Preferences, User
from profiles.tests.factories import NOON, UserFactory

__all__ = ["friends", "viewer"]

pytestmark = pytest.mark.django_db


def test_whom_those_one_follows_follow_is_proposed_and_says_why(viewer, friends):
    author = UserFactory(username="ann")
    follow(friends[0], author)
    follow(friends[1], author)
    post = post_make(author)

    assert shares(viewer, post)[POSTED] > 0

    told = why(viewer.pk, post.pk)
    assert told["reason"] == "From @ann, followed by somebody you follow"
    assert told["explanation"][0]["words"] == "from an account that somebody you follow follows"


def test_the_more_of_them_follow_it_the_more_it_counts(viewer, friends):
    one, three = post_make(UserFactory()), post_make(UserFactory())
    follow(friends[0], one.author)
    for friend in friends:
        follow(friend, three.author)

    assert shares(viewer, three)[POSTED] > shares(viewer, one)[POSTED] > 0


def test_what_several_of_the_circle_liked_is_proposed_and_says_why(viewer, friends):
    further = UserFactory()
    follow(friends[0], further)
    post = post_make(UserFactory())
    like(post, friends[1], friends[2], further)

    assert shares(viewer, post)[LIKED] > 0

    told = why(viewer.pk, post.pk)
    assert told["reason"] == "Liked among people you follow and those they follow"


def test_two_likes_are_not_told_of_nor_one_that_was_taken_back(viewer, friends):
    post = post_make(UserFactory())
    like(post, *friends)
    assert LIKED in shares(viewer, post)

    Like.objects.filter(user=friends[0]).delete()

    assert LIKED not in shares(viewer, post)


def test_the_score_does_not_tell_how_many_liked_it(viewer, friends):
    more = UserFactory.create_batch(3)
    follow(viewer, *more)
    post = post_make(UserFactory())
    found = []
    for fan in [*friends, *more]:
        like(post, fan)
        found.append(shares(viewer, post).get(LIKED))

    assert found[:2] == [None, None]
    assert found[2] == found[3] == found[4] < found[5]


def test_strangers_likes_and_likes_of_long_ago_say_nothing(viewer, friends):
    liked, old = post_make(UserFactory()), post_make(UserFactory())
    like(liked, *UserFactory.create_batch(9))
    like(old, *friends, at=NOON - timedelta(days=4))

    assert LIKED not in shares(viewer, liked)
    assert LIKED not in shares(viewer, old)


def test_likes_of_before_a_reset_do_not_count(viewer, friends):
    post = post_make(UserFactory())
    like(post, *friends)
    reset = {"history_since": NOON + timedelta(seconds=1), "changed_at": NOON}
    Preferences.objects.create(user=friends[0], **reset)

    assert LIKED not in shares(viewer, post)


def test_ones_own_likes_and_authors_of_their_own_do_not_count(viewer, friends):
    post = post_make(friends[0])
    like(post, *friends)

    assert LIKED not in shares(viewer, post)


@pytest.mark.parametrize("source", [POSTED, LIKED])
def test_a_source_that_is_not_wanted_puts_in_nothing(viewer, friends, source):
    author = UserFactory()
    follow(friends[0], author)
    post = post_make(author)
    like(post, *friends)
    assert {POSTED, LIKED} <= shares(viewer, post).keys()

    Preferences.objects.create(user=viewer, weights={source: 0.0}, changed_at=NOON)

    assert shares(viewer, post).keys() & {POSTED, LIKED} == {POSTED, LIKED} - {source}


def test_who_follows_everybody_recommends_nobody(viewer, friends, monkeypatch):
    monkeypatch.setattr(circles, "LARGEST_FOLLOWING", 5)
    post = post_make(UserFactory())
    follow(friends[0], post.author)
    User.objects.filter(pk=friends[0].pk).update(following_count=6)

    assert POSTED not in shares(viewer, post)


def test_the_newest_few_of_everything_count(viewer, friends, monkeypatch):
    monkeypatch.setattr(lately, "POSTS_EACH", 1)
    monkeypatch.setattr(lately, "LIKES_EACH", 1)
    author = UserFactory()
    follow(friends[0], author)
    older, newer = post_make(author), post_make(author)
    like(older, *friends)
    like(newer, *friends)

    assert shares(viewer, older).keys() & {POSTED, LIKED} == set()
    assert shares(viewer, newer).keys() >= {POSTED, LIKED}


def test_of_those_one_follows_the_newest_count(viewer, friends, monkeypatch):
    monkeypatch.setattr(circles, "FOLLOWED_EACH", 2)
    first, last = post_make(UserFactory()), post_make(UserFactory())
    follow(friends[0], first.author)
    follow(friends[2], last.author)

    assert POSTED not in shares(viewer, first)
    assert POSTED in shares(viewer, last)


def test_circles_cost_one_query_for_all(viewer, friends, django_assert_num_queries):
    post = post_make(UserFactory())
    follow(friends[0], post.author)
    for _ in range(10):
        follow(UserFactory(), *friends)
    known = catalogue_load(at=NOON).lately
    accounts = list(accounts_read(User.objects.values_list("pk", flat=True)).values())

    for some in ([one for one in accounts if one.id == viewer.pk], accounts):
        with django_assert_num_queries(1):
            circles_read(some, known)

    assert sum(post.author_id in one.circle.ids for one in accounts) == 12
