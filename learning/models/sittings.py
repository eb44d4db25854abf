"""What a learner did: sections read, sittings, and answers that are final the moment they land."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q

from learning.models.clinics import Clinic
from learning.models.modules import Edition, EditionQuestion, Module, Question, Wording
from learning.models.people import Learner
from learning.models.prepared import Parameter, Prepared


def new_sitting_key() -> str:
    """A key of 128 random bits for the address of a check."""
    return secrets.token_urlsafe(16)


class SectionRead(models.Model):
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="sections_read")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("learner", "module", "section"), name="section_read_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module}: {self.section}"


class Occasion(models.TextChoices):
    BEFORE = "before", "before reading"
    AFTER = "after", "after reading"
    LATER = "later", "later"


class Sitting(models.Model):
    """One check. It pins its wordings in order, so that no later edit can change it."""

    key = models.CharField(max_length=32, unique=True, default=new_sitting_key)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="sittings")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    occasion = models.CharField(max_length=6, choices=Occasion.choices)
    size = models.PositiveSmallIntegerField()
    start_token = models.CharField(max_length=32, unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("started_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("learner", "module", "occasion"),
                condition=Q(finished_at__isnull=True),
                name="one_open_sitting",
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=Occasion.values), name="sitting_occasion_known"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="sitting_has_questions"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("learner", "module", "occasion"), name="sittings_of_a_module"),
            models.Index(fields=("module", "occasion", "finished_at"), name="sittings_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.module}, {self.get_occasion_display()}"


class SittingQuestion(models.Model):
    """Question ``number`` of a sitting; ``order`` is the order its choices are shown in."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    asked = models.ForeignKey(EditionQuestion, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField()
    correction_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("sitting", "number"), name="one_sitting_question_per_number"
            ),
            models.UniqueConstraint(fields=("sitting", "asked"), name="asked_once_in_a_sitting"),
        ]

    def __str__(self) -> str:
        return f"question {self.number}"

    @property
    def wording(self) -> Wording:
        return self.asked.wording

    @property
    def meaning(self) -> Question:
        return self.asked.wording.question

    def tries(self) -> list[Answer]:
        """What was answered to it, in order."""
        return _TRIES(question=self.pk)


class Verdict(models.TextChoices):
    RIGHT = "right", "right"
    NOT_RIGHT = "not_right", "not right"
    UNSURE = "unsure", "not sure"


class Answer(models.Model):
    """What was chosen. Try 1 is the answer that counts in figures; later ones are kept in order.

    The verdict is the one that was shown, whatever is corrected later.
    """

    question = models.ForeignKey(SittingQuestion, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=32)
    response = models.JSONField()
    sure = models.CharField(max_length=6, blank=True)
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("question", "number"), name="one_answer_per_try"),
            models.UniqueConstraint(fields=("question", "token"), name="one_answer_per_token"),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="answer_verdict_known"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="answer_tries_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.question}, try {self.number}"


_TRIES = Prepared(
    lambda: Answer.objects.filter(question=Parameter("question", models.BigAutoField())).order_by(
        "number"
    )
)
