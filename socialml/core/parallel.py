"""Work shared out among processes of this machine."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import TypeVar

import django

T = TypeVar("T")


class ProcessDied(Exception):
    """A process that did a part of the work was ended from outside."""


def parts_done(parts: Sequence[Callable[[], T]], *, jobs: int) -> Iterator[tuple[int, T]]:
    """Yield the place of each part and what it returned, as they are done.

    They are begun in order and done by `jobs` processes at a time; where there is one job, or
    one part, by this one. What goes to another process is pickled: functions of modules, and
    partials of them. The first error is raised and ends all that is under way; if this process
    dies, the others end as well.

    :raises ProcessDied: if a process was killed, as by a system that is out of memory.
    """
    size = min(jobs, len(parts))
    if size <= 1:
        for place, part in enumerate(parts):
            yield place, part()
        return
    with _pool(size) as pool:
        places = {pool.submit(part): place for place, part in enumerate(parts)}
        for future in as_completed(places):
            yield places[future], future.result()


@contextmanager
def _pool(size: int) -> Iterator[ProcessPoolExecutor]:
    others = set(active_children())
    # Not forked: a copy of this process would share its database connections.
    with ProcessPoolExecutor(
        size, mp_context=get_context("spawn"), initializer=_process_begin
    ) as pool:
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(active_children()) - others:
                child.terminate()
            if isinstance(error, BrokenProcessPool):
                raise ProcessDied(
                    "A process was killed at its work; the system may be out of memory."
                ) from error
            raise


def _process_begin() -> None:
    # Ctrl-C reaches every process of a terminal; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
