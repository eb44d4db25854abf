"""Pages anybody can read: no account, no script, no cookie."""

from __future__ import annotations

import contextlib

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from learning.actions.reading import mark_read
from learning.reports import assigned, printing, reading
from learning.reports.approvals import approved_so_far
from learning.reports.checks import corrections
from learning.reports.clinics import numbers_of
from learning.web.access import Request, public
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.numbers import with_numbers


@require_safe
@public
def front_door(request: Request) -> HttpResponse:
    """The address without a language leads to the reader's: today there is one."""
    return HttpResponseRedirect(reverse("public:home", args=["en"]))


@require_safe
@public
def home(request: Request, language: str) -> HttpResponse:
    learner = request.learner
    parts = reading.module_list(language, learner)
    wishes = assigned.assigned_to(learner, language, now=now()) if learner else ()
    return render(
        request,
        "public/home.html",
        {
            "parts": parts,
            "from_nurse": assigned.as_seen(wishes, parts),
            "go_on": learner and reading.place_to_go_on(language, learner),
            "next": reading.next_module(parts),
            "approved": approved_so_far(language),
        },
    )


@require_safe
@public
def modules(request: Request, language: str) -> HttpResponse:
    learner = request.learner
    parts = reading.module_list(language, learner)
    wishes = assigned.assigned_to(learner, language, now=now()) if learner else ()
    from_nurse = assigned.as_seen(wishes, parts)
    return render(
        request,
        "public/modules.html",
        {
            "parts": assigned.without(parts, from_nurse),
            "from_nurse": from_nurse,
            "go_on": learner and reading.place_to_go_on(language, learner),
            "corrections": learner and corrections(learner),
        },
    )


@require_safe
@public
def module(request: Request, language: str, slug: str) -> HttpResponse:
    page = reading.module_page(language, slug, request.learner)
    if page is None:
        raise Http404
    return render(request, "public/module.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def section(request: Request, language: str, slug: str, section: str) -> HttpResponse:
    """One idea. For a learner "Next" notes that it was read; for anybody else it is a link."""
    page = reading.section_page(language, slug, section)
    if page is None:
        raise Http404
    onward = (
        reverse("public:section", args=[language, slug, page.next_key])
        if page.next_key
        else reverse("learner:check", args=[language, slug])
    )
    if request.method == "POST":
        # Reading goes on even where her place cannot be kept just now.
        with contextlib.suppress(OperationalError, InterfaceError):
            if request.learner is not None and not settings.READ_ONLY:
                mark_read(
                    learner=request.learner, module=page.edition.module, section=section, now=now()
                )
        return SeeOther(onward)
    closed = page.section.door is not None and "open" not in request.GET
    if closed:
        return render(request, "public/door.html", {"page": page, "onward": onward})
    html = with_numbers(page.section.html, request.learner)
    return render(request, "public/section.html", {"page": page, "onward": onward, "html": html})


@require_safe
@public
def print_module(request: Request, language: str, slug: str) -> HttpResponse:
    """The whole module on paper; parts behind a door only where they were chosen.

    ``?only=check`` leaves the reading out: the questions, and their answers at the back.
    """
    only = request.GET.get("only") == "check"
    page = printing.print_page(language, slug, request.GET.getlist("with"))
    if page is None:
        raise Http404
    return render(request, "public/print.html", {"page": page, "only_check": only})


@require_safe
@public
def words(request: Request, language: str) -> HttpResponse:
    return render(request, "public/words.html", {"entries": reading.words(language)})


@require_safe
@public
def sources(request: Request, language: str) -> HttpResponse:
    return render(request, "public/sources.html", {"entries": reading.sources(language)})


@require_safe
@public
def promises(request: Request, language: str) -> HttpResponse:
    return render(request, "public/promises.html")


@require_safe
@public
def about(request: Request, language: str) -> HttpResponse:
    return render(
        request,
        "public/about.html",
        {
            "content_checked_on": reading.content_checked_on(language),
            "approved": approved_so_far(language),
        },
    )


@require_safe
@public
def help_now(request: Request, language: str) -> HttpResponse:
    return render(
        request,
        "public/help_now.html",
        {
            "parts": reading.module_list(language, request.learner),
            "numbers": numbers_of(request.learner),
        },
    )
