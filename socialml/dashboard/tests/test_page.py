"""The page and its files, without a browser."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client

from socialml.demo.tests.test_modules import IMPORT, PATH, REFUSED, shape
from socialml.demo.tests.test_page import Page, directives

STATIC = Path(__file__).resolve().parents[1] / "static" / "dashboard"
MODULES = sorted((STATIC / "js").glob("*.js"))
DEMO = settings.BASE_DIR / "socialml" / "demo" / "static" / "demo"


@pytest.fixture(scope="module")
def answer():
    return Client().get("/dashboard")


def imports(module):
    """Return the files that a module imports; /static/demo lies beside /static/dashboard."""
    found = set()
    for name in IMPORT.findall(module.read_text()):
        shared = name.removeprefix("../../demo/")
        found.add(DEMO / shared if shared != name else (module.parent / name).resolve())
    return found


def test_the_page_lets_nothing_run_but_its_own_files(answer):
    policy = directives(answer["Content-Security-Policy"])

    assert answer.status_code == 200
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["require-trusted-types-for"] == "'script'"
    assert {policy[n] for n in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_no_script_and_no_style_stands_in_the_page(answer):
    assert Page(answer.content.decode()).refused == []


def test_every_file_that_the_page_names_is_given_out(answer):
    files = Page(answer.content.decode()).files

    assert {name.rpartition(".")[2] for name in files} == {"css", "js", "svg"}
    assert {Client().get(name).status_code for name in files} == {200}


def test_the_page_is_read_and_not_written_to():
    assert Client().post("/dashboard").status_code == 405


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_what_exists_and_turns_no_text_into_markup(module):
    assert [path for path in imports(module) if not path.exists()] == []
    assert REFUSED.findall(module.read_text()) == []


def test_every_module_is_reached_from_the_first():
    reached, ahead = set(), {STATIC / "js" / "main.js"}
    while ahead:
        module = ahead.pop()
        reached.add(module)
        ahead |= (imports(module) & set(MODULES)) - reached

    assert reached == set(MODULES)


def test_only_endpoints_that_are_described_are_asked_for():
    described = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())["paths"]
    asked = {
        f"/api{shape(path)}" for module in MODULES for path in PATH.findall(module.read_text())
    }

    assert {"/api/analytics/dashboard", "/api/analytics/live"} <= asked
    assert asked <= {shape(path) for path in described}


def test_what_is_vendored_is_as_it_was_published():
    listed = dict(
        re.findall(
            r"^\| `([\w.]+)` .* ([0-9a-f]{64}) \|$",
            (STATIC / "vendor" / "README.md").read_text(),
            re.M,
        )
    )
    files = [path for path in (STATIC / "vendor").iterdir() if path.suffix in (".js", ".css")]

    assert {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files} == listed


def test_the_style_needs_no_other_file():
    text = (STATIC / "dashboard.css").read_text()

    assert "url(" not in text
    assert "@import" not in text
