"""The models over behaviour features, and what accounts are told."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest

from analytics.models import Event
from analytics.selectors.behaviour import behaviour_by_rules
from mlengine import insights
from mlengine.datasets.acts import (
    FEATURES,
    features,
)
from mlengine.datasets.acts import outcomes as outcomes_of
from mlengine.errors import ArtifactError, TooLittleData
from mlengine.insights import insights_follow, insights_refresh
from mlengine.model_training import model_train
from mlengine.models import AccountInsight, Segment
from mlengine.pipelines import behaviour
from mlengine.pipelines.behaviour import Behaviour
from mlengine.pipelines.segments import AccountSegments
from mlengine.registry import loaded_forget
from mlengine.tests.community import act, post_make
from profiles.models import Preferences, User
from profiles.services import erasure_request, preferences_set, profile_reset
from profiles.tests.factories import UserFactory
from socialml.core.bulk import rows_insert

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

# What one day of each role looks like: chance of coming, hour (UTC), likes a visit on average.
ROLES = [(0.9, 2, 1.3), (0.6, 14, 0.6), (0.15, 19, 0.5), (0.8, 19, 0.3)]
LEAVERS = 3
CATEGORIES = ["pets", "news", "music", "food"]


@pytest.fixture
def community(db):
    """Two hundred people of four roles, seven weeks; those of the last leave one by one."""
    rng = np.random.default_rng(0)
    people = User.objects.bulk_create(
        User(username=f"p{n}", username_key=f"p{n}", joined_at=NOON) for n in range(200)
    )
    fields = ["kind", "actor_id", "post_id", "target_id", "category", "hashtags", "post_kind"]
    fields += ["duration_ms", "occurred_at", "recorded_at", "language", "query"]
    rows = []
    for number, person in enumerate(people):
        role = number % len(ROLES)
        chance, hour, likes = ROLES[role]
        gone_since = rng.uniform(1, 45) if role == LEAVERS else 0
        for day in range(1, 50):
            if day < gone_since or rng.random() > chance:
                continue
            at = NOON - timedelta(days=day) + timedelta(hours=hour - 12)
            facts = [1, 10**9, CATEGORIES[role], ["cats"], "post", 4000, at, at, "", ""]
            kinds = ["viewed", *["liked"] * rng.poisson(likes)]
            rows += [[kind, person.pk, *facts] for kind in kinds]
    rows_insert(Event, fields, rows)
    return people


def test_training_stops_at_a_leak_and_names_it(community, monkeypatch):
    def with_a_leak(some, at):
        ids, rows = features(some, at)
        coming = outcomes_of(some, ids, at, 7)[:, 0]
        rows[:, FEATURES.index("days_known")] += coming
        return ids, rows

    monkeypatch.setattr(behaviour, "features", with_a_leak)

    report = model_train(Behaviour(), at=NOON)

    assert report["version"] is None
    assert "days_known" in report["verdict"]


def test_behaviour_beats_the_rules_on_the_week_held_out(community):
    report = model_train(Behaviour(), at=NOON)

    assert report["verdict"].startswith("Promoted"), report
    metrics = report["metrics"]
    assert metrics["score"] > metrics["baseline"]
    assert metrics["candidate"]["churn_roc_auc"] > 0.7
    # What else could foretell it is judged on the same week.
    rivals = metrics["baseline_metrics"]
    for rival in ("boosting", "bg_nbd"):
        assert 0.5 < rivals[f"{rival}_churn_roc_auc"] <= 1
        assert 0 < rivals[f"{rival}_churn_brier"] < 0.25
    assert metrics["held_out_from"] < (NOON - timedelta(days=6)).isoformat()


def test_behaviour_survives_a_save_and_load_and_refuses_damage(community):
    split = Behaviour().load(until=NOON, unseen_since=None)
    model = Behaviour().fit(split.train)
    file = BytesIO()
    model.save(file)
    raw = file.getvalue()

    back = Behaviour().restore(BytesIO(raw))

    rows = split.held_out.rows
    np.testing.assert_allclose(back.churn_risk(rows), model.churn_risk(rows))
    np.testing.assert_allclose(back.class_probabilities(rows), model.class_probabilities(rows))
    for broken in (b"", raw[: len(raw) // 2], raw.replace(b"churn", b"chorn")):
        with pytest.raises(ArtifactError):
            Behaviour().restore(BytesIO(broken))


def test_behaviour_is_judged_only_on_a_week_the_live_version_has_not_seen(community):
    with pytest.raises(TooLittleData):
        Behaviour().load(until=NOON, unseen_since=NOON - timedelta(days=6))

    assert Behaviour().load(until=NOON, unseen_since=NOON - timedelta(days=8))


@pytest.mark.django_db
@pytest.mark.parametrize("pipeline", [Behaviour(), AccountSegments()])
def test_an_empty_or_short_log_is_too_little(pipeline):
    with pytest.raises(TooLittleData):
        pipeline.load(until=NOON, unseen_since=None)

    Event.objects.create(kind="viewed", actor_id=1, post_id=1, occurred_at=NOON, recorded_at=NOON)
    with pytest.raises(TooLittleData):
        pipeline.load(until=NOON + timedelta(days=1), unseen_since=None)


def test_segments_tell_the_groups_apart(community):
    pipeline = AccountSegments()
    split = pipeline.load(until=NOON, unseen_since=None)
    model = pipeline.fit(split.train)

    assert len(model.sizes_) >= 3
    assert pipeline.evaluate(model, split).score > 0.4


def test_insights_describe_every_account_by_the_live_models(community):
    model_train(Behaviour(), at=NOON)
    model_train(AccountSegments(), at=NOON)
    loaded_forget()

    count = insights_refresh(at=NOON)

    acted = set(Event.objects.values_list("actor_id", flat=True))
    assert count == len(acted)
    assert set(AccountInsight.objects.values_list("pk", flat=True)) == acted
    regular = AccountInsight.objects.get(pk=community[0].pk)
    assert regular.model_version.startswith("behaviour v")
    assert regular.engagement_class == "High"
    assert sum(regular.engagement_probabilities.values()) == pytest.approx(1, abs=0.001)
    assert regular.activity["peak_hour"] == 2
    assert regular.tastes["categories"] == [["pets", 1.0]]
    assert len(regular.churn_drivers) == len(regular.engagement_drivers) == 3
    assert regular.next_action["risk_after"] <= regular.churn_risk
    assert {insight.segment_id for insight in AccountInsight.objects.all()} <= set(
        Segment.objects.values_list("pk", flat=True)
    )
    names = list(Segment.objects.values_list("name", flat=True))
    assert len(names) == len(set(names)) >= 3


def test_without_live_models_the_rules_speak(community):
    loaded_forget()

    insights_refresh(at=NOON)

    regular = AccountInsight.objects.get(pk=community[0].pk)
    assert (regular.model_version, regular.segment_id) == ("rules", None)
    told = behaviour_by_rules(community[0].pk, at=NOON)
    assert regular.engagement_class == told.engagement_class
    assert regular.churn_risk == told.churn_risk
    assert regular.tastes["categories"] == told.tastes["categories"]
    assert regular.activity == told.activity
    assert regular.next_action == told.next_action
    assert regular.engagement_drivers == told.engagement_drivers


def test_who_wants_no_profile_has_none(community):
    loaded_forget()
    refuses, suspended = community[0], community[1]
    insights_refresh(at=NOON)
    Preferences.objects.create(user=refuses, is_personalised=False, changed_at=NOON)
    suspended.is_active = False
    suspended.save()

    insights_refresh(at=NOON + timedelta(seconds=1))

    left = set(AccountInsight.objects.values_list("pk", flat=True))
    assert not left & {refuses.pk, suspended.pk}
    assert community[4].pk in left


def test_a_segment_keeps_its_id_while_its_name_stays(community):
    model_train(AccountSegments(), at=NOON)
    loaded_forget()
    insights_refresh(at=NOON)
    before = dict(Segment.objects.values_list("name", "pk"))

    insights_refresh(at=NOON + timedelta(minutes=1))

    assert dict(Segment.objects.values_list("name", "pk")) == before


def test_a_log_that_ended_long_ago_is_judged_as_of_its_end(community):
    loaded_forget()

    insights_refresh(at=NOON + timedelta(days=900))

    assert AccountInsight.objects.get(pk=community[0].pk).churn_risk < 0.5


def test_more_accounts_take_no_more_queries(community, django_assert_max_num_queries):
    loaded_forget()

    with django_assert_max_num_queries(26):
        insights_refresh(at=NOON)


def test_who_acted_since_is_described_as_a_whole_run_would(community):
    model_train(Behaviour(), at=NOON)
    model_train(AccountSegments(), at=NOON)
    loaded_forget()
    insights_refresh(at=NOON)
    back, still = community[LEAVERS].pk, community[0].pk
    before = AccountInsight.objects.get(pk=back)
    later = NOON + timedelta(minutes=10)
    facts = {"actor_id": back, "target_id": 10**9, "category": "pets", "duration_ms": 4000}
    for minute in range(9):
        at = later - timedelta(minutes=minute + 1)
        Event.objects.create(kind="viewed", post_id=1, occurred_at=at, recorded_at=at, **facts)

    assert insights_follow(since=NOON + timedelta(seconds=61), at=later) == 1

    followed = AccountInsight.objects.filter(pk=back).values().get()
    assert followed["churn_risk"] < before.churn_risk
    assert AccountInsight.objects.get(pk=still).computed_at == NOON
    insights_refresh(at=later)
    assert AccountInsight.objects.filter(pk=back).values().get() == followed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda pk: preferences_set(user_id=pk, changes={"is_personalised": False}, at=NOON),
        lambda pk: profile_reset(user_id=pk, at=NOON),
        lambda pk: erasure_request(user_id=pk, at=NOON),
    ],
    ids=["refused", "reset", "erased"],
)
def test_a_profile_that_is_forgotten_while_it_is_made_is_not_stored(monkeypatch, change):
    account = UserFactory()
    act(account, post_make(UserFactory()), at=NOON)
    describe = insights.accounts_describe

    def describe_meanwhile(*arguments):
        found = describe(*arguments)
        change(account.pk)
        return found

    monkeypatch.setattr(insights, "accounts_describe", describe_meanwhile)

    insights_refresh(at=NOON + timedelta(seconds=1))

    assert not AccountInsight.objects.exists()


@pytest.mark.django_db
def test_an_empty_log_describes_nobody():
    assert insights_refresh(at=NOON) == 0

    assert not AccountInsight.objects.exists()
