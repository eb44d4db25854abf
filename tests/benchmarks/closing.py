"""Closing periods of 10,000, 100,000 and 1,000,000 first answers, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.load import NAMES
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row
from tests.server import BASE_DIR

SIZES = (10_000, 100_000, 1_000_000)
SECONDS, MEGABYTES = 15, 50


def measure(bench: Bench) -> Iterator[Row]:
    for database, name in NAMES.items():
        for size in SIZES[:2] if bench.quick else SIZES:
            with bench.site(database, serve=False) as site:
                answers = _crowd(site, str(size))["answers"]
                done = _crowd(site, "close")
            what = f"closing {size:,} answers, {name}"
            note = (
                f"{done['periods']} periods of {answers:,} answers; "
                f"{done['processor']:.2f} s of the closing process itself"
            )
            yield Row(what, done["seconds"], "s", at_most=SECONDS, note=note)
            yield Row(f"{what}: memory", done["memory"], "MB", at_most=MEGABYTES)


def _crowd(site: Site, what: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.crowd", what],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": site.database_url},
        check=True,
        capture_output=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
