"""Waymark as readers meet it: served by gunicorn, in each of the conditions a journey needs."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError

from django.conf import settings
from django.utils import timezone

from learning.content.schema import Library
from learning.reports.content import read_content
from tests import factories
from tests.server import Server, manage, own_database

REAL, SMALL, EMPTY = "real", "small", "empty"
DEMO, READ_ONLY = "demo", "read only"
AWAY, BROKEN = "away", "broken"


def content() -> Library:
    """What is published on the real site: every module in ``fixtures``."""
    reading = read_content(Path(settings.CONTENT_DIR), today=timezone.localdate())
    assert reading.library is not None, "\n".join(map(str, reading.faults))
    return reading.library


class Sites:
    """Addresses by condition. A site is set up and started when it is first asked for.

    ``real`` offers the real modules, ``demo`` and ``read only`` serve its very database, and
    ``small`` offers the module of the factories. ``empty`` offers nothing, the database of
    ``away`` cannot be reached, and that of ``broken`` is no database.
    """

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._urls: dict[str, str] = {}
        self._addresses: dict[str, str] = {}

    def address(self, name: str) -> str:
        if name not in self._addresses:
            env = {DEMO: {"WAYMARK_DEMO": "yes"}, READ_ONLY: {"WAYMARK_READ_ONLY": "yes"}}
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
                SMALL: self._small,
                EMPTY: lambda: self._migrated(EMPTY),
                AWAY: lambda: f"sqlite:///{self.folder / 'nowhere' / 'away.sqlite3'}",
                BROKEN: self._broken,
            }
            self._urls[name] = make[name]()
        return self._urls[name]

    def copy_of_real(self) -> str:
        """The name of one more site with the real modules, for one test alone."""
        name = f"copy {len(self._urls)}"
        file = self.folder / f"{name.replace(' ', '-')}.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(self.url(REAL).removeprefix("sqlite:///"))) as real,
            contextlib.closing(sqlite3.connect(file)) as copy,
        ):
            real.backup(copy)
        self._urls[name] = f"sqlite:///{file}"
        return name

    def _publish(self, url: str) -> None:
        try:
            manage("content", "publish", "--folder", str(settings.CONTENT_DIR), database_url=url)
        except CalledProcessError as error:
            raise RuntimeError(f"{error.stdout}{error.stderr}") from error

    def _real(self) -> str:
        folder = self.folder / REAL
        folder.mkdir()
        url = self._stack.enter_context(own_database(folder))
        manage("migrate", "--verbosity", "0", database_url=url)
        self._publish(url)
        return url

    def _small(self) -> str:
        url = self._migrated(SMALL)
        library = factories.library_folder(folder=self.folder / "library")
        manage("content", "publish", "--folder", str(library), database_url=url)
        return url

    def _broken(self) -> str:
        file = self.folder / "broken.sqlite3"
        file.write_text("Not a database.\n" * 500)
        return f"sqlite:///{file}"

    def _migrated(self, name: str) -> str:
        migrated, file = (
            self.folder / "migrated.sqlite3",
            self.folder / f"{name.replace(' ', '-')}.sqlite3",
        )
        if not migrated.exists():
            manage("migrate", "--verbosity", "0", database_url=f"sqlite:///{migrated}")
        shutil.copy(migrated, file)
        return f"sqlite:///{file}"
