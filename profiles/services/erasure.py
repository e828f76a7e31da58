"""Erasing an account: closed at once, deleted by the worker, proved by a receipt."""

import secrets
from datetime import datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import F

from profiles.models import Block, Erasure, Follow, Mute, Preferences, RefreshToken, Session, User
from profiles.services.accounts import AccountGone, fragments_rewrite_later
from profiles.services.pairs import graph_forget
from profiles.services.sessions import sessions_revoke
from socialml.core import cache
from socialml.core.models import AnsweredRequest, Job
from socialml.core.queue import enqueue

RESUME_AFTER = timedelta(minutes=15)
_ROWS_AT_ONCE = 500


@transaction.atomic
def erasure_request(*, user_id: int, at: datetime) -> Erasure:
    """Close the account for good and have everything of it deleted; return the receipt's row.

    :raises AccountGone: if it is closed already.
    """
    # Held first: of two requests at once the second finds the account closed.
    if not User.objects.active().filter(pk=user_id).update(is_active=False):
        raise AccountGone("This account is closed.")
    erasure, _ = Erasure.objects.get_or_create(
        account_id=user_id,
        defaults={"receipt": secrets.token_urlsafe(32), "requested_at": at},
    )
    sessions_revoke(user_id=user_id, at=at)
    fragments_rewrite_later(user_id)
    _erase_later(user_id)
    return erasure


def erasure_is_pending(*, account_id: int) -> bool:
    """Return whether the account was closed for good and is not all gone yet."""
    return Erasure.objects.filter(account_id=account_id, state=Erasure.State.PENDING).exists()


def erasures_resume(*, at: datetime) -> int:
    """Queue again the erasures that should be done by now and are not; return how many."""
    late = Erasure.objects.filter(
        state=Erasure.State.PENDING, requested_at__lt=at - RESUME_AFTER
    ).values_list("account_id", flat=True)
    waiting = set(
        Job.objects.exclude(state=Job.State.DEAD)
        .filter(task="profiles.tasks.account_erase")
        .values_list("kwargs__account_id", flat=True)
    )
    asked = [account_id for account_id in late if account_id not in waiting]
    for account_id in asked:
        _erase_later(account_id)
    return len(asked)


def account_erase(account_id: int) -> dict[str, int]:
    """Delete what profiles and core hold of the account, its row last; return rows by table.

    Others' counters stay exact. Each step is a transaction; a run that was cut off is simply
    run again, and what is gone already is no error.
    """
    deleted = {
        "follows": _follows_erase(account_id),
        "blocks": _delete(Block.objects.filter(blocker_id=account_id))
        + _delete(Block.objects.filter(blocked_id=account_id)),
        "mutes": _delete(Mute.objects.filter(muter_id=account_id))
        + _delete(Mute.objects.filter(muted_id=account_id)),
        "preferences": _delete(Preferences.objects.filter(pk=account_id)),
        "refresh_tokens": _delete(RefreshToken.objects.filter(session__user_id=account_id)),
        "sessions": _delete(Session.objects.filter(user_id=account_id)),
        "answers": _answers_erase(account_id),
        "admin_log": _admin_log_erase(account_id),
        "accounts": _delete(User.objects.filter(pk=account_id)),
    }
    names = (
        *("following", "hidden", "liked", "saved", "dismissed"),
        *("personalised", "slate:feed", "slate:reels"),
    )
    cache.forget([f"{name}:{account_id}" for name in names])
    return deleted


def erasure_finish(*, account_id: int, deleted: dict[str, int], at: datetime) -> None:
    """Mark the erasure done, with how many rows went; a second call changes nothing."""
    Erasure.objects.filter(account_id=account_id, state=Erasure.State.PENDING).update(
        state=Erasure.State.DONE, done_at=at, deleted=deleted
    )
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        # Deleted rows are overwritten in the file; the journal beside it still holds them.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _erase_later(account_id: int) -> None:
    enqueue("profiles.tasks.account_erase", key=f"erase:{account_id}", account_id=account_id)


def _follows_erase(account_id: int) -> int:
    count = 0
    mine = {"follower_id": account_id}, {"followed_id": account_id}
    for side in mine:
        while page := list(Follow.objects.filter(**side)[:_ROWS_AT_ONCE]):
            count += sum(_follow_erase(follow, account_id) for follow in page)
    return count


@transaction.atomic
def _follow_erase(follow: Follow, account_id: int) -> int:
    other_id = follow.followed_id if follow.follower_id == account_id else follow.follower_id
    # The other's row is held first, as everywhere where a follow changes.
    User.objects.select_for_update(no_key=True).filter(pk=other_id).first()
    accepted = Follow.objects.accepted().filter(pk=follow.pk).delete()[0]
    if accepted and follow.follower_id == account_id:
        User.objects.filter(pk=other_id).update(follower_count=F("follower_count") - 1)
    elif accepted:
        User.objects.filter(pk=other_id).update(following_count=F("following_count") - 1)
        graph_forget(other_id, names=["following"])
    return accepted or Follow.objects.filter(pk=follow.pk).delete()[0]


def _answers_erase(account_id: int) -> int:
    """Stored answers hold what the account wrote; a sign-up's holds its name and address."""
    own = _delete(AnsweredRequest.objects.filter(scope=f"account:{account_id}"))
    sign_ups = AnsweredRequest.objects.filter(scope__startswith="address:", status=201)
    mark = b'"data":{"id":%d,' % account_id
    named = [row.pk for row in sign_ups.only("pk", "body").iterator() if mark in bytes(row.body)]
    return own + _delete(AnsweredRequest.objects.filter(pk__in=named))


def _admin_log_erase(account_id: int) -> int:
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(account_id)
    )
    return _delete(LogEntry.objects.filter(user_id=account_id)) + _delete(about)


def _delete(rows: models.QuerySet[models.Model]) -> int:
    """Delete `rows` a page at a time, so that no writer waits long; return how many."""
    count = 0
    while ids := list(rows.values_list("pk", flat=True)[:_ROWS_AT_ONCE]):
        count += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return count
