"""Publishing posts."""

import orjson
import pytest

from analytics.models import Event
from posts.models import Decision, Post, PostHashtag
from posts.services import (
    InvalidHashtag,
    TooManyHashtags,
    post_create,
    post_publish,
)
from posts.tests.factories import (
    NOON,
    UserFactory,
)
from posts.tests.policies import toxic_is_held
from profiles.models import User
from profiles.services import AccountGone
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_is_toxic():
    toxic_is_held(0.0)


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
    tasks = Job.objects.order_by("pk").values_list("task", flat=True)
    assert list(tasks) == ["posts.tasks.post_entered", "posts.tasks.text_revise"]


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
    assert not Job.objects.filter(task="posts.tasks.post_entered").exists()


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


def test_a_reel_with_a_toxic_caption_is_held_when_it_is_ready():
    reel = post_create(
        author_id=UserFactory().pk, content="Jump", kind="reel", moderation="processing", at=NOON
    )
    toxic_is_held(0.0)

    post_publish(post_id=reel.pk, media={}, at=NOON)

    assert Post.objects.get().moderation == "held"
    assert kinds() == ["posted", "hidden"]
