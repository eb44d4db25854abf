"""What goes over the wire for a page, as Chromium counts it: headers and packed bodies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playwright.sync_api import Browser, Page

from tests.benchmarks import pages
from tests.benchmarks.browser import Loaded, Phone, chromium, phone
from tests.benchmarks.pages import Weighed
from tests.benchmarks.site import Bench, Site
from tests.benchmarks.table import Row

KB = 1000


def measure(bench: Bench) -> Iterator[Row]:
    with bench.site() as site, chromium() as browser:
        all_sections, all_questions = pages.sections(site), pages.questions(site, seed=5)
        note = f"the heaviest of {len(all_sections)}"
        yield from _section(browser, site, all_sections[0], note)
        note = f"the heaviest of {len(all_questions)}"
        yield from _question(browser, site, all_questions[0], note)
        yield from _nodes(browser, site, all_sections, all_questions)
        one = next(page for page in all_questions if page.question and page.question.one_choice)
        yield _keys(browser, site, one)


def size(loaded: Sequence[Loaded], kind: str = "") -> float:
    return sum(part.bytes for part in loaded if not kind or part.kind == kind) / KB


def _section(browser: Browser, site: Site, page: Weighed, note: str) -> Iterator[Row]:
    with phone(browser, site.address) as handset:
        cold = handset.open(site.address + page.path)
        again = _again(handset, site, page)
    yield Row("section, cold: requests", len(cold), at_most=5, note=note)
    yield Row("section, cold: over the wire", size(cold), "KB", at_most=50, note=_parts(cold))
    yield Row("section, cold: of it script", size(cold, "Script"), "KB", at_most=0)
    yield Row("style, packed, all themes", size(cold, "Stylesheet"), "KB", at_most=14)
    yield Row("section, again: requests", len(again), at_most=1)
    yield Row("section, again: over the wire", size(again), "KB", at_most=6)


def _question(browser: Browser, site: Site, page: Weighed, note: str) -> Iterator[Row]:
    with phone(browser, site.address, page.cookies) as handset:
        cold = handset.open(site.address + page.path)
        again = _again(handset, site, page)
        choose(handset.page, page)
        del handset.loaded[:]
        handset.page.get_by_role("button", name="Check my answer").click()
        handset.page.wait_for_selector("#feedback")
        handset.page.wait_for_load_state("networkidle")
        feedback = list(handset.loaded)
    yield Row("question, cold: requests", len(cold), at_most=6, note=note)
    yield Row("question, cold: over the wire", size(cold), "KB", at_most=65, note=_parts(cold))
    yield Row("question, cold: of it script", size(cold, "Script"), "KB", at_most=14)
    yield Row("question, again: requests", len(again), at_most=1)
    yield Row("question, again: over the wire", size(again), "KB", at_most=6)
    yield Row("feedback after an answer: requests", len(feedback), at_most=1)
    yield Row("feedback after an answer: over the wire", size(feedback), "KB", at_most=6)


def _again(handset: Phone, site: Site, page: Weighed) -> list[Loaded]:
    handset.page.goto("about:blank")
    return handset.open(site.address + page.path)


def _parts(loaded: Sequence[Loaded]) -> str:
    kinds = dict.fromkeys(part.kind for part in loaded)
    return ", ".join(f"{kind.lower()} {size(loaded, kind):.1f}" for kind in kinds)


def choose(page: Page, asked: Weighed) -> None:
    """Fill in the question that is open, as a person would."""
    assert asked.question is not None
    for name, value in asked.question.chosen:
        if asked.question.form.kinds[name] == "select":
            page.locator(f"select[name={name}]").select_option(value)
        else:
            page.locator(f'input[name={name}][value="{value}"]').check()


def _nodes(
    browser: Browser, site: Site, sections: Sequence[Weighed], questions: Sequence[Weighed]
) -> Iterator[Row]:
    for what, budget, found in (("section", 250, sections), ("question", 200, questions)):
        most = 0
        for page in found:
            with phone(browser, site.address, page.cookies) as handset:
                handset.page.goto(site.address + page.path)
                count = handset.page.evaluate("document.querySelectorAll('*').length")
                most = max(most, int(count))
        yield Row(f"{what}: nodes", most, at_most=budget, note=f"most of {len(found)}")


def _keys(browser: Browser, site: Site, page: Weighed) -> Row:
    """How many keys a person needs, who sees the page for the first time, up to her feedback."""
    with phone(browser, site.address, page.cookies) as handset:
        handset.open(site.address + page.path)
        keys = 0

        def press(key: str) -> str:
            nonlocal keys
            keys += 1
            handset.page.keyboard.press(key)
            return str(
                handset.page.evaluate(
                    "(document.activeElement.getAttribute('name') || '') + ' '"
                    " + (document.activeElement.getAttribute('href') || '')"
                )
            )

        if "#" in press("Tab"):
            press("Enter")
        while not press("Tab").startswith("answer"):
            assert keys < 30, "No choice within 30 keys."
        press("Space")
        press("Enter")
        handset.page.wait_for_selector("#feedback", timeout=5000)
    return Row("keys from page load to a checked answer", keys, at_most=5)
