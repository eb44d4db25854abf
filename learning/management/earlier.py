"""An earlier edition of one module, so that a new demo has two editions to compare."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from learning.actions.publishing import publish
from learning.content.schema import Module
from learning.models import Edition
from learning.reports.content import read_content

SLUG = "your-care-team"
LANGUAGE = "en"
DAYS_AGO = 200


def publish_earlier(folder: Path, *, now: datetime.datetime) -> bool:
    """Publish it where nothing was published yet; False elsewhere, and where no such module is.

    It says nothing that the module does not say today: a paragraph and a question are missing.
    """
    then = now - datetime.timedelta(days=DAYS_AGO)
    library = None if Edition.objects.exists() else read_content(folder, today=now.date()).library
    if library is None or (SLUG, LANGUAGE) not in library.modules:
        return False
    before = _before(library.modules[SLUG, LANGUAGE], then.date())
    publish(replace(library, modules={(SLUG, LANGUAGE): before}), actor="operator", now=then)
    return True


def _before(module: Module, day: datetime.date) -> Module:
    """The module without the last paragraph of its first section, and without its last question."""
    first, *others = module.sections
    lines = first.body.html.split("\n")
    last = max(
        n for n, line in enumerate(lines) if line.startswith("<p>") and line.endswith("</p>")
    )
    html = "\n".join(lines[:last] + lines[last + 1 :])
    return replace(
        module,
        reviewed=day,
        sections=(replace(first, body=replace(first.body, html=html)), *others),
        questions=module.questions[:-1],
    )
