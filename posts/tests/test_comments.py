"""Comments, their replies, and what remains of them."""

import pytest

from analytics.models import Event
from posts.models import Comment, Decision, Post
from posts.selectors import comment_of, comments_page
from posts.services import (
    CommentNotFound,
    CommentTooDeep,
    NotTheirComment,
    PostNotFound,
    comment_add,
    comment_delete,
)
from posts.tests.factories import (
    NOON,
    BlockFactory,
    CommentFactory,
    PostFactory,
    UserFactory,
)
from posts.tests.policies import toxic_is_held
from posts.tests.sights import UNSEEN, unseen_post_id

pytestmark = pytest.mark.django_db


def say(post, author=None, parent=None, content="Well said"):
    return comment_add(
        post_id=post.pk,
        author_id=(author or UserFactory()).pk,
        content=content,
        parent_id=parent.pk if parent else None,
        at=NOON,
    )


def counts(post):
    return Post.objects.values_list("comment_count", flat=True).get(pk=post.pk)


def reply_count(comment):
    return Comment.objects.values_list("reply_count", flat=True).get(pk=comment.pk)


def test_a_comment_is_a_row_a_count_and_an_event():
    post, author = PostFactory(category="art"), UserFactory()

    comment = say(post, author)

    kept = Comment.objects.get()
    assert (kept.pk, kept.author_id, kept.depth, kept.moderation) == (
        comment.pk,
        author.pk,
        0,
        "visible",
    )
    assert kept.language and kept.insights["sentiment"]
    assert counts(post) == 1
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.post_id, event.comment_id) == (
        "commented",
        author.pk,
        post.pk,
        comment.pk,
    )
    assert (event.target_id, event.category) == (post.author_id, "art")


def test_a_reply_counts_for_the_post_and_its_parent():
    post = PostFactory()
    parent = say(post)

    reply = say(post, parent=parent)

    assert (reply.parent_id, reply.depth) == (parent.pk, 1)
    assert (counts(post), reply_count(parent)) == (2, 1)


@pytest.mark.parametrize("why", UNSEEN)
def test_a_post_out_of_sight_takes_no_comment(why):
    viewer = UserFactory()
    post_id = unseen_post_id(viewer, why)

    with pytest.raises(PostNotFound):
        comment_add(post_id=post_id, author_id=viewer.pk, content="Hello?", at=NOON)

    assert not Comment.objects.exists()
    assert not Event.objects.exists()


def test_a_reply_needs_a_parent_one_may_read_on_the_same_post():
    post, author = PostFactory(), UserFactory()
    blocking = say(post)
    BlockFactory(blocker=blocking.author, blocked=author)
    hidden = CommentFactory(post=post, moderation="hidden")
    elsewhere = CommentFactory()
    gone = CommentFactory(post=post, deleted_at=NOON)
    before = Event.objects.count()

    for parent in (blocking, hidden, elsewhere, gone):
        with pytest.raises(CommentNotFound):
            say(post, author, parent=parent)

    assert not Comment.objects.filter(author=author).exists()
    assert Event.objects.count() == before


def test_replies_end_at_the_eighth_level():
    post = PostFactory()
    parent = None
    for _ in range(9):
        parent = say(post, parent=parent)
    assert parent.depth == 8

    with pytest.raises(CommentTooDeep):
        say(post, parent=parent)

    assert counts(post) == 9


def test_a_toxic_comment_is_held_and_seen_by_its_author_alone():
    toxic_is_held(0.0)
    post, author = PostFactory(), UserFactory()

    comment = say(post, author)

    assert comment.moderation == "held"
    assert counts(post) == 0
    assert Decision.objects.get().comment_id == comment.pk
    assert comment_of(comment_id=comment.pk, post_id=post.pk, viewer_id=author.pk)
    assert not comment_of(comment_id=comment.pk, post_id=post.pk, viewer_id=post.author_id)


def test_a_comment_without_replies_goes_altogether():
    post = PostFactory()
    comment = say(post)

    comment_delete(post_id=post.pk, comment_id=comment.pk, actor_id=comment.author_id, at=NOON)

    assert not Comment.objects.exists()
    assert counts(post) == 0
    assert Event.objects.order_by("pk").last().kind == "comment_deleted"


def test_a_comment_with_replies_leaves_an_empty_place():
    post, viewer = PostFactory(), UserFactory()
    parent = say(post, content="Secret words")
    reply = say(post, parent=parent)

    comment_delete(post_id=post.pk, comment_id=parent.pk, actor_id=parent.author_id, at=NOON)

    place = comments_page(post_id=post.pk, viewer_id=viewer.pk).results[0]
    assert (place["id"], place["is_deleted"], place["author"]) == (parent.pk, True, None)
    assert (place["content"], place["reply_count"]) == ("", 1)
    replies = comments_page(post_id=post.pk, viewer_id=viewer.pk, parent_id=parent.pk)
    assert [one["id"] for one in replies.results] == [reply.pk]
    assert counts(post) == 1
    assert not Comment.objects.filter(content="Secret words").exists()


def test_an_empty_place_goes_with_its_last_reply():
    post = PostFactory()
    top = say(post)
    middle = say(post, parent=top)
    last = say(post, parent=middle)
    for comment in (top, middle, last):
        comment_delete(post_id=post.pk, comment_id=comment.pk, actor_id=comment.author_id, at=NOON)

    assert not Comment.objects.exists()
    assert counts(post) == 0


def test_deleting_a_reply_counts_down_at_its_parent():
    post = PostFactory()
    parent = say(post)
    reply = say(post, parent=parent)

    comment_delete(post_id=post.pk, comment_id=reply.pk, actor_id=reply.author_id, at=NOON)

    assert (counts(post), reply_count(parent)) == (1, 0)


def test_the_post_s_author_may_delete_any_comment_others_may_not():
    post = PostFactory()
    comment = say(post)

    with pytest.raises(NotTheirComment):
        comment_delete(post_id=post.pk, comment_id=comment.pk, actor_id=UserFactory().pk, at=NOON)
    assert counts(post) == 1

    comment_delete(post_id=post.pk, comment_id=comment.pk, actor_id=post.author_id, at=NOON)
    assert counts(post) == 0


def test_a_comment_of_another_post_or_gone_before_is_not_found():
    comment = CommentFactory()

    for post_id, comment_id in ((PostFactory().pk, comment.pk), (comment.post_id, 10**12)):
        with pytest.raises(CommentNotFound):
            comment_delete(
                post_id=post_id, comment_id=comment_id, actor_id=comment.author_id, at=NOON
            )

    assert Comment.objects.count() == 1
    assert not Event.objects.exists()


def test_comments_of_blocked_accounts_are_neither_shown_nor_counted():
    post, viewer = PostFactory(), UserFactory()
    top = say(post)
    blocking, blocked = say(post), say(post)
    reply = say(post, author=blocked.author, parent=top)
    BlockFactory(blocker=blocking.author, blocked=viewer)
    BlockFactory(blocker=viewer, blocked=blocked.author)

    shown = comments_page(post_id=post.pk, viewer_id=viewer.pk).results
    others = comments_page(post_id=post.pk, viewer_id=UserFactory().pk).results

    assert [(one["id"], one["reply_count"]) for one in shown] == [(top.pk, 0)]
    assert [one["id"] for one in others] == [blocked.pk, blocking.pk, top.pk]
    assert others[-1]["reply_count"] == 1
    assert comments_page(post_id=post.pk, viewer_id=viewer.pk, parent_id=blocked.pk) is None
    assert reply.pk


def test_comments_of_suspended_accounts_are_not_shown():
    comment = CommentFactory(author__is_active=False)

    page = comments_page(post_id=comment.post_id, viewer_id=UserFactory().pk)

    assert page.results == []


@pytest.mark.parametrize("parent", [False, True])
def test_pages_neither_repeat_nor_skip(parent):
    post = PostFactory()
    top = say(post) if parent else None
    said = [say(post, parent=top).pk for _ in range(7)]

    walked, after = [], None
    while True:
        page = comments_page(
            post_id=post.pk,
            viewer_id=post.author_id,
            parent_id=top.pk if top else None,
            after=after,
            limit=3,
        )
        walked += [one["id"] for one in page.results]
        if page.next is None:
            break
        after = page.next[0]

    assert walked == (said if parent else said[::-1])


@pytest.mark.parametrize("count", [1, 15])
def test_a_thread_takes_three_queries_whatever_its_length(count, django_assert_num_queries):
    post = PostFactory()
    CommentFactory.create_batch(count, post=post)

    with django_assert_num_queries(3):
        page = comments_page(post_id=post.pk, viewer_id=post.author_id, limit=50)

    assert len(page.results) == count
