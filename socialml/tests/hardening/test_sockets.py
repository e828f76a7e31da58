"""What no client library sends: requests written to the web server's socket by hand."""

import socket
import time
from collections.abc import Iterator

import pytest

from socialml.processes import services

pytestmark = pytest.mark.slow

BODY = b'{"texts":[]}'
HOST = b"Host: 127.0.0.1\r\n"
# It asks no database, which the server would not share with the tests.
POST = b"POST /api/sentiment HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
GET = b"GET /api/feed HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\nc\r\n" + BODY + b"\r\n0\r\n\r\n"
LENGTH = b"Content-Length: 12\r\n\r\n" + BODY


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    folder = tmp_path_factory.mktemp("web")
    web = services.web(host=address[0], port=address[1], metrics=folder, logs=folder)
    web.start()
    deadline = time.monotonic() + 60
    while not _listens(address):
        assert web.is_running and time.monotonic() < deadline, web.last_words()
        time.sleep(0.1)
    yield address
    web.ask_to_end()
    web.end(deadline=time.monotonic() + 10)


def _listens(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=1):
            return True
    except OSError:
        return False


def status_of(address: tuple[str, int], request: bytes) -> int:
    """Return the status of the first answer to `request`."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(request)
        answer = connection.recv(64)
    return int(answer.split()[1])


REQUESTS = {
    "as it should be, but empty": (POST + LENGTH, 400),
    "a length below zero": (POST + b"Content-Length: -1\r\n\r\n" + BODY, 400),
    "a length in words": (POST + b"Content-Length: twelve\r\n\r\n" + BODY, 400),
    "a length with an underscore": (POST + b"Content-Length: 1_2\r\n\r\n" + BODY, 400),
    "two lengths": (POST + b"Content-Length: 5\r\n" + LENGTH, 400),
    "a length and chunks": (POST + b"Content-Length: 12\r\n" + CHUNKED, 411),
    "chunks": (POST + CHUNKED, 411),
    "another transfer encoding": (POST + b"Transfer-Encoding: gzip\r\n\r\n" + BODY, 400),
    "a compressed body": (POST + b"Content-Encoding: gzip\r\n" + LENGTH, 415),
    "a token of fifty thousand letters": (
        GET + b"Authorization: Bearer " + b"a" * 50_000 + b"\r\n\r\n",
        401,
    ),
    "a header of two megabytes": (GET + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n", 431),
    "two hundred headers": (GET + b"X-A: a\r\n" * 200 + b"\r\n", 431),
    "an address of a hundred thousand letters": (
        b"GET /api/post?q=" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        414,
    ),
    "no host": (b"GET /api/feed HTTP/1.1\r\n\r\n", 400),
    "two hosts": (GET + b"Host: evil.example\r\n\r\n", 400),
    "a folded header": (GET + b"X-A: a\r\n b\r\n\r\n", 400),
    "nul in the address": (b"GET /api/\x00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a greeting in TLS": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
}


@pytest.mark.parametrize(("request_", "status"), REQUESTS.values(), ids=REQUESTS)
def test_what_cannot_be_understood_is_refused(server, request_, status):
    assert status_of(server, request_) == status


def test_a_client_that_never_finishes_keeps_nobody_else_waiting(server):
    with socket.create_connection(server, timeout=5) as slow:
        slow.sendall(POST + b"Content-Length: 100\r\n\r\n{}")

        assert status_of(server, GET + b"\r\n") == 401


def test_more_than_was_announced_is_no_part_of_the_body(server):
    assert status_of(server, POST + LENGTH + b"x" * 1_000_000) == 400
    assert status_of(server, GET + b"\r\n") == 401
