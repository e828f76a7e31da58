"""The modules as texts: what they import, which endpoints they ask, and what they never do."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

STATIC = Path(__file__).resolve().parents[1] / "static" / "demo"
MODULES = sorted((STATIC / "js").glob("*.js"))
IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?from\s+"([^"]+)";""", re.MULTILINE)
# A path below /api as the modules write it: "/post" or `/post/${id}/like`.
PATH = re.compile(
    r"""["`](/(?!api\b|docs\b|dashboard\b)[a-z][a-z/_-]*(?:\$\{\w+(?:\.\w+)?\}[a-z/_-]*)*)["`]"""
)
# Ways of turning text into markup, code or style, which the page's policy refuses.
REFUSED = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|cssText"
    r"|setAttribute\(\"style|createContextualFragment|https?://(?!www\.w3\.org/2000/svg)"
)


def imports(module):
    return {(module.parent / name).resolve() for name in IMPORT.findall(module.read_text())}


def shape(path):
    return re.sub(r"\$?\{[^}]*\}", "{}", path)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_what_exists_and_turns_no_text_into_markup(module):
    assert imports(module) <= set(MODULES)
    assert REFUSED.findall(module.read_text()) == []


def test_every_module_is_reached_from_the_first():
    reached, ahead = set(), {STATIC / "js" / "main.js"}
    while ahead:
        module = ahead.pop()
        reached.add(module)
        ahead |= imports(module) - reached

    assert reached == set(MODULES)


def test_only_endpoints_that_are_described_are_asked_for():
    described = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())["paths"]
    known = {shape(path) for path in described}
    asked = {
        f"/api{shape(path)}" for module in MODULES for path in PATH.findall(module.read_text())
    }

    assert {"/api/feed", "/api/post/{}/like", "/api/user-behavior"} <= asked
    assert asked <= known


def test_the_style_needs_no_other_file():
    text = (STATIC / "demo.css").read_text()

    assert "url(" not in text
    assert "@import" not in text


def test_every_icon_is_used_and_every_used_icon_is_there():
    drawn = set(re.findall(r"^  (\w+):", (STATIC / "js" / "icons.js").read_text(), re.MULTILINE))
    others = "".join(module.read_text() for module in MODULES if module.stem != "icons")

    assert drawn
    assert [name for name in drawn if f'"{name}"' not in others] == []
    assert set(re.findall(r'icon\("(\w+)"\)', others)) <= drawn
