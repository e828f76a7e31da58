"""Stored models: named arrays in one .npz file, sealed with a checksum, never a pickle."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.errors import ArtifactError, NotFinite

Arrays = dict[str, NDArray[Any]]

_FORMAT = 1
_MANIFEST = "manifest.json"
# What every zip file begins with.
_ARCHIVE = b"PK\x03\x04"
# Larger than any model of one machine; a forged header may not make us unpack more.
_LARGEST_BYTES = 4 * 2**30
# The same arrays give the same bytes, so a file's checksum names its content.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def arrays_save(
    file: BinaryIO, *, kind: str, settings: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write `arrays` and the JSON-able `settings` as an .npz that `arrays_load` takes back.

    The same input always gives the same bytes.

    :raises NotFinite: if a number is not finite; `arrays_load` would refuse it.
    """
    for name, array in arrays.items():
        if np.asarray(array).dtype.kind == "f" and not np.isfinite(array).all():
            raise NotFinite(f"The {kind} model learned a number that is not finite, in {name!r}.")
    members = {f"{name}.npy": _packed(array) for name, array in sorted(arrays.items())}
    archives = {f"{name}.npy" for name, array in arrays.items() if _is_archive(array)}
    manifest = {"kind": kind, "format": _FORMAT, "settings": dict(settings)}
    try:
        json.dumps(manifest, allow_nan=False)
    except ValueError as error:
        raise NotFinite(f"The {kind} model's settings hold a number that is not finite.") from error
    manifest["sha256"] = _seal(manifest, members)
    members[_MANIFEST] = json.dumps(manifest, sort_keys=True).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            # A model within the model was made small when it was saved.
            how = zipfile.ZIP_STORED if name in archives else zipfile.ZIP_DEFLATED
            # Level 1: model arrays hardly shrink further, and saving must not stall a worker.
            archive.writestr(info, content, how, compresslevel=1)


def arrays_load(file: BinaryIO, *, kind: str) -> tuple[dict[str, Any], Arrays]:
    """Return the settings and arrays of a stored model.

    The checksum is compared before any array is parsed.

    :raises ArtifactError: if the file is damaged, forged, of another kind or format, or holds a
        number that is not finite.
    """
    try:
        members = _members(file)
        manifest = json.loads(members.pop(_MANIFEST))
        seal = manifest.pop("sha256")
        found, form = manifest["kind"], manifest["format"]
        settings = dict(manifest["settings"])
        if seal != _seal(manifest, members):
            raise ArtifactError("The stored model's checksum does not fit its content.")
        if (found, form) != (kind, _FORMAT):
            raise ArtifactError(f"Expected a {kind} of format {_FORMAT}, got {found!r}, {form!r}.")
        arrays = {
            name.removesuffix(".npy"): np.lib.format.read_array(BytesIO(data), allow_pickle=False)
            for name, data in members.items()
        }
    except ArtifactError:
        raise
    except (
        *(zipfile.BadZipFile, zlib.error, OSError, EOFError, MemoryError, OverflowError),
        *(KeyError, TypeError, ValueError, AttributeError, RuntimeError, NotImplementedError),
    ) as error:
        raise ArtifactError(f"The stored model cannot be read: {error}.") from error
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ArtifactError(f"The stored model's {name!r} holds a number that is not finite.")
    return settings, arrays


def expect(condition: bool, what: str) -> None:
    """Refuse a stored model whose arrays do not fit together.

    :raises ArtifactError: saying `what` should hold, unless `condition` is true.
    """
    if not condition:
        raise ArtifactError(f"The stored model is inconsistent: {what}.")


def csr_arrays(name: str, matrix: sparse.csr_matrix) -> Arrays:
    """Return a sparse matrix as three arrays for `arrays_save`."""
    return {
        f"{name}_data": matrix.data,
        f"{name}_indices": matrix.indices,
        f"{name}_indptr": matrix.indptr,
    }


def csr_restore(name: str, arrays: Arrays, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return the sparse matrix that `csr_arrays` took apart.

    :raises ArtifactError: if an array is missing or points outside `shape`.
    """
    try:
        parts = tuple(arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
        matrix = sparse.csr_matrix(parts, shape=shape)
        matrix.check_format(full_check=True)
    except (KeyError, ValueError, TypeError) as error:
        raise ArtifactError(f"The stored model's {name!r} is inconsistent: {error}.") from error
    return matrix


def _is_archive(array: NDArray[Any]) -> bool:
    start = np.asarray(array).ravel()[: len(_ARCHIVE)]
    return start.dtype == np.uint8 and start.tobytes() == _ARCHIVE


def _packed(array: NDArray[Any]) -> bytes:
    buffer = BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def _members(file: BinaryIO) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        if sum(info.file_size for info in archive.infolist()) > _LARGEST_BYTES:
            raise ArtifactError("The stored model claims to be larger than any model.")
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _seal(manifest: Mapping[str, Any], members: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode())
    for name in sorted(members):
        # Lengths keep a byte from moving from one member to the next unnoticed.
        digest.update(f"\n{name} {len(members[name])}\n".encode())
        digest.update(members[name])
    return digest.hexdigest()
