from collections.abc import Iterator

import pytest

from mlengine.registry import loaded_forget
from mlengine.slates.catalogue import catalogue_forget


@pytest.fixture(autouse=True)
def nothing_loaded() -> Iterator[None]:
    """Let no test meet the model or the posts that another test's process memory holds."""
    loaded_forget()
    catalogue_forget()
    yield
    loaded_forget()
    catalogue_forget()
