"""Copies of the database, made while people use it, and put back whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

PAGES_AT_ONCE = 2000  # some 8 MB; between two steps writers get their turn


def back_up(file: Path) -> None:
    """Write a copy of the database to a file that is not there yet.

    The file appears under its name only when it is whole. Raises CommandError.
    """
    if file.exists():
        raise CommandError(f"{file} is there already. Choose another name: nothing is overwritten.")
    if not file.parent.is_dir():
        raise CommandError(f"{file.parent} is not a folder. Make it first.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        if connection.vendor == "sqlite":
            _copy_sqlite(Path(_database()["NAME"]), unfinished)
            _check_sqlite(unfinished)
        else:
            _run("pg_dump", "--format=custom", "--no-owner", "--file", str(unfinished), _name())
        unfinished.chmod(0o600)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


def put_back(file: Path, *, replace: bool) -> None:
    """Make the database what it was when this copy was made.

    A database that holds something is replaced only where that is asked for. Raises CommandError;
    then the database is as it was.
    """
    if not file.is_file():
        raise CommandError(f"{file} is not there, or is not a file.")
    if connection.introspection.table_names() and not replace:
        raise CommandError(
            "This database holds something. Stop the site, make a backup of it, and add --replace."
        )
    if connection.vendor == "sqlite":
        _check_sqlite(file)
        connection.close()
        _copy_sqlite(file, Path(_database()["NAME"]))
    else:
        connection.close()
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", *options, "--exit-on-error", "--dbname", _name(), str(file))


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite’s own online copy: it sees one state, and leaves the target as it was on failure."""
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=30)) as one,
            contextlib.closing(sqlite3.connect(target, timeout=30)) as other,
        ):
            one.backup(other, pages=PAGES_AT_ONCE, sleep=0.01)
    except sqlite3.Error as error:
        raise CommandError(f"The copy could not be made: {error}.") from error


def _check_sqlite(file: Path) -> None:
    """Raise CommandError where the file is no whole copy of a Waymark database."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            copy.execute("SELECT count(*) FROM learning_answer").fetchone()
    except sqlite3.Error as error:
        raise CommandError(f"{file} is no copy of a Waymark database: {error}.") from error
    if found != "ok":
        raise CommandError(f"{file} is damaged: {found}.")


def _database() -> dict[str, Any]:
    database: dict[str, Any] = settings.DATABASES["default"]
    return database


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL against the site's database; its words where it fails."""
    found = shutil.which(program)
    if found is None:
        raise CommandError(
            f"{program} is not installed. It comes with PostgreSQL (on Debian: postgresql-client)."
        )
    given = connection.settings_dict
    places = {
        "PGHOST": given["HOST"] or given["OPTIONS"].get("host", ""),
        "PGPORT": str(given["PORT"] or ""),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
    }
    env = os.environ | {name: value for name, value in places.items() if value}
    done = subprocess.run(  # noqa: S603 - a fixed program, and the operator's own file
        [found, *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{program} failed: {done.stderr.strip()}")
