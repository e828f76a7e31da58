"""A deployment has the base lock alone; the tests run where the developers' tools are as well."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# All of it but what serves trains the text encoder, which needs requirements/train.in.
ENCODER = "mlengine.estimators.encoder."
SERVING = {f"{ENCODER}{name}" for name in ("pieces", "embeddings", "encoder")}
APPS = ("socialml", "profiles", "posts", "reels", "analytics", "mlengine")

# Refuse what only developers have, then import all of ours and what the processes load by name.
PROGRAM = """
import importlib, json, sys

forbidden, modules = json.load(sys.stdin)

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in forbidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import django
django.setup()
for name in modules:
    importlib.import_module(name)
from socialml.celery import app
app.connection().transport
"""


def pins(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return set(re.findall(r"^(\S+?)==", text, re.MULTILINE))


def modules():
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            if "tests" not in parts and parts[-1] not in ("__main__", "guard"):
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                if not name.startswith(ENCODER) or name in SERVING:
                    yield name


@pytest.mark.slow
def test_everything_but_the_tests_runs_on_the_base_lock():
    only_developers = pins("dev") - pins("base")
    distributions = metadata.packages_distributions()
    forbidden = [
        module
        for module, names in distributions.items()
        if {re.sub(r"[-_.]+", "-", name).lower() for name in names} <= only_developers
    ]
    assert {"pytest", "mypy", "factory"} <= set(forbidden)
    assert "django" not in forbidden

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        input=json.dumps([forbidden, list(modules())]),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
