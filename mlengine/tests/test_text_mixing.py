import numpy as np

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.text_mixing import fit_mixture

COUNT = 300


def task_of(labels, rows):
    task = TextTask(labels)
    for at, row in enumerate(rows):
        truth = dict(zip(labels, row, strict=True))
        task.add("planted", f"text {at}", truth, held_out=False)
    return task


def logits_of(rows, *, noise, seed):
    return 4 * np.array(rows) - 2 + np.random.default_rng(seed).normal(0, noise, np.shape(rows))


def test_of_labels_that_exclude_each_other_the_better_model_counts_more():
    rows = np.eye(3)[np.arange(COUNT) % 3]
    task = task_of(("a", "b", "c"), rows)
    good, bad = logits_of(rows, noise=1, seed=1), logits_of(rows, noise=20, seed=2)

    mixture = fit_mixture(task, np.ones(COUNT, bool), bad, good, exclusive=True)

    assert (mixture.shares[1] > 5 * np.abs(mixture.shares[0])).all()
    chances = mixture.probabilities(bad, good)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert (chances.argmax(axis=1) == rows.argmax(axis=1)).mean() > 0.9


def test_labels_that_hold_apart_get_shares_and_thresholds_of_their_own():
    rows = np.column_stack([np.arange(COUNT) % 2, np.arange(COUNT) % 3 == 0]).astype(float)
    task = task_of(("foul", "rude"), rows)
    ngrams, encoder = logits_of(rows, noise=1, seed=3), logits_of(rows, noise=1, seed=4)
    # Each model is blind to one of the labels.
    ngrams[:, 0], encoder[:, 1] = 0, 0

    mixture = fit_mixture(task, np.ones(COUNT, bool), ngrams, encoder, exclusive=False)

    assert mixture.shares[1, 0] > 0.3
    assert mixture.shares[0, 1] > 0.3
    said = mixture.probabilities(ngrams, encoder) >= mixture.thresholds
    assert (said == rows).mean() > 0.9


def test_a_label_that_nobody_told_of_some_texts_is_learned_from_the_others():
    rows = (np.arange(COUNT) % 2).astype(float)[:, None]
    rows[::3] = np.nan
    ngrams = logits_of(np.nan_to_num(rows), noise=1, seed=5)

    mixture = fit_mixture(
        task_of(("foul",), rows), np.ones(COUNT, bool), ngrams, ngrams, exclusive=False
    )

    assert np.isfinite(mixture.shift).all()
    assert 0 < mixture.thresholds[0] < 1


def test_false_alarms_stay_below_the_share_that_is_asked_for():
    rows = (np.arange(COUNT) % 2).astype(float)[:, None]
    ngrams, encoder = logits_of(rows, noise=2, seed=6), logits_of(rows, noise=2, seed=7)

    mixture = fit_mixture(
        task_of(("spam",), rows),
        np.ones(COUNT, bool),
        ngrams,
        encoder,
        exclusive=False,
        most_false_alarms=0.01,
    )

    alarms = (mixture.probabilities(ngrams, encoder) >= mixture.thresholds)[rows[:, 0] == 0]
    # Of 150, one and a half.
    assert alarms.sum() <= 2


def test_a_rare_label_is_given_where_both_answers_are_best_told_apart():
    # Nine of ten are innocent, so at a half of even odds most alarms would be false.
    rows = (np.arange(10 * COUNT) % 10 == 0).astype(float)[:, None]
    logits = logits_of(rows, noise=2, seed=8)

    mixture = fit_mixture(
        task_of(("foul",), rows), np.ones(len(rows), bool), logits, logits, exclusive=False
    )

    assert mixture.thresholds[0] > 0.6


def test_no_source_has_more_false_alarms_than_asked_for():
    rows = (np.arange(2 * COUNT) % 2 == 0).astype(float)[:, None]
    task, logits = task_of(("spam",), rows), logits_of(rows, noise=1, seed=9)
    # Of a small source, wanted messages look like spam: a hundredth of all is a tenth of them.
    task.sources[-60:] = ["louder"] * 60
    logits[-60:] += 2

    mixture = fit_mixture(
        task, np.ones(len(rows), bool), logits, logits, exclusive=False, most_false_alarms=0.01
    )

    alarms = (mixture.probabilities(logits, logits) >= mixture.thresholds)[rows[:, 0] == 0]
    assert not alarms[-30:].any()


def test_labels_lean_towards_the_common_one_as_far_as_asked():
    rows = np.eye(2)[(np.arange(COUNT) % 5 == 0).astype(int)]
    task, nothing = task_of(("common", "rare"), rows), np.zeros((COUNT, 2))

    upright, leaning = (
        fit_mixture(task, np.ones(COUNT, bool), nothing, nothing, exclusive=True, lean=lean)
        for lean in (0.0, 1.0)
    )

    np.testing.assert_allclose(upright.probabilities(nothing, nothing)[0], 0.5, atol=0.01)
    np.testing.assert_allclose(leaning.probabilities(nothing, nothing)[0], [0.8, 0.2], atol=0.01)
