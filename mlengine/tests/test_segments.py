"""Groups of accounts that behave alike."""

from io import BytesIO

import numpy as np
import pytest

from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators.segments import Segments

NAMES = ["watches", "posts", "comments"]
CENTRES = {"watchers": [8, 0, 0], "posters": [0, 8, 0], "talkers": [0, 0, 8]}


def crowd(sizes=(300, 200, 100), seed=0):
    rng = np.random.default_rng(seed)
    parts = [
        rng.normal(size=(size, 3)) + centre
        for size, centre in zip(sizes, CENTRES.values(), strict=True)
    ]
    return np.concatenate(parts)


def test_finds_the_planted_groups_the_largest_first():
    segments = Segments().fit(crowd(), names=NAMES)

    assert segments.sizes_.tolist() == [300, 200, 100]
    assert segments.silhouette_ > 0.6
    assert [segments.traits(group, count=1)[0][0] for group in range(3)] == NAMES


def test_places_new_accounts_where_their_like_are():
    segments = Segments().fit(crowd(), names=NAMES)

    assert segments.predict(crowd(seed=9)).tolist() == [0] * 300 + [1] * 200 + [2] * 100
    assert segments.predict([0.0, 0.0, 9.0]).tolist() == [2]


def test_is_the_same_every_time():
    first, second = Segments().fit(crowd(), names=NAMES), Segments().fit(crowd(), names=NAMES)

    assert (first.centres_ == second.centres_).all()


@pytest.mark.parametrize("rows", [np.full((40, 2), 3.0), np.r_[np.zeros((39, 2)), np.ones((1, 2))]])
def test_a_crowd_without_groups_is_one_segment(rows):
    segments = Segments().fit(rows, names=["a", "b"])

    assert segments.sizes_.tolist() == [40]
    assert segments.predict(rows).tolist() == [0] * 40


def test_survives_a_save_and_load():
    segments = Segments().fit(crowd(), names=NAMES)
    file = BytesIO()
    segments.save(file)

    loaded = Segments.load(BytesIO(file.getvalue()))

    assert (loaded.predict(crowd(seed=3)) == segments.predict(crowd(seed=3))).all()
    assert loaded.traits(1) == segments.traits(1)
    with pytest.raises(ArtifactError):
        Segments.load(BytesIO(file.getvalue()[:-30]))


def test_refuses_before_fit_too_little_data_and_another_width():
    with pytest.raises(NotFitted):
        Segments().predict([[1.0]])
    with pytest.raises(TooLittleData):
        Segments().fit(np.zeros((9, 2)), names=["a", "b"])
    with pytest.raises(ValueError, match="features"):
        Segments().fit(crowd(), names=NAMES).predict([[1.0]])
