"""The content library as it lies in its folder, with everything that is wrong with it."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path

from learning.content.reading import Reading, read_library
from learning.rules import readability


def read_content(folder: Path, *, today: datetime.date) -> Reading:
    """Read the library in a folder, measuring how hard each section is to read."""
    return read_library(folder, today=today, measure=readability.measure)


def read_one(folder: Path, path: str, text: str, *, today: datetime.date) -> Reading:
    """Read one module file as if it lay at this path in the folder.

    Reading takes a second or more, so what came of it is kept until a file of the folder changes.
    """
    return _read_one(folder, path, text, today, _state(folder))


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Every file that reading looks at, with its size and when it was changed."""
    files = [*folder.glob("*.yaml"), *folder.glob("modules/*/*")]
    found = ((file.name, file.stat()) for file in sorted(files))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=8)
def _read_one(
    folder: Path,
    path: str,
    text: str,
    today: datetime.date,
    _state: tuple[tuple[str, int, int], ...],
) -> Reading:
    return read_library(
        folder, today=today, measure=readability.measure, instead={path: text.encode()}
    )
