"""Looking after clinics: the list, adding one, changing its numbers, and how patients see them."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from learning.models import AuditEntry, Clinic, StaffMember
from tests import factories
from tests.conftest import Clock
from tests.markup import faults
from tests.visitor import Visitor

CLINICS = "/en/overview/clinics/"
NEW = f"{CLINICS}new/"
TYPED = {
    "name": "  Blue   Clinic ",
    "day_phone": "+1 (555) 555–0100",
    "night_phone": "555-0101 ext 2",
    "emergency": "911.",
    "fever_limit": "37.5 °C (99.5 °F)",
}
KEPT = {
    "name": "Blue Clinic",
    "day_phone": "+1 (555) 555-0100",
    "night_phone": "555-0101 ext 2",
    "emergency": "911",
    "fever_limit": "37.5\N{NO-BREAK SPACE}°C (99.5\N{NO-BREAK SPACE}°F)",
}


@pytest.fixture
def vera(db: None) -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


@pytest.fixture
def visitor(vera: StaffMember) -> Visitor:
    return factories.signed_in(vera)


def clinics() -> list[dict[str, Any]]:
    return list(Clinic.objects.values(*KEPT))


def verbs() -> list[str]:
    return list(AuditEntry.objects.values_list("verb", flat=True))


def test_without_a_clinic_the_list_says_what_to_do_first(visitor: Visitor) -> None:
    shown = visitor.get(CLINICS)
    assert shown.text == (
        "Clinics There is no clinic yet. Add one first: a nurse is invited to a clinic, and its "
        "numbers stand on what her patients read and print. Add a clinic"
    )
    assert shown.links == {"Add a clinic": NEW}
    assert faults(shown.page) == []


def test_list_names_each_clinic_with_its_numbers(visitor: Visitor) -> None:
    green = factories.clinic()
    nurse = factories.staff_member(clinic=green)
    factories.group(nurses=[nurse])
    blue = factories.clinic(name="Blue Clinic", night_phone="555-0102")
    shown = visitor.get(CLINICS)
    assert shown.text == (
        "Clinics These numbers stand on what each clinic’s patients read and print. Keep them "
        "right. Blue Clinic By day 555-0100, at night 555-0102 0 nurses, 0 groups Green Clinic By "
        "day 555-0100, at night 555-0101 1 nurse, 1 group Add a clinic"
    )
    assert shown.links == {
        "Blue Clinic": f"{CLINICS}{blue.key}/",
        "Green Clinic": f"{CLINICS}{green.key}/",
        "Add a clinic": NEW,
    }
    assert faults(shown.page) == []


def test_clinic_is_added_and_shown_as_its_patients_see_it(visitor: Visitor) -> None:
    start = visitor.get(NEW)
    assert faults(start.page) == []
    assert "Example Clinic Emergency Call your local emergency number first." in start.text
    sent = visitor.press(start, TYPED, action=NEW)
    assert clinics() == [KEPT]
    path = f"{CLINICS}{Clinic.objects.get().key}/"
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}?saved=1")
    shown = visitor.open(sent.headers["Location"])
    assert faults(shown.page) == []
    assert "Saved Patients of this clinic see it from now on." in shown.text
    assert (
        "What patients see now Blue Clinic Emergency Call 911 first. By day +1 (555) 555-0100 "
        "At night 555-0101 ext 2 Your team’s limit for fever Call at 37.5 °C (99.5 °F) or higher, "
        "day or night."
    ) in shown.text
    assert shown.links["555-0101 ext 2"] == "tel:5550101,2"
    again = visitor.press(start, TYPED, action=NEW)
    assert again.headers["Location"] == sent.headers["Location"]
    assert (clinics(), verbs()) == ([KEPT], ["added a clinic"])


def test_clinic_is_changed(visitor: Visitor) -> None:
    green = factories.clinic()
    path = f"{CLINICS}{green.key}/"
    shown = visitor.get(path)
    assert faults(shown.page) == []
    assert "Saved" not in shown.text
    assert "Your team’s limit for fever Call at 100.4 °F or higher" in shown.text
    assert ' value="100.4 °F"' in shown.html
    sent = visitor.press(shown, {**TYPED, "emergency": "", "fever_limit": ""}, action=path)
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}?saved=1")
    assert clinics() == [{**KEPT, "emergency": "", "fever_limit": ""}]
    assert verbs() == ["changed a clinic"]
    text = visitor.get(path).text
    assert "Emergency Call your local emergency number first." in text
    assert "limit for fever" not in text


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            dict.fromkeys(TYPED, ""),
            [
                "Write the name of the clinic.",
                "Write the number to call by day.",
                "Write the number to call at night.",
            ],
        ),
        (
            {"day_phone": "ask the desk", "night_phone": "12"},
            [
                f"Write {what} with digits. Spaces, + ( ) - . and “ext” may stand between them, "
                "for example 555-0100 ext 2."
                for what in ("the day number", "the night number")
            ],
        ),
        (
            {"name": "x" * 81, "emergency": "y" * 61, "fever_limit": "z" * 61},
            [
                "Write the name in 80 characters or fewer.",
                "Write what to call in 60 characters or fewer.",
                "Write the fever limit in 60 characters or fewer.",
            ],
        ),
        (
            {"fever_limit": "38.3 °C (101 °F)"},
            [
                (
                    "Waymark tells everybody to call at 38.0 °C (100.4 °F). A team’s own limit can "
                    "be the same or lower."
                ),
            ],
        ),
        (
            {"fever_limit": "37.5"},
            ["Write °C or °F after each temperature, and no other number."],
        ),
        (
            {"fever_limit": "as usual"},
            ["Write the fever limit as a temperature, for example 37.5 °C (99.5 °F)."],
        ),
        (
            {"fever_limit": "35 °C"},
            ["Look at the fever limit again. It is lower than many people are on any day."],
        ),
        (
            {"fever_limit": "37.5 °C (98.6 °F)"},
            ["The two temperatures of the fever limit are not the same. Look at both again."],
        ),
        (
            {"name": "GREEN clinic"},
            ["There is a clinic of this name already. Give this one another."],
        ),
    ],
)
def test_what_is_not_right_is_said_kindly_and_nothing_is_kept(
    visitor: Visitor, changes: dict[str, str], errors: list[str]
) -> None:
    """The same for a new clinic and for one that is there: the form comes back as it was typed."""
    factories.clinic()
    other = factories.clinic(name="Other Clinic")
    before = clinics()
    for path in (NEW, f"{CLINICS}{other.key}/"):
        shown = visitor.press(visitor.get(path), {**TYPED, **changes}, action=path)
        assert (shown.status, shown.errors) == (422, errors)
        assert shown.title.startswith("Error: ")
        assert faults(shown.page) == []
        for value in filter(None, changes.values()):
            assert f' value="{value}"' in shown.html
    assert (clinics(), verbs()) == (before, [])


def test_markup_in_a_name_is_shown_as_it_is(visitor: Visitor) -> None:
    """S-050, S-051, S-053"""
    name = "<b>{{ x }}</b> & 'Sons'"
    shown = visitor.open(
        visitor.press(visitor.get(NEW), {**TYPED, "name": name}, action=NEW).headers["Location"]
    )
    assert shown.heading == name
    assert faults(shown.page) == []
    assert name in visitor.get(CLINICS).text


def test_while_saving_is_off_the_pages_say_so(visitor: Visitor, settings: Settings) -> None:
    green = factories.clinic()
    settings.READ_ONLY = True
    for path in (NEW, f"{CLINICS}{green.key}/"):
        shown = visitor.get(path)
        assert "Saving is switched off for now" in shown.text
        assert faults(shown.page) == []


def test_more_fields_than_asked_for_are_ignored(visitor: Visitor) -> None:
    """S-009"""
    green = factories.clinic()
    path = f"{CLINICS}{green.key}/"
    visitor.press(visitor.get(path), {**TYPED, "key": "mine", "id": "7"}, action=path)
    assert Clinic.objects.get().key == green.key


def test_what_was_typed_survives_the_end_of_a_session(visitor: Visitor, clock: Clock) -> None:
    """B12: signed out by a pause, the form is offered again with every field in it."""
    start = visitor.get(NEW)
    clock.move(minutes=31)
    shown = visitor.press(start, TYPED, action=NEW)
    assert shown.status == 401
    assert shown.form(NEW).hidden.items() >= TYPED.items()
    assert clinics() == []
