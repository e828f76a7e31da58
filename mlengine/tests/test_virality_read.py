"""Who reads what of forecasts of posts, and what is told of how they went."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import Trend
from mlengine.estimators.outlook import HORIZON_DAYS
from mlengine.models import PostForecast
from mlengine.post_forecasts import VIRAL, forecasts_record, viral_posts
from mlengine.tests.community import forecast_make, post_make
from posts.services import behaviour_record
from posts.tests.factories import PostFactory
from profiles.tests.factories import NOON, UserFactory, client_for

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WEEK = timedelta(days=HORIZON_DAYS)


def test_its_author_and_staff_read_the_forecast_and_nobody_else():
    author = UserFactory()
    post = post_make(author)
    path = f"/api/analytics/posts/{post.pk}"
    assert client_for(author).get(path).json()["data"]["forecast"] is None
    forecast_make(post)
    forecast_make(post, age_hours=3, view_count=11)

    own, staff = (
        client_for(user).get(path).json()["data"]["forecast"]
        for user in (author, UserFactory(is_staff=True))
    )
    other = client_for(UserFactory()).get(path)

    assert own == staff
    assert (own["age_hours"], own["views"], own["outcome"]) == (3, 11, None)
    assert own["viral"]["definition"] == VIRAL
    assert other.status_code == 404


def test_how_forecasts_went_is_told_by_age_and_by_what_was_said():
    author = UserFactory()
    ended = timezone.now() - HOUR
    for number, (said, final) in enumerate([(0.25, 30), (0.25, 10), (0.21, 8), (1.0, 60)]):
        post = post_make(author)
        age = 1 if number < 3 else 24
        facts = {"viral_probability": said, "final_view_count": final, "age_hours": age}
        forecast_make(post, ends_at=ended, **facts)
    open_one = forecast_make(post_make(author), ends_at=timezone.now() + HOUR)
    assert open_one.final_view_count is None
    forecast_make(post_make(author), ends_at=ended - timedelta(days=31), final_view_count=1)

    response = client_for(author).get("/api/analytics/models")

    found = response.json()["data"]["post_forecasts"]
    assert found == forecasts_record(at=timezone.now())
    assert found["by_age"] == [
        {
            "age_hours": 1,
            "forecasts": 3,
            "coverage_90": 1.0,
            "viral_said": 0.2367,
            "viral_seen": 0.3333,
            "brier": round((0.75**2 + 0.25**2 + 0.21**2) / 3, 4),
        },
        {
            "age_hours": 24,
            "forecasts": 1,
            "coverage_90": 0.0,
            "viral_said": 1.0,
            "viral_seen": 1.0,
            "brier": 0.0,
        },
    ]
    assert [(one["from"], one["forecasts"]) for one in found["by_probability"]] == [
        (0.2, 3),
        (0.9, 1),
    ]


def test_a_trending_post_is_viral_once_it_has_the_views_in_its_first_week():
    author = UserFactory()
    now = timezone.now()
    viral, slow, late, unknown = (
        PostFactory(author=author, published_at=now - HOUR, view_count=count)
        for count in (20, 19, 500, 500)
    )
    for post in (viral, slow):
        forecast_make(post)
    # It got them afterwards.
    forecast_make(late, ends_at=now - HOUR, final_view_count=3)
    posts = (viral, slow, late, unknown)
    for rank, post in enumerate(posts, start=1):
        Trend.objects.create(
            kind="post",
            name=str(post.pk),
            rank=rank,
            score=1.0,
            evidence={"since": str(now), "until": str(now), "examples": []},
            computed_at=now,
        )

    results = client_for(UserFactory()).get("/api/trends/posts").json()["data"]["results"]

    assert {one["post"]["id"]: one["is_viral"] for one in results} == {
        viral.pk: True,
        slow.pk: False,
        late.pk: False,
        unknown.pk: False,
    }
    assert viral_posts({late.pk: 500}, at=NOON - timedelta(days=900)) == {late.pk}


def test_nobody_makes_their_own_post_viral_by_watching_it():
    author, now = UserFactory(), timezone.now()
    post = PostFactory(author=author, published_at=now - HOUR)
    forecast_make(post)
    watched = [
        {"event_id": f"again {n}", "kind": "view", "post_id": post.pk, "watch_ms": 5_000}
        for n in range(20)
    ]
    behaviour_record(actor_id=author.pk, items=watched, at=now)
    post.refresh_from_db()

    by_author = viral_posts({post.pk: post.view_count}, at=now)
    behaviour_record(actor_id=UserFactory().pk, items=watched, at=now)
    post.refresh_from_db()

    assert (by_author, post.view_count) == (set(), 40)
    assert viral_posts({post.pk: post.view_count}, at=now) == {post.pk}


def test_a_draft_is_told_its_chance_over_http():
    author = UserFactory()
    post_make(author, at=timezone.now() - WEEK - HOUR, view_count=3)

    data = client_for(author).post("/api/engagement/predict", {"content": "hello"}).json()["data"]

    assert 0 < data["viral"]["probability"] < 1
    assert data["viral"]["definition"] == VIRAL
    assert not PostForecast.objects.exists()
