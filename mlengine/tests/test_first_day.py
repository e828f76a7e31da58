"""What a draft may expect of its first day, and what in it moves the likes."""

import random
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import chain

import numpy as np
import pytest

from analytics.models import Event
from analytics.tests.factories import event_make
from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save
from mlengine.estimators.first_day_fitting import first_day_fit
from mlengine.estimators.outlook import FEATURES, GROUPS, TARGETS, Draft, Outlook
from mlengine.estimators.outlook_drivers import drivers
from mlengine.estimators.outlook_fitting import outlook_fit
from mlengine.estimators.quantile_fitting import forecast_fit_unseen
from mlengine.forecasts import engagement_forecast
from mlengine.metrics.forecasting import interval_coverage, interval_width, spearman
from mlengine.pipelines.base import Split
from mlengine.pipelines.engagement import EngagementForecast, Outcomes
from mlengine.registry import live_version, loaded_forget, version_add, version_promote
from posts.models import Post
from profiles.tests.factories import NOON, UserFactory, client_for


def drafts_make(count=200, *, seed=7):
    """Return drafts of five authors, whose hour, length and marks say nothing of their likes."""
    rng = random.Random(seed)
    return [
        Draft.of(
            author_id=number % 5,
            content=f"words {number}" + rng.choice(["", "?", "!", " https://a.example"]),
            kind="post",
            category=("dance", "news")[number % 2],
            hashtags=["tango"] if rng.random() < 0.5 else [],
            publish_at=NOON - timedelta(days=60) + timedelta(hours=number),
        )
        for number in range(count)
    ]


def outcomes_make(drafts, *, seed=7):
    """Return counts after a week and a day: #tango earns ten times as many, a day half of it."""
    rng = np.random.default_rng(seed)
    level = np.array([60.0 if draft.hashtags else 6.0 for draft in drafts])
    day = rng.poisson(np.repeat(level[:, None], len(TARGETS), axis=1))
    return (day + rng.poisson(np.repeat(level[:, None], len(TARGETS), axis=1))).astype(float), day


@pytest.fixture(scope="module")
def outlook():
    drafts = drafts_make()
    return outlook_fit(drafts, *outcomes_make(drafts))


def stored(outlook, **changed):
    """Return the outlook's file, these arrays put in place of its own, or left out if None."""
    file = BytesIO()
    outlook.save(file)
    file.seek(0)
    settings, arrays = arrays_load(file, kind=Outlook.kind)
    arrays = {name: one for name, one in (arrays | changed).items() if one is not None}
    again = BytesIO()
    arrays_save(again, kind=Outlook.kind, settings=settings, arrays=arrays)
    return again.getvalue()


def test_a_days_interval_holds_nine_in_ten_of_what_nobody_had_seen_and_no_more_than_it_must():
    rng = np.random.default_rng(3)
    rows = rng.random((2400, 3))
    week = np.exp(3 + 2 * rows[:, 0] + 0.3 * rng.normal(size=2400))
    day = week * np.exp(-1 + 0.2 * rng.normal(size=2400))

    forecast, unseen = forecast_fit_unseen(rows[:400], week[:400], trees=40)
    first = first_day_fit(unseen, day[:400])
    spread = forecast.spread(rows[400:])
    said = first.predict(spread, forecast.within(spread))

    assert 0.86 <= interval_coverage(day[400:], said.low, said.high) <= 0.95
    assert spearman(day[400:], said.middle) > 0.8
    assert interval_width(said.low, said.high) < 1.6
    assert np.median(said.middle / day[400:]) == pytest.approx(1, abs=0.1)


def test_a_day_never_promises_more_than_the_week(outlook):
    drafts = drafts_make()
    bold = Outlook.load(BytesIO(stored(outlook)))
    bold.first_day["likes"] = replace(bold.first_day["likes"], start=3.0, high_miss=9.0)

    for week, day in zip(*bold.predict_both(drafts), strict=True):
        for name in TARGETS:
            assert 0 <= day[name]["low"] <= day[name]["expected"] <= day[name]["high"]
            assert all(day[name][end] <= week[name][end] for end in week[name])


def test_a_stored_outlook_says_the_same_of_the_first_day_and_of_what_moves_it(outlook):
    draft = drafts_make()[-1]

    loaded = Outlook.load(BytesIO(stored(outlook)))

    assert loaded.predict_both([draft]) == outlook.predict_both([draft])
    assert drivers(loaded, draft) == drivers(outlook, draft)


@pytest.mark.parametrize(
    "damage",
    [
        {"first_day": np.zeros((3, 4))},
        {"first_day": np.zeros((4, 3))},
        {"usual": np.zeros((5, FEATURES - 1))},
        {"usual": np.zeros(FEATURES)},
    ],
)
def test_a_day_or_a_usual_that_does_not_fit_is_refused(outlook, damage):
    with pytest.raises(ArtifactError):
        Outlook.load(BytesIO(stored(outlook, **damage)))


def test_what_moves_the_likes_most_comes_first_and_noise_is_not_told(outlook):
    with_tag = next(draft for draft in reversed(drafts_make()) if draft.hashtags)

    told, without = drivers(outlook, with_tag), drivers(outlook, replace(with_tag, hashtags=()))

    assert (told[0]["feature"], told[0]["value"]) == ("hashtags", ["tango"])
    assert (without[0]["feature"], without[0]["value"]) == ("hashtags", [])
    assert told[0]["effect"] > 2
    assert without[0]["effect"] < 0.5
    for found in (told, without):
        strengths = [abs(np.log(one["effect"])) for one in found]
        assert strengths == sorted(strengths, reverse=True)
        assert len(found) <= 5
        assert min(strengths) >= np.log(1.049)


def test_every_feature_belongs_to_one_thing_that_a_draft_consists_of():
    assert sorted(chain.from_iterable(GROUPS.values())) == list(range(FEATURES))


def test_held_out_posts_judge_the_day_as_they_judge_the_week(outlook):
    drafts = drafts_make()
    counts, first_day = outcomes_make(drafts, seed=8)
    data = Outcomes(drafts, counts, first_day.astype(float))

    judged = EngagementForecast().evaluate(outlook, Split(data, data, data, NOON, NOON))

    assert judged.metrics["first_day_likes_coverage_90"] > 0.8
    assert judged.metrics["first_day_likes_mae_log"] < 0.4
    outlook_before = Outlook.load(BytesIO(stored(outlook, first_day=None)))
    before = EngagementForecast().evaluate(outlook_before, Split(data, data, data, NOON, NOON))
    assert before.score == judged.score
    assert not any(name.startswith("first_day") for name in before.metrics)


@pytest.mark.django_db
def test_what_was_done_after_a_day_is_not_counted_into_it():
    author, start = UserFactory(), NOON - timedelta(days=60)
    posts = Post.objects.bulk_create(
        Post(author=author, content="words", published_at=start + timedelta(hours=6 * number))
        for number in range(160)
    )
    for post in posts:
        for hours in (1, 24, 25, 24 * 6):
            event_make(
                Event.Kind.LIKED,
                post_id=post.pk,
                target_id=author.pk,
                occurred_at=post.published_at + timedelta(hours=hours),
            )

    split = EngagementForecast().load(until=NOON, unseen_since=None)

    likes = TARGETS.index("likes")
    assert set(split.whole.counts[:, likes]) == {4}
    assert set(split.whole.first_day[:, likes]) == {2}
    assert split.train.first_day.shape == split.train.counts.shape
    assert split.held_out.first_day.shape == split.held_out.counts.shape


def served(content):
    """Let this artifact serve, and return its label."""
    version = version_add(
        name="engagement", artifact=content, metrics={}, verdict="Made for a test.", at=NOON
    )
    version_promote(version_id=version.pk, at=NOON)
    loaded_forget()
    return str(live_version("engagement"))


DRAFT = {"content": "Look what came of it", "category": "dance", "hashtags": ["tango"]}


@pytest.mark.django_db
def test_a_draft_is_told_its_first_day_and_what_moves_it_over_http(outlook):
    model = served(stored(outlook))

    data = client_for(UserFactory()).post("/api/engagement/predict", DRAFT).json()["data"]

    assert data["model"] == model
    assert data["after_a_day"].keys() == data["expected"].keys()
    assert 10 < data["after_a_day"]["likes"]["expected"] < data["expected"]["likes"]["expected"]
    first = data["drivers"][0]
    assert first.keys() == {"feature", "value", "effect", "text"}
    assert first["text"].startswith("With #tango a draft like this gets ")
    assert first["text"].endswith(" more likes than it usually would.")


@pytest.mark.django_db
def test_an_artifact_of_before_the_first_day_still_forecasts_the_week(outlook):
    model = served(stored(outlook, first_day=None, usual=None))

    data = client_for(UserFactory()).post("/api/engagement/predict", DRAFT).json()["data"]

    assert data["model"] == model
    assert data["expected"]["likes"]["expected"] > 10
    assert (data["after_a_day"], data["drivers"]) == (None, [])
    assert data["suggestions"] is not None


@pytest.mark.django_db
@pytest.mark.parametrize("is_live", [True, False])
def test_a_forecast_takes_six_queries_at_most(outlook, is_live, django_assert_max_num_queries):
    if is_live:
        served(stored(outlook))
    author = UserFactory()
    loaded_forget()

    with django_assert_max_num_queries(6):
        engagement_forecast(author_id=author.pk, content="hello", at=NOON)
