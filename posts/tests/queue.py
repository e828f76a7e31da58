"""Moderators with some rights, and the queue as their tests read it."""

from typing import Any

from django.contrib.auth.models import Permission

from posts.models import Case
from posts.services import report_add
from posts.tests.factories import NOON, UserFactory
from profiles.models import User

QUEUE = "/admin/posts/case/"
RIGHTS = ("view_case", "change_case", "add_decision", "view_report")


def with_rights(*names: str) -> User:
    """Return a member of staff who holds the rights on the models of posts."""
    user: User = UserFactory(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="posts", codename__in=names)
    )
    return user


def reported(reason: str = "hate", **about: int) -> Case:
    """Have somebody new report it, and return the case."""
    report = report_add(reporter_id=UserFactory().pk, reason=reason, at=NOON, **about)
    assert report.case is not None
    return report.case


def shown(page: Any) -> list[int]:
    """Return the cases on the page of the queue, from above."""
    return [row.case.pk for row in page.context["rows"]]
