"""Keeping a learner's place while she reads."""

import contextlib
import datetime

from django.db import IntegrityError

from learning.models import Learner, Module, SectionRead


def mark_read(*, learner: Learner, module: Module, section: str, now: datetime.datetime) -> None:
    """Note that a section was read. Reading it again changes nothing.

    Nothing is kept for a learner who was erased meanwhile.
    """
    with contextlib.suppress(IntegrityError):
        SectionRead.objects.get_or_create(
            learner=learner, module=module, section=section, defaults={"at": now}
        )
