"""Who may decide what is listed as trending, and what newcomers weigh."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from analytics.models import AccountDay, Event, Trend, TrendReview
from analytics.services.trend_reviews import trends_review
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def eclipse():
    """A hashtag, spoken of in Portuguese, that nine accounts stand behind."""
    post = PostFactory()
    for _ in range(9):
        event_make(
            Event.Kind.LIKED,
            post_id=post.pk,
            target_id=post.author_id,
            hashtags=["eclipse"],
            language="pt",
            occurred_at=ago(hours=1),
        )
    trends_aggregate(at=NOON)
    return Trend.objects.get(kind=Trend.Kind.HASHTAG)


def listed(kind="hashtags", key="hashtag"):
    results = client_for(UserFactory()).get(f"/api/trends/{kind}").json()["data"]["results"]
    return [trend[key] for trend in results]


def review(trend, state):
    trends_review([trend], state=state, reviewer_id=1, at=NOON)


def test_what_is_pending_is_listed_unless_the_list_is_gated(eclipse, settings):
    assert listed() == ["eclipse"]

    settings.SOCIALML_TRENDS_GATED = True

    assert listed() == []


def test_what_was_approved_is_listed_and_what_was_rejected_never(eclipse, settings):
    for gated in (True, False):
        settings.SOCIALML_TRENDS_GATED = gated
        review(eclipse, TrendReview.State.APPROVED)
        assert listed() == ["eclipse"]
        review(eclipse, TrendReview.State.REJECTED)
        assert listed() == []
    assert TrendReview.objects.count() == 1


def test_a_decision_outlives_the_next_computing(eclipse):
    review(eclipse, TrendReview.State.REJECTED)

    trends_aggregate(at=NOON)

    assert Trend.objects.filter(name="eclipse").exists()
    assert listed() == []


@pytest.mark.parametrize(
    ("permission", "decided"), [("change_trendreview", 1), ("view_trendreview", 0)]
)
def test_staff_with_the_permission_decide_in_the_admin(eclipse, permission, decided):
    reviewer = UserFactory(is_staff=True)
    granted = Permission.objects.filter(codename__in=[permission, "view_trend"])
    reviewer.user_permissions.set(granted)
    client = Client()
    client.force_login(reviewer)

    page = client.get(reverse("admin:analytics_trend_changelist"))
    client.post(
        reverse("admin:analytics_trend_changelist"),
        {"action": "reject", "_selected_action": [eclipse.pk]},
    )

    assert b"pending" in page.content
    found = TrendReview.objects.filter(state=TrendReview.State.REJECTED, reviewer_id=reviewer.pk)
    assert found.count() == decided


def test_languages_trend_too(eclipse):
    assert listed("languages", "language") == ["pt"]


def test_accounts_of_these_days_weigh_a_quarter_of_the_others():
    for number, tag in enumerate(["bought", "earned"]):
        for actor_id in range(100 * number + 1, 100 * number + 9):
            event_make(
                Event.Kind.LIKED, actor_id=actor_id, hashtags=[tag], occurred_at=ago(hours=1)
            )
    for actor_id in range(1, 9):
        AccountDay.objects.create(account_id=actor_id, day=ago(days=1).date(), is_first=True)
    for actor_id in range(101, 109):
        AccountDay.objects.create(account_id=actor_id, day=ago(days=9).date(), is_first=True)

    trends_aggregate(at=NOON)

    ranked = Trend.objects.filter(kind=Trend.Kind.HASHTAG).order_by("rank")
    assert [trend.name for trend in ranked] == ["earned", "bought"]
    evidence = {trend.name: trend.evidence for trend in ranked}
    assert evidence["bought"]["effective_accounts"] == 2.0
    assert evidence["earned"]["effective_accounts"] == 8.0
    assert evidence["bought"]["new_account_share"] == 1.0
