"""When something is in the way: what the reader is told, and how her answer is kept.

Nobody here gets a bare error. A stale form is offered again with what was chosen; where the
database cannot keep an answer, the page says so and carries the answer along to be sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import patch_cache_control

from learning.reports import checks
from learning.web.access import find_device, forgotten
from learning.web.forms import QuestionForm
from learning.web.htmx import MARK
from learning.web.keeping import kept_fields, posted
from learning.web.learner.checks import show_question

STALE = "This page was open for a while. Your answer is still here: press the button once more."
# https://www.postgresql.org/docs/current/errcodes-appendix.html
READ_ONLY_TRANSACTION = "25006"
GAVE_WAY = ("40001", "40P01")  # serialization failure, deadlock: this transaction was the one to go

GetResponse = Callable[[HttpRequest], HttpResponse]


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Offer the form again with what was chosen and a fresh token, where it is the site's own.

    A page opened before its cookies were cleared, or long ago, sends a stale token. From another
    site (or a browser that will not say) the plain refusal stands.
    """
    if _from_elsewhere(request):
        return refused(request)
    match = _match(request)
    try:
        if match and match.view_name == "learner:question":
            return _question_again(request, match)
    except (DatabaseError, InterfaceError):
        return not_saved(request)
    except UnreadablePostError:  # the line broke in the middle of the form
        return bad_request(request)
    blocked = "retried" in dict(posted(request)) and not request.COOKIES.get(
        settings.CSRF_COOKIE_NAME
    )
    return _offer_again(request, status=422, reason="cookies" if blocked else "stale")


def _from_elsewhere(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _question_again(request: HttpRequest, match: ResolverMatch) -> HttpResponse:
    device = find_device(request)
    place = device and checks.question_place(
        device.learner, match.kwargs["key"], match.kwargs["number"]
    )
    request.resolver_match = match
    if not place:
        return forgotten(request)
    form = QuestionForm(request.POST, page=checks.question_page(place))
    form.is_valid()
    response = show_question(request, form.page, form, status=422, notice=STALE)  # type: ignore[arg-type]
    patch_cache_control(response, no_store=True, private=True)
    return response


def _offer_again(request: HttpRequest, *, status: int, reason: str) -> HttpResponse:
    """A page that needs no database and sends the same form again at the press of its button."""
    match = _match(request)
    request.resolver_match = match
    if getattr(match and match.func, "role", "") == "account":
        return _open_again(request, status=status, reason=reason)
    response = render(
        request,
        "learner/not_saved.html",
        {"kept": kept_fields(request), "reason": reason, "path": request.get_full_path()},
        status=status,
    )
    patch_cache_control(response, no_store=True, private=True)
    return response


def _open_again(request: HttpRequest, *, status: int, reason: str) -> HttpResponse:
    """Pages of an account are opened anew: no password or code travels along in a page."""
    response = render(
        request,
        "account/not_done.html",
        {"reason": reason, "path": request.get_full_path()},
        status=status,
    )
    patch_cache_control(response, no_store=True, private=True)
    return response


def not_saved(request: HttpRequest) -> HttpResponse:
    """503 for what could not be kept or read just now; an answer travels along with the page."""
    if request.method == "POST":
        response = _offer_again(request, status=503, reason="busy")
    else:
        response = render(request, "errors/503.html", status=503)
        patch_cache_control(response, no_store=True)
    return _later(response, seconds=10)


def _later(response: HttpResponse, *, seconds: int) -> HttpResponse:
    response["Retry-After"] = str(seconds)
    return response


def _out_of_reach(error: Exception) -> bool:
    """Whether the database is locked, away, or takes no writes: it may well be back in a moment."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    return isinstance(error, Error) and _state(error) == READ_ONLY_TRANSACTION


def _state(error: Exception) -> str | None:
    """What PostgreSQL calls the error; None with SQLite."""
    return getattr(error.__cause__, "sqlstate", None)


def _once_more(request: HttpRequest, match: ResolverMatch) -> HttpResponse | None:
    """The answer to the same request after its transaction gave way to another, if it works now.

    Nothing of the first try was kept: a view changes things in one transaction at most.
    """
    try:
        return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
    except (OperationalError, InterfaceError):
        return None


class Trouble:
    """Marks every page as ours, keeps saving shut while it is off, answers a busy database.

    Where two transactions waited for each other, the one that PostgreSQL ended is tried once more.

    The mark lets the page's script tell our answer from one that a hotel's network put in between.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            allowed = response["Allow"]
            response = render(request, "errors/405.html", status=405)
            response["Allow"] = allowed
        response[MARK] = "1"
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        reads_on = match is not None and match.view_name == "public:section"
        if settings.READ_ONLY and request.method not in ("GET", "HEAD", "OPTIONS") and not reads_on:
            return _later(_offer_again(request, status=503, reason="read_only"), seconds=300)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if _out_of_reach(error):
            again = None
            if request.resolver_match and _state(error) in GAVE_WAY:
                again = _once_more(request, request.resolver_match)
            return again or not_saved(request)
        if isinstance(error, (RequestDataTooBig, TooManyFieldsSent)):
            return render(request, "errors/413.html", status=413)
        return None


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    too_big = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent))
    number = 413 if too_big else 400
    return render(request, f"errors/{number}.html", status=number)


def too_many(request: HttpRequest) -> HttpResponse:
    return _later(render(request, "errors/429.html", status=429), seconds=60)


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=500)
