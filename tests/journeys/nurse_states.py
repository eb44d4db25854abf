"""The states of the two-minute page and of one person's page."""

from __future__ import annotations

from tests.journeys.reader import PHONE_WAY, Reader, Way
from tests.journeys.states import States, World

NURSE = States()
HOME = "/en/nurse/"
PEOPLE = ".people h3 a"


def at_home(world: World, way: Way = PHONE_WAY) -> Reader:
    reader = world.staff(way=way)
    reader.open(HOME)
    return reader


def at_person(world: World, way: Way = PHONE_WAY) -> Reader:
    """At the first one of the list, who has ideas to talk over."""
    reader = at_home(world, way)
    press(reader, PEOPLE)
    return reader


def press(reader: Reader, selector: str) -> None:
    """Press the first of these and wait for what it leads to."""
    with reader.page.expect_navigation():
        reader.hands.press(reader.page.locator(selector).first)


def show_second(reader: Reader) -> str:
    """Show the people that the second sentence is about; the sentence."""
    link = reader.page.locator(".who-found a").nth(1)
    sentence = link.inner_text()
    reader.hands.press(link)
    reader.page.locator("#who h2", has_text=sentence).wait_for()
    return sentence


@NURSE.of("nurse/home.html")
def who_needs_me(world: World) -> Reader:
    return at_home(world)


@NURSE.of("nurse/home.html")
def who_needs_me_about_one_thing(world: World) -> Reader:
    reader = at_home(world)
    show_second(reader)
    return reader


@NURSE.of("nurse/home.html")
def who_has_nothing_open(world: World) -> Reader:
    reader = world.staff()
    reader.open(f"{HOME}?about=nothing")
    reader.page.locator("summary").click()
    return reader


@NURSE.of("nurse/home.html")
def nobody_of_that_kind(world: World) -> Reader:
    reader = world.staff("Nurse Demo South")
    reader.open(f"{HOME}?about=joined")
    return reader


@NURSE.of("nurse/person.html")
def person(world: World) -> Reader:
    return at_person(world)


@NURSE.of("nurse/person.html")
def person_talked_with(world: World) -> Reader:
    reader = at_person(world)
    reader.follow("Needs another go")
    assert reader.focused() == "Noted: needs another go. The idea stays open."
    return reader


@NURSE.of("nurse/person.html")
def person_who_shares_only_that_she_joined(world: World) -> Reader:
    reader = world.staff()
    reader.open(f"{HOME}?about=joined")
    press(reader, PEOPLE)
    return reader


@NURSE.of("nurse/person.html")
def person_with_a_note_that_is_too_long(world: World) -> Reader:
    reader = at_person(world)
    reader.page.evaluate("document.getElementById('id_label').removeAttribute('maxlength')")
    reader.page.get_by_label("Your own note").fill("x" * 61)
    reader.follow("Keep this note")
    assert reader.focused().startswith("There is a problem")
    return reader


@NURSE.of("nurse/note.html")
def note_for_the_chart(world: World) -> Reader:
    reader = at_person(world)
    reader.follow("A note for the chart, to copy")
    return reader


@NURSE.of("nurse/remove_person.html")
def take_somebody_out(world: World) -> Reader:
    reader = at_person(world)
    reader.follow(reader.page.get_by_role("link", name="out of the group"))
    return reader


@NURSE.of("nurse/remove_person.html")
def take_somebody_out_without_a_yes(world: World) -> Reader:
    reader = take_somebody_out(world)
    reader.follow("Take them out")
    assert reader.focused().startswith("There is a problem")
    return reader
