"""What there is to read, and where one reader stands."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.actions.publishing import withdraw_module
from learning.actions.reading import mark_read
from learning.models import Edition, Learner, Question
from learning.reports import reading
from learning.reports.approvals import Approvals
from learning.reports.evidence import evidence
from learning.reports.reading import (
    Entry,
    ModulePage,
    ModuleRow,
    Part,
    Place,
    SectionPage,
    SectionRow,
)
from learning.rules.progress import ModuleState
from tests import factories
from tests.counting import counted
from tests.factories import NOW

SLUG, TITLE = "how-it-spreads", "How breast cancer spreads"
DOOR = {"covers": "How a cell leaves.", "minutes": 2}


@pytest.fixture
def learner(edition: Edition) -> Learner:
    return factories.learner()


def row(**changes: Any) -> ModuleRow:
    return ModuleRow(
        **{
            "slug": SLUG,
            "title": TITLE,
            "summary": "How the cells move.",
            "minutes": 5,
            "state": "new",
            "sections": 2,
            "sections_read": 0,
            **changes,
        }
    )


def read(learner: Learner, edition: Edition, *sections: str, days: int = 0) -> None:
    for section in sections:
        mark_read(
            learner=learner,
            module=edition.module,
            section=section,
            now=NOW + datetime.timedelta(days=days),
        )


def three_modules(folder: Path) -> None:
    files = [
        factories.module(slug="how-it-spreads"),
        factories.module(slug="in-bone", title="In bone", part="places"),
        factories.module(slug="in-lung", title="In lung", part="places"),
    ]
    parts = [
        {"key": "basics", "title": {"en": "The basics"}, "modules": ["how-it-spreads"]},
        {"key": "places", "title": {"en": "Places"}, "modules": ["in-lung", "in-bone"]},
    ]
    factories.published(folder=folder, modules=files, parts=parts)


# The list


def test_module_list_for_a_stranger(edition: Edition) -> None:
    assert reading.module_list("en", None) == (Part("The basics", (row(),)),)


def test_module_list_groups_by_part_in_the_order_of_the_file(db: None, tmp_path: Path) -> None:
    three_modules(tmp_path)
    assert reading.module_list("en", None) == (
        Part("The basics", (row(),)),
        Part(
            "Places", (row(slug="in-lung", title="In lung"), row(slug="in-bone", title="In bone"))
        ),
    )


def test_module_list_of_a_language_without_modules_is_empty(edition: Edition) -> None:
    """R-069"""
    assert reading.module_list("xx", None) == ()


def test_module_list_leaves_a_withdrawn_module_out(edition: Edition) -> None:
    """R-063"""
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert reading.module_list("en", None) == ()


@pytest.mark.parametrize(
    ("sections", "occasion", "answered", "state"),
    [
        ((), None, 0, "new"),
        (("three-routes",), None, 0, "reading"),
        (("gone-since",), None, 0, "new"),
        (("three-routes", "five-steps"), None, 0, "read"),
        (("three-routes",), "before", 0, "reading"),
        ((), "after", 0, "checking"),
        ((), "after", 1, "checking"),
        ((), "after", 2, "finished"),
        ((), "before", 2, "new"),
    ],
)
def test_module_list_tells_where_a_learner_stands(
    edition: Edition,
    learner: Learner,
    sections: tuple[str, ...],
    occasion: str | None,
    answered: int,
    state: ModuleState,
) -> None:
    read(learner, edition, *sections)
    if occasion:
        check = factories.sitting(learner=learner, edition=edition, occasion=occasion)
        for place in check.questions.all()[:answered]:
            factories.answer(place=place)
    here = sum(section != "gone-since" for section in sections)
    assert reading.module_list("en", learner) == (
        Part("The basics", (row(state=state, sections_read=here),)),
    )
    assert reading.module_list("en", factories.learner()) == (Part("The basics", (row(),)),)


def test_lists_take_as_many_queries_for_three_modules_as_for_one(
    edition: Edition, learner: Learner, tmp_path: Path
) -> None:
    def count_all() -> list[int]:
        counts = []
        for ask in (
            lambda: reading.module_list("en", learner),
            lambda: reading.place_to_go_on("en", learner),
            lambda: reading.words("en"),
            lambda: reading.sources("en"),
        ):
            with counted() as count:
                ask()
            counts.append(count.all)
        return counts

    read(learner, edition, "three-routes")
    one = count_all()
    three_modules(tmp_path)
    for number, other in enumerate(Edition.objects.filter(current=True)):
        read(learner, other, "three-routes", days=number)
    assert len(reading.module_list("en", learner)) == 2
    assert count_all() == one


# Where to go on


def test_place_to_go_on_of_somebody_new_is_none(learner: Learner) -> None:
    assert reading.place_to_go_on("en", learner) is None


def test_place_to_go_on_is_the_next_section(edition: Edition, learner: Learner) -> None:
    read(learner, edition, "three-routes")
    assert reading.place_to_go_on("en", learner) == Place(SLUG, TITLE, section="five-steps")
    assert reading.place_to_go_on("xx", learner) is None


def test_place_to_go_on_after_the_last_section_is_none(edition: Edition, learner: Learner) -> None:
    read(learner, edition, "three-routes", "five-steps")
    assert reading.place_to_go_on("en", learner) is None


def test_place_to_go_on_is_the_latest_open_check_at_its_first_open_question(
    edition: Edition, learner: Learner
) -> None:
    read(learner, edition, "three-routes", days=9)
    factories.sitting(learner=learner, edition=edition, occasion="before")
    check = factories.sitting(
        learner=learner, edition=edition, started_at=NOW + datetime.timedelta(days=1)
    )
    factories.answer(place=check.questions.get(number=1))
    assert reading.place_to_go_on("en", learner) == Place(
        SLUG, TITLE, check_key=check.key, question=2, size=2
    )


def test_place_to_go_on_of_a_withdrawn_module_is_its_open_check(
    edition: Edition, learner: Learner
) -> None:
    """R-063: what was begun can be finished."""
    check = factories.sitting(learner=learner, edition=edition)
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert reading.place_to_go_on("en", learner) == Place(
        SLUG, TITLE, check_key=check.key, question=1, size=2
    )


def test_place_to_go_on_of_a_withdrawn_module_that_was_only_read_is_none(
    edition: Edition, learner: Learner
) -> None:
    read(learner, edition, "three-routes")
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert reading.place_to_go_on("en", learner) is None


def test_next_module_is_the_first_one_not_finished() -> None:
    one, two = row(slug="one"), row(slug="two")
    three, four = row(slug="three"), row(slug="four")
    done = {name: row(slug=name, state="finished") for name in ("one", "two", "three")}

    def proposed(*rows: ModuleRow, folded: ModuleRow = four, **given: Any) -> tuple[str, bool]:
        found = reading.next_module([Part("P", rows[:2]), Part("Q", rows[2:], (folded,))], **given)
        return (found.module.slug if found.module else "", found.begun)

    assert proposed(one, two, three) == ("one", False)
    assert proposed(done["one"], two, three) == ("two", True)
    assert proposed(one, done["two"], three, after="two") == ("three", True)
    assert proposed(one, two, done["three"], after="three") == ("one", True)
    assert proposed(*done.values(), after="two") == ("", True)
    assert proposed(one, two, three, after="one", first=["four"]) == ("four", False)
    assert proposed(one, two, three, after="one", first=["elsewhere"]) == ("two", False)
    assert reading.next_module([]) == reading.Next(None, False)


def test_first_open_question_passes_what_was_answered_or_withdrawn(
    edition: Edition, learner: Learner
) -> None:
    keys = ("routes-one", "routes-several", "steps-order")
    check = factories.sitting(learner=learner, edition=edition, keys=keys)
    assert reading.first_open_question(check) == 1
    factories.answer(place=check.questions.get(number=1))
    assert reading.first_open_question(check) == 2
    Question.objects.filter(key="routes-several").update(withdrawn_at=NOW, withdrawn_note="So.")
    assert reading.first_open_question(check) == 3
    factories.answer(place=check.questions.get(number=3))
    assert reading.first_open_question(check) is None


# A module and its sections


def test_module_page_for_a_stranger(edition: Edition) -> None:
    assert reading.module_page("en", SLUG, None) == ModulePage(
        row=row(),
        edition=edition,
        approvals=Approvals(),
        sections=(
            SectionRow("three-routes", "Three ways to spread", False, None),
            SectionRow("five-steps", "The steps", False, DOOR),
        ),
        next_section="three-routes",
        open_before=None,
        open_check=None,
        questions=2,
    )


def test_module_page_for_a_learner_in_the_middle(edition: Edition, learner: Learner) -> None:
    read(learner, edition, "three-routes")
    before = factories.sitting(learner=learner, edition=edition, occasion="before")
    after = factories.sitting(learner=learner, edition=edition)
    factories.answer(place=before.questions.get(number=1))
    page = reading.module_page("en", SLUG, learner)
    assert page == ModulePage(
        row=row(state="checking", sections_read=1),
        edition=edition,
        approvals=Approvals(),
        sections=(
            SectionRow("three-routes", "Three ways to spread", True, None),
            SectionRow("five-steps", "The steps", False, DOOR),
        ),
        next_section="five-steps",
        open_before=Place(SLUG, TITLE, check_key=before.key, question=2, size=2),
        open_check=Place(SLUG, TITLE, check_key=after.key, question=1, size=2),
        questions=2,
    )


def test_module_page_read_to_its_end_begins_anew(edition: Edition, learner: Learner) -> None:
    read(learner, edition, "three-routes", "five-steps")
    page = reading.module_page("en", SLUG, learner)
    assert page is not None
    assert (page.next_section, page.row.state) == ("three-routes", "read")


def test_module_page_of_what_is_not_offered_is_none(edition: Edition) -> None:
    assert reading.module_page("en", "no-such-module", None) is None
    assert reading.module_page("xx", SLUG, None) is None
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert reading.module_page("en", SLUG, None) is None


def test_section_page_leads_to_the_next_and_names_its_door(edition: Edition) -> None:
    first, second = edition.sections.all()
    assert reading.section_page("en", SLUG, "three-routes") == SectionPage(
        edition=edition,
        approvals=Approvals(),
        section=first,
        evidence=evidence(first.statements),
        number=1,
        size=2,
        next_key="five-steps",
        next_title="The steps",
        next_is_door=True,
    )
    assert reading.section_page("en", SLUG, "five-steps") == SectionPage(
        edition=edition,
        approvals=Approvals(),
        section=second,
        evidence=evidence(second.statements),
        number=2,
        size=2,
        next_key=None,
        next_title=None,
        next_is_door=False,
    )


def test_section_page_of_what_is_not_there_is_none(edition: Edition) -> None:
    assert reading.section_page("en", SLUG, "no-such-section") is None
    assert reading.section_page("en", "no-such-module", "three-routes") is None
    assert reading.section_page("xx", SLUG, "three-routes") is None


# Words and sources


def test_words_are_one_entry_each_with_the_modules_that_use_them(db: None, tmp_path: Path) -> None:
    three_modules(tmp_path)
    (entry,) = reading.words("en")
    assert entry == Entry(
        {
            "key": "lymph-system",
            "word": "lymph system",
            "say": "limf",
            "meaning": "A net of thin tubes that drains fluid from the body.",
        },
        ((SLUG, TITLE), ("in-lung", "In lung"), ("in-bone", "In bone")),
    )


def test_sources_are_ordered_by_publisher(edition: Edition) -> None:
    assert [
        (entry.data["key"], entry.data["publisher"], entry.modules)
        for entry in reading.sources("en")
    ] == [("s13", "A charity", ((SLUG, TITLE),)), ("s12", "A health service", ((SLUG, TITLE),))]


def test_words_and_sources_of_withdrawn_modules_are_left_out(edition: Edition) -> None:
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert (reading.words("en"), reading.sources("en")) == ((), ())


def test_content_checked_on_is_the_oldest_date(db: None, tmp_path: Path) -> None:
    assert reading.content_checked_on("en") is None
    old = datetime.date(2026, 11, 20)
    factories.published(
        folder=tmp_path,
        modules=[factories.module(), factories.module(slug="in-bone", reviewed=old)],
    )
    assert reading.content_checked_on("en") == old
