"""Files that staff take away: counted, and sent line by line as they are made."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from learning.web import throttle
from learning.web.access import View
from learning.web.moment import now
from learning.web.staff import StaffRequest

P = ParamSpec("P")


def counted(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> View:
    """At most MOST_FILES within the hour for each member of staff, of all kinds together."""

    @functools.wraps(view)
    def wrapper(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        account = request.staff.key
        wait = throttle.wait_to_take(account, now=now())
        if wait:
            words = {"most": throttle.MOST_FILES, "minutes": throttle.in_minutes(wait)}
            page = render(request, "account/too_many_files.html", words, status=429)
            return throttle.try_later(page, wait)
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            throttle.note_taken(account, now=now())
        return response

    return wrapper


def spreadsheet(lines: Iterator[str], *, name: str) -> HttpResponse:
    """A CSV file of this name, sent in the pieces that ``lines`` gives."""
    return StreamingHttpResponse(  # type: ignore[return-value]
        lines,
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
