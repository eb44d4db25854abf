"""A clinic day: everybody types a code at once and joins, and nobody is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.benchmarks.checks import BUSY, cookies_of, get, marks, page_text, post
from tests.benchmarks.connections import Reply, Visit, go
from tests.benchmarks.load import NAMES
from tests.benchmarks.site import Bench
from tests.benchmarks.table import Row, share
from tests.ledger import forms

JOINING, AT_ONCE = 1000, 32
A_MINUTE = 1000


def measure(bench: Bench) -> Iterator[Row]:
    people = bench.times(JOINING)
    for database, name in NAMES.items():
        with bench.site(database) as site:
            codes = site.told("lobby", str(people))
            waiting = deque(codes[number % len(codes)] for number in range(people))
            joined: list[float] = []
            took = go(site.port, [_join(waiting, joined) for _ in range(AT_ONCE)])
            inside = site.told("lobby", "inside")
            yield Row(
                f"joins, {name}, {AT_ONCE} people at once",
                60 * len(joined) / took,
                "a minute",
                at_least=A_MINUTE,
                note=f"{len(joined):,} of {people:,}, each four requests; joining itself "
                f"p95 {share(joined, 95) * 1000:.0f} ms",
            )
            lost = abs(people - len(joined)) + abs(people - inside["members"])
            yield Row(
                f"joins, {name}: lost, or of one name in a group",
                lost + inside["doubles"],
                at_most=0,
                note=f"of {inside['members']:,} members",
            )


def _join(waiting: deque[str], joined: list[float]) -> Visit:
    """A phone that was never here: the code, what will be shared, and in."""
    while waiting:
        code = waiting.popleft()
        asked = yield get("/en/join/")
        cookies = cookies_of(asked)
        csrf = forms(page_text(asked))[0].hidden["csrfmiddlewaretoken"]
        fields = {"csrfmiddlewaretoken": csrf, "code": code}
        opened = yield post("/en/join/", cookies, urlencode(fields))
        path = _leads_to(opened)
        page = yield get(path, cookies)
        csrf, token = marks(page)
        fields = {"csrfmiddlewaretoken": csrf, "token": token, "level": "3", "shared": "own"}
        request = post(path, cookies, urlencode(fields))
        reply = yield request
        while reply is None or reply.status == BUSY:
            reply = yield request
        assert _leads_to(reply).startswith("/en/me/keep/"), _leads_to(reply)
        joined.append(reply.seconds)


def _leads_to(reply: Reply | None) -> str:
    assert reply is not None
    assert reply.status == 303, reply.status
    return dict(reply.headers)["location"]
