"""What Celery may ask of posts. Each task makes one service call."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from mlengine.corrections import correction_live
from mlengine.inference import text_drivers
from mlengine.revision import texts_revised
from posts import selectors, services
from socialml.core.queue import JobTask
from socialml.core.schedules import window_claim


@shared_task(base=JobTask)
def fragments_rewrite(*, author_id: int, **_later: object) -> None:
    """Write the fragments of an account's posts again. Safe to run twice."""
    services.fragments_rewrite(author_id=author_id)


@shared_task(base=JobTask)
def post_entered(*, post_id: int, **_later: object) -> None:
    """Let the followers who are about meet the new post. Safe to run twice."""
    services.post_entered(post_id=post_id, at=timezone.now())


@shared_task
def cases_rerank(**_later: object) -> None:
    """Sort open cases by who sees them now, once a minute."""
    if window_claim(name="case ranks", every=timedelta(minutes=1), at=timezone.now()):
        services.cases_rerank()


@shared_task(base=JobTask)
def text_revise(
    *, post_id: int | None = None, comment_id: int | None = None, **_later: object
) -> None:
    """Judge a post or a comment again, by the better and slower model. Safe to run twice."""
    text = selectors.text_of(post_id=post_id, comment_id=comment_id)
    revised = texts_revised([text], correction_live()) if text else None
    if not text or not revised:
        return
    services.rejudge(
        text=text,
        insights=revised[0].as_dict(),
        model_version=revised[0].model,
        words=list(text_drivers(text, kind="toxicity")),
        post_id=post_id,
        comment_id=comment_id,
        at=timezone.now(),
    )
