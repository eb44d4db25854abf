"""Tables, constraints and querysets, one file per subject."""

from learning.models.audit import AuditEntry
from learning.models.clinics import Clinic
from learning.models.figures import Period
from learning.models.groups import (
    Assignment,
    Group,
    Invitation,
    Membership,
    SharingChange,
    TalkedOver,
    TeachBack,
)
from learning.models.modules import Edition, EditionQuestion, Module, Question, Section, Wording
from learning.models.people import Device, Learner, ReturnCode, TeamQuestion
from learning.models.signoffs import SignOff
from learning.models.sittings import Answer, SectionRead, Sitting, SittingQuestion
from learning.models.staff import StaffInvitation, StaffMember
from learning.models.uploads import Draft

__all__ = [
    "Answer",
    "Assignment",
    "AuditEntry",
    "Clinic",
    "Device",
    "Draft",
    "Edition",
    "EditionQuestion",
    "Group",
    "Invitation",
    "Learner",
    "Membership",
    "Module",
    "Period",
    "Question",
    "ReturnCode",
    "Section",
    "SectionRead",
    "SharingChange",
    "SignOff",
    "Sitting",
    "SittingQuestion",
    "StaffInvitation",
    "StaffMember",
    "TalkedOver",
    "TeachBack",
    "TeamQuestion",
    "Wording",
]
