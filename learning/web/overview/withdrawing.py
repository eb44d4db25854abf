"""Withdrawing a question or a module that is wrong. Publishers confirm it on a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learning.actions import publishing
from learning.reports.desk_module import current_edition
from learning.reports.ledger import question_ledger
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.overview.content_forms import WithdrawModuleForm, WrongQuestionForm
from learning.web.overview.sign_offs import to_module
from learning.web.staff import StaffRequest, publisher_only


@require_http_methods(["GET", "HEAD", "POST"])
@publisher_only
def withdraw_question(
    request: StaffRequest, language: str, slug: str, key: str, version: int
) -> HttpResponse:
    """ "Wrong, do not show". What was withdrawn before stays as it was withdrawn."""
    found = question_ledger(slug, key, version)
    if found is None:
        raise Http404
    ledger = reverse("overview:question", args=[language, slug, key, version])
    if found.question.withdrawn_at is not None:
        return SeeOther(ledger)
    form = WrongQuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        publishing.withdraw_question(
            slug=slug,
            key=key,
            version=version,
            note=form.cleaned_data["note"],
            actor=request.staff.actor,
            now=now(),
        )
        return SeeOther(f"{ledger}?done=withdrawn")
    return render(
        request,
        "overview/withdraw_question.html",
        {"form": form, "ledger": found},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@publisher_only
def withdraw_module(request: StaffRequest, language: str, slug: str) -> HttpResponse:
    edition = current_edition(language, slug)
    if edition is None:
        raise Http404
    if edition.withdrawn_at is not None:
        return to_module(language, slug, "")
    form = WithdrawModuleForm(request.POST if request.method == "POST" else None, current=edition)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.withdraw_module(
                slug=slug,
                language=language,
                number=form.cleaned_data["edition"],
                actor=request.staff.actor,
                now=now(),
            )
        except publishing.NotThere:
            return to_module(language, slug, "")
        except publishing.NotCurrent:
            form.say_it_moved()
        else:
            return to_module(language, slug, "withdrawn")
    return render(
        request,
        "overview/withdraw_module.html",
        {"form": form, "edition": edition},
        status=422 if request.method == "POST" else 200,
    )
