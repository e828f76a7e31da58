"""Progress bars of long work, on standard error."""

import sys
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from tqdm import tqdm

T = TypeVar("T")


class Progress(Protocol):
    """What long work passes its items through, so that a command can show how far it is."""

    def __call__(
        self, items: Iterable[T], *, label: str, total: int | None = None
    ) -> Iterable[T]: ...


def silent(items: Iterable[T], *, label: str, total: int | None = None) -> Iterable[T]:
    """Pass the items on and show nothing."""
    return items


def progress(items: Iterable[T], *, label: str, total: int | None = None) -> Iterator[T]:
    """Yield `items` while a bar shows how many have passed; plain lines where no terminal is."""
    is_terminal = sys.stderr.isatty()
    yield from tqdm(
        items,
        desc=label,
        total=total,
        file=sys.stderr,
        mininterval=0.2 if is_terminal else 5.0,
        ascii=not is_terminal,
        leave=True,
    )
