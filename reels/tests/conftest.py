from copy import deepcopy
from pathlib import Path

import pytest

from reels.services import measuring

_measured: dict[tuple, dict] = {}


@pytest.fixture(autouse=True)
def measured_once(monkeypatch):
    """Measure each video once for all tests: most are about the same clip, and not about that."""
    measure = measuring.video_analyse

    def remembered(path, container, facts, **kept):
        key = (path.read_bytes(), *sorted(facts.items()))
        if key not in _measured:
            _measured[key] = measure(path, container, facts, **kept)
        return deepcopy(_measured[key])

    monkeypatch.setattr(measuring, "video_analyse", remembered)


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
