"""Progress bars of long work, on standard error."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


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
