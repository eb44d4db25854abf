"""Every page and state, for everybody: axe, structure, size of targets, and fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.journeys.account_states import ACCOUNTS
from tests.journeys.answers import AnswerKey
from tests.journeys.asking_states import ASKING
from tests.journeys.clinic_states import CLINICS
from tests.journeys.conftest import NewReader
from tests.journeys.content_states import CONTENT
from tests.journeys.group_states import GROUPS
from tests.journeys.inspection import COLOURS, axe, inspect, inspect_once, show
from tests.journeys.joining_states import JOINING
from tests.journeys.nurse_states import NURSE
from tests.journeys.overview_states import FIGURES
from tests.journeys.question_states import QUESTIONS
from tests.journeys.reader import PHONE, SMALL_PHONE, Reader, Way
from tests.journeys.sites import Sites
from tests.journeys.states import PAGES, State, World
from tests.journeys.trouble_states import TROUBLE
from tests.journeys.upload_states import UPLOAD

pytestmark = pytest.mark.browser

STATES = [
    *PAGES,
    *ASKING,
    *QUESTIONS,
    *TROUBLE,
    *CLINICS,
    *JOINING,
    *GROUPS,
    *ACCOUNTS,
    *NURSE,
    *FIGURES,
    *CONTENT,
    *UPLOAD,
]
# Not shown, or shown as a part of another page.
NO_PAGES = {"errors/ways_on.html", "account/own.html", "account/confirm.html"}


@pytest.mark.parametrize("state", [pytest.param(state, id=state.name) for state in STATES])
def test_state_shuts_nobody_out(
    state: State, new_reader_in_a_used_tab: NewReader, key: AnswerKey, sites: Sites
) -> None:
    """A-002, A-004, A-020, A-027, A-030, A-040, A-053, A-070, A-071, A-072, A-074, A-102."""
    reader = state.reach(World(new_reader_in_a_used_tab, key, sites))
    reader.page.bring_to_front()
    assert reader.page.title().endswith(" – Waymark")
    found = inspect(reader.page)
    assert not found, "\n".join(found)


SLUGS = sorted(folder.name for folder in (Path(settings.CONTENT_DIR) / "modules").iterdir())


@pytest.mark.parametrize("slug", SLUGS)
def test_content_shuts_nobody_out(slug: str, new_reader: NewReader, key: AnswerKey) -> None:
    """Each section of each module, with everything on it unfolded. A-002, A-070, A-081."""
    reader = new_reader(Way("small phone", options={"viewport": SMALL_PHONE}))
    sections = key.library.modules[slug, "en"].sections
    found = []
    for path in ("", *(f"{section.key}/?open=1" for section in sections)):
        reader.open(f"/en/modules/{slug}/{path}")
        reader.page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
        found += [f"{path}: {line}" for line in inspect_once(reader.page)]
    assert not found, "\n".join(found)


def test_nothing_is_shown_on_one_phone_alone() -> None:
    """Else every rule would have to be asked at both widths."""
    style = (Path(settings.BASE_DIR) / "static" / "waymark.css").read_text("utf-8")
    widths = {float(em) * 16 for em in re.findall(r"-width: ?([\d.]+)em", style)}
    assert max(widths) > PHONE["width"]
    assert not [width for width in widths if SMALL_PHONE["width"] < width <= PHONE["width"]]


PLANTED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".lead { color: #666; } #wide { width: 500px; height: 1px; }"
    + " #small { display: block; width: 20px; height: 20px; overflow: hidden; font-size: 9px; }");
  document.adoptedStyleSheets = [sheet];
  document.querySelector("main").insertAdjacentHTML("beforeend",
    "<h4>A level left out</h4><input><div id=wide></div><a id=small href='/en/about/'>On</a>");
}"""


def test_inspection_finds_what_is_planted(reader: Reader) -> None:
    """A page with faults of every sort is not passed over."""
    reader.open("/en/")
    assert inspect_once(reader.page) == []
    reader.page.evaluate(PLANTED)
    found = "\n".join(inspect_once(reader.page))
    for fault in (
        "h4 after h2",
        "axe violations: color-contrast-enhanced at .lead",
        "axe violations: heading-order at h4",
        "axe violations: label at input",
        "wider than the window: ",
        '20×20 px, at least 44: <a id="small"',
    ):
        assert fault in found


FAINT_IN_DARK = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("@media (prefers-color-scheme: dark) { .lead { color: #666; } }");
  document.adoptedStyleSheets = [sheet];
}"""


def test_inspection_finds_what_is_faint_in_dark_alone(reader: Reader) -> None:
    reader.open("/en/")
    reader.page.evaluate(FAINT_IN_DARK)
    show(reader.page, width=PHONE["width"], dark=False)
    assert axe(reader.page, only=COLOURS) == []
    show(reader.page, width=PHONE["width"], dark=True)
    (found,) = axe(reader.page, only=COLOURS)
    assert found.startswith("axe violations: color-contrast at .lead: ")


def test_states_cover_every_template() -> None:
    """A-001."""
    folder = Path(settings.BASE_DIR) / "templates"
    pages = {
        str(file.relative_to(folder))
        for audience in ("public", "learner", "nurse", "overview", "account", "mfa", "errors")
        for file in (folder / audience).rglob("*.html")
    }
    assert {state.template for state in STATES} == pages - NO_PAGES
