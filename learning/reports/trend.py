"""The row of periods: how each idea of one module stood in each closed period."""

from __future__ import annotations

from learning.reports.estimates import right_after
from learning.reports.figures import Figures, Idea, ideas_of, months
from learning.reports.tables import Cell, Row, Table, bar, count_cell, gain_cell, share_cell
from learning.rules.statistics import Z_95, Z_999, Estimate, difference


def trend_table(found: Figures) -> Table:
    """Each idea of the chosen module, or else of the first, from period to period."""
    slug = found.module or next(iter(found.titles), "")
    rows: dict[str, list[Row]] = {}
    changes: list[tuple[Estimate, Idea]] = []
    earlier: dict[str, Idea] = {}
    for idea in ideas_of(slug):
        change = _change(idea, earlier.get(idea.key))
        if change is not None and _is_sure(idea, earlier[idea.key]):
            changes.append((change, idea))
        row = _row(idea, change, is_first=idea.key not in earlier)
        rows.setdefault(idea.key, []).append(row)
        earlier[idea.key] = idea
    return Table(
        name="periods",
        title="The row of periods",
        finding=_finding(changes),
        columns=(
            "Module",
            "Idea",
            "Period",
            "People",
            "Right after reading",
            "Since the period before",
        ),
        rows=tuple(row for of_one_idea in rows.values() for row in of_one_idea),
        label="Idea",
        measure="Right after reading",
        beside="Period",
        note="A period is closed once and never computed again. Each has other people.",
    )


def _change(idea: Idea, earlier: Idea | None, *, z: float = Z_95) -> Estimate | None:
    if earlier is None or idea.shown.right is None or earlier.shown.right is None:
        return None
    return difference(idea.shown.right, idea.shown.n, earlier.shown.right, earlier.shown.n, z=z)


def _row(idea: Idea, change: Estimate | None, *, is_first: bool) -> Row:
    return Row(
        (
            Cell(idea.title),
            Cell(idea.sentence),
            Cell(months(idea.period), idea.period.last_day.toordinal()),
            count_cell(idea.shown.n, k=idea.k),
            share_cell(right_after(idea), k=idea.k),
            Cell("its first period", hidden=True) if is_first else gain_cell(change, k=idea.k),
        ),
        bar(right_after(idea)),
        modules=(idea.slug,),
    )


def _is_sure(idea: Idea, earlier: Idea) -> bool:
    """Among this many ideas some change by chance, so it takes the widest range to be named."""
    change = _change(idea, earlier, z=Z_999)
    return change is not None and (change.low > 0 or change.high < 0)


def _finding(sure: list[tuple[Estimate, Idea]]) -> str:
    if not sure:
        return "No idea has changed by more than chance may make."
    change, idea = max(sure, key=lambda row: abs(row[0].value))
    word = "up" if change.value > 0 else "down"
    return (
        f"Largest change: “{idea.sentence.rstrip('.')}” went {word} by "
        f"{abs(100 * change.value):.0f} points in {months(idea.period)}."
    )
