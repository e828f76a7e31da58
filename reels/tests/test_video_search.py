import numpy as np

from reels.measures.video_hash import hash_parse, hash_text, picture_hash
from reels.measures.video_index import VideoIndex

RANDOM = np.random.default_rng(1)


def made(count):
    """Return as many videos of half a minute that share nothing."""
    return list(RANDOM.integers(1, 2**63, (count, 60), dtype=np.uint64))


def disturbed(hashes, bits):
    """Return copies of the hashes in which some bits are turned."""
    turned = hashes.copy()
    for i in range(len(turned)):
        for bit in RANDOM.choice(64, bits, replace=False):
            turned[i] ^= np.uint64(1) << np.uint64(bit)
    return turned


def test_a_disturbed_part_of_a_video_is_found_where_it_lies():
    videos = made(300)
    part = disturbed(videos[123][17:35], bits=5)

    (match,) = VideoIndex(videos).search(part)

    assert (match.video, match.offset, match.overlap) == (123, 17, 18)
    assert match.distance == 5


def test_a_longer_copy_finds_the_part_that_was_published_first():
    videos = made(50)
    longer = np.concatenate([made(1)[0], videos[7]])

    (match,) = VideoIndex(videos).search(longer)

    assert (match.video, match.offset) == (7, -60)


def test_what_nobody_published_finds_nothing():
    assert VideoIndex(made(300)).search(made(1)[0]) == []
    assert VideoIndex([]).search(made(1)[0]) == []


def test_black_pictures_are_no_likeness():
    black = np.zeros(20, np.uint64)

    assert picture_hash(np.full((32, 32), 3.0)) == 0
    assert VideoIndex([black, *made(3)]).search(black) == []


def test_a_hash_is_the_same_after_writing_and_reading():
    hashes = made(1)[0]

    assert (hash_parse(hash_text(hashes)) == hashes).all()
