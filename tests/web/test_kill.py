"""Saved means saved: real servers, answers at full speed, and the plug pulled in the middle.

The long version, many rounds on both databases, is part of the benchmarks.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.ledger import Learner, compare, kept_answers
from tests.server import Server, own_database, prepare
from tests.working import LEARNERS, all_work, saved, wait_for


@pytest.fixture
def server(tmp_path: Path, transactional_db: None) -> Iterator[Server]:
    with own_database(tmp_path) as url:
        prepare(url, tmp_path)
        server = Server(url, log=tmp_path / "server.log")
        server.start()
        try:
            yield server
        finally:
            server.stop()


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
    kept = kept_answers(server.database_url)
    assert compare(learners, kept) == []
    assert len(kept) == saved(learners) >= before[0] + 30
    if connection.vendor == "sqlite":
        with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        file.close()
