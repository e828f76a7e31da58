"""Making, changing, suspending and reinstating accounts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from analytics.models import Event
from analytics.services import event_record, network_note
from profiles.models import Erasure, User
from profiles.selectors import AccountNotFound
from profiles.services.names import claim_lost, email_claim, username_claim
from profiles.services.passwords import password_check
from profiles.services.sessions import sessions_suspend
from socialml.core.errors import NotSignedIn
from socialml.core.queue import enqueue

# What stands in the fragments of the account's posts, or decides who may see them.
_IN_FRAGMENTS = frozenset({"username", "display_name", "is_private"})
_CHANGEABLE = frozenset(
    {"username", "email", "display_name", "bio", "interests", "language", "is_private"}
)


class AccountGone(NotSignedIn):
    """The account behind the token is suspended or erased."""

    code = "no_active_account"


def account_create(
    *,
    username: str,
    at: datetime,
    email: str = "",
    password: str | None = None,
    display_name: str = "",
    bio: str = "",
    interests: Sequence[str] = (),
    language: str = "",
    is_private: bool = False,
    address: str = "",
) -> User:
    """Make an account and return it. Without a password only its tokens open it.

    `address` is where the client asks from; only which network that is in is kept.

    :raises UsernameRefused: if the name breaks a rule.
    :raises UsernameTaken: if another account has the name, in any spelling.
    :raises EmailTaken: if another account has the address, in any spelling.
    :raises PasswordRefused: if the password is too easy to guess.
    """
    user = User(
        username=username,
        username_key=username_claim(username),
        email=email,
        email_key=email_claim(email),
        display_name=display_name,
        bio=bio,
        interests=list(interests),
        language=language,
        is_private=is_private,
        joined_at=at,
    )
    if password is not None:
        password_check(password, user=user)
    # Before the transaction: hashing takes longer than anybody should hold one.
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            event_record(kind=Event.Kind.SIGNED_UP, actor_id=user.pk, at=at)
            network_note(account_id=user.pk, address=address, at=at)
            if user.interests:
                # Their first feed shall know of them.
                _rank_later(user.pk)
    except IntegrityError as error:
        raise claim_lost(user.username_key) from error
    return user


def account_update(*, user_id: int, changes: Mapping[str, Any]) -> None:
    """Change what `changes` names of the account; the rest stays.

    An account that opens up takes in everybody who waits to follow it.

    :raises AccountGone: if there is no such active account.
    :raises UsernameRefused: if the name breaks a rule.
    :raises UsernameTaken: if another account has the name, in any spelling.
    :raises EmailTaken: if another account has the address, in any spelling.
    """
    unknown = set(changes) - _CHANGEABLE
    assert not unknown, f"Not to be changed here: {sorted(unknown)}"
    try:
        with transaction.atomic():
            user = _locked(user_id)
            changed = {n for n, value in changes.items() if getattr(user, n) != value}
            if not changed:
                return
            _assign(user, changes, changed)
            user.save(update_fields=_columns(changed))
            _follow_up(user, changed)
    except IntegrityError as error:
        raise claim_lost(user.username_key, user_id=user_id) from error


def account_suspend(*, user_id: int, at: datetime) -> bool:
    """Close the account: its posts vanish, its tokens stop. Return whether it was open.

    :raises AccountNotFound: if there is no such account.
    """
    return _activity_set(user_id, is_active=False, at=at)


def account_reinstate(*, user_id: int, at: datetime) -> bool:
    """Open a suspended account again, and return whether it was closed.

    :raises AccountNotFound: if there is no such account.
    """
    return _activity_set(user_id, is_active=True, at=at)


def fragments_rewrite_later(user_id: int) -> None:
    """Have the account's posts show its present name and visibility."""
    enqueue("posts.tasks.fragments_rewrite", key=f"fragments:{user_id}", author_id=user_id)


def _locked(user_id: int) -> User:
    user = User.objects.active().select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise AccountGone("This account is closed.")
    return user


def _assign(user: User, changes: Mapping[str, Any], changed: set[str]) -> None:
    if "username" in changed:
        user.username_key = username_claim(changes["username"], user_id=user.pk)
    if "email" in changed:
        user.email_key = email_claim(changes["email"], user_id=user.pk)
    for name in changed:
        setattr(user, name, changes[name])


def _columns(changed: set[str]) -> list[str]:
    keys = {"username": "username_key", "email": "email_key"}
    return [*changed, *(key for name, key in keys.items() if name in changed)]


def _follow_up(user: User, changed: set[str]) -> None:
    if changed & _IN_FRAGMENTS:
        fragments_rewrite_later(user.pk)
    if "interests" in changed:
        _rank_later(user.pk)
    if "is_private" in changed and not user.is_private:
        enqueue("profiles.tasks.requests_accept", key=f"requests:{user.pk}", user_id=user.pk)


def _rank_later(user_id: int) -> None:
    enqueue("mlengine.tasks.account_refresh", key=f"account_refresh:{user_id}", user_id=user_id)


@transaction.atomic
def _activity_set(user_id: int, *, is_active: bool, at: datetime) -> bool:
    # An erased account may not be opened again while its rows are being deleted.
    accounts = User.objects.filter(pk=user_id)
    if not accounts.exists():
        raise AccountNotFound("There is no such account.")
    if is_active:
        erasures = Erasure.objects.filter(account_id=user_id)
        accounts = accounts.exclude(pk__in=erasures.values("account_id"))
    changed = accounts.filter(is_active=not is_active).update(is_active=is_active)
    if changed:
        fragments_rewrite_later(user_id)
        if not is_active:
            sessions_suspend(user_id=user_id, at=at)
    return bool(changed)
