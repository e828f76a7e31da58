"""What is trained goes live only if it deserves to, and one training runs at a time."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mlengine.errors import UnknownModel
from mlengine.models import ModelVersion, Slate, TrainingRun
from mlengine.pipelines import Judged, gate
from mlengine.predictions import slate_for
from mlengine.registry import live_version
from mlengine.tests.community import act, community_make, post_make
from mlengine.training import LIMIT, TrainingRunning, models_retrain, models_retrain_due
from profiles.tests.factories import NOON, UserFactory
from socialml.core.queue import MAX_ATTEMPTS
from socialml.core.schedules import window_claim

pytestmark = pytest.mark.django_db

HERE = socket.gethostname()


@pytest.mark.parametrize(
    ("candidate", "baseline", "live", "is_promoted"),
    [
        (0.3, 0.2, None, True),
        (0.2, 0.2, None, False),
        (0.1, 0.2, None, False),
        (0.3, 0.2, 0.25, True),
        (0.3, 0.2, 0.3, False),
        # The live version fell below popularity, and so does the candidate.
        (0.15, 0.2, 0.1, False),
    ],
)
def test_the_gate_opens_for_the_better_one_alone(candidate, baseline, live, is_promoted):
    decision = gate(
        "ndcg@20",
        candidate=Judged(candidate),
        baseline=Judged(baseline),
        live=None if live is None else Judged(live),
    )

    assert decision.is_promoted is is_promoted
    assert decision.verdict.startswith("Promoted:" if is_promoted else "Kept back:")


def test_a_feed_model_that_finds_the_tastes_goes_live_and_ranks_for_everybody():
    fans, _ = community_make()

    run = models_retrain(names=["feed"], at=NOON)

    version = live_version("feed")
    assert run.state == TrainingRun.State.DONE
    assert run.report["feed"]["version"] == str(version)
    assert version.metrics["score"] > version.metrics["baseline"] > 0
    assert version.verdict == run.report["feed"]["verdict"]
    slates = Slate.objects.filter(audience="account", surface="feed")
    assert {fan.pk for fan in fans} <= set(slates.values_list("audience_id", flat=True))
    assert set(slates.values_list("model_version", flat=True)) == {str(version)}
    assert slate_for(fans[0].pk, "feed").reasons[0]


def test_a_model_that_foresees_no_more_than_popularity_is_kept_back():
    # Day after day all go on together to a post that nobody had met before.
    fans = [UserFactory() for _ in range(40)]
    posts = [post_make(UserFactory(), content="") for _ in range(16)]
    for day, post in enumerate(posts):
        for place, fan in enumerate(fans):
            act(fan, post, at=NOON + timedelta(days=day, seconds=place))

    run = models_retrain(names=["feed"], at=NOON + timedelta(days=20))

    assert run.report["feed"]["verdict"].startswith("Kept back: ndcg@20")
    assert live_version("feed") is None
    # Kept, so that an operator may look at it.
    assert str(ModelVersion.objects.get()) == run.report["feed"]["version"]
    own = Slate.objects.filter(audience="account")
    assert set(own.values_list("model_version", flat=True)) == {"rules"}


def test_with_too_little_data_the_model_is_skipped_and_fallbacks_serve():
    post = post_make(UserFactory())
    act(UserFactory(), post)

    run = models_retrain(names=["feed"], at=NOON + timedelta(minutes=1))

    assert run.report["feed"]["verdict"].startswith("Skipped: The log holds 1 choices")
    assert not ModelVersion.objects.exists()
    assert Slate.objects.filter(audience="everyone", surface="feed").count() == 1


def test_right_after_a_training_there_is_nothing_new_to_judge_by():
    community_make()
    models_retrain(names=["feed"], at=NOON)
    live = live_version("feed")

    run = models_retrain(names=["feed"], at=NOON + timedelta(minutes=1))

    assert "since the live version learned" in run.report["feed"]["verdict"]
    assert live_version("feed").pk == live.pk


def test_while_one_training_runs_another_is_refused():
    mine = TrainingRun.objects.create(started_at=NOON, process=f"{HERE}:{os.getpid()}")

    with pytest.raises(TrainingRunning):
        models_retrain(names=["feed"], at=NOON + timedelta(minutes=1))

    assert list(TrainingRun.objects.values_list("pk", "state")) == [(mine.pk, "running")]
    assert not Slate.objects.exists()


@pytest.mark.parametrize("how", ["its process is gone", "it is older than any run"])
def test_a_run_that_died_is_taken_over(how):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    if how == "its process is gone":
        process, started = f"{HERE}:{gone.pid}", NOON
    else:
        process, started = "elsewhere:1", NOON - LIMIT
    dead = TrainingRun.objects.create(started_at=started, process=process)

    run = models_retrain(names=["feed"], at=NOON + timedelta(minutes=1))

    dead.refresh_from_db()
    assert (dead.state, run.state) == ("failed", "done")


@pytest.mark.slow
def test_a_scheduled_run_that_died_or_failed_is_due_again_three_times_at_most():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlengine.training.slates_step", lambda **_: 1 / 0)
        for hour in range(4):
            if hour < MAX_ATTEMPTS:
                with pytest.raises(ZeroDivisionError):
                    models_retrain_due(at=NOON + timedelta(hours=hour))
            else:
                assert models_retrain_due(at=NOON + timedelta(hours=hour)) is None

    tomorrow = NOON + timedelta(days=1)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert window_claim(name="retrain", every=timedelta(days=1), at=tomorrow)
    TrainingRun.objects.create(started_at=tomorrow, process=f"{HERE}:{gone.pid}")

    assert models_retrain_due(at=tomorrow + timedelta(hours=1)).state == "done"
    assert models_retrain_due(at=tomorrow + timedelta(hours=2)) is None


def test_an_unknown_model_is_refused_by_naming_those_that_exist():
    with pytest.raises(UnknownModel, match="feed"):
        models_retrain(names=["feed", "fede"], at=NOON)
    with pytest.raises(CommandError, match=r"No model 'fede'; known: .*feed"):
        call_command("retrain", "fede")

    assert not TrainingRun.objects.exists()


def test_the_command_prints_what_came_of_each_model():
    community_make()
    out = StringIO()

    call_command("retrain", "feed", jobs=1, stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["model", "feed", "slates"]
    assert "Promoted: ndcg@20" in lines[1]


@pytest.mark.slow
def test_the_schedule_trains_once_an_interval_and_not_after_an_operators_run(settings):
    settings.RETRAIN_INTERVAL_HOURS = 24

    assert models_retrain_due(at=NOON).state == "done"
    assert models_retrain_due(at=NOON + timedelta(hours=1)) is None
    assert models_retrain_due(at=NOON + timedelta(days=1)).state == "done"

    models_retrain(at=NOON + timedelta(days=1, hours=11, minutes=50))
    assert models_retrain_due(at=NOON + timedelta(days=1, hours=12)) is None
    assert models_retrain_due(at=NOON + timedelta(days=2, hours=12)).state == "done"
