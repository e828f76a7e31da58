"""A file of interactions as columns of numbers."""

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posts.services.imports.reading import Rejects, RowRefused, Table, moment_read, table_open
from socialml.core.progress import progress

# Ratings below this say that somebody met the item and did not like it.
LIKED_FROM_RATING = 3.0
LONGEST_ITEM = 40
SECONDS_APART = 60.0
_NOT_YET = -2
_REFUSED = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interactions:
    """One entry an interaction, in the order of time; each pair of user and item once.

    `user` and `item` are places in `users` and `items`, the names that the file uses.
    """

    users: list[str]
    items: list[str]
    user: Ints
    item: Ints
    at: Floats  # seconds since 1970
    is_liked: Flags
    repeated: int  # rows that said again what an earlier row had said

    def __len__(self) -> int:
        return len(self.user)


def interactions_read(
    path: Path,
    *,
    known_items: dict[str, int] | None,
    user_check: Callable[[str], bool],
    has_likes: bool,
    rejects: Rejects,
    at: datetime,
    limit: int | None = None,
) -> Interactions:
    """Read a file with the columns user, item and, if it has them, rating, timestamp, pos, plays.

    Times are those of `timestamp`. Without it each account's interactions are one minute apart
    and end at `at`, in the order of `pos`, else of the file. Rows whose item is not one of
    `known_items` (if given) or whose user does not pass `user_check` go to `rejects`.

    :raises FileRefused: if it cannot be read or lacks a column.
    """
    users, items = _Names(user_check), _Names(_item_check, known_items)
    columns: list[array[Any]] = [array("q"), array("q"), array("d"), array("b")]
    with table_open(path, needed=("user", "item"), rejects=rejects) as table:
        rows = progress(table.rows, label=f"reading {path.name}")
        for line, row in rows:
            if limit is not None and len(columns[0]) >= limit:
                break
            try:
                read = _row_read(table, row, users, items, at, len(columns[0]))
            except RowRefused as refusal:
                rejects.add(line=line, reason=str(refusal), row=row)
                continue
            for column, value in zip(columns, read, strict=True):
                column.append(value)
        has_times = "timestamp" in table.columns
    user, item = (np.array(column, dtype=np.int64) for column in columns[:2])
    order = np.array(columns[2], dtype=np.float64)
    is_liked = np.array(columns[3], dtype=bool) & has_likes
    times = order if has_times else _times_of_order(user, order, end=at.timestamp())
    _, first = np.unique(user * (len(items.names) + 1) + item, return_index=True)
    first = first[np.lexsort((first, times[first]))]
    return Interactions(
        users=users.names,
        items=items.names,
        user=user[first],
        item=item[first],
        at=times[first],
        is_liked=is_liked[first],
        repeated=len(user) - len(first),
    )


class _Names:
    """Names as small numbers, each checked once."""

    def __init__(self, check: Callable[[str], bool], known: dict[str, int] | None = None) -> None:
        self.check, self.is_closed = check, known is not None
        self.places: dict[str, int] = dict(known or {})
        self.names: list[str] = list(known or {})

    def place(self, name: str) -> int:
        place = self.places.get(name, _NOT_YET)
        if place == _NOT_YET:
            is_fine = not self.is_closed and self.check(name)
            place = len(self.names) if is_fine else _REFUSED
            self.places[name] = place
            if is_fine:
                self.names.append(name)
        return place


def _item_check(name: str) -> bool:
    return 0 < len(name) <= LONGEST_ITEM


def _row_read(
    table: Table, row: list[str], users: _Names, items: _Names, latest: datetime, number: int
) -> tuple[int, int, float, bool]:
    item = items.place(table.value(row, "item"))
    if item < 0:
        raise RowRefused("unknown_item")
    rating = _number(table.value(row, "rating"), "bad_rating")
    _number(table.value(row, "plays"), "bad_plays")
    if "timestamp" in table.columns:
        order = moment_read(table.value(row, "timestamp"), latest=latest)
    else:
        order = _number(table.value(row, "pos"), "bad_pos", default=float(number))
    # The user last: a row that is refused must not make an account.
    user = users.place(table.value(row, "user").lower())
    if user < 0:
        raise RowRefused("bad_user")
    return user, item, order, rating >= LIKED_FROM_RATING


def _number(text: str, reason: str, *, default: float = math.inf) -> float:
    """Return the number in `text`, or `default` where there is none."""
    if not text:
        return default
    try:
        value = float(text)
    except ValueError as error:
        raise RowRefused(reason) from error
    if not math.isfinite(value) or value < 0:
        raise RowRefused(reason)
    return value


def _times_of_order(user: Ints, order: Floats, *, end: float) -> Floats:
    """Put each user's rows a minute apart, the last of them at `end`."""
    if not len(user):
        return order
    sorted_places = np.lexsort((np.arange(len(user)), -order, user))
    starts = np.r_[0, np.flatnonzero(np.diff(user[sorted_places])) + 1]
    lengths = np.diff(np.r_[starts, len(user)])
    from_the_end = np.arange(len(user)) - np.repeat(starts, lengths)
    times = np.empty(len(user))
    times[sorted_places] = end - SECONDS_APART * from_the_end
    return times
