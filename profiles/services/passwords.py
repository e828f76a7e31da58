"""Passwords: whether one is good enough, whether it is right, and changing it."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from profiles.models import Erasure, User
from profiles.models.names import email_fold, username_fold
from profiles.services.sessions import sessions_revoke
from socialml.core.errors import Invalid, NotSignedIn

LONGEST = 128


class PasswordRefused(Invalid):
    """The password is too short, too common, or too near to the account's own words."""

    code = "password_too_weak"


class WrongPassword(Invalid):
    """The current password is not this one."""

    code = "wrong_password"


class WrongCredentials(NotSignedIn):
    """No active account has this name and this password; which of the two is not said."""

    code = "no_active_account"


class AccountSuspended(NotSignedIn):
    """The password is right and moderators shut the account out; nobody else is told."""

    code = "account_suspended"


def password_check(password: str, *, user: User, field: str = "password") -> None:
    """Refuse a password that is too easy to guess.

    :raises PasswordRefused: naming every rule it breaks, under `field`.
    """
    try:
        validate_password(password, user=user)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages), fields={field: error.messages}) from error


def credentials_verify(*, name: str, password: str) -> int:
    """Return the id of the active account called `name` (or with that address).

    An unknown name costs one hashing like a known one, so that the time tells nothing.

    :raises WrongCredentials: if there is none, its password is another, or it is being erased.
    :raises AccountSuspended: if it is suspended.
    """
    user = _proved(name, password)
    if not user.is_active:
        raise AccountSuspended(
            "This account is suspended: POST the same to /api/moderation/token to read why."
        )
    return user.pk


def suspended_verify(*, name: str, password: str) -> int:
    """Return the id of the account called `name`, suspended or not.

    :raises WrongCredentials: if there is none, its password is another, or it is being erased.
    """
    return _proved(name, password).pk


def password_set(
    *, user_id: int, new_password: str, current_password: str | None, session_id: str, at: datetime
) -> None:
    """Give the account a password and end its other sessions.

    An account without a password gets its first one by its token alone.

    :raises WrongCredentials: if the account is suspended or erased.
    :raises WrongPassword: if it has a password and `current_password` is another.
    :raises PasswordRefused: if the new one is too easy to guess.
    """
    user = User.objects.active().filter(pk=user_id).first()
    if user is None:
        raise _wrong()
    if user.has_usable_password() and not user.check_password(current_password or ""):
        text = "This is not the current password."
        raise WrongPassword(text, fields={"current_password": [text]})
    password_check(new_password, user=user, field="new_password")
    before, after = user.password, make_password(new_password)
    with transaction.atomic():
        # Of two changes at once the second was checked against a password that is gone.
        changed = User.objects.filter(pk=user_id, password=before).update(password=after)
        if not changed:
            text = "The password was changed meanwhile."
            raise WrongPassword(text, fields={"current_password": [text]})
        sessions_revoke(user_id=user_id, at=at, keep=session_id)


def _proved(name: str, password: str) -> User:
    user = _named(name)
    if user is None:
        make_password(password)
        raise _wrong()
    is_right = user.check_password(password)
    if not is_right or (not user.is_active and _is_erased(user.pk)):
        raise _wrong()
    return user


def _is_erased(user_id: int) -> bool:
    return Erasure.objects.filter(account_id=user_id).exists()


def _named(name: str) -> User | None:
    if "@" in name:
        return User.objects.filter(email_key=email_fold(name)).first()
    return User.objects.filter(username_key=username_fold(name)).first()


def _wrong() -> WrongCredentials:
    return WrongCredentials("No active account has this name and password.")
