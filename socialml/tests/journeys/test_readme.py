"""What the README tells a newcomer to type does what it says."""

import re
import subprocess

import pytest
from django.conf import settings
from django.core.management import get_commands

from socialml.tests.faults.plant import Plant

README = (settings.BASE_DIR / "README.md").read_text()
ADDRESS = "http://127.0.0.1:8000"


def typed(text: str) -> list[str]:
    """Return the commands of the console blocks in `text`, continued lines joined."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


@pytest.fixture
def plant(tmp_path_factory):
    plant = Plant(tmp_path_factory.mktemp("readme"), lease=30)
    plant.manage("migrate", "--verbosity", "0")
    plant.valkey_start("cache")
    plant.valkey_start("broker")
    plant.manage("seed", "--accounts", "40", "--posts", "80", "--events", "800")
    plant.manage("retrain")
    plant.web_start()
    yield plant
    plant.end()


@pytest.mark.slow
def test_its_curls_answer_one_after_the_other(plant, tmp_path):
    commands = typed(README.split("## Try it")[1].split("\n## ")[0])
    assert len(commands) >= 5
    script = "\n".join(["set -e", *commands]).replace(ADDRESS, f"http://127.0.0.1:{plant.port}")

    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    said = re.findall(r'"message": ?"([^"]+)"', done.stdout)
    assert said == ["Account created", "Post created", "Feed", "Why"]
    assert '"error"' not in done.stdout
    assert '"sentiment": "positive"' in done.stdout or '"sentiment":"positive"' in done.stdout


def test_every_command_it_names_exists():
    named = set(re.findall(r"manage\.py (\w+)", README))
    targets = set(re.findall(r"make ([a-z-]+)$", "\n".join(typed(README)), re.MULTILINE))
    makefile = (settings.BASE_DIR / "Makefile").read_text()

    assert named
    assert named <= set(get_commands())
    assert targets
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_its_links_lead_to_files_that_are_there():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]

    assert links
    assert [link for link in links if not (settings.BASE_DIR / link).exists()] == []


def test_nothing_in_it_waits_to_be_filled_in():
    assert "@@" not in README
