"""The content that is shipped in ``fixtures``, read once by each process of the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from learning.content.schema import Library
from learning.reports.content import read_content


@cache
def shipped_library() -> Library:
    reading = read_content(Path(settings.CONTENT_DIR), today=timezone.localdate())
    assert reading.library is not None, "\n".join(map(str, reading.faults))
    return reading.library
