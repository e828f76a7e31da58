"""Changing and deleting posts."""

import orjson
import pytest

from analytics.models import Event
from posts.models import Decision, Post, PostHashtag
from posts.services import (
    NotTheAuthor,
    PostNotFound,
    fragments_rewrite,
    post_create,
    post_delete,
    post_update,
)
from posts.tests.factories import (
    NOON,
    CommentFactory,
    LikeFactory,
    PostFactory,
    SaveFactory,
    UserFactory,
)
from posts.tests.policies import toxic_is_held
from posts.tests.sights import UNSEEN, unseen_post_id
from profiles.models import User

pytestmark = pytest.mark.django_db


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def post_count(user):
    return User.objects.values_list("post_count", flat=True).get(pk=user.pk)


def test_an_edit_scores_again_and_keeps_the_hashtags_in_step():
    author = UserFactory()
    post = post_create(author_id=author.pk, content="Old #one", hashtags=["beside"], at=NOON)

    post_update(post_id=post.pk, author_id=author.pk, content="I love this #two", at=NOON)

    kept = Post.objects.get()
    assert kept.hashtags == ["two", "beside"]
    assert set(PostHashtag.objects.values_list("name", flat=True)) == {"two", "beside"}
    assert kept.edited_at == NOON
    assert kept.sentiment == kept.insights["sentiment"]["label"] == "positive"
    assert orjson.loads(kept.fragment)["content"] == "I love this #two"


def test_hashtags_of_an_edit_replace_those_given_before():
    author = UserFactory()
    post = post_create(author_id=author.pk, content="Old #one", hashtags=["beside"], at=NOON)

    post_update(post_id=post.pk, author_id=author.pk, hashtags=["new"], at=NOON)

    assert Post.objects.get().hashtags == ["one", "new"]


def test_an_edit_that_changes_nothing_leaves_no_trace():
    post = PostFactory()

    post_update(post_id=post.pk, author_id=post.author_id, content=post.content, at=NOON)

    assert Post.objects.get().edited_at is None


def test_an_edit_does_not_lose_likes_counted_meanwhile():
    post = PostFactory()
    Post.objects.update(like_count=7)

    post_update(post_id=post.pk, author_id=post.author_id, content="Other words", at=NOON)

    assert Post.objects.get().like_count == 7


def test_an_edit_that_turns_toxic_is_held_and_one_that_cleans_comes_out():
    author = UserFactory()
    post = post_create(author_id=author.pk, content="Fine", at=NOON)

    toxic_is_held(0.0)
    post_update(post_id=post.pk, author_id=author.pk, content="Worse", at=NOON)
    assert (Post.objects.get().moderation, post_count(author)) == ("held", 0)

    toxic_is_held(1.1)
    post_update(post_id=post.pk, author_id=author.pk, content="Better", at=NOON)
    assert (Post.objects.get().moderation, post_count(author)) == ("visible", 1)
    assert list(Decision.objects.order_by("pk").values_list("action", flat=True)) == [
        "hold",
        "restore",
    ]
    assert kinds() == ["posted", "hidden", "restored"]


def test_an_edit_does_not_bring_back_what_a_moderator_hid():
    post = PostFactory(moderation="hidden")

    post_update(post_id=post.pk, author_id=post.author_id, content="Quite harmless", at=NOON)

    assert Post.objects.get().moderation == "hidden"
    assert not Decision.objects.exists()


def test_others_may_not_change_or_delete_a_post_they_see():
    post, other = PostFactory(), UserFactory()

    with pytest.raises(NotTheAuthor):
        post_update(post_id=post.pk, author_id=other.pk, content="Mine now", at=NOON)
    with pytest.raises(NotTheAuthor):
        post_delete(post_id=post.pk, author_id=other.pk, at=NOON)

    assert Post.objects.get().content == post.content
    assert not Event.objects.exists()


@pytest.mark.parametrize("why", UNSEEN)
def test_a_post_out_of_sight_cannot_be_told_from_a_missing_one(why):
    viewer = UserFactory()
    post_id = unseen_post_id(viewer, why)

    with pytest.raises(PostNotFound):
        post_delete(post_id=post_id, author_id=viewer.pk, at=NOON)

    assert not Event.objects.exists()


def test_deleting_takes_everything_along_but_the_log():
    post = PostFactory(hashtags=["gone"])
    LikeFactory(post=post)
    SaveFactory(post=post)
    parent = CommentFactory(post=post)
    CommentFactory(post=post, parent=parent, depth=1)

    post_delete(post_id=post.pk, author_id=post.author_id, at=NOON)

    assert not Post.objects.exists()
    assert not PostHashtag.objects.exists()
    assert post_count(post.author) == 0
    event = Event.objects.get()
    assert (event.kind, event.post_id, event.hashtags) == ("post_deleted", post.pk, ["gone"])


def test_a_new_name_reaches_every_fragment_of_its_account():
    author = UserFactory()
    PostFactory.create_batch(3, author=author)
    other = PostFactory()
    User.objects.filter(pk=author.pk).update(display_name="New Name")

    assert fragments_rewrite(author_id=author.pk) == 3

    fragments = Post.objects.filter(author=author).values_list("fragment", flat=True)
    assert all('"display_name":"New Name"' in fragment for fragment in fragments)
    assert "New Name" not in Post.objects.get(pk=other.pk).fragment
