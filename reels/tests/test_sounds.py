"""Reels that sound the same have one sound, and nobody learns by it what they may not see."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone

from posts.models import Post
from posts.services import post_delete
from posts.services.erasure import account_erase as posts_erase
from posts.tests.factories import NOON, BlockFactory, FollowFactory
from profiles.models import User
from profiles.tests.factories import UserFactory, client_for
from reels.models import Reel, Sound, SoundHash
from reels.selectors.sounds import COUNTED_MOST, sound_match, sounds_for
from reels.services import media_sweep, reel_delete, reel_process, reel_reject
from reels.services.erasure import account_erase
from reels.services.sounds import sound_give, sounds_drop
from reels.tests.clips import film, moving
from reels.tests.factories import ready_reel, sound_of, stored_reel
from reels.tests.sounds import melody
from socialml.core.models import Job

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


def heard(seed, *, count=200):
    """Return the fingerprint of a made-up sound."""
    random = np.random.default_rng(seed)
    rows = np.stack([random.integers(0, 2**31, count), random.integers(0, 700, count)], axis=1)
    return np.unique(rows, axis=0)


def reel_heard(hashes, author=None):
    """Return a reel that is out and was listened to."""
    reel = stored_reel(author or UserFactory())
    sound_give(post_id=reel.pk, hashes=hashes, at=NOON)
    reel.refresh_from_db()
    return reel


def sound(viewer, sound_id):
    return client_for(viewer).get(f"/api/sounds/{sound_id}")


def told(viewer, sound_id):
    return sound(viewer, sound_id).json()["data"]


def listed(viewer, sound_id, query=""):
    data = client_for(viewer).get(f"/api/sounds/{sound_id}/reels{query}").json()["data"]
    return [card["id"] for card in data["results"]], data["next"]


@pytest.mark.slow
def test_a_reel_with_a_part_of_anothers_sound_has_that_sound_and_a_silent_one_has_none():
    author, pictures = UserFactory(username="ann"), moving(1, 60)
    first = ready_reel(author, content=film(pictures, sound=melody(1, seconds=5)))
    part = film(moving(2, 40), sound=melody(1, seconds=5)[60_000:] / 3)
    second = ready_reel(UserFactory(), content=part)
    other = ready_reel(UserFactory(), content=film(pictures, sound=melody(2, seconds=5)))
    silent = ready_reel(UserFactory())

    answer = client_for(UserFactory()).get(f"/api/reels/{second.pk}").json()["data"]

    assert answer["sound"] == {
        "id": first.sound_id,
        "author": {"id": author.pk, "username": "ann", "display_name": author.display_name},
        "origin_id": first.pk,
        "reels": 2,
    }
    assert answer["post"]["sound_id"] == second.sound_id == first.sound_id
    assert other.sound_id not in (None, first.sound_id)
    answer = client_for(author).get(f"/api/reels/{silent.pk}").json()["data"]
    assert (silent.sound_id, answer["sound"]) == (None, None)
    assert "sound_id" not in answer["post"]
    assert not set(first.analysis) & {"fingerprint", "hash"}


@pytest.mark.slow
def test_the_backfill_listens_to_reels_that_nobody_listened_to():
    reel = ready_reel(UserFactory(), content=film(moving(1, 60), sound=melody(1, seconds=5)))
    Reel.objects.update(sound=None, analysis={**reel.analysis, "version": 1})
    Post.objects.update(sound_id=None)
    Sound.objects.all().delete()
    # The job that made it is not waited for.
    Job.objects.all().delete()

    call_command("reels_backfill")

    card = client_for(UserFactory()).get(f"/api/post/{reel.pk}").json()["data"]
    assert card["sound_id"] == Sound.objects.get().pk == Post.objects.get().sound_id


def test_most_hashes_apart_alike_decide_and_few_do_not():
    reels = [reel_heard(heard(seed)) for seed in range(5)]
    copy = np.add(heard(3)[:40], (0, 100))
    mixed = np.unique(np.concatenate([copy, heard(77, count=150)]), axis=0)

    match = sound_match(mixed)

    assert (match.sound_id, match.shift) == (reels[3].sound_id, -100)
    assert match.votes == len(copy)
    few = np.unique(np.concatenate([heard(3)[:5], heard(77, count=90)]), axis=0)
    scattered = heard(3)
    scattered[:, 1] = heard(78)[:, 1]
    assert sound_match(few) is sound_match(scattered) is sound_match(heard(9)) is None
    assert sound_match(heard(3)[:0]) is None


def test_of_two_sounds_that_match_as_well_the_older_one_is_taken(django_assert_num_queries):
    older, newer = stored_reel(UserFactory()), stored_reel(UserFactory())
    for reel in (older, newer):
        made = sound_of(reel)
        SoundHash.objects.bulk_create(
            SoundHash(sound=made, hash=value, step=step) for value, step in heard(1).tolist()
        )

    with django_assert_num_queries(1):
        match = sound_match(heard(1))

    older.refresh_from_db()
    assert match.sound_id == older.sound_id


def test_listening_twice_changes_nothing_but_the_hashes_of_the_sound_it_began():
    first, second = reel_heard(heard(1)), reel_heard(heard(1))

    for reel in (first, second):
        sound_give(post_id=reel.pk, hashes=heard(2), at=LATER)

    assert set(Reel.objects.values_list("sound_id", flat=True)) == {first.sound_id}
    kept = SoundHash.objects.order_by("hash", "step").values_list("hash", "step")
    assert list(kept) == [tuple(row) for row in heard(2).tolist()]


def test_it_lists_the_reels_that_the_viewer_may_see_newest_first_in_pages():
    reels = [reel_heard(heard(1)) for _ in range(5)]
    viewer, sound_id = UserFactory(), reels[0].sound_id
    Post.objects.filter(pk=reels[3].pk).update(moderation=Post.Moderation.HIDDEN)

    first, place = listed(viewer, sound_id, "?limit=2")
    second, end = listed(viewer, sound_id, f"?limit=2&cursor={place}")

    assert first + second == [reels[i].pk for i in (4, 2, 1, 0)][:4]
    assert end is None
    assert told(viewer, sound_id)["reels"] == 4
    assert listed(reels[3].post.author, sound_id)[0][1] == reels[3].pk
    stale = client_for(viewer).get(f"/api/sounds/{sound_id + 1}/reels?cursor={place}")
    assert stale.status_code == 400


@pytest.mark.parametrize(
    "state", ["private", "blocked", "hidden", "suspended", "deleted", "erased"]
)
def test_a_sound_lives_on_without_naming_who_began_it(state):
    author, viewer = UserFactory(), UserFactory()
    origin, other = reel_heard(heard(1), author), reel_heard(heard(1))
    assert told(viewer, other.sound_id)["author"]["id"] == author.pk

    if state == "private":
        User.objects.filter(pk=author.pk).update(is_private=True)
    elif state == "blocked":
        BlockFactory(blocker=author, blocked=viewer)
    elif state == "hidden":
        Post.objects.filter(pk=origin.pk).update(moderation=Post.Moderation.HIDDEN)
    elif state == "suspended":
        User.objects.filter(pk=author.pk).update(is_active=False)
    elif state == "deleted":
        reel_delete(post_id=origin.pk, author_id=author.pk, at=LATER)
    else:
        account_erase(account_id=author.pk)

    found = {"id": other.sound_id, "author": None, "origin_id": None, "reels": 1}
    assert told(viewer, other.sound_id) == found
    assert listed(viewer, other.sound_id)[0] == [other.pk]
    later = reel_heard(heard(1))
    assert later.sound_id == other.sound_id


def test_a_follower_of_a_private_account_is_told_whose_the_sound_is():
    author, viewer = UserFactory(is_private=True), UserFactory()
    FollowFactory(follower=viewer, followed=author)
    reel = reel_heard(heard(1), author)

    assert told(viewer, reel.sound_id)["author"]["id"] == author.pk
    assert sound(UserFactory(), reel.sound_id).status_code == 404


def test_a_sound_of_no_reel_that_the_viewer_may_see_is_as_one_that_is_not_there(
    django_assert_num_queries,
):
    reel, viewer = reel_heard(heard(1)), UserFactory()
    BlockFactory(blocker=reel.post.author, blocked=viewer)

    for path in ("", "/reels"):
        known = client_for(viewer).get(f"/api/sounds/{reel.sound_id}{path}")
        unknown = client_for(viewer).get(f"/api/sounds/{10**15}{path}")
        assert known.status_code == unknown.status_code == 404
        said = known.json()["message"].replace(str(reel.sound_id), "#")
        assert said == unknown.json()["message"].replace(str(10**15), "#")
    with django_assert_num_queries(1):
        assert sounds_for([reel.sound_id, 10**15], viewer.pk) == {}


def test_more_reels_than_are_counted_are_told_as_so_many(monkeypatch):
    monkeypatch.setattr("reels.selectors.sounds.COUNTED_MOST", 3)
    reels = [reel_heard(heard(1)) for _ in range(4)]

    assert COUNTED_MOST == 1000
    assert told(UserFactory(), reels[0].sound_id)["reels"] == 3


def test_a_sound_goes_with_the_last_of_its_reels_however_that_goes():
    deleted, by_post, erased, rejected, both = (reel_heard(heard(seed)) for seed in range(5))
    staying = reel_heard(heard(4))

    reel_delete(post_id=deleted.pk, author_id=deleted.post.author_id, at=LATER)
    assert not Sound.objects.filter(pk=deleted.sound_id).exists()
    post_delete(post_id=by_post.pk, author_id=by_post.post.author_id, at=LATER)
    # Nobody sees it until the sweep comes.
    assert sound(UserFactory(), by_post.sound_id).status_code == 404
    media_sweep(at=timezone.now())
    account_erase(account_id=erased.post.author_id)
    posts_erase(account_id=erased.post.author_id, at=LATER)
    Reel.objects.filter(pk=rejected.pk).update(state=Reel.State.PROCESSING)
    reel_reject(post_id=rejected.pk, code="processing_failed", message="No.", at=LATER)
    reel_delete(post_id=both.pk, author_id=both.post.author_id, at=LATER)

    assert Sound.objects.get().pk == staying.sound_id
    assert set(SoundHash.objects.values_list("sound_id", flat=True)) == {staying.sound_id}
    assert sounds_drop([staying.sound_id]) == 0


def test_a_reel_without_sound_neither_gets_nor_leaves_one():
    reel = reel_heard(heard(1)[:0])

    assert reel.sound_id is None
    assert not Sound.objects.exists()
    assert reel_process(post_id=reel.pk, at=LATER) is None
