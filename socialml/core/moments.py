"""The one way a moment is written for clients."""

from datetime import UTC, datetime


def spell(moment: datetime) -> str:
    """Return an aware moment as ISO 8601 in UTC, ending in Z.

    >>> spell(datetime(2026, 11, 2, 12, 0, tzinfo=UTC))
    '2026-11-02T12:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
