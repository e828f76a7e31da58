"""What the teacher says is kept as it was said, and nothing else is taken for it."""

import numpy as np
import pytest

from mlengine.errors import DatasetError
from mlengine.estimators.encoder.opinions import Opinions


def opinions(count=2):
    chances = {"sentiment": 3, "emotion": 4}
    return Opinions(
        ["so happy 😂", "नमस्ते\nla vie"][:count],
        {name: np.full((count, width), 0.25, np.float32) for name, width in chances.items()},
    )


def test_opinions_are_read_as_they_were_written(tmp_path):
    said = opinions()

    said.save(tmp_path / "opinions.npz")
    read = Opinions.load(tmp_path / "opinions.npz")

    assert read.texts == said.texts
    assert read.chances.keys() == said.chances.keys()
    assert all(np.array_equal(read.chances[name], rows) for name, rows in said.chances.items())


@pytest.mark.parametrize("how", ["missing", "text", "another archive", "of other texts"])
def test_what_holds_no_opinions_is_refused_by_name(tmp_path, how):
    path = tmp_path / "opinions.npz"
    if how == "text":
        path.write_text("sentiment,positive")
    elif how == "another archive":
        np.savez(path, texts=np.zeros(3))
    elif how == "of other texts":
        said = opinions()
        Opinions(said.texts[:1], said.chances).save(path)

    with pytest.raises(DatasetError, match=r"opinions\.npz holds"):
        Opinions.load(path)
