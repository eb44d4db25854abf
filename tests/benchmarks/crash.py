"""A thousand answers from 32 people while the server is killed and started again."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections import deque
from collections.abc import Iterator

from tests.benchmarks.checks import Check, Trouble, open_checks, sent_until_saved
from tests.benchmarks.connections import Visit, go
from tests.benchmarks.load import NAMES, PEOPLE, ledger_row
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row

ANSWERS = 1000
KILLS = 5


def measure(bench: Bench) -> Iterator[Row]:
    for database, name in NAMES.items():
        with bench.site(database) as site:
            checks: list[Check] = []
            while sum(len(check.questions) for check in checks) < ANSWERS:
                checks += open_checks(site, PEOPLE, seed=4 + len(checks))
            crash = _Crash(site)
            waiting = deque(checks)
            go(site.port, [_answer(waiting, crash) for _ in range(PEOPLE)])
            assert not crash.kill_after, "the server was not killed as often as meant"
            note = f"; {KILLS} kills, {crash.trouble.broken} sent again after a broken line"
            yield ledger_row(
                f"killed while answering: lost, doubled or changed, {name}", checks, site, note
            )
            if database == "sqlite":
                yield Row(
                    f"killed while answering: faults in the file, {name}", _faults(site), at_most=0
                )


class _Crash:
    """Kills the whole server at once, after so many saved answers, and starts it again."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.saved = 0
        self.trouble = Trouble()
        moments = range(ANSWERS // 10, ANSWERS * 9 // 10)
        self.kill_after = deque(sorted(random.Random(3).sample(moments, KILLS)))

    def note_saved(self) -> None:
        self.saved += 1
        if self.kill_after and self.saved >= self.kill_after[0]:
            self.kill_after.popleft()
            self.site.kill()
            self.site.spawn()


def _answer(checks: deque[Check], crash: _Crash) -> Visit:
    """Answer question by question. After a broken line the very same form is sent again."""
    while checks:
        check = checks.popleft()
        for question in check.questions:
            if crash.saved >= ANSWERS:
                return
            request, sent = question.prepared()
            yield from sent_until_saved(request, crash.trouble)
            check.learner.saved.append(sent)
            crash.note_saved()


def _faults(site: Site) -> int:
    """How many faults SQLite itself finds in the site's file."""
    path = site.database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as database:
        found = [row[0] for row in database.execute("PRAGMA integrity_check")]
    return sum(fault != "ok" for fault in found)
