"""A publisher puts an approval on record by keyboard, and readers see it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.journeys.answers import AnswerKey
from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.conftest import NewReader
from tests.journeys.content_states import START
from tests.journeys.hands import Keyboard
from tests.journeys.reader import KEYBOARD, Reader
from tests.journeys.sites import SIMULATED, Sites
from tests.journeys.states import World

pytestmark = pytest.mark.browser
TITLE = "Breast cancer in the liver"


@pytest.fixture
def world(new_reader: NewReader, key: AnswerKey, sites: Sites) -> World:
    return World(new_reader, key, sites)


def write(reader: Reader, label: str, text: str) -> None:
    """Type into the field of this label, having come there by keyboard."""
    field = reader.page.get_by_label(label, exact=True)
    field.focus()
    reader.page.keyboard.type(text)


def test_approval_is_recorded_by_keyboard_and_readers_see_it(world: World) -> None:
    before = world.reader(site=SIMULATED)
    before.open("/en/modules/liver/")
    assert "No clinician has approved it yet." in before.text()

    reader = world.staff(OVERVIEW, way=KEYBOARD)
    assert isinstance(reader.hands, Keyboard)
    reader.open(START)
    reader.follow(TITLE)
    reader.follow("Record an approval of edition 1")
    reader.hands.tick(reader.page.get_by_role("radio", name="A clinician"))
    day = timezone.localdate()
    for text in ("Doctor Demo", "breast cancer doctor", f"{day:%m%d%Y}", "Folder 3"):
        reader.hands.key("Tab")
        reader.page.keyboard.type(text)
        if text.isdecimal():  # the parts of a date field, and the button that opens its calendar
            while reader.page.evaluate("document.activeElement.type") == "date":
                reader.hands.key("Tab")
            reader.hands.key("Shift+Tab")
    reader.follow("Put it on record")
    assert reader.focused() == "The approval is on record"

    before.page.reload()
    said = f"approved by Doctor Demo, breast cancer doctor, on {day:%B} {day.day}, {day.year}."
    assert said in before.text()
    before.follow("Start reading")
    assert said in before.text()
