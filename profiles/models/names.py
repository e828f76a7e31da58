"""When two names or addresses are one, and which names are refused."""

import re
import unicodedata
from contextlib import suppress

from socialml.core.text import fold

SHORTEST, LONGEST = 3, 30
LONGEST_KEY = 60

# Names that would speak for the house, or that clients use as words of their own.
RESERVED = frozenset(
    {
        *("admin", "administrator", "anonymous", "api", "archive", "auth", "deleted", "everyone"),
        *("all", "health", "help", "here", "login", "logout", "me", "metrics", "mod", "moderator"),
        *("moderators", "none", "null", "official", "password", "profile", "root", "security"),
        *("socialml", "staff", "support", "system", "undefined", "user", "username"),
    }
)

# Cyrillic and Greek letters that look like a Latin one (Unicode confusables.txt, UTS 39).
# A name of nothing else reads as a Latin name.
_LOOKS_LATIN = frozenset("аеорсухіјѕһԁԛԝӏѵАВЕКМНОРСТУХІЈЅαικνορυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_BEYOND_LETTERS = frozenset("0123456789_.-")
# Scripts that one writing system uses together, by the first word of their letters' names.
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)
_WIDTH_FORMS = ("<wide>", "<narrow>")
_PLUS_TAG = re.compile(r"\+[^@]*\Z")


def username_fold(name: str) -> str:
    """Return the form under which two spellings of one account's name are equal.

    >>> username_fold("Straße") == username_fold("STRASSE")
    True
    >>> username_fold("İstanbul")
    'istanbul'
    """
    # A dotted capital I folds to an i and a combining dot, which no reader tells from an i.
    return fold(name).replace("i\u0307", "i")


def email_fold(address: str) -> str:
    """Return the form under which two spellings of one mailbox are equal.

    Case, a tag behind a plus sign and the spelling of an international domain do not count.

    >>> email_fold("Ann+news@X.com"), email_fold("a@bücher.de")
    ('ann@x.com', 'a@xn--bcher-kva.de')
    """
    local, _, domain = address.strip().rpartition("@")
    domain = fold(domain).rstrip(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{_PLUS_TAG.sub('', fold(local))}@{domain}"


def username_problem(name: str) -> tuple[str, str] | None:
    """Return (code, sentence) of what is wrong with `name`, or None. Uniqueness is not asked.

    3 to 30 letters, ASCII digits, "_", "." and "-"; letters of one writing system; nothing
    that cannot be seen, and nothing that reads as another name.
    """
    if not SHORTEST <= len(name) <= LONGEST:
        code = "min_length" if len(name) < SHORTEST else "max_length"
        return code, f"A username has {SHORTEST} to {LONGEST} characters."
    plain = unicodedata.normalize("NFC", name)
    if any(unicodedata.decomposition(c).startswith(_WIDTH_FORMS) for c in plain):
        return "username_confusable", "Wide and narrow letters look like the usual ones."
    if not all(_is_allowed(character) for character in unicodedata.normalize("NFKC", plain)):
        return "invalid_characters", "A username has letters, digits, “_”, “.” and “-” only."
    if all(character in "_.-" for character in plain):
        return "invalid_characters", "A username has a letter or a digit."
    if _is_confusable(plain):
        return "username_confusable", "This name could be mistaken for another."
    if len(username_fold(name)) > LONGEST_KEY:
        return "max_length", f"A username has {SHORTEST} to {LONGEST} characters."
    return None


def is_compatibility_form(name: str) -> bool:
    """Return whether `name` holds signs that stand for others, such as the ligature ﬁ."""
    return unicodedata.normalize("NFKC", name) != unicodedata.normalize("NFC", name)


def _is_allowed(character: str) -> bool:
    if character in _BEYOND_LETTERS:
        return True
    kind = unicodedata.category(character)
    if kind in ("Mn", "Mc"):
        # Vowel signs belong to their script; marks that go on any letter do not belong here.
        return not unicodedata.name(character, "COMBINING").startswith(("COMBINING", "VARIATION"))
    # The Hangul fillers are letters that show nothing.
    return kind.startswith("L") and "FILLER" not in unicodedata.name(character, "FILLER")


def _is_confusable(name: str) -> bool:
    letters = [character for character in name if character not in _BEYOND_LETTERS]
    scripts = {unicodedata.name(character).split()[0] for character in letters}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        return True
    return bool(letters) and all(character in _LOOKS_LATIN for character in letters)
