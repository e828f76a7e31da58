"""What no client library sends: requests written to the web server's socket by hand."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from socialml.processes import services

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web server")]

BODY = b'{"texts":[]}'
HOST = b"Host: 127.0.0.1\r\n"
# It asks no database, which the server would not share with the tests.
POST = b"POST /api/sentiment HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
GET = b"GET /api/feed HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\nc\r\n" + BODY + b"\r\n0\r\n\r\n"
LENGTH = b"Content-Length: 12\r\n\r\n" + BODY


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def server(folder) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
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
    # The web server drops the length before it calls us, so both are refused in the same words.
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


def answers_to(address: tuple[str, int], request: bytes) -> list[bytes]:
    """Return the statuses of every answer until the server closes, which it must."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(request)
        answered = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.findall(rb"HTTP/1.1 (\d+)", answered)


@pytest.mark.parametrize("length", [b"0", b"5", b"12", b"400"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_length_beside_chunks_ends_the_connection(server, length, is_first):
    """Whatever the sender took for the body's end, nothing after it is a request."""
    smuggled = GET + b"\r\n"
    stated, chunked = b"Content-Length: " + length + b"\r\n", b"Transfer-Encoding: chunked\r\n"
    head = POST + (stated + chunked if is_first else chunked + stated) + b"\r\n"

    assert answers_to(server, head + b"c\r\n" + BODY + b"\r\n0\r\n\r\n" + smuggled) == [b"411"]
    assert answers_to(server, head + b"0\r\n\r\n" + smuggled) == [b"411"]


@contextmanager
def slow_clients(address: tuple[str, int], count: int, length: bytes = b"100") -> Iterator[None]:
    """Hold connections of clients that never end their bodies."""
    with ExitStack() as connections:
        for _ in range(count):
            slow = connections.enter_context(socket.create_connection(address, timeout=5))
            slow.sendall(POST + b"Content-Length: " + length + b"\r\n\r\n{")
        time.sleep(1)
        yield


# A hundred are more than all threads of both processes.
@pytest.mark.parametrize("count", [1, 24, 100])
@pytest.mark.parametrize("length", [b"100", b"5000000"])
def test_clients_that_never_finish_keep_nobody_from_reading(server, count, length):
    with slow_clients(server, count, length):
        for _ in range(20):
            started = time.monotonic()
            assert status_of(server, GET + b"\r\n") == 401
            assert time.monotonic() - started < 10


def test_a_body_is_taken_while_a_few_never_end_and_refused_at_once_among_many(server):
    with slow_clients(server, 8):
        assert comes_to(server, is_refused=False)
    with slow_clients(server, 100):
        assert comes_to(server, is_refused=True)
    assert comes_to(server, is_refused=False)


def comes_to(address: tuple[str, int], *, is_refused: bool) -> bool:
    """Return whether ten bodies in a row come to be refused, or taken, within half a minute.

    Taken is also what is then told of too many requests in a minute.
    """
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if {status_of(address, POST + LENGTH) == 503 for _ in range(10)} == {is_refused}:
            return True
    return False


def test_more_than_was_announced_is_no_part_of_the_body(server):
    assert status_of(server, POST + LENGTH + b"x" * 1_000_000) == 400
    assert status_of(server, GET + b"\r\n") == 401


def test_what_was_sent_begins_no_line_of_the_log(server, folder):
    forged = b"%0d%0a%7b%22event%22:%22forged%22%7d%0a%1b%5b2J"
    head = b"GET /api/post/" + forged + b"?q=" + forged + b" HTTP/1.1\r\n"
    rest = b"User-Agent: bot\t\x85\x9b31m\r\nX-Request-ID: \x85forged\r\n\r\n"

    assert status_of(server, head + b"Host: evil\x85\x9b2J.example\r\n" + rest) == 400
    assert status_of(server, head + HOST + rest) in (401, 404)

    lines = (folder / "web.log").read_text().splitlines()
    assert any("HTTP_HOST" in json.loads(line)["event"] for line in lines)
    assert not any(json.loads(line)["event"] == "forged" for line in lines)
