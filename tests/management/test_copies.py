"""Backup and restore: a drill under load, and every way it may go wrong."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from django.db import connection

from tests.ledger import Learner, compare, kept_answers
from tests.server import Server, manage, own_database
from tests.working import all_work, saved, wait_for


@pytest.fixture
def site(tmp_path: Path, transactional_db: None, small_site: str) -> Iterator[Server]:
    """A site with a small library, not started yet."""
    with own_database(tmp_path, like=small_site) as url:
        server = Server(url, log=tmp_path / "server.log")
        try:
            yield server
        finally:
            server.stop()


def refused(*arguments: str, database_url: str) -> str:
    with pytest.raises(CalledProcessError) as caught:
        manage(*arguments, database_url=database_url)
    return str(caught.value.stderr).removeprefix("CommandError: ").strip()


def test_restore_drill_brings_back_every_answer_saved_before_the_backup(
    site: Server, tmp_path: Path
) -> None:
    """The backup is made while eight people answer."""
    copy = tmp_path / "copy"
    before: list[str] = []

    def back_up(learners: list[Learner]) -> None:
        wait_for(learners, 40)
        before.extend(sent.token for learner in learners for sent in list(learner.saved))
        assert "holds a whole copy" in manage("backup", str(copy), database_url=site.database_url)
        wait_for(learners, saved(learners) + 20)

    site.start()
    learners = all_work(site, back_up)
    site.stop()
    assert compare(learners, kept_answers(site.database_url)) == []
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    words = refused("restore", str(copy), database_url=site.database_url)
    assert words.startswith("This database holds something. Stop the site")
    manage("restore", str(copy), "--replace", database_url=site.database_url)

    kept = kept_answers(site.database_url)
    tokens = [answer.token for answer in kept]
    assert len(tokens) == len(set(tokens))
    assert set(before) <= set(tokens)
    assert len(tokens) < saved(learners)
    known = {sent.token for learner in learners for sent in learner.saved}
    pending = {
        learner.pending.sent.token
        for learner in learners
        if learner.pending and learner.pending.sent
    }
    assert set(tokens) <= known | pending

    site.start()  # and people can go on
    someone = Learner(site.address, seed=99)
    someone.start("how-it-spreads")
    someone.answer()
    someone.close()
    assert len(someone.saved) == 1


def test_backup_overwrites_nothing_and_needs_its_folder(site: Server, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("Mine.")
    words = refused("backup", str(there), database_url=site.database_url)
    assert words == f"{there} is there already. Choose another name: nothing is overwritten."
    assert there.read_text() == "Mine."
    words = refused("backup", str(tmp_path / "no" / "copy"), database_url=site.database_url)
    assert words == f"{tmp_path / 'no'} is not a folder. Make it first."


def test_restore_into_an_empty_database_needs_no_word(site: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    manage("backup", str(copy), database_url=site.database_url)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with own_database(folder) as url:
        manage("restore", str(copy), database_url=url)
        assert kept_answers(url) == []
        assert "No migrations to apply" in manage("migrate", database_url=url)


def test_what_is_no_copy_leaves_the_database_as_it_was(site: Server, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    words = refused("restore", str(missing), "--replace", database_url=site.database_url)
    assert words == f"{missing} is not there, or is not a file."
    wrong = tmp_path / "wrong"
    wrong.write_text("This is a letter.\n" * 500)
    words = refused("restore", str(wrong), "--replace", database_url=site.database_url)
    if connection.vendor == "sqlite":
        assert words.startswith(f"{wrong} is no copy of a Waymark database: ")
        other = tmp_path / "other"
        with sqlite3.connect(other) as file:
            file.execute("CREATE TABLE letters (words text)")
        file.close()
        words = refused("restore", str(other), "--replace", database_url=site.database_url)
        assert words == f"{other} is no copy of a Waymark database: no such table: learning_answer."
    else:
        assert words.startswith("pg_restore failed: ")
    assert "No migrations to apply" in manage("migrate", database_url=site.database_url)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL checks its own files")
def test_damaged_copy_is_refused(site: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    manage("backup", str(copy), database_url=site.database_url)
    data = bytearray(copy.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8192] = b"\xff" * 8192
    copy.write_bytes(data)
    words = refused("restore", str(copy), "--replace", database_url=site.database_url)
    assert words.startswith(f"{copy} is ")
    assert "No migrations to apply" in manage("migrate", database_url=site.database_url)
