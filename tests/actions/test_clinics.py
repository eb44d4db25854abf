"""Clinics are added and changed by staff, under a name of their own."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from django.db import IntegrityError

from learning.actions.clinics import ClinicNameTaken, Details, add_clinic, change_clinic
from learning.models import AuditEntry, Clinic, StaffMember
from tests import factories
from tests.factories import NOW
from tests.racing import race

DETAILS = Details(
    name="Green Clinic",
    day_phone="555-0100",
    night_phone="555-0101 ext 2",
    emergency="911",
    fever_limit="37.5 °C",
)


@pytest.fixture
def vera(db: None) -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


def clinics() -> list[dict[str, Any]]:
    return list(Clinic.objects.values(*asdict(DETAILS)))


def entries() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor", "verb", "object_key"))


def test_clinic_is_added_once_with_who_did_it(vera: StaffMember) -> None:
    """B13: the entry names the clinic by its key. The same form twice is one clinic."""
    made = add_clinic(staff=vera, details=DETAILS, now=NOW)
    again = add_clinic(staff=vera, details=DETAILS, now=NOW)
    assert again == made
    assert clinics() == [asdict(DETAILS)]
    assert entries() == [(vera.actor, "added a clinic", made.key)]


@pytest.mark.parametrize(
    "details",
    [replace(DETAILS, name="green CLINIC"), replace(DETAILS, day_phone="555-0102")],
    ids=["other letters", "other number"],
)
def test_clinic_of_a_name_that_is_taken_is_refused(vera: StaffMember, details: Details) -> None:
    made = add_clinic(staff=vera, details=DETAILS, now=NOW)
    with pytest.raises(ClinicNameTaken):
        add_clinic(staff=vera, details=details, now=NOW)
    assert clinics() == [asdict(DETAILS)]
    assert entries() == [(vera.actor, "added a clinic", made.key)]


@pytest.mark.django_db(transaction=True)
def test_clinics_added_at_the_same_time_are_one() -> None:
    vera = factories.staff_member(name="Vera View", overview=True)
    details = [replace(DETAILS, night_phone=f"555-010{number % 2}") for number in range(4)]
    found = race([lambda d=d: add_clinic(staff=vera, details=d, now=NOW) for d in details])  # type: ignore[misc]
    assert len(clinics()) == len(entries()) == 1
    assert [type(one) for one in found].count(ClinicNameTaken) == 2


def test_clinic_is_changed_and_noted_only_where_something_differs(vera: StaffMember) -> None:
    made = add_clinic(staff=vera, details=DETAILS, now=NOW)
    other = replace(DETAILS, name="GREEN Clinic", emergency="", fever_limit="")
    for _ in range(2):
        changed = change_clinic(staff=vera, clinic=made, details=other, now=NOW)
        assert changed == made
    assert clinics() == [asdict(other)]
    assert entries() == [
        (vera.actor, "added a clinic", made.key),
        (vera.actor, "changed a clinic", made.key),
    ]


def test_clinic_cannot_take_the_name_of_another(
    vera: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add_clinic(staff=vera, details=DETAILS, now=NOW)
    other = add_clinic(staff=vera, details=replace(DETAILS, name="Elsewhere"), now=NOW)
    taken = replace(DETAILS, name="elsewhere")
    with pytest.raises(ClinicNameTaken):
        change_clinic(staff=vera, clinic=made, details=taken, now=NOW)

    def meanwhile(*given: object, **named: object) -> None:
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr(Clinic, "save", meanwhile)
    with pytest.raises(ClinicNameTaken):
        change_clinic(staff=vera, clinic=made, details=replace(DETAILS, name="New Name"), now=NOW)
    assert [clinic["name"] for clinic in clinics()] == ["Elsewhere", "Green Clinic"]
    assert len(entries()) == 2
    assert other != made
