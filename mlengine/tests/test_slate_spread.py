"""Authors and topics stand apart, and who posts a lot weighs less."""

from datetime import timedelta

import numpy as np
import pytest

from mlengine.predictions import slate_for, slate_shared
from mlengine.slates import account_refresh, slates_publish
from mlengine.slates.catalogue import catalogue_load
from mlengine.slates.spreading import OVER, spread
from mlengine.tests.community import act, post_make
from mlengine.tests.stored_slates import items_of
from profiles.models import Follow
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


def placed(scores, *, relevance):
    """Return the catalogue's columns in the order in which they are to be shown."""
    catalogue = catalogue_load(at=NOON)
    scores = np.array([scores], np.float32)
    order = np.argsort(-scores, axis=1, kind="stable")
    [found] = spread(
        order, np.take_along_axis(scores, order, axis=1), catalogue, relevance=relevance
    )
    return found.tolist()


def test_a_topic_that_leads_lets_others_in_between():
    for _ in range(6):
        post_make(UserFactory(), category="music", hashtags=["jazz"])
    for _ in range(2):
        post_make(UserFactory(), category="food", hashtags=["soup"])
    scores = [1.0, 0.99, 0.98, 0.97, 0.96, 0.95, 0.93, 0.92]

    assert placed(scores, relevance=1.0) == list(range(8))
    assert placed(scores, relevance=0.7)[:4] == [0, 6, 1, 7]


def test_what_is_worth_far_less_stays_behind_however_different_it_is():
    for _ in range(6):
        post_make(UserFactory(), category="music", hashtags=["jazz"])
    post_make(UserFactory(), category="food")

    assert placed([1.0] * 6 + [0.2], relevance=0.8) == list(range(7))


def test_posts_of_no_category_and_no_hashtag_are_not_alike():
    for _ in range(4):
        post_make(UserFactory())
    post_make(UserFactory(), category="food", hashtags=["soup"])

    assert placed([1.0, 0.9, 0.8, 0.7, 0.6], relevance=0.5) == [0, 1, 2, 3, 4]


def test_the_author_share_holds_in_every_run_of_ten_and_the_rest_is_left_out():
    prolific = UserFactory()
    own = {post_make(prolific).pk for _ in range(9)}
    others = [post_make(UserFactory()).pk for _ in range(21)]
    catalogue = catalogue_load(at=NOON)

    found = catalogue.ids[placed([1.0] * 9 + [0.5] * 21, relevance=0.8)]

    is_own = np.isin(found, list(own))
    assert max(is_own[n : n + OVER].sum() for n in range(len(found))) == 2
    assert set(found[~is_own]) == set(others)
    assert is_own.sum() == 6


def test_rows_of_different_lengths_do_not_disturb_each_other():
    for n in range(12):
        post_make(UserFactory(), category="music" if n % 2 else "food")
    catalogue = catalogue_load(at=NOON)
    scores = np.random.default_rng(3).random((5, 12)).astype(np.float32)
    scores[1, 2:], scores[3] = 0.0, 0.0
    columns = np.tile(np.arange(12), (5, 1))

    together = spread(columns, scores, catalogue, relevance=0.7)
    alone = [
        spread(columns[n : n + 1], scores[n : n + 1], catalogue, relevance=0.7)[0] for n in range(5)
    ]

    assert [row.tolist() for row in together] == [row.tolist() for row in alone]
    assert [len(row) for row in together] == [12, 2, 12, 0, 12]


@pytest.fixture
def busy_and_calm():
    """Two followed authors whose posts are equally new: one wrote forty today, one a single."""
    viewer, busy, calm = UserFactory(), UserFactory(), UserFactory()
    for author in (busy, calm):
        Follow.objects.create(follower=viewer, followed=author, followed_at=NOON)
    at = NOON - timedelta(hours=2)
    for _ in range(40):
        post_make(busy, at=at)
    return viewer, busy, post_make(calm, at=at)


def test_who_posts_a_lot_stands_behind_who_posts_little(busy_and_calm):
    viewer, busy, calm = busy_and_calm

    account_refresh(user_id=viewer.pk, at=NOON)

    slate = slate_for(viewer.pk, "feed")
    assert slate.ids[0] == calm.pk
    assert "busy-author" not in slate.sources[0]
    place = slate.authors.index(busy.pk)
    taken = dict(zip(slate.sources[place], items_of(slate)["contributions"][place], strict=True))
    # Forty posts where five are free: each keeps (5 / 40) ** 0.5 of its score.
    assert slate.scores[place] == pytest.approx(slate.scores[0] * 0.3536, abs=0.001)
    assert sum(taken.values()) == pytest.approx(slate.scores[place], abs=0.0006)
    assert taken["busy-author"] < 0


def test_the_strength_of_that_is_a_setting_and_an_account_may_let_it_count_less(
    busy_and_calm, settings
):
    viewer, *_ = busy_and_calm
    settings.SOCIALML_BUSY_AUTHOR_STRENGTH = 0.0

    account_refresh(user_id=viewer.pk, at=NOON)

    assert all("busy-author" not in names for names in slate_for(viewer.pk, "feed").sources)


def test_posts_of_before_the_window_are_not_held_against_an_author():
    viewer, author = UserFactory(), UserFactory()
    Follow.objects.create(follower=viewer, followed=author, followed_at=NOON)
    for _ in range(40):
        post_make(author, at=NOON - timedelta(days=2))
    post_make(author)

    account_refresh(user_id=viewer.pk, at=NOON)

    assert all("busy-author" not in names for names in slate_for(viewer.pk, "feed").sources)


def test_in_everyones_slate_who_posts_a_lot_weighs_less_too():
    busy, calm = UserFactory(), UserFactory()
    posts = [post_make(busy) for _ in range(40)]
    rare = post_make(calm)
    for post in (posts[0], rare):
        act(UserFactory(), post, at=NOON - timedelta(hours=1))

    slates_publish(at=NOON)

    slate = slate_shared("everyone", 0, "feed")
    assert slate.ids[0] == rare.pk
    assert set(items_of(slate)["propensities"]) == {1.0}
