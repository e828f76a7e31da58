"""Going on from weights that ship; needs the packages of requirements/train.in."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from mlengine.errors import ArtifactError
from mlengine.estimators.encoder.export import network_export
from mlengine.estimators.encoder.fitting import DEPTH
from mlengine.estimators.encoder.network import Network
from mlengine.estimators.encoder.start import start_read
from mlengine.estimators.text_analyst import WEIGHTS
from mlengine.estimators.text_reviser import NETWORK


def test_what_is_read_back_is_written_again_to_the_byte():
    base, heads = start_read(WEIGHTS)

    assert network_export(Network(base, depth=DEPTH)) == (WEIGHTS / NETWORK).read_bytes()
    assert len(base.pieces) == len(base.packed) == len(base.scales)
    assert sorted(heads) == ["emotion", "sentiment", "spam", "toxicity"]


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(ArtifactError):
        start_read(tmp_path)
