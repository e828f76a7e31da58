import ast
from pathlib import Path

from django.conf import settings

from socialml.celery import app

APPS = ["socialml", "profiles", "posts", "reels", "analytics", "mlengine"]


def names_enqueued() -> set[str]:
    found = set()
    for folder in APPS:
        for path in Path(settings.BASE_DIR, folder).rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "enqueue":
                    first = node.args[0]
                    assert isinstance(first, ast.Constant), f"{path}: name the task literally"
                    found.add(first.value)
    return found


def test_every_task_that_is_asked_for_exists():
    app.loader.import_default_modules()
    names = names_enqueued()

    assert names
    assert names <= set(app.tasks)


def test_every_schedule_names_a_task_that_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_every_task_survives_arguments_of_a_newer_publisher():
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if name.split(".")[0] in APPS]

    for task in ours:
        assert "_later" in task.run.__code__.co_varnames, task.name
