"""The content desk: what is published, what is due, and what each edition changed."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.actions.publishing import withdraw_module
from learning.models import Edition, Section
from learning.reports.desk import Desk, content_desk
from learning.reports.desk_module import desk_module
from tests import factories
from tests.counting import counted
from tests.factories import (
    NOW,
    TODAY,
    module,
    one_question,
    pairs_question,
    routes_section,
    several_question,
    steps_question,
    steps_section,
)

pytestmark = pytest.mark.django_db
SLUG = "how-it-spreads"


def due(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


def desk() -> Desk:
    return content_desk("en", today=TODAY)


def slugs(lines: Any) -> list[str]:
    return [line.edition.module.slug for line in lines]


def test_desk_tells_what_is_due_of_what_is_offered(tmp_path: Path) -> None:
    factories.published(
        folder=tmp_path,
        modules=[
            module(slug="later", review_due=due(61)),
            module(slug="soon", review_due=due(60)),
            module(slug="overdue", reviewed=due(-9), review_due=due(-1)),
            module(slug="gone", reviewed=due(-9), review_due=due(-2)),
        ],
    )
    withdraw_module(slug="gone", language="en", actor="operator", now=NOW)
    factories.sign_off(edition=Edition.objects.get(module__slug="soon"))
    factories.sign_off(edition=Edition.objects.get(module__slug="later"), kind="patient")
    found = desk()
    assert slugs(found.lines) == ["later", "soon", "overdue", "gone"]
    assert [(line.days, line.review) for line in found.reviews] == [(-1, "overdue"), (60, "soon")]
    assert slugs(found.not_approved) == ["later", "overdue"]
    assert content_desk("xx", today=TODAY) == Desk(())


def test_desk_takes_as_many_queries_for_three_modules_as_for_one(tmp_path: Path) -> None:
    factories.published(folder=tmp_path / "one")
    with counted() as one:
        desk()
    factories.published(
        folder=tmp_path / "three", modules=[module(), module(slug="bones"), module(slug="lungs")]
    )
    with counted() as three:
        assert len(desk().lines) == 3
    assert (one.all, three.all) == (2, 2)


def put(folder: Path, **given: Any) -> Edition:
    return factories.published(folder=folder, modules=[module(**given)])


def changed() -> list[tuple[int, str]]:
    found = desk_module("en", SLUG)
    assert found is not None
    return [(line.edition.number, line.changed) for line in found.editions]


def test_editions_are_told_newest_first_with_what_each_changed(
    edition: Edition, tmp_path: Path
) -> None:
    put(tmp_path, title="How it can spread")
    put(tmp_path, sections=[routes_section(title="The three ways"), steps_section()])
    put(
        tmp_path,
        sections=[routes_section(title="The three ways"), steps_section()],
        questions=[
            one_question(stem="Which way is one?"),
            several_question(),
            pairs_question(),
            steps_question(key="steps-new"),
        ],
    )
    assert changed() == [
        (4, "1 question added, 1 question changed, 1 question gone."),
        (3, "1 section changed."),
        (2, "No section and no question changed."),
        (1, "The first edition, with 2 sections and 4 questions."),
    ]


def test_html_that_was_only_rendered_again_is_no_change(edition: Edition, tmp_path: Path) -> None:
    first = edition.sections.get(key="five-steps")
    Section.objects.filter(pk=first.pk).update(html=f"<div>{first.html}</div>")
    put(tmp_path, title="How it can spread")
    assert changed()[0] == (2, "No section and no question changed.")


def test_module_takes_the_same_queries_for_any_number_of_editions(
    edition: Edition, tmp_path: Path
) -> None:
    factories.sign_off(edition=edition)
    with counted() as one:
        desk_module("en", SLUG)
    for number in range(12):
        put(tmp_path, title=f"How it can spread {number}")
    with counted() as many:
        assert len(changed()) == 13
    assert many.all == one.all == 5


def test_desk_has_no_page_of_a_module_that_was_never_published(edition: Edition) -> None:
    assert desk_module("en", "no-such-module") is None
    assert desk_module("xx", SLUG) is None
