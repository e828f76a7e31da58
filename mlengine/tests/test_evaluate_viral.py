"""The judge of early forecasts, on events from a known process."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from mlengine.errors import DatasetError, TooLittleData
from mlengine.evaluation import viral

START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = {"item": "video", "time": "seen_at"}


def events(folder, *, items=300, seed=6):
    """Write views: after six hours each video gets about as many as before."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(items):
        first = START + timedelta(hours=4 * number)
        early = 1 + int(rng.gamma(1.0, 5.0))
        hours = [0.0, *rng.uniform(0, 5.9, early - 1), *rng.uniform(30, 160, rng.poisson(early))]
        rows += [(first + timedelta(hours=float(hour)), number) for hour in hours]
    lines = [f"{number},{at.isoformat()}" for at, number in rows]
    (folder / "views.csv").write_text("\n".join(["video,seen_at", *lines]))
    return folder / "views.csv"


def test_views_so_far_beat_knowing_nothing_and_intervals_keep_their_promise(tmp_path):
    found = viral.evaluate(data=events(tmp_path), ages=[1, 6], **COLUMNS)

    assert found["items"] == found["judged"] * 5
    assert found["learned_from"] < found["items"] - found["judged"]
    _, old = found["ages"]
    assert (old["hours"], old["chosen"]) == (6, "early")
    assert old["crps"] == old["early"]["crps"] < 0.7 * old["usual"]["crps"]
    assert old["mae_log"] < 0.7 * old["usual"]["mae_log"]
    assert 0.75 < old["coverage_90"] <= 1
    json.dumps(found, allow_nan=False)


def test_one_command_prints_it(tmp_path, capsys):
    call_command(
        *("evaluate", "viral", "--data", str(events(tmp_path)), "--item", "video"),
        *("--time", "seen_at", "--ages", "6"),
    )

    assert json.loads(capsys.readouterr().out)["ages"][0]["hours"] == 6


@pytest.mark.parametrize("wrong", [{"ages": [200.0]}, {"ages": [-1.0]}, {"days": float("nan")}])
def test_ages_that_are_none_are_refused(tmp_path, wrong):
    with pytest.raises(DatasetError, match="Ages are hours"):
        viral.evaluate(data=events(tmp_path, items=3), **COLUMNS, **wrong)


def test_too_few_new_items_are_refused(tmp_path):
    with pytest.raises(TooLittleData):
        viral.evaluate(data=events(tmp_path, items=3), **COLUMNS)
    with pytest.raises(CommandError, match="no column 'who'"):
        call_command(
            *("evaluate", "viral", "--data", str(events(tmp_path)), "--item", "who"),
            *("--time", "seen_at"),
        )
