"""Keeping one's place by a private code, and coming back by it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learning.actions import returning as actions
from learning.actions.arriving import LearnerErased, StartTokenUsed
from learning.models import Membership, ReturnCode
from learning.reports import codes, reading
from learning.rules.codes import grouped
from learning.web import throttle
from learning.web.access import Request, forgotten, give_device, public
from learning.web.forms import STALE_PAGE
from learning.web.htmx import SeeOther
from learning.web.learner.forms import NOT_KNOWN, SOMEBODY_ELSE, KeepForm, ReturnForm
from learning.web.moment import now
from learning.web.qr import qr_svg


@require_http_methods(["GET", "HEAD", "POST"])
@public
def keep(request: Request, language: str) -> HttpResponse:
    """Her return code, to write down or print. For somebody without one: what it is good for."""
    known = request.learner is not None
    form = KeepForm(request.POST if request.method == "POST" else None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, language, form)
        except StartTokenUsed:
            form.add_error("token", STALE_PAGE)
        except LearnerErased:
            return forgotten(request)
    learner = request.learner
    code = learner and codes.return_code(learner)
    letters = codes.shown_return_code(code) if code else None
    come_back = request.build_absolute_uri(reverse("learner:return", args=[language]))
    link = f"{come_back}#{letters}" if letters else ""
    return render(
        request,
        "learner/keep.html",
        {
            "form": form,
            "token": form.fresh_token(),
            "code": code,
            "typed": letters and grouped(letters),
            "come_back": come_back,
            "link": link,
            "qr": link and qr_svg(link, label="QR code of your link"),
            "joined": _joined(request) if "joined" in request.GET else None,
        },
        status=422 if request.method == "POST" else 200,
    )


def _joined(request: Request) -> Membership | None:
    """The group she has just joined."""
    if request.learner is None:
        return None
    memberships = request.learner.memberships.select_related("group__clinic")
    return memberships.order_by("-joined_at", "-id").first()


def _keep(request: Request, language: str, form: KeepForm) -> HttpResponse:
    response = SeeOther(reverse("learner:keep", args=[language]))
    if request.learner is None:
        token = actions.keep_place(
            shared=form.is_shared, now=now(), token=form.cleaned_data["token"]
        )
        give_device(response, token, shared=form.is_shared)
    elif form.cleaned_data["step"] == KeepForm.MAKE:
        actions.new_return_code(learner=request.learner, now=now())
    else:
        actions.revoke_return_code(learner=request.learner)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@public
def come_back(request: Request, language: str) -> HttpResponse:
    """A return code opens the very place where she stopped, on one more device."""
    learner = request.learner
    somebody = {
        "somebody_here": learner is not None,
        "opened_elsewhere": learner is not None and codes.opened_elsewhere(learner),
    }
    if request.method != "POST":
        return _ask(request, ReturnForm(**somebody))
    form = ReturnForm(request.POST, **somebody)
    if not form.is_valid():
        return _ask(request, form, status=422)
    code = codes.find_return_code(form.cleaned_data["code"])
    if code is None:
        return _not_known(request, form)
    if learner is not None and learner != code.learner and not form.cleaned_data["sure"]:
        form.add_error("sure", SOMEBODY_ELSE)
        return _ask(request, form, status=422)
    try:
        token = actions.come_back(code=code, here=request.device, shared=form.is_shared, now=now())
    except actions.CodeStopped:
        return _not_known(request, form)
    response = SeeOther(_place(language, code))
    if token:
        give_device(response, token, shared=form.is_shared)
    if token and learner is not None:
        # Her pages must not come back by the browser's own button.
        response["Clear-Site-Data"] = '"cache"'
    return response


def _not_known(request: Request, form: ReturnForm) -> HttpResponse:
    """Only wrong codes wait: the right one cannot be guessed, so it opens all the same."""
    wait = throttle.wait_for(request, now=now())
    if wait:
        return throttle.try_later(_ask(request, form, wait=wait, status=429), wait)
    throttle.note_failure(request, now=now())
    form.add_error("code", NOT_KNOWN)
    return _ask(request, form, status=422)


def _ask(request: Request, form: ReturnForm, *, status: int = 200, wait: int = 0) -> HttpResponse:
    return render(
        request,
        "learner/return.html",
        {
            "form": form,
            "wait_minutes": throttle.in_minutes(wait),
        },
        status=status,
    )


def _place(language: str, code: ReturnCode) -> str:
    """Where she stopped, or the list of modules."""
    place = reading.place_to_go_on(language, code.learner)
    if place is None:
        return reverse("public:modules", args=[language])
    if place.check_key:
        return reverse("learner:question", args=[language, place.check_key, place.question])
    return reverse("public:section", args=[language, place.slug, place.section])
