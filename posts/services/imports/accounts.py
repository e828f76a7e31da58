"""Users of a file as accounts that nobody can sign in to."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction

from profiles.models import User
from profiles.models.names import username_fold, username_problem
from socialml.core.bulk import rows_insert
from socialml.core.errors import Conflict
from socialml.core.ids import ids_reserve
from socialml.core.progress import progress

_AT_ONCE = 5_000
_USER = (
    *("id", "password", "is_superuser", "username", "username_key", "display_name", "email"),
    *("bio", "interests", "language", "is_private", "is_active", "is_staff", "is_archive"),
    *("joined_at", "follower_count", "following_count", "post_count"),
)


class NameTaken(Conflict):
    """An account that somebody signs in to has a name that an imported one would get."""


def username_of(source: str, name: str) -> str:
    """Return the username of the file's user called `name`."""
    return f"{source}-{name}"


def archive_of(source: str) -> str:
    """Return the username of the account that holds items whose author nobody knows."""
    return f"archive-of-{source}"


def is_possible(source: str, name: str) -> bool:
    """Return whether a user of that name can have an account."""
    return name.isascii() and username_problem(username_of(source, name)) is None


def accounts_store(
    joined: Mapping[str, float], *, archive: str | None = None
) -> tuple[dict[str, int], int]:
    """Make the accounts that are not there yet; return the ids of all, and how many are new.

    `joined` maps usernames to seconds since 1970; `archive` is the archive account among them.
    Each five thousand are one transaction.

    :raises NameTaken: if one of the names is that of an account with a password.
    """
    ids: dict[str, int] = {}
    new = 0
    source = iter(progress(joined, label="writing accounts", total=len(joined)))
    while batch := list(islice(source, _AT_ONCE)):
        with transaction.atomic():
            known = _known(batch)
            fresh = [name for name in batch if name not in known]
            made = dict(zip(fresh, ids_reserve(User, len(fresh)), strict=True))
            closed = make_password(None)
            rows_insert(
                User,
                _USER,
                (
                    (
                        *(pk, closed, False, name, username_fold(name), "", "", "", [], ""),
                        *(False, True, False, name == archive),
                        *(datetime.fromtimestamp(joined[name], UTC), 0, 0, 0),
                    )
                    for name, pk in made.items()
                ),
            )
        ids |= known | made
        new += len(made)
    return ids, new


def _known(names: list[str]) -> dict[str, int]:
    keys = {username_fold(name): name for name in names}
    rows = User.objects.filter(username_key__in=keys).values_list("username_key", "id", "password")
    known = {}
    for key, pk, password in rows:
        if not password.startswith(UNUSABLE_PASSWORD_PREFIX):
            raise NameTaken(
                f"The account {keys[key]!r} belongs to somebody: choose another --source."
            )
        known[keys[key]] = pk
    return known
