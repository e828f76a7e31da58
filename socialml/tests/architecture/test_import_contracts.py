"""Each contract, broken on purpose in a copy, to see that it fails."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.conf import settings

PACKAGES = ["socialml", "profiles", "posts", "reels", "analytics", "mlengine"]

# One forbidden import for each contract, appended to the file named first.
BREACHES = {
    "between-apps": ("analytics/services/events.py", "from posts.models import Post"),
    "core-alone": ("socialml/core/text.py", "from rest_framework import status"),
    "estimators-plain": ("mlengine/metrics/ranking.py", "from django.conf import settings"),
    "light-doors": ("mlengine/predictions.py", "import numpy"),
    "light-inference": ("mlengine/inference.py", "import pandas"),
    "measures-plain": ("reels/measures/loudness.py", "from django.conf import settings"),
    "demo-alone": ("socialml/demo/views.py", "from posts.models import Post"),
    "services-no-http": ("posts/services/posts.py", "from rest_framework import status"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(settings.BASE_DIR / package, tmp_path / package)
    shutil.copy(settings.BASE_DIR / ".importlinter", tmp_path)
    return tmp_path


def lint(folder: Path) -> str:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def contracts() -> dict[str, str]:
    config = ConfigParser()
    config.read(settings.BASE_DIR / ".importlinter")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): config[section]["name"]
        for section in config.sections()
        if section.startswith(prefix)
    }


@pytest.mark.slow
def test_every_contract_is_kept_and_breaks_when_broken(copy):
    names = contracts()
    assert set(names) == set(BREACHES)
    untouched = lint(copy)
    for name in names.values():
        assert f"{name} KEPT" in untouched

    for file, line in BREACHES.values():
        with (copy / file).open("a") as source:
            source.write(f"\n{line}  # noqa\n")
    broken = lint(copy)

    for name in names.values():
        assert f"{name} BROKEN" in broken
