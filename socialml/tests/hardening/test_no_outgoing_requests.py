"""The server fetches nothing for anybody, so no address in a text can make it ask elsewhere."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
APPS = ("analytics", "mlengine", "posts", "profiles", "reels", "socialml")
CLIENTS = {
    *("aiohttp", "ftplib", "http.client", "httpx", "pycurl", "requests", "smtplib", "telnetlib"),
    *("urllib.request", "urllib3", "websocket", "websockets"),
}
# They ask the service itself: whether it is ready, and how fast it is.
OUR_OWN = {"socialml/processes/readiness.py", "socialml/bench/latency.py"}


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("app", APPS)
def test_nothing_that_serves_knows_how_to_ask_elsewhere(app):
    files = [file for file in (ROOT / app).rglob("*.py") if "tests" not in file.parts]

    assert files
    for file in files:
        name = str(file.relative_to(ROOT))
        assert name in OUR_OWN or not imported(file) & CLIENTS, name
