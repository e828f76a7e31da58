"""Reels that show what another account's reel shows are found, and moderators told."""

import numpy as np
import pytest

from posts.models import Case, CaseEntry, Post
from posts.tests.factories import NOON
from profiles.models import User
from profiles.tests.factories import UserFactory
from reels.measures.video_hash import hash_bytes, hash_read
from reels.models import Reel, ReelCopy, VideoHash
from reels.services import copies
from reels.services.copies import copies_find, copies_sweep
from reels.tests.factories import stored_reel

pytestmark = pytest.mark.django_db
SHOWN = np.random.default_rng(1).integers(1, 2**63, 40, dtype=np.uint64)


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    """Let each test begin with an empty memory."""
    monkeypatch.setattr(copies, "_known", copies._Known())


def reel_showing(hashes, *, author: User | None = None) -> Reel:
    reel = stored_reel(author or UserFactory())
    VideoHash.objects.filter(reel=reel).delete()
    VideoHash.objects.create(reel=reel, hashes=hash_bytes(hashes))
    return reel


def searched(reel: Reel) -> int:
    stored = VideoHash.objects.get(reel=reel).hashes
    return copies_find(post_id=reel.pk, hashes=hash_read(bytes(stored)), at=NOON)


def pairs() -> list[tuple[int, int]]:
    return sorted(ReelCopy.objects.values_list("reel_id", "original_id"))


def test_a_part_of_anothers_reel_is_a_copy_and_moderators_have_one_case():
    original = reel_showing(SHOWN)
    copy = reel_showing(SHOWN[10:30])

    assert searched(copy) == searched(copy) == 1

    found = ReelCopy.objects.get()
    assert (found.reel_id, found.original_id) == (copy.pk, original.pk)
    assert (found.distance, found.overlap_seconds, found.offset_seconds) == (0.0, 10.0, 5.0)
    case = Case.objects.get()
    assert (case.post_id, case.harm) == (copy.pk, 0.4)
    told = case.entries.get(act=CaseEntry.Act.FLAGGED).note
    assert told == f"Shows what reel {original.pk} of another account shows, 10 s of it."
    assert Post.objects.get(pk=copy.pk).moderation == "visible"


def test_ones_own_reel_and_unlike_ones_are_no_copies():
    author = UserFactory()
    reel_showing(SHOWN, author=author)
    reel_showing(np.random.default_rng(2).integers(1, 2**63, 40, dtype=np.uint64))

    assert searched(reel_showing(SHOWN, author=author)) == 0
    assert pairs() == []


def test_the_reel_uploaded_first_is_the_original_whichever_is_measured_first():
    first, second, third = (reel_showing(SHOWN) for _ in range(3))

    searched(third)
    searched(first)

    assert pairs() == [(second.pk, first.pk), (third.pk, first.pk)]
    assert Case.objects.count() == 2


def test_of_a_copy_that_is_not_out_moderators_are_told_once_it_is():
    reel_showing(SHOWN)
    copy = reel_showing(SHOWN)
    Post.objects.filter(pk=copy.pk).update(moderation=Post.Moderation.PROCESSING)
    assert searched(copy) == 1
    assert not Case.objects.exists()
    Post.objects.filter(pk=copy.pk).update(moderation=Post.Moderation.VISIBLE)

    # As after a process was killed before it told.
    assert (copies_sweep(at=NOON), copies_sweep(at=NOON)) == (1, 0)

    assert Case.objects.get().post_id == copy.pk


def test_what_came_and_went_since_is_known_whatever_is_held_in_memory(monkeypatch):
    monkeypatch.setattr(copies, "_NEW_MOST", 4)
    monkeypatch.setattr(copies, "_LATE_MOST", 2)
    noise = np.random.default_rng(3)
    shown = noise.integers(1, 2**63, (12, 20), dtype=np.uint64)
    originals = [reel_showing(hashes) for hashes in shown]
    for original, hashes in zip(originals, shown, strict=True):
        copy = reel_showing(hashes)
        searched(copy)
        assert (copy.pk, original.pk) in pairs()

    Post.objects.filter(pk=originals[0].pk).delete()
    late = reel_showing(shown[0])
    searched(late)

    [found] = ReelCopy.objects.filter(reel=late)
    assert found.original_id not in (originals[0].pk, late.pk)
