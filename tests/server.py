"""Waymark as it runs for real: gunicorn in a process group of its own, on a database of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port of the loopback address on which nothing listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn with the project's own configuration. ``kill`` is as sudden as a power cut."""

    def __init__(
        self,
        database_url: str,
        *,
        workers: int = 2,
        log: Path | None = None,
        env: dict[str, str] | None = None,
    ) -> None:
        self.database_url = database_url
        self.workers = workers
        self.log = log
        self.env = env or {}
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float = 60) -> None:
        """Start, and return once the first request is answered."""
        self.spawn()
        assert self.process is not None
        deadline = time.monotonic() + within
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"gunicorn did not start: {self.process.poll()}")
            time.sleep(0.05)

    def spawn(self) -> None:
        """Start, without waiting for it."""
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", str(self.workers)]
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(self.log.open("ab")) if self.log else subprocess.DEVNULL
            self.process = subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env={**os.environ, **self.env, "DATABASE_URL": self.database_url},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL for the master and every worker at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """The polite end, as systemd or Ctrl-C would ask for it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait(timeout=20)
        self.process = None


def manage(*arguments: str, database_url: str, env: dict[str, str] | None = None) -> str:
    """The output of a management command on this database."""
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=BASE_DIR,
        env={
            **os.environ,
            **(env or {}),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "learning.settings",
        },
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def prepare(database_url: str, folder: Path) -> None:
    """Migrate the database and publish the small library of the factories in it."""
    subprocess.run(
        [sys.executable, "-m", "tests.server", str(folder)],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url},
        check=True,
    )


@contextlib.contextmanager
def own_database(folder: Path, *, like: str = "") -> Iterator[str]:
    """The URL of a database: a file in the folder, or one more of the PostgreSQL server's.

    It is empty, or else a copy of the one at the URL ``like``, which nothing may be using. Leave it
    with every server stopped. It needs a Django whose database may be asked.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        file = folder / "own.sqlite3"
        if like:
            copy_database(like, file)
        yield f"sqlite:///{file}"
        return
    name = f"waymark_own_{os.getpid()}_{time.monotonic_ns()}"
    template = f" TEMPLATE {like.partition('?')[0].rsplit('/', 1)[1]}" if like else ""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")  # a busy machine takes its time
        cursor.execute(f"CREATE DATABASE {name}{template}")
    try:
        yield _postgres_url(os.environ["DATABASE_URL"], name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '60s'")
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def copy_database(url: str, file: Path) -> str:
    """The URL of a copy of this SQLite database, which may be in use."""
    with (
        contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
        contextlib.closing(sqlite3.connect(file)) as copy,
    ):
        source.backup(copy)
    return f"sqlite:///{file}"


def _postgres_url(url: str, name: str) -> str:
    head, question, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}{question}{query}"


if __name__ == "__main__":
    import django

    from tests import environment  # noqa: F401 - the settings of a run on this machine

    django.setup()

    from django.core.management import call_command

    from tests import factories

    call_command("migrate", verbosity=0)
    factories.published(folder=Path(sys.argv[1]) / "library")
