from __future__ import annotations

import datetime

import pytest

from learning.actions import talking
from learning.models import Edition, Membership, StaffMember
from learning.reports import person
from learning.reports.person import Talked
from tests import factories
from tests.factories import NOW, TODAY
from tests.visitor import SLUG

ROUTES, STEPS = "How cells can move.", "What a cell does first."
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def nurse(db: None) -> StaffMember:
    return factories.staff_member(clinic=factories.clinic())


@pytest.fixture
def member(nurse: StaffMember) -> Membership:
    group = factories.group(nurses=[nurse])
    return factories.membership(group=group, learner=factories.learner(), label="Slip 7")


def talk(nurse: StaffMember, member: Membership, objective: str, result: str) -> None:
    talking.note_teach_back(
        nurse=nurse,
        membership=member,
        module=SLUG,
        objective=objective,
        result=result,
        token=f"{objective:22}",
        now=LATER,
    )


@pytest.fixture
def talked(nurse: StaffMember, member: Membership, edition: Edition) -> Membership:
    factories.checked(
        learner=member.learner,
        edition=edition,
        answers={"routes-one": "not_right", "steps-one": "unsure"},
    )
    talk(nurse, member, "routes", "own_words")
    talk(nurse, member, "steps", "again")
    return member


def page(
    member: Membership, nurse: StaffMember, now: datetime.datetime = LATER
) -> person.PersonPage:
    member.refresh_from_db()
    return person.person_page(member, nurse, now=now)


def test_page_of_somebody_who_shares_her_ideas(
    talked: Membership, nurse: StaffMember, edition: Edition
) -> None:
    question = factories.team_question(learner=talked.learner, shared_at=NOW)
    talking.note_talked_over(nurse=nurse, membership=talked, question=question.key, now=LATER)
    waiting = factories.team_question(learner=talked.learner, text="And?", shared_at=LATER)
    factories.assignment(group=talked.group, edition=edition)
    found = page(talked, nurse)
    assert found.shares == "which modules they finished, and ideas they may want to talk over"
    assert [(each.idea.sentence, each.talked) for each in found.ideas] == [
        (STEPS, ((TODAY, "needs another go"),))
    ]
    assert [(each.question, each.talked_on) for each in found.questions] == [
        (question, TODAY),
        (waiting, None),
    ]
    assert [given.title for given, _ in found.assigned] == ["How breast cancer spreads"]
    assert found.talks == (
        Talked(TODAY, STEPS, "needs another go", "Nora Nurse", f"{'steps':22}"),
        Talked(TODAY, ROUTES, "said it in own words", "Nora Nurse", f"{'routes':22}"),
    )


def test_a_talk_can_be_taken_back_for_a_day_by_its_nurse_alone(
    talked: Membership, nurse: StaffMember
) -> None:
    colleague = factories.staff_member(name="Cora Colleague", clinic=nurse.clinic)
    day_later = LATER + datetime.timedelta(days=1)
    for who, now in ((colleague, LATER), (nurse, day_later)):
        assert [each.token for each in page(talked, who, now).talks] == ["", ""]
    nurse.delete()
    assert [each.by for each in page(talked, colleague).talks] == ["", ""]


def test_what_came_of_talking_goes_when_she_lowers_what_she_shares(
    talked: Membership, nurse: StaffMember, edition: Edition
) -> None:
    """S-008: a talk would tell of an idea that is no longer shared."""
    Membership.objects.update(sharing=2)
    found = page(talked, nurse)
    assert (found.shares, found.ideas, found.talks) == ("which modules they finished", (), ())
    Membership.objects.update(sharing=1)
    assert page(talked, nurse).shares == "only that they joined"
    Membership.objects.update(sharing=3)
    Edition.objects.update(objectives=[["routes", ROUTES]], digest="steps are gone")
    assert [each.sentence for each in page(talked, nurse).talks] == [ROUTES]
    Edition.objects.update(withdrawn_at=NOW)
    assert page(talked, nurse).talks == ()


WHOLE = """\
Waymark (patient education), November 25, 2026
Group: Tuesday
Call name: Green Lake
Label: Slip 7

Modules finished:
- How breast cancer spreads, November 25, 2026

Ideas to talk over:
- How breast cancer spreads: What a cell does first.

Talked over:
- November 25, 2026: What a cell does first. Result: needs another go
- November 25, 2026: How cells can move. Result: said it in own words

Questions for the team:
- Can I fly in May?
"""
FINISHED = """\
Waymark (patient education), November 25, 2026
Group: Tuesday
Call name: Green Lake
Label: Slip 7

Modules finished:
- How breast cancer spreads, November 25, 2026
"""


def test_note_for_the_chart_at_each_level(talked: Membership, nurse: StaffMember) -> None:
    """Neither her own name nor an answer, nor how sure she was."""
    question = factories.team_question(learner=talked.learner, shared_at=NOW)
    Membership.objects.update(own_name="Anna")
    talked.refresh_from_db()
    assert person.note_for_chart(talked, nurse, now=LATER) == WHOLE
    question.delete()
    Membership.objects.update(sharing=2)
    assert person.note_for_chart(talked, nurse, now=LATER) == FINISHED
    Membership.objects.update(sharing=1)
    assert person.note_for_chart(talked, nurse, now=LATER) == FINISHED.partition("\n\n")[0] + "\n"
