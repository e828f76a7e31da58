"""Trained models: stored, promoted, rolled back, and loaded for use."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Lock
from typing import Any, BinaryIO, Generic, TypeVar

import structlog
from django.db import transaction

from mlengine.errors import ArtifactError, UnknownModel
from mlengine.models import ModelVersion
from socialml.core.queue import enqueue

log = structlog.get_logger(__name__)

T = TypeVar("T")

# How long a process may go on with a version after another was promoted.
FRESH_SECONDS = 5.0
# Earlier live versions tried when the live one cannot be read.
_FALLBACKS = 3
# Versions kept of a model beside the live one; older ones lose their row.
KEPT = 5


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A version, ready to predict. `label` is what predictions name as their model version."""

    version_id: int
    label: str
    model: T


@dataclass(slots=True)
class _Shelf:
    """What this process holds of one model."""

    checked_at: float
    live: tuple[int, str] | None
    loaded: Loaded[Any] | None


_shelves: dict[str, _Shelf] = {}
_lock = Lock()


def version_add(
    *, name: str, artifact: bytes, metrics: Mapping[str, Any], verdict: str, at: datetime
) -> ModelVersion:
    """Store a trained model as a version that does not serve yet."""
    return ModelVersion.objects.create(
        name=name,
        trained_at=at,
        metrics=dict(metrics),
        verdict=verdict[:300],
        artifact=artifact,
        sha256=hashlib.sha256(artifact).hexdigest(),
    )


@transaction.atomic
def version_promote(*, version_id: int, at: datetime) -> ModelVersion:
    """Make the version the one that serves; the constraint lets one live version a name stand.

    :raises UnknownModel: if there is no such version.
    """
    version = ModelVersion.objects.defer("artifact").filter(pk=version_id).first()
    if version is None:
        raise UnknownModel(f"There is no model version {version_id}.")
    # Of two promotions at once the later one stands.
    _versions_lock(version.name)
    ModelVersion.objects.filter(name=version.name, is_live=True).update(is_live=False)
    version.is_live, version.promoted_at = True, at
    version.save(update_fields=["is_live", "promoted_at"])
    transaction.on_commit(loaded_forget)
    return version


@transaction.atomic
def version_rollback(*, name: str, at: datetime) -> ModelVersion:
    """Give the model back to the version that was live before the present one.

    Each call is one step back, also of several at once. What was published by the version that
    steps down is published anew in the background.

    :raises UnknownModel: if no earlier version was ever live.
    """
    _versions_lock(name)
    live = live_version(name)
    earlier = ModelVersion.objects.filter(name=name, promoted_at__isnull=False, is_live=False)
    if live is not None:
        # Older than the live one, so that rolling back twice goes two steps back.
        earlier = earlier.filter(pk__lt=live.pk)
    previous = earlier.defer("artifact").order_by("-pk").first()
    if previous is None:
        raise UnknownModel(f"No earlier version of {name!r} was ever live.")
    predictions_want(name)
    return version_promote(version_id=previous.pk, at=at)


@transaction.atomic
def version_retire(*, name: str) -> ModelVersion:
    """Let no version of the model serve, so that what serves without it does; return the last.

    What it had published is published anew in the background. A rollback or the next training
    that the gate lets pass brings the model back.

    :raises UnknownModel: if none is live.
    """
    _versions_lock(name)
    live = live_version(name)
    if live is None:
        raise UnknownModel(f"No version of {name!r} is live.")
    ModelVersion.objects.filter(pk=live.pk).update(is_live=False)
    transaction.on_commit(loaded_forget)
    predictions_want(name)
    return live


def predictions_want(name: str) -> None:
    """Let what depends on the model be published anew, in the background."""
    enqueue("mlengine.tasks.predictions_publish", key=f"predictions:{name}", name=name)


def _versions_lock(name: str) -> None:
    # All of the name, in order of id, so that two that lock never wait for each other.
    siblings = ModelVersion.objects.select_for_update().filter(name=name).order_by("pk")
    list(siblings.values_list("pk", flat=True))


def versions_purge(*, name: str) -> int:
    """Delete all but the KEPT newest versions, the live one and those that could follow it."""
    kept = ModelVersion.objects.filter(name=name).order_by("-pk").values_list("pk", flat=True)
    once_live = ModelVersion.objects.filter(name=name, promoted_at__isnull=False)
    standing = {
        *kept[:KEPT],
        *once_live.order_by("-promoted_at").values_list("pk", flat=True)[: 1 + _FALLBACKS],
        *ModelVersion.objects.filter(name=name, is_live=True).values_list("pk", flat=True),
    }
    deleted, _ = ModelVersion.objects.filter(name=name).exclude(pk__in=standing).delete()
    return deleted


def live_version(name: str) -> ModelVersion | None:
    """Return the version that serves, without its artifact, or None. One query."""
    return ModelVersion.objects.filter(name=name, is_live=True).defer("artifact").first()


def artifact_load(name: str, read: Callable[[BinaryIO], T]) -> Loaded[T] | None:
    """Return the live version as `read` makes it, or None where no version can serve.

    Kept in this process; at most one query in FRESH_SECONDS asks whether another is live. A
    damaged or foreign artifact is refused with one log line, and the version before it serves.
    """
    shelf = _shelves.get(name)
    if shelf and time.monotonic() - shelf.checked_at < FRESH_SECONDS:
        return shelf.loaded
    with _lock:
        shelf = _shelves.get(name)
        if shelf and time.monotonic() - shelf.checked_at < FRESH_SECONDS:
            return shelf.loaded
        live = (
            ModelVersion.objects.filter(name=name, is_live=True).values_list("pk", "sha256").first()
        )
        if shelf is None or shelf.live != live:
            before = shelf.loaded if shelf else None
            shelf = _Shelf(0.0, live, _loaded(name, live, read, before))
            _shelves[name] = shelf
        shelf.checked_at = time.monotonic()
        return shelf.loaded


def loaded_forget() -> None:
    """Let this process look again at what is live."""
    with _lock:
        _shelves.clear()


def _loaded(
    name: str,
    live: tuple[int, str] | None,
    read: Callable[[BinaryIO], T],
    before: Loaded[T] | None,
) -> Loaded[T] | None:
    if live is None:
        return None
    try:
        return _opened(live[0], read)
    except ArtifactError as error:
        log.error("artifact_refused", model=name, version=live[0], reason=str(error))
    if before is not None:
        return before
    earlier = ModelVersion.objects.filter(name=name, promoted_at__isnull=False)
    pks = earlier.exclude(pk=live[0]).order_by("-promoted_at").values_list("pk", flat=True)
    for pk in pks[:_FALLBACKS]:
        try:
            return _opened(pk, read)
        except ArtifactError:
            continue
    return None


def _opened(version_id: int, read: Callable[[BinaryIO], T]) -> Loaded[T]:
    version = ModelVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise ArtifactError("The version was deleted.")
    artifact = bytes(version.artifact)
    if not hmac.compare_digest(hashlib.sha256(artifact).hexdigest(), version.sha256):
        raise ArtifactError("The artifact's checksum does not fit.")
    return Loaded(version.pk, str(version), read(BytesIO(artifact)))
