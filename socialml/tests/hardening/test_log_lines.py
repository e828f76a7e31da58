"""What people send stays on one line of the log, and steers no terminal."""

import json
import logging
import logging.config
from copy import deepcopy
from io import StringIO

import pytest
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

# A newline with a forged line after it, a cleared screen, and what turns the reading direction.
FORGED = (
    '\r\n{"event": "forged", "level": "info"}\n2026-01-01T00:00:00Z [info] forged'
    "\x1b[2J\x1b[31m\x85\u2028\u2029\u202e\x00\x9b31m\x7f"
)
STEERING = set("\r\x1b\x85\u2028\u2029\u202e\x00\x9b\x7f")


def broken(request: HttpRequest, text: str) -> HttpResponse:
    """Fail with all that was sent in the message, after logging it in every way we log."""
    sent = f"{text} {request.META['QUERY_STRING']} {request.META['HTTP_USER_AGENT']}"
    structlog.get_logger("socialml").warning("seen", agent=sent, nested={"a": [sent]}, plain=text)
    logging.getLogger("celery").error("Task %s raised %r", sent, ValueError(sent))
    raise ValueError(sent)


urlpatterns = [path("broken/<path:text>", broken)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(params=["json", "plain"])
def logged(request, monkeypatch):
    """Return a function that asks and gives what the configured logging wrote, by format."""
    configured = deepcopy(settings.LOGGING)
    configured["handlers"]["stderr"] |= {"formatter": request.param, "stream": "ext://sys.stderr"}
    stream = StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logging.config.dictConfig(configured)

    def ask(url, **headers):
        # pytest listens beside it, and cannot pass half a character on between its processes.
        root = logging.getLogger()
        ours = [
            handler for handler in root.handlers if handler.get_name() in configured["handlers"]
        ]
        monkeypatch.setattr(root, "handlers", ours)
        Client(raise_request_exception=False).get(url, **headers)
        return request.param, stream.getvalue()

    yield ask
    monkeypatch.undo()
    logging.config.dictConfig(settings.LOGGING)


def test_what_was_sent_begins_no_line(logged):
    form, text = logged(
        f"/broken/{FORGED}",
        QUERY_STRING=f"q={FORGED}",
        HTTP_USER_AGENT=f"bot/1{FORGED}",
        HTTP_X_REQUEST_ID=f"aaaaaaaa{FORGED}",
    )

    lines = text.removesuffix("\n").split("\n")
    assert not STEERING & set(text)
    if form == "json":
        events = [json.loads(line)["event"].split()[0] for line in lines]
    else:
        # A traceback has lines; each stands below its event, indented.
        begun = [line for line in lines if not line.startswith("    ")]
        events = [line.partition("]")[2].split()[0] for line in begun]
    assert events == ["seen", "Task", "Internal", "request"]


@pytest.mark.parametrize("surrogate", ["\ud800", "\udfff"])
def test_half_a_character_breaks_no_log(logged, surrogate):
    _, text = logged("/broken/a", HTTP_USER_AGENT=f"bot {surrogate}")

    assert text.count("seen") == 1
    text.encode()
