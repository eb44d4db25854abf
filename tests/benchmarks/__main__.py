"""``python3 manage.py benchmarks``: everything measured once, in one table beside the budgets.

The two long measures, ``suite`` and ``clone``, run only where their options ask for them. Ends with
code 1 where a budget is missed.
"""

from __future__ import annotations

import argparse
import atexit
import importlib
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from learning import local
from tests.benchmarks.site import Bench
from tests.benchmarks.table import HEAD, RULE, Row, summary
from tests.run import keep_compiled
from tests.server import BASE_DIR

MEASURES = (
    "wire",
    "queries",
    "paint",
    "process",
    "load",
    "nurse",
    "crash",
    "joins",
    "closing",
    "overview",
    "files",
)
LONG_MEASURES = ("suite", "clone")


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py benchmarks", description="Measure Waymark beside its budgets."
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=MEASURES + LONG_MEASURES,
        metavar="NAME",
        help=f"measure only this, may be given again: {', '.join(MEASURES + LONG_MEASURES)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    parser.add_argument("--quick", action="store_true", help="rough figures, in less time")
    parser.add_argument("--suite", action="store_true", help="also time the test suite")
    parser.add_argument("--clone", action="store_true", help="also time a clone’s first demo")
    return parser.parse_args(given)


def machine() -> str:
    """What these figures were measured on, and whether it had other things to do."""
    cores, busy = os.cpu_count() or 1, os.getloadavg()[0]
    text = (
        f"{cores} cores, Python {platform.python_version()}, {platform.platform()}, "
        f"load {busy:.1f}, ten million turns of a loop in {loop_seconds():.2f} s"
    )
    if busy > cores / 4:
        text += (
            "\nThis machine is busy with other work, so times and rates are worse than they are."
        )
    return text


def loop_seconds() -> float:
    """How fast this machine is just now: two tables can be compared by it."""
    began = time.perf_counter()
    for _ in range(10_000_000):
        pass
    return time.perf_counter() - began


def main(given: list[str]) -> int:
    asked = arguments(given)
    long = [name for name in LONG_MEASURES if getattr(asked, name)]
    names = list(dict.fromkeys([*(asked.only or MEASURES), *long]))
    os.environ.pop("DATABASE_URL", None)  # a benchmark has databases of its own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
    local.set_up()
    keep_compiled()
    # Beside the real database, so that both are on the same disk.
    place = BASE_DIR / "var"
    place.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="benchmarks-", dir=place))
    # At the very end: a PostgreSQL server leaves its lock there as it goes.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every server is stopped
    tempfile.tempdir = str(folder)
    rows: list[Row] = []
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where PostgreSQL keeps its socket
    print(machine())
    print(HEAD, RULE, sep="\n", flush=True)
    try:
        for name in names:
            measure = importlib.import_module(f"tests.benchmarks.{name}").measure
            for row in measure(Bench(folder, quick=asked.quick)):
                rows.append(row)
                print(row, flush=True)
    finally:
        if asked.json:
            data = [row.as_data() for row in rows]
            asked.json.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    print(summary(rows))
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
