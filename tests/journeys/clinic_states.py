"""The states of the pages about clinics, and of signing in to a demo."""

from __future__ import annotations

from tests.journeys.reader import DESK, Reader, Way
from tests.journeys.sites import SIMULATED
from tests.journeys.states import States, World

CLINICS = States()
OVERVIEW = "Overview Demo"
LIST = "/en/overview/clinics/"
LONG = {
    "Name of the clinic": "The Long Name of a Clinic for Breast Cancer, with Words and Words",
    "Number to call by day": "+1 (555) 555-0100 ext 100",
    "Number to call at night, on weekends and on holidays": "+1 (555) 555-0101 ext 101",
    "What to call in an emergency (optional)": "911, or the number that your town gives out",
    "Your team’s own fever limit (optional)": "37.5 °C (99.5 °F)",
}


@CLINICS.of("overview/clinics.html")
def clinics(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(LIST)
    return reader


@CLINICS.of("overview/new_clinic.html")
def new_clinic(world: World) -> Reader:
    reader = clinics(world)
    reader.follow("Add a clinic")
    return reader


@CLINICS.of("overview/new_clinic.html")
def new_clinic_without_a_word(world: World) -> Reader:
    reader = new_clinic(world)
    reader.follow("Add this clinic")
    assert reader.focused().startswith("There is a problem")
    return reader


@CLINICS.of("overview/clinic.html")
def clinic(world: World) -> Reader:
    reader = world.staff(OVERVIEW, way=Way("desk", options={"viewport": DESK}))
    reader.open(LIST)
    reader.follow("North Clinic (simulated)")
    return reader


@CLINICS.of("overview/clinic.html")
def clinic_with_the_longest_words_saved(world: World) -> Reader:
    reader = new_clinic(world)
    for label, text in LONG.items():
        reader.page.get_by_label(label, exact=True).fill(text)
    reader.follow("Add this clinic")
    assert reader.focused() == "Saved"
    return reader


@CLINICS.of("account/demo.html")
def link_of_a_demo(world: World) -> Reader:
    reader = world.reader(site=SIMULATED)
    reader.open(world.sites.link_of("Nurse Demo Northeast"))
    return reader


@CLINICS.of("account/demo_used.html")
def used_link_of_a_demo(world: World) -> Reader:
    reader = world.reader(site=SIMULATED)
    reader.open("/en/account/demo/used/", status=410)
    return reader
