"""One place in ten tries out what few have seen, and says so."""

from collections import Counter
from datetime import timedelta

import pytest

from analytics.models import Event
from mlengine.models import Slate
from mlengine.predictions import slate_for, why
from mlengine.slates import account_refresh
from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import catalogue_load
from mlengine.slates.exploration import EXPLORATION
from mlengine.slates.ranking import accounts_rank
from mlengine.tests.community import act, post_make
from mlengine.tests.stored_slates import items_of
from posts.models import Post
from profiles.models import Block, Follow, Preferences
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db

OLD, NEW = NOON - timedelta(days=30), NOON - timedelta(days=5)


@pytest.fixture
def viewer():
    """Somebody who follows forty authors of old posts, and so never meets a newcomer."""
    viewer = UserFactory()
    for _ in range(40):
        author = UserFactory()
        Follow.objects.create(follower=viewer, followed=author, followed_at=NOON)
        post_make(author, at=OLD)
    return viewer


@pytest.fixture
def newcomers():
    """Twenty posts of the last week, by accounts that nobody follows."""
    # The newest post of all is what freshness is judged by.
    post_make(UserFactory(is_private=True), at=NOON - timedelta(hours=1))
    return [post_make(UserFactory(), at=NEW) for _ in range(20)]


def slate_of(viewer):
    account_refresh(user_id=viewer.pk, at=NOON)
    return slate_for(viewer.pk, "feed")


def tried_in(slate):
    return [n for n, names in enumerate(slate.sources) if EXPLORATION in names]


def test_one_place_in_ten_is_a_newcomers(viewer, newcomers):
    slate = slate_of(viewer)

    assert tried_in(slate) == [6, 16, 26, 36]
    new = {post.pk for post in newcomers}
    assert [post_id in new for post_id in slate.ids].count(True) == 4
    assert len(set(slate.ids)) == len(slate.ids) == 44


def test_what_is_tried_names_its_propensity_and_says_so(viewer, newcomers):
    slate = slate_of(viewer)
    place = tried_in(slate)[0]

    # Twenty posts that are equally new, dealt to four places: five for each.
    propensities = items_of(slate)["propensities"]
    assert [propensities[n] for n in tried_in(slate)] == pytest.approx([0.2] * 4)
    assert {p for n, p in enumerate(propensities) if n not in tried_in(slate)} == {1.0}
    told = why(viewer.pk, slate.ids[place])
    assert told["reason"] == "We are trying this out: few have seen it yet"
    assert sum(told["contributions"].values()) == pytest.approx(slate.scores[place], abs=0.0006)
    assert EXPLORATION in told["contributions"]


def test_posts_stand_at_their_places_as_often_as_their_propensity_says(viewer, newcomers):
    for post in newcomers[:10]:
        for _ in range(50):
            act(UserFactory(), post, Event.Kind.IMPRESSION)
    catalogue = catalogue_load(at=NOON)
    following = list(Follow.objects.values_list("followed_id", flat=True))
    accounts = [
        Account(id=viewer.pk, following=following, event_mark=mark) for mark in range(1_000)
    ]

    counts, told = Counter(), {}
    for ranked in accounts_rank(accounts, catalogue, None, at=NOON):
        for place in (6, 16, 26, 36):
            counts[place, ranked.ids[place]] += 1
            told.setdefault((place, ranked.ids[place]), ranked.propensities[place])

    assert len(set(told.values())) > 1
    assert sum(told.values()) == pytest.approx(4.0)
    for drawn, propensity in told.items():
        # Four standard errors of a thousand draws.
        assert counts[drawn] / 1_000 == pytest.approx(propensity, abs=0.06)


def test_the_same_account_and_moment_try_the_same(viewer, newcomers):
    slate_of(viewer)
    slate_of(viewer)

    first, second = Slate.objects.filter(audience="account").values_list("items", flat=True)
    assert EXPLORATION in first
    assert second == first


def test_a_post_that_had_its_impressions_is_not_tried_any_more(viewer, newcomers, settings):
    settings.SOCIALML_EXPLORATION_IMPRESSIONS = 3
    shown, viewed, left = newcomers[0], newcomers[1], newcomers[2]
    for post in newcomers[3:]:
        Post.objects.filter(pk=post.pk).delete()
    for _ in range(3):
        act(UserFactory(), shown, Event.Kind.IMPRESSION)
    Post.objects.filter(pk=viewed.pk).update(view_count=3)

    slate = slate_of(viewer)

    assert [slate.ids[n] for n in tried_in(slate)] == [left.pk]
    assert items_of(slate)["propensities"][6] == 1.0


def test_every_newcomer_is_shown_to_as_many_as_promised_and_to_no_more(settings):
    settings.SOCIALML_EXPLORATION_IMPRESSIONS = 3
    # The newest post of all is what freshness is judged by.
    post_make(UserFactory(is_private=True), at=NOON - timedelta(hours=1))
    known = [post_make(UserFactory(), at=OLD) for _ in range(10)]
    new = [post_make(UserFactory(), at=NEW) for _ in range(4)]
    by_id = {post.pk: post for post in new}
    following = [post.author_id for post in known]
    shown = Counter()
    for visit in range(15):
        visitor = UserFactory()
        account = Account(id=visitor.pk, following=following, event_mark=visit)
        [ranked] = accounts_rank([account], catalogue_load(at=NOON), None, at=NOON)
        for post_id in by_id.keys() & ranked.ids:
            act(visitor, by_id[post_id], Event.Kind.IMPRESSION)
            shown[post_id] += 1

    # Three of the visitors met nobody new.
    assert shown == {post.pk: 3 for post in new}


def test_looking_again_uses_up_no_impressions(viewer, newcomers, settings):
    settings.SOCIALML_EXPLORATION_IMPRESSIONS = 3
    for post in newcomers[1:]:
        Post.objects.filter(pk=post.pk).delete()
    fan = UserFactory()
    for _ in range(3):
        act(fan, newcomers[0], Event.Kind.IMPRESSION)
        act(newcomers[0].author, newcomers[0], Event.Kind.IMPRESSION)

    assert tried_in(slate_of(viewer)) == [6]


def test_an_old_post_is_not_tried(viewer):
    post_make(UserFactory(is_private=True), at=NOON - timedelta(hours=1))
    post_make(UserFactory(), at=NOON - timedelta(days=8))

    assert tried_in(slate_of(viewer)) == []


def test_of_one_author_one_post_is_tried(viewer):
    post_make(UserFactory(is_private=True), at=NOON - timedelta(hours=1))
    author = UserFactory()
    for _ in range(9):
        post_make(author, at=NEW)

    assert len(tried_in(slate_of(viewer))) == 1


def test_nothing_is_tried_that_the_account_is_not_to_be_shown(viewer, newcomers):
    for post in newcomers[:18]:
        Block.objects.create(blocker=viewer, blocked=post.author, blocked_at=NOON)
    act(viewer, newcomers[18], Event.Kind.SKIPPED)

    slate = slate_of(viewer)

    assert [slate.ids[n] for n in tried_in(slate)] == [newcomers[19].pk]


def test_who_does_not_want_tries_gets_none(viewer, newcomers):
    Preferences.objects.create(user=viewer, weights={EXPLORATION: 0.0}, changed_at=NOON)

    assert tried_in(slate_of(viewer)) == []


def test_no_place_is_given_to_tries_where_the_setting_says_so(viewer, newcomers, settings):
    settings.SOCIALML_EXPLORATION_EVERY = 0

    assert tried_in(slate_of(viewer)) == []


def test_a_slate_of_before_propensities_can_still_be_read(viewer):
    slate_of(viewer)
    row = Slate.objects.get(audience_id=viewer.pk, audience="account")
    start = row.items.index(',"propensities"')
    Slate.objects.filter(pk=row.pk).update(items=row.items[:start] + "}")

    told = why(viewer.pk, Post.objects.first().pk)

    assert told["reason"].startswith("From @")
