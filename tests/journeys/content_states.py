"""The states of the content desk: what is due, editions, changes, approvals, what is withdrawn."""

from __future__ import annotations

from django.utils import timezone

from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.edited import EDITED
from tests.journeys.reader import DESK, Reader, Way
from tests.journeys.states import States, World

CONTENT = States()
START = "/en/overview/content/"
MODULE = f"{START}{EDITED}/"
BONES = f"{START}bones/"
ON_DESK = Way("desk", options={"viewport": DESK})
LONG_NAME = "Professor Demonstrata of the Long and Double-Barrelled Name"
LONG_ROLE = "breast cancer doctor at the Clinic for Breast Cancer with the Long Name, for 20 years"


def _at(world: World, path: str, *, way: Way | None = None) -> Reader:
    reader = world.staff(OVERVIEW, **({"way": way} if way else {}))
    reader.open(path)
    return reader


def _refused(reader: Reader, button: str) -> Reader:
    reader.follow(button)
    assert reader.focused().startswith("There is a problem")
    return reader


@CONTENT.of("overview/content.html")
def content_desk(world: World) -> Reader:
    reader = _at(world, START)
    assert reader.heading() == "Content"
    return reader


@CONTENT.of("overview/content_module.html")
def module_with_editions_and_approvals(world: World) -> Reader:
    return _at(world, MODULE)


@CONTENT.of("overview/content_module.html")
def module_with_editions_at_a_desk(world: World) -> Reader:
    return _at(world, MODULE, way=ON_DESK)


@CONTENT.of("overview/changes.html")
def changes_between_editions(world: World) -> Reader:
    reader = _at(world, MODULE)
    reader.follow("What changed in edition 2")
    assert reader.heading() == "What changed from edition 1 to edition 2"
    reader.page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
    return reader


@CONTENT.of("overview/changes.html")
def changes_of_a_single_edition(world: World) -> Reader:
    return _at(world, f"{BONES}changes/")


@CONTENT.of("overview/sign_off.html")
def approval_to_record(world: World) -> Reader:
    return _at(world, f"{MODULE}editions/1/sign-off/")


@CONTENT.of("overview/sign_off.html")
def approval_without_a_word(world: World) -> Reader:
    return _refused(_at(world, f"{BONES}editions/1/sign-off/"), "Put it on record")


@CONTENT.of("overview/content_module.html")
def approval_recorded(world: World) -> Reader:
    reader = _at(world, f"{START}health-news/editions/1/sign-off/")
    reader.hands.tick(reader.page.get_by_role("radio", name="A patient reviewer"))
    reader.page.get_by_label("Name").fill(LONG_NAME)
    reader.page.get_by_label("Role").fill(LONG_ROLE)
    reader.page.get_by_label("Signed on").fill(timezone.localdate().isoformat())
    reader.page.get_by_label("Where is the signed document kept?").fill("Folder 3, room 12")
    reader.follow("Put it on record")
    assert reader.focused() == "The approval is on record"
    return reader


@CONTENT.of("overview/take_back.html")
def record_to_take_back(world: World) -> Reader:
    reader = _at(world, MODULE)
    reader.follow(reader.page.get_by_role("link", name="Take this record back").first)
    return reader


@CONTENT.of("overview/take_back.html")
def record_taken_back_without_a_reason(world: World) -> Reader:
    return _refused(record_to_take_back(world), "Take it back")


@CONTENT.of("overview/withdraw_module.html")
def module_to_withdraw(world: World) -> Reader:
    return _at(world, f"{BONES}withdraw/")


@CONTENT.of("overview/withdraw_question.html")
def question_to_take_out(world: World) -> Reader:
    reader = _at(world, BONES)
    reader.follow(reader.page.get_by_role("link", name="Wrong, do not show").first)
    return reader


@CONTENT.of("overview/withdraw_question.html")
def question_taken_out_without_a_word(world: World) -> Reader:
    return _refused(question_to_take_out(world), "Take the question out")
