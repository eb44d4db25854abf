"""Files that staff take away: sent line by line as they are made."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse


def spreadsheet(lines: Iterator[str], *, name: str) -> HttpResponse:
    """A CSV file of this name, sent in the pieces that ``lines`` gives."""
    return StreamingHttpResponse(  # type: ignore[return-value]
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
