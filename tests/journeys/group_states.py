"""The states of a nurse's groups: made, shown, invited to, given modules, shared, closed."""

from __future__ import annotations

import itertools

from tests.journeys.reader import Reader
from tests.journeys.states import States, World

GROUPS = States()
LIST = "/en/nurse/groups/"
TUESDAY = "Tuesday clinic"
LONG = "The group of the green room on long afternoons"
LABELS = "Bed 3\nThursday at 10:00, with her daughter who speaks English"
NOTE = "Please read these before we meet, and write down what you would like to ask me. " * 3

_numbers = itertools.count(1)


def at_tuesday(world: World) -> Reader:
    reader = world.staff()
    reader.open(LIST)
    reader.follow(TUESDAY)
    return reader


def with_new_group(world: World) -> Reader:
    """At the invitations of a group that nobody is in; its name is as long as a name can be."""
    reader = world.staff("Nurse Demo South")
    reader.open(f"{LIST}new/")
    name = f"{LONG} {next(_numbers)}"
    reader.page.get_by_label("Name of the group").fill(name.ljust(60, "x")[:60])
    reader.follow("Make the group")
    return reader


def assigning(world: World) -> Reader:
    """The form filled in with as much as it takes."""
    reader = with_new_group(world)
    reader.follow(reader.page.locator("main .caption a"))
    reader.follow("assign modules")
    for box in reader.page.get_by_role("checkbox").all():
        reader.hands.tick(box)
    reader.page.get_by_label("A note to them").fill(NOTE)
    return reader


@GROUPS.of("nurse/groups.html")
def groups(world: World) -> Reader:
    reader = world.staff()
    reader.open(LIST)
    return reader


@GROUPS.of("nurse/new_group.html")
def new_group(world: World) -> Reader:
    reader = world.staff()
    reader.open(f"{LIST}new/")
    return reader


@GROUPS.of("nurse/new_group.html")
def new_group_without_a_name(world: World) -> Reader:
    reader = new_group(world)
    reader.follow("Make the group")
    assert reader.focused().startswith("There is a problem")
    return reader


@GROUPS.of("nurse/group.html")
def group(world: World) -> Reader:
    return at_tuesday(world)


@GROUPS.of("nurse/group.html")
def group_that_nobody_is_in(world: World) -> Reader:
    reader = with_new_group(world)
    reader.follow(reader.page.locator("main .caption a"))
    assert "Nobody has joined yet." in reader.text()
    return reader


@GROUPS.of("nurse/invitations.html")
def invitations(world: World) -> Reader:
    reader = with_new_group(world)
    reader.page.locator("summary").click()
    return reader


@GROUPS.of("nurse/invitations.html")
def invitations_with_sheets_and_no_code(world: World) -> Reader:
    reader = slips(world)
    reader.follow("Invitations")
    reader.follow("Stop this code")
    assert "The code was stopped on" in reader.text()
    return reader


@GROUPS.of("nurse/invitations.html")
def invitations_with_a_form_that_was_not_right(world: World) -> Reader:
    reader = with_new_group(world)
    reader.page.get_by_label("How many slips?").fill("many")
    reader.page.get_by_label("Your own notes for them").fill("x" * 61)
    reader.page.get_by_label("For how many days?").fill("")
    reader.follow("Make slips")
    assert reader.focused().startswith("There is a problem")
    return reader


@GROUPS.of("nurse/renew_invitation.html")
def new_code(world: World) -> Reader:
    reader = with_new_group(world)
    reader.follow("Make a new code")
    return reader


@GROUPS.of("nurse/renew_invitation.html")
def new_code_for_nobody(world: World) -> Reader:
    reader = new_code(world)
    reader.page.get_by_label("For how many people?").fill("0")
    reader.follow("Make a new code")
    assert reader.focused().startswith("There is a problem")
    return reader


@GROUPS.of("nurse/slips.html")
def slips(world: World) -> Reader:
    reader = with_new_group(world)
    reader.page.get_by_label("How many slips?").fill("9")
    reader.page.get_by_label("Your own notes for them").fill(LABELS)
    reader.follow("Make slips")
    assert reader.page.locator(".slip").count() == 9
    return reader


@GROUPS.of("nurse/slips.html")
def slips_that_were_all_stopped(world: World) -> Reader:
    reader = with_new_group(world)
    reader.page.get_by_label("How many slips?").fill("1")
    reader.follow("Make slips")
    reader.follow(reader.page.get_by_role("button", name="Stop this slip"))
    assert "No slip of this sheet is open any more." in reader.text()
    return reader


@GROUPS.of("nurse/assign.html")
def assign_to_a_group(world: World) -> Reader:
    reader = at_tuesday(world)
    reader.follow("Assign modules")
    return reader


@GROUPS.of("nurse/assign.html")
def assign_after_looking_at_it(world: World) -> Reader:
    reader = assigning(world)
    reader.follow("Show what they will see")
    assert reader.focused() == "What they will see"
    return reader


@GROUPS.of("nurse/assign.html")
def assign_with_faults(world: World) -> Reader:
    reader = assign_to_a_group(world)
    reader.page.get_by_label("A note to them").fill("x" * 301)
    reader.follow("Assign")
    assert reader.focused().startswith("There is a problem")
    return reader


@GROUPS.of("nurse/assignment.html")
def assignment(world: World) -> Reader:
    reader = at_tuesday(world)
    reader.follow("When to call, and whom")
    return reader


@GROUPS.of("nurse/assignment.html")
def assignment_that_nobody_reads_yet(world: World) -> Reader:
    reader = assigning(world)
    reader.follow("Assign")
    return reader


@GROUPS.of("nurse/assignment.html")
def assignment_that_was_withdrawn(world: World) -> Reader:
    reader = assignment_that_nobody_reads_yet(world)
    reader.follow("Withdraw it")
    assert "Withdrawn on" in reader.text()
    return reader


@GROUPS.of("nurse/colleagues.html")
def colleagues(world: World) -> Reader:
    reader = at_tuesday(world)
    reader.follow("Add a colleague, or leave the group")
    return reader


@GROUPS.of("nurse/colleagues.html")
def colleagues_where_there_are_none(world: World) -> Reader:
    reader = group_that_nobody_is_in(world)
    reader.follow("Add a colleague, or leave the group")
    return reader


@GROUPS.of("nurse/leave_group.html")
def leave_a_group(world: World) -> Reader:
    reader = colleagues(world)
    reader.follow("Leave this group")
    return reader


@GROUPS.of("nurse/leave_group.html")
def leave_a_group_alone(world: World) -> Reader:
    reader = colleagues_where_there_are_none(world)
    reader.follow("Leave this group")
    assert "You are the only nurse" in reader.text()
    return reader


@GROUPS.of("nurse/close_group.html")
def close_a_group(world: World) -> Reader:
    reader = at_tuesday(world)
    reader.follow("Close this group")
    return reader


@GROUPS.of("nurse/close_group.html")
def close_a_group_without_a_yes(world: World) -> Reader:
    reader = close_a_group(world)
    reader.follow("Close the group")
    assert reader.focused().startswith("There is a problem")
    return reader
