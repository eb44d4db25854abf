"""Who has read and approved an edition, and where the signed document is kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from learning.models.keys import new_key
from learning.models.modules import Edition
from learning.models.staff import StaffMember


class SignOffKind(models.TextChoices):
    CLINICAL = "clinical", "Clinician"
    PATIENT = "patient", "Patient reviewer"


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def standing(self) -> SignOffQuerySet:
        """Those that were not taken back, the oldest approval first."""
        return self.filter(taken_back_at__isnull=True).order_by("signed_on", "id")


class SignOff(models.Model):
    """One person's approval of one edition, as a publisher recorded it.

    A record is never edited. Where an edition only rewords the one before with the same meaning,
    each sign-off gets a row there too: ``carried_from`` is the row of the edition that was read.
    A record made by mistake is taken back and stays readable. Without ``recorded_by`` it was the
    operator.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sign_offs")
    kind = models.CharField(max_length=10, choices=SignOffKind)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=120)
    signed_on = models.DateField()
    kept_at = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_why = models.TextField(blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ("signed_on", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=SignOffKind.values), name="sign_off_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(role="") & ~Q(kept_at=""),
                name="sign_off_says_who_and_where",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__lte=F("recorded_at")), name="signed_before_it_is_recorded"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_why="")
                | Q(taken_back_at__isnull=False) & ~Q(taken_back_why=""),
                name="sign_off_taken_back_says_why",
            ),
            models.UniqueConstraint(
                fields=("edition", "kind", "name", "signed_on"),
                condition=Q(taken_back_at__isnull=True),
                name="one_standing_sign_off_of_a_person",
            ),
            models.UniqueConstraint(
                fields=("edition", "carried_from"), name="sign_off_carried_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name} for {self.edition}"
