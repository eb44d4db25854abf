"""Closing periods of 10,000 to 1,000,000 first answers, and what others notice of it meanwhile."""

from __future__ import annotations

import contextlib
import datetime
import statistics
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

from tests.benchmarks.checks import Check, Trouble, open_checks, sent_until_saved
from tests.benchmarks.connections import Visit, go
from tests.benchmarks.load import NAMES, ledger_row
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row
from tests.server import BASE_DIR

SIZES = (10_000, 100_000, 1_000_000)
SECONDS, MEGABYTES = 15, 50
PEOPLE, ROUNDS = 8, 3


def measure(bench: Bench) -> Iterator[Row]:
    for database, name in NAMES.items():
        sizes = SIZES[:2] if bench.quick else SIZES
        for size in sizes:
            with bench.site(database, serve=False) as site:
                answers = site.told("crowd", str(size * 10 // 48))["answers"]
                done = site.told("crowd", "close")
            what = f"closing {size:,} answers, {name}"
            note = (
                f"{done['periods']} periods of {answers:,} answers; "
                f"{done['processor']:.2f} s of the closing process itself"
            )
            yield Row(what, done["seconds"], "s", at_most=SECONDS, note=note)
            yield Row(f"{what}: memory", done["memory"], "MB", at_most=MEGABYTES)
        yield from _meanwhile(bench, database, name, size=sizes[-1])


def _meanwhile(bench: Bench, database: str, name: str, *, size: int) -> Iterator[Row]:
    """People answer while ``nightly`` closes, and as many just before it, ROUNDS times by turns.

    What is usual changes with the machine from one minute to the next. The crowd answered in months
    that are over, so whoever answers today is none of them.
    """
    with bench.site(database, serve=False) as site:
        site.told("crowd", str(size * 10 // 48))
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        site.start()
        turns = [open_checks(site, bench.times(360), seed=seed) for seed in range(2 * ROUNDS)]
        checks = [check for turn in turns for check in turn]
        usual, during, ended = [], [], False
        for number in range(ROUNDS):
            usual.append(_rate(site, turns.pop()))
            with _nightly(site, whole=number == ROUNDS - 1) as closing:
                during.append(_rate(site, turns.pop()))
                ended |= closing.poll() is not None
            if turns:
                site.told("crowd", "reopen")
        note = f"{_rounded(during)} a second instead of {_rounded(usual)}, {PEOPLE} people at once"
        if ended:
            note += "; the closing ended before they did"
        what = f"answers while {size:,} are closed, {name}"
        share = 100 * statistics.median(during) / statistics.median(usual)
        yield Row(what, share, "% of usual", at_least=80, note=note)
        yield ledger_row(f"{what}: lost, doubled or changed", checks, site, since=today)


@contextlib.contextmanager
def _nightly(site: Site, *, whole: bool) -> Iterator[subprocess.Popen[bytes]]:
    """The command of the night. ``whole``: it has ended well at the end, else it is broken off."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "nightly"],
        cwd=BASE_DIR,
        env=site.environment(),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
        if whole:
            assert process.wait(timeout=300) == 0
    finally:
        process.kill()
        process.wait()


def _rounded(rates: list[float]) -> str:
    return ", ".join(f"{rate:.0f}" for rate in rates)


def _rate(site: Site, checks: deque[Check]) -> float:
    """Answers saved a second."""
    answers = sum(len(check.questions) for check in checks)
    return answers / go(site.port, [_answer(checks) for _ in range(PEOPLE)])


def _answer(checks: deque[Check]) -> Visit:
    while checks:
        check = checks.popleft()
        for question in check.questions:
            request, sent = question.prepared()
            yield from sent_until_saved(request, Trouble())
            check.learner.saved.append(sent)
