"""Requests that no browser sends: refused, and the next reader is served."""

from __future__ import annotations

import re
import socket

from tests.server import Server

HEAD = b"GET /en/ HTTP/1.1\r\nHost: localhost\r\n"
LAST = HEAD + b"Connection: close\r\n\r\n"
REFUSED = {
    "long line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "long header": HEAD + b"Cookie: a=" + b"b" * 20_000 + b"\r\n\r\n",
    "many headers": HEAD + b"X-More: 1\r\n" * 500 + b"\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
    "length and chunks": HEAD
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + HEAD
    + b"\r\n",
    "odd chunks": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
}


def reply_to(server: Server, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(request)
        return line.recv(65_536)


def test_request_that_no_browser_sends_is_refused(server: Server) -> None:
    """S-093"""
    for name, request in REFUSED.items():
        reply = reply_to(server, request)
        assert reply == b"" or re.match(rb"HTTP/1.1 (4\d\d|501) ", reply), (name, reply[:80])
        assert reply.count(b"HTTP/1.1") <= 1, name
        assert reply_to(server, LAST).startswith(b"HTTP/1.1 200"), name


def test_lines_that_stay_silent_are_set_aside(server: Server) -> None:
    """S-093: as many as there are threads. A proxy in front holds more of them back."""
    silent = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(8)]
    try:
        assert reply_to(server, LAST).startswith(b"HTTP/1.1 200")
    finally:
        for line in silent:
            line.close()
