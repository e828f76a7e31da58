"""What the live ranker does to slates, and what becomes of them without it."""

import json
from datetime import timedelta

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mlengine.datasets.shown import RANKER
from mlengine.model_training import model_train
from mlengine.models import ModelVersion, Slate
from mlengine.pipelines.ranker import Ranker
from mlengine.registry import live_version, loaded_forget
from mlengine.slates import slates_publish
from mlengine.tests.community import post_make
from mlengine.tests.showings import CATEGORIES, showings_make
from posts.models import Post
from profiles.models import Preferences
from profiles.tests.factories import NOON

pytestmark = pytest.mark.django_db

NEW = 40


@pytest.fixture
def fans(settings):
    """People who like what one author in three posts, the ranker that knows it, and new posts."""
    settings.SOCIALML_EXPLORATION_EVERY = 0
    settings.SOCIALML_SLATE_RELEVANCE = 1.0
    settings.SOCIALML_SLATE_AUTHOR_SHARE = 10
    settings.SOCIALML_BUSY_AUTHOR_STRENGTH = 0.0
    found, posts = showings_make(lambda fan, post, place: 0.8 if post % 3 == 0 else 0.1)
    with threadpool_limits(limits=1):
        assert model_train(Ranker(), at=NOON)["verdict"].startswith("Promoted:")
    loaded_forget()
    for number in range(NEW):
        post_make(
            posts[number % 6].author,
            category=CATEGORIES[number % 2],
            content=f"new {number}",
            at=NOON - timedelta(hours=1 + number),
        )
    return found


def slate_of(fan):
    slate = Slate.objects.filter(audience="account", audience_id=fan.pk).order_by("-pk").first()
    return slate, json.loads(slate.items)


def place_of_the_liked(fan):
    """Return the mean place of posts by the liked authors, 0 the top and 1 the end."""
    _, items = slate_of(fan)
    liked = {post.author_id for post in Post.objects.order_by("pk")[:4:3]}
    places = np.flatnonzero([author in liked for author in items["authors"]])
    return float(places.mean() / (len(items["ids"]) - 1))


def test_slates_follow_what_the_ranker_expects_and_name_its_version(fans):
    slates_publish(at=NOON)
    ordered = np.mean([place_of_the_liked(fan) for fan in fans])
    assert slate_of(fans[0])[0].model_version == f"rules, {live_version('ranker')}"

    ModelVersion.objects.filter(name="ranker").delete()
    loaded_forget()
    slates_publish(at=NOON)

    assert ordered < 0.25
    assert np.mean([place_of_the_liked(fan) for fan in fans]) > 0.4
    assert slate_of(fans[0])[0].model_version == "rules"


def test_what_it_puts_in_is_told_and_all_parts_add_up_to_the_score(fans):
    slates_publish(at=NOON)

    _, items = slate_of(fans[0])
    shares = [
        dict(zip(names, parts, strict=True))
        for names, parts in zip(items["sources"], items["contributions"], strict=True)
    ]
    assert any(share.get(RANKER, 0) > 0 for share in shares)
    assert any(share.get(RANKER, 0) < 0 for share in shares)
    for share, score in zip(shares, items["scores"], strict=True):
        assert sum(share.values()) == pytest.approx(score, abs=5e-4)
    assert items["scores"] == sorted(items["scores"], reverse=True)
    # The reason is what proposed the post.
    assert set(items["reasons"]) <= {"New in music", "New in food", "New here"}


def test_who_leaves_it_out_gets_the_order_of_the_sources_alone(fans):
    fan = fans[0]
    Preferences.objects.create(user=fan, weights={RANKER: 0.0}, changed_at=NOON)
    slates_publish(at=NOON)
    _, without = slate_of(fan)
    assert any(RANKER in names for names in slate_of(fans[1])[1]["sources"])

    ModelVersion.objects.filter(name="ranker").delete()
    loaded_forget()
    slates_publish(at=NOON)

    assert without["ids"] == slate_of(fan)[1]["ids"]
    assert not any(RANKER in names for names in without["sources"])


def test_a_damaged_ranker_is_refused_and_the_sources_serve_alone(fans):
    ModelVersion.objects.filter(name="ranker").update(artifact=b"PK nonsense")
    loaded_forget()

    slates_publish(at=NOON)

    slate, items = slate_of(fans[0])
    assert slate.model_version == "rules"
    assert len(items["ids"]) > NEW / 2
    assert not any(RANKER in names for names in items["sources"])


def test_what_is_left_out_stays_out_whatever_the_ranker_expects(fans):
    fan = fans[0]
    Preferences.objects.create(user=fan, muted_categories=["music"], changed_at=NOON)

    slates_publish(at=NOON)

    _, items = slate_of(fan)
    assert items["reasons"]
    assert set(items["reasons"]) == {"New in food"}
