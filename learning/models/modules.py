"""What is taught: meaning and words are two things, and neither is edited once published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Module(models.Model):
    slug = models.SlugField(unique=True, max_length=60)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.slug


class Question(models.Model):
    """The meaning of a question: no words, no language. A new version starts new figures."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    objective = models.CharField(max_length=60)
    section = models.CharField(max_length=60)
    form = models.CharField(max_length=1)
    meaning = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("module", "key", "version"), name="one_meaning_per_version"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_note=""),
                name="withdrawn_question_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} version {self.version}"


class Wording(models.Model):
    """What is read for a question in one language."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="wordings")
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    text = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("question", "language", "digest"), name="one_wording_per_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} in {self.language}"


class EditionQuerySet(models.QuerySet["Edition"]):
    def offered(self, language: str) -> EditionQuerySet:
        """The current editions in this language that have not been withdrawn, in reading order."""
        return (
            self.filter(language=language, current=True, withdrawn_at__isnull=True)
            .select_related("module")
            .order_by("module__position", "module__slug")
        )


class Edition(models.Model):
    """One published version of a module in one language.

    ``objectives`` holds pairs of key and sentence: PostgreSQL keeps no order of the keys of an
    object, and theirs has a meaning. ``teach_back`` maps an objective to what a nurse asks about
    it.
    """

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="editions")
    language = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    current = models.BooleanField(default=True)
    uploaded = models.BooleanField(default=False)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    part_title = models.CharField(max_length=100)
    minutes = models.PositiveSmallIntegerField()
    reviewed = models.DateField()
    review_due = models.DateField()
    objectives = models.JSONField()
    must_know = models.JSONField(default=list)
    teach_back = models.JSONField(default=dict)
    pemat = models.JSONField()
    words = models.JSONField()
    sources = models.JSONField()
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("module", "language", "number"), name="one_edition_per_number"
            ),
            models.UniqueConstraint(
                fields=("module", "language"),
                condition=Q(current=True),
                name="one_current_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} in {self.language}, edition {self.number}"

    @property
    def sentences(self) -> dict[str, str]:
        """What each objective says to the reader, by its key."""
        return dict(self.objectives)


class Section(models.Model):
    """One idea to read. ``html`` is a cache of the content file and may be made again."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    html = models.TextField()
    picture = models.JSONField(null=True, blank=True)
    door = models.JSONField(null=True, blank=True)
    statements = models.JSONField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("edition", "number"), name="one_section_per_number"),
            models.UniqueConstraint(fields=("edition", "key"), name="one_section_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.key}"


class EditionQuestion(models.Model):
    """The place of a wording in an edition, with the mix-ups and statements behind it.

    ``behind`` holds ``mixups`` (key to wording and correction) and ``statements`` (with sources).
    A new source or a better correction makes a new edition, but the question stays the same.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="editions")
    behind = models.JSONField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("edition", "number"), name="one_edition_question_per_number"
            ),
            models.UniqueConstraint(
                fields=("edition", "wording"), name="wording_once_in_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: question {self.number}"
