"""Comma-separated files, plain or gzipped, read row by row in bounded memory."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from mlengine.errors import DatasetError

# A caption is 2,200 characters; a longer field is a broken quote, not text.
_LONGEST_FIELD = 1_000_000


def table_columns(path: Path) -> list[str]:
    """Return the column names of the file's first line, stripped.

    :raises DatasetError: if the file is missing, empty, not UTF-8 or not gzip.
    """
    with _opened(path) as file:
        return _header(path, csv.reader(file))


def table_rows(path: Path, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row by column name) of a .csv or .csv.gz file with a header.

    Blank lines are passed over. The line number is that of the row's last line, as an editor
    counts.

    :raises DatasetError: naming the file and line if it is missing, empty, damaged, lacks a
        required column, or has a row with more or fewer fields than the header.
    """
    with _opened(path) as file:
        reader = csv.reader(file)
        names = _header(path, reader)
        missing = [name for name in required if name not in names]
        if missing:
            raise DatasetError(
                f"{path}: no column {', '.join(map(repr, missing))}; "
                f"the file has {', '.join(map(repr, names))}."
            )
        for fields in _guarded(path, reader):
            if not fields:
                continue
            if len(fields) != len(names):
                raise DatasetError(
                    f"{path}, line {reader.line_num}: {len(fields)} fields, "
                    f"the header has {len(names)}."
                )
            yield reader.line_num, dict(zip(names, fields, strict=True))


def integer_field(path: Path, line: int, row: dict[str, str], column: str) -> int:
    """Return the column as a 64-bit integer; "7.0" counts as 7.

    :raises DatasetError: naming file, line and column if it is not one.
    """
    text = row[column].strip()
    try:
        value = int(text)
    except ValueError:
        number = number_field(path, line, row, column)
        value = int(number)
        if value != number:
            raise DatasetError(
                f"{path}, line {line}, column {column!r}: {text!r} is not an integer."
            ) from None
    if not -(2**63) <= value < 2**63:
        raise DatasetError(f"{path}, line {line}, column {column!r}: {text!r} is too large.")
    return value


def number_field(path: Path, line: int, row: dict[str, str], column: str) -> float:
    """Return the column as a finite number.

    :raises DatasetError: naming file, line and column if it is not one.
    """
    text = row[column].strip()
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -1e300 < value < 1e300:
        raise DatasetError(f"{path}, line {line}, column {column!r}: {text!r} is not a number.")
    return value


def moment_field(path: Path, line: int, row: dict[str, str], column: str) -> float:
    """Return the column as seconds since 1970, from ISO 8601 (UTC without a zone) or a number.

    :raises DatasetError: naming file, line and column if it is neither.
    """
    try:
        return moment_of(row[column])
    except ValueError:
        return number_field(path, line, row, column)


def moment_of(text: str) -> float:
    """Return seconds since 1970 of an ISO 8601 moment; one without a zone is taken as UTC.

    >>> moment_of("1970-01-01 00:01")
    60.0

    :raises ValueError: if it is not one.
    """
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _opened(path: Path) -> TextIO:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror or error}.") from error


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    names = [name.strip() for name in next(_guarded(path, reader), [])]
    if not any(names):
        raise DatasetError(f"{path}: the file is empty; a header line was expected.")
    if len(set(names)) < len(names):
        raise DatasetError(f"{path}, line 1: a column name appears twice.")
    return names


def _guarded(path: Path, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the reader's rows, with every way of being unreadable turned into one error."""
    csv.field_size_limit(_LONGEST_FIELD)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            raise DatasetError(f"{path}: not UTF-8 text ({error.reason}).") from error
        except (OSError, EOFError, zlib.error) as error:
            raise DatasetError(f"{path}: damaged or not gzip ({error}).") from error
        except csv.Error as error:
            line = getattr(reader, "line_num", "?")
            raise DatasetError(f"{path}, line {line}: {error}.") from error
        yield row
