"""Published figures: what matters most, each report as sentence, chart, table and file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from learning.actions.noting import note_file
from learning.reports.figures import Figures, figures
from learning.reports.ledger import question_ledger
from learning.reports.overview import REPORTS
from learning.reports.overview_start import five_things
from learning.reports.tables import Table, arranged
from learning.rules.periods import closes_on
from learning.rules.spreadsheet import BYTE_ORDER_MARK, row
from learning.web.files import counted, spreadsheet
from learning.web.moment import now
from learning.web.staff import StaffRequest, desk_only, overview_only

_MONTH = re.compile(r"\A(20\d\d)-(0[1-9]|1[0-2])\Z")
_COLUMN = re.compile(r"\A(-?)(\d{1,2})\Z")


class ArrangeForm(forms.Form):
    """Which months, which module, in which order. What is none of these is left aside."""

    until = forms.ChoiceField(label="Figures up to", required=False)
    module = forms.ChoiceField(label="Module", required=False)
    sort = forms.ChoiceField(label="Order", required=False)

    def __init__(self, data: QueryDict, *, found: Figures, table: Table) -> None:
        until = found.until and f"{found.until:%Y-%m}"
        super().__init__(
            initial={"until": until, "module": found.module, "sort": data.get("sort", "")}
        )
        self._field("until").choices = [(f"{end:%Y-%m}", f"{end:%B %Y}") for end in found.ends]
        self._field("module").choices = [("", "All modules"), *found.titles.items()]
        self._field("sort").choices = [
            ("", "As given"),
            *(
                (f"{sign}{number}", f"{column}, {words} first")
                for number, column in enumerate(table.columns)
                for sign, words in (("", "lowest"), ("-", "highest"))
            ),
        ]
        if table.name == "periods":
            del self.fields["until"]
            self._field("module").choices = list(found.titles.items())

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field


def _until(request: HttpRequest) -> datetime.date | None:
    """The last day of the month that was asked for; the latest figures for anything else."""
    found = _MONTH.match(request.GET.get("until", ""))
    if found is None:
        return None
    following = closes_on(datetime.date(int(found[1]), int(found[2]), 1))
    return following - datetime.timedelta(days=1)


def _figures(request: HttpRequest) -> Figures:
    return figures(_until(request), module=request.GET.get("module", ""))


def _table(request: HttpRequest, name: str, found: Figures) -> Table:
    """The report as it is shown: of one module, by a column, where that was asked for."""
    report = REPORTS.get(name)
    if report is None:
        raise Http404
    column = _COLUMN.match(request.GET.get("sort", ""))
    return arranged(
        report(found),
        module=found.module,
        column=int(column[2]) if column else None,
        descending=column is not None and bool(column[1]),
    )


@require_safe
@overview_only
def home(request: StaffRequest, language: str) -> HttpResponse:
    found = _figures(request)
    return render(
        request,
        "overview/home.html",
        {
            "figures": found,
            "findings": five_things(found),
            "k": settings.SMALLEST_GROUP,
            "closes_on": closes_on(timezone.localdate()),
        },
    )


@require_safe
@overview_only
def report(request: StaffRequest, language: str, name: str) -> HttpResponse:
    found = _figures(request)
    table = _table(request, name, found)
    return render(
        request,
        "overview/report.html",
        {
            "figures": found,
            "table": table,
            "form": ArrangeForm(request.GET, found=found, table=table),
            "k": settings.SMALLEST_GROUP,
            "closes_on": closes_on(timezone.localdate()),
        },
    )


@require_POST
@overview_only
@counted
def report_file(request: StaffRequest, language: str, name: str) -> HttpResponse:
    """The very rows of the report as a file, line by line."""
    table = _table(request, name, _figures(request))
    note_file(staff=request.staff, name=table.name, now=now())
    return spreadsheet(_lines(table), name=f"waymark-{table.name}")


def _lines(table: Table) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield row(table.columns)
    for line in table.rows:
        yield row(line.texts)


@require_safe
@desk_only
def question(
    request: StaffRequest, language: str, slug: str, key: str, version: int
) -> HttpResponse:
    found = question_ledger(slug, key, version)
    if found is None:
        raise Http404
    return render(
        request,
        "overview/question.html",
        {
            "ledger": found,
            "sees_figures": request.staff.overview,
            "publisher": request.staff.publisher,
            "done": request.GET.get("done", ""),
        },
    )
