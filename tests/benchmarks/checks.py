"""Checks begun over plain HTTP, with every form read and filled in, ready to be sent at once."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.benchmarks.connections import Reply, Visit, go
from tests.benchmarks.site import Site
from tests.ledger import SAVED, Learner, PageForm, Sent, forms

OPENERS = 8
BUSY = 503

_MODULE = re.compile(r'href="/en/modules/([a-z0-9-]+)/"')
_SIZE = re.compile(r"Question 1 of (\d+)")
_CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_TOKEN = re.compile(rb'name="token" value="([^"]+)"')
_SAVED = re.compile(SAVED.pattern.encode())


@dataclass(frozen=True)
class Question:
    """An open question of a check, and what will be answered to it."""

    check: Check
    number: int
    form: PageForm
    chosen: tuple[tuple[str, str], ...]
    view: bytes

    @property
    def path(self) -> str:
        return f"{self.check.path}{self.number}/"

    @property
    def one_choice(self) -> bool:
        return self.form.kinds.get("answer") == "radio"

    def sent(self, token: str) -> Sent:
        """The ledger's entry for the answer under this token."""
        return Sent(self.check.key, self.number, token, self.chosen)

    def post(self, csrf: str, token: str) -> bytes:
        """The request that answers it, as htmx sends it."""
        marks = [("csrfmiddlewaretoken", csrf), ("token", token)]
        cookies = self.check.learner.cookies
        return post(self.path, cookies, urlencode([*marks, *self.chosen]), htmx=True)

    def prepared(self) -> tuple[bytes, Sent]:
        """The request with the marks that the form had when it was read, and its entry."""
        token = self.form.hidden["token"]
        return self.post(self.form.hidden["csrfmiddlewaretoken"], token), self.sent(token)


@dataclass
class Trouble:
    """How often a form had to be sent again: after a broken line, and to a busy site."""

    broken: int = 0
    busy: int = 0


@dataclass
class Check:
    """One learner's open check. The learner keeps the ledger and the cookies."""

    learner: Learner
    slug: str
    key: str = ""
    questions: list[Question] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/en/checks/{self.key}/"


def get(path: str, cookies: dict[str, str] | None = None) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{_headers(cookies or {})}\r\n".encode()


def post(path: str, cookies: dict[str, str], body: str, *, htmx: bool = False) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\n{_headers(cookies)}"
        f"{'HX-Request: true' + chr(13) + chr(10) if htmx else ''}"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _headers(cookies: dict[str, str]) -> str:
    lines = ["Host: 127.0.0.1", "Accept-Encoding: gzip", "Sec-Fetch-Site: same-origin"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    return "".join(f"{line}\r\n" for line in lines)


def marks(reply: Reply | None) -> tuple[str, str]:
    """The two hidden marks of the form on a page: against other sites, and its own."""
    assert reply is not None
    assert reply.status == 200, reply.status
    csrf, token = _CSRF.search(reply.body), _TOKEN.search(reply.body)
    assert csrf, "no form on this page"
    assert token, "no form with a token on this page"
    return csrf[1].decode(), token[1].decode()


def assert_saved(reply: Reply) -> None:
    """This is the page that tells a learner her answer was saved."""
    assert reply.status == 200, reply.status
    assert _SAVED.search(reply.body), "not called saved"


def sent_until_saved(request: bytes, trouble: Trouble) -> Generator[bytes, Reply | None, float]:
    """Send the very same form until the site says that it is saved; the seconds it took in all.

    It is sent again after a broken line, and where the site says that it could not save just now.
    """
    seconds = 0.0
    while True:
        reply = yield request
        if reply is None:
            trouble.broken += 1
            continue
        seconds += reply.seconds
        if reply.status != BUSY:
            assert_saved(reply)
            return seconds
        trouble.busy += 1


def page_text(reply: Reply | None) -> str:
    """The page that came back with 200."""
    assert reply is not None
    assert reply.status == 200, reply.status
    return reply.body.decode()


def offered_modules(site: Site) -> list[str]:
    """The modules of the site, in their order."""
    found: list[str] = []

    def look() -> Visit:
        text = page_text((yield get("/en/modules/")))
        found.extend(dict.fromkeys(_MODULE.findall(text)))

    go(site.port, [look()])
    assert found, "No module is published."
    return found


def open_checks(site: Site, count: int, *, seed: int) -> deque[Check]:
    """Begin so many checks, one learner each, over all modules, and read each question's form."""
    slugs = offered_modules(site)
    checks = [
        Check(Learner(site.address, seed=seed * 10_000 + number), slugs[number % len(slugs)])
        for number in range(count)
    ]
    waiting = iter(checks)
    go(site.port, [_open(waiting) for _ in range(min(OPENERS, count))])
    return deque(checks)


def _open(waiting: Iterator[Check]) -> Visit:
    for check in waiting:
        path = f"/en/modules/{check.slug}/check/"
        cookies = check.learner.cookies
        reply = yield get(path)
        csrf, token = marks(reply)
        cookies |= cookies_of(reply)
        fields = {"csrfmiddlewaretoken": csrf, "token": token, "shared": "own"}
        reply = yield post(path, cookies, urlencode(fields))
        assert reply is not None
        assert reply.status == 303, reply.status
        cookies |= cookies_of(reply)
        check.key = dict(reply.headers)["location"].split("/")[3]
        number, size = 1, 1
        while number <= size:
            view = get(f"{check.path}{number}/", cookies)
            text = page_text((yield view))
            if number == 1:
                found = _SIZE.search(text)
                assert found, "the first question does not say how many there are"
                size = int(found[1])
            form = next(form for form in forms(text) if "token" in form.hidden)
            chosen = tuple(sorted(check.learner.pick(form)))
            check.questions.append(Question(check, number, form, chosen, view))
            number += 1


def cookies_of(reply: Reply | None) -> dict[str, str]:
    """What a browser would keep of this page."""
    assert reply is not None
    pairs = [value.split(";")[0] for name, value in reply.headers if name == "set-cookie"]
    return dict(pair.split("=", 1) for pair in pairs)
