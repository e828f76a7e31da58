"""As many videos are made at once as there are cores."""

import os

import pytest

from reels.services import cores
from reels.services.cores import core_held, core_take


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch, tmp_path):
    monkeypatch.setattr(cores.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(cores, "core_count", lambda: 2)


def test_no_more_are_held_than_there_are():
    with core_held(), core_held():
        assert core_take() is None

    with core_held():
        last = core_take()
        assert last is not None
        os.close(last)


def test_whoever_finds_all_taken_waits_for_the_first_that_is_free(monkeypatch):
    held = [core_take(), core_take()]
    monkeypatch.setattr(cores.time, "sleep", lambda _: os.close(held.pop()))

    with core_held():
        assert len(held) == 1
    os.close(held.pop())
