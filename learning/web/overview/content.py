"""The content desk: what is published, what changed, who approved it, and what is due."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learning.reports.desk import module_lines
from learning.web.staff import StaffRequest, desk_only


@require_safe
@desk_only
def content(request: StaffRequest, language: str) -> HttpResponse:
    return render(request, "overview/content.html", {"lines": module_lines(language)})
