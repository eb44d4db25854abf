"""What was typed or chosen in a form that could not be carried out, to be offered again."""

from __future__ import annotations

import re

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError

# Nothing else travels along: never a password, a one-time code of an app, or a cross-site token.
FIELD = re.compile(
    r"\A(answer|item-\d{1,2}|sure|token|shared|module|places"
    r"|code|level|own_name|step|text|suggestion|question|phone"
    r"|name|label|labels|count|note|visit_on|modules|result|objective|nurse|email|clinic|overview|publisher"
    r"|days|limit|send"
    r"|day_phone|night_phone|emergency|fever_limit)\Z"
)


def posted(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """Every field of the form, in order; nothing where the form cannot be read."""
    try:
        return [(name, values) for name, values in request.POST.lists()]
    except (UnreadablePostError, SuspiciousOperation):
        return []


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and value of each field that may be offered again.

    What an account calls a code is the one-time code of an app.
    """
    never = "code" if "/account/" in request.path else None
    return [
        (name, value)
        for name, values in posted(request)
        if FIELD.match(name) and name != never
        for value in values
    ]
