"""Assigning modules: the nurse's pages, and what comes of it on the learner's."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from learning.actions import assigning as actions
from learning.actions.grouping import NotYourGroup
from learning.actions.publishing import withdraw_module
from learning.models import Assignment, Edition, Group, Learner, Membership, StaffMember
from learning.web.nurse import assigning as views
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import NOW, TODAY
from tests.visitor import Shown, Visitor
from tests.web.nurse.test_groups import NASTY, path, sound

BONE, LUNG = "in-bone", "in-lung"
VISIT = TODAY + datetime.timedelta(days=8)


@pytest.fixture
def nora(db: None, tmp_path: Path) -> StaffMember:
    files = [
        factories.module(slug=BONE, title="In bone", summary="About bone.", minutes=1),
        factories.module(slug=LUNG, title="In lung", summary="About lung."),
    ]
    factories.published(folder=tmp_path, modules=files)
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


@pytest.fixture
def visitor(nora: StaffMember) -> Visitor:
    return factories.signed_in(nora)


@pytest.fixture
def anna(group: Group) -> Learner:
    return factories.learner()


@pytest.fixture
def member(group: Group, anna: Learner) -> Membership:
    return factories.membership(group=group, learner=anna, label="Bed 3")


@pytest.fixture
def reader(member: Membership, anna: Learner) -> Visitor:
    factories.device(learner=anna, token="anna-device")
    found = Visitor()
    found.use("anna-device")
    return found


def edition(slug: str = BONE) -> Edition:
    return Edition.objects.get(module__slug=slug)


def finish(learner: Learner, at: datetime.datetime, slug: str = BONE) -> None:
    check = factories.sitting(learner=learner, edition=edition(slug), keys=["routes-one"])
    factories.answer(place=check.questions.get(), at=at)


def send(visitor: Visitor, page: str, *, send: bool = True, **chosen: str | list[str]) -> Shown:
    filled = {"modules": [BONE], "visit_on": "", "note": "", **chosen}
    filled |= {"send": "yes"} if send else {}
    return visitor.press(visitor.get(page), filled, action=page)


def of_person(member: Membership) -> str:
    return f"/en/nurse/people/{member.key}/assign/"


def of(assignment: Assignment) -> str:
    return f"/en/nurse/assignments/{assignment.key}/"


# The nurse assigns


def test_assign_offers_modules_with_their_minutes(visitor: Visitor, group: Group) -> None:
    page = path(group, "assign/")
    shown = sound(visitor.get(page))
    assert shown.heading == "Assign modules to “Tuesday”"
    assert shown.form(page).choices == {"modules": [BONE, LUNG]}
    assert "In bone (1 minute) In lung (5 minutes)" in shown.text
    assert "Nothing is sent." in shown.text
    assert 'min="2026-11-25" max="2027-11-26"' in shown.html


def test_assign_shows_what_they_will_see_and_writes_nothing(
    visitor: Visitor, reader: Visitor, group: Group
) -> None:
    """The preview is word for word what the learner then reads."""
    page = path(group, "assign/")
    chosen: dict[str, str | list[str]] = {
        "modules": [LUNG, BONE],
        "visit_on": str(VISIT),
        "note": " Ask me\r\n anything. ",
    }
    preview = sound(send(visitor, page, send=False, **chosen))
    seen = (
        "From your nurse Green Clinic, before your visit on December 3 “Ask me anything.” "
        "In bone About bone. 1 minute In lung About lung. 5 minutes"
    )
    assert (seen in preview.text, Assignment.objects.count()) == (True, 0)
    assert preview.checked == [("modules", BONE), ("modules", LUNG)]
    sent = visitor.press(preview, {**chosen, "send": "yes"}, action=page)
    first, second = Assignment.objects.all()
    assert (sent.status, sent.headers["Location"]) == (303, of(first))
    assert seen in reader.get("/en/modules/").text
    assert seen in reader.get("/en/").text
    shown = sound(visitor.get(of(first)))
    assert seen in shown.text
    assert shown.links["What came of “In lung”"] == of(second)


def test_assign_to_one_person(visitor: Visitor, member: Membership) -> None:
    page = of_person(member)
    assert sound(visitor.get(page)).heading == "Assign modules to Green Lake"
    sent = send(visitor, page)
    (made,) = Assignment.objects.all()
    assert (sent.status, made.membership) == (303, member)
    shown = sound(visitor.get(of(made)))
    assert "Assigned to Green Lake on November 25, 2026. Nothing is sent" in shown.text
    assert shown.links["Green Lake"] == f"/en/nurse/people/{member.key}/"


@pytest.mark.parametrize(
    ("chosen", "error"),
    [
        ({"modules": []}, "Choose at least one module from the list."),
        ({"modules": ["no-such"]}, "Choose at least one module from the list."),
        ({"visit_on": "soon"}, "Write a date, for example 2027-01-31."),
        ({"visit_on": "2026-11-24"}, "This day is past. Choose a day from today on."),
        ({"visit_on": "2027-11-27"}, "Choose a day within a year from today."),
        ({"visit_on": "99999-01-01"}, "Write a date, for example 2027-01-31."),
        ({"note": "x" * 301}, "Write the note in 300 characters or fewer."),
        ({"note": "a\0b"}, "Null characters are not allowed."),
    ],
)
@pytest.mark.parametrize("sending", [True, False])
def test_assign_says_what_to_mend(
    visitor: Visitor,
    group: Group,
    chosen: dict[str, str | list[str]],
    error: str,
    sending: bool,
) -> None:
    """S-055"""
    refused = send(visitor, path(group, "assign/"), send=sending, **chosen)
    assert (refused.status, refused.errors) == (422, [error])
    assert Assignment.objects.count() == 0


def test_assign_again_says_what_is_there_already(
    visitor: Visitor, group: Group, member: Membership
) -> None:
    send(visitor, path(group, "assign/"))
    again = sound(send(visitor, path(group, "assign/"), modules=[BONE, LUNG]), 422)
    assert again.errors == [
        "Assigned before: “In bone”. Untick it here, or withdraw that one first."
    ]
    hers = sound(send(visitor, of_person(member)), 422)
    assert hers.errors == [
        "Assigned before: “In bone” to the whole group. Untick it here, or withdraw that one first."
    ]
    assert Assignment.objects.count() == 1


def test_assign_by_the_same_form_assigns_once(visitor: Visitor, group: Group) -> None:
    page = path(group, "assign/")
    shown = visitor.get(page)
    chosen = {"modules": [BONE], "send": "yes"}
    sent = [visitor.press(shown, chosen, action=page) for _ in range(2)]
    assert [each.status for each in sent] == [303, 303]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    assert Assignment.objects.count() == 1


def test_assign_of_a_module_taken_back_meanwhile(
    visitor: Visitor, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_back(**_given: object) -> None:
        raise actions.NotOffered

    monkeypatch.setattr(views, "assign", taken_back)
    refused = sound(send(visitor, path(group, "assign/")), 422)
    assert refused.errors == ["One of these modules is not offered any more. Choose again."]


@pytest.mark.parametrize("error", [NotYourGroup, actions.MemberGone])
def test_assign_where_the_group_or_the_person_is_gone_is_not_found(
    visitor: Visitor, member: Membership, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """S-007: between looking and sending; the action looks again itself."""
    shown = visitor.get(of_person(member))

    def gone(**_given: object) -> None:
        raise error

    monkeypatch.setattr(views, "assign", gone)
    chosen = {"modules": [BONE], "send": "yes"}
    assert visitor.press(shown, chosen, action=of_person(member)).status == 404


def test_people_and_assignments_of_other_groups_are_not_there(
    visitor: Visitor, group: Group, member: Membership
) -> None:
    """S-001, S-002, S-003, S-007: swapped keys, a learner who left, a nurse who left."""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    theirs = factories.group(nurses=[olga], name="Theirs")
    other = factories.membership(group=theirs, learner=factories.learner())
    foreign = factories.assignment(group=theirs, edition=edition())
    form = visitor.get(of_person(member)).form(of_person(member)).hidden
    for page in (of_person(other), of(foreign), path(theirs, "assign/")):
        assert visitor.get(page).status == 404
        assert visitor.post(page, {**form, "modules": BONE, "send": "yes"}).status == 404
    foreign.refresh_from_db()
    assert (foreign.withdrawn_at, Assignment.objects.count()) == (None, 1)
    mine = factories.assignment(group=group, edition=edition())
    assert visitor.get(of(mine)).status == 200
    page = of_person(member)
    member.delete()
    assert visitor.get(page).status == 404
    group.nurses.clear()
    assert visitor.get(of(mine)).status == 404


def test_markup_in_notes_is_shown_as_it_was_written(
    visitor: Visitor, reader: Visitor, group: Group
) -> None:
    """S-051, S-053: to the nurse before and after, and to the learner."""
    page = path(group, "assign/")
    preview = sound(send(visitor, page, send=False, note=NASTY))
    send(visitor, page, note=NASTY)
    shown = [preview, visitor.get(of(Assignment.objects.get())), reader.get("/en/modules/")]
    for each in shown:
        assert (each.page.all("script"), f"“{NASTY}”" in each.text) == ([], True)


def test_form_of_a_nurse_who_was_signed_out_comes_back_whole(
    visitor: Visitor, nora: StaffMember, group: Group, clock: Clock
) -> None:
    """S-026: nothing is assigned, nothing is lost, and the same button is meant."""
    page = path(group, "assign/")
    shown = visitor.get(page)
    clock.move(minutes=31)
    chosen = {"modules": [BONE, LUNG], "visit_on": str(VISIT), "note": "Note.", "send": "yes"}
    away = visitor.press(shown, chosen, action=page)
    assert (away.status, Assignment.objects.count()) == (401, 0)
    offered = away.form(page).hidden
    assert {"visit_on": str(VISIT), "note": "Note.", "send": "yes"}.items() <= offered.items()
    assert away.html.count('name="modules"') == 2
    again = factories.signed_in(nora)
    fresh = again.get(page).form(page).hidden["csrfmiddlewaretoken"]
    sent = again.post(page, {**offered, **chosen, "csrfmiddlewaretoken": fresh})
    assert (sent.status, Assignment.objects.count()) == (303, 2)


# What came of it


def test_assignment_says_who_finished_as_far_as_it_is_shared(
    visitor: Visitor, group: Group, member: Membership, anna: Learner
) -> None:
    bella, carla = factories.learner(), factories.learner()
    factories.membership(group=group, learner=bella, call_name="Red Hill", sharing=2)
    factories.membership(group=group, learner=carla, call_name="Blue Sky", sharing=1)
    finish(anna, NOW - datetime.timedelta(days=2))
    finish(carla, NOW - datetime.timedelta(days=2))
    made = factories.assignment(group=group, edition=edition())
    shown = sound(visitor.get(of(made)))
    assert (
        "Finished Green Lake (Bed 3) – done before you assigned it Red Hill – not yet "
        "Only people who share what they finished are in this list."
    ) in shown.text
    finish(bella, NOW + datetime.timedelta(hours=1))
    assert "Red Hill – November 25, 2026" in visitor.get(of(made)).text
    assert "Blue Sky" not in shown.text
    Membership.objects.update(sharing=1)
    assert "Finished" not in sound(visitor.get(of(made))).text


def test_assignment_is_withdrawn_once(
    visitor: Visitor, reader: Visitor, group: Group, clock: Clock
) -> None:
    made = factories.assignment(group=group, edition=edition())
    assert "From your nurse" in reader.get("/en/modules/").text
    shown = visitor.get(of(made))
    refused = sound(visitor.post(of(made), {**shown.form(of(made)).hidden, "token": ""}), 422)
    assert len(refused.errors) == 1
    for _ in range(2):
        sent = visitor.press(shown, action=of(made))
        assert (sent.status, sent.headers["Location"]) == (303, of(made))
        clock.move(minutes=20)
    made.refresh_from_db()
    assert made.withdrawn_at == NOW
    after = sound(visitor.get(of(made)))
    assert "Withdrawn on November 25, 2026. It is no longer on anybody’s list." in after.text
    assert "What they see" not in after.text
    assert "From your nurse" not in reader.get("/en/modules/").text


def test_withdrawing_in_a_group_that_is_hers_no_more_is_not_found(
    visitor: Visitor, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = factories.assignment(group=group, edition=edition())
    shown = visitor.get(of(made))

    def lost(**_given: object) -> None:
        raise NotYourGroup

    monkeypatch.setattr(views, "withdraw_assignment", lost)
    assert visitor.press(shown, action=of(made)).status == 404


def test_assignment_of_a_module_taken_back_says_so(
    visitor: Visitor, reader: Visitor, group: Group
) -> None:
    made = factories.assignment(group=group, edition=edition())
    withdraw_module(slug=BONE, language="en", actor="operator", now=NOW)
    assert "This module is taken back for now" in sound(visitor.get(of(made))).text
    assert "Taken back for now: nobody sees it" in sound(visitor.get(path(group))).text
    assert "From your nurse" not in reader.get("/en/modules/").text


# The learner reads


def test_learner_finds_what_was_assigned_first(reader: Visitor, group: Group) -> None:
    factories.assignment(group=group, edition=edition(LUNG), visit_on=VISIT)
    shown = sound(reader.get("/en/modules/"))
    assert shown.text == (
        "Modules Read in any order, as much or as little as you like. Each takes a few minutes. "
        "From your nurse Green Clinic, before your visit on December 3 "
        "In lung About lung. 5 minutes The basics In bone About bone. 1 minute"
    )
    home = sound(reader.get("/en/"))
    assert "From your nurse Green Clinic, before your visit on December 3 In lung" in home.text
    assert "Start here" not in home.text


def test_learner_reads_nothing_of_being_late(reader: Visitor, group: Group, clock: Clock) -> None:
    factories.assignment(group=group, edition=edition(LUNG), visit_on=VISIT)
    clock.move(days=8)
    assert "before your visit on December 3" in reader.get("/en/modules/").text
    clock.move(days=1)
    text = reader.get("/en/modules/").text
    assert "From your nurse Green Clinic In lung About lung." in text
    assert "December" not in text


def test_learner_finds_what_she_finished_in_its_place_again(
    reader: Visitor, group: Group, anna: Learner
) -> None:
    factories.assignment(group=group, edition=edition(BONE))
    factories.assignment(group=group, edition=edition(LUNG))
    shown = sound(reader.get("/en/modules/"))
    assert "The basics" not in shown.text
    assert "No module is published here yet." not in shown.text
    finish(anna, NOW)
    shown = sound(reader.get("/en/modules/"))
    assert "In lung About lung. 5 minutes The basics In bone About bone. Finished" in shown.text


def test_learner_of_two_clinics_reads_both_names(
    reader: Visitor, group: Group, anna: Learner
) -> None:
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Blue Clinic"))
    theirs = factories.group(nurses=[olga], name="Theirs")
    factories.membership(group=theirs, learner=anna)
    for each in (group, theirs):
        factories.assignment(group=each, edition=edition(BONE))
    shown = sound(reader.get("/en/modules/"))
    assert (
        "From your nurse Green Clinic In bone About bone. 1 minute "
        "Blue Clinic In bone About bone. 1 minute The basics In lung"
    ) in shown.text


@pytest.mark.parametrize("page", ["/en/", "/en/modules/"])
def test_lists_cost_a_learner_one_query_more_and_strangers_none(
    reader: Visitor, group: Group, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    def costs() -> tuple[int, int]:
        found = []
        for someone in (Visitor(), reader):
            with counted() as cost:
                someone.get(page)
            found.append(cost.all)
        return found[0], found[1]

    with_none = costs()
    factories.assignment(group=group, edition=edition(BONE))
    factories.assignment(group=group, edition=edition(LUNG))
    assert costs() == with_none
    monkeypatch.setattr("learning.reports.assigned.assigned_to", lambda *_given, now: ())
    assert costs() == (with_none[0], with_none[1] - 1)
