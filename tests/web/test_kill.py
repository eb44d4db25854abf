"""Saved means saved: real servers, answers at full speed, and the plug pulled in the middle.

The long version, many rounds on both databases, is part of the benchmarks.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import time

import pytest
from django.db import connection

from tests.ledger import Learner, compare, kept_answers
from tests.server import Server
from tests.working import LEARNERS, all_work, saved, wait_for


def test_kill_of_the_whole_server_loses_and_doubles_nothing(server: Server) -> None:
    """R-017, R-041, R-042, R-043: what was called saved is there, once, in order; no more is."""
    before: list[int] = []

    def pull_the_plug(learners: list[Learner]) -> None:
        wait_for(learners, 30)
        before.append(saved(learners))
        server.kill()
        time.sleep(0.1)
        server.start()
        wait_for(learners, before[0] + 30)

    learners = all_work(server, pull_the_plug)
    server.stop()

    assert sum(learner.interruptions for learner in learners) > LEARNERS / 2
    assert before[0] + 30 <= saved(learners)
    nothing_is_lost(server, learners)


def test_full_disk_loses_and_doubles_nothing(server: Server) -> None:
    """R-050: while there is no room pages are read and saving says that it cannot; then it can."""
    if connection.vendor != "sqlite" or not hasattr(resource, "prlimit"):
        pytest.skip("needs SQLite, whose files the server itself writes, and Linux")
    before: list[int] = []

    def fill_the_disk(learners: list[Learner]) -> None:
        wait_for(learners, 30)
        let_write(server, most=1)
        wait_for_interruptions(learners)  # whoever was in the middle of saving is through
        before.append(saved(learners))
        reader = Learner(server.address, seed=99)
        assert reader.get("/en/modules/how-it-spreads/three-routes/").status == 200
        reader.close()
        wait_for_interruptions(learners)
        assert saved(learners) == before[0]
        let_write(server, most=resource.RLIM_INFINITY)
        wait_for(learners, before[0] + 30)

    learners = all_work(server, fill_the_disk)
    server.stop()
    nothing_is_lost(server, learners)


def let_write(server: Server, *, most: int) -> None:
    """Let the server's processes write no file beyond so many bytes, as on a disk without room."""
    assert server.process is not None
    for pid in [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdecimal()]:
        with contextlib.suppress(ProcessLookupError):  # it ended while we looked
            if os.getpgid(pid) == server.process.pid:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def wait_for_interruptions(learners: list[Learner]) -> None:
    deadline = time.monotonic() + 30
    before = [learner.interruptions for learner in learners]
    while any(
        learner.interruptions < number + 2 for learner, number in zip(learners, before, strict=True)
    ):
        assert time.monotonic() < deadline, "saving goes on with a full disk"
        time.sleep(0.02)


def nothing_is_lost(server: Server, learners: list[Learner]) -> None:
    kept = kept_answers(server.database_url)
    assert compare(learners, kept) == []
    assert len(kept) == saved(learners)
    if connection.vendor == "sqlite":
        with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        file.close()
