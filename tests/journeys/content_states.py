"""The states of the content desk."""

from __future__ import annotations

from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.reader import Reader
from tests.journeys.states import States, World

CONTENT = States()
DESK_START = "/en/overview/content/"


@CONTENT.of("overview/content.html")
def content_desk(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(DESK_START)
    assert reader.heading() == "Content"
    return reader
