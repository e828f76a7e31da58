from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """Give each test a media folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def media_files(media: Path):
    """Return a function that lists the names of the files in the media folder."""

    def files() -> list[str]:
        return sorted(path.name for path in media.rglob("*") if path.is_file())

    return files
