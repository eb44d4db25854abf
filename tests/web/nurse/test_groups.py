"""A nurse's groups: made, looked at, shared with colleagues, left, closed."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from learning.actions import grouping, inviting
from learning.models import Edition, Group, Membership, StaffMember
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.markup import faults
from tests.visitor import Shown, Visitor
from tests.web.conftest import Reader

GROUPS, NEW = "/en/nurse/groups/", "/en/nurse/groups/new/"
NASTY = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %} & “=1+1”"


@pytest.fixture
def nora(edition: Edition) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def nils(nora: StaffMember) -> StaffMember:
    return factories.staff_member(name="Nils Nurse", clinic=nora.clinic)


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


@pytest.fixture
def visitor(nora: StaffMember) -> Visitor:
    return factories.signed_in(nora)


def path(group: Group, page: str = "") -> str:
    return f"{GROUPS}{group.key}/{page}"


def sound(shown: Shown, status: int = 200) -> Shown:
    assert (shown.status, faults(shown.page)) == (status, []), shown.path
    return shown


# The list, and making one


def test_groups_without_one_say_what_to_do_first(visitor: Visitor) -> None:
    shown = sound(visitor.get(GROUPS))
    assert shown.text == (
        "Your groups You have no group yet. This is what to do first: "
        "Make a group. It needs a name and nothing else. One group for all your patients is fine. "
        "Invite people. Print slips, or let them scan a code. You need nobody’s name and nobody’s "
        "address. Assign a module. They see it when they open Waymark. You see what each of them "
        "agrees to share. Make your first group"
    )
    assert shown.links == {"Make your first group": NEW}


def test_groups_are_her_own_with_how_many_are_in_them(
    visitor: Visitor, group: Group, nils: StaffMember
) -> None:
    """S-001"""
    factories.group(nurses=[nils], name="Not hers")
    empty = factories.group(nurses=[nils, *group.nurses.all()], name="Another")
    factories.membership(group=group, learner=factories.learner())
    shown = sound(visitor.get(GROUPS))
    assert shown.links == {
        "Another": path(empty),
        "Tuesday": path(group),
        "Make a new group": NEW,
    }
    assert "Another Nobody has joined yet Tuesday 1 person" in shown.text


def test_new_group_leads_to_its_invitations(visitor: Visitor) -> None:
    shown = sound(visitor.get(NEW))
    assert "says nothing about an illness" in shown.text
    sent = visitor.press(shown, {"name": "  Green \n room "}, action=NEW)
    made = Group.objects.get()
    assert (sent.status, sent.headers["Location"]) == (303, path(made, "invitations/"))
    assert made.name == "Green room"
    again = visitor.press(shown, {"name": "Green room"}, action=NEW)
    assert (again.headers["Location"], Group.objects.count()) == (path(made, "invitations/"), 1)


def test_new_group_says_what_is_missing(visitor: Visitor, nils: StaffMember) -> None:
    shown = visitor.get(NEW)
    for name, error in (
        ("", "Write a name for the group."),
        ("x" * 61, "Write the name in 60 characters or fewer."),
    ):
        again = sound(visitor.press(shown, {"name": name}, action=NEW), 422)
        assert (again.errors, again.title) == ([error], "Error: Make a group – Waymark")
    stale = visitor.post(NEW, {**shown.form(NEW).hidden, "name": "Tuesday", "token": "old"})
    assert stale.errors == [
        "This page was not complete. Your answer is still here: press the button once more."
    ]
    assert Group.objects.count() == 0


def test_new_group_by_the_form_of_somebody_else_makes_none(
    visitor: Visitor, nils: StaffMember
) -> None:
    """A replayed form: the next one is fresh and works."""
    shown = visitor.get(NEW)
    token = shown.form(NEW).hidden["token"]
    inviting.make_group(nurse=nils, name="His", token=token, now=NOW)
    again = sound(visitor.press(shown, {"name": "Mine"}, action=NEW), 422)
    assert again.form(NEW).hidden["token"] != token
    assert visitor.press(again, {"name": "Mine"}, action=NEW).status == 303
    assert sorted(Group.objects.values_list("name", flat=True)) == ["His", "Mine"]


# The page of a group


def test_group_before_anybody_joins(visitor: Visitor, group: Group) -> None:
    shown = sound(visitor.get(path(group)))
    assert shown.text == (
        "Your groups Tuesday Nobody has joined yet. Give people the group’s code or a slip. "
        "Invite people What is assigned Nothing yet. You can assign modules already: whoever joins "
        "later sees them too. Invitations The group has no code that works now. Code, link and "
        "slips Colleagues Nora Nurse of Green Clinic looks after this group. Add a colleague, or "
        "leave the group Close this group"
    )


def test_group_shows_people_assignments_invitations_and_colleagues(
    visitor: Visitor, group: Group, nora: StaffMember, nils: StaffMember, edition: Edition
) -> None:
    group.nurses.add(nils)
    member = factories.membership(
        group=group, learner=factories.learner(), label="Bed 3", own_name="Mrs. Miller"
    )
    inviting.renew_invitation(nurse=nora, group=group, limit=1, days=14, now=NOW)
    given = factories.assignment(group=group, edition=edition, visit_on=factories.TODAY)
    hers = factories.assignment(group=group, edition=edition, membership=member)
    shown = sound(visitor.get(path(group)))
    assert (
        "What is assigned How breast cancer spreads For the whole group, before the visit on "
        "November 25, 2026 0 of 1 finished How breast cancer spreads for Green Lake For Green Lake "
        "(Bed 3) Not yet “Finished” counts only people who share it."
    ) in shown.text
    assert "Green Lake Wants to be called Mrs. Miller. Bed 3 Joined Nov 25, 2026" in shown.text
    assert "The group’s code holds until December 9, 2026, for 1 more person." in shown.text
    assert "Nils Nurse, Nora Nurse of Green Clinic look after this group." in shown.text
    assert "What to teach “Tuesday” next time" in shown.text
    assert shown.links["Green Lake"] == f"/en/nurse/people/{member.key}/"
    assert shown.links["How breast cancer spreads"] == f"/en/nurse/assignments/{given.key}/"
    assert shown.links["How breast cancer spreads for Green Lake"] == (
        f"/en/nurse/assignments/{hers.key}/"
    )
    assert path(group, "roster/") in shown.html


def test_group_of_500_people_costs_as_much_as_one_of_two(visitor: Visitor, group: Group) -> None:
    visitor.get(path(group))  # what is remembered of the modules is looked up once
    costs = []
    for size in (2, 498):
        for number in range(size):
            name = f"Lake {size} {number:03}"
            factories.membership(group=group, learner=factories.learner(), call_name=name)
        with counted() as cost:
            shown = sound(visitor.get(path(group)))
        costs.append(cost.all)
    assert costs[0] == costs[1]
    assert "Page 1 of 5" in shown.text
    assert shown.links["Later names"] == "?page=2#people"
    last = sound(visitor.get(path(group) + "?page=5"))
    assert "Page 5 of 5" in last.text
    assert "Later names" not in last.links


# Nobody else's


PAGES = ["", "assign/", "colleagues/", "leave/", "close/", "invitations/", "invitations/new-code/"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_group_end_with_her_place_in_it(
    visitor: Visitor, group: Group, nora: StaffMember, nils: StaffMember, page: str
) -> None:
    """S-007: taken out of the group while signed in; then the group is closed for all."""
    group.nurses.add(nils)
    assert visitor.get(path(group, page)).status == 200
    group.nurses.remove(nora)
    away = visitor.get(path(group, page))
    nowhere = visitor.get(f"{GROUPS}{'x' * 22}/{page}")
    assert (away.status, away.html) == (404, nowhere.html)
    group.nurses.add(nora)
    grouping.close_group(nurse=nils, group=group, now=NOW)
    assert visitor.get(path(group, page)).status == 404


def test_a_nurse_who_left_the_clinic_is_signed_out(
    visitor: Visitor, group: Group, nora: StaffMember
) -> None:
    """S-026, S-007: an account that is switched off opens nothing with its next request."""
    form = visitor.get(path(group, "close/")).form(path(group, "close/")).hidden
    StaffMember.objects.filter(pk=nora.pk).update(is_active=False)
    assert visitor.get(path(group)).status == 303
    sent = visitor.post(path(group, "close/"), {**form, "sure": "on"})
    group.refresh_from_db()
    assert (sent.status, group.closed_at) == (401, None)


def test_markup_in_names_and_labels_is_shown_as_it_was_written(
    visitor: Visitor, group: Group
) -> None:
    """S-051, S-053"""
    Group.objects.update(name=NASTY[:60])
    factories.membership(
        group=group, learner=factories.learner(), label=NASTY[:60], own_name=NASTY[:40]
    )
    for page in PAGES:
        shown = sound(visitor.get(path(group, page)))
        assert shown.page.all("script") == []
        assert NASTY[:40] in shown.text
    assert NASTY[:60] in visitor.get(GROUPS).text


def test_pages_say_beforehand_that_saving_is_off(
    visitor: Visitor, group: Group, nils: StaffMember, settings: Settings
) -> None:
    group.nurses.add(nils)
    factories.staff_member(name="Carla", clinic=nils.clinic)
    inviting.renew_invitation(nurse=nils, group=group, limit=1, days=1, now=NOW)
    factories.membership(group=group, learner=factories.learner())
    settings.READ_ONLY = True
    pages = [path(group, page) for page in PAGES if page]
    for page in [NEW, *pages]:
        shown = sound(visitor.get(page))
        assert "Saving is switched off for now" in shown.text, page
        assert 'class="button"' not in shown.html, page
        assert "Stop this code" not in shown.html
    assert "roster" not in sound(visitor.get(path(group))).html


# Colleagues


def test_colleagues_of_the_clinic_can_be_added(
    visitor: Visitor, group: Group, nora: StaffMember, nils: StaffMember
) -> None:
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    page = path(group, "colleagues/")
    shown = sound(visitor.get(page))
    assert shown.form(page).choices == {"nurse": [nils.key]}
    for key in ("", olga.key, nora.key, "x"):
        refused = sound(visitor.press(shown, {"nurse": key}, action=page), 422)
        assert refused.errors == ["Choose a colleague from the list."]
    sent = visitor.press(shown, {"nurse": nils.key}, action=page)
    assert (sent.status, sent.headers["Location"]) == (303, page)
    after = sound(visitor.get(page))
    assert "Nils Nurse Nora Nurse (you)" in after.text
    assert "No other nurse of Green Clinic has an account here yet." in after.text


def test_colleague_who_leaves_meanwhile_is_not_added(
    visitor: Visitor, group: Group, nils: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = path(group, "colleagues/")
    shown = visitor.get(page)

    def gone(**_given: object) -> None:
        raise grouping.NotOfThisClinic

    monkeypatch.setattr(grouping, "add_colleague", gone)
    refused = sound(visitor.press(shown, {"nurse": nils.key}, action=page), 422)
    assert refused.errors == ["This colleague has left the clinic. Choose somebody else."]


def test_leave_needs_a_colleague_who_stays(
    visitor: Visitor, group: Group, nora: StaffMember, nils: StaffMember
) -> None:
    page = path(group, "leave/")
    alone = sound(visitor.get(page))
    assert "You are the only nurse who looks after this group" in alone.text
    group.nurses.add(nils)
    shown = sound(visitor.get(page))
    group.nurses.remove(nils)
    refused = sound(visitor.press(shown, action=page), 422)
    assert refused.errors == ["Nobody else looks after this group. Add a colleague first."]
    group.nurses.add(nils)
    sent = visitor.press(shown, action=page)
    assert (sent.status, sent.headers["Location"]) == (303, GROUPS)
    assert list(group.nurses.all()) == [nils]
    assert visitor.press(shown, action=page).status == 404


# Closing


def test_close_says_what_it_does_and_needs_a_yes(
    visitor: Visitor, group: Group, anna: Reader
) -> None:
    factories.membership(group=group, learner=anna.learner)
    page = path(group, "close/")
    shown = sound(visitor.get(page))
    assert "You stop seeing the 1 person in it. They share nothing with you any more." in shown.text
    refused = sound(visitor.press(shown, action=page), 422)
    assert refused.errors == ["Tick the box if you want to close the group."]
    sent = visitor.press(shown, {"sure": "on"}, action=page)
    assert (sent.status, sent.headers["Location"]) == (303, GROUPS)
    assert (Membership.objects.count(), anna.learner.sittings.count()) == (0, 1)
    assert "You have no group yet." in visitor.get(GROUPS).text
    assert visitor.press(shown, {"sure": "on"}, action=page).status == 404


def test_close_of_an_empty_group_frightens_nobody(visitor: Visitor, group: Group) -> None:
    assert "Nobody is in it yet" in visitor.get(path(group, "close/")).text


@pytest.mark.parametrize(
    ("page", "action", "chosen"),
    [
        ("colleagues/", "add_colleague", "nurse"),
        ("leave/", "leave_group", ""),
        ("close/", "close_group", "sure"),
    ],
)
def test_forms_of_a_group_that_is_hers_no_more_are_not_found(
    visitor: Visitor,
    group: Group,
    nils: StaffMember,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    action: str,
    chosen: str,
) -> None:
    """S-007: between looking and sending; the action looks again itself."""
    carla = factories.staff_member(name="Carla", clinic=nils.clinic)
    group.nurses.add(carla)
    shown = visitor.get(path(group, page))

    def lost(**_given: object) -> None:
        raise grouping.NotYourGroup

    monkeypatch.setattr(grouping, action, lost)
    given = {"nurse": nils.key, "sure": "on"}
    sent = visitor.press(shown, {chosen: given[chosen]} if chosen else {}, action=path(group, page))
    assert sent.status == 404
