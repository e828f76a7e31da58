"""Turn a post into hashed word and character n-grams, the same way when training and when serving.

Everything is one pass over the characters: no dictionary is kept, so a word never met before still
has features, and the cost grows linearly with the length of the text.
"""

import html
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Character n-grams of these lengths; longer ones add size and no accuracy on short posts.
CHARACTER_LENGTHS = (2, 3, 4, 5)

# A negator turns the words after it, up to the next punctuation mark, for at most this many words.
NEGATION_REACH = 3

# What a model reads of a text: seven times the longest post, before and after normalising, in
# which one character may unfold into eighteen.
LONGEST = 16_000

# Words that stand for what is unique to a text, or for how it is written.
REFERENCES = frozenset({"urlref", "userref", "shoutref"})

# Invisible characters that split a word for a filter but not for a reader.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
# Accents of Latin, Greek and Cyrillic, tatweel and vowel marks of Arabic: people leave them out.
_MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f]")
_URL = re.compile(r"(?:https?://|www\.)\S+|\bhttp\b")
_MENTION = re.compile(r"@\w+")
_ELONGATED = re.compile(r"(.)\1{2,}")
# "f u c k", "f.u.c.k", "f-u-c-k": at least three single letters with a separator between them.
_SPACED_OUT = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .*\-][^\W\d_]){2,}(?![^\W_])")
_SPACERS = str.maketrans("", "", " .*-")
_BANG = re.compile(r"(?<=[^\W\d_])!(?=[^\W\d_])")
_DIGIT = re.compile(r"\d")
# \w leaves out the vowel signs of the Indic scripts, and would cut their words to pieces.
_WORD = r"[\w\u0900-\u0dff\u0e31-\u0e4e$@*]"
_TOKEN = re.compile(rf"{_WORD}+(?:'{_WORD}+)*|[^\s]")
# French and Italian write a short word without its vowel before the next: c'est, dell'arte.
_ELIDED = re.compile(
    r"((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|all|bell|com|dall|dell|nell|quest|sull)')"
    r"([^\W\d_].+)"
)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")

_APOSTROPHES = str.maketrans("’ʼ", "''")
_LEET = str.maketrans("013457@$", "oieastas")
# Cyrillic and Greek letters that look like Latin ones, used to hide a Latin word.
_LOOKALIKES = str.maketrans("асеорхуікѕјαενορτυ", "aceopxyiksjaevoptu")

_NEGATORS_WORDS = """
not no never none nothing neither nor cannot cant dont doesnt didnt isnt arent wasnt werent
wont wouldnt couldnt shouldnt aint havent hasnt hadnt without hardly nicht kein keine keinen
nie nunca jamas tampoco sin pas jamais rien aucun non mai niente senza nao nem sem nahi
nahin नहीं मत لا ما مش ليس لم لن ولا
"""
_NEGATORS = frozenset(_NEGATORS_WORDS.split())
_PUNCTUATION = frozenset('.,!?;:()"…')

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Knuth's multiplicative hashing
_STEP = np.uint64(0x100000001B3)  # the FNV prime
_HIGH = np.uint64(32)


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The hashed features of one text.

    Attributes
    ----------
    hashes : uint64, shape (n_features,)
        Distinct 64-bit hashes; a model takes the top bits it has rows for.
    values : float32, shape (n_features,)
        One over the root of the number of features of its family, so that long and short texts
        weigh the same.
    """

    hashes: NDArray[np.uint64]
    values: NDArray[np.float32]


def normalise(text: str) -> str:
    """Return the text as a reader takes it: one case, no disguise, links and mentions as words.

    NFKC, case folding, no accents and no invisible characters, one apostrophe; `@name` becomes
    `userref`, a link `urlref`, three or more of a letter two, letters spelled out one by one a
    word.
    """
    if "&" in text:
        text = html.unescape(text)
    shouted = len(_SHOUTED.findall(text))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", _MARKS.sub("", text)).translate(_APOSTROPHES)
    text = text.casefold()
    text = _URL.sub(" urlref ", text)
    text = _MENTION.sub(" userref ", text)
    text = _ELONGATED.sub(r"\1\1", text)
    text = spelled_join(text)
    text = _BANG.sub("i", text)
    return f"{text} shoutref" if shouted else text


def spelled_join(text: str) -> str:
    """Return the text with words whose letters stand apart written together."""
    return _SPACED_OUT.sub(lambda spelled: spelled[0].translate(_SPACERS), text)


def rows_of(hashes: NDArray[np.uint64], count: int) -> NDArray[np.intp]:
    """Return the row of each hash in a table of `count` rows, a power of two: its top bits."""
    # bit_length is one more than the number of bits that index a power of two.
    return (hashes >> np.uint64(65 - count.bit_length())).astype(np.intp)


def tokens(normalised: str) -> list[str]:
    """Split a normalised text into words and single symbols, digits masked and leetspeak undone.

    >>> tokens("j'adore, don't you?")
    ["j'", 'adore', ',', "don't", 'you', '?']
    """
    found: list[str] = []
    for token in _TOKEN.findall(normalised):
        elided = _ELIDED.fullmatch(token) if "'" in token else None
        found.extend(_plain(part) for part in (elided.groups() if elided else (token,)))
    return found


def features(text: str) -> TextFeatures:
    """Return the hashed features of the first `LONGEST` characters; the empty text has none."""
    words = tokens(normalise(text[:LONGEST])[:LONGEST])
    if not words:
        return TextFeatures(np.empty(0, np.uint64), np.empty(0, np.float32))
    families = [word_hashes(words), character_hashes(words)]
    return TextFeatures(
        np.concatenate(families),
        np.concatenate([np.full(f.size, f.size**-0.5, np.float32) for f in families if f.size]),
    )


def word_hashes(words: list[str]) -> NDArray[np.uint64]:
    """Return the hashes of words, of pairs of neighbours, and of words a negator turns."""
    plain = _plain_hashes(words)
    turned = _turned_hashes(plain[_turned(words)])
    pairs = _pair_hashes(plain[:-1], plain[1:])
    return np.unique(np.concatenate([_alone_hashes(plain), pairs, turned]))


def word_hashes_apart(words: list[str]) -> NDArray[np.uint64]:
    """Return the hash of each of the words as it stands alone, shape (n_words,)."""
    return _alone_hashes(_plain_hashes(words))


def pair_hashes_apart(
    pairs: list[tuple[str, str]],
) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Return what each pair of words adds to the hashes of the two.

    The hashes, the pairs' own before those of words that a negator turns, and beside each the
    position of its pair; both of shape (n_hashes,).
    """
    first, second = (_plain_hashes([pair[side] for pair in pairs]) for side in (0, 1))
    turned = [place for place, pair in enumerate(pairs) if _turned([*pair])]
    hashes = np.concatenate([_pair_hashes(first, second), _turned_hashes(second[turned])])
    return hashes, np.array([*range(len(pairs)), *turned], np.intp)


def character_hashes(words: list[str]) -> NDArray[np.uint64]:
    """Return the hashes of the n-grams of characters of at least one word; none joins two."""
    letters = _letters(words)
    return np.unique(np.concatenate([hashes for hashes, _ in _grams(letters)]))


def character_hashes_apart(
    words: list[str],
) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Return the hashes of each word's n-grams of characters, and beside each its word's position.

    Both of shape (n_hashes,), sorted by word; an n-gram that a word has twice stands once.
    """
    letters = _letters(words)
    # A space opens the word after it.
    word = np.cumsum(letters == ord(" ")) - 1
    grams = [(hashes, word[: inside.size][inside]) for hashes, inside in _grams(letters)]
    hashes, owners = (np.concatenate(part) for part in zip(*grams, strict=True))
    order = np.lexsort((hashes, owners))
    hashes, owners = hashes[order], owners[order]
    is_new = np.ones(hashes.size, bool)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    return hashes[is_new], owners[is_new]


def _letters(words: list[str]) -> NDArray[np.uint64]:
    spaced = " ".join(["", *words, ""])
    return np.frombuffer(spaced.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)


def _grams(letters: NDArray[np.uint64]) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.bool_]]]:
    """Yield for each length the hashes of the n-grams, and at which letters they begin."""
    space = letters == ord(" ")
    rolling, inside = letters, np.ones(letters.size, bool)
    for length in range(2, max(CHARACTER_LENGTHS) + 1):
        rolling = rolling[:-1] * _STEP + letters[length - 1 :]
        # A space may open or close an n-gram, never stand within it.
        inside = inside[:-1]
        if length > 2:
            inside = inside & ~space[length - 2 : -1]
        if length in CHARACTER_LENGTHS:
            yield _mixed(rolling[inside] + np.uint64(length << 42)), inside


def _plain_hashes(words: list[str]) -> NDArray[np.uint64]:
    return np.array([zlib.crc32(w.encode("utf-8", "surrogatepass")) for w in words], np.uint64)


def _alone_hashes(plain: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _mixed(plain + np.uint64(1 << 41))


def _pair_hashes(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _mixed(first * _STEP + second * _MIX)


def _turned_hashes(plain: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _mixed(plain + np.uint64(1 << 40))


def _plain(token: str) -> str:
    if token.isalpha() or len(token) == 1:
        return token.translate(_LOOKALIKES) if _mixes_scripts(token) else token
    if token.isdigit():
        return "0" * len(token)
    if (token[0].isalpha() and not token.isascii()) or not any(map(str.isalpha, token)):
        return _DIGIT.sub("0", token)
    return token.translate(_LEET)


def _mixes_scripts(token: str) -> bool:
    return not token.isascii() and any("a" <= letter <= "z" for letter in token)


def _turned(words: list[str]) -> list[int]:
    """Return the positions of the words that stand in the reach of a negator."""
    found, left = [], 0
    for position, word in enumerate(words):
        if word in _PUNCTUATION:
            left = 0
        elif word in _NEGATORS or word.endswith("n't"):
            left = NEGATION_REACH
        elif left:
            found.append(position)
            left -= 1
    return found


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the hashes evenly over 64 bits, so that the top bits can index a table."""
    hashes = hashes * _MIX
    hashes ^= hashes >> _HIGH
    return hashes * _MIX
