"""Two of a kind at once: one works."""

from datetime import timedelta
from functools import partial

import pytest

from mlengine.models import ModelVersion, Slate, TrainingRun
from mlengine.registry import live_version, version_promote, version_rollback
from mlengine.slates import slates_refresh
from mlengine.tests.community import act, post_make
from mlengine.tests.test_registry import promoted, version_of
from mlengine.training import TrainingRunning, models_retrain, models_retrain_due
from profiles.tests.factories import NOON, UserFactory
from profiles.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_several_trainings_at_once_one_runs_at_a_time():
    works = [partial(models_retrain, names=["feed"], at=NOON) for _ in range(4)]

    results = together(works)

    done = [one for one in results if isinstance(one, TrainingRun)]
    refused = [one for one in results if isinstance(one, TrainingRunning)]
    assert done
    assert len(done) + len(refused) == 4, results
    assert TrainingRun.objects.filter(state="done").count() == len(done)
    assert not TrainingRun.objects.exclude(state="done").exists()


def test_of_several_schedules_at_once_one_trains():
    results = together([partial(models_retrain_due, at=NOON) for _ in range(4)])

    assert [one for one in results if isinstance(one, Exception)] == []
    assert len([one for one in results if one is not None]) == 1
    assert TrainingRun.objects.count() == 1


def test_of_several_ticks_at_once_one_ranks():
    viewer = UserFactory()
    act(viewer, post_make(UserFactory()), at=NOON)

    results = together([partial(slates_refresh, at=NOON) for _ in range(4)])

    assert sorted(results) == [0, 0, 0, 1]
    assert Slate.objects.filter(audience="account", audience_id=viewer.pk).count() == 1
    assert Slate.objects.filter(audience="everyone").count() == 1

    assert slates_refresh(at=NOON + timedelta(seconds=1)) == 0


def test_promotions_at_once_leave_one_version_live():
    versions = [version_of(number) for number in range(4)]

    results = together(
        [partial(version_promote, version_id=version.pk, at=NOON) for version in versions]
    )

    assert [one for one in results if isinstance(one, Exception)] == []
    assert ModelVersion.objects.filter(is_live=True).count() == 1


def test_rollbacks_at_once_go_one_step_back_each():
    versions = [promoted(number, minutes=number) for number in range(4)]

    results = together([partial(version_rollback, name="number", at=NOON) for _ in range(2)])

    assert {version.pk for version in results} == {versions[2].pk, versions[1].pk}
    assert live_version("number").pk == versions[1].pk
    assert ModelVersion.objects.filter(is_live=True).count() == 1


def test_a_rollback_and_a_promotion_at_once_leave_one_of_both_live():
    first, second = promoted(1), promoted(2, minutes=1)
    third = version_of(3)
    works = [
        partial(version_rollback, name="number", at=NOON),
        partial(version_promote, version_id=third.pk, at=NOON),
    ]

    results = together(works)

    assert [one for one in results if isinstance(one, Exception)] == []
    live = ModelVersion.objects.get(is_live=True)
    assert live.pk in {first.pk, second.pk, third.pk}
