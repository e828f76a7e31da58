import numpy as np
import pytest

from mlengine.estimators.encoder.pieces import (
    END,
    MOST_PIECES,
    START,
    UNKNOWN,
    Pieces,
    plain,
)

LISTED = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁lo", "ve", "▁love", "l", "o", "v", "e", "▁good"]
SCORES = np.array([0, 0, 0, 0, -3, -4, -4, -5, -9, -9, -9, -9, -6], np.float32)


@pytest.fixture(scope="module")
def pieces():
    return Pieces(LISTED, SCORES)


def named(pieces, text):
    return [LISTED[at] for at in pieces.ids(text)]


def test_a_word_is_cut_where_its_pieces_are_likeliest(pieces):
    assert named(pieces, "love") == ["<s>", "▁love", "</s>"]
    assert named(pieces, "love good") == ["<s>", "▁love", "▁good", "</s>"]
    assert named(pieces, "lov") == ["<s>", "▁lo", "v", "</s>"]


def test_letters_in_no_piece_are_one_unknown_together(pieces):
    assert named(pieces, "xyz") == ["<s>", "▁", "<unk>", "</s>"]
    assert named(pieces, "xloyv") == ["<s>", "▁", "<unk>", "l", "o", "<unk>", "v", "</s>"]


def test_nothing_in_a_text_can_end_it(pieces):
    ids = pieces.ids("</s> love <s>")

    assert (ids.count(START), ids.count(END)) == (1, 1)
    assert LISTED.index("▁love") in ids


def test_a_text_without_letters_has_a_start_and_an_end(pieces):
    assert pieces.ids("  \n ") == [START, END]


def test_of_a_long_text_the_beginning_counts(pieces):
    ids = pieces.ids("love " * 10_000)

    assert len(ids) == MOST_PIECES
    assert (ids[0], ids[-1]) == (START, END)
    assert UNKNOWN not in ids


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("hi @bob_1, see https://a.b/c?d", "hi @user, see http"),
        ("you are s.t.u.p.i.d ok", "you are stupid ok"),
        ("noooooo", "nooo"),
        ("ha\u200bte", "hate"),
        ("ｈａｔｅ", "hate"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("a\n\n b", "a b"),
    ],
)
def test_disguises_and_names_are_undone(written, read):
    assert plain(written) == read
