"""When a page is seen, and when feedback is, on a phone: fast, slow, and with a weak signal."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from playwright.sync_api import Browser

from tests.benchmarks import pages
from tests.benchmarks.browser import FREE, SLOW_PHONE, WEAK_SIGNAL, Line, Phone, chromium, phone
from tests.benchmarks.pages import Weighed
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row
from tests.benchmarks.wire import choose


def measure(bench: Bench) -> Iterator[Row]:
    with bench.site() as site, chromium() as browser:
        section = pages.sections(site)[0]
        asked = pages.questions(site, seed=6, at_least=bench.times(9))
        with phone(browser, site.address, asked[0].cookies) as handset:  # warms both sides up
            handset.open(site.address + asked[0].path)
        times = bench.times(9)
        shifts: list[tuple[float, str]] = []
        blocked: dict[str, float] = {}
        for line, budget in ((FREE, 120), (SLOW_PHONE, 1300)):
            for what, page in (("section", section), ("question", asked[0])):
                looks = [_look(browser, site, page, line) for _ in range(times)]
                shifts += [(row[2], f"{what}, {line.name}") for row in looks]
                blocked[f"{what}, {line.name}"] = statistics.median(row[3] for row in looks)
                yield Row(
                    f"largest paint, {what}, {line.name}",
                    statistics.median(row[0] for row in looks),
                    "ms",
                    at_most=budget,
                    note=_spread([row[0] for row in looks]),
                )
        looks = [_look(browser, site, asked[0], WEAK_SIGNAL) for _ in range(times)]
        yield Row(
            f"question ready, {WEAK_SIGNAL.name}",
            statistics.median(row[1] for row in looks),
            "ms",
            at_most=2000,
            note=_spread([row[1] for row in looks]),
        )
        for what, most in (("section", 0), ("question", 30)):
            figure = blocked[f"{what}, {SLOW_PHONE.name}"]
            yield Row(
                f"blocking time, {what}, slow phone", figure, "ms", at_most=most, note=f"n={times}"
            )
        for line, most in ((FREE, 60), (SLOW_PHONE, 700)):
            waits = []
            for page in asked[:times]:
                with phone(browser, site.address, page.cookies, line) as handset:
                    waits.append(_feedback(handset, site, page))
                    shifts.append((handset.watched()["shift"], f"feedback, {line.name}"))
            del asked[:times]
            yield Row(
                f"feedback, press to seen, {line.name}",
                statistics.median(waits),
                "ms",
                at_most=most,
                note=_spread(waits),
            )
        largest, where = max(shifts)
        yield Row(
            "layout shift, largest",
            largest,
            at_most=0,
            note=f"n={len(shifts)}" + (f", {where}" if largest else ""),
        )


def _spread(values: Sequence[float]) -> str:
    return f"n={len(values)}, {min(values):.0f}–{max(values):.0f}"


def _look(
    browser: Browser, site: Site, page: Weighed, line: Line
) -> tuple[float, float, float, float]:
    """Largest paint, ready, shift and blocking time of a first look at a page."""
    with phone(browser, site.address, page.cookies, line) as handset:
        handset.open(site.address + page.path)
        watched = handset.watched_until("paint")
        return watched["paint"], handset.ready_after(), watched["shift"], handset.blocked()


def _feedback(handset: Phone, site: Site, page: Weighed) -> float:
    """Milliseconds from the press of the button until the feedback was painted."""
    handset.open(site.address + page.path)
    choose(handset.page, page)
    handset.page.get_by_role("button", name="Check my answer").click()
    handset.page.wait_for_selector("#feedback")
    watched = handset.watched_until("seen")
    return float(watched["seen"] - watched["pressed"])
