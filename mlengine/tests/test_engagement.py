"""What a draft may expect: learned from posts that came of age, told over HTTP."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest

from analytics.models import Event
from mlengine.estimators.outlook import Draft, Outlook
from mlengine.estimators.outlook_changes import suggestions
from mlengine.estimators.outlook_fitting import outlook_fit
from mlengine.forecasts import engagement_forecast
from mlengine.models import AccountInsight
from mlengine.registry import live_version, loaded_forget
from mlengine.tests.community import act, post_make
from mlengine.training import models_retrain
from posts.models import Post
from profiles.tests.factories import NOON, UserFactory, client_for

DRAFT = {"content": "Look what came of it", "category": "music", "hashtags": ["live"]}


def outcomes_make(*, posts=200, loved="music", seed=3):
    """Return two authors, alike, whose posts of one category earn four times the likes."""
    rng = random.Random(seed)
    authors, fans = [UserFactory(), UserFactory()], [UserFactory() for _ in range(24)]
    start = NOON - timedelta(days=60)
    made = Post.objects.bulk_create(
        Post(
            author=authors[number % 2],
            content=f"words and words {number}",
            category=loved if number % 3 == 0 else "food",
            published_at=start + timedelta(hours=6 * number),
        )
        for number in range(posts)
    )
    Event.objects.bulk_create(
        Event(
            kind=Event.Kind.LIKED,
            actor_id=fan.pk,
            post_id=post.pk,
            target_id=post.author_id,
            occurred_at=post.published_at + timedelta(hours=1),
            recorded_at=post.published_at + timedelta(hours=1),
        )
        for post in made
        for fan in rng.sample(fans, rng.randint(12, 20) if post.category == loved else 4)
    )
    return authors


def forecast_of(author, **draft):
    given = {"content": "Look what came of it", "at": NOON, **draft}
    return engagement_forecast(author_id=author.pk, **given)


@pytest.mark.django_db
def test_a_trained_forecast_knows_what_is_loved_and_says_what_would_raise_it():
    author = outcomes_make()[0]

    run = models_retrain(names=["engagement"], at=NOON)
    loaded_forget()

    assert run.report["engagement"]["verdict"].startswith("Promoted: spearman of likes")
    loved, other = (forecast_of(author, category=name) for name in ("music", "food"))
    assert loved["model"] == other["model"] == str(live_version("engagement"))
    assert loved["expected"]["likes"]["expected"] > 2 * other["expected"]["likes"]["expected"]
    assert loved["viral_score"]["score"] > other["viral_score"]["score"]
    for ends in loved["expected"].values():
        assert 0 <= ends["low"] <= ends["expected"] <= ends["high"]
    suggestions = forecast_of(author)["suggestions"]
    assert (suggestions[0]["change"], suggestions[0]["value"]) == ("category", "music")
    assert suggestions[0]["message"].startswith("Put it in music: posts like that get ")
    lifts = [one["lift"] for one in suggestions]
    assert lifts == sorted(lifts, reverse=True)


def test_hashtags_are_suggested_of_what_the_draft_is_about_alone():
    rng = random.Random(7)
    drafts = [
        Draft.of(
            author_id=number % 5,
            content=f"words {number}",
            kind="post",
            category=("dance", "news")[number % 2],
            hashtags=[("tango", "economy")[number % 2]] if number % 4 < 2 else [],
            publish_at=NOON - timedelta(days=60) + timedelta(hours=number),
        )
        for number in range(400)
    ]
    likes = [(30 if draft.hashtags else 3) + rng.randint(0, 2) for draft in drafts]
    outcomes = np.repeat(np.array(likes, dtype=float)[:, None], 4, axis=1)
    outlook = outlook_fit(drafts, outcomes, outcomes)
    file = BytesIO()
    outlook.save(file)
    file.seek(0)

    def suggested(category):
        draft = replace(drafts[2], category=category, hashtags=(), publish_at=NOON)
        found = suggestions(Outlook.load(file), draft)
        file.seek(0)
        return [one["value"] for one in found if one["change"] == "hashtag"]

    assert suggested("dance") == ["tango"]
    assert suggested("news") == ["economy"]
    assert suggested("") == []


@pytest.mark.django_db
def test_without_a_model_the_authors_median_stands_in():
    author = UserFactory()
    for likes in (2, 4, 40):
        Post.objects.create(author=author, like_count=likes, published_at=NOON - timedelta(days=8))
    Post.objects.create(author=author, like_count=9000, published_at=NOON - timedelta(days=6))

    forecast = forecast_of(author)
    stranger = forecast_of(UserFactory())

    assert forecast["model"] == "author median"
    assert forecast["expected"]["likes"]["expected"] == 4
    assert forecast["viral_score"]["score"] == pytest.approx(1 / 3, abs=1e-4)
    assert stranger["model"] == "community median"


@pytest.mark.django_db
def test_the_best_hour_is_when_most_of_the_authors_own_audience_is_there():
    author, yesterday = UserFactory(), NOON - timedelta(days=1)
    post, elsewhere = post_make(author, at=yesterday), post_make(UserFactory(), at=yesterday)
    for count, liked, hour in ((10, post, 7), (40, elsewhere, 11)):
        by_hour = [0.0] * 24
        by_hour[hour], by_hour[hour + 1] = 0.875, 0.125
        for account in UserFactory.create_batch(count):
            act(account, liked)
            insight = AccountInsight(user_id=account.pk, churn_risk=0.1, computed_at=NOON)
            insight.activity = {"by_hour": by_hour}
            insight.save()

    hour, few = forecast_of(author)["best_hour"], forecast_of(UserFactory())["best_hour"]

    assert hour == {"hour": 7, "share": 0.875, "accounts": 10}
    assert few is None


@pytest.mark.django_db
def test_with_no_posts_at_all_nothing_is_promised():
    forecast = forecast_of(UserFactory())

    assert forecast["model"] == "no posts yet"
    assert forecast["viral_score"]["score"] == 0.0


@pytest.mark.django_db
def test_a_draft_is_forecast_and_not_stored():
    response = client_for(UserFactory()).post("/api/engagement/predict", DRAFT)

    assert response.status_code == 200
    data = response.json()["data"]
    assert data["expected"].keys() == {"views", "likes", "comments", "shares"}
    assert (data["after_a_day"], data["drivers"]) == (None, [])
    assert response.json()["ml_insights"] == {"model": data["model"]}
    assert not Post.objects.exists()
    assert not Event.objects.filter(kind=Event.Kind.POSTED).exists()


@pytest.mark.django_db
def test_the_forecast_is_for_signed_in_accounts():
    assert client_for().post("/api/engagement/predict", DRAFT).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"content": ""},
        {"content": "x" * 2201},
        {"category": "no such thing"},
        {"hashtags": [f"tag{n}" for n in range(11)]},
        {"hashtags": ["two words"]},
        {"hashtags": "music"},
        {"kind": "novel"},
        {"publish_at": "tomorrow"},
    ],
)
def test_bad_drafts_are_refused(wrong):
    response = client_for(UserFactory()).post("/api/engagement/predict", {**DRAFT, **wrong})

    assert response.status_code == 400
    assert response.json()["error"]["fields"].keys() == wrong.keys()


def test_forecasting_loads_neither_pandas_nor_scikit_learn():
    program = (
        "import django; django.setup(); import sys; import mlengine.forecasts;"
        "assert not {'pandas', 'sklearn'} & sys.modules.keys()"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "socialml.settings"}
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, **environment})
