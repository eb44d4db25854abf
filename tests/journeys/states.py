"""Every page and state a reader can meet, and the way there.

Each function brings a reader to one state and returns her. A table names, for each, the template
that is shown; a test holds that every template of a page is in one of the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.journeys.answers import NOT_QUITE, RIGHT, AnswerKey, response
from tests.journeys.conftest import NewReader
from tests.journeys.reader import PHONE_WAY, Reader, Way
from tests.journeys.sites import (
    AWAY,
    BROKEN,
    DEMO,
    EMPTY,
    READ_ONLY,
    SIMULATED,
    Sites,
)

SLUG = "how-it-spreads"


@dataclass(frozen=True)
class World:
    """What a way to a state may use."""

    new_reader: NewReader
    key: AnswerKey
    sites: Sites

    def reader(self, way: Way = PHONE_WAY, *, site: str = "real") -> Reader:
        return self.new_reader(way, site=site)

    def staff(self, name: str = "Nurse Demo North", *, way: Way = PHONE_WAY) -> Reader:
        """A member of the staff of the simulated site, signed in."""
        reader = self.reader(way, site=SIMULATED)
        self.sites.sign_in(reader, name)
        return reader

    def choose_right(self, reader: Reader) -> None:
        """Choose what is right on the question page she is on, and send nothing."""
        reader.choose(response(self.key.question(reader.heading()), RIGHT))

    def at_question(self, kind: str = "one", *, way: Way = PHONE_WAY) -> Reader:
        """At the question of this kind with most to read."""
        slug, question = self.key.longest(lambda question: question.kind == kind)
        reader = self.reader(way)
        reader.seek(slug, lambda stem: stem == question.stem)
        return reader


Reach = Callable[[World], Reader]
R = TypeVar("R", bound=Reach)


@dataclass(frozen=True)
class State:
    name: str
    template: str
    reach: Reach


class States(list[State]):
    """A table of states."""

    def of(self, template: str) -> Callable[[R], R]:
        """Adds a way to a state in which this template is shown, named like the function."""

        def add(reach: R) -> R:
            self.append(State(reach.__name__.replace("_", " "), template, reach))
            return reach

        return add


PAGES = States()


def page(name: str, template: str, path: str, *, site: str = "real", status: int = 200) -> None:
    """A state that needs nothing but its address."""

    def reach(world: World) -> Reader:
        reader = world.reader(site=site)
        reader.open(path, status=status)
        return reader

    PAGES.append(State(name, template, reach))


page("home", "public/home.html", "/en/")
page("home of a demo", "public/home.html", "/en/", site=DEMO)
page("home while saving is off", "public/home.html", "/en/", site=READ_ONLY)
page("home without modules", "public/home.html", "/en/", site=EMPTY)
page("modules", "public/modules.html", "/en/modules/")
page("modules without modules", "public/modules.html", "/en/modules/", site=EMPTY)
page("module", "public/module.html", "/en/modules/when-to-call/")
page("section", "public/section.html", f"/en/modules/{SLUG}/five-steps/")
page("door", "public/door.html", "/en/modules/aims-of-treatment/numbers/")
page("print", "public/print.html", f"/en/modules/{SLUG}/print/")
page("words", "public/words.html", "/en/words/")
page("words without modules", "public/words.html", "/en/words/", site=EMPTY)
page("sources", "public/sources.html", "/en/sources/")
page("promises", "public/promises.html", "/en/promises/")
page("about", "public/about.html", "/en/about/")
page("help now", "public/help_now.html", "/en/help-now/")
page("start of first questions", "learner/start.html", f"/en/modules/{SLUG}/before/")
page("start", "learner/start.html", f"/en/modules/{SLUG}/check/")
page(
    "start while saving is off", "learner/start.html", f"/en/modules/{SLUG}/check/", site=READ_ONLY
)
page("places", "learner/places.html", "/en/me/places/")
page("places while saving is off", "learner/places.html", "/en/me/places/", site=READ_ONLY)
page("progress of nobody", "learner/progress.html", "/en/me/")
page("clear for nobody", "learner/clear.html", "/en/me/clear/")
page("clear while saving is off", "learner/clear.html", "/en/me/clear/", site=READ_ONLY)
page("not found", "errors/404.html", "/en/nothing/", status=404)
page("not here", "learner/not_here.html", "/en/checks/nobody/1/", status=404)
page("database away", "errors/503.html", "/en/modules/", site=AWAY, status=503)
page("broken", "errors/500.html", "/en/modules/", site=BROKEN, status=500)


# Pages of somebody who has begun


def _begun(world: World) -> Reader:
    """One question answered, one section read, a check open."""
    reader = world.reader()
    reader.begin(SLUG)
    reader.answer(world.key, NOT_QUITE)
    reader.open(f"/en/modules/{SLUG}/three-routes/")
    reader.follow(re.compile("^Next: "))
    return reader


def _finished(world: World, *, before: bool = False) -> Reader:
    reader = world.reader()
    reader.begin(SLUG, before=before)
    while reader.page.title().startswith("Question"):
        reader.answer(world.key, NOT_QUITE if "1 of" in reader.page.title() else RIGHT)
        reader.follow("Continue")
    return reader


def begun(name: str, template: str, path: str) -> None:
    def reach(world: World) -> Reader:
        reader = _begun(world)
        reader.open(path)
        return reader

    PAGES.append(State(name, template, reach))


begun("home to go on from", "public/home.html", "/en/")
begun("modules to go on from", "public/modules.html", "/en/modules/")
begun("module begun", "public/module.html", f"/en/modules/{SLUG}/")
begun("section for a learner", "public/section.html", f"/en/modules/{SLUG}/three-routes/")
begun("start of an open check", "learner/start.html", f"/en/modules/{SLUG}/check/")
begun("start for a learner", "learner/start.html", "/en/modules/what-it-is/check/")
begun("progress", "learner/progress.html", "/en/me/")
begun("download", "learner/download.html", "/en/me/download/")
begun("erase", "learner/erase.html", "/en/me/erase/")
begun("clear", "learner/clear.html", "/en/me/clear/")


@PAGES.of("learner/places.html")
def places_without_a_choice(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/me/places/")
    reader.follow("Keep my places")
    assert reader.focused().startswith("There is a problem")
    return reader


@PAGES.of("public/modules.html")
def modules_with_other_places_folded(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/me/places/")
    reader.hands.tick(reader.page.get_by_role("checkbox", name="Bones"))
    reader.follow("Keep my places")
    assert reader.heading() == "Modules"
    return reader


@PAGES.of("learner/start.html")
def start_without_device(world: World) -> Reader:
    """No radio button can be cleared by hand, but a browser may restore an odd form."""
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/check/")
    reader.page.evaluate("document.querySelector('[name=shared]:checked').checked = false")
    reader.follow("Begin the check")
    assert reader.page.title().startswith("Error: ")
    return reader


@PAGES.of("learner/erase.html")
def erase_without_a_yes(world: World) -> Reader:
    reader = _begun(world)
    reader.open("/en/me/erase/")
    reader.follow("Erase everything")
    assert reader.focused().startswith("There is a problem")
    return reader


@PAGES.of("learner/gone.html")
def gone(world: World) -> Reader:
    reader = _begun(world)
    reader.open("/en/me/clear/")
    reader.follow("Clear this device")
    return reader


@PAGES.of("learner/results.html")
def results_open(world: World) -> Reader:
    reader = _begun(world)
    reader.begin(SLUG)
    reader.follow("Stop here for now")
    return reader


@PAGES.of("learner/results.html")
def results_before(world: World) -> Reader:
    return _finished(world, before=True)


@PAGES.of("learner/results.html")
def results_finished(world: World) -> Reader:
    return _finished(world)
