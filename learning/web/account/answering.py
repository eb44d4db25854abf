"""How allauth's views answer here: in the statuses and with the ways on that every page has."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from learning.web.htmx import SeeOther

TOO_MANY = {"too_many_login_attempts", "rate_limited"}
WAIT_SECONDS = 300


def plainly(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """303 after a form was carried out, 422 where it was not, 429 for too many tries.

    A link that does not hold is 404. What an adapter could only say in a message is said by the
    page that is shown next.
    """
    context = getattr(response, "context_data", None) or {}
    if request.method == "POST" and _name(request) == "account_logout":
        response["Clear-Site-Data"] = '"cache"'  # for who presses Back on a device of many
    if response.status_code == 302:
        response.status_code = 303
        _mind_the_way(request, response)
    elif context.get("token_fail"):
        response.status_code = 404
    elif request.method == "POST" and response.status_code == 200:
        codes = _codes(context)
        if codes & TOO_MANY:
            response.status_code = 429
            response["Retry-After"] = str(WAIT_SECONDS)
        elif codes:
            response.status_code = 422
    return response


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _codes(context: dict[str, Any]) -> set[str]:
    """What is wrong with the forms that were sent."""
    forms = [form for form in context.values() if isinstance(form, BaseForm) and form.is_bound]
    return {
        error.code or "invalid"
        for form in forms
        for errors in form.errors.as_data().values()
        for error in errors
    }


def _mind_the_way(request: HttpRequest, response: HttpResponse) -> None:
    name = _name(request)
    if name == "mfa_authenticate" and response["Location"] == reverse("account_login"):
        # Her last second factor went while she was signing in. Signing in begins anew: the page
        # would otherwise lead back here for good.
        clear_login(request)
    if getattr(request, "account_problem", False):
        back = name.startswith("mfa_reauthenticate")
        where = request.path if back else response["Location"]
        query = {"problem": "1"}
        if following := request.POST.get("next", ""):
            query["next"] = following
        response["Location"] = f"{where}?{urlencode(query)}"


def confirm_first(request: HttpRequest) -> HttpResponse:
    """Before something that matters she shows once more that it is she, then comes back here."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    where = methods[0]["url"] if methods else reverse("account_login")
    return SeeOther(f"{where}?{urlencode({'next': request.path})}")
