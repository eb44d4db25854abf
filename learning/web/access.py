"""Who may call a view, stated beside it, and the device that says who is asking."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeAlias

from django.conf import settings
from django.core import signing
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from learning.actions.leaving import renew_device
from learning.models import Device, Learner

P = ParamSpec("P")
View: TypeAlias = Callable[..., HttpResponse]

_SIGNER_SALT = "learning.device"
_SLUG = re.compile(r"\A[a-z0-9-]{1,60}\Z")


class Request(HttpRequest):
    """A request after ``find_device`` has looked at its cookie."""

    htmx: Any
    device: Device | None
    learner: Learner | None


class LearnerRequest(Request):
    """A request of somebody who has a learner: what ``learner_only`` lets through."""

    device: Device
    learner: Learner


def _cookie_token(request: HttpRequest) -> tuple[str, bool] | None:
    """The token in the cookie and whether it is a shared device's; None where it does not hold."""
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    if ":" not in value:
        return (value, False) if value else None
    try:
        token = signing.TimestampSigner(salt=_SIGNER_SALT).unsign(
            value, max_age=settings.SHARED_DEVICE_MINUTES * 60
        )
    except signing.BadSignature:
        return None
    return token, True


def find_device(request: HttpRequest) -> Device | None:
    """The device this browser was given, with its learner, or None. Looked up once a request."""
    if not hasattr(request, "device"):
        known: Device | None = None
        found = _cookie_token(request)
        if found is not None:
            known = Device.objects.known(found[0], today=timezone.localdate())
            if known is not None and known.shared != found[1]:
                known = None
        request.device = known  # type: ignore[attr-defined]
        request.learner = known.learner if known else None  # type: ignore[attr-defined]
    device: Device | None = request.device  # type: ignore[attr-defined]
    return device


def give_device(response: HttpResponse, token: str, *, shared: bool) -> None:
    """Set the cookie by which this browser is known again.

    An own device is remembered for DEVICE_DAYS. A shared one is forgotten when the browser closes
    or after SHARED_DEVICE_MINUTES without a page: the signed time in its cookie is that clock.
    """
    value = signing.TimestampSigner(salt=_SIGNER_SALT).sign(token) if shared else token
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        value,
        max_age=None if shared else settings.DEVICE_DAYS * 24 * 3600,
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def renew_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Set the clock of the cookie anew, after a page of a known device."""
    found = _cookie_token(request)
    if found is not None and settings.DEVICE_COOKIE_NAME not in response.cookies:
        give_device(response, found[0], shared=found[1])


def take_device(response: HttpResponse) -> None:
    """Make the browser forget who it was, in its cookies, cache and storage."""
    response.delete_cookie(settings.DEVICE_COOKIE_NAME, samesite="Lax")
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def public(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """Anybody may call this. A known learner sees where she stands, and then nothing is cached."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        device = find_device(request)
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ("Cookie",))
        if device is not None:
            _keep_private(request, response, device)
        elif "CSRF_COOKIE" in request.META:  # a form on it is this browser's own
            patch_cache_control(response, no_store=True, private=True)
        else:
            patch_cache_control(response, no_cache=True)
        return response

    wrapper.role = "public"  # type: ignore[attr-defined]
    return wrapper


def learner_only(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """Only a learner may call this, for what is hers. For anybody else it is not there."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        device = find_device(request)
        if device is None:
            show = forgotten if request.method == "POST" else not_on_this_device
            response = show(request)
        else:
            response = view(request, *args, **kwargs)
            _keep_private(request, response, device)
        patch_vary_headers(response, ("Cookie",))
        patch_cache_control(response, no_store=True, private=True)
        return response

    wrapper.role = "learner"  # type: ignore[attr-defined]
    return wrapper


def _keep_private(request: HttpRequest, response: HttpResponse, device: Device) -> None:
    patch_cache_control(response, no_store=True, private=True)
    if response.has_header("Clear-Site-Data"):
        return
    if (request.method == "POST" and _renewed(device)) or device.shared:
        renew_cookie(request, response)


def _renewed(device: Device) -> bool:
    """Whether today was noted. That it could not be must not undo what the view has done."""
    if settings.READ_ONLY:
        return False
    with contextlib.suppress(OperationalError, InterfaceError):
        return renew_device(device=device, today=timezone.localdate())
    return False


def for_operator(view: Callable[Concatenate[Any, P], HttpResponse]) -> View:
    """For the operator's tools: anybody may call it, it knows no reader and tells of none."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_store=True)
        return response

    wrapper.role = "operator"  # type: ignore[attr-defined]
    return wrapper


def not_on_this_device(request: HttpRequest) -> HttpResponse:
    """The answer to a check that is not there or not yours: the same page for both."""
    response = render(request, "learner/not_here.html", status=404)
    patch_cache_control(response, no_store=True, private=True)
    return response


def forgotten(request: HttpRequest) -> HttpResponse:
    """The answer to a form from a browser that is not known any more: said plainly, and a way on.

    The form itself says which module it belongs to, so nothing is looked up and nothing is told.
    """
    module = request.POST.get("module", "")
    response = render(
        request,
        "learner/forgotten.html",
        {"module": module if _SLUG.match(module) else ""},
        status=404,
    )
    patch_cache_control(response, no_store=True, private=True)
    return response
