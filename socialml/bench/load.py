"""A small closed-loop load generator: keep-alive connections that each wait for their answer."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Load:
    """What one run saw. Latencies are milliseconds from sending to the last byte."""

    requests: int
    failures: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class _Connection:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.whole = 0
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.whole = 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Take in what has come, and return the status once the answer is complete."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("The server closed a connection that was to be kept.")
        self.received += chunk
        if not self.whole:
            head = self.received.find(_END_OF_HEAD)
            if head < 0:
                return None
            self.whole = head + len(_END_OF_HEAD) + _content_length(bytes(self.received[:head]))
        return int(self.received[9:12]) if len(self.received) >= self.whole else None


def load_run(
    address: tuple[str, int], requests: Iterator[bytes], *, seconds: float, connections: int
) -> Load:
    """Send `requests` over `connections` for `seconds`, each once the one before is answered."""
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = _Connection(address)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(requests))
    latencies: list[float] = []
    failures = 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for event, _ in selector.select(timeout=1.0):
            connection = event.data
            status = connection.receive()
            if status is None:
                continue
            latencies.append(time.perf_counter() - connection.sent_at)
            failures += status >= 400
            connection.send(next(requests))
    elapsed = time.perf_counter() - started
    for event in list(selector.get_map().values()):
        event.data.socket.close()
    p50, p95, p99 = (_percentile(latencies, share) * 1000 for share in (0.50, 0.95, 0.99))
    return Load(len(latencies), failures, elapsed, p50, p95, p99)


def http_request(method: str, path: str, *, token: str = "", body: bytes = b"") -> bytes:
    """Return the bytes of one request to this machine."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json"]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
