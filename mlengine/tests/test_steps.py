"""Steps end in their order, whichever part is done first."""

from functools import partial

from mlengine import steps
from mlengine.steps import Step, steps_run
from socialml.core.progress import silent


def ended(told, name, returned):
    told.append(f"{name} ended")
    return {"sum": sum(returned)}


def run(told, reports):
    steps_run(
        {
            "first": Step([lambda: 1, lambda: 2], partial(ended, told, "first")),
            "empty": Step([], partial(ended, told, "empty")),
            "last": Step([lambda: 4], partial(ended, told, "last")),
        },
        jobs=1,
        told=lambda name, reported: reports.update({name: reported["sum"]}),
        progress=silent,
        label="",
    )


def test_steps_end_in_their_order_though_the_last_is_done_first(monkeypatch):
    def backwards(parts, *, jobs):
        yield from [(place, parts[place]()) for place in reversed(range(len(parts)))]

    monkeypatch.setattr(steps, "parts_done", backwards)
    told, reports = [], {}

    run(told, reports)

    assert told == ["first ended", "empty ended", "last ended"]
    assert reports == {"first": 3, "empty": 0, "last": 4}
