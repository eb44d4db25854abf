"""The two-minute page of a nurse with 200 people: queries, weight, and how fast it comes."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.checks import get, open_checks, page_text
from tests.benchmarks.connections import Reply, Visit, go
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row, share
from tests.markup import Markup, parse

FEW, PEOPLE = 3, 200
CONNECTIONS = 8
VIEWS = 400
ALONE = 15  # milliseconds
HOME = "/en/nurse/"
STOPS = ("a", "button", "select", "textarea", "summary")


def measure(bench: Bench) -> Iterator[Row]:
    with bench.site() as site:
        few, many = site.told("ward", str(FEW), str(PEOPLE))
        note = f"{few['queries']} for {FEW} people"
        yield Row(
            f"nurse’s page, {PEOPLE} people: queries",
            many["queries"],
            at_most=few["queries"],
            note=note,
        )
        yield from _weight(site, many)
        yield from _alone(site, many, times=bench.times(300))
        yield from _together(site, many, times=bench.times(5))


def _weight(site: Site, nurse: dict[str, Any]) -> Iterator[Row]:
    """The heaviest of her page, the same for one group with what to teach it, and a filter."""
    paths = [HOME, f"{HOME}?group={nurse['group']}", f"{HOME}?about=safety&page=2"]
    replies: list[Reply] = []

    def look() -> Visit:
        for path in paths:
            reply = yield get(path, nurse["cookies"])
            page_text(reply)
            assert reply is not None
            replies.append(reply)

    go(site.port, [look()])
    pages = [parse(reply.body.decode()) for reply in replies]
    note = f"most of {len(pages)}"
    what = f"nurse’s page, {PEOPLE} people"
    nodes = max(sum(isinstance(each.tag, str) for each in page.root.iter()) for page in pages)
    weight = max(len(reply.content) for reply in replies) / 1024
    yield Row(f"{what}: nodes", nodes, at_most=1800, note=note)
    yield Row(f"{what}: over the wire", weight, "KB", at_most=25, note=note)
    yield Row(f"{what}: tab stops", max(map(tab_stops, pages)), at_most=40, note=note)


def tab_stops(page: Markup) -> int:
    """How many elements the Tab key reaches, before anything is opened."""
    closed = {
        inner
        for details in page.all("details")
        if "open" not in details.attrib
        for inner in details.iter()
        if inner.tag != "summary"
    }
    return sum(
        element not in closed
        for element in page.root.iter()
        if (element.tag in STOPS and (element.tag != "a" or "href" in element.attrib))
        or (element.tag == "input" and element.attrib.get("type") != "hidden")
    )


def _alone(site: Site, nurse: dict[str, Any], *, times: int) -> Iterator[Row]:
    """By turns with a question, which says how fast this machine is just now."""
    questions = [check.questions[0].view for check in open_checks(site, 12, seed=3)]
    page: list[float] = []
    question: list[float] = []

    def look() -> Visit:
        for view in itertools.islice(itertools.cycle(questions), times):
            yield from _view(iter([get(HOME, nurse["cookies"])]), page)
            yield from _view(iter([view]), question)

    go(site.port, [look()])
    p50, beside = (statistics.median(seconds) * 1000 for seconds in (page, question))
    what = f"nurse’s page, {PEOPLE} people, alone: p50"
    note = f"n={len(page)}; a question by turns with it {beside:.1f}"
    yield Row(what, p50, "ms", at_most=ALONE, note=note)


def _together(site: Site, nurse: dict[str, Any], *, times: int) -> Iterator[Row]:
    rates: list[float] = []
    seconds: list[float] = []
    request = get(HOME, nurse["cookies"])
    server = site.processor_seconds()
    for _ in range(times):
        waiting = itertools.repeat(request, VIEWS)
        rates.append(VIEWS / go(site.port, [_view(waiting, seconds) for _ in range(CONNECTIONS)]))
    each = (site.processor_seconds() - server) / len(seconds) * 1000
    yield Row(
        f"nurse’s page, {PEOPLE} people, {CONNECTIONS} connections",
        statistics.median(rates),
        "/s",
        at_least=120,
        note=f"median of {times} × {VIEWS}; {each:.1f} ms of the server each",
    )
    yield Row(
        f"nurse’s page, {PEOPLE} people, {CONNECTIONS} connections: p95",
        share(seconds, 95) * 1000,
        "ms",
        note=f"n={len(seconds):,}",
    )


def _view(waiting: Iterator[bytes], seconds: list[float]) -> Visit:
    for request in waiting:
        reply = yield request
        assert reply is not None
        assert reply.status == 200, reply.status
        seconds.append(reply.seconds)
