"""The content library as it lies in its folder, with everything that is wrong with it."""

from __future__ import annotations

import datetime
from pathlib import Path

from learning.content.reading import Reading, read_library
from learning.rules import readability


def read_content(folder: Path, *, today: datetime.date) -> Reading:
    """Read the library in a folder, measuring how hard each section is to read."""
    return read_library(folder, today=today, measure=readability.measure)
