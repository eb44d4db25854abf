"""What the content desk shows: which modules are published, who approved them, what is due."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from learning.models import Edition, SignOff


@dataclass(frozen=True)
class ModuleLine:
    """The current edition of a module, and the approvals that stand."""

    edition: Edition
    sign_offs: tuple[SignOff, ...]


def module_lines(language: str) -> tuple[ModuleLine, ...]:
    """Every module that was ever published in this language, in reading order."""
    editions = (
        Edition.objects.filter(language=language, current=True)
        .select_related("module")
        .defer("words", "sources", "objectives", "teach_back")
        .prefetch_related(Prefetch("sign_offs", SignOff.objects.standing()))
        .order_by("module__position", "module__slug")
    )
    return tuple(ModuleLine(edition, tuple(edition.sign_offs.all())) for edition in editions)
