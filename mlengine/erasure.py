"""Taking one account out of what was predicted."""

from functools import partial

from django.db import transaction

from mlengine.models import AccountInsight, PostForecast, SeenPosts, SegmentMembership, Slate
from socialml.core import cache

_SURFACES = ("feed", "reels")


def account_erase(*, account_id: int) -> dict[str, int]:
    """Delete all that was predicted or kept of the account; return how many rows, by table.

    Trained arrays hold no account's own numbers beyond the next training.
    """
    return {
        **profile_forget(account_id=account_id),
        "forecasts": PostForecast.objects.filter(author_id=account_id).delete()[0],
        "seen": SeenPosts.objects.filter(pk=account_id).delete()[0],
    }


def profile_forget(*, account_id: int) -> dict[str, int]:
    """Delete the account's rankings, insights and segments, stored and cached; return how many.

    Call it in the transaction that changes what they may be made from.
    """
    slates = Slate.objects.filter(audience=Slate.Audience.ACCOUNT, audience_id=account_id)
    names = [f"slateid:{pk}" for pk in slates.values_list("pk", flat=True)]
    names += [f"slate:{surface}:{account_id}" for surface in _SURFACES]
    counts = {
        "slates": slates.delete()[0],
        # The description first: a run that makes it a member holds that row.
        "insights": AccountInsight.objects.filter(pk=account_id).delete()[0],
        "segment_memberships": SegmentMembership.objects.filter(account_id=account_id).delete()[0],
    }
    transaction.on_commit(partial(cache.forget, names))
    return counts
