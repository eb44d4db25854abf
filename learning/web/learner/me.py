"""What is kept about a learner: hers to see, to take away, and to erase."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning.actions import checking, choosing, leaving
from learning.actions.arriving import StartTokenUsed
from learning.reports import checks, codes, own, reading
from learning.web.access import (
    LearnerRequest,
    Request,
    give_device,
    learner_only,
    public,
    take_device,
)
from learning.web.forms import STALE_PAGE, EraseForm, PlacesForm
from learning.web.htmx import SeeOther
from learning.web.moment import now


@require_safe
@public
def progress(request: Request, language: str) -> HttpResponse:
    """Where a learner is. Somebody who is not known yet reads how this page comes about."""
    learner = request.learner
    return render(
        request,
        "learner/progress.html",
        {
            "parts": reading.module_list(language, learner),
            "go_on": learner and reading.place_to_go_on(language, learner),
            "checks": checks.check_rows(learner) if learner else (),
            "corrections": checks.corrections(learner) if learner else (),
            "device": request.device,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@public
def places(request: Request, language: str) -> HttpResponse:
    """Which places of the body come first in the list of modules. It changes nothing else."""
    learner = request.learner
    known = learner is not None
    if request.method == "POST":
        form = PlacesForm(request.POST, known=known)
        if form.is_valid():
            try:
                return _keep_places(request, language, form)
            except StartTokenUsed:
                form.add_error("token", STALE_PAGE)
    else:
        form = PlacesForm(known=known, initial={"places": learner.places if learner else []})
    return render(
        request,
        "learner/places.html",
        {
            "form": form,
            "token": form.fresh_token(),
        },
        status=422 if request.method == "POST" else 200,
    )


def _keep_places(request: Request, language: str, form: PlacesForm) -> HttpResponse:
    token = choosing.choose_places(
        learner=request.learner,
        places=form.cleaned_data["places"],
        shared=form.is_shared,
        now=now(),
        token=form.cleaned_data["token"],
    )
    response = SeeOther(reverse("public:modules", args=[language]))
    if token:
        give_device(response, token, shared=form.is_shared)
    return response


@require_safe
@learner_only
def download(request: LearnerRequest, language: str) -> HttpResponse:
    """Everything that is kept, as a page to read and print, or as a JSON file."""
    kept = own.everything(request.learner)
    if "json" in request.GET:
        return HttpResponse(
            json.dumps(kept, ensure_ascii=False, indent=2) + "\n",
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="waymark.json"'},
        )
    return render(request, "learner/download.html", {"kept": kept})


@require_http_methods(["GET", "HEAD", "POST"])
@learner_only
def erase(request: LearnerRequest, language: str) -> HttpResponse:
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        leaving.erase(learner=request.learner, now=now())
        response = SeeOther(reverse("learner:gone", args=[language]))
        take_device(response)
        return response
    status = 422 if request.method == "POST" else 200
    return render(request, "learner/erase.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def clear(request: Request, language: str) -> HttpResponse:
    """Make this device forget. Works for anybody, so that nobody is left wondering."""
    if request.method == "POST":
        if request.device is not None:
            leaving.forget_device(device=request.device, today=now().date())
        response = SeeOther(reverse("learner:gone", args=[language]))
        take_device(response)
        return response
    learner = request.learner
    return render(
        request,
        "learner/clear.html",
        {
            "last_device": learner is not None and learner.devices.count() == 1,
            "return_code": learner and codes.return_code(learner),
        },
    )


@require_safe
@public
def gone(request: Request, language: str) -> HttpResponse:
    return render(request, "learner/gone.html")


@require_POST
@learner_only
def corrections_seen(request: LearnerRequest, language: str) -> HttpResponse:
    checking.see_corrections(learner=request.learner, now=now())
    return SeeOther(reverse("learner:progress", args=[language]))
