"""The longest file that can be taken away: the audit log of 20,000 lines."""

from __future__ import annotations

import csv
import http.client
import io
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from tests.benchmarks.checks import cookies_of, get, page_text
from tests.benchmarks.connections import Visit, go
from tests.benchmarks.load import NAMES
from tests.benchmarks.process import memory
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row
from tests.ledger import forms

PAGE, FILE = "/en/overview/audit/", "/en/overview/audit/file/"


class Taken(NamedTuple):
    first: float  # seconds until the first byte of the file
    whole: float  # seconds until the last
    rows: int


def measure(bench: Bench) -> Iterator[Row]:
    for database, name in NAMES.items():
        with bench.site(database, serve=False) as site:
            lines = site.told("crowd", "log")["lines"]
            cookies = site.told("crowd", "viewer")
            site.start()
            marks = _marks(site, cookies)
            before = memory(site)
            taken = [_take(site, cookies | marks[0], marks[1]) for _ in range(bench.times(9))]
            after = memory(site)
            what = f"file of {lines:,} rows, {name}"
            # The head is a row, and taking it is a line of the log each time.
            missing = sum(abs(one.rows - 1 - lines - n) for n, one in enumerate(taken, start=1))
            yield Row(f"{what}: rows too few or too many", missing, at_most=0)
            first = statistics.median(one.first for one in taken) * 1000
            yield Row(f"{what}: first byte", first, "ms", at_most=100, note=f"n={len(taken)}")
            whole = statistics.median(one.whole for one in taken)
            yield Row(f"{what}: whole", whole, "s", at_most=2, note=f"n={len(taken)}")
            more = max(after - before, 0)
            yield Row(f"{what}: memory", more, "MB more", at_most=10, note=f"{after:.0f} MB after")


def _marks(site: Site, cookies: dict[str, str]) -> tuple[dict[str, str], str]:
    """The cookie and the mark that the form of the file is sent with, after both workers began."""
    found: list[tuple[dict[str, str], str]] = []

    def look() -> Visit:
        for _ in range(8):
            reply = yield get(PAGE, cookies)
            form = next(form for form in forms(page_text(reply)) if "/file/" in form.action)
            found.append((cookies_of(reply), form.hidden["csrfmiddlewaretoken"]))

    go(site.port, [look() for _ in range(4)])
    return found[0]


def _take(site: Site, cookies: dict[str, str], mark: str) -> Taken:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    try:
        began = time.perf_counter()
        line.request(
            "POST",
            FILE,
            urlencode({"csrfmiddlewaretoken": mark}),
            {
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        reply = line.getresponse()
        assert reply.status == 200, reply.status
        start = reply.read(1)
        first = time.perf_counter() - began
        content = start + reply.read()
        whole = time.perf_counter() - began
    finally:
        line.close()
    return Taken(first, whole, sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig")))))
