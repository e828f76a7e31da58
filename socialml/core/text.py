"""Text as people send it, made safe to store and to compare."""

import re
import unicodedata

# Bidirectional controls can make a text read as another: Trojan Source, CVE-2021-42574.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
# Vowel signs and points belong to their letter; re's own \w leaves them out.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e"
    "\u0eb1-\u0ecd\u1000-\u1049\u1780-\u17d3"
)
_HASHTAG = re.compile(rf"(?<![\w#&/])#(\w[\w{_MARKS}]{{0,63}})")
MOST_COMBINING_MARKS = 8


def text_clean(text: str) -> str:
    """Return `text` in NFC without bidirectional controls; repeated calls change nothing."""
    return unicodedata.normalize("NFC", text.translate(_BIDI))


def is_blank(text: str) -> bool:
    """Return whether nothing of `text` can be seen."""
    return not _INVISIBLE.sub("", text)


def has_too_many_marks(text: str) -> bool:
    """Return whether some letter carries more than MOST_COMBINING_MARKS combining marks."""
    if text.isascii():
        return False
    run = 0
    for character in unicodedata.normalize("NFC", text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MOST_COMBINING_MARKS:
            return True
    return False


def fold(text: str) -> str:
    """Return the form under which two spellings of one name are equal (NFKC, caseless).

    >>> fold("ＡＤＭＩＮ") == fold("admin"), fold("Straße") == fold("STRASSE")
    (True, True)
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)


def hashtags_of(text: str) -> list[str]:
    """Return the hashtags in `text`, folded, without the sign, each once, in order.

    >>> hashtags_of("#Go #go! a#b, #été #हिन्दी।")
    ['go', 'été', 'हिन्दी']
    """
    found = (fold(tag) for tag in _HASHTAG.findall(text))
    return list(dict.fromkeys(tag for tag in found if not tag.isdigit()))
