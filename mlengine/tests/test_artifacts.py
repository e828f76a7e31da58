"""Stored models are hostile until proved whole."""

import hashlib
import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from mlengine.datasets import Interactions
from mlengine.errors import ArtifactError, NotFinite
from mlengine.estimators import ItemNeighbours
from mlengine.estimators.artifacts import arrays_load, arrays_save


@pytest.fixture(scope="module")
def whole():
    file = io.BytesIO()
    arrays = {"a": np.arange(50, dtype=np.float32), "b": np.ones((3, 4))}
    arrays_save(file, kind="thing", settings={"size": 3}, arrays=arrays)
    return file.getvalue()


def load(content):
    return arrays_load(io.BytesIO(content), kind="thing")


def with_member(content, name, data):
    """Return the file with one member replaced and no other touched."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, data if info.filename == name else old.read(info))
    return file.getvalue()


def packed(array, *, allow_pickle=False):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=allow_pickle)
    return file.getvalue()


def sealed(member, *, settings="{}"):
    """Return a file of one member, rightly sealed, as arrays_save would never write it."""
    manifest = f'{{"format": 1, "kind": "thing", "settings": {settings}}}'
    head = manifest + f"\na.npy {len(member)}\n"
    seal = hashlib.sha256(head.encode() + member).hexdigest()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", member)
        archive.writestr("manifest.json", manifest[:-1] + f', "sha256": "{seal}"}}')
    return file.getvalue()


def test_gives_back_what_was_stored(whole):
    settings, arrays = load(whole)

    assert settings == {"size": 3}
    assert arrays["a"].tolist() == list(range(50))
    assert arrays["b"].shape == (3, 4)


def test_the_same_model_has_the_same_bytes(whole):
    settings, arrays = load(whole)
    again = io.BytesIO()
    arrays_save(again, kind="thing", settings=settings, arrays=arrays)

    assert again.getvalue() == whole


def test_a_cut_file_is_refused_wherever_it_was_cut(whole):
    for at in np.linspace(0, len(whole) - 1, 40).astype(int):
        with pytest.raises(ArtifactError):
            load(whole[:at])


def test_a_flipped_bit_is_refused_or_changes_nothing(whole):
    _, intact = load(whole)
    refused = 0
    for position in range(0, len(whole), max(len(whole) // 400, 1)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        try:
            settings, arrays = load(bytes(damaged))
        except ArtifactError:
            refused += 1
            continue
        # Bits of the zip's clock and padding mean nothing; the model is the same.
        assert settings == {"size": 3}
        assert all((arrays[name] == intact[name]).all() for name in intact)
    assert refused > 200


def test_a_swapped_array_is_refused_by_the_checksum(whole):
    with pytest.raises(ArtifactError, match="checksum"):
        load(with_member(whole, "a.npy", packed(np.zeros(50, np.float32))))


def test_a_pickle_inside_is_refused_and_not_run(whole, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    trap = packed(np.array([Trap()], dtype=object), allow_pickle=True)

    with pytest.raises(ArtifactError):
        load(with_member(whole, "a.npy", trap))
    with pytest.raises(ArtifactError):
        load(pickle.dumps(Trap()))
    assert not (tmp_path / "sprung").exists()


def test_even_a_rightly_sealed_pickle_is_not_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    trap = packed(np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(ArtifactError, match="Object arrays"):
        load(sealed(trap))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_neither_written_nor_read(bad):
    with pytest.raises(ArtifactError, match="finite"):
        load(sealed(packed(np.array([1.0, bad]))))

    for arrays, settings in (({"a": np.array([1.0, bad])}, {}), ({}, {"weights": {"a": bad}})):
        file = io.BytesIO()
        with pytest.raises(NotFinite, match="thing"):
            arrays_save(file, kind="thing", settings=settings, arrays=arrays)
        assert file.getvalue() == b""


@pytest.mark.parametrize("manifest", ["[]", "{}", "null", '{"sha256": 1}', "{", "\ud800"])
def test_a_manifest_that_says_nothing_is_refused(whole, manifest):
    with pytest.raises(ArtifactError):
        load(with_member(whole, "manifest.json", manifest.encode("utf-8", "surrogatepass")))


def test_a_file_of_another_format_is_refused(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["format"] = 99

    with pytest.raises(ArtifactError):
        load(with_member(whole, "manifest.json", json.dumps(manifest)))


def test_a_similarity_that_points_outside_its_catalogue_is_refused():
    rows = [(u, i, 1.0) for u in range(4) for i in range(4)]
    model = ItemNeighbours().fit(Interactions.from_rows(rows))
    model.item_ids_ = model.item_ids_[:2]
    file = io.BytesIO()
    model.save(file)
    file.seek(0)

    with pytest.raises(ArtifactError):
        ItemNeighbours.load(file)


def test_settings_the_model_does_not_have_are_refused():
    rows = [(u, i, 1.0) for u in range(4) for i in range(4)]
    model = ItemNeighbours().fit(Interactions.from_rows(rows))
    model.colour = "red"
    file = io.BytesIO()
    model.save(file)
    file.seek(0)

    with pytest.raises(ArtifactError, match="colour"):
        ItemNeighbours.load(file)
