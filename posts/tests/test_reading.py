"""Who sees which posts, in what order, and at what cost."""

from datetime import timedelta

import pytest

from posts.selectors import PostFilter, cards, post_of, posts_page, saved_page
from posts.tests.factories import (
    NOON,
    BlockFactory,
    FollowFactory,
    LikeFactory,
    PostFactory,
    SaveFactory,
    UserFactory,
)
from posts.tests.sights import UNSEEN, unseen_post_id

pytestmark = pytest.mark.django_db


def ids(page):
    return [card["id"] for card in page.results]


@pytest.mark.parametrize("why", UNSEEN)
def test_a_post_out_of_sight_is_in_no_list(why):
    viewer = UserFactory()
    post_id = unseen_post_id(viewer, why)
    if why != "missing":
        SaveFactory(user=viewer, post_id=post_id, post=None)

    assert posts_page(viewer_id=viewer.pk, narrow=PostFilter()).results == []
    assert saved_page(viewer_id=viewer.pk).results == []
    assert cards([post_id], viewer.pk) == []
    assert post_of(post_id=post_id, viewer_id=viewer.pk) is None


def test_cards_come_in_the_order_asked_with_the_viewer_s_marks():
    viewer = UserFactory()
    liked, saved, followed = PostFactory(like_count=3), PostFactory(), PostFactory()
    LikeFactory(user=viewer, post=liked)
    SaveFactory(user=viewer, post=saved)
    FollowFactory(follower=viewer, followed=followed.author)
    LikeFactory(post=saved)

    found = cards([followed.pk, liked.pk, saved.pk], viewer.pk)

    marks = [(card["id"], card["liked"], card["saved"], card["following"]) for card in found]
    assert marks == [
        (followed.pk, False, False, True),
        (liked.pk, True, False, False),
        (saved.pk, False, True, False),
    ]
    assert found[1]["like_count"] == 3


def test_a_request_to_follow_is_not_following():
    viewer, post = UserFactory(), PostFactory()
    FollowFactory(follower=viewer, followed=post.author, state="requested")

    assert cards([post.pk], viewer.pk)[0]["following"] is False


@pytest.mark.parametrize("count", [2, 12])
def test_a_list_takes_two_queries_whatever_its_length(count, django_assert_num_queries):
    viewer = UserFactory()
    PostFactory.create_batch(count)

    with django_assert_num_queries(2):
        page = posts_page(viewer_id=viewer.pk, narrow=PostFilter(), limit=50)

    assert len(page.results) == count


@pytest.mark.parametrize("count", [2, 12])
def test_the_saved_list_takes_two_queries_whatever_its_length(count, django_assert_num_queries):
    viewer = UserFactory()
    saves = [SaveFactory(user=viewer) for _ in range(count)]

    with django_assert_num_queries(2):
        page = saved_page(viewer_id=viewer.pk, limit=50)

    assert ids(page) == [save.post_id for save in reversed(saves)]


@pytest.mark.parametrize("ordering", ["newest", "oldest", "popular"])
def test_pages_neither_repeat_nor_skip(ordering):
    viewer = UserFactory()
    # Many ties: only the id tells them apart.
    for n in range(11):
        PostFactory(published_at=NOON + timedelta(seconds=n // 4), like_count=n % 3)
    whole = ids(posts_page(viewer_id=viewer.pk, narrow=PostFilter(), ordering=ordering, limit=50))

    walked, after = [], None
    while True:
        page = posts_page(
            viewer_id=viewer.pk, narrow=PostFilter(), ordering=ordering, after=after, limit=3
        )
        walked += ids(page)
        after = page.next
        if after is None:
            break

    assert walked == whole
    assert len(set(walked)) == 11


def test_a_post_published_between_two_pages_shifts_nothing():
    viewer = UserFactory()
    posts = [PostFactory(published_at=NOON + timedelta(seconds=n)) for n in range(4)]
    first = posts_page(viewer_id=viewer.pk, narrow=PostFilter(), limit=2)
    PostFactory(published_at=NOON + timedelta(seconds=9))

    second = posts_page(viewer_id=viewer.pk, narrow=PostFilter(), after=first.next, limit=2)

    assert ids(first) + ids(second) == [post.pk for post in reversed(posts)]
    assert second.next is None


def test_orders_by_time_or_likes():
    viewer = UserFactory()
    old = PostFactory(published_at=NOON - timedelta(days=1), like_count=5)
    new = PostFactory(published_at=NOON, like_count=1)

    def ordered(ordering):
        return ids(posts_page(viewer_id=viewer.pk, narrow=PostFilter(), ordering=ordering))

    assert ordered("newest") == [new.pk, old.pk]
    assert ordered("oldest") == [old.pk, new.pk]
    assert ordered("popular") == [old.pk, new.pk]


@pytest.mark.parametrize(
    "narrow",
    [
        {"category": "music"},
        {"hashtag": "jazz"},
        {"words": ["double", "BASS"]},
        {"sentiment": "positive"},
        {"kind": "reel"},
        {"since": NOON},
        {"until": NOON + timedelta(hours=3)},
    ],
    ids=str,
)
def test_a_filter_keeps_what_it_names(narrow):
    viewer = UserFactory()
    is_early = "until" in narrow
    hit = PostFactory(
        content="The double bass solo",
        category="music",
        hashtags=["jazz", "solo"],
        sentiment="positive",
        kind="reel",
        published_at=NOON + timedelta(hours=1),
    )
    PostFactory(content="A single bass", published_at=NOON + timedelta(hours=5 if is_early else -5))

    assert ids(posts_page(viewer_id=viewer.pk, narrow=PostFilter(**narrow))) == [hit.pk]


def test_a_list_of_one_author_keeps_to_them():
    post = PostFactory()
    PostFactory()

    page = posts_page(viewer_id=UserFactory().pk, narrow=PostFilter(author_id=post.author_id))

    assert ids(page) == [post.pk]


@pytest.mark.parametrize("sign", ["%", "_", "\\", '"', "*", "(a+)+$", "'", "' OR 1=1 --"])
def test_search_takes_every_sign_as_it_is(sign):
    viewer = UserFactory()
    hit = PostFactory(content=f"odd {sign} sign")
    PostFactory(content="plain words")

    page = posts_page(viewer_id=viewer.pk, narrow=PostFilter(words=sign.split()))

    assert ids(page) == [hit.pk]


def test_one_s_own_held_post_is_in_one_s_own_list_alone():
    post = PostFactory(moderation="held")

    def seen_by(viewer):
        return ids(posts_page(viewer_id=viewer.pk, narrow=PostFilter()))

    assert seen_by(post.author) == [post.pk]
    assert seen_by(UserFactory()) == []


def test_only_its_author_learns_how_a_post_was_judged():
    post = PostFactory(insights={"toxicity": {"score": 0.1}}, moderation_reason="")

    mine = post_of(post_id=post.pk, viewer_id=post.author_id)
    theirs = post_of(post_id=post.pk, viewer_id=UserFactory().pk)

    assert (mine["moderation"], mine["insights"]) == ("visible", post.insights)
    assert not {"moderation", "moderation_reason", "insights"} & set(theirs)


def test_the_saved_list_pages_by_the_save():
    viewer = UserFactory()
    saves = [SaveFactory(user=viewer) for _ in range(5)]
    BlockFactory(blocker=viewer, blocked=saves[3].post.author)

    first = saved_page(viewer_id=viewer.pk, limit=2)
    second = saved_page(viewer_id=viewer.pk, after=first.next[0], limit=2)

    assert ids(first) + ids(second) == [saves[n].post_id for n in (4, 2, 1, 0)]
    assert second.next is None
