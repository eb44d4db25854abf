"""Tables, constraints and querysets, one file per subject."""

from learning.models.audit import AuditEntry
from learning.models.modules import Edition, EditionQuestion, Module, Question, Section, Wording
from learning.models.people import Device, Learner
from learning.models.sittings import Answer, SectionRead, Sitting, SittingQuestion

__all__ = [
    "Answer",
    "AuditEntry",
    "Device",
    "Edition",
    "EditionQuestion",
    "Learner",
    "Module",
    "Question",
    "Section",
    "SectionRead",
    "Sitting",
    "SittingQuestion",
    "Wording",
]
