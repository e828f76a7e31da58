"""Slates for all accounts at once, as after a training, and for some."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from analytics.models import Event
from analytics.selectors.weights import SIGNALS
from mlengine.slates.accounts import accounts_read
from mlengine.slates.catalogue import Catalogue, catalogue_current, catalogue_forget
from mlengine.slates.circles import circles_read
from mlengine.slates.learned import feed_ranker
from mlengine.slates.model import feed_model
from mlengine.slates.ranking import accounts_rank
from mlengine.slates.seen import seen_keep
from mlengine.slates.shared import cohorts_store, shared_store
from mlengine.slates.similar import similar_publish
from mlengine.slates.store import slates_drop, slates_store
from mlengine.steps import Step
from profiles.models import Follow, Preferences, User

# The version named by slates that no trained model stands behind.
UNTRAINED = "rules"
_ACCOUNTS_AT_ONCE = 1_000


def slates_step(*, at: datetime) -> Step:
    """Make slates for every account that did anything, follows anybody, or told what it wants.

    And the shared ones, and each post's nearest. Accounts of which nothing is known, or shall
    be, lose theirs. Reports how many accounts got slates. About eleven queries for a thousand.
    """
    catalogue_forget()
    batches = [partial(_batch_publish, batch, at=at) for batch in _batches(_ids_known())]
    return Step([partial(_posts_publish, at=at), *batches], partial(_published, at=at))


def slates_publish(*, at: datetime) -> int:
    """Make them in this process, as slates_step has it; return for how many accounts."""
    step = slates_step(at=at)
    accounts: int = step.end([part() for part in step.parts])["accounts"]
    return accounts


def _posts_publish(*, at: datetime) -> int:
    catalogue = _catalogue(at)
    shared_store(catalogue, at)
    similar_publish(catalogue, at=at)
    return 0


def _batch_publish(user_ids: list[int], *, at: datetime) -> int:
    return accounts_publish(user_ids, _catalogue(at), at=at, is_wanted_now=False)


def _published(counts: list[int], *, at: datetime) -> dict[str, int]:
    """Make the segments' slates: who is in which may have been told only now."""
    cohorts_store(_catalogue(at), at)
    catalogue_forget()
    return {"accounts": sum(counts)}


def _catalogue(at: datetime) -> Catalogue:
    """Return what this process read for the step's first part."""
    return catalogue_current(at=at, is_old_fine=True)


def accounts_publish(
    user_ids: list[int], catalogue: Catalogue, *, at: datetime, is_wanted_now: bool
) -> int:
    """Make these accounts' slates, and return for how many there was anything to go by."""
    accounts = accounts_read(user_ids)
    known = [one for one in accounts.values() if one.is_personalised and one.is_known]
    # Who refused personalisation, or had everything forgotten, keeps none of before.
    slates_drop(accounts.keys() - {one.id for one in known})
    circles_read(known, catalogue.lately)
    model, ranker = feed_model(catalogue), feed_ranker(catalogue)
    labels = [model.label if model else UNTRAINED, *([ranker.label] if ranker else [])]
    slates_store(
        accounts_rank(known, catalogue, model, ranker, at=at),
        model_version=", ".join(labels),
        at=at,
        is_wanted_now=is_wanted_now,
    )
    seen_keep({one.id: one.seen.keep_upto for one in known if one.seen.keep_upto is not None})
    return len(known)


def _ids_known() -> list[int]:
    """Return the active accounts of people that acted, follow anybody or told what they want."""
    people = User.objects.active().people()
    acted = set(
        Event.objects.filter(kind__in=list(SIGNALS), actor_id__isnull=False)
        .values_list("actor_id", flat=True)
        .distinct()
        .order_by()
    )
    following = set(
        Follow.objects.accepted().values_list("follower_id", flat=True).distinct().order_by()
    )
    telling = set(Preferences.objects.values_list("pk", flat=True))
    rows = people.order_by("pk").values_list("pk", "interests")
    known = acted | following | telling
    return [pk for pk, interests in rows if pk in known or interests]


def _batches(user_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(user_ids), _ACCOUNTS_AT_ONCE):
        yield user_ids[start : start + _ACCOUNTS_AT_ONCE]
