"""Waymark on a database of its own, filled with the published modules and served as for real."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.run import postgres
from tests.server import BASE_DIR, Server, manage


def shows_a_page(port: int) -> bool:
    """Whether the home page comes back from this port."""
    request = b"GET /en/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(request)
            return line.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def wait_for_page(port: int, process: subprocess.Popen[bytes], *, seconds: float) -> None:
    """Wait for the first answered page, looking often. Raises RuntimeError where none comes."""
    until = time.monotonic() + seconds
    while not shows_a_page(port):
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with code {process.returncode} as it started.")
        if time.monotonic() > until:
            raise RuntimeError(f"The server did not answer within {seconds} s.")
        time.sleep(0.005)


class Site(Server):
    """A filled site. It serves from ``start`` to ``stop``."""

    def processes(self) -> list[int]:
        """The server's processes: the first one and its workers."""
        assert self.process is not None
        first = self.process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text()
        return [first, *map(int, children.split())]

    def environment(self) -> dict[str, str]:
        """What a process needs that works on this site's database."""
        return os.environ | {"DATABASE_URL": self.database_url}

    def told(self, module: str, *arguments: str) -> Any:
        """What a module of the benchmarks prints as JSON, in a process of its own on this site."""
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
            cwd=BASE_DIR,
            env=self.environment(),
            check=True,
            capture_output=True,
        )
        return json.loads(done.stdout)

    def processor_seconds(self) -> float:
        """What the server's processes have taken of the processors since they began."""
        ticks = 0
        for process in self.processes():
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Bench:
    """What every measure is given: where to work, and whether a rough figure will do."""

    folder: Path
    quick: bool

    def times(self, usual: int) -> int:
        """How often to measure: as usual, or a third of it where a rough figure will do."""
        return max(1, usual // 3) if self.quick else usual

    @contextlib.contextmanager
    def site(self, database: str = "sqlite", *, serve: bool = True) -> Iterator[Site]:
        """A fresh site on ``sqlite`` or ``postgres``, serving unless told not to."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            url = f"sqlite:///{folder / 'site.sqlite3'}"
            if database == "postgres":
                url = stack.enter_context(postgres())
            manage("collectstatic", "--no-input", "--verbosity", "0", database_url=url)
            manage("migrate", "--verbosity", "0", database_url=url)
            manage("content", "publish", database_url=url)
            site = Site(url, workers=2, log=folder / "server.log")
            stack.callback(site.stop)
            if serve:
                site.start()
            yield site
