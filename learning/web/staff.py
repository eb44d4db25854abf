"""Which member of staff is asking, for how long, and what her role lets her call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from learning.models import StaffMember
from learning.web.access import View
from learning.web.htmx import go_to
from learning.web.keeping import kept_fields
from learning.web.moment import now

P = ParamSpec("P")

SEEN = "seen"
SIGNED_IN = "signed_in"
DEMO_SIGN_IN = "demo_sign_in"
_NOTE_EVERY_SECONDS = 60


class StaffRequest(HttpRequest):
    """A request that ``nurse_only`` or ``overview_only`` let through."""

    htmx: Any
    session: SessionBase
    staff: StaffMember


def signed_in(request: HttpRequest) -> StaffMember | None:
    """Who is signed in, unless she was idle too long or her session is too old: then it ends."""
    user = request.user
    if not isinstance(user, StaffMember):
        return None
    clock = now().timestamp()
    began = request.session.setdefault(SIGNED_IN, clock)
    seen = request.session.get(SEEN, clock)
    idle = clock - seen > settings.STAFF_IDLE_MINUTES * 60
    if idle or clock - began > settings.STAFF_SESSION_HOURS * 3600:
        logout(request)
        return None
    if clock - seen > _NOTE_EVERY_SECONDS or SEEN not in request.session:
        request.session[SEEN] = clock
    return user


def has_second_factor(request: HttpRequest, staff: StaffMember) -> bool:
    """Whether she has a passkey or an authenticator app, or was let in by the demo's own link."""
    return (settings.DEMO and bool(request.session.get(DEMO_SIGN_IN))) or is_mfa_enabled(staff)


def nurse_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For a nurse of a clinic, signed in with a second factor."""
    return _staff_only(view, role="nurse", allowed=lambda staff: staff.clinic_id is not None)


def overview_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For those who see the overview, signed in with a second factor."""
    return _staff_only(view, role="overview", allowed=lambda staff: staff.overview)


def staff_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For any member of staff, signed in with a second factor."""
    return _staff_only(view, role="staff", allowed=lambda _staff: True)


def _staff_only(
    view: Callable[Concatenate[Any, P], HttpResponse],
    *,
    role: str,
    allowed: Callable[[StaffMember], bool],
) -> View:
    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        staff = signed_in(request)
        if staff is None:
            response = _sign_in_first(request)
        elif not has_second_factor(request, staff):
            response = go_to(request, reverse("mfa_index"))
        elif not allowed(staff):
            response = render(request, "account/not_for_you.html", status=403)
        else:
            request.staff = staff  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
        return private(response)

    wrapper.role = role  # type: ignore[attr-defined]
    return wrapper


def private(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("Cookie",))
    patch_cache_control(response, no_store=True, private=True)
    return response


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """A page leads to the sign-in page and back; a form comes back whole, to be sent again."""
    sign_in = reverse("account_login")
    if request.method != "POST":
        return go_to(request, f"{sign_in}?{urlencode({'next': request.get_full_path()})}")
    return render(
        request,
        "account/signed_out.html",
        {"kept": kept_fields(request), "path": request.get_full_path(), "sign_in": sign_in},
        status=401,
    )


def account_page(view: Callable[..., HttpResponse]) -> View:
    """A page of allauth, which guards itself. It is never cached."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        signed_in(request)
        return private(view(request, *args, **kwargs))

    wrapper.role = "account"  # type: ignore[attr-defined]
    return wrapper
