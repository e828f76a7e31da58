"""Whether the processes answer yet."""

import http.client

from kombu.exceptions import OperationalError

from socialml.celery import app


def web_answer(host: str, port: int, *, host_header: str) -> str:
    """Return "200" if /health/ready says so, else what it said or why it said nothing."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": host_header})
        answer = connection.getresponse()
        text = answer.read(300).decode(errors="replace")
        return "200" if answer.status == 200 else f"{answer.status} {text}"
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def worker_answers() -> bool:
    """Return whether a worker takes messages; True also where no broker could carry them."""
    try:
        return bool(app.control.ping(timeout=1, limit=1))
    except (OperationalError, OSError):
        return True
