"""Waymark as readers meet it: served by gunicorn, in each of the conditions a journey needs."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from tests.journeys.reader import Reader
from tests.server import BASE_DIR, Server, manage, own_database

REAL, EMPTY = "real", "empty"
DEMO, READ_ONLY = "demo", "read only"
SIMULATED = "simulated"
AWAY, BROKEN = "away", "broken"


class Sites:
    """Addresses by condition. A site is set up and started when it is first asked for.

    ``real`` offers the real modules, and ``demo`` and ``read only`` serve its very database.
    ``simulated`` is a demo with the simulated clinics and people of ``manage.py demo``. ``empty``
    offers nothing, the database of ``away`` cannot be reached, and that of ``broken`` is no
    database.
    """

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._urls: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._links: dict[str, str] = {}
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
        file = self.folder / f"{name}.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(self.url(REAL).removeprefix("sqlite:///"))) as real,
            contextlib.closing(sqlite3.connect(file)) as copy,
        ):
            real.backup(copy)
        self._urls[name] = f"sqlite:///{file}"
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

    def _simulated(self) -> str:
        url = f"sqlite:///{self.folder / 'simulated.sqlite3'}"
        manage("migrate", "--verbosity", "0", database_url=url)
        manage("content", "publish", database_url=url)
        said = subprocess.run(
            [sys.executable, "-m", "tests.journeys.simulated"],
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": url},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        self._links = json.loads(said)
        return url

    def _real(self) -> str:
        folder = self.folder / REAL
        folder.mkdir()
        url = self._stack.enter_context(own_database(folder))
        manage("migrate", "--verbosity", "0", database_url=url)
        try:
            manage("content", "publish", database_url=url)
        except CalledProcessError as error:
            raise RuntimeError(f"{error.stdout}{error.stderr}") from error
        return url

    def _broken(self) -> str:
        file = self.folder / "broken.sqlite3"
        file.write_text("Not a database.\n" * 500)
        return f"sqlite:///{file}"

    def _empty(self) -> str:
        url = f"sqlite:///{self.folder / 'empty.sqlite3'}"
        manage("migrate", "--verbosity", "0", database_url=url)
        return url
