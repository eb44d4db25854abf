"""Looking after clinics: their names and numbers stand on what their learners read and print."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from learning.actions.staffing import note
from learning.models import Clinic, StaffMember


class ClinicNameTaken(Exception):
    """Another clinic has this name, in capitals or small letters."""


@dataclass(frozen=True)
class Details:
    """What is said of a clinic. ``emergency`` and ``fever_limit`` may be left empty."""

    name: str
    day_phone: str
    night_phone: str
    emergency: str = ""
    fever_limit: str = ""


def add_clinic(*, staff: StaffMember | None, details: Details, now: datetime.datetime) -> Clinic:
    """The new clinic. The same form again gives the clinic that is there; it is added once.

    Without ``staff`` it was the operator. Raises ClinicNameTaken.
    """
    with transaction.atomic():
        found, made = Clinic.objects.filter(name__iexact=details.name).first(), False
        if found is None:
            found, made = Clinic.objects.get_or_create(name=details.name, defaults=asdict(details))
        if made:
            note(staff=staff, verb="added a clinic", key=found.key, now=now)
        elif _details(found) != details:
            raise ClinicNameTaken
    return found


def change_clinic(
    *, staff: StaffMember, clinic: Clinic, details: Details, now: datetime.datetime
) -> Clinic:
    """The clinic with these details from now on. Where nothing differs, nothing is noted.

    Raises ClinicNameTaken.
    """
    try:
        with transaction.atomic():
            kept = Clinic.objects.select_for_update().get(pk=clinic.pk)
            if _details(kept) == details:
                return kept
            namesakes = Clinic.objects.filter(name__iexact=details.name).exclude(pk=kept.pk)
            if namesakes.exists():
                raise ClinicNameTaken
            for name, value in asdict(details).items():
                setattr(kept, name, value)
            kept.save()
            note(staff=staff, verb="changed a clinic", key=kept.key, now=now)
    except IntegrityError as error:  # somebody else was a moment faster
        raise ClinicNameTaken from error
    return kept


def _details(clinic: Clinic) -> Details:
    return Details(
        clinic.name, clinic.day_phone, clinic.night_phone, clinic.emergency, clinic.fever_limit
    )
