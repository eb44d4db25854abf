"""The content desk: what is published, what is due, and what changed between two editions."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.views.decorators.http import require_safe

from learning.models import Edition
from learning.reports.changes import changes as changes_between
from learning.reports.changes import stored
from learning.reports.desk import content_desk
from learning.reports.desk_module import desk_module, editions_to_compare
from learning.rules.reviews import SOON_DAYS
from learning.web.staff import StaffRequest, desk_only


@require_safe
@desk_only
def content(request: StaffRequest, language: str) -> HttpResponse:
    return render(
        request,
        "overview/content.html",
        {"desk": content_desk(language, today=timezone.localdate()), "soon_days": SOON_DAYS},
    )


@require_safe
@desk_only
def content_module(request: StaffRequest, language: str, slug: str) -> HttpResponse:
    found = desk_module(language, slug)
    if found is None:
        raise Http404
    return render(
        request,
        "overview/content_module.html",
        {
            "module": found,
            "publisher": request.staff.publisher,
            "done": request.GET.get("done", ""),
        },
    )


class CompareForm(forms.Form):
    """Which two editions. What is none of these is left aside."""

    before = forms.ChoiceField(label="From edition", required=False)
    after = forms.ChoiceField(label="To edition", required=False)

    def __init__(self, data: QueryDict, *, editions: Sequence[Edition]) -> None:
        """``editions`` are newest first; without a choice the two newest are compared."""
        self.editions = {str(edition.number): edition for edition in editions}
        numbers = list(self.editions)
        after = data.get("after", "")
        after = after if after in self.editions else numbers[0]
        before = data.get("before", "")
        if before not in self.editions:
            before = next((number for number in numbers if int(number) < int(after)), after)
        super().__init__(initial={"before": before, "after": after})
        for name in ("before", "after"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [
                    (number, f"{number}, {date_format(edition.published_at, 'M j, Y')}")
                    for number, edition in self.editions.items()
                ]

    def chosen(self) -> tuple[Edition, Edition]:
        return self.editions[self.initial["before"]], self.editions[self.initial["after"]]


@require_safe
@desk_only
def changes(request: StaffRequest, language: str, slug: str) -> HttpResponse:
    editions = editions_to_compare(language, slug)
    if not editions:
        raise Http404
    form = CompareForm(request.GET, editions=editions)
    before, after = form.chosen()
    return render(
        request,
        "overview/changes.html",
        {
            "form": form,
            "editions": editions,
            "changes": changes_between(stored(before), stored(after)),
        },
    )
