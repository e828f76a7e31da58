"""Less of what one asked for less of, and of what one swipes away, until that is taken back."""

from datetime import timedelta

import pytest

from analytics.models import Event
from mlengine.models import Slate
from mlengine.predictions import slate_by_id
from mlengine.slates import account_refresh
from mlengine.slates.catalogue import catalogue_forget
from mlengine.tests.community import act, community_make, feed_model_make, post_make
from mlengine.tests.stored_slates import items_of
from posts.models import Dismissal
from profiles.models import Follow, Preferences
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


@pytest.fixture
def followed(viewer):
    """Make posts of authors whom the viewer follows, equally new: nothing else tells them apart."""

    def make(author=None, **facts):
        author = author or UserFactory()
        Follow.objects.get_or_create(
            follower=viewer, followed=author, defaults={"followed_at": NOON}
        )
        return post_make(author, **facts)

    return make


def slate_of(viewer, *, at=NOON):
    account_refresh(user_id=viewer.pk, at=at)
    newest = Slate.objects.filter(audience="account", audience_id=viewer.pk, surface="feed")
    return slate_by_id(newest.latest("id").pk)


def score(slate, post):
    return slate.scores[slate.ids.index(post.pk)]


def taken(slate, post):
    place = slate.ids.index(post.pk)
    return dict(zip(slate.sources[place], items_of(slate)["contributions"][place], strict=True))


def dismiss(viewer, post, *, at=NOON):
    return Dismissal.objects.create(user=viewer, post=post, dismissed_at=at)


def test_less_of_the_author_and_the_hashtags_of_what_was_dismissed(viewer, followed):
    author = UserFactory()
    unwanted = followed(author, hashtags=["spiders"])
    same_author, same_tag = followed(author), followed(hashtags=["spiders"])
    other = followed()
    dismiss(viewer, unwanted)

    slate = slate_of(viewer)

    assert unwanted.pk not in slate.ids
    full = score(slate, other)
    assert score(slate, same_author) == pytest.approx(0.5 * full, abs=0.001)
    assert score(slate, same_tag) == pytest.approx(0.6 * full, abs=0.001)
    assert sum(taken(slate, same_tag).values()) == pytest.approx(0.6 * full, abs=0.001)
    assert taken(slate, same_tag)["dismissed"] == pytest.approx(-0.4 * full, abs=0.001)
    assert slate.ids[0] == other.pk


def test_taken_back_everything_is_as_before(viewer, followed):
    author = UserFactory()
    unwanted, same_author = followed(author), followed(author)
    followed()
    before = slate_of(viewer)

    row = dismiss(viewer, unwanted)
    assert score(slate_of(viewer), same_author) < score(before, same_author)
    row.delete()

    after = slate_of(viewer)
    assert (after.ids, after.scores) == (before.ids, before.scores)


def test_what_was_dismissed_before_a_reset_stays_away_but_says_nothing_of_others(viewer, followed):
    author = UserFactory()
    unwanted, same_author, other = followed(author), followed(author), followed()
    dismiss(viewer, unwanted, at=NOON - timedelta(hours=1))
    Preferences.objects.create(user=viewer, history_since=NOON, changed_at=NOON)

    slate = slate_of(viewer)

    assert unwanted.pk not in slate.ids
    assert score(slate, same_author) == score(slate, other)


def test_neighbours_of_what_was_dismissed_fall():
    fans, posts = community_make()
    feed_model_make()
    fan = fans[0]
    before = slate_of(fan)
    [music] = [post for post in posts if post.pk == before.ids[0]]
    dismiss(fan, music)

    slate = slate_of(fan)

    # Of other authors, and without the hashtags counted: neighbours by what people like alone.
    others = [
        post
        for post in posts
        if post.pk in slate.ids and post.author_id != music.author_id and post.category == "music"
    ]
    assert others
    shares = {post.pk: score(slate, post) / score(before, post) for post in others}
    assert min(shares.values()) < 0.6 - 0.05
    assert max(shares.values()) <= 0.6 + 0.02


def test_what_is_swiped_away_lets_its_author_and_topic_fall_in_the_session(viewer, followed):
    author = UserFactory()
    swiped = followed(author, category="food", hashtags=["soup"])
    same_author = followed(author)
    same_tag, same_category = followed(hashtags=["soup"]), followed(category="food")
    other = followed()
    act(viewer, swiped, Event.Kind.SKIPPED, at=NOON - timedelta(minutes=1))

    slate = slate_of(viewer)

    full = score(slate, other)
    falls = [score(slate, post) / full for post in (same_author, same_tag, same_category)]
    assert falls == pytest.approx([0.6, 0.75, 0.8], abs=0.002)
    assert taken(slate, same_author)["skipped"] < 0


def test_each_further_swipe_takes_less_and_something_always_stays(viewer, followed):
    author = UserFactory()
    left, other = followed(author), followed()
    shares = []
    for _ in range(4):
        act(viewer, followed(author), Event.Kind.SKIPPED)
        catalogue_forget()
        slate = slate_of(viewer)
        shares.append(score(slate, left) / score(slate, other))

    assert shares == pytest.approx([0.6, 0.4, 0.3, 0.25], abs=0.002)


def test_after_the_session_swipes_are_forgotten(viewer, followed):
    author = UserFactory()
    swiped, same_author, other = followed(author), followed(author), followed()
    act(viewer, swiped, Event.Kind.SKIPPED, at=NOON - timedelta(minutes=31))

    slate = slate_of(viewer)

    assert score(slate, same_author) == score(slate, other)


def test_who_likes_as_much_of_a_topic_as_they_swipe_away_keeps_it(viewer, followed):
    swiped, liked = (followed(hashtags=["soup"], category="food") for _ in range(2))
    left, other = followed(hashtags=["soup"], category="food"), followed()
    act(viewer, swiped, Event.Kind.SKIPPED)
    act(viewer, liked)

    slate = slate_of(viewer)

    assert "skipped" not in taken(slate, left)
    assert score(slate, left) >= score(slate, other)


def test_an_account_may_let_its_swipes_count_for_nothing(viewer, followed):
    author = UserFactory()
    swiped, same_author, other = followed(author), followed(author), followed()
    act(viewer, swiped, Event.Kind.SKIPPED)
    Preferences.objects.create(user=viewer, weights={"skipped": 0.0}, changed_at=NOON)

    slate = slate_of(viewer)

    assert score(slate, same_author) == score(slate, other)


def test_a_weighed_source_counts_by_its_share(viewer, followed):
    post = followed()
    full = taken(slate_of(viewer), post)
    Preferences.objects.create(user=viewer, weights={"following": 0.5}, changed_at=NOON)

    half = taken(slate_of(viewer), post)

    assert half["following"] == pytest.approx(full["following"] / 2, abs=0.0001)
    assert half["fresh"] == full["fresh"]
