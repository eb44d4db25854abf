"""Lengths in charts: of a scale from 0 to 100, with one decimal, whatever the reader's language."""

from django import template

from learning.reports.tables import Bar, Row, Table

register = template.Library()


@register.filter
def of_hundred(value: float) -> str:
    """A share as a length."""
    return f"{100 * value:.1f}"


@register.filter
def range_width(bar: Bar) -> str:
    """How long the interval of a bar is."""
    return f"{100 * (bar.high - bar.low):.1f}"


@register.filter
def in_columns(row: Row, table: Table) -> list[tuple[str, str]]:
    """Each cell of a row with the name of its column."""
    return list(zip(table.columns, row.texts, strict=True))
