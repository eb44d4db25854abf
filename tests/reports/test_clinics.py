"""The clinics as those see them who look after them."""

from __future__ import annotations

from learning.models import StaffMember
from learning.reports.clinics import ClinicRow, clinic_by_key, clinic_rows
from tests import factories
from tests.counting import counted
from tests.factories import NOW


def test_clinics_come_by_name_with_their_nurses_and_open_groups(db: None) -> None:
    """Who left and what is closed no longer counts; a group of two nurses counts once."""
    south, north = factories.clinic(name="South"), factories.clinic(name="North")
    nora = factories.staff_member(name="Nora Nurse", clinic=north)
    nell = factories.staff_member(name="Nell Nurse", clinic=north)
    left = factories.staff_member(name="Lea Left", clinic=north)
    StaffMember.objects.filter(pk=left.pk).update(is_active=False)
    factories.group(nurses=[nora, nell])
    closed = factories.group(nurses=[nora], name="Closed")
    closed.closed_at = NOW
    closed.save()
    with counted() as count:
        found = clinic_rows()
    assert found == (ClinicRow(north, 2, 1), ClinicRow(south, 0, 0))
    assert count.all == 1


def test_clinic_is_found_by_its_key_alone(db: None) -> None:
    clinic = factories.clinic()
    assert clinic_by_key(clinic.key) == clinic
    assert clinic_by_key("x" * 22) is None
