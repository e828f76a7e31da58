"""Names that count for something are followed, the rest is sketched."""

from io import BytesIO

import numpy as np
import pytest

from mlengine.errors import ArtifactError
from mlengine.estimators.burst_series import BurstSeries
from mlengine.estimators.sketch import CountMinSketch

FIVE_MINUTES = 300.0


def quiet(series, *, points=300, **counts):
    """Let the series take in points in which these names count the same each time."""
    found = []
    for _ in range(points):
        at = series.detector.last_at_ + FIVE_MINUTES
        found += series.take(at=at, counts=counts)
    return found


def taken(series, **counts):
    return series.take(at=series.detector.last_at_ + FIVE_MINUTES, counts=counts)


def saved(series):
    file = BytesIO()
    series.save(file)
    return file.getvalue()


def test_a_name_that_was_never_seen_is_reported_as_it_bursts():
    series = BurstSeries()
    assert quiet(series, music=2.0) == []

    [report] = taken(series, music=2.0, eclipse=15.0)

    assert (report.name, report.observed) == ("eclipse", 15.0)
    assert report.expected == pytest.approx(0.0, abs=1e-9)
    assert report.score > 4
    assert taken(series, music=2.0, eclipse=15.0) == []


def test_nothing_is_reported_on_the_first_day():
    series = BurstSeries()
    quiet(series, points=200, music=2.0)

    assert taken(series, eclipse=50.0) == []


def test_a_name_is_followed_once_it_did_enough_lately():
    series = BurstSeries(followed_from=3.0)
    for _ in range(2):
        taken(series, rain=1.0)
    before = list(series.names_)

    quiet(series, points=2, rain=1.0)

    assert (before, series.names_) == ([], ["rain"])
    assert series.sizes_[0] == pytest.approx(4.0, abs=0.05)


def test_a_name_that_does_little_each_day_gets_no_series():
    series = BurstSeries(followed_from=3.0)
    for _ in range(20):
        taken(series, rare=1.0)
        quiet(series, points=287)

    assert series.names_ == []
    assert 1.0 <= series.sketch.estimate(["rare"])[0] < 3.0


def test_what_a_crowded_sketch_may_have_made_up_counts_for_nobody():
    series = BurstSeries(sketch=CountMinSketch(width=64))

    series.take(at=0.0, counts={f"tag{number}": 1.0 for number in range(2000)})

    assert series.sketch.estimate(["tag0"])[0] > 20
    assert len(series.names_) < 200


def test_the_smallest_series_gives_way_to_a_name_that_outgrew_it():
    series = BurstSeries(capacity=2)
    taken(series, large=50.0, small=5.0)

    taken(series, large=50.0, new=20.0)

    assert series.names_ == ["large", "new"]
    assert series.detector.state_.shape[1] == len(series.sizes_) == 2
    assert series.sketch.estimate(["small"])[0] >= 4.9


def test_a_name_that_is_smaller_than_all_that_are_followed_waits():
    series = BurstSeries(capacity=2)
    taken(series, one=50.0, two=30.0)

    taken(series, late=20.0)

    assert series.names_ == ["one", "two"]
    assert series.sketch.estimate(["late"])[0] == 20.0


def test_the_state_does_not_grow_with_the_names_there_are():
    series, sizes = BurstSeries(capacity=50), []
    for point in range(40):
        counts = {f"tag{point}-{number}": 4.0 + point for number in range(100)}
        series.take(at=point * FIVE_MINUTES, counts=counts)
        sizes.append((len(series.names_), series.detector.state_.nbytes))

    assert set(sizes) == {(50, 4000)}
    assert all(name.startswith("tag39-") for name in series.names_)


def test_a_stored_state_goes_on_as_though_it_had_never_been_stored():
    kept, stored = BurstSeries(), BurstSeries()
    for series in (kept, stored):
        quiet(series, music=2.0, rain=0.25, snow=1.0)

    back = BurstSeries().load(BytesIO(saved(stored)))

    assert back.names_ == kept.names_
    assert taken(back, eclipse=15.0) == taken(kept, eclipse=15.0) != []
    assert saved(back) == saved(kept)


def test_a_state_that_holds_nothing_is_stored_too():
    assert BurstSeries().load(BytesIO(saved(BurstSeries()))).names_ == []


def test_a_damaged_state_or_one_of_another_shape_is_refused():
    series = BurstSeries()
    quiet(series, points=3, music=2.0)
    content = saved(series)

    flipped = content[:90] + bytes([content[90] ^ 1]) + content[91:]

    for bad in (b"", content[:200], flipped):
        with pytest.raises(ArtifactError):
            BurstSeries().load(BytesIO(bad))
    with pytest.raises(ArtifactError, match="shapes"):
        BurstSeries(sketch=CountMinSketch(width=64)).load(BytesIO(content))


def test_the_same_points_give_the_same_bytes():
    rng = np.random.default_rng(0)
    points = [{f"tag{n}": 1.0 for n in rng.integers(0, 400, 30)} for _ in range(100)]
    contents = set()
    for _ in range(2):
        series = BurstSeries(capacity=40)
        for place, counts in enumerate(points):
            series.take(at=place * FIVE_MINUTES, counts=counts)
        contents.add(saved(series))

    assert len(contents) == 1
