"""The judges of trends, engagement and churn."""

import json

import numpy as np
import pytest

from mlengine.errors import DatasetError, TooLittleData
from mlengine.evaluation import churn, engagement, trends


def series(folder, bursts, days=10):
    """Write a Poisson series of one point in five minutes, with bursts at the given points."""
    rng = np.random.default_rng(2)
    counts = rng.poisson(10, days * 288)
    for index in bursts:
        counts[index : index + 6] += 300
    rows = ["timestamp,value"]
    for index, count in enumerate(counts):
        day, minute = divmod(index * 5, 1440)
        rows.append(f"2026-01-{day + 1:02d} {minute // 60:02d}:{minute % 60:02d}:00,{count}")
    (folder / "series.csv").write_text("\n".join(rows))
    return folder / "series.csv"


def test_counts_hits_delays_and_false_alarms(tmp_path):
    data = series(tmp_path, bursts=[1200, 2000])
    # Point 1200 is 100 hours in; the second burst lies outside every window.
    windows = [["2026-01-05 03:30:00", "2026-01-05 09:00:00"], ["2026-01-09", "2026-01-09T06:00"]]
    (tmp_path / "windows.json").write_text(json.dumps(windows))

    result = trends.evaluate(data=data, windows=tmp_path / "windows.json")

    assert (result["windows"], result["windows_hit"], result["false_alarms"]) == (2, 1, 1)
    assert result["median_delay_minutes"] == 30.0
    assert result["detections"] == 2
    assert result["false_alarms_per_day"] == pytest.approx(1 / result["days"], abs=1e-3)
    json.dumps(result, allow_nan=False)


def test_what_happens_while_learning_does_not_count(tmp_path):
    data = series(tmp_path, bursts=[350])
    (tmp_path / "windows.json").write_text("[]")

    result = trends.evaluate(data=data, windows=tmp_path / "windows.json")

    assert (result["detections"], result["median_delay_minutes"]) == (0, None)


@pytest.mark.parametrize(
    "content", ["", "{}x", "[1]", '[["a", "b"]]', '[["2026-01-02", "2026-01-01"]]']
)
def test_windows_that_are_none_are_refused(tmp_path, content):
    data = series(tmp_path, bursts=[], days=1)
    (tmp_path / "windows.json").write_text(content)

    with pytest.raises(DatasetError, match=r"windows\.json"):
        trends.evaluate(data=data, windows=tmp_path / "windows.json")


def test_a_series_out_of_order_or_too_short_is_refused(tmp_path):
    (tmp_path / "windows.json").write_text("[]")
    (tmp_path / "back.csv").write_text("timestamp,value\n2026-01-02,1\n2026-01-01,1\n")
    (tmp_path / "short.csv").write_text("timestamp,value\n2026-01-02,1\n")

    with pytest.raises(DatasetError, match="line 3"):
        trends.evaluate(data=tmp_path / "back.csv", windows=tmp_path / "windows.json")
    with pytest.raises(TooLittleData):
        trends.evaluate(data=tmp_path / "short.csv", windows=tmp_path / "windows.json")


def accounts(path, count, seed):
    """Write accounts that leave when they have been silent long, paying ones less."""
    rng = np.random.default_rng(seed)
    silent, pays = rng.exponential(20, count), rng.random(count) < 0.4
    left = rng.random(count) < 1 / (1 + np.exp(-(silent / 15 - 1.5 - pays)))
    rows = ["account,silent_days,plan,left"]
    rows += [
        f"a{seed}-{i},{silent[i]:.1f},{'paid' if pays[i] else 'free'},{'Yes' if left[i] else 'No'}"
        for i in range(count)
    ]
    path.write_text("\n".join(rows))
    return path


def test_foretells_who_leaves_and_means_it(tmp_path):
    train, test = accounts(tmp_path / "a.csv", 1500, 1), accounts(tmp_path / "b.csv", 1500, 2)

    result = churn.evaluate(train=train, test=test, label="left")

    assert result["roc_auc"] > 0.7 > result["baseline"]["roc_auc"] == 0.5
    assert result["brier"] < result["baseline"]["brier"]
    assert result["calibration_error"] < 0.06
    assert set(result["strongest"]) == {"silent_days", "plan is paid"}
    json.dumps(result, allow_nan=False)


def test_a_test_where_nobody_left_has_no_order_but_is_judged(tmp_path):
    train = accounts(tmp_path / "a.csv", 300, 1)
    (tmp_path / "b.csv").write_text("account,silent_days,plan,left\nx,1,free,No\ny,,gold,No\n")

    result = churn.evaluate(train=train, test=tmp_path / "b.csv", label="left")

    assert result["roc_auc"] is None
    assert 0 <= result["brier"] < 0.5
    json.dumps(result, allow_nan=False)


def test_a_missing_label_or_a_single_class_is_refused(tmp_path):
    train = accounts(tmp_path / "a.csv", 300, 1)
    (tmp_path / "one.csv").write_text("a,left\n" + "1,0\n2,0\n" * 20)

    with pytest.raises(DatasetError, match="'gone'"):
        churn.evaluate(train=train, test=train, label="gone")
    with pytest.raises(TooLittleData):
        churn.evaluate(train=tmp_path / "one.csv", test=tmp_path / "one.csv", label="left")


def write_posts(path, count, seed):
    rng = np.random.default_rng(seed)
    rows = ["when,who,text,likes"]
    for i in range(count):
        star, kittens = rng.random() < 0.5, rng.random() < 0.5
        mean = (1000 if star else 50) * (3 if kittens else 1)
        text = "look at my kittens" if kittens else "at work again"
        likes = int(mean * np.exp(0.2 * rng.normal()))
        rows.append(f"2026-0{seed}-01T{i % 24:02d}:00,{'star' if star else 'other'},{text},{likes}")
    path.write_text("\n".join(rows))
    return path


def test_forecasts_later_posts_better_than_their_authors_median(tmp_path):
    train, test = write_posts(tmp_path / "a.csv", 150, 1), write_posts(tmp_path / "b.csv", 100, 2)

    result = engagement.evaluate(
        train=train, test=test, text="text", target="likes", time="when", author="who"
    )

    assert result["spearman"] > result["baseline"]["spearman"] > 0.5
    assert result["mae_log"] < result["baseline"]["mae_log"]
    assert result["coverage_90"] > 0.7
    assert result["interval_width"] < result["baseline"]["interval_width"]
    assert (result["authors"], result["authors_known"]) == (2, 2)
    json.dumps(result, allow_nan=False)


def test_posts_without_a_target_column_are_refused(tmp_path):
    train = write_posts(tmp_path / "a.csv", 60, 1)

    with pytest.raises(DatasetError, match="'hearts'"):
        engagement.evaluate(train=train, test=train, text="text", target="hearts")
