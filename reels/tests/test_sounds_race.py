"""Sounds that several workers find, or delete, at once."""

from functools import partial

import pytest

from posts.tests.factories import NOON
from profiles.tests.factories import UserFactory
from profiles.tests.together import together
from reels.models import Reel, Sound, SoundHash
from reels.services import reel_delete
from reels.services.sounds import sound_give, sounds_sweep
from reels.tests.factories import stored_reel
from reels.tests.test_sounds import heard

pytestmark = pytest.mark.django_db(transaction=True)


def test_reels_with_one_new_sound_that_are_heard_at_once_begin_it_once():
    reels = [stored_reel(UserFactory()) for _ in range(8)]

    gave = together(
        [partial(sound_give, post_id=reel.pk, hashes=heard(1), at=NOON) for reel in reels]
    )

    assert set(gave) == {Sound.objects.get().pk}
    assert Reel.objects.filter(sound_id=gave[0]).count() == 8
    assert SoundHash.objects.count() == len(heard(1))


def test_one_reel_that_is_heard_twice_at_once_begins_one_sound():
    reel = stored_reel(UserFactory())

    gave = together([partial(sound_give, post_id=reel.pk, hashes=heard(1), at=NOON)] * 6)

    assert set(gave) == {Sound.objects.get().pk}
    assert SoundHash.objects.count() == len(heard(1))


def test_a_sound_whose_last_reel_goes_while_another_comes_is_kept_or_begun_anew():
    for _ in range(5):
        going, coming = stored_reel(UserFactory()), stored_reel(UserFactory())
        sound_give(post_id=going.pk, hashes=heard(1), at=NOON)

        together(
            [
                partial(reel_delete, post_id=going.pk, author_id=going.post.author_id, at=NOON),
                partial(sound_give, post_id=coming.pk, hashes=heard(1), at=NOON),
                sounds_sweep,
            ]
        )

        coming.refresh_from_db()
        coming.post.refresh_from_db()
        assert coming.post.sound_id == coming.sound_id == Sound.objects.get().pk
        coming.post.delete()
        sounds_sweep()
