"""An upload as its readers would meet it. Nothing is kept, whatever is answered."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from learning.models import Draft
from learning.reports.changes import Contents
from learning.reports.previewing import contents_of, preview_question, preview_section
from learning.reports.uploads import read_draft
from learning.web.forms import QuestionForm
from learning.web.overview.uploads import draft_or_404, to_draft
from learning.web.staff import StaffRequest, desk_only


def _contents(draft: Draft) -> Contents | None:
    """None where the draft is no longer open, or has faults: its own page says so."""
    if not draft.is_open:
        return None
    library = read_draft(draft, today=timezone.localdate()).library
    return contents_of(library, number=0) if library else None


@require_safe
@desk_only
def preview(request: StaffRequest, language: str, key: str) -> HttpResponse:
    draft = draft_or_404(key)
    contents = _contents(draft)
    if contents is None:
        return to_draft(language, key)
    return render(request, "overview/preview.html", {"draft": draft, "contents": contents})


@require_safe
@desk_only
def section(request: StaffRequest, language: str, key: str, section: str) -> HttpResponse:
    draft = draft_or_404(key)
    contents = _contents(draft)
    if contents is None:
        return to_draft(language, key)
    page = preview_section(contents, section)
    if page is None:
        raise Http404
    onward = (
        reverse("overview:preview_section", args=[language, key, page.next_key])
        if page.next_key
        else reverse("overview:preview_question", args=[language, key, 1])
    )
    return render(
        request,
        "overview/preview_section.html",
        {
            "draft": draft,
            "page": page,
            "onward": onward,
            "closed": page.section.door is not None and "open" not in request.GET,
        },
    )


@require_safe
@desk_only
def question(request: StaffRequest, language: str, key: str, number: int) -> HttpResponse:
    """A question; with an answer in the address, its feedback."""
    draft = draft_or_404(key)
    contents = _contents(draft)
    if contents is None:
        return to_draft(language, key)
    page = preview_question(contents, number)
    if page is None:
        raise Http404
    form: QuestionForm | None = QuestionForm(
        request.GET if "token" in request.GET else None, page=page
    )
    if form and form.is_bound and form.is_valid():
        page = preview_question(contents, number, form.response(), sure=form.cleaned_data["sure"])
        form = None
    return render(
        request,
        "overview/preview_question.html",
        {
            "draft": draft,
            "page": page,
            "form": form,
            "token": form.fresh_token() if form else "",
        },
        status=422 if form and form.is_bound else 200,
    )
