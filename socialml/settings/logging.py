"""One JSON object a line, or a plain line in a terminal; no bodies, no tokens, no names."""

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What breaks a line or steers a terminal: controls, line separators, bidirectional marks; and
# surrogates, which no stream takes.
_UNPRINTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def controls_escape(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Spell out control characters, so that what somebody sent cannot pass for a line of ours.

    A traceback keeps its lines, indented: none of them begins as a line of the log does.
    """
    for name, value in event.items():
        if isinstance(value, str) and name in ("exception", "stack"):
            event[name] = "\n".join(f"    {_spelled_out(line)}" for line in value.split("\n"))
        elif isinstance(value, str):
            event[name] = _spelled_out(value)
    return event


def _spelled_out(text: str) -> str:
    return _UNPRINTED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


_shared = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": _shared,
        },
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                controls_escape,
                structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
            ],
            "foreign_pre_chain": _shared,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if sys.stderr.isatty() else "json",
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}

structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
