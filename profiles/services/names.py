"""Giving accounts their names and addresses, each to one account."""

from profiles.models import User
from profiles.models.names import (
    RESERVED,
    email_fold,
    is_compatibility_form,
    username_fold,
    username_problem,
)
from socialml.core.errors import Invalid

_LONGEST_EMAIL = 254


class UsernameRefused(Invalid):
    """The name breaks a rule; `code` says which."""


class UsernameTaken(Invalid):
    """Another account has this name, in this or another spelling."""

    code = "username_taken"


class EmailTaken(Invalid):
    """Another account has this address, in this or another spelling."""

    code = "email_taken"


def username_claim(username: str, *, user_id: int = 0) -> str:
    """Return the folded name under which account `user_id` (0: a new one) may have it.

    The unique constraint decides between two that claim at once.

    :raises UsernameRefused: if the name breaks a rule.
    :raises UsernameTaken: if another account has it.
    """
    problem = username_problem(username)
    key = username_fold(username)
    if problem is None and key in RESERVED:
        problem = ("username_reserved", "This name is kept for the house.")
    if problem:
        raise UsernameRefused(problem[1], code=problem[0], fields={"username": [problem[1]]})
    if User.objects.filter(username_key=key).exclude(pk=user_id).exists():
        raise _username_taken()
    if is_compatibility_form(username):
        text = "This name holds signs that stand for others."
        raise UsernameRefused(text, code="username_confusable", fields={"username": [text]})
    return key


def email_claim(email: str, *, user_id: int = 0) -> str | None:
    """Return the folded address under which the account may have it, None for no address.

    :raises EmailTaken: if another account has it.
    """
    if not email:
        return None
    key = email_fold(email)
    if len(key) > _LONGEST_EMAIL:
        raise Invalid("This address is too long.", code="max_length", fields={"email": ["Long."]})
    if User.objects.filter(email_key=key).exclude(pk=user_id).exists():
        raise _email_taken()
    return key


def claim_lost(username_key: str, *, user_id: int = 0) -> Invalid:
    """Return who was faster, after a unique constraint refused the account's names."""
    if User.objects.filter(username_key=username_key).exclude(pk=user_id).exists():
        return _username_taken()
    return _email_taken()


def _username_taken() -> UsernameTaken:
    text = "This name is taken."
    return UsernameTaken(text, fields={"username": [text]})


def _email_taken() -> EmailTaken:
    text = "This address belongs to another account."
    return EmailTaken(text, fields={"email": [text]})
