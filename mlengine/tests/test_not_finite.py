"""A NaN in what a model learns from is an error with its name, and publishes nothing."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from mlengine.datasets.acts import FEATURES
from mlengine.errors import NotFinite
from mlengine.model_training import model_train
from mlengine.models import ModelVersion, TrainingRun
from mlengine.pipelines import PIPELINES, Split
from mlengine.pipelines.behaviour import Behaviour, Weeks
from mlengine.pipelines.engagement import EngagementForecast, Outcomes
from mlengine.pipelines.feed import Feed
from mlengine.pipelines.finite import finite_expect
from mlengine.pipelines.moderation import KINDS, Decided, Moderation
from mlengine.pipelines.ranker import Ranker
from mlengine.pipelines.segments import AccountSegments, Behaviours
from mlengine.pipelines.virality import PostVirality, YoungPosts
from mlengine.registry import live_version
from mlengine.tests.community import community_make, feed_model_make
from mlengine.tests.test_outcome_trees import shown_make
from mlengine.training import models_retrain
from profiles.tests.factories import NOON

pytestmark = pytest.mark.django_db


def holed(array):
    """Return a copy with a NaN in the middle."""
    copy = array.astype(np.float64)
    copy.flat[copy.size // 2] = np.nan
    return copy


def nan_in_interactions(data):
    matrix = data.interactions.matrix.copy()
    matrix.data = holed(matrix.data)
    return replace(data, interactions=replace(data.interactions, matrix=matrix))


def nan_in_moments(data):
    at = holed(data.interactions.at)
    return replace(data, interactions=replace(data.interactions, at=at))


def planted(pipeline, plant, part):
    """Return the pipeline, its loaded part spoiled."""

    class Planted(type(pipeline)):
        def load(self, **kwargs):
            split = super().load(**kwargs)
            return replace(split, **{part: plant(getattr(split, part))})

    return Planted()


@pytest.mark.parametrize("part", ["train", "held_out", "whole"])
@pytest.mark.parametrize("plant", [nan_in_interactions, nan_in_moments])
def test_a_nan_in_the_feeds_data_is_told_and_the_live_version_stays(plant, part):
    community_make()
    live = feed_model_make()
    live.metrics = {}
    live.save(update_fields=["metrics"])

    report = model_train(planted(Feed(), plant, part), at=NOON)

    assert report["verdict"].startswith("Failed: feed: What it learns from holds a number")
    assert f": {part}.interactions." in report["verdict"]
    assert report["version"] is None
    assert live_version("feed").pk == ModelVersion.objects.get().pk == live.pk


ROWS = np.random.default_rng(1).random((80, len(FEATURES)))
WEEKS = Weeks(ROWS, np.arange(80) % 3, np.arange(80) % 2 == 0, ROWS[:, :3])
BEHAVIOURS = Behaviours(ROWS[:, :10])
OUTCOMES = Outcomes([], np.ones((80, 4)), np.ones((80, 4)))
YOUNG = YoungPosts(np.ones((80, 6, 8)), np.ones((80, 6)), np.ones(80))
ANSWERS = np.ones((80, len(KINDS)), bool)
DECIDED = Decided(["a text"] * 80, ANSWERS, ANSWERS, np.ones(ANSWERS.shape), [NOON] * 80)


@pytest.mark.parametrize(
    ("pipeline", "data", "column"),
    [
        (Behaviour(), WEEKS, "rows"),
        (AccountSegments(), BEHAVIOURS, "rows"),
        (EngagementForecast(), OUTCOMES, "counts"),
        (EngagementForecast(), OUTCOMES, "first_day"),
        (Ranker(), shown_make(count=200), "rows"),
        (Moderation(), DECIDED, "logits"),
        (PostVirality(), YOUNG, "rows"),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
@pytest.mark.parametrize("part", ["train", "held_out", "whole"])
def test_a_nan_in_any_other_models_data_is_told_with_its_name(pipeline, data, column, part):
    class Planted(type(pipeline)):
        def load(self, **_):
            whole = Split(data, data, data, NOON, NOON)
            spoiled = replace(data, **{column: holed(getattr(data, column))})
            return replace(whole, **{part: spoiled})

    report = model_train(Planted(), at=NOON)

    assert report["verdict"] == (
        f"Failed: {pipeline.name}: What it learns from holds a number that is not finite:"
        f" {part}.{column}."
    )
    assert not ModelVersion.objects.exists()


def test_every_pipeline_is_held_to_it():
    held = {"feed", "behaviour", "segments", "engagement", "ranker", "moderation", "virality"}
    assert held == PIPELINES.keys()


class Spoiling(Feed):
    """Learns a NaN from data without any."""

    def fit(self, data):
        blend = super().fit(data)
        popularity = blend.sources["popularity"]
        popularity.share_ = holed(popularity.share_).astype(np.float32)
        return blend

    def refit(self, model, data):
        return self.fit(data)


def test_a_nan_that_a_fit_made_itself_is_not_stored_either():
    community_make()

    report = model_train(Spoiling(), at=NOON)

    assert report["verdict"].startswith("Failed: feed: ")
    assert "finite" in report["verdict"]
    assert not ModelVersion.objects.exists()


def test_one_failed_model_keeps_no_other_and_the_run_ends_as_failed(monkeypatch):
    community_make()
    spoiled = planted(AccountSegments(), lambda data: data, "train")
    spoiled.load = lambda **_: Split(Behaviours(holed(ROWS)), BEHAVIOURS, BEHAVIOURS, NOON, NOON)
    monkeypatch.setitem(PIPELINES, "segments", spoiled)

    run = models_retrain(names=["segments", "feed"], at=NOON)

    assert run.state == TrainingRun.State.FAILED
    assert run.error == run.report["segments"]["verdict"]
    assert run.report["feed"]["verdict"].startswith("Promoted:")
    assert live_version("segments") is None

    with pytest.raises(CommandError, match="segments: What it learns from"):
        call_command("retrain", "segments", jobs=1, stdout=StringIO())


def test_a_nan_in_one_of_several_named_arrays_is_found():
    whole = {"image": ROWS, "sound": holed(ROWS)}

    with pytest.raises(NotFinite, match=r"train\.sound\."):
        finite_expect(Split(whole, {"image": ROWS}, {}, NOON, NOON))


def test_integers_texts_and_what_is_missing_are_no_concern():
    finite_expect(WEEKS)
    with pytest.raises(NotFinite, match=r": rows\."):
        finite_expect(replace(WEEKS, rows=holed(ROWS)))
