"""GET /api/analytics/…"""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from analytics.models import Event
from analytics.selectors.counts import EVERYBODY, Period, figures_by_day
from analytics.services.rollups import SETTLED_AFTER, rollups_refresh
from analytics.tests.factories import NOON, ago, event_make, happen
from posts.models import Case
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for
from socialml.core.redis import client as redis

pytestmark = pytest.mark.django_db

Kind = Event.Kind
DAY = timedelta(days=1)


@pytest.fixture
def author():
    return UserFactory()


def dashboard(user, **query):
    response = client_for(user).get("/api/analytics/dashboard", query)
    assert response.status_code == 200, response.content
    return response.json()["data"]


def test_sums_what_happened_to_ones_posts(author):
    happen(Kind.VIEWED, author, times=8, duration_ms=3000)
    happen(Kind.LIKED, author, times=3)
    happen(Kind.UNLIKED, author)
    happen(Kind.COMMENTED, author)
    happen(Kind.FOLLOWED, author, times=2, post_id=None)
    happen(Kind.VIEWED, UserFactory(), times=5)

    data = dashboard(author, range="7d")

    totals = data["totals"]
    assert (totals["views"], totals["likes"], totals["comments"]) == (8, 2, 1)
    assert (totals["watch_ms"], totals["followers_gained"]) == (24_000, 2)
    assert totals["engagement_rate"] == pytest.approx(3 / 8)
    assert len(data["by_day"]) == 7
    assert data["by_day"][-1]["views"] == 8


def test_compares_with_the_period_before(author):
    happen(Kind.VIEWED, author, times=6)
    happen(Kind.VIEWED, author, days=8, times=4)
    happen(Kind.VIEWED, author, days=20, times=9)

    data = dashboard(author, range="7d")

    assert (data["totals"]["views"], data["previous"]["views"]) == (6, 4)
    assert data["change"]["views"] == 0.5
    assert data["change"]["likes"] is None


def test_says_the_same_before_during_and_after_the_rollups(author):
    for hours in range(1, 60, 7):
        event_make(Kind.VIEWED, target_id=author.pk, duration_ms=1000, occurred_at=ago(hours=hours))
    period = Period(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))
    asked = [{"account_id": who, "period": period} for who in (author.pk, EVERYBODY)]
    from_the_log = [figures_by_day(**one) for one in asked]

    rollups_refresh(at=NOON)
    from_rollups = [figures_by_day(**one) for one in asked]
    event_make(Kind.VIEWED, target_id=author.pk, duration_ms=1000, occurred_at=NOON)
    with_tail = [figures_by_day(**one) for one in asked]

    assert from_rollups == from_the_log
    for before, after in zip(from_rollups, with_tail, strict=True):
        assert after["2026-03-10"]["views"] == before["2026-03-10"]["views"] + 1
        assert after["2026-03-09"] == before["2026-03-09"]


def test_rolled_up_days_outlive_their_events(author):
    event_make(Kind.LIKED, target_id=author.pk, occurred_at=ago(days=3))
    rollups_refresh(at=NOON)
    Event.objects.all().delete()
    period = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))

    assert figures_by_day(account_id=author.pk, period=period)["2026-03-07"]["likes"] == 1


def test_figures_take_two_queries(author, django_assert_num_queries):
    period = Period(NOON - DAY * 30, NOON)
    for size in (1, 10):
        happen(Kind.VIEWED, author, times=size)
        with django_assert_num_queries(2):
            figures_by_day(account_id=author.pk, period=period)


def test_names_the_posts_that_did_best_in_the_period(author):
    best, second, silent = (PostFactory(author=author) for _ in range(3))
    happen(Kind.LIKED, author, post_id=best.pk, times=2)
    happen(Kind.VIEWED, author, post_id=second.pk, times=50)
    happen(Kind.LIKED, author, post_id=silent.pk, days=60, times=9)

    top = dashboard(author, range="7d")["top_posts"]

    assert [post["id"] for post in top] == [best.pk, second.pk]
    assert top[0]["period"]["likes"] == 2


@pytest.mark.parametrize(
    "query",
    [
        {"range": "8d"},
        {"range": "7d", "since": "2026-01-01"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"since": "2020-01-01", "until": "2026-01-01"},
        {"until": "2999-01-01"},
        {"since": "0001-01-01", "until": "0001-01-02"},
        {"since": "noon"},
        {"scope": "everything"},
        {"until": "0001-01-01"},
        {"since": "1026-01-01", "until": "2026-01-01"},
        {"metric": "followers"},
        {"scope": "creator"},
        {"scope": "own", "user_id": "1"},
        {"scope": "creator", "user_id": "0"},
    ],
)
def test_refuses_a_range_that_makes_no_sense(author, query):
    response = client_for(author).get("/api/analytics/dashboard", query)

    assert response.status_code == 400


def test_takes_whole_days_from_since_to_until(author):
    data = dashboard(author, since="2026-01-05", until="2026-01-06")

    assert [day["date"] for day in data["by_day"]] == ["2026-01-05", "2026-01-06"]
    assert datetime.fromisoformat(data["since"]) == datetime(2026, 1, 5, tzinfo=UTC)
    assert datetime.fromisoformat(data["until"]) == datetime(2026, 1, 7, tzinfo=UTC)


def test_the_platforms_figures_are_for_staff(author):
    happen(Kind.LIKED, author, times=2, category="pets")
    happen(Kind.VIEWED, author, days=10, actor_id=5)
    staff = UserFactory(is_staff=True)
    rollups_refresh(at=timezone.now())

    refused = client_for(author).get("/api/analytics/dashboard", {"scope": "platform"})
    data = dashboard(staff, scope="platform", range="30d")

    assert refused.status_code == 403
    assert data["totals"]["likes"] == 2
    today = timezone.now().date().isoformat()
    assert data["active_accounts"] == {"date": today, "daily": 2, "weekly": 2, "monthly": 3}
    [pets] = data["top_categories"]
    assert (pets["category"], pets["likes"]) == ("pets", 2)


def test_a_creators_figures_are_for_the_creator_and_for_staff(author):
    happen(Kind.LIKED, author)
    creator = {"scope": "creator", "user_id": author.pk}
    staff = UserFactory(is_staff=True)

    refused = client_for(UserFactory()).get("/api/analytics/dashboard", creator)
    missing = client_for(staff).get("/api/analytics/dashboard", {**creator, "user_id": 10**9})

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    assert missing.status_code == 404
    assert dashboard(author, **creator)["totals"]["likes"] == 1
    assert dashboard(staff, **creator)["totals"]["likes"] == 1
    assert dashboard(staff, **creator)["scopes"] == ["own", "platform"]
    assert dashboard(author)["scopes"] == ["own"]


def test_the_funnel_of_an_author_counts_days_that_are_over(author):
    for days in (0, 1):
        happen(Kind.VIEWED, author, days=days, actor_id=10**6)
        happen(Kind.LIKED, author, days=days, actor_id=10**6)
    happen(Kind.IMPRESSION, author, actor_id=10**6 + 1)
    # Yesterday is over from ten past midnight on.
    rollups_refresh(at=timezone.now() + SETTLED_AFTER)

    steps = {step["step"]: step for step in dashboard(author, range="7d")["funnel"]}

    assert [step["visits"] for step in steps.values()] == [1, 1, 1, 0]
    assert steps["engaged"]["of_previous"] == 1.0


def test_creators_are_ordered_by_the_metric_that_is_asked_for():
    liked, seen = UserFactory(), UserFactory()
    happen(Kind.LIKED, liked, times=2)
    happen(Kind.UNLIKED, liked)
    happen(Kind.VIEWED, seen, days=1, times=3)
    staff = UserFactory(is_staff=True)

    def best(metric):
        found = dashboard(staff, scope="platform", metric=metric)["top_creators"]
        return [(one["author"]["username"], one["likes"], one["views"]) for one in found]

    before = best("engagements"), best("views")
    rollups_refresh(at=timezone.now())
    redis.flushdb()

    assert before == ([(liked.username, 1, 0)], [(seen.username, 0, 3)])
    assert (best("engagements"), best("views")) == before


def test_tells_how_posts_sound_by_day(author):
    for sentiment in ("positive", "positive", "negative", ""):
        PostFactory(author=author, sentiment=sentiment, published_at=timezone.now())
    PostFactory(sentiment="negative", published_at=timezone.now())

    today = dashboard(author)["sentiment"][-1]

    assert (today["positive"], today["neutral"], today["negative"]) == (2, 0, 1)


def test_staff_see_what_moderators_have_to_do():
    now = timezone.now()
    case = {"about": "account", "account": UserFactory(), "opened_at": now - timedelta(hours=9)}
    for hours in (1, 3, 8):
        Case.objects.create(
            **case, state="decided", decided_at=case["opened_at"] + timedelta(hours=hours)
        )
    Case.objects.create(**case)

    load = dashboard(UserFactory(is_staff=True), scope="platform")["moderation"]

    assert (load["open_cases"], load["open_appeals"]) == (1, 0)
    assert (load["period"]["opened"], load["period"]["decided"]) == (4, 3)
    assert load["period"]["median_hours"] == 3.0
    assert load["previous"]["median_hours"] is None
    assert sum(day["opened"] for day in load["by_day"]) == 4


def test_every_scope_answers_with_nothing_in_the_log():
    staff = UserFactory(is_staff=True)
    about_me = {"scope": "creator", "user_id": staff.pk}

    for scope in ({}, about_me, {"scope": "platform"}):
        data = dashboard(staff, **scope)

        assert data["totals"]["views"] == 0
        assert data["funnel"][1]["of_first"] is None


def test_figures_are_for_signed_in_accounts():
    for path in ("dashboard", "posts/1", "models"):
        assert client_for().get(f"/api/analytics/{path}").status_code == 401
