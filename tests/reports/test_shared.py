"""What nurses see of a learner, from her answers on. The page she joins by shows the same."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from learning.actions import talking
from learning.actions.publishing import publish, withdraw_question
from learning.models import Edition, Group, Learner, Membership, StaffMember
from learning.models.groups import Sharing
from learning.reports import shared
from learning.reports.shared import FinishedModule, Shared
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.visitor import SLUG

TITLE = "How breast cancer spreads"
ROUTES, STEPS = "How cells can move.", "What a cell does first."


def at(day: int) -> datetime.datetime:
    return NOW + datetime.timedelta(days=day)


@pytest.fixture
def nurse(db: None) -> StaffMember:
    return factories.staff_member(clinic=factories.clinic())


@pytest.fixture
def group(nurse: StaffMember) -> Group:
    return factories.group(nurses=[nurse])


@pytest.fixture
def anna(db: None) -> Learner:
    return factories.learner()


def check(learner: Learner, edition: Edition, day: int = 0, sure: str = "", **said: str) -> None:
    answers = {key.replace("_", "-"): verdict for key, verdict in said.items()}
    factories.checked(learner=learner, edition=edition, answers=answers, sure=sure, at=at(day))


def ideas(learner: Learner, membership: Membership | None = None) -> list[tuple[str, str, bool]]:
    found = shared.shared_by(learner, Sharing.IDEAS, membership).ideas
    return [(idea.sentence, idea.kind, idea.unsure) for idea in found]


# Which ideas are open


def test_ideas_are_what_was_not_right_or_not_sure_after_reading(
    anna: Learner, edition: Edition
) -> None:
    check(anna, edition, routes_one="not_right", steps_order="unsure", sure="very")
    found = shared.shared_by(anna, Sharing.IDEAS)
    assert [
        (idea.slug, idea.title, idea.objective, idea.sentence, idea.prompt, idea.kind, idea.unsure)
        for idea in found.ideas
    ] == [
        (
            SLUG,
            TITLE,
            "routes",
            ROUTES,
            "How would you tell a friend the ways that cells can move?",
            "other",
            False,
        ),
        (
            SLUG,
            TITLE,
            "steps",
            STEPS,
            "In your own words, what does a cell do first?",
            "other",
            True,
        ),
    ]
    assert [idea.state.mistaken for idea in found.ideas] == [True, False]
    assert [idea.state.since for idea in found.ideas] == [NOW, NOW]


def test_answers_from_before_reading_are_never_shared(anna: Learner, edition: Edition) -> None:
    factories.checked(
        learner=anna, edition=edition, answers={"routes-one": "not_right"}, occasion="before"
    )
    assert shared.shared_by(anna, Sharing.IDEAS) == Shared(Sharing.IDEAS)


def test_only_the_first_try_counts(anna: Learner, edition: Edition) -> None:
    check(anna, edition, routes_one="not_right", steps_order="right")
    for place in anna.sittings.get().questions.all():
        factories.answer(place=place)
    assert ideas(anna) == [(ROUTES, "other", False)]


@pytest.mark.parametrize(
    ("second", "still_open"),
    [
        ({"routes_several": "right"}, []),
        ({"routes_one": "right"}, [(ROUTES, "other", False)]),
        ({"routes_several": "unsure"}, [(ROUTES, "other", True)]),
        ({"steps_one": "right"}, [(ROUTES, "other", False)]),
    ],
)
def test_another_check_closes_an_idea_in_another_form(
    anna: Learner, edition: Edition, second: dict[str, str], still_open: list[tuple[str, str, bool]]
) -> None:
    check(anna, edition, routes_one="not_right")
    check(anna, edition, day=1, **second)
    assert ideas(anna) == still_open


def test_talk_in_own_words_closes_it_for_that_group_alone(
    anna: Learner, edition: Edition, nurse: StaffMember, group: Group
) -> None:
    """One person in two groups: what was talked over belongs to each membership."""
    here = factories.membership(group=group, learner=anna)
    there = factories.membership(group=factories.group(nurses=[nurse], name="B"), learner=anna)
    check(anna, edition, routes_one="not_right", steps_one="unsure")
    for objective, result in (("routes", "own_words"), ("steps", "again")):
        talking.note_teach_back(
            nurse=nurse,
            membership=here,
            module=SLUG,
            objective=objective,
            result=result,
            token=f"{objective:22}",
            now=at(1),
        )
    assert ideas(anna, here) == [(STEPS, "other", True)]
    assert ideas(anna, there) == ideas(anna) == [(ROUTES, "other", False), (STEPS, "other", True)]
    found = shared.shared_by(anna, Sharing.IDEAS, here).ideas[0].state
    assert [(talk.at, talk.result) for talk in found.talked] == [(at(1), "again")]


def test_idea_of_a_withdrawn_question_is_not_shown(anna: Learner, edition: Edition) -> None:
    check(anna, edition, routes_one="not_right", steps_order="not_right")
    assert len(ideas(anna)) == 2
    for number, key in enumerate(("routes-one", "steps-order"), start=1):
        withdraw_question(slug=SLUG, key=key, version=1, note="So.", actor="operator", now=NOW)
        assert len(ideas(anna)) == 2 - number


def test_idea_that_is_no_longer_taught_is_not_shown(
    anna: Learner, edition: Edition, tmp_path: Path
) -> None:
    check(anna, edition, routes_one="not_right", steps_order="not_right")
    Edition.objects.update(objectives=[["routes", "In other words."]], digest="another")
    assert ideas(anna) == [("In other words.", "other", False)]
    Edition.objects.update(withdrawn_at=NOW)
    assert ideas(anna) == []


def test_idea_stays_open_when_the_module_is_published_anew(
    anna: Learner, edition: Edition, tmp_path: Path
) -> None:
    check(anna, edition, routes_one="not_right")
    again = factories.module(title="How it spreads, again")
    publish(factories.library(folder=tmp_path, modules=[again]), actor="operator", now=at(1))
    new = Edition.objects.get(current=True)
    assert new != edition
    found = shared.shared_by(anna, Sharing.IDEAS).ideas
    assert [(idea.title, idea.sentence) for idea in found] == [("How it spreads, again", ROUTES)]
    check(anna, new, day=2, routes_several="right")
    assert ideas(anna) == []


def test_kind_is_that_of_the_module_and_of_the_question_that_was_missed(
    anna: Learner, tmp_path: Path
) -> None:
    call = {"kind": "call-now", "text": "Call your team now."}
    edition = factories.published(
        folder=tmp_path,
        modules=[
            factories.module(
                questions=[
                    factories.one_question(),
                    factories.several_question(),
                    factories.pairs_question(),
                    factories.steps_question(action=call),
                ]
            ),
            factories.module(slug="aims-of-treatment", title="What treatment is for"),
        ],
    )
    aims = Edition.objects.get(module__slug="aims-of-treatment")
    bella = factories.learner()
    check(anna, edition, routes_one="not_right", steps_one="not_right")
    check(anna, aims, routes_one="unsure")
    check(bella, edition, steps_order="not_right")
    assert ideas(anna) == [
        (STEPS, "safety", False),
        (ROUTES, "aim", True),
        (ROUTES, "other", False),
    ]
    assert ideas(bella) == [(STEPS, "other", False)]
    Edition.objects.filter(pk=edition.pk).update(must_know=["routes"], digest="another")
    assert ideas(anna)[0] == (ROUTES, "safety", False)


# Levels


def test_each_level_holds_those_before_it(anna: Learner, edition: Edition, group: Group) -> None:
    """B8: what is not shared is absent, and a question is shared by itself."""
    check(anna, edition, routes_one="not_right", steps_order="right")
    asked = factories.team_question(learner=anna, shared_at=NOW)
    factories.team_question(learner=anna, text="Not this one.")
    finished = FinishedModule(SLUG, TITLE, NOW.date())
    expected = [
        Shared(Sharing.JOINED, questions=(asked,)),
        Shared(Sharing.FINISHED, finished=(finished,), questions=(asked,)),
    ]
    levels = shared.shared_at_each_level(anna)
    assert list(levels[:2]) == expected
    assert levels[2].finished == (finished,)
    assert [idea.sentence for idea in levels[2].ideas] == [ROUTES]
    assert shared.shared_at_each_level(None) == tuple(Shared(level) for level in Sharing)
    joined = factories.membership(group=group, learner=anna)
    for level in Sharing:
        Membership.objects.update(sharing=level)
        joined.refresh_from_db()
        mine = shared.shared_by_members(shared.members_by_id([joined.pk]), shared.offered())
        assert mine == {joined.pk: levels[level - 1]}
        assert shared.shared_in([joined]) == (levels[level - 1],)


def test_a_module_is_finished_on_the_day_of_its_last_check(anna: Learner, edition: Edition) -> None:
    for day in (0, 3):
        check(anna, edition, day=day, routes_one="right")
    factories.sitting(learner=anna, edition=edition, started_at=at(5))
    found = shared.shared_by(anna, Sharing.FINISHED).finished
    assert found == (FinishedModule(SLUG, TITLE, at(3).date()),)


def test_the_same_learner_in_two_groups_shows_each_what_she_shares_with_it(
    anna: Learner, edition: Edition, nurse: StaffMember, group: Group
) -> None:
    check(anna, edition, routes_one="not_right")
    everything = factories.membership(group=group, learner=anna)
    nothing = factories.membership(
        group=factories.group(nurses=[nurse], name="B"), learner=anna, sharing=1
    )
    members = shared.members_of_groups([group.pk, nothing.group_id])
    found = shared.shared_by_members(members, shared.offered())
    assert found[nothing.pk] == Shared(Sharing.JOINED)
    assert [idea.sentence for idea in found[everything.pk].ideas] == [ROUTES]
    assert shared.finished_in_groups([group.pk, nothing.group_id], [edition.module_id]) == {
        (everything.pk, edition.module_id)
    }
    assert [len(shared.ideas_of(row, shared.offered())) for row in members] == [1, 0]


# Cost


def statements(group: Group) -> int:
    with counted() as count:
        shared.shared_by_members(shared.members_of_groups([group.pk]), shared.offered())
    return count.all


def test_the_number_of_queries_does_not_grow(edition: Edition, group: Group) -> None:
    found = []
    shared.offered()
    for number in range(9):
        learner = factories.learner()
        factories.membership(group=group, learner=learner, call_name=f"Name {number}")
        check(learner, edition, routes_one="not_right", steps_one="unsure")
        check(learner, edition, day=1, routes_several="right", steps_one="right")
        found.append(statements(group))
    assert set(found[1:]) == {found[0]}
