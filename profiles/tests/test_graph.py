from functools import partial

import pytest
from django.utils import timezone

from analytics.models import Event
from profiles.models import Block, Follow, Mute, User
from profiles.selectors import (
    AccountNotFound,
    blocked_ids,
    followers_page,
    following_ids,
    hidden_author_ids,
)
from profiles.services import (
    NotWithOneself,
    account_suspend,
    account_update,
    block_add,
    block_remove,
    follow_accept,
    follow_add,
    follow_decline,
    follow_remove,
    mute_add,
    mute_remove,
    requests_accept,
)
from profiles.services.follows import RequestNotFound
from profiles.tests.factories import NOON, UserFactory
from profiles.tests.together import together

pytestmark = pytest.mark.django_db


def _counts(user):
    user.refresh_from_db()
    return user.follower_count, user.following_count


def _follow(fan, author):
    return follow_add(follower_id=fan.pk, followed_id=author.pk, at=NOON)


def test_a_follow_counts_once_and_is_logged():
    fan, author = UserFactory(), UserFactory()

    assert _follow(fan, author) == (True, "accepted")
    assert _follow(fan, author) == (False, "accepted")

    assert (_counts(fan), _counts(author)) == ((0, 1), (1, 0))
    assert following_ids(fan.pk) == [author.pk]
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.target_id) == ("followed", fan.pk, author.pk)


def test_unfollowing_takes_it_back_once():
    fan, author = UserFactory(), UserFactory()
    _follow(fan, author)

    assert follow_remove(follower_id=fan.pk, followed_id=author.pk, at=NOON) is True
    assert follow_remove(follower_id=fan.pk, followed_id=author.pk, at=NOON) is False

    assert (_counts(fan), _counts(author)) == ((0, 0), (0, 0))
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "followed",
        "unfollowed",
    ]


def test_a_private_account_is_asked_first():
    fan, author = UserFactory(), UserFactory(is_private=True)

    assert _follow(fan, author) == (True, "requested")
    assert (_counts(fan), _counts(author)) == ((0, 0), (0, 0))
    assert following_ids(fan.pk) == []
    assert not Event.objects.exists()

    assert follow_accept(user_id=author.pk, follower_id=fan.pk, at=NOON) is True
    assert follow_accept(user_id=author.pk, follower_id=fan.pk, at=NOON) is False
    assert (_counts(fan), _counts(author)) == ((0, 1), (1, 0))
    assert Event.objects.get().kind == "followed"


def test_a_request_may_be_declined_or_taken_back():
    fan, author = UserFactory(), UserFactory(is_private=True)
    _follow(fan, author)

    follow_decline(user_id=author.pk, follower_id=fan.pk)
    with pytest.raises(RequestNotFound):
        follow_decline(user_id=author.pk, follower_id=fan.pk)
    with pytest.raises(RequestNotFound):
        follow_accept(user_id=author.pk, follower_id=fan.pk, at=NOON)
    _follow(fan, author)
    assert follow_remove(follower_id=fan.pk, followed_id=author.pk, at=NOON) is True

    assert not Follow.objects.exists()
    assert (_counts(fan), _counts(author)) == ((0, 0), (0, 0))
    assert not Event.objects.exists()


def test_an_accepted_follow_is_not_declined():
    fan, author = UserFactory(), UserFactory()
    _follow(fan, author)

    with pytest.raises(RequestNotFound):
        follow_decline(user_id=author.pk, follower_id=fan.pk)

    assert _counts(author) == (1, 0)


def test_an_account_that_opens_up_takes_in_who_waits():
    author = UserFactory(is_private=True)
    fans = [UserFactory() for _ in range(3)]
    for fan in fans:
        _follow(fan, author)
    account_suspend(user_id=fans[2].pk, at=NOON)
    assert requests_accept(user_id=author.pk, at=NOON) == 0
    account_update(user_id=author.pk, changes={"is_private": False})

    assert requests_accept(user_id=author.pk, at=NOON) == 2
    assert requests_accept(user_id=author.pk, at=NOON) == 0

    assert _counts(author) == (2, 0)
    assert [_counts(fan) for fan in fans] == [(0, 1), (0, 1), (0, 0)]


@pytest.mark.parametrize("act", [follow_add, block_add, mute_add])
def test_nobody_does_it_to_oneself_or_to_nobody(act):
    me = UserFactory()
    closed = UserFactory(is_active=False)
    mine, theirs = {
        follow_add: ("follower_id", "followed_id"),
        block_add: ("blocker_id", "blocked_id"),
        mute_add: ("muter_id", "muted_id"),
    }[act]

    with pytest.raises(NotWithOneself):
        act(**{mine: me.pk, theirs: me.pk}, at=NOON)
    for missing in (closed.pk, 2**62):
        with pytest.raises(AccountNotFound):
            act(**{mine: me.pk, theirs: missing}, at=NOON)

    assert not Follow.objects.exists() and not Block.objects.exists() and not Mute.objects.exists()
    assert not Event.objects.exists()


def test_a_block_ends_follows_both_ways_and_keeps_new_ones_out():
    one, other = UserFactory(), UserFactory()
    _follow(one, other)
    _follow(other, one)

    assert block_add(blocker_id=one.pk, blocked_id=other.pk, at=NOON) is True
    assert block_add(blocker_id=one.pk, blocked_id=other.pk, at=NOON) is False

    assert (_counts(one), _counts(other)) == ((0, 0), (0, 0))
    assert blocked_ids(one.pk) == {other.pk}
    assert blocked_ids(other.pk) == {one.pk}
    for fan, author in ((one, other), (other, one)):
        with pytest.raises(AccountNotFound):
            _follow(fan, author)
        with pytest.raises(AccountNotFound):
            mute_add(muter_id=fan.pk, muted_id=author.pk, at=NOON)
    assert not Follow.objects.exists()
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["followed", "followed", "unfollowed", "unfollowed", "blocked"]


def test_a_block_is_taken_back_by_who_made_it():
    one, other = UserFactory(), UserFactory()
    block_add(blocker_id=one.pk, blocked_id=other.pk, at=NOON)

    assert block_remove(blocker_id=other.pk, blocked_id=one.pk, at=NOON) is False
    assert blocked_ids(other.pk) == {one.pk}
    assert block_remove(blocker_id=one.pk, blocked_id=other.pk, at=NOON) is True

    assert blocked_ids(other.pk) == set()


def test_a_mute_hides_the_one_from_the_other_alone():
    one, other, blocked = UserFactory(), UserFactory(), UserFactory()
    block_add(blocker_id=blocked.pk, blocked_id=one.pk, at=NOON)

    assert mute_add(muter_id=one.pk, muted_id=other.pk, at=NOON) is True
    assert mute_add(muter_id=one.pk, muted_id=other.pk, at=NOON) is False

    assert hidden_author_ids(one.pk) == {other.pk, blocked.pk}
    assert hidden_author_ids(other.pk) == set()
    assert mute_remove(muter_id=one.pk, muted_id=other.pk, at=NOON) is True
    assert hidden_author_ids(one.pk) == {blocked.pk}


def test_a_list_costs_the_same_however_long(django_assert_num_queries):
    viewer, author = UserFactory(), UserFactory()
    for _ in range(3):
        _follow(UserFactory(), author)
    with django_assert_num_queries(2):
        short, _ = followers_page(user_id=author.pk, viewer_id=viewer.pk, before=None, limit=20)
    for _ in range(9):
        _follow(UserFactory(), author)

    with django_assert_num_queries(2):
        page, after = followers_page(user_id=author.pk, viewer_id=viewer.pk, before=None, limit=20)

    assert (len(short), len(page), after) == (3, 12, None)


@pytest.mark.django_db(transaction=True)
def test_counters_are_exact_when_many_follow_and_unfollow_at_once():
    author = UserFactory()
    fans = [UserFactory() for _ in range(12)]
    for fan in fans[:6]:
        _follow(fan, author)
    follow = [
        partial(follow_add, follower_id=fan.pk, followed_id=author.pk, at=timezone.now())
        for fan in fans[6:]
    ]
    unfollow = [
        partial(follow_remove, follower_id=fan.pk, followed_id=author.pk, at=timezone.now())
        for fan in fans[:3]
    ]

    results = together([*follow, *follow, *unfollow, *unfollow])

    assert not [result for result in results if isinstance(result, Exception)]
    assert _counts(author) == (9, 0)
    assert Follow.objects.filter(followed=author).count() == 9
    assert User.objects.filter(following_count=1).count() == 9


@pytest.mark.django_db(transaction=True)
def test_two_that_follow_each_other_at_once_never_wait_in_a_circle():
    one, other = UserFactory(), UserFactory()
    there = partial(follow_add, follower_id=one.pk, followed_id=other.pk, at=NOON)
    back = partial(follow_add, follower_id=other.pk, followed_id=one.pk, at=NOON)

    results = together([there, back] * 6)

    assert not [result for result in results if isinstance(result, Exception)]
    assert (_counts(one), _counts(other)) == ((1, 1), (1, 1))


@pytest.mark.django_db(transaction=True)
def test_a_follow_never_slips_past_a_block():
    for _ in range(5):
        one, other = UserFactory(), UserFactory()
        block = partial(block_add, blocker_id=one.pk, blocked_id=other.pk, at=NOON)
        follow = partial(follow_add, follower_id=other.pk, followed_id=one.pk, at=NOON)

        together([block, follow, follow])

        assert not Follow.objects.filter(follower=other).exists()
        assert (_counts(one), _counts(other)) == ((0, 0), (0, 0))
