from collections.abc import Callable, Iterator
from typing import Any

import pytest

from analytics.services.announcing import STREAM
from mlengine.registry import loaded_forget
from mlengine.slates import acts
from mlengine.slates.catalogue import catalogue_forget
from socialml.core.redis import client, key


@pytest.fixture(autouse=True)
def nothing_loaded() -> Iterator[None]:
    """Let no test meet the model or the posts that another test's process memory holds."""
    loaded_forget()
    catalogue_forget()
    yield
    loaded_forget()
    catalogue_forget()


@pytest.fixture
def stream_of_its_own() -> Iterator[None]:
    """Let no test meet the acts that another test told of."""
    client.delete(key(STREAM))
    yield
    client.delete(key(STREAM))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a reader take over at once what another took."""
    monkeypatch.setattr(acts, "LEFT_AFTER_SECONDS", 0.0)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Do something as a request does: what is to happen after commit happens."""

    def run(work: Callable[..., Any], **arguments: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return work(**arguments)

    return run
