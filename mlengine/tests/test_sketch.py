"""Counts of very many names in constant memory."""

from collections import Counter

import numpy as np
import pytest

from mlengine.estimators.sketch import CountMinSketch

NAMES = [f"tag{number}" for number in range(20_000)]


def counted(names, counts, **shape):
    sketch = CountMinSketch(**shape)
    sketch.add(names, np.array(counts, dtype=np.float64))
    return sketch


def skewed(seed=0, size=100_000):
    """Return how often each name came, few of them very often."""
    drawn = (len(NAMES) * np.random.default_rng(seed).random(size) ** 3).astype(int)
    found = Counter(drawn.tolist())
    return np.array([found[place] for place in range(len(NAMES))], dtype=np.float64)


def test_an_estimate_is_never_less_than_what_was_counted():
    counts = skewed()

    sketch = counted(NAMES, counts, width=512)

    assert (sketch.estimate(NAMES) >= counts).all()


def test_few_estimates_are_further_off_than_the_stated_error():
    counts = skewed()

    sketch = counted(NAMES, counts, width=2048)

    excess = sketch.estimate(NAMES) - counts
    assert sketch.error == pytest.approx(np.e / 2048 * counts.sum())
    assert np.mean(excess > sketch.error) <= np.exp(-sketch.depth)


def test_what_was_counted_fades_for_names_and_total_alike():
    sketch = counted(["rain", "sun"], [8.0, 2.0])

    sketch.fade(0.25)

    assert sketch.estimate(["rain", "sun", "snow"]).tolist() == [2.0, 0.5, 0.0]
    assert sketch.total_ == 2.5


def test_two_that_are_merged_are_one_that_counted_both():
    first, second = skewed(seed=1), skewed(seed=2)
    one, other = counted(NAMES, first, width=512), counted(NAMES, second, width=512)

    one.merge(other)

    both = counted(NAMES, first + second, width=512)
    assert np.array_equal(one.table_, both.table_)
    assert one.total_ == both.total_


def test_sketches_of_other_shapes_are_not_merged():
    sketch = counted(["rain"], [1.0], width=64)

    with pytest.raises(ValueError, match="differ"):
        sketch.merge(CountMinSketch(width=32))

    assert sketch.estimate(["rain"]).tolist() == [1.0]


def test_a_name_has_its_cells_in_every_process():
    sketch = counted(["prudência", "日食"], [1.0, 1.0], width=1024, depth=2)

    assert np.argwhere(sketch.table_).tolist() == [[0, 818], [0, 942], [1, 731], [1, 999]]
