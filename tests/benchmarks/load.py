"""Question views, answers and whole turns a second, with 32 people at once, on both databases."""

from __future__ import annotations

import itertools
import statistics
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from tests.benchmarks.checks import (
    Check,
    Question,
    Trouble,
    marks,
    open_checks,
    sent_until_saved,
)
from tests.benchmarks.connections import Visit, go
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row, share
from tests.ledger import compare, kept_answers

PEOPLE = 32
VIEWS = 1500
VIEW_ALONE = 6  # milliseconds
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def measure(bench: Bench) -> Iterator[Row]:
    for database, name in NAMES.items():
        with bench.site(database) as site:
            answered = open_checks(site, bench.times(240), seed=1)
            turned = open_checks(site, bench.times(240), seed=2)
            everybody = [*answered, *turned]
            questions = [question for check in answered for question in check.questions]
            yield _views_alone(site, name, questions[: bench.times(600)])
            yield from _views(site, name, questions, times=bench.times(5))
            yield from _answers(site, name, answered)
            yield _turns(site, name, turned)
            yield ledger_row(f"answers lost, doubled or changed, {name}", everybody, site)


def ledger_row(
    what: str, checks: Iterable[Check], site: Site, note: str = "", since: str = "2000-01-01"
) -> Row:
    """What is wrong between the ledgers of these people and the database, since a day."""
    learners = [check.learner for check in checks]
    saved = sum(len(learner.saved) for learner in learners)
    faults = compare(learners, kept_answers(site.database_url, since=since))
    note = f"of {saved:,} shown as saved{note}"
    return Row(what, len(faults), at_most=0, note="; ".join([note, *faults[:1]]))


def _views_alone(site: Site, name: str, questions: Sequence[Question]) -> Row:
    seconds: list[float] = []
    go(site.port, [_view(iter(questions), seconds)])
    return Row(
        f"question view, {name}, alone: p50",
        statistics.median(seconds) * 1000,
        "ms",
        at_most=VIEW_ALONE,
        note=f"n={len(seconds)}",
    )


def _views(site: Site, name: str, questions: Sequence[Question], *, times: int) -> Iterator[Row]:
    rates: list[float] = []
    seconds: list[float] = []
    busy, began = time.process_time(), time.perf_counter()
    server = site.processor_seconds()
    for _ in range(times):
        waiting = itertools.islice(itertools.cycle(questions), VIEWS)
        rates.append(VIEWS / go(site.port, [_view(waiting, seconds) for _ in range(PEOPLE)]))
    client = (time.process_time() - busy) / (time.perf_counter() - began)
    each = (site.processor_seconds() - server) / len(seconds) * 1000
    yield Row(
        f"question view, {name}, {PEOPLE} connections",
        statistics.median(rates),
        "/s",
        at_least=400,
        note=f"median of {times} × {VIEWS:,}; {each:.1f} ms of the server each, "
        f"client {client:.0%} of a core",
    )
    yield Row(
        f"question view, {name}, {PEOPLE} connections: p95",
        share(seconds, 95) * 1000,
        "ms",
        at_most=100,
        note=f"n={len(seconds):,}",
    )


def _view(waiting: Iterator[Question], seconds: list[float]) -> Visit:
    for question in waiting:
        reply = yield question.view
        assert reply is not None
        assert reply.status == 200, reply.status
        seconds.append(reply.seconds)


def _answers(site: Site, name: str, checks: deque[Check]) -> Iterator[Row]:
    seconds: list[float] = []
    trouble = Trouble()
    server = site.processor_seconds()
    took = go(site.port, [_answer(checks, seconds, trouble) for _ in range(PEOPLE)])
    each = (site.processor_seconds() - server) / len(seconds) * 1000
    yield Row(
        f"answer saved durably, {name}, {PEOPLE} connections",
        len(seconds) / took,
        "/s",
        at_least=250,
        note=f"n={len(seconds):,}, each with its feedback; {each:.1f} ms of the server each",
    )
    yield Row(
        f"answer saved durably, {name}, {PEOPLE} connections: p99",
        share(seconds, 99) * 1000,
        "ms",
        at_most=120,
        note=f"p50 {statistics.median(seconds) * 1000:.0f}, most {max(seconds) * 1000:.0f}; "
        f"{trouble.busy} told to press again",
    )


def _answer(checks: deque[Check], seconds: list[float], trouble: Trouble) -> Visit:
    while checks:
        check = checks.popleft()
        for question in check.questions:
            request, sent = question.prepared()
            seconds.append((yield from sent_until_saved(request, trouble)))
            check.learner.saved.append(sent)


def _turns(site: Site, name: str, checks: deque[Check]) -> Row:
    seconds: list[float] = []
    trouble = Trouble()
    took = go(site.port, [_turn(checks, seconds, trouble) for _ in range(PEOPLE)])
    return Row(
        f"turn (view, answer, feedback), {name}, {PEOPLE} connections",
        len(seconds) / took,
        "/s",
        at_least=200,
        note=f"n={len(seconds):,}; p95 {share(seconds, 95) * 1000:.0f} ms; "
        f"{trouble.busy} told to press again",
    )


def _turn(checks: deque[Check], seconds: list[float], trouble: Trouble) -> Visit:
    while checks:
        check = checks.popleft()
        for question in check.questions:
            view = yield question.view
            csrf, token = marks(view)
            assert view is not None
            took = yield from sent_until_saved(question.post(csrf, token), trouble)
            check.learner.saved.append(question.sent(token))
            seconds.append(view.seconds + took)
