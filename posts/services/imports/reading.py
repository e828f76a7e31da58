"""Reading CSV files of strangers: what is wrong in a row is written down, not fatal."""

import csv
import gzip
import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from socialml.core.errors import Invalid

_LONGEST_FIELD = 100_000
# Times above this are milliseconds: as seconds they would lie in the year 5138.
_MILLISECONDS_ABOVE = 1e11


class FileRefused(Invalid):
    """The file is missing, is no CSV, or lacks a column."""


class RowRefused(Exception):
    """One row cannot be taken; its argument is the reason, in one word."""


@dataclass
class Rejects:
    """The rows that could not be taken, in a file beside the one they came from.

    The file is made with the first of them; where its folder cannot be written, `fallback` is.
    """

    source: Path
    fallback: Path
    counts: Counter[str] = field(default_factory=Counter)
    path: Path | None = None
    _file: IO[str] | None = None

    def add(self, *, line: int, reason: str, row: Sequence[str]) -> None:
        self.counts[reason] += 1
        if self._file is None:
            self._file = self._open()
            csv.writer(self._file).writerow(["line", "reason", "row"])
        shown = ",".join(row).encode("utf-8", "replace").decode()
        csv.writer(self._file).writerow([line, reason, shown[:1000]])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _open(self) -> IO[str]:
        name = f"{self.source.name}.rejects.csv"
        self.fallback.mkdir(parents=True, exist_ok=True)
        for folder in (self.source.parent, self.fallback):
            self.path = folder / name
            try:
                return self.path.open("w", newline="", encoding="utf-8")
            except OSError:
                continue
        self.path = Path(tempfile.gettempdir()) / name
        return self.path.open("w", newline="", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Table:
    """An open CSV file: its columns, and its rows with their line numbers."""

    columns: dict[str, int]
    rows: Iterator[tuple[int, list[str]]]

    def value(self, row: Sequence[str], name: str) -> str:
        """Return the row's value of the column, "" where the file has no such column."""
        place = self.columns.get(name)
        return row[place].strip() if place is not None else ""


@contextmanager
def table_open(path: Path, *, needed: Sequence[str], rejects: Rejects) -> Iterator[Table]:
    """Open a .csv or .csv.gz file whose first line names its columns.

    Rows of another width, in another encoding or with null characters go to `rejects`.

    :raises FileRefused: if it cannot be read, is empty, or lacks one of the `needed` columns.
    """
    try:
        with _opened(path) as text:
            reader = csv.reader(text)
            header = _header_read(reader, path)
            missing = [name for name in needed if name not in header]
            if missing:
                raise FileRefused(
                    f"{path} lacks the column {missing[0]!r}: its first line is"
                    f" {','.join(header)[:200]!r}."
                )
            columns = {name: place for place, name in enumerate(header)}
            yield Table(columns, _rows(reader, len(header), rejects))
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it cannot be read"
        raise FileRefused(f"{path}: {reason}.") from error


def _header_read(reader: Iterator[list[str]], path: Path) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(f"{path} is no CSV file: {error}.") from error
    if not header:
        raise FileRefused(f"{path} does not begin with a line that names its columns.")
    # What a terminal should not be shown names no column either.
    if not all(name.isprintable() for name in header):
        raise FileRefused(f"{path} is no CSV file: its first line is no text in UTF-8.")
    return header


def moment_read(text: str, *, latest: datetime) -> float:
    """Return the seconds since 1970 that `text` means: seconds, milliseconds or ISO 8601.

    :raises RowRefused: if it means nothing, lies before 1970 or after `latest`.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = _iso_read(text)
    if seconds > _MILLISECONDS_ABOVE:
        seconds /= 1000
    # Written so that NaN is refused too.
    if not 0 < seconds <= latest.timestamp():
        raise RowRefused("bad_time")
    return seconds


def _iso_read(text: str) -> float:
    try:
        value = datetime.fromisoformat(text)
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise RowRefused("bad_time") from error


def _opened(path: Path) -> IO[str]:
    binary = path.open("rb")
    is_zipped = binary.read(2) == b"\x1f\x8b"
    binary.seek(0)
    plain: Any = gzip.GzipFile(fileobj=binary) if is_zipped else binary
    # Bytes that are no UTF-8 stay recognisable, so that their row alone is refused.
    return io.TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="")


def _rows(reader: Any, width: int, rejects: Rejects) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            rejects.add(line=reader.line_num, reason="bad_csv", row=[])
            continue
        if not row:
            continue
        reason = _row_problem(row, width)
        if reason:
            rejects.add(line=reader.line_num, reason=reason, row=row)
        else:
            yield reader.line_num, row


def _row_problem(row: list[str], width: int) -> str:
    if len(row) != width:
        return "wrong_width"
    joined = "".join(row)
    if "\x00" in joined:
        return "null_character"
    if not joined.isascii() and any("\ud800" <= character <= "\udfff" for character in joined):
        return "not_utf8"
    return ""
