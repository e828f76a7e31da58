"""Publishing, changing and deleting posts."""

import orjson
import pytest

from analytics.models import Event
from posts.models import Decision, Post, PostHashtag
from posts.services import (
    InvalidHashtag,
    NotTheAuthor,
    PostNotFound,
    TooManyHashtags,
    fragments_rewrite,
    post_create,
    post_delete,
    post_publish,
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
from posts.tests.sights import UNSEEN, unseen_post_id
from profiles.models import User
from profiles.services import AccountGone
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_is_toxic(settings):
    settings.SOCIALML_HOLD_ABOVE_TOXICITY = 0.0


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def post_count(user):
    return User.objects.values_list("post_count", flat=True).get(pk=user.pk)


def test_a_post_is_a_row_its_hashtags_a_count_and_an_event():
    author = UserFactory()

    post = post_create(
        author_id=author.pk,
        content="Morning #Run by the sea #été",
        category="fitness",
        hashtags=["#Sea", "run"],
        at=NOON,
    )

    kept = Post.objects.get()
    assert (kept.pk, kept.content) == (post.pk, "Morning #Run by the sea #été")
    assert (kept.kind, kept.category, kept.moderation) == ("post", "fitness", "visible")
    assert kept.hashtags == ["run", "été", "sea"]
    assert set(PostHashtag.objects.values_list("name", flat=True)) == {"run", "été", "sea"}
    assert kept.language and kept.sentiment == kept.insights["sentiment"]["label"]
    assert post_count(author) == 1
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.post_id) == ("posted", author.pk, post.pk)
    assert (event.category, event.hashtags) == ("fitness", ["run", "été", "sea"])
    assert Job.objects.get().task == "posts.tasks.post_entered"


def test_the_fragment_is_the_card_without_counters():
    author = UserFactory(display_name="Ann")

    post = post_create(author_id=author.pk, content="Hello", at=NOON)

    fragment = orjson.loads(Post.objects.values_list("fragment", flat=True).get())
    assert fragment == {
        "id": post.pk,
        "kind": "post",
        "author": {"id": author.pk, "username": author.username, "display_name": "Ann"},
        "content": "Hello",
        "category": "",
        "hashtags": [],
        "language": post.language,
        "sentiment": post.sentiment,
        "published_at": "2026-11-02T12:00:00Z",
        "edited_at": None,
        "media": {},
    }


def test_a_toxic_text_is_held_and_nobody_is_told_of_it(everything_is_toxic):
    author = UserFactory()

    post = post_create(author_id=author.pk, content="Anything at all", at=NOON)

    assert Post.objects.get().moderation == "held"
    assert Post.objects.visible_to(author.pk).exists()
    assert not Post.objects.visible_to(UserFactory().pk).exists()
    decision = Decision.objects.get()
    assert (decision.account_id, decision.post_id) == (author.pk, post.pk)
    assert (decision.action, decision.is_automated) == ("hold", True)
    assert kinds() == ["posted", "hidden"]
    assert post_count(author) == 0
    assert not Job.objects.exists()


def test_too_many_hashtags_store_nothing(settings):
    author = UserFactory()
    settings.MAX_HASHTAGS_PER_POST = 3

    with pytest.raises(TooManyHashtags):
        post_create(author_id=author.pk, content="#a #b #c", hashtags=["d"], at=NOON)

    assert not Post.objects.exists()
    assert not Event.objects.exists()


def test_a_hashtag_named_twice_counts_once(settings):
    settings.MAX_HASHTAGS_PER_POST = 2

    post = post_create(
        author_id=UserFactory().pk, content="#Sea #SEA #sun", hashtags=["#sun"], at=NOON
    )

    assert post.hashtags == ["sea", "sun"]


@pytest.mark.parametrize("name", ["two words", "", "#", "a-b", "12", "x" * 65, "ﷺ" * 20])
def test_a_word_that_cannot_be_a_hashtag_is_refused(name):
    with pytest.raises(InvalidHashtag):
        post_create(author_id=UserFactory().pk, content="Hi", hashtags=[name], at=NOON)

    assert not Post.objects.exists()


@pytest.mark.parametrize("name", ["हिन्दी", "ภาษาไทย", "café", "日本"])
def test_a_hashtag_may_be_of_any_script(name):
    post = post_create(author_id=UserFactory().pk, content=f"Look #{name}!", at=NOON)

    assert post.hashtags == [name]


def test_a_closed_account_publishes_nothing():
    author = UserFactory(is_active=False)

    with pytest.raises(AccountGone):
        post_create(author_id=author.pk, content="Still here", at=NOON)

    assert not Post.objects.exists()
    assert not Event.objects.exists()


def test_a_reel_enters_when_its_video_is_ready():
    author = UserFactory()
    reel = post_create(
        author_id=author.pk, content="Jump", kind="reel", moderation="processing", at=NOON
    )
    assert (post_count(author), kinds()) == (0, [])
    assert not Post.objects.visible_to(author.pk).exists()

    media = {"video": "/media/a.mp4", "duration_ms": 2000}
    first = post_publish(post_id=reel.pk, media=media, at=NOON)
    second = post_publish(post_id=reel.pk, media={}, at=NOON)

    assert (first.pk, second) == (reel.pk, None)
    kept = Post.objects.get()
    assert (kept.moderation, kept.media) == ("visible", media)
    assert '"duration_ms":2000' in kept.fragment
    assert (post_count(author), kinds()) == (1, ["posted"])


def test_a_reel_with_a_toxic_caption_is_held_when_it_is_ready(settings):
    reel = post_create(
        author_id=UserFactory().pk, content="Jump", kind="reel", moderation="processing", at=NOON
    )
    settings.SOCIALML_HOLD_ABOVE_TOXICITY = 0.0

    post_publish(post_id=reel.pk, media={}, at=NOON)

    assert Post.objects.get().moderation == "held"
    assert kinds() == ["posted", "hidden"]


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


def test_an_edit_that_turns_toxic_is_held_and_one_that_cleans_comes_out(settings):
    author = UserFactory()
    post = post_create(author_id=author.pk, content="Fine", at=NOON)

    settings.SOCIALML_HOLD_ABOVE_TOXICITY = 0.0
    post_update(post_id=post.pk, author_id=author.pk, content="Worse", at=NOON)
    assert (Post.objects.get().moderation, post_count(author)) == ("held", 0)

    settings.SOCIALML_HOLD_ABOVE_TOXICITY = 1.1
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
