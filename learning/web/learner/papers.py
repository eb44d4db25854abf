"""What a learner prints and carries: the sheet for her visit, the card, and whom to call."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from learning.actions import asking
from learning.actions.arriving import StartTokenUsed
from learning.reports.card import wallet_card
from learning.reports.clinics import numbers_of
from learning.reports.visit import visit_sheet
from learning.web.access import Request, give_device, public
from learning.web.forms import STALE_PAGE, TeamPhoneForm
from learning.web.htmx import SeeOther
from learning.web.moment import now


@require_safe
@public
def visit(request: Request, language: str) -> HttpResponse:
    """One page to print and take along. For somebody not known it is to be filled in by hand."""
    sheet = visit_sheet(language, request.learner)
    return render(request, "learner/visit.html", {"sheet": sheet})


@require_safe
@public
def card(request: Request, language: str) -> HttpResponse:
    """A card in the size of a bank card: whom to call, and for what."""
    return render(request, "learner/card.html", {"card": wallet_card(request.learner)})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def team(request: Request, language: str) -> HttpResponse:
    """The numbers of her clinics, and one she writes down herself."""
    learner = request.learner
    known = learner is not None
    if request.method == "POST":
        form = TeamPhoneForm(request.POST, known=known)
        if form.is_valid():
            try:
                return _keep_phone(request, language, form)
            except StartTokenUsed:
                form.add_error("token", STALE_PAGE)
    else:
        form = TeamPhoneForm(known=known, initial={"phone": learner.team_phone if learner else ""})
    return render(
        request,
        "learner/team.html",
        {
            "form": form,
            "token": form.fresh_token(),
            "numbers": numbers_of(learner),
        },
        status=422 if request.method == "POST" else 200,
    )


def _keep_phone(request: Request, language: str, form: TeamPhoneForm) -> HttpResponse:
    token = asking.keep_team_phone(
        learner=request.learner,
        phone=form.cleaned_data["phone"],
        shared=form.is_shared,
        now=now(),
        token=form.cleaned_data["token"],
    )
    response = SeeOther(reverse("public:help_now", args=[language]))
    if token:
        give_device(response, token, shared=form.is_shared)
    return response
