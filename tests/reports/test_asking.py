from __future__ import annotations

from pathlib import Path

import pytest

from learning.content.suggestions import GENERAL, SUGGESTIONS
from learning.reports.asking import Group, QuestionsPage, Suggested, groups_of, questions_page
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_modules(tmp_path: Path) -> None:
    modules = [factories.module(slug=slug, title=slug.title()) for slug in ("bones", "liver")]
    factories.published(folder=tmp_path, modules=[*modules, factories.module(slug="other")])


def suggested(slug: str, *kept: str) -> tuple[Suggested, ...]:
    return tuple(Suggested(text, text in kept) for text in SUGGESTIONS["en"][slug])


def test_page_of_nobody_offers_general_suggestions() -> None:
    assert questions_page("en", "", None) == QuestionsPage(
        questions=(),
        groups=(),
        about="",
        about_title="",
        suggested=suggested(GENERAL),
        topics=(("bones", "Bones"), ("liver", "Liver")),
    )


def test_page_about_a_module_offers_its_suggestions_and_says_which_are_kept() -> None:
    anna, night = factories.learner(), "Which number do I call at night?"
    question = factories.team_question(learner=anna, text=night)
    factories.team_question(learner=factories.learner(), text="Another?")
    assert questions_page("en", "bones", anna) == QuestionsPage(
        questions=(question,),
        groups=(),
        about="bones",
        about_title="Bones",
        suggested=suggested("bones", night),
        topics=(("liver", "Liver"),),
    )


@pytest.mark.parametrize("about", ["lungs", "other", "no-such-module", "<b>"])
def test_page_about_what_is_not_offered_or_has_none_is_the_general_one(about: str) -> None:
    assert questions_page("en", about, None) == questions_page("en", "", None)


def test_page_in_a_language_without_suggestions_has_none() -> None:
    assert questions_page("xx", "bones", None) == QuestionsPage((), (), "", "", (), ())


def test_groups_of_a_learner_are_the_open_ones_by_clinic() -> None:
    anna = factories.learner()
    south, north = factories.clinic(name="South"), factories.clinic(name="North")
    for clinic, name in ((south, "Tuesday"), (north, "Friday"), (south, "Monday"), (south, "Old")):
        nurse = factories.staff_member(name=f"{name} Nurse", clinic=clinic)
        group = factories.group(nurses=[nurse], name=name)
        if name == "Old":
            group.closed_at = NOW
            group.save()
        factories.membership(group=group, learner=anna)
    assert groups_of(anna) == (
        Group("Friday", "North"),
        Group("Monday", "South"),
        Group("Tuesday", "South"),
    )
    assert groups_of(factories.learner()) == ()
