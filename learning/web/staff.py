"""Which member of staff is asking, for how long, and what her role lets her call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_http_methods

from learning.actions.staffing import end_other_sessions
from learning.models import StaffMember
from learning.reports.staff import factors_of, has_factor
from learning.web.access import View
from learning.web.account.answering import confirm_first, plainly
from learning.web.htmx import go_to
from learning.web.keeping import kept_fields
from learning.web.moment import now

P = ParamSpec("P")

SEEN = "seen"
SIGNED_IN = "signed_in"
DEMO_SIGN_IN = "demo_sign_in"
NOTE_EVERY_SECONDS = 60
FACTORS = {
    Authenticator.Type.TOTP.value: "an authenticator app",
    Authenticator.Type.WEBAUTHN.value: "a passkey",
    Authenticator.Type.RECOVERY_CODES.value: "recovery codes",
}


class StaffRequest(HttpRequest):
    """A request that one of the decorators for staff below let through."""

    htmx: Any
    session: SessionBase
    staff: StaffMember


def begin_session(request: HttpRequest) -> None:
    """Start the two clocks of a session: how old it is, and how long nobody used it."""
    request.session[SIGNED_IN] = request.session[SEEN] = now().timestamp()


def signed_in(request: HttpRequest) -> StaffMember | None:
    """Who is signed in, unless she was idle too long or her session is too old: then it ends.

    That she was here is noted at most once a minute, so that reading pages hardly writes.
    """
    user = request.user
    if not isinstance(user, StaffMember):
        return None
    session, clock = request.session, now().timestamp()
    if SIGNED_IN not in session or SEEN not in session:
        if not settings.READ_ONLY:
            begin_session(request)
        return user
    idle = clock - session[SEEN] > settings.STAFF_IDLE_MINUTES * 60
    if idle or clock - session[SIGNED_IN] > settings.STAFF_SESSION_HOURS * 3600:
        _end_session(request)
        return None
    if clock - session[SEEN] >= NOTE_EVERY_SECONDS and not settings.READ_ONLY:
        session[SEEN] = clock
    return user


def _end_session(request: HttpRequest) -> None:
    if settings.READ_ONLY:  # nothing may be written, so it only ends for this request
        request.user = AnonymousUser()
    else:
        logout(request)


def has_second_factor(request: HttpRequest, staff: StaffMember) -> bool:
    """Whether she has a passkey or an authenticator app, or was let in by the demo's own link.

    Where there is one, no session begins without it: allauth asks for it at every sign-in, and
    setting one up ends every other session (see ``account_page``).
    """
    if settings.DEMO and request.session.get(DEMO_SIGN_IN):
        return True
    return has_factor(staff)


def nurse_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For a nurse of a clinic, signed in with a second factor."""
    return _staff_only(view, role="nurse", allowed=lambda staff: staff.clinic_id is not None)


def overview_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For those who see the overview, signed in with a second factor."""
    return _staff_only(view, role="overview", allowed=lambda staff: staff.overview)


def desk_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For those who look after content: overview or publisher, signed in with a second factor."""
    return _staff_only(view, role="desk", allowed=lambda staff: staff.sees_content)


def publisher_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For those who may publish and withdraw, signed in with a second factor."""
    return _staff_only(view, role="publisher", allowed=lambda staff: staff.publisher)


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
    """A page of allauth, which guards itself, answering as every page of this site does.

    An idle session has ended before the page is asked. Where it changed how she signs in, every
    other session of hers has ended after it. It is never cached.
    """
    known_methods = require_http_methods(["GET", "HEAD", "POST"])(view)

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        staff = signed_in(request)
        if staff is not None and has_second_factor(request, staff):
            request.staff = staff  # type: ignore[attr-defined]
        before = _factors(request, staff)
        try:
            response = known_methods(request, *args, **kwargs)
        except ReauthenticationRequired:
            response = confirm_first(request)
        _end_others_after_change(request, staff, before)
        return private(plainly(request, response))

    wrapper.role = "account"  # type: ignore[attr-defined]
    return wrapper


def _factors(request: HttpRequest, staff: StaffMember | None) -> dict[int, str]:
    """Her ways to sign in besides a password, where this request may change them."""
    if staff is None or request.method != "POST":
        return {}
    return factors_of(staff)


def _end_others_after_change(
    request: HttpRequest, staff: StaffMember | None, before: dict[int, str]
) -> None:
    after = _factors(request, staff)
    if staff is None or before == after:
        return
    added = {kind for key, kind in after.items() if key not in before}
    removed = {kind for key, kind in before.items() if key not in after}
    verbs = [f"removed {words}" for kind, words in FACTORS.items() if kind in removed]
    verbs += [f"added {words}" for kind, words in FACTORS.items() if kind in added]
    end_other_sessions(staff=staff, verbs=verbs, now=now())
    update_session_auth_hash(request, staff)
