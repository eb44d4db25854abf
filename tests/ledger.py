"""A learner who speaks plain HTTP and keeps a ledger of every answer the site called saved.

She needs nothing but the standard library, so she can run beside any server. At the end her ledger
is held against the database: each saved answer is there exactly once, nothing else is, and the
tries at each question stand in the order they were made::

    learner = Learner("http://127.0.0.1:8000", seed=1)
    learner.start("how-it-spreads")
    while learner.answer():          # the next open question, False when there is none
        pass
    faults = compare([learner], kept_answers(database_url))

``answer`` and ``start`` raise ``NoAnswer`` when the server cannot be reached or answers 5xx, and
sent again with the same token by ``learner.send_again()``, whatever happened to the first.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
UNSURE = "unsure"
SAVED = re.compile(r">\s*Saved\.")
QUESTION = re.compile(r"/checks/(?P<check>[\w-]+)/(?P<number>\d+)/")


class NoAnswer(Exception):
    """The server could not be reached, broke off, or answered 5xx: nobody knows what happened."""


class Unexpected(AssertionError):
    """The server answered, but not as the site promises."""


@dataclass(frozen=True)
class Page:
    status: int
    path: str
    headers: dict[str, str]
    text: str


@dataclass
class PageForm:
    """A POST form of a page: where it goes, its hidden fields, and what can be chosen."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and values.get("method", "").lower() == "post":
            self._open = PageForm(values.get("action", ""))
            self.forms.append(self._open)
        if self._open is None:
            return
        name, value = values.get("name", ""), values.get("value", "")
        if tag == "input" and values.get("type") == "hidden":
            self._open.hidden[name] = value
        elif tag == "input" and values.get("type") in ("radio", "checkbox"):
            self._choice(name, value or "on", values["type"])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and value:
            self._choice(self._select, value, "select")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""

    def _choice(self, name: str, value: str, kind: str) -> None:
        assert self._open is not None
        self._open.choices.setdefault(name, []).append(value)
        self._open.kinds[name] = kind


def forms(text: str) -> list[PageForm]:
    """The POST forms of a page, in their order."""
    parser = _FormParser()
    parser.feed(text)
    return parser.forms


@dataclass(frozen=True)
class Sent:
    """An answer on its way: the check, the question's number, the form's token, what was chosen."""

    check: str
    number: int
    token: str
    chosen: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Kept:
    """An answer as the database keeps it, its choices in the values the form had."""

    check: str
    number: int
    try_number: int
    token: str
    chosen: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Post:
    path: str
    body: str
    sent: Sent | None


class Learner:
    """One browser without scripts. With ``htmx`` it takes feedback in one round trip instead."""

    def __init__(
        self, address: str, *, seed: int = 0, htmx: bool = False, timeout: float = 10
    ) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self.host = (parts.hostname, parts.port or 80)
        self.htmx = htmx
        self.timeout = timeout
        self.random = random.Random(seed)
        self.cookies: dict[str, str] = {}
        self.saved: list[Sent] = []
        self.next_question = ""
        self.pending: _Post | None = None
        self.lose_response = False
        self.interruptions = 0
        self._connection: http.client.HTTPConnection | None = None

    # One request

    def get(self, path: str) -> Page:
        return self._request("GET", path)

    def post(self, path: str, body: str, *, htmx: bool = False) -> Page:
        """POST the form; a 303 is followed, so the page is what a reader sees."""
        page = self._request("POST", path, body, htmx=htmx)
        if page.status == 303:
            return self._request("GET", page.headers["location"])
        return page

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, method: str, path: str, body: str = "", *, htmx: bool = False) -> Page:
        headers = {"Accept-Encoding": "identity"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Sec-Fetch-Site"] = "same-origin"
        if htmx:
            headers["HX-Request"] = "true"
        lose = self.lose_response and method == "POST"
        self.lose_response = self.lose_response and not lose
        try:
            page = self._exchange(method, path, body, headers, lose=lose)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(type(error).__name__) from error
        if page.status >= 500:
            raise NoAnswer(str(page.status))
        return page

    def _exchange(
        self, method: str, path: str, body: str, headers: dict[str, str], *, lose: bool
    ) -> Page:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self.host, timeout=self.timeout)
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        if lose:
            raise ConnectionResetError("the response is lost on its way")
        for header in response.headers.get_all("Set-Cookie") or ():
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name] = value
        found = {name.lower(): value for name, value in response.headers.items()}
        return Page(response.status, path, found, text)

    # What a learner does

    def start(self, slug: str, *, before: bool = False, language: str = "en") -> Page:
        """Begin a check of this module, or go on with the open one; lands on a question."""
        path = f"/{language}/modules/{slug}/{'before' if before else 'check'}/"
        page = self.get(path)
        ways = [form for form in forms(page.text) if form.action == path]
        if page.status != 200 or not ways:
            raise Unexpected(f"no form to start with: {page.status} {path}")
        chosen = dict(ways[0].hidden)
        if "shared" in ways[0].choices:
            chosen["shared"] = "own"
        self.pending = _Post(path, urlencode(chosen), None)
        return self.send_again()

    def answer(self, *, lose_response: bool = False) -> bool:
        """Answer the next open question at random and note it once the page says it is saved.

        False where no open question is left. ``lose_response`` throws the response away as a bad
        line would, so NoAnswer follows.
        """
        if self.pending is not None:
            self.send_again()
            return True
        if not self.next_question:
            return False
        page = self.get(self.next_question)
        if SAVED.search(page.text):
            self._go_on(page)
            return True
        self._choose(page, self.next_question)
        self.lose_response = lose_response
        self.send_again()
        return True

    def work(
        self, slug: str, stop: threading.Event, *, lose: float = 0, within: float = 60
    ) -> None:
        """Start, answer and try again until told to stop, and past every interruption.

        ``lose`` is the share of answers whose response gets lost. Ends with nothing pending, or
        raises NoAnswer when the server stays away for longer than ``within`` seconds.
        """
        away_since: float | None = None
        while self.pending is not None or not stop.is_set():
            try:
                self._work_once(slug, lose)
                away_since = None
            except NoAnswer:
                self.interruptions += 1
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > within:
                    raise
                time.sleep(0.05)
        self.close()

    def _work_once(self, slug: str, lose: float) -> None:
        if self.pending is not None or self.next_question:
            self.answer(lose_response=self.random.random() < lose)
        elif self.saved and self.random.random() < 0.3:
            again = self.random.choice(self.saved[-4:])
            self.try_again(again.check, again.number)
        else:
            self.start(slug)

    def try_again(self, check: str, number: int, *, language: str = "en") -> None:
        """Answer a question once more, as "Try this question again" offers."""
        path = f"/{language}/checks/{check}/{number}/?again=1"
        self._choose(self.get(path), path)
        self.send_again()

    def send_again(self) -> Page:
        """Send what was sent last, with the same token, until the site says what became of it."""
        assert self.pending is not None
        post = self.pending
        page = self.post(post.path, post.body, htmx=self.htmx and post.sent is not None)
        if page.status != 200:
            raise Unexpected(f"{page.status} after sending {post.path}")
        if post.sent is not None:
            if not SAVED.search(page.text):
                raise Unexpected(f"not called saved: {post.path}")
            self.saved.append(post.sent)
        self.pending = None
        self._go_on(page)
        return page

    def _choose(self, page: Page, path: str) -> None:
        ways = [form for form in forms(page.text) if "token" in form.hidden]
        where = QUESTION.search(path)
        if page.status != 200 or not ways or where is None:
            raise Unexpected(f"no question to answer: {page.status} {path}")
        form = ways[0]
        chosen = self.pick(form)
        sent = Sent(
            where["check"],
            int(where["number"]),
            form.hidden["token"],
            tuple(sorted(chosen)),
        )
        self.pending = _Post(form.action, urlencode([*form.hidden.items(), *chosen]), sent)

    def pick(self, form: PageForm) -> list[tuple[str, str]]:
        """A valid answer to the form, right or wrong as it comes."""
        picked: list[tuple[str, str]] = []
        free: dict[str, None] = {}
        for name, values in form.choices.items():
            named = [value for value in values if value != UNSURE]
            if name == "sure":
                continue
            if self.random.random() < 0.1:
                picked.append((name, UNSURE))
            elif form.kinds[name] == "checkbox":
                some = self.random.sample(named, self.random.randint(1, len(named)))
                picked.extend((name, value) for value in some)
            elif form.kinds[name] == "select":
                value = self.random.choice([value for value in named if value not in free] or named)
                free[value] = None
                picked.append((name, value))
            else:
                picked.append((name, self.random.choice(named)))
        return picked

    def _go_on(self, page: Page) -> None:
        """Find the next question: the page itself where it asks, else where "Continue" leads."""
        if QUESTION.search(page.path) and not SAVED.search(page.text):
            self.next_question = page.path
            return
        match = re.search(r'href="([^"]+)"[^>]*>\s*(?:Continue|Go on with question)', page.text)
        target = match[1] if match else ""
        if target and not QUESTION.search(target):
            results = self.get(target)
            match = re.search(r'href="([^"]+)"[^>]*>\s*Go on with question', results.text)
            target = match[1] if match else ""
        self.next_question = target


def compare(learners: Iterable[Learner], kept: Sequence[Kept]) -> list[str]:
    """What is wrong between the ledgers and the database, in words; nothing when all is right.

    An answer still pending (sent, never confirmed) may be kept once or not at all.
    """
    faults: list[str] = []
    saved: list[Sent] = []
    pending: set[str] = set()
    for learner in learners:
        saved += learner.saved
        if learner.pending is not None and learner.pending.sent is not None:
            pending.add(learner.pending.sent.token)
    rows: dict[str, list[Kept]] = {}
    for row in kept:
        rows.setdefault(row.token, []).append(row)
    for sent in saved:
        found = rows.get(sent.token, [])
        if len(found) != 1:
            faults.append(f"saved once, kept {len(found)} times: {sent}")
        elif (found[0].check, found[0].number, found[0].chosen) != (
            sent.check,
            sent.number,
            sent.chosen,
        ):
            faults.append(f"kept otherwise than sent: {sent} {found[0]}")
    known = {sent.token for sent in saved} | pending
    faults += [f"kept, but nobody sent it: {row}" for row in kept if row.token not in known]
    return faults + _order_faults(saved, kept)


def _order_faults(saved: Sequence[Sent], kept: Sequence[Kept]) -> list[str]:
    tries: dict[tuple[str, int], list[Kept]] = {}
    for row in sorted(kept, key=lambda row: row.try_number):
        tries.setdefault((row.check, row.number), []).append(row)
    faults = []
    for (check, number), rows in tries.items():
        if [row.try_number for row in rows] != list(range(1, len(rows) + 1)):
            faults.append(f"tries of {check}/{number} are not 1, 2, 3 …")
        mine = [sent.token for sent in saved if (sent.check, sent.number) == (check, number)]
        order = [row.token for row in rows if row.token in mine]
        if order != mine:
            faults.append(f"tries of {check}/{number} are not in the order they were made")
    return faults


def kept_answers(database_url: str = "", *, since: str = "2000-01-01") -> list[Kept]:
    """The answers in this database (or, without a URL, in the one Django knows), oldest first.

    ``since`` leaves out what was answered before a day, as by people who were only made up.
    """
    if not database_url:
        return _read_database(since)
    output = subprocess.run(
        [sys.executable, "-m", "tests.ledger", since],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [
        Kept(**{**row, "chosen": tuple((name, value) for name, value in row["chosen"])})
        for row in json.loads(output)
    ]


def _read_database(since: str) -> list[Kept]:
    from learning.models import Answer  # only where Django is set up

    answers = (
        Answer.objects.filter(at__gte=f"{since}T00:00:00+00:00")
        .select_related("question__sitting", "question__asked__wording")
        .order_by("id")
    )
    return [
        Kept(
            answer.question.sitting.key,
            answer.question.number,
            answer.number,
            answer.token,
            _form_values(answer.question, answer.response),
        )
        for answer in answers
    ]


def _form_values(place: Any, response: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """A stored response in the names and values of the form it came from."""
    position = {key: str(number) for number, key in enumerate(place.order, start=1)}
    pairs = place.wording.text.get("items")
    if pairs:
        spots = {
            row["key"]: str(number)
            for number, row in enumerate(place.wording.text["places"], start=1)
        } | {UNSURE: UNSURE}
        placed = response.get("placed") or dict.fromkeys(position, UNSURE)
        return tuple(sorted((f"item-{position[item]}", spots[at]) for item, at in placed.items()))
    if response.get("unsure"):
        return (("answer", UNSURE),)
    return tuple(sorted(("answer", position[key]) for key in response["picked"]))


if __name__ == "__main__":
    import django

    from tests import environment  # noqa: F401 - the settings of a run on this machine

    django.setup()
    print(json.dumps([asdict(row) for row in _read_database(sys.argv[1])]))
