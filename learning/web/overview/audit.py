"""The audit log: who did what and when, by person and by day, and as a file."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from learning.actions.noting import note_file
from learning.reports import audit as reports
from learning.web.files import counted, spreadsheet
from learning.web.moment import now
from learning.web.staff import StaffRequest, overview_only


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": f"Write the day under “{label}” like 2027-01-31, or leave it empty."
        },
    )


class AuditForm(forms.Form):
    """Whose lines, and of which days."""

    actor = forms.ChoiceField(
        label="Who",
        required=False,
        error_messages={
            "invalid_choice": "Choose somebody from the list under “Who”, or everybody."
        },
    )
    since = _day("From")
    until = _day("To")

    def __init__(self, *args: Any, actors: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].choices = [("", "Everybody"), *actors]  # type: ignore[attr-defined]

    def clean_since(self) -> datetime.date | None:
        return self._near("since")

    def clean_until(self) -> datetime.date | None:
        return self._near("until")

    def _near(self, name: str) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data[name]
        if day and not 2000 <= day.year < 2100:
            label = self.fields[name].label
            raise forms.ValidationError(f"Write a year from 2000 to 2099 under “{label}”.")
        return day

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error(
                "until", "The day under “To” is before the day under “From”. Change one of them."
            )

    def asked(self) -> reports.Asked:
        """What to look for. Only for a valid form."""
        return reports.Asked(**self.cleaned_data)

    def query(self) -> str:
        """What was chosen, as a part of an address. Only for a valid form."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return urlencode(chosen)


def _form(request: StaffRequest) -> AuditForm:
    return AuditForm(request.GET, actors=reports.actors())


@require_safe
@overview_only
def audit(request: StaffRequest, language: str) -> HttpResponse:
    return _show(request, language, _form(request))


def _show(request: StaffRequest, language: str, form: AuditForm) -> HttpResponse:
    valid = form.is_valid()
    address = reverse("overview:audit", args=[language])
    query = form.query() if valid else ""
    page = request.GET.get("page", "1")
    return render(
        request,
        "overview/audit.html",
        {
            "form": form,
            "head": reports.HEAD,
            "found": reports.audit_page(form.asked(), page=page) if valid else None,
            "address": address,
            "list": f"{address}?{query}&" if query else f"{address}?",
            "query": query,
            # Whoever asked for a part of the list is led to it, by a script or without one.
            "moved": any(name in request.GET for name in (*form.fields, "page")),
        },
        status=200 if valid else 422,
    )


@require_POST
@overview_only
@counted
def audit_file(request: StaffRequest, language: str) -> HttpResponse:
    """The very lines of the list as a file, all its pages."""
    form = _form(request)
    if not form.is_valid():
        return _show(request, language, form)
    note_file(staff=request.staff, name="audit-log", now=now())
    return spreadsheet(reports.audit_file(form.asked()), name="waymark-audit-log")
