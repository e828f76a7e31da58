"""What training costs, measured source by source in processes of their own."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from mlengine.estimators.blend import RECOMMENDERS
from socialml.bench.train import community_draw, growth_exponent, report_make, report_table


def bench(*arguments, file):
    out = StringIO()
    call_command("bench_train", *arguments, output=file, stdout=out)
    return json.loads(file.read_text()), out.getvalue()


@pytest.mark.slow
def test_every_listed_source_is_measured_at_every_size(tmp_path):
    report, table = bench("--sizes", "1000", "2000", file=tmp_path / "train.json")

    assert report["sources"].keys() == RECOMMENDERS.keys()
    for name, source in report["sources"].items():
        assert [row["events"] for row in source["sizes"]] == [1000, 2000]
        for row in source["sizes"]:
            assert row["fit_seconds"] > 0
            assert row["predict_ms_in_batches"] > 0
            assert row["predict_ms_alone"] > 0
            assert 20 < row["peak_mb"] < 1000
        assert isinstance(source["fit_seconds_exponent"], float)
        assert name in table


def test_a_source_that_takes_too_long_is_told_and_the_rest_goes_on(tmp_path):
    report, table = bench(
        *("--sizes", "1000", "--sources", "popularity", "--limit", "0.01"),
        file=tmp_path / "train.json",
    )

    [row] = report["sources"]["popularity"]["sizes"]
    assert row["error"] == "It took more than 0.01 s."
    assert report["sources"]["popularity"]["fit_seconds_exponent"] is None
    assert row["error"] in table


@pytest.mark.parametrize("size", ["0", "-5", "many", "999", "1e6"])
def test_a_size_that_is_none_is_refused_and_nothing_written(size, tmp_path):
    with pytest.raises(CommandError, match="not a number of events"):
        call_command("bench_train", f"--sizes={size}", output=tmp_path / "train.json")

    assert not list(tmp_path.iterdir())


def test_the_drawn_log_has_the_wanted_size_and_a_long_tail():
    chosen, items = community_draw(50_000)
    again, _ = community_draw(50_000)

    assert (chosen.matrix != again.matrix).nnz == 0
    assert len(items) == 1_000
    # A pair that is drawn again is one choice.
    assert 0.6 * 50_000 < len(chosen) <= 50_000
    by_post = np.sort(np.diff(chosen.matrix.tocsc().indptr))[::-1]
    # A tenth of the posts draw a third of the choices or more; evenly it would be a tenth.
    assert by_post[:100].sum() > len(chosen) / 3


def test_growth_is_told_as_an_exponent():
    assert growth_exponent([10, 100, 1000], [2.0, 20.0, 200.0]) == 1.0
    assert growth_exponent([10, 100], [1.0, 100.0]) == 2.0
    assert growth_exponent([10], [1.0]) is None

    rows = [
        {
            "source": "x",
            "events": size,
            "fit_seconds": size**1.5,
            "peak_mb": 1.0,
            "predict_ms_alone": 1.0,
            "predict_ms_in_batches": 1.0,
        }
        for size in (100, 1000)
    ]
    report = report_make(rows)
    assert report["sources"]["x"]["fit_seconds_exponent"] == 1.5
    assert "n^1.50" in report_table(report)
