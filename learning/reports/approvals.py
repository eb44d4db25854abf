"""Who has approved what is read: the approvals that stand, as readers and staff see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from learning.models import Edition, SignOff
from learning.models.signoffs import SignOffKind


@dataclass(frozen=True)
class Approvals:
    """Those of one edition that stand, the oldest first."""

    clinical: tuple[SignOff, ...] = ()
    patient: tuple[SignOff, ...] = ()


def approvals_of(editions: Iterable[Edition]) -> dict[int, Approvals]:
    """The approvals by the edition they stand for; every edition is in it."""
    editions = list(editions)
    rows: dict[int, list[SignOff]] = {edition.pk: [] for edition in editions}
    standing = SignOff.objects.standing().filter(edition__in=editions)
    for row in standing.select_related("carried_from__edition"):
        rows[row.edition_id].append(row)
    return {
        edition: Approvals(
            clinical=tuple(row for row in found if row.kind == SignOffKind.CLINICAL),
            patient=tuple(row for row in found if row.kind == SignOffKind.PATIENT),
        )
        for edition, found in rows.items()
    }


def approvals_of_one(edition: Edition) -> Approvals:
    return approvals_of([edition])[edition.pk]


@dataclass(frozen=True)
class ApprovedSoFar:
    """Of how many modules offered how many a clinician has approved."""

    offered: int
    approved: int

    @property
    def all(self) -> bool:
        return 0 < self.offered == self.approved


def approved_so_far(language: str) -> ApprovedSoFar:
    clinical = SignOff.objects.standing().filter(kind=SignOffKind.CLINICAL, edition=OuterRef("pk"))
    found = list(
        Edition.objects.offered(language)
        .annotate(approved=Exists(clinical))
        .values_list("approved", flat=True)
    )
    return ApprovedSoFar(len(found), sum(found))
