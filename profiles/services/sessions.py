"""Ending sessions. The only writer of Session.revoked_at and Session.is_suspended."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef

from profiles.models import RefreshToken, Session
from socialml.core.sessions import sessions_refuse


def session_revoke(*, session_id: str, at: datetime) -> bool:
    """End one session: its tokens are refused at once. Return whether it stood."""
    return bool(_revoke([session_id], at=at))


def sessions_revoke(*, user_id: int, at: datetime, keep: str = "") -> int:
    """End the account's sessions but the one called `keep`, and return how many stood."""
    mine = Session.objects.filter(user_id=user_id).exclude(pk=keep)
    mine.filter(is_suspended=True).update(is_suspended=False)
    return _revoke(list(mine.filter(revoked_at=None).values_list("pk", flat=True)), at=at)


@transaction.atomic
def sessions_suspend(*, user_id: int, at: datetime) -> int:
    """End the account's sessions for as long as it is suspended, and return how many stood."""
    standing = Session.objects.filter(user_id=user_id, revoked_at=None)
    ids = list(standing.values_list("pk", flat=True))
    count = _revoke(ids, at=at)
    # Not those that somebody else ended in between.
    Session.objects.filter(pk__in=ids, revoked_at=at).update(is_suspended=True)
    return count


def session_unsuspend(*, session_id: str, user_id: int) -> bool:
    """Take the mark of the suspension off the session, which stays ended.

    Returns whether it had one: of many who ask at once one gets True.
    """
    marked = Session.objects.filter(pk=session_id, user_id=user_id, is_suspended=True)
    return bool(marked.update(is_suspended=False))


def sessions_purge(*, at: datetime) -> int:
    """Delete expired refresh tokens and the sessions that have none left; return how many rows.

    A session lives as long as its newest refresh token, so none in use is deleted.
    """
    tokens, _ = RefreshToken.objects.filter(expires_at__lt=at).delete()
    alive = RefreshToken.objects.filter(session_id=OuterRef("pk"))
    sessions, _ = Session.objects.filter(~Exists(alive)).delete()
    return tokens + sessions


@transaction.atomic
def _revoke(session_ids: Sequence[str], *, at: datetime) -> int:
    sessions = Session.objects.filter(pk__in=session_ids)
    count = sessions.filter(revoked_at=None).update(revoked_at=at)
    sessions.filter(is_suspended=True).update(is_suspended=False)
    # Told again even if the rows knew it: Redis may have been away the first time.
    transaction.on_commit(partial(sessions_refuse, session_ids))
    return count
