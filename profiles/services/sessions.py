"""Ending sessions. The only writer of Session.revoked_at."""

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
    standing = Session.objects.filter(user_id=user_id, revoked_at=None).exclude(pk=keep)
    return _revoke(list(standing.values_list("pk", flat=True)), at=at)


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
    count = Session.objects.filter(pk__in=session_ids, revoked_at=None).update(revoked_at=at)
    # Told again even if the rows knew it: Redis may have been away the first time.
    transaction.on_commit(partial(sessions_refuse, session_ids))
    return count
