"""The keys that each operation may answer with, read from exposure.toml."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("exposure.toml")
ROLES = ("anonymous", "member", "owner", "moderator")
_PART = re.compile(r"(.*)\{([a-z_]+)\}")


def allowed() -> dict[str, dict[str, frozenset[str]]]:
    """Return the paths that may be answered, by operation and role."""
    read = tomllib.loads(FILE.read_text())
    parts = read.pop("parts")
    return {name: _by_role(_spelled_out(roles, parts)) for name, roles in read.items()}


def paths_of(value: Any, at: str = "") -> Iterator[str]:
    """Yield the path of every value inside: `results[].author.id`."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from paths_of(inner, f"{at}.{name}".lstrip("."))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from paths_of(inner, f"{at}[]")
    elif at:
        yield at


def beyond(paths: set[str], listed: frozenset[str]) -> set[str]:
    """Return those of `paths` that nothing in `listed` allows.

    `*` stands for any one key. What is null or empty may stand where something longer is listed.
    """
    known = [_pattern(path) for path in listed]
    return {path for path in paths if not any(one.fullmatch(path) for one in known)}


def _pattern(path: str) -> re.Pattern[str]:
    """Return what matches `path` and each of its beginnings: a for a.b, a.b for a.b[].c."""
    first, *steps = (_step(step) for step in re.split(r"(?=[.\[])", path))
    return re.compile(first + "".join(f"(?:{step}" for step in steps) + ")?" * len(steps))


def _step(step: str) -> str:
    return re.escape(step).replace(r"\*", r"[^.\[\]]+")


def _spelled_out(roles: dict[str, str], parts: dict[str, str]) -> dict[str, frozenset[str]]:
    unknown = set(roles) - set(ROLES)
    assert not unknown, unknown
    return {role: frozenset(_words(text, parts)) for role, text in roles.items()}


def _words(text: str, parts: dict[str, str], before: str = "") -> Iterator[str]:
    for word in text.split():
        part = _PART.fullmatch(word)
        if part:
            yield from _words(parts[part[2]], parts, before + part[1])
        else:
            yield before + word


def _by_role(listed: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    nothing: frozenset[str] = frozenset()
    member = listed.get("member", nothing)
    return {
        "anonymous": listed.get("anonymous", nothing),
        "member": member,
        "owner": member | listed.get("owner", nothing),
        "moderator": member | listed.get("moderator", nothing),
    }
