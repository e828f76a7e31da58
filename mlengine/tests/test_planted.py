"""What the seeding planted is found, and how much of it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from analytics.services.rollups import rollups_refresh
from mlengine.evaluation.planted import found_of, groups_found
from mlengine.insights import insights_refresh
from mlengine.model_training import model_train
from mlengine.pipelines.behaviour import Behaviour
from mlengine.pipelines.segments import AccountSegments
from mlengine.registry import loaded_forget
from posts.services import demo
from posts.services.policy import policy_first


def test_precision_and_recall_are_those_of_the_two_sets():
    told = found_of({1, 2, 3, 4}, {3, 4, 5})

    assert (told["precision"], told["recall"], told["f1"]) == (0.6667, 0.5, 0.5714)
    assert found_of(set(), set())["f1"] == 0.0
    assert found_of({1}, set())["precision"] == 0.0


def test_one_group_answers_to_one_planted_group():
    planted = {"night": {1, 2, 3}, "weekend": {4, 5, 6}, "skimming": {7}}
    found = {"A": {1, 2, 3, 4}, "B": {5, 6}}

    told = groups_found(planted, found)

    assert {name: one["answer"] for name, one in told.items()} == {
        "night": "A",
        "weekend": "B",
        "skimming": None,
    }
    assert told["night"]["recall"] == told["weekend"]["precision"] == 1.0
    assert told["skimming"]["recall"] == 0.0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"left_at": 3}'])
def test_a_file_that_no_seeding_wrote_is_refused(tmp_path, text):
    file = tmp_path / "planted.json"
    file.write_text(text)

    with pytest.raises(CommandError, match="Seed first"):
        call_command("evaluate_planted", truth=file)


def test_without_a_seeding_it_says_so(tmp_path):
    with pytest.raises(CommandError, match="Seed first"):
        call_command("evaluate_planted", truth=tmp_path / "nothing.json")


@pytest.mark.slow
@pytest.mark.django_db
def test_churners_segments_and_bursts_that_were_planted_are_found(tmp_path):
    now = timezone.now()
    draft = demo.community_draw(
        accounts=1500, posts=2500, events=150_000, seed=1, at=now, policy=policy_first()
    )
    community = demo.community_store(draft=draft, at=now)
    file = tmp_path / "planted.json"
    demo.planted_write(draft, user_ids=community.user_ids, file=file, at=now)
    rollups_refresh(at=now + timedelta(minutes=1))
    for pipeline in (Behaviour(), AccountSegments()):
        assert model_train(pipeline, at=now)["verdict"].startswith("Promoted")
    loaded_forget()
    insights_refresh(at=now)
    out = StringIO()

    call_command("evaluate_planted", truth=file, days=3, stdout=out)

    told = json.loads(out.getvalue())
    assert told["churners"]["recall"] > 0.8
    assert told["churners"]["precision"] > 0.45
    assert told["churners"]["roc_auc"] > 0.9
    assert told["segments"].keys() == {"night", "weekend", "skimming"}
    assert min(one["recall"] for one in told["segments"].values()) > 0.4
    assert min(one["precision"] for one in told["segments"].values()) > 0.35
    assert told["bursts"]["recall"] > 0.9
    assert told["bursts"]["hours_until_found"]["northernlights"] < 10
    # A small community's surge may be too slow to be reported; nothing else may be.
    assert set(told["bursts"]["reports"]) == {
        one for one in told["bursts"]["reports"] if one.startswith("northernlights")
    }
    assert told["bursts"]["listed_or_reported"]["recall"] >= told["bursts"]["recall"]
