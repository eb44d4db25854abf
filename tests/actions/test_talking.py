from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from learning.actions import talking
from learning.actions.grouping import NotYourGroup
from learning.actions.talking import MemberGone, NotShared
from learning.models import (
    AuditEntry,
    Edition,
    Group,
    Membership,
    StaffMember,
    TalkedOver,
    TeachBack,
    TeamQuestion,
)
from tests import factories
from tests.factories import NOW
from tests.visitor import SLUG

LATER = NOW + datetime.timedelta(minutes=5)


@pytest.fixture
def nurse(db: None) -> StaffMember:
    return factories.staff_member(clinic=factories.clinic())


@pytest.fixture
def group(nurse: StaffMember) -> Group:
    return factories.group(nurses=[nurse])


@pytest.fixture
def member(group: Group) -> Membership:
    return factories.membership(group=group, learner=factories.learner(), label="Slip 7")


@pytest.fixture
def question(member: Membership) -> TeamQuestion:
    return factories.team_question(learner=member.learner, shared_at=NOW)


def teach_back(nurse: StaffMember, member: Membership, **changes: Any) -> TeachBack:
    given: dict[str, Any] = {
        "module": SLUG,
        "objective": "routes",
        "result": "again",
        "token": "t" * 22,
    }
    given |= {"now": NOW, "nurse": nurse, "membership": member, **changes}
    return talking.note_teach_back(**given)


def audit() -> list[tuple[str, str, str]]:
    return list(
        AuditEntry.objects.exclude(actor="operator").values_list("actor", "verb", "object_key")
    )


def talks() -> list[tuple[str, str, str]]:
    return list(TeachBack.objects.values_list("module__slug", "objective", "result"))


def test_teach_back_is_noted_with_who_and_when_but_no_content_in_the_log(
    nurse: StaffMember, member: Membership, edition: Edition
) -> None:
    made = teach_back(nurse, member)
    assert (made.membership, made.by, made.at) == (member, nurse, NOW)
    assert talks() == [(SLUG, "routes", "again")]
    assert audit() == [(nurse.actor, "noted a teach-back", member.key)]


def test_teach_back_by_the_same_form_is_noted_once(
    nurse: StaffMember, member: Membership, edition: Edition
) -> None:
    """Replayed: whatever the second one says, the first stands."""
    first = teach_back(nurse, member)
    second = teach_back(nurse, member, result="own_words", now=LATER)
    assert (first, talks(), len(audit())) == (second, [(SLUG, "routes", "again")], 1)


@pytest.mark.parametrize(
    "changes", [{"module": "no-such-module"}, {"module": ""}, {"objective": "no-such-idea"}]
)
def test_teach_back_about_nothing_is_refused(
    nurse: StaffMember, member: Membership, edition: Edition, changes: dict[str, str]
) -> None:
    with pytest.raises(NotShared):
        teach_back(nurse, member, **changes)
    assert (talks(), audit()) == ([], [])


def test_teach_back_is_refused_once_she_shares_no_ideas(
    nurse: StaffMember, member: Membership, edition: Edition
) -> None:
    """S-008: the page was open while she lowered what she shares."""
    Membership.objects.update(sharing=2)
    with pytest.raises(NotShared):
        teach_back(nurse, member)
    assert (talks(), audit()) == ([], [])


def test_teach_back_is_taken_back_once_and_by_its_nurse_alone(
    nurse: StaffMember, member: Membership, edition: Edition
) -> None:
    colleague = factories.staff_member(name="Cora Colleague", clinic=nurse.clinic)
    member.group.nurses.add(colleague)
    teach_back(nurse, member)
    talking.take_back(nurse=colleague, membership=member, token="t" * 22, now=LATER)
    assert len(talks()) == 1
    for _ in range(2):
        talking.take_back(nurse=nurse, membership=member, token="t" * 22, now=LATER)
    assert talks() == []
    assert audit()[1:] == [(nurse.actor, "took back a teach-back", member.key)]


def over() -> list[tuple[int | None, datetime.datetime]]:
    return list(TalkedOver.objects.values_list("by", "at"))


def test_question_is_talked_over_and_kept_for_later(
    nurse: StaffMember, member: Membership, question: TeamQuestion
) -> None:
    hers: dict[str, Any] = {"nurse": nurse, "membership": member, "question": question.key}
    talking.note_talked_over(**hers, now=NOW)
    talking.note_talked_over(**hers, now=LATER)
    assert over() == [(nurse.pk, LATER)]
    for _ in range(2):
        talking.note_not_talked_over(**hers, now=LATER)
    assert over() == []
    assert audit() == [
        (nurse.actor, "talked a question over", member.key),
        (nurse.actor, "kept a question for later", member.key),
    ]


@pytest.mark.parametrize("note", [talking.note_talked_over, talking.note_not_talked_over])
def test_question_that_is_not_shared_or_another_persons_is_refused(
    nurse: StaffMember, member: Membership, question: TeamQuestion, note: Callable[..., None]
) -> None:
    """S-002, S-008"""
    stranger = factories.team_question(learner=factories.learner(), shared_at=NOW)
    own = factories.team_question(learner=member.learner)
    for key in (stranger.key, own.key, "no-such-question"):
        with pytest.raises(NotShared):
            note(nurse=nurse, membership=member, question=key, now=NOW)
    assert (over(), audit()) == ([], [])


def test_label_is_kept_and_the_same_again_is_no_news(
    nurse: StaffMember, member: Membership
) -> None:
    for label in ("Bed 4", "Bed 4", ""):
        talking.label_member(nurse=nurse, membership=member, label=label, now=NOW)
        assert Membership.objects.get().label == label
    assert audit() == [(nurse.actor, "labeled a member", member.key)] * 2


def test_removed_member_goes_with_all_that_hangs_on_her_place(
    nurse: StaffMember, member: Membership, edition: Edition, question: TeamQuestion
) -> None:
    learner = member.learner
    factories.assignment(group=member.group, edition=edition, membership=member)
    factories.assignment(group=member.group, edition=edition)
    teach_back(nurse, member)
    talking.note_talked_over(nurse=nurse, membership=member, question=question.key, now=NOW)
    for _ in range(2):
        talking.remove_member(nurse=nurse, membership=member, now=NOW)
    assert not Membership.objects.exists()
    assert (talks(), over()) == ([], [])
    assert member.group.assignments.count() == 1
    learner.refresh_from_db()
    assert learner.team_questions.get().shared_at == NOW
    assert audit()[2:] == [(nurse.actor, "removed a member", member.key)]


READ = "read a person’s page"


def test_reading_is_noted_once_an_hour_for_each_nurse_person_and_page(
    nurse: StaffMember, member: Membership, group: Group
) -> None:
    colleague = factories.staff_member(name="Cora Colleague", clinic=nurse.clinic)
    other = factories.membership(group=group, learner=factories.learner(), call_name="Tall Hill")

    def read(who: StaffMember, whom: Membership, minutes: int, verb: str = READ) -> None:
        now = NOW + datetime.timedelta(minutes=minutes)
        talking.note_read(nurse=who, membership=whom, verb=verb, now=now)

    for minutes in (0, 1, 59, 60, 61):
        read(nurse, member, minutes)
    read(colleague, member, 2)
    read(nurse, other, 2)
    read(nurse, member, 2, "read a chart note")
    assert sorted(audit()) == sorted(
        [
            (nurse.actor, READ, member.key),
            (nurse.actor, READ, member.key),
            (colleague.actor, READ, member.key),
            (nurse.actor, READ, other.key),
            (nurse.actor, "read a chart note", member.key),
        ]
    )


def test_reading_of_somebody_who_is_gone_or_noted_meanwhile_leaves_nothing(
    nurse: StaffMember, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = factories.membership(group=member.group, learner=factories.learner(), call_name="X Y")
    Membership.objects.filter(pk=gone.pk).delete()
    talking.note_read(nurse=nurse, membership=gone, verb=READ, now=NOW)
    assert audit() == []

    found = AuditEntry.objects.filter

    class Late:
        """Another page of hers was noted between the first look and the lock."""

        def exists(self) -> bool:
            monkeypatch.setattr(AuditEntry.objects, "filter", found)
            talking.note_read(nurse=nurse, membership=member, verb=READ, now=NOW)
            return False

    monkeypatch.setattr(AuditEntry.objects, "filter", lambda **_: Late())
    talking.note_read(nurse=nurse, membership=member, verb=READ, now=NOW)
    assert audit() == [(nurse.actor, READ, member.key)]


def test_roster_is_noted(nurse: StaffMember, group: Group) -> None:
    talking.note_roster(nurse=nurse, group=group, now=NOW)
    assert audit() == [(nurse.actor, "downloaded a roster", group.key)]


def everything(nurse: StaffMember, member: Membership, question: str) -> list[Callable[[], Any]]:
    hers: dict[str, Any] = {"nurse": nurse, "membership": member, "now": NOW}
    return [
        lambda: teach_back(nurse, member),
        lambda: talking.take_back(**hers, token="t" * 22),
        lambda: talking.note_talked_over(**hers, question=question),
        lambda: talking.note_not_talked_over(**hers, question=question),
        lambda: talking.label_member(**hers, label="Hers"),
        lambda: talking.remove_member(**hers),
        lambda: talking.note_roster(nurse=nurse, group=member.group, now=NOW),
    ]


def test_nurse_who_does_not_look_after_the_group_does_nothing(
    nurse: StaffMember, member: Membership, edition: Edition, question: TeamQuestion
) -> None:
    """S-002, S-007: another nurse, one who was taken out of the group, and a closed group."""
    stranger = factories.staff_member(name="Olga Other", clinic=nurse.clinic)
    for act in everything(stranger, member, question.key):
        with pytest.raises(NotYourGroup):
            act()
    Group.objects.update(closed_at=NOW)
    for act in everything(nurse, member, question.key):
        with pytest.raises(NotYourGroup):
            act()
    assert (Membership.objects.get().label, talks(), over(), audit()) == ("Slip 7", [], [], [])


def test_nothing_is_noted_about_somebody_who_left(
    nurse: StaffMember, member: Membership, edition: Edition, question: TeamQuestion
) -> None:
    """S-008"""
    Membership.objects.all().delete()
    for act in everything(nurse, member, question.key)[:5]:
        with pytest.raises(MemberGone):
            act()
    assert (talks(), over(), audit()) == ([], [], [])
