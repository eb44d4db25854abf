"""A nurse's patients: groups, the ways in, who is in them, and what each of them shares."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from learning.models.clinics import Clinic
from learning.models.keys import new_key
from learning.models.modules import Module
from learning.models.people import Learner, TeamQuestion
from learning.models.staff import StaffMember


class Group(models.Model):
    """Patients of one or more nurses of one clinic."""

    key = models.CharField(max_length=22, unique=True, default=new_key)
    name = models.CharField(max_length=60)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="groups")
    nurses = models.ManyToManyField(StaffMember, related_name="nurse_groups")
    start_token = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime.datetime) -> InvitationQuerySet:
        """Those that still let somebody in."""
        return self.filter(
            revoked_at__isnull=True,
            expires_at__gt=now,
            uses__lt=F("limit"),
            group__closed_at__isnull=True,
        )


class Invitation(models.Model):
    """A way into a group: a code to type and a link, for a number of people until a day.

    ``sheet`` joins the slips that are printed together; each of them lets one person in, who gets
    the nurse's ``label``. Without a sheet it is the group's own code.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations")
    mark = models.CharField(max_length=22, default=new_key)
    code_hash = models.CharField(max_length=64, unique=True)
    link_hash = models.CharField(max_length=64, unique=True)
    sheet = models.CharField(max_length=22, blank=True)
    label = models.CharField(max_length=60, blank=True)
    limit = models.PositiveSmallIntegerField()
    uses = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        StaffMember, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(uses__lte=F("limit")), name="invitation_used_within_its_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.group}"


class Sharing(models.IntegerChoices):
    """What a member lets the nurses of a group see. Each level holds those before it."""

    JOINED = 1, "only that I joined"
    FINISHED = 2, "also which modules I finished"
    IDEAS = 3, "also ideas I may want to talk over"


class Membership(models.Model):
    """One person's place in a group. Every read of a nurse goes through it.

    ``call_name`` are two words that both see; ``own_name`` is what the learner wants to be called;
    ``label`` is the nurse's own note of who this is. Besides the nurses only the learner herself
    meets it, in the download of everything that is kept about her.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="memberships")
    call_name = models.CharField(max_length=40)
    own_name = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=60, blank=True)
    sharing = models.PositiveSmallIntegerField(choices=Sharing.choices)
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ("call_name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("group", "learner"), name="once_in_a_group"),
            models.UniqueConstraint(fields=("group", "call_name"), name="one_call_name_in_a_group"),
            models.CheckConstraint(
                condition=Q(sharing__in=Sharing.values), name="membership_sharing_known"
            ),
        ]

    def __str__(self) -> str:
        return self.call_name


class SharingChange(models.Model):
    """When a member chose what to share, the first time and each time since."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="changes")
    sharing = models.PositiveSmallIntegerField(choices=Sharing.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.membership}: {self.get_sharing_display()}"


class Assignment(models.Model):
    """A module to read: for the whole group, or for one member of it."""

    key = models.CharField(max_length=22, unique=True, default=new_key)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="assignments")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="assignments"
    )
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    visit_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=32)
    created_by = models.ForeignKey(
        StaffMember, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("group", "token", "module"), name="assigned_once_per_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} for {self.membership or self.group}"


class TeachBackResult(models.TextChoices):
    OWN_WORDS = "own_words", "said it in own words"
    AGAIN = "again", "needs another go"
    NOT_TODAY = "not_today", "did not want to talk today"


class TeachBack(models.Model):
    """What came of talking one idea over. It belongs to the membership and goes with it."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="teach_backs")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    objective = models.CharField(max_length=60)
    result = models.CharField(max_length=9, choices=TeachBackResult.choices)
    token = models.CharField(max_length=32)
    by = models.ForeignKey(StaffMember, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("membership", "token"), name="teach_back_once_per_form"
            ),
            models.CheckConstraint(
                condition=Q(result__in=TeachBackResult.values), name="teach_back_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective}: {self.get_result_display()}"


class TalkedOver(models.Model):
    """A shared question that was talked over with a member. Shared again later, it counts anew."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="talked_over")
    question = models.ForeignKey(TeamQuestion, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(StaffMember, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("membership", "question"), name="talked_over_once_with_a_member"
            ),
        ]

    def __str__(self) -> str:
        return "a question talked over"
