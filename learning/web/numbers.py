"""Whom this reader calls, beside what a page says to call about."""

from __future__ import annotations

import re

from django.template.loader import render_to_string

from learning.models import Learner
from learning.reports.clinics import numbers_of

CALL_NOW = "call-now"
# As the renderer of sections writes it, see content.markdown.
_CARD = re.compile(
    r'<div class="card card-call-now"><h2 class="card-title">[^<]*</h2><div class="card-body">'
)


def with_numbers(html: str, learner: Learner | None) -> str:
    """The HTML of a section with this reader's numbers in each card that says to call the team.

    For nobody, and where no card says so, it costs no query.
    """
    if learner is None or not _CARD.search(html):
        return html
    numbers = numbers_of(learner)
    if not numbers:
        return html
    line = render_to_string("components/number_line.html", {"numbers": numbers})
    return _CARD.sub(lambda card: card.group() + line, html)
