"""Posts are forecast as they age and scored in the end, by the worker; their author reads it."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from analytics.models import Event
from mlengine import tasks
from mlengine.estimators.outlook import HORIZON_DAYS
from mlengine.estimators.virality import AGES_HOURS, FEATURES, FEWEST_VIEWS, VIRAL_SHARE
from mlengine.forecasts import engagement_forecast
from mlengine.models import PostForecast
from mlengine.pipelines.virality import PostVirality
from mlengine.post_forecasts import VIRAL, post_forecast
from mlengine.registry import live_version, loaded_forget
from mlengine.tests.community import act, forecast_make, post_make
from mlengine.training import models_retrain
from mlengine.virality import forecasts_refresh
from posts.models import Post
from posts.services import post_delete
from posts.tests.threads import at_once
from profiles.tests.factories import NOON, UserFactory
from socialml.core.models import ScheduleWindow
from socialml.core.schedules import window_claim

HOUR = timedelta(hours=1)
WEEK = timedelta(days=HORIZON_DAYS)


def grown(author, views=40):
    """Return a post that came of age with so many views, for want of a model."""
    return post_make(author, at=NOON - WEEK - HOUR, view_count=views)


def cascades_make(*, posts=400, seed=4, loved=1.0):
    """Return the two authors of posts that each get, after the first hour, what they had in it.

    Each of those likes it too. How many they are nothing else tells, but that music has `loved`
    times as many. The views after the week do not count.
    """
    rng = np.random.default_rng(seed)
    authors, fan = [UserFactory(), UserFactory()], UserFactory()
    start = NOON - timedelta(days=70)
    made = Post.objects.bulk_create(
        Post(
            author=authors[number % 2],
            content=f"words and words {number}",
            category="food" if number % 3 else "music",
            published_at=start + 3 * HOUR * number,
        )
        for number in range(posts)
    )
    events = []
    for post in made:
        early = int(rng.gamma(1.0, 4.0) * (loved if post.category == "music" else 1.0))
        late = rng.poisson(early)
        kinds = [Event.Kind.VIEWED] * (early + late + 30) + [Event.Kind.LIKED] * early
        spans = [
            *rng.uniform(0.1, 0.9, early),
            *rng.uniform(24, 160, late),
            *([200.0] * 30),
            *([0.95] * early),
        ]
        events += [
            Event(
                kind=kind,
                actor_id=fan.pk,
                post_id=post.pk,
                target_id=post.author_id,
                occurred_at=post.published_at + HOUR * span,
                recorded_at=post.published_at + HOUR * span,
            )
            for kind, span in zip(kinds, spans, strict=True)
        ]
    Event.objects.bulk_create(sorted(events, key=lambda event: event.occurred_at))
    return authors


def viewed(post, count, *, after=HOUR / 2, by=None):
    for _ in range(count):
        act(by or UserFactory(), post, Event.Kind.VIEWED, at=post.published_at + after)


def test_the_words_that_define_viral_say_what_is_computed():
    assert (HORIZON_DAYS, VIRAL_SHARE, FEWEST_VIEWS) == (7, 1 / 20, 10)
    assert all(words in VIRAL for words in ("within 7 days", "one in twenty", "ten or more"))


@pytest.mark.django_db
def test_what_is_learned_of_an_age_is_what_was_known_at_it():
    author = UserFactory()
    cascades_make(posts=330)
    split = PostVirality().load(until=NOON, unseen_since=None)
    before = split.whole

    # The last of the third run of posts: those after it were published before it came of age.
    post = Post.objects.order_by("published_at", "pk")[247]
    viewed(post, 5, after=2 * HOUR, by=author)
    viewed(post, 7, by=post.author)
    viewed(post, 9, after=WEEK + HOUR, by=author)
    after = PostVirality().load(until=NOON, unseen_since=None).whole

    place = AGES_HOURS.index(3)
    grew = after.views - before.views
    [row] = np.flatnonzero(after.final - before.final)
    assert after.final[row] - before.final[row] == 5
    assert grew[row].tolist() == [0.0] * place + [5.0] * (len(AGES_HOURS) - place)
    assert not np.delete(grew, row, axis=0).any()
    # Nor do they change what was to be expected of those that came out in its week.
    in_its_week, expected = row + WEEK // (3 * HOUR), FEATURES.index("expected")
    assert (after.rows[:in_its_week, :, expected] == before.rows[:in_its_week, :, expected]).all()
    assert (after.rows[in_its_week:, :, expected] != before.rows[in_its_week:, :, expected]).any()
    # The train's posts had come of age at the cut.
    assert len(split.train.final) < len(split.whole.final) - len(split.held_out.final)


@pytest.mark.django_db
def test_a_trained_forecast_follows_the_views_as_they_come():
    author, _ = cascades_make()

    run = models_retrain(names=["virality"], at=NOON)
    loaded_forget()

    verdict = run.report["virality"]["verdict"]
    assert verdict.startswith("Promoted: 1 - CRPS of log views"), verdict
    metrics = live_version("virality").metrics
    assert metrics["candidate"]["1h_crps"] < 0.8 * metrics["baseline_metrics"]["1h_crps_draft"]
    many, few = post_make(author, at=NOON), post_make(author, at=NOON)
    viewed(many, 30)
    viewed(few, 1)
    assert forecasts_refresh(at=NOON + HOUR / 2) == 2
    young = post_forecast(many.pk)
    assert forecasts_refresh(at=NOON + HOUR) == 2

    said, of_few = post_forecast(many.pk), post_forecast(few.pk)
    assert (young["age_hours"], young["views"]) == (0, 0)
    assert (said["age_hours"], said["views"]) == (1, 30)
    assert 45 < said["expected_views"]["expected"] < 75
    assert said["viral"]["probability"] > 0.9 > 0.2 > young["viral"]["probability"]
    assert of_few["viral"]["probability"] < 0.01
    assert said["viral"]["model"] == str(live_version("virality"))
    [views] = [one for one in said["drivers"] if one["feature"] == "views"]
    assert views["text"].endswith(" times the views posts here usually have after an hour.")
    assert views["effect"] > 2

    again = post_make(author, at=NOON + 2 * HOUR)
    viewed(again, 30)
    forecasts_refresh(at=NOON + 3 * HOUR)
    [views] = [o for o in post_forecast(again.pk)["drivers"] if o["feature"] == "views"]
    assert views["text"].endswith(" your posts usually have after an hour.")

    draft = engagement_forecast(author_id=author.pk, content="words and words", at=NOON)["viral"]
    assert 0 < draft["probability"] < 0.2
    assert draft["model"] == str(live_version("virality"))
    assert draft["from_views"] == said["viral"]["from_views"]


@pytest.mark.slow
@pytest.mark.django_db
def test_what_a_draft_promises_counts_until_the_views_tell():
    author, _ = cascades_make(loved=4.0)
    models_retrain(names=["engagement", "virality"], at=NOON)
    loaded_forget()
    music, food = (post_make(author, at=NOON, category=name) for name in ("music", "food"))

    forecasts_refresh(at=NOON)
    loved, other = post_forecast(music.pk), post_forecast(food.pk)

    def chance(category):
        draft = {"content": "words and words", "category": category, "at": NOON}
        return engagement_forecast(author_id=author.pk, **draft)["viral"]["probability"]

    assert loved["expected_views"]["expected"] > 2 * other["expected_views"]["expected"]
    assert loved["viral"]["probability"] > other["viral"]["probability"]
    assert chance("music") == loved["viral"]["probability"]
    assert chance("food") == other["viral"]["probability"]
    assert loved["drivers"][0]["text"].startswith("A draft like it may expect ")


@pytest.mark.django_db
def test_a_forecast_is_made_once_at_each_age_of_what_was_done_by_then():
    author = UserFactory()
    grown(author)
    post = post_make(author, at=NOON)
    viewed(post, 2, after=HOUR)
    viewed(post, 3, after=2 * HOUR)
    viewed(post, 4, by=author)
    hidden = post_make(author, at=NOON, moderation=Post.Moderation.HELD)

    # The worker was away until now.
    made = [forecasts_refresh(at=NOON + 5 * HOUR) for _ in range(2)]

    assert made == [3, 0]
    rows = PostForecast.objects.order_by("age_hours")
    assert list(rows.values_list("post_id", "age_hours", "view_count")) == [
        (post.pk, 0, 0),
        (post.pk, 1, 2),
        (post.pk, 3, 5),
    ]
    assert post_forecast(post.pk)["views"] == 5
    assert post_forecast(hidden.pk) is None
    assert forecasts_refresh(at=NOON + 6 * HOUR) == 1


@pytest.mark.django_db
def test_what_was_missed_for_too_long_waits_for_the_next_age():
    author = UserFactory()
    grown(author)
    post = post_make(author, at=NOON)

    forecasts_refresh(at=NOON + timedelta(hours=73))

    assert list(PostForecast.objects.values_list("age_hours", flat=True)) == [72]
    assert post_forecast(post.pk)["viral"]["model"] == "community"


@pytest.mark.django_db
def test_posts_that_came_of_age_are_scored_and_those_taken_away_are_not():
    author = UserFactory(post_count=3)
    kept, deleted, held = (post_make(author, at=NOON - WEEK - HOUR) for _ in range(3))
    for post in (kept, deleted, held):
        forecast_make(post)
        forecast_make(post, age_hours=3)
    viewed(kept, 21, after=timedelta(days=6))
    viewed(kept, 50, after=WEEK + HOUR)
    post_delete(post_id=deleted.pk, author_id=author.pk, at=NOON)
    Post.objects.filter(pk=held.pk).update(moderation=Post.Moderation.HIDDEN)

    forecasts_refresh(at=NOON)
    forecasts_refresh(at=NOON)

    rows = PostForecast.objects.values_list("post_id", "final_view_count")
    assert list(rows) == [(kept.pk, 21)] * 2
    assert post_forecast(kept.pk)["outcome"] == {"views": 21, "is_viral": True}


@pytest.mark.django_db
def test_old_forecasts_go_with_the_log(settings):
    post = post_make(UserFactory(), at=NOON - WEEK - HOUR)
    forecast_make(post, final_view_count=3)
    days = timedelta(days=settings.ANALYTICS_RETENTION_DAYS)

    forecasts_refresh(at=NOON + days - 2 * HOUR)
    assert PostForecast.objects.count() == 1
    forecasts_refresh(at=NOON + days)

    assert not PostForecast.objects.exists()


@pytest.mark.django_db
def test_with_no_posts_to_go_by_nothing_is_forecast():
    post = post_make(UserFactory(), at=NOON)

    assert forecasts_refresh(at=NOON) == 0

    assert post_forecast(post.pk) is None
    viral = engagement_forecast(author_id=post.author_id, content="hello", at=NOON)["viral"]
    assert (viral["probability"], viral["from_views"]) == (None, None)
    assert viral["model"] == "no posts yet"


@pytest.mark.django_db
def test_without_a_model_a_draft_is_as_likely_viral_as_posts_are():
    author = UserFactory()
    for views in range(40):
        grown(author, views)

    viral = engagement_forecast(author_id=author.pk, content="hello", at=NOON)["viral"]

    assert viral["model"] == "community"
    assert viral["from_views"] == 38.0
    assert viral["probability"] == pytest.approx(2.5 / 41, abs=1e-4)


@pytest.mark.django_db(transaction=True)
def test_of_runs_at_once_each_forecast_stands_once():
    author = UserFactory()
    grown(author)
    made = [post_make(author, at=NOON) for _ in range(3)]
    old = post_make(author, at=NOON - WEEK - HOUR)
    forecast_make(old)
    viewed(old, 4)

    outcomes = at_once([lambda: forecasts_refresh(at=NOON + HOUR)] * 6, threads=6)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    rows = PostForecast.objects.filter(post_id__in=[post.pk for post in made])
    assert sorted(rows.values_list("post_id", "age_hours")) == [
        (post.pk, age) for post in made for age in (0, 1)
    ]
    assert PostForecast.objects.get(post_id=old.pk).final_view_count == 4


@pytest.mark.django_db
def test_the_task_does_nothing_in_a_minute_that_another_run_has_taken():
    author, now = UserFactory(), timezone.now()
    post_make(author, at=now - WEEK - HOUR, view_count=3)
    post = post_make(author, at=now - HOUR / 2)
    window_claim(name="forecasts", every=timedelta(minutes=1), at=now + HOUR)

    tasks.forecasts_refresh()
    assert not PostForecast.objects.exists()

    ScheduleWindow.objects.all().delete()
    tasks.forecasts_refresh()
    assert PostForecast.objects.get().post_id == post.pk
