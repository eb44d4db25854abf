"""Reading a whole library: its registries and modules, and everything that is wrong with them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from learning.content.files import File
from learning.content.measuring import Grade, Measure
from learning.content.modules import ModuleReader
from learning.content.registries import Registries, read_registries
from learning.content.schema import Fault, Library, Module


@dataclass(frozen=True)
class Reading:
    """What came of reading a library: all that is wrong, and the library where nothing is.

    Warnings refuse nothing. Grades are those of the modules that could be read.
    """

    library: Library | None
    faults: tuple[Fault, ...]
    grades: tuple[Grade, ...]


def read_library(
    folder: Path,
    *,
    today: datetime.date,
    measure: Measure,
    instead: Mapping[str, bytes] | None = None,
) -> Reading:
    """Read the library in a folder. Paths in faults are relative to it.

    ``instead`` gives module files by their path in the folder. They alone are read, as if they lay
    there: the registries, the pictures and which other modules there are come from the folder.
    """
    faults: list[Fault] = []
    found = read_registries(folder, faults)
    there = sorted((folder / "modules").glob("*/*.yaml"))
    paths = [folder / path for path in instead] if instead is not None else there
    slugs = {path.parent.name for path in (*there, *paths)}
    reader = ModuleReader(found, slugs, measure, today)
    modules = _read_modules(folder, paths, reader, faults, instead or {})
    for slug, place in found.part_places.items():
        if slug not in slugs:
            place.warn(f"module “{slug}” has no file yet")
    refused = any(fault.severity == "fault" for fault in faults)
    return Reading(
        library=None if refused else _library(found, modules),
        faults=tuple(sorted(set(faults))),
        grades=tuple(reader.grades),
    )


def _read_modules(
    folder: Path,
    paths: Iterable[Path],
    reader: ModuleReader,
    faults: list[Fault],
    instead: Mapping[str, bytes],
) -> dict[tuple[str, str], Module]:
    modules = {}
    for path in paths:
        file = File(path.relative_to(folder).as_posix(), faults)
        try:
            data = instead[file.path] if file.path in instead else path.read_bytes()
        except OSError:
            file.note(1, 1, "", "this file cannot be read")
            continue
        module = reader.read(file, data, path.parent)
        if module is not None:
            modules[module.slug, module.language] = module
    return modules


def _library(found: Registries, modules: dict[tuple[str, str], Module]) -> Library:
    """The library in reading order."""
    parts = found.parts or ()
    order = [slug for part in parts for slug in part.modules]
    in_order = sorted(modules, key=lambda key: (order.index(key[0]), key[1]))
    return Library(
        parts=parts,
        sources=found.sources or {},
        facts=found.facts or {},
        misconceptions=found.misconceptions or {},
        words=found.words or {},
        modules={key: modules[key] for key in in_order},
    )
