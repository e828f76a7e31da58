"""Making what reels that are out lack: versions, or what the present measures say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from reels.measures import VERSION
from reels.models import Reel, Rendition
from reels.models.files import POSTER
from reels.services.children import ChildFailed
from reels.services.processing import reel_process
from reels.services.uploads import job_key
from socialml.core.models import Job
from socialml.core.queue import enqueue

_TASK = "reels.tasks.reel_process"


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What became of one reel: `state` is None where another did it meanwhile."""

    post_id: int
    state: Reel.State | None = None
    failure: str = ""


def reels_wanting() -> QuerySet[Reel]:
    """Return the reels that are out and lack something that can be made of what is kept."""
    unmeasured = Q(analysis__isnull=True) | Q(analysis__version__lt=VERSION)
    large = Rendition.objects.filter(reel=OuterRef("pk"), name=Rendition.Name.LARGE)
    ready = Reel.objects.filter(state=Reel.State.READY)
    ready = ready.filter(Q(Exists(large)) | ~Q(video=""))
    return ready.filter(unmeasured | ~Q(thumbnail__endswith=POSTER))


def reels_backfill(*, at: datetime, limit: int | None = None) -> Iterator[Backfilled]:
    """Make what is wanting, the oldest reel first, and yield what became of each.

    A reel that a worker has, or is about to have, is left to it. What was made stays: a run
    that was ended is gone on with by the next. One that fails is passed over.
    """
    last, left = 0, limit
    while left is None or left > 0:
        post_id = _next(last)
        if post_id is None:
            return
        last = post_id
        left = None if left is None else left - 1
        try:
            yield Backfilled(post_id, reel_process(post_id=post_id, at=at))
        except (ChildFailed, OSError) as failure:
            yield Backfilled(post_id, failure=str(failure)[-200:])


def reel_again(*, post_id: int) -> bool:
    """Have a worker measure the reel anew and make what it lacks; return whether it can.

    What people are shown stays as it is until then. A rejected reel has no file left.
    """
    with transaction.atomic():
        reel = Reel.objects.select_for_update().filter(pk=post_id).first()
        if reel is None or reel.state == Reel.State.REJECTED:
            return False
        if not reel.video and not reel.renditions.filter(name=Rendition.Name.LARGE).exists():
            return False
        if reel.analysis is not None:
            analysis = {**reel.analysis, "version": 0}
            Reel.objects.filter(pk=post_id).update(analysis=analysis)
        enqueue(
            "reels.tasks.reel_process",
            queue="media",
            key=job_key(post_id),
            post_id=post_id,
            file_key=reel.key,
        )
    return True


def _next(after: int) -> int | None:
    # Asked one by one: by the time a long run comes to a reel, a worker may have it.
    jobs = Job.objects.exclude(state=Job.State.DEAD).filter(task=_TASK)
    ids = reels_wanting().order_by("pk").values_list("pk", flat=True)
    while (post_id := ids.filter(pk__gt=after).first()) is not None:
        if not jobs.filter(kwargs__post_id=post_id).exists():
            return post_id
        after = post_id
    return None
