"""Approvals on record: publishers put them there, and take back what is there by mistake."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from learning.actions import signing
from learning.reports.desk_module import find_edition, find_sign_off
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.overview.content_forms import SignOffForm, TakeBackForm
from learning.web.staff import StaffRequest, publisher_only


def to_module(language: str, slug: str, done: str) -> HttpResponse:
    """Back to the page of the module, which says what was done."""
    return SeeOther(reverse("overview:content_module", args=[language, slug]) + f"?done={done}")


@require_http_methods(["GET", "HEAD", "POST"])
@publisher_only
def sign_off(request: StaffRequest, language: str, slug: str, number: int) -> HttpResponse:
    edition = find_edition(language, slug, number)
    if edition is None:
        raise Http404
    form = SignOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            signing.sign_off(edition=edition, approval=form.approval(), by=request.staff, now=now())
        except (signing.SignedTooEarly, signing.NotSignedYet) as wrong:
            form.add_error("signed_on", str(wrong))
        except signing.OnRecordAlready as wrong:
            form.add_error("name", str(wrong))
        else:
            return to_module(language, slug, "signed")
    return render(
        request,
        "overview/sign_off.html",
        {"form": form, "edition": edition, "today": timezone.localdate()},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@publisher_only
def take_back(request: StaffRequest, language: str, slug: str, key: str) -> HttpResponse:
    found = find_sign_off(language, slug, key)
    if found is None:
        raise Http404
    if found.taken_back_at is not None:
        return to_module(language, slug, "")
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            signing.take_back(
                found=found, why=form.cleaned_data["why"], by=request.staff, now=now()
            )
        except signing.TakenBackAlready:
            return to_module(language, slug, "")
        return to_module(language, slug, "taken-back")
    return render(
        request,
        "overview/take_back.html",
        {"form": form, "row": found},
        status=422 if request.method == "POST" else 200,
    )
