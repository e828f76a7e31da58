from collections.abc import Callable
from pathlib import Path

import pytest

from mlengine.tests.conftest import nothing_loaded
from posts.tests.imports import ITEMS, RATINGS

# No test meets what another test's process memory holds of models and posts.
__all__ = ["nothing_loaded"]


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Write a file of interactions and one of items to import."""

    def write(interactions: str = RATINGS, items: str = ITEMS) -> tuple[Path, Path]:
        (tmp_path / "train.csv").write_text(interactions)
        (tmp_path / "items.csv").write_text(items)
        return tmp_path / "train.csv", tmp_path / "items.csv"

    return write
