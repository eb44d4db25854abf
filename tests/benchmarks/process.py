"""How soon the server answers, and how much memory its processes hold at rest."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.checks import open_checks
from tests.benchmarks.site import Bench, Site, wait_for_page
from tests.benchmarks.table import Row


def measure(bench: Bench) -> Iterator[Row]:
    with bench.site(serve=False) as site:
        starts = []
        for _ in range(bench.times(7)):
            began = time.perf_counter()
            site.spawn()
            assert site.process is not None
            wait_for_page(site.port, site.process, seconds=30)
            starts.append(time.perf_counter() - began)
            site.stop()
        yield Row(
            "start to first answered request",
            statistics.median(starts),
            "s",
            at_most=1.0,
            note=f"n={len(starts)}, {min(starts):.2f}–{max(starts):.2f}",
        )
        site.start()
        try:
            yield _at_rest(site)
        finally:
            site.stop()


def _at_rest(site: Site) -> Row:
    open_checks(site, 64, seed=7)
    time.sleep(3)
    return Row(
        "memory of the application’s processes at rest",
        memory(site),
        "MB",
        at_most=170,
        note=f"PSS of {len(site.processes())} processes, after 64 checks begun",
    )


def memory(site: Site) -> float:
    """Megabytes of all processes of the server, what they share counted once."""
    kilobytes = 0
    for process in site.processes():
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
        assert found is not None
        kilobytes += int(found[1])
    return kilobytes * 1024 / 1_000_000
