"""Signing in to a demo by a link that works once, on the machine where the demo runs.

Nobody else can use it: anywhere but in a demo, in a demo's own database and from this very machine,
the address is not there.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learning.actions.demo import LinkUsed, use_link
from learning.models import StaffMember
from learning.models.demo import is_demo_database
from learning.reports.demo import staff_of_link
from learning.web.htmx import SeeOther
from learning.web.staff import DEMO_SIGN_IN, account_page

THIS_MACHINE = ("127.0.0.1", "::1")
# What a proxy adds. A request that came through one may come from anywhere.
_FORWARDED = {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def demo(request: HttpRequest, token: str) -> HttpResponse:
    """S-034: opening the link changes nothing; its one button signs in, and the link is used."""
    if not (settings.DEMO and _from_this_machine(request) and is_demo_database()):
        raise Http404
    if request.method == "POST":
        try:
            someone = use_link(token=token)
        except LinkUsed:
            return _used(request)
        return _sign_in(request, someone)
    found = staff_of_link(token)
    if found is None:
        return _used(request)
    return render(request, "account/demo.html", {"someone": found})


def _from_this_machine(request: HttpRequest) -> bool:
    names = {name.lower() for name in request.headers}
    forwarded = names & _FORWARDED or any(name.startswith("x-forwarded") for name in names)
    return request.META.get("REMOTE_ADDR") in THIS_MACHINE and not forwarded


def _sign_in(request: HttpRequest, someone: StaffMember) -> HttpResponse:
    auth.logout(request)  # nothing of an earlier session goes on, its clocks neither
    auth.login(request, someone, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[DEMO_SIGN_IN] = True
    return SeeOther(reverse("account:home"))


def _used(request: HttpRequest) -> HttpResponse:
    return render(request, "account/demo_used.html", status=410)
