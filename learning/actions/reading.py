"""Keeping a learner's place while she reads."""

import datetime

from learning.models import Learner, Module, SectionRead


def mark_read(*, learner: Learner, module: Module, section: str, now: datetime.datetime) -> None:
    """Note that a section was read. Reading it again changes nothing."""
    SectionRead.objects.get_or_create(
        learner=learner, module=module, section=section, defaults={"at": now}
    )
