"""Drafting versions of the policy, and making one live. The only writer of is_live."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from posts.models import PolicyVersion, Rule
from posts.services.policy import policy_forget
from socialml.core.errors import Conflict, NotFound

_COPIED = ("code", "text", "thresholds", "action", "languages", "audience", "about")


class PolicyNotFound(NotFound):
    """There is no such version of the policy."""


class PolicyWasLive(Conflict):
    """The version was live before: its rules stay as they were."""

    code = "policy_was_live"


class PolicyMovedOn(Conflict):
    """Another version went live meanwhile."""

    code = "policy_moved_on"


@transaction.atomic
def policy_draft(*, note: str, created_by_id: int | None, at: datetime) -> PolicyVersion:
    """Return a new draft with the rules of the live version."""
    draft = PolicyVersion.objects.create(note=note, created_by_id=created_by_id, created_at=at)
    live = Rule.objects.filter(policy__is_live=True).order_by("pk")
    Rule.objects.bulk_create([Rule(policy=draft, **row) for row in live.values(*_COPIED)])
    return draft


def policy_draft_lock(version_id: int) -> PolicyVersion:
    """Return the draft, locked: it does not go live before the caller's transaction ends.

    :raises PolicyNotFound: if there is no such version.
    :raises PolicyWasLive: if it is no draft any more.
    """
    version = PolicyVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None:
        raise PolicyNotFound(f"There is no policy version {version_id}.")
    if not version.is_draft:
        raise PolicyWasLive(f"Version {version_id} was live: make a draft and change that.")
    return version


def policy_activate(*, version_id: int, instead_of_id: int | None, at: datetime) -> PolicyVersion:
    """Make the version live in place of `instead_of_id`, the live one that the caller knew.

    A version that was live before may be again, with the rules it had. All processes judge by
    it within POLICY_SECONDS. Calling it again changes nothing.

    :raises PolicyNotFound: if there is no such version.
    :raises PolicyMovedOn: if another version is live by now: look at what it changed first.
    """
    with transaction.atomic():
        # In order of their ids, so that two who activate at once never wait for each other.
        either = PolicyVersion.objects.filter(Q(pk=version_id) | Q(is_live=True)).order_by("pk")
        versions = {version.pk: version for version in either.select_for_update()}
        version = versions.get(version_id)
        if version is None:
            raise PolicyNotFound(f"There is no policy version {version_id}.")
        if version.is_live:
            return version
        # Asked again: who waited for the lock may have read what is live too early.
        live_id = PolicyVersion.objects.filter(is_live=True).values_list("pk", flat=True).first()
        if live_id != instead_of_id:
            raise PolicyMovedOn(f"Version {live_id} went live meanwhile: preview again.")
        PolicyVersion.objects.filter(is_live=True).update(is_live=False)
        version.is_live, version.activated_at = True, version.activated_at or at
        try:
            with transaction.atomic():
                version.save(update_fields=["is_live", "activated_at"])
        except IntegrityError as error:
            raise PolicyMovedOn("Another version went live meanwhile: preview again.") from error
        transaction.on_commit(policy_forget)
    return version
