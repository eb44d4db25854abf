"""Waymark as readers meet it: served by gunicorn, in each of the conditions a journey needs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from django.db import connection

from tests.journeys.reader import Reader
from tests.server import BASE_DIR, Server, copy_database, manage, own_database
from tests.sharing import made_once

REAL, FRESH, EMPTY = "real", "fresh", "empty"
DEMO, READ_ONLY = "demo", "read only"
SIMULATED = "simulated"
AWAY, BROKEN = "away", "broken"


class Sites:
    """Addresses by condition. A site is set up and started when it is first asked for.

    ``real`` offers the real modules, and ``demo`` and ``read only`` serve its very database.
    ``fresh`` offers them too, to nobody yet: it is kept for one journey from the very beginning.
    ``simulated`` is a demo with the simulated clinics and people of ``manage.py demo``. ``empty``
    offers nothing, the database of ``away`` cannot be reached, and that of ``broken`` is no
    database.
    """

    def __init__(self, folder: Path, shared: Path, stack: contextlib.ExitStack) -> None:
        self.folder = folder
        self.shared = shared  # by all workers, each of which goes on with copies of its own
        self._stack = stack
        self._urls: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._links_file = shared / "links.json"
        self._sessions: dict[str, Any] = {}
        self.accounts: dict[str, Any] = {}  # of staff, kept by those who made them

    def address(self, name: str) -> str:
        if name not in self._addresses:
            demo = {"WAYMARK_DEMO": "yes"}
            env = {DEMO: demo, SIMULATED: demo, READ_ONLY: {"WAYMARK_READ_ONLY": "yes"}}
            server = Server(self.url(name), workers=1, env=env.get(name))
            self._stack.callback(server.stop)
            server.start()
            self._addresses[name] = server.address
        return self._addresses[name]

    def url(self, name: str) -> str:
        """The URL of the site's database."""
        if name in (DEMO, READ_ONLY):
            return self.url(REAL)
        if name not in self._urls:
            make: dict[str, Callable[[], str]] = {
                REAL: self._real,
                FRESH: self._fresh,
                SIMULATED: self._simulated,
                EMPTY: self._empty,
                AWAY: lambda: f"sqlite:///{self.folder / 'nowhere' / 'away.sqlite3'}",
                BROKEN: self._broken,
            }
            self._urls[name] = make[name]()
        return self._urls[name]

    def copy_of_real(self) -> str:
        """The name of one more site with the real modules, for one test alone."""
        name = f"copy-{len(self._urls)}"
        self._urls[name] = copy_database(self.url(REAL), self.folder / f"{name}.sqlite3")
        return name

    def link_of(self, name: str) -> str:
        """Where this member of the simulated staff signs in, once."""
        self.address(SIMULATED)
        return self._links[name]

    def sign_in(self, reader: Reader, name: str) -> None:
        """Make this reader of the simulated site a member of its staff."""
        if name not in self._sessions:
            reader.open(self.link_of(name))
            reader.follow(f"Sign in as {name} (simulated)")
            cookies = {cookie["name"]: cookie for cookie in reader.context.cookies()}
            self._sessions[name] = cookies["staff"]
        reader.context.add_cookies([self._sessions[name]])

    def _real(self) -> str:
        folder = self.folder / REAL
        folder.mkdir()
        if connection.vendor == "sqlite":
            return copy_database(self._published(), folder / "own.sqlite3")
        url = self._stack.enter_context(own_database(folder))
        _publish(url)
        return url

    def _published(self) -> str:
        """A database file with the real modules, to be copied."""

        def make(file: Path) -> None:
            own = f"sqlite:///{self.folder / 'published.sqlite3'}"
            _publish(own)
            copy_database(own, file)

        return f"sqlite:///{made_once(self.shared / 'published.sqlite3', make)}"

    def _simulated(self) -> str:
        """Its links stand in a file beside the one that is copied."""

        def make(file: Path) -> None:
            own = copy_database(self._published(), self.folder / "made.sqlite3")
            said = subprocess.run(
                [sys.executable, "-m", "tests.journeys.simulated"],
                cwd=BASE_DIR,
                env={**os.environ, "DATABASE_URL": own},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            self._links_file.write_text(said)
            copy_database(own, file)

        made = made_once(self.shared / "simulated.sqlite3", make)
        self._links = json.loads(self._links_file.read_text())
        return copy_database(f"sqlite:///{made}", self.folder / "simulated.sqlite3")

    def _fresh(self) -> str:
        folder = self.folder / FRESH
        folder.mkdir()
        return self._stack.enter_context(own_database(folder, like=self.url(REAL)))

    def _broken(self) -> str:
        file = self.folder / "broken.sqlite3"
        file.write_text("Not a database.\n" * 500)
        return f"sqlite:///{file}"

    def _empty(self) -> str:
        url = f"sqlite:///{self.folder / 'empty.sqlite3'}"
        manage("migrate", "--verbosity", "0", database_url=url)
        return url


def _publish(url: str) -> None:
    """Make the database with the real modules, as an operator does."""
    manage("migrate", "--verbosity", "0", database_url=url)
    try:
        manage("content", "publish", database_url=url)
    except CalledProcessError as error:
        raise RuntimeError(f"{error.stdout}{error.stderr}") from error
