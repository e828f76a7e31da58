"""What the schedule asks for is done once a window, whoever asks and whoever works."""

import re

from socialml.tests.faults.plant import until

BOTH = ("first", "second")


def test_two_beats_and_two_workers_that_were_away_for_days_train_once(plant):
    # A window that no midnight ends while we look.
    plant.environment["RETRAIN_INTERVAL_HOURS"] = "100000"

    _come_back_after_days(plant)
    until(lambda: len(_answers(plant)) == 2, seconds=60)
    for name in BOTH:
        plant.kill(name)
    _come_back_after_days(plant)
    until(lambda: len(_answers(plant)) == 4, seconds=60)

    assert _answers(plant).count("Not due.") == 3
    assert plant.rows("SELECT state FROM mlengine_trainingrun") == [("done",)]
    assert plant.rows("SELECT count(*) FROM core_schedulewindow WHERE name = 'retrain'") == [(1,)]


def _come_back_after_days(plant):
    for name in BOTH:
        plant.beat_was_down(name, days=3)
        plant.worker_start(name)


def _answers(plant):
    """Return what each `retrain --due` has said, in the logs of the workers that ran it."""
    logs = [(plant.folder / "log" / f"{name}.log").read_text() for name in BOTH]
    return re.findall(r"Not due\.|what came of it", "".join(logs))
