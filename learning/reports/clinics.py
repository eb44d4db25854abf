"""The clinics as those see them who look after them, and as their learners do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from learning.models import Clinic, Learner


@dataclass(frozen=True)
class ClinicRow:
    clinic: Clinic
    nurses: int
    groups: int


def clinic_rows() -> tuple[ClinicRow, ...]:
    """Every clinic by name, with how many nurses it has and how many groups they keep open."""
    found = Clinic.objects.annotate(
        nurse_count=Count("nurses", filter=Q(nurses__is_active=True), distinct=True),
        group_count=Count("groups", filter=Q(groups__closed_at__isnull=True), distinct=True),
    ).order_by("name")
    return tuple(ClinicRow(clinic, clinic.nurse_count, clinic.group_count) for clinic in found)


def clinic_by_key(key: str) -> Clinic | None:
    return Clinic.objects.filter(key=key).first()


def clinics_of(learner: Learner) -> tuple[Clinic, ...]:
    """The clinics of the open groups this learner is in, by name."""
    found = Clinic.objects.filter(
        groups__memberships__learner=learner, groups__closed_at__isnull=True
    )
    return tuple(found.distinct())


@dataclass(frozen=True)
class Numbers:
    """Whom she calls: her clinics, by name, and the number she wrote down herself."""

    clinics: tuple[Clinic, ...] = ()
    own: str = ""

    def __bool__(self) -> bool:
        return bool(self.clinics or self.own)


def numbers_of(learner: Learner | None) -> Numbers:
    """The numbers that stand on what this learner reads and prints; none for nobody."""
    return Numbers(clinics_of(learner), learner.team_phone) if learner else Numbers()
