"""Deleting what an account published and did. Others' posts keep exact counts."""

from collections import Counter
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import F

from posts.models import (
    Appeal,
    Case,
    Comment,
    Decision,
    Dismissal,
    Like,
    Post,
    Save,
    Share,
    Strike,
)
from posts.services.cases import cases_moot
from posts.services.comments import CommentNotFound, comment_delete
from posts.services.fragments import cards_forget
from posts.services.reports import reports_erase
from profiles.models import User

_AT_ONCE = 100
# Owns the empty places that keep others' replies; nobody can sign up under a reserved name.
_NOBODY = "deleted"


def account_erase(*, account_id: int, at: datetime) -> dict[str, int]:
    """Delete the account's posts, comments, marks and reports; return how many rows, by table.

    A run that was cut off is simply run again: each page is one transaction with its counters.
    """
    return {
        "comments": _comments_erase(account_id, at=at),
        "likes": _marks_erase(Like, account_id, counter="like_count"),
        "saves": _marks_erase(Save, account_id, counter="save_count"),
        "shares": _marks_erase(Share, account_id, counter="share_count"),
        "dismissals": Dismissal.objects.filter(user_id=account_id).delete()[0],
        "reports": reports_erase(reporter_id=account_id, at=at),
        "strikes": Strike.objects.filter(account_id=account_id).delete()[0],
        "appeals": Appeal.objects.filter(account_id=account_id).delete()[0],
        "decisions": Decision.objects.filter(account_id=account_id).delete()[0],
        "posts": _posts_erase(account_id, at=at),
        # Last: what is said of a text opens cases until it is gone.
        "cases": Case.objects.filter(account_id=account_id).delete()[0],
    }


def _posts_erase(account_id: int, *, at: datetime) -> int:
    count = 0
    posts = Post.objects.filter(author_id=account_id).order_by("pk")
    while ids := list(posts.values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            list(Post.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
            cases_moot(post_ids=ids, at=at)
            Post.objects.filter(pk__in=ids).delete()
            cards_forget(ids)
        count += len(ids)
    return count


def _marks_erase(
    model: type[Like] | type[Save] | type[Share], account_id: int, *, counter: str
) -> int:
    count = 0
    while erased := _marks_page_erase(model, account_id, counter):
        count += erased
    return count


@transaction.atomic
def _marks_page_erase(
    model: type[Like] | type[Save] | type[Share], account_id: int, counter: str
) -> int:
    mine = model._default_manager.filter(user_id=account_id).select_for_update()
    marks = list(mine.order_by("post_id", "pk").values_list("pk", "post_id")[:_AT_ONCE])
    for post_id, by in sorted(Counter(post_id for _, post_id in marks).items()):
        Post.objects.filter(pk=post_id).update(**{counter: F(counter) - by})
    model._default_manager.filter(pk__in=[pk for pk, _ in marks]).delete()
    cards_forget({post_id for _, post_id in marks})
    return len(marks)


def _comments_erase(account_id: int, *, at: datetime) -> int:
    count = 0
    comments = Comment.objects.filter(author_id=account_id).order_by("-pk")
    while page := list(comments.values_list("pk", "post_id", "deleted_at")[:_AT_ONCE]):
        for comment_id, post_id, deleted_at in page:
            _comment_erase(
                comment_id, post_id, account_id, is_deleted=deleted_at is not None, at=at
            )
        count += len(page)
    return count


@transaction.atomic
def _comment_erase(
    comment_id: int, post_id: int, account_id: int, *, is_deleted: bool, at: datetime
) -> None:
    if not is_deleted:
        # Somebody else may have been faster.
        with suppress(CommentNotFound):
            comment_delete(post_id=post_id, comment_id=comment_id, actor_id=account_id, at=at)
    place = Comment.objects.filter(pk=comment_id)
    place.update(author_id=_nobody(), moderation_reason="", content="", insights={})


def _nobody() -> int:
    nobody = User.objects.filter(username_key=_NOBODY).first()
    if nobody is None:
        nobody = User.objects.create_user(_NOBODY, is_active=False)
    return nobody.pk
