"""Many people at once, cheaply: one loop over keep-alive connections, one visit on each.

The client shares the machine with the server it measures, so it does as little as it can: whole
requests as bytes, and no reading of what it need not know.
"""

from __future__ import annotations

import gzip
import heapq
import re
import selectors
import socket
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass

PATIENCE = 20.0
REST_AFTER_LOSS = 0.05

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEADER_LINES = re.compile(rb"\r\n([^:\r\n]+): *([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and the seconds from the first byte sent to the last one received."""

    status: int
    head: bytes
    content: bytes
    seconds: float

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [
            (name.decode().lower(), value.decode("latin-1"))
            for name, value in _HEADER_LINES.findall(self.head)
        ]

    @property
    def body(self) -> bytes:
        packed = b"content-encoding: gzip" in self.head.lower()
        return gzip.decompress(self.content) if packed else self.content


# A visit gives the next request, and gets its reply, or None where the line broke before it came.
Visit = Generator[bytes, Reply | None, None]


class _Line:
    """One connection and the visit that goes over it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.request = next(visit)
        self.socket: socket.socket | None = None
        self.received = bytearray()
        self.sent_at = 0.0

    def whole_reply(self) -> Reply | None:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.received[: end + 2])
        length = _LENGTH.search(head)
        if length is None:
            raise RuntimeError(f"A reply without its length: {head!r}")
        if len(self.received) < end + 4 + int(length[1]):
            return None
        content = bytes(self.received[end + 4 :])
        self.received.clear()
        return Reply(int(head[9:12]), head, content, time.perf_counter() - self.sent_at)


class _Loop:
    def __init__(self, port: int) -> None:
        self.port = port
        self.selector = selectors.DefaultSelector()
        self.resting: list[tuple[float, int, _Line]] = []
        self.lines: set[_Line] = set()

    def send(self, line: _Line) -> None:
        try:
            if line.socket is None:
                line.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
                line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.selector.register(line.socket, selectors.EVENT_READ, line)
            line.sent_at = time.perf_counter()
            line.socket.sendall(line.request)
        except OSError:
            self.lose(line)

    def receive(self, line: _Line) -> None:
        assert line.socket is not None
        try:
            data = line.socket.recv(262_144)
        except OSError:
            data = b""
        if not data:
            self.lose(line)
            return
        line.received += data
        reply = line.whole_reply()
        if reply is not None:
            if b"connection: close" in reply.head.lower():
                self.hang_up(line)
            self.deliver(line, reply)

    def deliver(self, line: _Line, reply: Reply | None) -> None:
        try:
            line.request = line.visit.send(reply)
        except StopIteration:
            self.hang_up(line)
            self.lines.discard(line)
        else:
            self.send(line)

    def lose(self, line: _Line) -> None:
        self.hang_up(line)
        heapq.heappush(self.resting, (time.perf_counter() + REST_AFTER_LOSS, id(line), line))

    def hang_up(self, line: _Line) -> None:
        if line.socket is not None:
            self.selector.unregister(line.socket)
            line.socket.close()
            line.socket = None
        line.received.clear()

    def run(self, visits: Iterable[Visit]) -> None:
        self.lines = {_Line(visit) for visit in visits}
        for line in list(self.lines):
            self.send(line)
        checked = time.perf_counter()
        while self.lines:
            for key, _ in self.selector.select(timeout=0.02 if self.resting else 1.0):
                self.receive(key.data)
            now = time.perf_counter()
            while self.resting and self.resting[0][0] <= now:
                self.deliver(heapq.heappop(self.resting)[2], None)
            if now - checked > 1.0:
                checked = now
                for line in list(self.lines):
                    if line.socket is not None and now - line.sent_at > PATIENCE:
                        self.lose(line)

    def close(self) -> None:
        for line in self.lines:
            self.hang_up(line)
            line.visit.close()
        self.selector.close()


def go(port: int, visits: Iterable[Visit]) -> float:
    """Let all visits run to their ends, at the same time, and return the seconds they took."""
    loop = _Loop(port)
    began = time.perf_counter()
    try:
        loop.run(visits)
    finally:
        loop.close()
    return time.perf_counter() - began
