import subprocess

from django.conf import settings

ROOMS = {"socialml", "profiles", "posts", "reels", "mlengine", "analytics", "requirements", "docs"}
FILES = {
    "manage.py",
    "docker-compose.yml",
    "pytest.ini",
    "README.md",
    "Makefile",
    "Dockerfile",
    "pyproject.toml",
    "CHANGELOG.md",
    "LICENSE",
}


def tracked() -> list[str]:
    found = subprocess.run(
        ["git", "ls-files"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    return found.stdout.splitlines()


def test_the_top_level_holds_the_rooms_and_the_files_of_tools():
    top = {path.split("/")[0] for path in tracked()}

    assert {name for name in top if not name.startswith(".")} == ROOMS | FILES


def test_no_drawer_is_called_utils():
    names = {part.removesuffix(".py") for path in tracked() for part in path.split("/")}

    assert not names & {"utils", "helpers", "common", "misc", "signals"}


def test_no_module_is_a_room_too_large_to_read():
    long = {}
    for path in tracked():
        if not path.endswith(".py") or "/migrations/" in path or "/tests/" in path:
            continue
        lines = len((settings.BASE_DIR / path).read_text().splitlines())
        if lines > 300:
            long[path] = lines

    assert not long
