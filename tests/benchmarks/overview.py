"""The overview over few and many checks: how fast each page comes, and what it leaves in memory."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tests.benchmarks.checks import get, page_text
from tests.benchmarks.connections import Visit, go
from tests.benchmarks.process import memory
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row

CHECKS = (200, 20_000, 1_000_000)
HOME = "/en/overview/"
REPORTS = ("objectives", "misconceptions", "questions", "reach", "clinics", "languages", "periods")


def measure(bench: Bench) -> Iterator[Row]:
    """One site for each number of checks. Those of the largest were all read by its closing."""
    for checks in CHECKS[:2] if bench.quick else CHECKS:
        with bench.site(serve=False) as site:
            made = site.told("crowd", str(checks))["checks"]
            periods = site.told("crowd", "close")["periods"]
            cookies = site.told("crowd", "viewer")
            site.start()
            rest = _memory_after(site, cookies, [HOME])
            pages = [HOME, *(f"{HOME}figures/{name}/" for name in REPORTS)]
            took = {path: _alone(site, cookies, path, times=bench.times(60)) for path in pages}
            slowest = max(pages, key=lambda path: took[path])
            yield Row(
                f"overview, {checks:,} checks, slowest of {len(pages)} pages: p50",
                took[slowest] * 1000,
                "ms",
                at_most=50,
                note=f"{slowest}, {periods} periods of {made:,} checks; "
                f"start page {took[HOME] * 1000:.0f} ms",
            )
            after = _memory_after(site, cookies, pages)
            yield Row(
                f"overview, {checks:,} checks: memory after all pages",
                (after / rest - 1) * 100,
                "% more",
                at_most=10,
                note=f"{after:.0f} MB after {rest:.0f} MB",
            )


def _alone(site: Site, cookies: dict[str, str], path: str, *, times: int) -> float:
    seconds: list[float] = []

    def look() -> Visit:
        for _ in range(times):
            reply = yield get(path, cookies)
            page_text(reply)
            assert reply is not None
            seconds.append(reply.seconds)

    go(site.port, [look()])
    return statistics.median(seconds)


def _memory_after(site: Site, cookies: dict[str, str], pages: list[str]) -> float:
    """Megabytes of all processes after each of them has shown these pages, often enough."""

    def look() -> Visit:
        for path in pages * 4:
            page_text((yield get(path, cookies)))

    go(site.port, [look() for _ in range(8)])
    return memory(site)
