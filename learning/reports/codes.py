"""The private code by which a learner comes back on another device."""

from __future__ import annotations

from learning.models import Learner, ReturnCode
from learning.models.keys import code_from, code_hashes
from learning.rules.codes import RETURN_LENGTH, normal_code


def return_code(learner: Learner) -> ReturnCode | None:
    """The learner's own return code; None where she has none."""
    return ReturnCode.objects.filter(learner=learner).first()


def opened_elsewhere(learner: Learner) -> bool:
    """Whether more than the one device she is on opens what is kept about this learner."""
    return learner.devices.count() > 1 or return_code(learner) is not None


def shown_return_code(code: ReturnCode) -> str | None:
    """The letters of a return code; None where it was made with another secret and is lost."""
    letters = code_from(code.mark, purpose="return", length=RETURN_LENGTH)
    return letters if code.hash in code_hashes(letters, purpose="return") else None


def find_return_code(typed: str) -> ReturnCode | None:
    """The return code that was typed, with its learner, or None. The same work for every text."""
    hashes = code_hashes(normal_code(typed) or "", purpose="return")
    return ReturnCode.objects.select_related("learner").filter(hash__in=hashes).first()
