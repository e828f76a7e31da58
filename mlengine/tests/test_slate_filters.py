"""What a slate leaves out, one rule at a time."""

from datetime import timedelta

import pytest

from analytics.models import Event
from mlengine.models import Slate
from mlengine.predictions import slate_for
from mlengine.slates import account_refresh, slates_publish
from mlengine.slates.catalogue import catalogue_forget
from mlengine.tests.community import act, community_make, feed_model_make, post_make
from posts.models import Post
from profiles.models import Block, Follow, Mute, Preferences
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    """Somebody who follows a busy author, and so has a slate."""
    viewer = UserFactory()
    for _ in range(3):
        author = UserFactory()
        Follow.objects.create(follower=viewer, followed=author, followed_at=NOON)
        for _ in range(2):
            post_make(author)
    return viewer


@pytest.fixture
def shown_to(django_capture_on_commit_callbacks):
    """Refresh an account's slates, and return what the one asked for holds."""

    def shown(viewer, surface="feed"):
        with django_capture_on_commit_callbacks(execute=True):
            account_refresh(user_id=viewer.pk, at=NOON)
        slate = slate_for(viewer.pk, surface)
        return set(slate.ids) if slate else set()

    return shown


def test_what_nothing_speaks_against_is_shown(viewer, shown_to):
    post = post_make(UserFactory())

    assert post.pk in shown_to(viewer)


@pytest.mark.parametrize(
    "kind",
    [Event.Kind.LIKED, Event.Kind.VIEWED, Event.Kind.SKIPPED, Event.Kind.SAVED],
)
def test_what_was_acted_on_is_not_shown_again(viewer, kind, shown_to):
    post = post_make(UserFactory())
    act(viewer, post, kind)

    assert post.pk not in shown_to(viewer)


def test_what_stood_on_the_screen_three_times_is_not_shown_again(viewer, shown_to):
    once, thrice = post_make(UserFactory()), post_make(UserFactory())
    act(viewer, once, Event.Kind.IMPRESSION)
    for _ in range(3):
        act(viewer, thrice, Event.Kind.IMPRESSION)

    shown = shown_to(viewer)

    assert once.pk in shown
    assert thrice.pk not in shown


def test_ones_own_posts_are_not_shown(viewer, shown_to):
    assert post_make(viewer).pk not in shown_to(viewer)


@pytest.mark.parametrize("blocks", ["viewer", "author"])
def test_a_block_hides_either_way(viewer, blocks, shown_to):
    author = UserFactory()
    post = post_make(author)
    pair = (viewer, author) if blocks == "viewer" else (author, viewer)
    Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=NOON)

    assert post.pk not in shown_to(viewer)


def test_a_muted_author_is_not_shown(viewer, shown_to):
    author = UserFactory()
    post = post_make(author)
    Mute.objects.create(muter=viewer, muted=author, muted_at=NOON)

    assert post.pk not in shown_to(viewer)


def test_a_private_author_is_shown_to_followers_alone(viewer, shown_to):
    followed, stranger = UserFactory(is_private=True), UserFactory(is_private=True)
    asked = UserFactory(is_private=True)
    Follow.objects.create(follower=viewer, followed=followed, followed_at=NOON)
    Follow.objects.create(
        follower=viewer, followed=asked, followed_at=NOON, state=Follow.State.REQUESTED
    )
    posts = [post_make(author) for author in (followed, stranger, asked)]

    shown = shown_to(viewer)

    assert [post.pk in shown for post in posts] == [True, False, False]


@pytest.mark.parametrize(
    "moderation",
    [Post.Moderation.HIDDEN, Post.Moderation.HELD, Post.Moderation.PROCESSING],
)
def test_a_post_that_is_not_out_is_not_shown(viewer, moderation, shown_to):
    post = post_make(UserFactory(), moderation=moderation)

    assert post.pk not in shown_to(viewer)


def test_posts_of_a_suspended_account_are_not_shown(viewer, shown_to):
    post = post_make(UserFactory(is_active=False))

    assert post.pk not in shown_to(viewer)


def test_muted_hashtags_and_categories_are_not_shown(viewer, shown_to):
    author = UserFactory()
    tagged = post_make(author, hashtags=["spoilers", "film"])
    filed = post_make(author, category="sports")
    other = post_make(author, hashtags=["film"], category="art")
    Preferences.objects.create(
        user=viewer, muted_hashtags=["spoilers"], muted_categories=["sports"], changed_at=NOON
    )

    shown = shown_to(viewer)

    assert [post.pk in shown for post in (tagged, filed, other)] == [False, False, True]


def test_languages_one_has_chosen_are_kept_with_texts_in_none(viewer, shown_to):
    languages = ["de", "en", ""]
    posts = [post_make(UserFactory(), language=language) for language in languages]
    Preferences.objects.create(user=viewer, languages=["de"], changed_at=NOON)

    shown = shown_to(viewer)

    assert [post.pk in shown for post in posts] == [True, False, True]


def test_without_personalisation_no_slate_is_made_and_none_is_kept(viewer, shown_to):
    assert shown_to(viewer)
    Preferences.objects.create(user=viewer, is_personalised=False, changed_at=NOON)

    assert shown_to(viewer) == set()
    slates_publish(at=NOON)

    assert not Slate.objects.filter(audience="account", audience_id=viewer.pk).exists()


def test_somebody_nothing_is_known_of_gets_no_slate_of_their_own(viewer):
    newcomer = UserFactory()

    assert account_refresh(user_id=newcomer.pk, at=NOON) is False
    assert not Slate.objects.filter(audience_id=newcomer.pk).exists()


def test_named_interests_are_enough_for_a_first_slate():
    newcomer = UserFactory(interests=["Music"])
    post_make(UserFactory(), category="food", at=NOON - timedelta(days=40))
    wanted = post_make(UserFactory(), category="music", at=NOON - timedelta(days=40))
    post_make(UserFactory(), category="art", at=NOON - timedelta(days=1))

    account_refresh(user_id=newcomer.pk, at=NOON)

    slate = slate_for(newcomer.pk, "feed")
    assert slate.ids[0] == wanted.pk
    assert slate.reasons[0] == "Because you are interested in music"


def test_what_one_likes_outweighs_what_one_once_named():
    community_make()
    feed_model_make()
    viewer = UserFactory(interests=["music"])
    for post in Post.objects.filter(category="food").order_by("id")[:10]:
        act(viewer, post)

    account_refresh(user_id=viewer.pk, at=NOON)

    first = slate_for(viewer.pk, "feed").ids[:5]
    assert {Post.objects.get(pk=pk).category for pk in first} == {"food"}


def test_no_author_fills_any_ten_places_but_the_archive_may(viewer, settings):
    prolific = UserFactory()
    Follow.objects.create(follower=viewer, followed=prolific, followed_at=NOON)
    for _ in range(12):
        post_make(prolific, at=NOON - timedelta(minutes=1))
    for _ in range(12):
        post_make(UserFactory(), at=NOON - timedelta(days=1))
    archive = UserFactory(is_archive=True)
    kept = {post_make(archive, at=NOON - timedelta(days=1)).pk for _ in range(8)}

    account_refresh(user_id=viewer.pk, at=NOON)

    slate = slate_for(viewer.pk, "feed")
    windows = [slate.authors[start : start + 10] for start in range(len(slate.authors))]
    assert max(window.count(prolific.pk) for window in windows) == 2
    assert slate.authors.count(prolific.pk) > 2
    assert kept <= set(slate.ids)


def test_reels_have_a_ranking_of_their_own_once_there_are_any(viewer, shown_to):
    assert shown_to(viewer, "reels") == set()
    reel = post_make(UserFactory(), kind=Post.Kind.REEL)

    catalogue_forget()

    assert shown_to(viewer, "reels") == {reel.pk}
    assert reel.pk in shown_to(viewer, "feed")
