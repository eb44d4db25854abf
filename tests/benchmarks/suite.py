"""How long the test suite takes, with and without the browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.site import Bench
from tests.benchmarks.table import Row
from tests.server import BASE_DIR


def measure(bench: Bench) -> Iterator[Row]:
    without = ["-n", "auto", "-m", "not browser"]
    for name, arguments, seconds in (("without", without, 45), ("with", [], 300)):
        took, code = _run(arguments)
        note = "n=1" if code == 0 else f"the suite ended with code {code}"
        yield Row(f"test suite {name} browser", took, "s", at_most=seconds, note=note)


def _run(arguments: list[str]) -> tuple[float, int]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tests.run", *arguments],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        check=False,
    )
    return time.perf_counter() - began, done.returncode
