"""Telling an author how far their reel is."""

from collections.abc import Callable
from functools import partial

from django.db.models import Value
from django.db.models.functions import Greatest

from reels.models import Reel


class ReelGone(Exception):
    """The reel was deleted while it was being made."""


def percent_tell(post_id: int, percent: int) -> None:
    """Say that so much of the reel is done; it never becomes less.

    :raises ReelGone: if the reel was deleted meanwhile.
    """
    further = Greatest("percent", Value(percent))
    if not Reel.objects.filter(pk=post_id).update(percent=further):
        raise ReelGone


def teller(post_id: int, share: tuple[int, int]) -> Callable[[float], None]:
    """Return what takes the done share of a step, and tells the percent of the whole.

    The step goes from the first to the second percent of `share`.
    """
    return partial(_tell, post_id, *share)


def _tell(post_id: int, least: int, most: int, done: float) -> None:
    percent_tell(post_id, round(least + (most - least) * done))
