"""Steps of long work: parts that may run side by side, and what ends each."""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from threadpoolctl import threadpool_limits

from socialml.core.parallel import parts_done
from socialml.core.progress import Progress

# Of each process: others take the other cores, or serving does.
THREADS = 1
Part = Callable[[], Any]
# Seconds, and what was returned.
_Timed: TypeAlias = tuple[float, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Parts in any order, and what is made of what they returned, in theirs.

    Attributes
    ----------
    parts : sequence of callables
        Of functions that can be pickled: a part may run in another process.
    end : callable
        Takes what the parts returned and returns what to report; runs in this process.
    """

    parts: Sequence[Part]
    end: Callable[[list[Any]], dict[str, Any]]


def steps_run(
    steps: Mapping[str, Step],
    *,
    jobs: int,
    told: Callable[[str, dict[str, Any]], object],
    progress: Progress,
    label: str,
) -> None:
    """Run the parts of all steps, `jobs` at a time, and tell of each step as it ends.

    Steps end in their order, so that one may build on what ended before. What is told has the
    seconds that a step's parts and its end took, added up.
    """
    places = [(name, at) for name, step in steps.items() for at in range(len(step.parts))]
    parts = [partial(_timed, steps[name].parts[at]) for name, at in places]
    done: dict[str, dict[int, _Timed]] = {name: {} for name in steps}
    waiting = deque(steps)

    def end_what_can() -> None:
        while waiting and len(done[waiting[0]]) == len(steps[waiting[0]].parts):
            name = waiting.popleft()
            told(name, _ended(steps[name], done[name]))

    end_what_can()
    for place, returned in progress(parts_done(parts, jobs=jobs), label=label, total=len(parts)):
        name, at = places[place]
        done[name][at] = returned
        end_what_can()


def _ended(step: Step, done: Mapping[int, _Timed]) -> dict[str, Any]:
    in_order = [done[at] for at in sorted(done)]
    seconds, reported = _timed(partial(step.end, [returned for _, returned in in_order]))
    seconds += sum(took for took, _ in in_order)
    return {"seconds": round(seconds, 2), **reported}


def _timed(part: Part) -> _Timed:
    began = time.monotonic()
    with threadpool_limits(limits=THREADS), _no_search_for_cycles():
        returned = part()
    return time.monotonic() - began, returned


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Leave Python's search for cycles for later: a part makes millions of objects and few cycles.

    Otherwise all that is loaded is walked through again each time their number has grown.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()
