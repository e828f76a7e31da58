"""Which version serves, and what happens to a damaged one."""

import logging
import pickle
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from mlengine import registry
from mlengine.errors import UnknownModel
from mlengine.estimators.artifacts import arrays_load, arrays_save
from mlengine.models import ModelVersion
from mlengine.registry import (
    artifact_load,
    live_version,
    version_add,
    version_promote,
    version_rollback,
    versions_purge,
)
from profiles.tests.factories import NOON
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


class Trap:
    """Opens a file for writing when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def read(file):
    return int(arrays_load(file, kind="number")[1]["number"][0])


def version_of(number, *, name="number", kind="number"):
    file = BytesIO()
    arrays_save(file, kind=kind, settings={}, arrays={"number": np.array([number])})
    return version_add(name=name, artifact=file.getvalue(), metrics={}, verdict="", at=NOON)


def promoted(number, *, minutes=0, **kwargs):
    version = version_of(number, **kwargs)
    return version_promote(version_id=version.pk, at=NOON + timedelta(minutes=minutes))


def served():
    registry.loaded_forget()
    loaded = artifact_load("number", read)
    return loaded.model if loaded else None


def test_nothing_serves_before_a_promotion():
    version_of(1)

    assert served() is None


def test_the_promoted_version_serves_and_the_one_before_steps_back():
    first, second = promoted(1), promoted(2, minutes=1)

    assert served() == 2
    first.refresh_from_db(fields=["is_live"])
    assert (first.is_live, live_version("number").pk) == (False, second.pk)


def test_two_live_versions_of_one_name_cannot_stand():
    promoted(1)
    second = version_of(2)

    with pytest.raises(IntegrityError), transaction.atomic():
        ModelVersion.objects.filter(pk=second.pk).update(is_live=True)

    assert served() == 1


def test_rolling_back_twice_goes_two_steps_back_and_no_further():
    for number in (1, 2, 3):
        promoted(number, minutes=number)

    version_rollback(name="number", at=NOON + timedelta(hours=1))
    assert served() == 2
    version_rollback(name="number", at=NOON + timedelta(hours=2))
    assert served() == 1

    with pytest.raises(UnknownModel):
        version_rollback(name="number", at=NOON + timedelta(hours=3))
    assert served() == 1


def test_a_rollback_lets_what_was_published_be_published_anew():
    for number in (1, 2):
        promoted(number, minutes=number)
    assert not Job.objects.exists()

    version_rollback(name="number", at=NOON + timedelta(hours=1))

    job = Job.objects.get()
    assert (job.task, job.kwargs) == ("mlengine.tasks.predictions_publish", {"name": "number"})


def test_a_version_that_never_served_is_not_rolled_back_to():
    version_of(7)
    promoted(8)

    with pytest.raises(UnknownModel):
        version_rollback(name="number", at=NOON)

    assert served() == 8
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda artifact: artifact[:-40],
        lambda artifact: artifact[:60] + b"\xff" + artifact[61:],
        lambda artifact: b"",
    ],
    ids=["cut short", "a changed byte", "empty"],
)
def test_a_damaged_artifact_is_refused_and_the_version_before_serves(damage, caplog):
    promoted(1)
    bad = promoted(2, minutes=1)
    artifact = bytes(ModelVersion.objects.get(pk=bad.pk).artifact)
    ModelVersion.objects.filter(pk=bad.pk).update(artifact=damage(artifact))

    with caplog.at_level(logging.ERROR):
        assert served() == 1
        assert artifact_load("number", read).model == 1

    assert len([line for line in caplog.records if "artifact_refused" in str(line.msg)]) == 1


def test_an_artifact_under_another_checksum_is_refused_and_the_version_before_serves():
    promoted(1)
    bad = promoted(2, minutes=1)
    ModelVersion.objects.filter(pk=bad.pk).update(sha256="0" * 64)

    assert served() == 1


def test_a_pickle_is_refused_though_its_checksum_is_right_and_never_run(tmp_path):
    promoted(1)
    trap = pickle.dumps(Trap(str(tmp_path / "sprung")))
    bad = version_add(name="number", artifact=trap, metrics={}, verdict="", at=NOON)
    version_promote(version_id=bad.pk, at=NOON + timedelta(minutes=1))

    assert served() == 1
    assert not (tmp_path / "sprung").exists()


def test_a_foreign_artifact_is_refused_in_a_process_that_serves_already(monkeypatch):
    promoted(1)
    assert served() == 1

    promoted(9, minutes=1, kind="letter")
    monkeypatch.setattr(registry, "FRESH_SECONDS", 0.0)

    assert artifact_load("number", read).model == 1


def test_no_readable_version_is_no_model():
    promoted(1, kind="letter")

    assert served() is None


def test_a_process_asks_once_in_a_while_what_is_live(django_assert_num_queries):
    promoted(1)
    served()

    with django_assert_num_queries(0):
        assert [artifact_load("number", read).model for _ in range(3)] == [1, 1, 1]


def test_old_versions_go_but_not_what_serves_or_could_be_rolled_back_to():
    first = promoted(1)
    for number in range(10):
        version_of(number)

    versions_purge(name="number")

    assert ModelVersion.objects.count() == registry.KEPT + 1
    assert live_version("number").pk == first.pk
