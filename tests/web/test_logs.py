"""No line of the log tells on anybody."""

from __future__ import annotations

import io
import logging
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from learning.web.logs import PrivateFormatter
from tests import factories
from tests.server import Server, own_database
from tests.visitor import Visitor
from tests.web.conftest import Reader

SECRET = "what she typed"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes, as the settings made it."""
    (handler,) = [
        handler
        for handler in logging.getLogger("django").handlers
        if isinstance(handler, logging.StreamHandler)
        and isinstance(handler.formatter, PrivateFormatter)
    ]
    stream = io.StringIO()
    old = handler.setStream(stream)
    yield stream
    handler.setStream(old or handler.stream)


def fail(*given: Any, **named: Any) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        raise RuntimeError(f"{SECRET}: {given} {named}") from error


def test_no_line_names_a_code_a_ticket_or_who_typed_it(
    anna: Reader, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-044, S-100, B13: wrong codes, right ones, too many of them, and pages that break."""
    monkeypatch.setattr("learning.web.throttle.CEILING", 2)
    monkeypatch.setattr("learning.web.throttle.ALARM", 3)
    nurse = factories.staff_member(clinic=factories.clinic())
    invitation = factories.invitation(group=factories.group(nurses=[nurse], name="Canary room"))
    returning = factories.return_code(learner=anna.learner)
    secrets = [factories.typed(invitation), factories.link(invitation), returning, "QQQQWWWW"]
    visitor = Visitor()
    visitor.client.raise_request_exception = False
    for _ in range(2):
        for path in ("/en/join/", "/en/return/"):
            for code in ("QQQQWWWW", factories.typed(invitation), returning):
                visitor.press(visitor.get(path), {"code": code, "shared": "own", "sure": "on"})
    page = visitor.open(visitor.press(visitor.get("/en/join/"), {"code": secrets[1]}).path)
    visitor.get(f"/en/join/{invitation.key}/")
    visitor.get(f"/en/return/?code={returning}")
    monkeypatch.setattr("learning.reports.joining.open_invitation", fail)
    monkeypatch.setattr("learning.reports.codes.find_return_code", fail)
    for path in ("/en/join/", "/en/return/"):
        shown = visitor.press(visitor.get(path), {"code": secrets[1], "shared": "own"})
        assert shown.status == 500
    written = log.getvalue()
    assert "status 422 in learner:join" in written
    assert "status 429 in learner:join" in written
    assert "status 500 in learner:return" in written
    hidden = [*secrets, invitation.key, "Canary", "127.0.0.1", page.path[-20:], SECRET]
    assert [secret for secret in hidden if secret in written] == []


def test_no_line_names_an_answer_a_key_a_token_a_path_or_a_host(
    anna: Reader, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-100, S-101, S-058: everything that can go wrong, and what the log says of it."""
    visitor = anna.visitor
    visitor.client.raise_request_exception = False
    question = anna.question(1)
    token = question.form().hidden["token"]
    visitor.press(question, {})  # 422
    visitor.get(f"/en/checks/{anna.check.key}/99/")  # 404
    visitor.get("/en/she-looked-for-this/?and=that\n%0aINJECTED")
    Visitor().get(anna.path(1))
    visitor.get("/en/", Host="evil.example")  # 400
    visitor.post(anna.path(1), {"answer": "1", "csrfmiddlewaretoken": "x" * 64})  # 422
    visitor.post(anna.path(1), {"answer": SECRET}, **{"Sec-Fetch-Site": "cross-site"})  # 403
    visitor.post(anna.path(1), {"answer": "x" * 1_100_000})  # 413
    visitor.post("/en/words/", question.form().hidden)  # 405
    monkeypatch.setattr("learning.actions.checking.answer", fail)
    sent = visitor.press(question, {"answer": "1"})  # 500
    assert sent.status == 500

    written = log.getvalue()
    for what in (
        SECRET,
        anna.check.key,
        str(anna.learner.pk),
        anna.learner.pk.hex,
        token,
        "anna-device",
        "/en/",
        "she-looked",
        "INJECTED",
        "evil",
        "testserver",
        "lymph",
        "127.0.0.1",
    ):
        assert what not in written
    lines = written.splitlines()
    heads = [line for line in lines if re.match(r"\d{4}-\d\d-\d\d ", line)]
    said = [line.split(" ", 3)[-1].split(" ", 0)[0] for line in heads]
    for expected in (
        "django.request status 422 in learner:question",
        "django.request status 404 in learner:question",
        "django.request status 404",
        "django.request status 405 in public:words",
        "django.request status 500 in learner:question",
        "django.security.DisallowedHost status 400",
        "django.security.csrf status 403 in learner:question",
    ):
        assert expected in said, (expected, said)


def test_error_is_written_with_where_it_broke_and_without_its_words(
    anna: Reader, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.visitor.client.raise_request_exception = False
    monkeypatch.setattr("learning.actions.checking.answer", fail)
    anna.visitor.press(anna.question(1), {"answer": "1"})
    lines = log.getvalue().splitlines()
    assert "RuntimeError" in lines
    assert "ValueError" in lines
    assert any(re.search(r"test_logs\.py:\d+ fail$", line) for line in lines)
    assert SECRET not in log.getvalue()


def formatted(name: str, message: str, **extra: Any) -> str:
    record = logging.LogRecord(name, logging.WARNING, "x.py", 1, message, (), None)
    record.stack_info = f"Stack of {SECRET}"
    for key, value in extra.items():
        setattr(record, key, value)
    return PrivateFormatter().format(record).split(" ", 2)[2]


@pytest.mark.parametrize(
    ("name", "message", "line"),
    [
        (
            "gunicorn.error",
            "Invalid request from ip=10.0.0.1: /en/checks/key/",
            "WARNING gunicorn.error message left out, it may name a person",
        ),
        (
            "gunicorn.error",
            "Listening at: http://127.0.0.1:8000 (1)",
            "WARNING gunicorn.error Listening at: http://127.0.0.1:8000 (1)",
        ),
        (
            "gunicorn.error",
            "Worker (pid:7) was sent SIGKILL! Perhaps out of memory?",
            "WARNING gunicorn.error Worker (pid:7) was sent SIGKILL! Perhaps out of memory?",
        ),
        ("learning", "content was read", "WARNING learning content was read"),
        (
            "django.security.csrf",
            "Forbidden: /en/checks/key/",
            "WARNING django.security.csrf message left out, it may name a person",
        ),
    ],
)
def test_talkative_loggers_are_cut_short(name: str, message: str, line: str) -> None:
    assert formatted(name, message).rstrip() == line


def test_exception_without_a_traceback_is_named() -> None:
    formatter = PrivateFormatter()
    assert formatter.formatException((ValueError, ValueError(SECRET), None)) == "ValueError"
    assert formatter.formatException((ValueError, None, None)) == "ValueError"


def test_server_writes_nothing_of_a_bad_request(tmp_path: Path, transactional_db: None) -> None:
    """gunicorn's own lines: requests that are broken, too long, or for another host."""
    log = tmp_path / "server.log"
    with own_database(tmp_path) as url:
        server = Server(url, workers=1, log=log)
        server.start()
        try:
            for raw in (
                b"GET /en/checks/hers-alone/1/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                b"POST /en/?hers-alone HTTP/1.1\r\nContent-Length: nonsense\r\n\r\nhers-alone",
                b"hers-alone\r\n\r\n",
                b"GET /" + b"hers-alone" * 2000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                b"GET /en/ HTTP/1.1\r\nHost: localhost\r\nhers-alone\r\n\r\n",
                b"GET /en/?hers-alone HTTP/1.1\r\nHost: localhost\r\n\r\n",
            ):
                with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
                    line.sendall(raw)
                    line.shutdown(socket.SHUT_WR)
                    assert line.recv(12).startswith(b"HTTP/1.1 ")
        finally:
            server.stop()
    written = log.read_text("utf-8")
    assert "Starting gunicorn" in written
    assert "message left out, it may name a person" in written
    assert "status 400" in written
    for what in ("hers-alone", "evil", "/en/", "nonsense"):
        assert what not in written
