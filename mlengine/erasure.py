"""Taking one account out of what was predicted."""

from mlengine.models import AccountInsight, Slate
from socialml.core import cache

_SURFACES = ("feed", "reels")


def account_erase(*, account_id: int) -> dict[str, int]:
    """Delete the account's rankings and insights, stored and cached; return how many rows.

    Trained arrays hold no account's own numbers beyond the next training.
    """
    slates = Slate.objects.filter(audience=Slate.Audience.ACCOUNT, audience_id=account_id)
    names = [f"slateid:{pk}" for pk in slates.values_list("pk", flat=True)]
    names += [f"slate:{surface}:{account_id}" for surface in _SURFACES]
    counts = {
        "slates": slates.delete()[0],
        "insights": AccountInsight.objects.filter(pk=account_id).delete()[0],
    }
    cache.forget(names)
    return counts
