"""Whether it works equally for all: shares by clinic and by language, in steps of five."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from learning.models import Clinic
from learning.reports.estimates import in_quotes, right_after
from learning.reports.figures import Figures, Idea
from learning.reports.tables import Bar, Cell, Row, Table, share_cell
from learning.rules.disclosure import LARGE
from learning.rules.items import harder_in

LANGUAGES = {"en": "English"}


@dataclass(frozen=True)
class Harder:
    """One idea is harder at a clinic than its people's other answers explain, by ``points``."""

    name: str
    idea: Idea
    points: float

    @property
    def sentence(self) -> str:
        return (
            f"At {self.name}, of 100 people about {self.points:.0f} fewer knew "
            f"{in_quotes(self.idea)} ({self.idea.title}) than their other answers would lead one "
            "to expect."
        )


def hardest(found: Figures) -> Harder | None:
    """The clinic and idea where this difference is largest, or None where it may be chance."""
    return _hardest(found, _harder(found), _clinics())


def _hardest(
    found: Figures, harder: Mapping[tuple[str, str], float], names: Mapping[str, str]
) -> Harder | None:
    largest = max(harder.items(), key=lambda pair: pair[1], default=None)
    if largest is None:
        return None
    (key, clinic), points = largest
    idea = next(idea for idea in found.ideas if idea.key == key)
    return Harder(names.get(clinic, clinic), idea, points)


def by_clinic(found: Figures) -> Table:
    names, harder = _clinics(), _harder(found)
    first = _hardest(found, harder, names)
    finding = first.sentence if first else ""
    most = {idea: lower for (idea, _), lower in sorted(harder.items(), key=lambda pair: pair[1])}
    return _by(found, "clinic", "clinics", "Clinics", names.get, finding, most)


def by_language(found: Figures) -> Table:
    return _by(found, "language", "languages", "Languages", LANGUAGES.get, "", {})


def _by(
    found: Figures,
    group: str,
    name: str,
    title: str,
    named: Callable[[str], str | None],
    finding: str,
    most: Mapping[str, float],
) -> Table:
    """Ideas with the largest of these differences first, then as given."""
    rows = tuple(
        Row(
            (
                Cell((named(key) or key) if key else "All others"),
                Cell(idea.title),
                Cell(idea.sentence),
                Cell(f"about {told.percent}%", told.percent / 100),
                Cell(f"{told.at_least:,} or more", told.at_least),
                share_cell(right_after(idea), k=idea.k),
            ),
            Bar(told.percent / 100, told.percent / 100, told.percent / 100),
            modules=(idea.slug,),
        )
        for idea in sorted(found.ideas, key=lambda idea: -most.get(idea.key, 0))
        for key, told in sorted(idea.shown.shares.get(group, {}).items())
    )
    if not finding and rows:
        finding = "No difference is larger than chance and rounding may make."
    return Table(
        name=name,
        title=title,
        finding=finding or f"Too few people to compare: it takes {LARGE} in each of two.",
        columns=(title[:-1], "Module", "Idea", "Right after reading", "People", "Everybody"),
        rows=rows,
        label=title[:-1],
        measure="Right after reading",
        beside="Idea",
        note=f"Told in steps of five, for {LARGE} people or more; all others are taken together.",
    )


def _clinics() -> dict[str, str]:
    return dict(Clinic.objects.values_list("key", "name"))


def _harder(found: Figures) -> dict[tuple[str, str], float]:
    everybody = {
        idea.key: value.value for idea in found.ideas if (value := right_after(idea)) is not None
    }
    shares = {idea.key: idea.shown.shares.get("clinic", {}) for idea in found.ideas}
    return harder_in(shares, everybody)


def harder_ideas(found: Figures) -> dict[str, str]:
    """The name of a clinic by the ideas that are harder there than its other answers explain."""
    names = _clinics()
    return {idea: names.get(clinic, clinic) for idea, clinic in _harder(found)}
