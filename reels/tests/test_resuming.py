"""Workers that are killed, and reels that are deleted, while a video is being made."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection

from analytics.models import Event
from posts.models import Post
from posts.services import post_delete
from posts.services.reconcile import counters_check
from posts.tests.factories import NOON
from profiles.tests.factories import UserFactory, client_for
from reels.measures import VERSION
from reels.models import Reel, Rendition, VideoHash
from reels.services import measuring, processing, reel_process, rendering, storage
from reels.services.processing import reel_files
from reels.tests.clips import clip
from reels.tests.factories import waiting_reel

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(minutes=5)


class Killed(BaseException):
    """The end of a process, which no handler of failures sees."""


def ended_at(step: int, work):
    """Return `work`, which ends its process when it is called for the `step`-th time."""
    calls = []

    def counted(*args, **kwargs):
        calls.append(args)
        if len(calls) == step:
            raise Killed
        return work(*args, **kwargs)

    return counted


@pytest.mark.parametrize(
    ("name", "step"),
    # Of two videos and five pictures: before the first file, between the two, before a row.
    [("file_put", 1), ("file_put", 2), ("file_put", 3), ("file_put", 7), ("row", 1), ("row", 2)],
)
def test_a_killed_run_is_gone_on_with(monkeypatch, media_files, name, step):
    reel = waiting_reel(UserFactory())
    with monkeypatch.context() as patch, pytest.raises(Killed):
        if name == "row":
            patch.setattr(Rendition, "save", ended_at(step, Rendition.save))
        else:
            patch.setattr(storage, "file_put", ended_at(step, storage.file_put))
        reel_process(post_id=reel.pk, at=LATER)
    done_before = dict(Rendition.objects.values_list("name", "pk"))

    assert reel_process(post_id=reel.pk, at=LATER) == Reel.State.READY

    reel.refresh_from_db()
    assert set(media_files()) == {Path(name).name for name in reel_files(reel)}
    assert Rendition.objects.count() == 2
    # What was complete was not made again.
    assert done_before.items() <= dict(Rendition.objects.values_list("name", "pk")).items()


def killed_in_its_process(post_id: int, patch: pytest.MonkeyPatch, place, name: str, call: int):
    """Process the reel in a process of its own, which is killed at the `call`-th call."""
    connection.close()
    child = os.fork()
    if child == 0:
        calls = count(1)
        work = getattr(place, name)

        def deadly(*args, **kwargs):
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)

        patch.setattr(place, name, deadly)
        with suppress(BaseException):
            reel_process(post_id=post_id, at=LATER)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"not killed at {name}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_worker_killed_at_each_step_leaves_one_whole_reel(monkeypatch, media, media_files):
    reel = waiting_reel(UserFactory(), content=clip(width=400, height=368, frames=6))
    steps = {
        "check": (processing, "percent_tell", 1),
        "first version": (Rendition, "save", 1),
        # The first is complete by then.
        "second version": (Rendition, "save", 2),
        # The second is made of the first by then.
        "pictures": (Rendition, "save", 2),
        "hash": (measuring, "_hash_keep", 1),
        "sound": (measuring, "sound_give", 1),
        "analysis": (measuring, "_analysis_keep", 1),
        "finish": (processing, "copies_tell", 1),
    }
    made, percent = [], [0]

    for step, (place, name, call) in steps.items():
        killed_in_its_process(reel.pk, monkeypatch, place, name, call)
        reel.refresh_from_db()
        assert reel.state == Reel.State.PROCESSING, step
        assert Post.objects.get().moderation == Post.Moderation.PROCESSING, step
        made.append(list(reel.renditions.order_by("pk").values_list("name", flat=True)))
        percent.append(reel.percent)
    assert reel_process(post_id=reel.pk, at=LATER) == Reel.State.READY

    assert made == [[], [], ["large"], *[["large", "small"]], *[["large", "small", "pictures"]] * 4]
    assert percent == sorted(percent)
    reel.refresh_from_db()
    assert (reel.percent, reel.analysis["version"]) == (100, VERSION)
    assert [row.name for row in reel.renditions.order_by("pk")] == ["large", "small", "pictures"]
    assert VideoHash.objects.count() == 1
    assert Event.objects.filter(kind=Event.Kind.POSTED).count() == 1
    assert set(media_files()) == {Path(name).name for name in reel_files(reel)}
    assert list((media / "work").iterdir()) == []
    assert [f.check.name for f in counters_check() if f.drifted] == []


def test_a_run_killed_just_after_its_reel_came_out_leaves_no_upload(monkeypatch, media_files):
    reel = waiting_reel(UserFactory())
    monkeypatch.setattr(storage, "files_delete_later", lambda names: None)
    reel_process(post_id=reel.pk, at=LATER)
    assert f"{reel.key}.mp4" in media_files()

    assert reel_process(post_id=reel.pk, at=LATER) is None

    reel.refresh_from_db()
    assert set(media_files()) == {Path(name).name for name in reel_files(reel)}


@pytest.mark.parametrize("program", ["transcode", "stills"])
def test_a_reel_deleted_while_it_is_made_leaves_no_file(monkeypatch, media, media_files, program):
    author = UserFactory()
    reel = waiting_reel(author)
    run = rendering.child_run

    def deleted_meanwhile(which, *args, **kwargs):
        found = run(which, *args, **kwargs)
        if which == program:
            client_for(author).delete(f"/api/reels/{reel.pk}")
        return found

    monkeypatch.setattr(rendering, "child_run", deleted_meanwhile)

    assert reel_process(post_id=reel.pk, at=LATER) is None

    assert media_files() == []
    assert list((media / "work").iterdir()) == []
    assert not Reel.objects.exists()


def test_files_of_a_killed_run_go_when_its_reel_was_deleted_meanwhile(monkeypatch, media_files):
    author = UserFactory()
    reel = waiting_reel(author)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Rendition, "save", ended_at(1, Rendition.save))
        reel_process(post_id=reel.pk, at=LATER)
    # As if only the post was deleted, by whatever knows nothing of reels.
    post_delete(post_id=reel.pk, author_id=author.pk, at=LATER)
    assert media_files()

    assert reel_process(post_id=reel.pk, at=LATER, file_key=reel.key) is None

    assert media_files() == []
    assert not Post.objects.exists()


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(media):
    holder = (
        "import fcntl, os, sys, time\n"
        "fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)\n"
        "print(1, flush=True); time.sleep(60)"
    )
    folder = media / "work" / "of another"
    folder.mkdir(parents=True)
    (folder / "part").touch()
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(folder)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline()
        assert storage.work_sweep() == 0
        other.kill()

    with storage.work_folder() as mine:
        assert not folder.exists()
        assert storage.work_sweep() == 0
        assert mine.is_dir()
    assert list((media / "work").iterdir()) == []
