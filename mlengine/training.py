"""Train the models, one run at a time, and publish what came of it."""

import os
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from analytics.services.trends import trends_aggregate
from mlengine.insights import insights_step
from mlengine.model_training import FAILED, model_train
from mlengine.models import TrainingRun
from mlengine.pipelines import PIPELINES, Pipeline, pipeline_get
from mlengine.registry import loaded_forget
from mlengine.slates import slates_step
from mlengine.steps import Step, steps_run
from socialml.core.errors import Conflict
from socialml.core.progress import Progress, silent
from socialml.core.queue import MAX_ATTEMPTS
from socialml.core.schedules import window_claim, window_start

# A run this old whose process cannot be asked after is taken for dead.
LIMIT = timedelta(hours=1)
_BACKGROUND_NICENESS = 10


class TrainingRunning(Conflict):
    """Another training has not finished."""

    code = "training_running"


def models_retrain(
    *, names: Sequence[str] = (), at: datetime, jobs: int = 1, progress: Progress = silent
) -> TrainingRun:
    """Train the named models, all by default, then publish anew what depends on them.

    Work is shared out among `jobs` processes; with one, all is done in this. The run's report
    says of each model what it reached, whether it went live and why. One run at a time, by a
    constraint; the row of a run that died is taken over. A model with too little data is
    skipped; one that fails publishes nothing and does not keep the others, but the run then
    ends as failed.

    :raises UnknownModel: naming those that exist, before anything is done.
    :raises TrainingRunning: if another run has not finished.
    :raises ProcessDied: if one of several processes was killed; the run has failed.
    """
    pipelines = [pipeline_get(name) for name in names or PIPELINES]
    began = time.monotonic()
    run = _run_start(at)
    try:
        work = partial(steps_run, jobs=jobs, told=partial(_told, run), progress=progress)
        work(_training(pipelines, at=at), label="training models")
        # What is published next is ranked by what has just gone live.
        loaded_forget()
        work(_publishing(pipelines, at=at), label="publishing")
    except BaseException:
        _run_end(run, TrainingRun.State.FAILED, at, began, error=traceback.format_exc(limit=-8))
        raise
    failed = _failed(run)
    state = TrainingRun.State.FAILED if failed else TrainingRun.State.DONE
    _run_end(run, state, at, began, error="\n".join(failed))
    return run


def models_retrain_due(
    *, at: datetime, jobs: int = 1, progress: Progress = silent
) -> TrainingRun | None:
    """Train everything if that is due, or return None.

    Due once in RETRAIN_INTERVAL_HOURS, by the window's row, and not where a whole training
    was done in the half interval before: an operator's run counts. A run that failed, or whose
    process died, is due again in the same window, at most MAX_ATTEMPTS times.
    """
    if not _is_due(at):
        return None
    return models_retrain(at=at, jobs=jobs, progress=progress)


def retrain_apart() -> None:
    """Train, if due, in a process of its own, behind whatever serves.

    The worker keeps its memory and its priority, and the web another core. The process is
    killed when this is interrupted, by a soft time limit for one.

    :raises CalledProcessError: if it failed; the run's row says why.
    """
    _manage("retrain", "--due", "--jobs", "1")


def predictions_publish(*, name: str, at: datetime, progress: Progress = silent) -> None:
    """Publish anew what depends on the model, by the version that is live.

    :raises UnknownModel: naming those that exist.
    """
    loaded_forget()
    steps = _publishing([pipeline_get(name)], at=at)
    steps_run(steps, jobs=1, told=_unheard, progress=progress, label="publishing")


def predictions_publish_apart(*, name: str) -> None:
    """Do so in a process of its own, behind whatever serves.

    :raises CalledProcessError: if it failed.
    """
    _manage("publish", name)


def _manage(*arguments: str) -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    subprocess.run([*command, "--nice", str(_BACKGROUND_NICENESS)], check=True)


def _is_due(at: datetime) -> bool:
    interval = timedelta(hours=settings.RETRAIN_INTERVAL_HOURS)
    if window_claim(name="retrain", every=interval, at=at):
        recent = TrainingRun.objects.filter(
            state=TrainingRun.State.DONE, started_at__gt=at - interval / 2
        )
        return not any(PIPELINES.keys() <= run.report.keys() for run in recent)
    runs = TrainingRun.objects.filter(started_at__gte=window_start(every=interval, at=at))
    last = runs.order_by("-id").first()
    if last is None or runs.count() >= MAX_ATTEMPTS:
        return False
    if last.state == TrainingRun.State.RUNNING:
        return _run_bury(last, at)
    return last.state == TrainingRun.State.FAILED


def _training(pipelines: Sequence[Pipeline], *, at: datetime) -> dict[str, Step]:
    return {
        pipeline.name: Step([partial(model_train, pipeline, at=at)], _only)
        for pipeline in pipelines
    }


def _publishing(pipelines: Sequence[Pipeline], *, at: datetime) -> dict[str, Step]:
    names = {pipeline.name for pipeline in pipelines}
    steps: dict[str, Step] = {}
    if names & {"behaviour", "segments"}:
        steps["insights"] = insights_step(at=at)
    if names & {"feed", "segments", "ranker"}:
        steps["slates"] = slates_step(at=at)
    if names == PIPELINES.keys():
        steps["trends"] = Step([partial(trends_aggregate, at=at)], _trends_told)
    return steps


def _told(run: TrainingRun, name: str, reported: dict[str, Any]) -> None:
    run.report[name] = reported
    run.save(update_fields=["report"])


def _unheard(name: str, reported: dict[str, Any]) -> None:
    """Keep nothing: no run stands behind it."""


def _only(returned: list[dict[str, Any]]) -> dict[str, Any]:
    (reported,) = returned
    return reported


def _trends_told(returned: list[int]) -> dict[str, Any]:
    return {"trends": sum(returned)}


def _failed(run: TrainingRun) -> list[str]:
    verdicts = (str(row.get("verdict", "")) for row in run.report.values())
    return [verdict for verdict in verdicts if verdict.startswith(FAILED)]


def _run_start(at: datetime) -> TrainingRun:
    process = f"{socket.gethostname()}:{os.getpid()}"
    for _ in range(2):
        try:
            with transaction.atomic():
                return TrainingRun.objects.create(started_at=at, process=process)
        except IntegrityError:
            running = TrainingRun.objects.filter(state=TrainingRun.State.RUNNING).first()
            if running is not None and not _run_bury(running, at):
                raise TrainingRunning(
                    f"A training runs since {running.started_at:%Y-%m-%d %H:%M} UTC"
                    f" in process {running.process}."
                ) from None
    raise TrainingRunning("Another training has just started.")


def _run_bury(run: TrainingRun, at: datetime) -> bool:
    """Mark a run whose process died as failed, and return whether it had."""
    host, _, process_id = run.process.rpartition(":")
    is_here = host == socket.gethostname() and process_id.isdigit()
    is_dead = is_here and not _is_running(int(process_id))
    if not is_dead and run.started_at > at - LIMIT:
        return False
    TrainingRun.objects.filter(pk=run.pk, state=TrainingRun.State.RUNNING).update(
        state=TrainingRun.State.FAILED, finished_at=at, error="Its process died."
    )
    return True


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run_end(
    run: TrainingRun, state: TrainingRun.State, at: datetime, began: float, error: str = ""
) -> None:
    finished = at + timedelta(seconds=time.monotonic() - began)
    # Only if nobody has taken it for dead meanwhile.
    TrainingRun.objects.filter(pk=run.pk, state=TrainingRun.State.RUNNING).update(
        state=state, finished_at=finished, error=error
    )
    run.state, run.finished_at, run.error = state, finished, error
