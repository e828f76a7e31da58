"""What is computed of an account from what it did, and that it never reads ahead."""

from datetime import UTC, datetime

import numpy as np
import pytest

from mlengine.datasets.acts import (
    DAY,
    ENGAGEMENT,
    FEATURES,
    POST,
    SKIP,
    VIEW,
    Acts,
    features,
    leaks,
)
from mlengine.datasets.acts import outcomes as outcomes_of

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
END = NOON.timestamp()
CODES = {"viewed": VIEW, "skipped": SKIP, "liked": ENGAGEMENT, "posted": POST}


# Whom it was done to, and the category.
OTHER = (900, "pets")


MIXED = [(900, "pets"), (900, "pets"), (901, "pets"), (1, "news"), (None, "")]


def acts(*rows):
    """Acts of (account, days ago, kind[, milliseconds])."""
    return Acts.from_rows(
        ((r[0], END - r[1] * DAY, r[2], r[3] if len(r) > 3 else None, False, *OTHER) for r in rows),
        CODES,
    )


def described(found, at=END):
    ids, rows = features(found, at)
    return {
        user_id: dict(zip(FEATURES, row.tolist(), strict=True))
        for user_id, row in zip(ids.tolist(), rows, strict=True)
    }


def test_features_say_what_was_done_and_when():
    found = acts(
        (7, 20, "posted"),
        (7, 3, "viewed", 4000),
        (7, 2.0, "skipped", 1000),
        (7, 1.99, "liked"),
        (8, 40, "viewed"),
    )

    seven = described(found)[7]

    assert set(described(found)) == {7}
    assert seven["days_since_last_act"] == pytest.approx(1.99)
    assert seven["days_known"] == pytest.approx(20)
    assert np.expm1(seven["acts_last_week"]) == pytest.approx(3)
    assert np.expm1(seven["acts_last_month"]) == pytest.approx(4)
    assert np.expm1(seven["engagements_last_month"]) == pytest.approx(2)
    assert np.expm1(seven["sessions_last_month"]) == pytest.approx(3)
    assert seven["active_days_last_week"] == 2
    assert seven["skip_share"] == 0.5
    assert seven["mean_watch_seconds"] == pytest.approx(2.5)


def test_features_read_nothing_at_or_after_their_moment():
    past = [(7, 5, "viewed"), (7, 3, "liked"), (8, 4, "skipped")]
    later = [(7, 0, "liked"), (7, -1, "posted"), (8, -2, "viewed"), (9, -1, "viewed")]

    ids, rows = features(acts(*past), END)
    same_ids, same_rows = features(acts(*past, *later), END)

    assert ids.tolist() == same_ids.tolist() == [7, 8]
    np.testing.assert_array_equal(rows, same_rows)


def test_a_feature_that_was_told_of_the_future_is_caught():
    found = acts((7, 5, "viewed"), (7, 3, "liked"), (8, 4, "skipped"), (7, -2, "viewed"))

    def with_a_leak(some, at):
        ids, rows = features(some, at)
        coming = outcomes_of(some, ids, at, 7)[:, :1]
        return ids, np.concatenate([rows, coming], axis=1)

    assert leaks(features, found, END) == []
    assert leaks(with_a_leak, found, END) == [len(FEATURES)]


def test_features_know_how_many_authors_and_how_wide_the_mix_of_categories():
    rows = [(1, END - n, "viewed", None, False, *pair) for n, pair in enumerate(MIXED, start=1)]
    ids, matrix = features(Acts.from_rows(rows, CODES), END)

    said = dict(zip(FEATURES, matrix[0].tolist(), strict=True))

    assert ids.tolist() == [1]
    # Two others; oneself and nobody are no author.
    assert np.expm1(said["authors_last_month"]) == pytest.approx(2)
    # Three of one and one of another are as wide as 16 / 10 equal ones; no category is none.
    assert said["category_spread"] == pytest.approx(1.6)


def test_outcomes_count_the_week_from_the_moment_on():
    found = acts((7, 1, "liked"), (7, 0, "liked"), (7, -6.9, "viewed"), (7, -7, "viewed"))

    assert outcomes_of(found, np.array([7]), END, 7).tolist() == [[2, 1]]


def test_no_acts_are_no_features():
    ids, rows = features(acts(), END)

    assert (len(ids), rows.shape) == (0, (0, len(FEATURES)))
