"""A check: begin it, answer one question a page, see where you stand."""

from __future__ import annotations

import random

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from learning.actions import checking
from learning.actions.arriving import StartTokenUsed
from learning.models import Edition, SittingQuestion
from learning.models.sittings import Occasion
from learning.reports import assigned, checks, own, reading
from learning.reports.clinics import Numbers, numbers_of
from learning.rules.grading import Response
from learning.web.access import (
    LearnerRequest,
    Request,
    forgotten,
    give_device,
    learner_only,
    not_on_this_device,
    public,
)
from learning.web.forms import STALE_PAGE, QuestionForm, StartForm
from learning.web.htmx import SeeOther, done
from learning.web.moment import now
from learning.web.numbers import CALL_NOW

NOTHING_TO_ASK = (
    "All questions of this module were taken out, because something in them was wrong. "
    "You can still read it."
)

_rng = random.SystemRandom()


@require_http_methods(["GET", "HEAD", "POST"])
@public
def before(request: Request, language: str, slug: str) -> HttpResponse:
    return _start(request, language, slug, Occasion.BEFORE)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def check(request: Request, language: str, slug: str) -> HttpResponse:
    return _start(request, language, slug, Occasion.AFTER)


def _start(request: Request, language: str, slug: str, occasion: Occasion) -> HttpResponse:
    page = reading.module_page(language, slug, request.learner)
    if page is None:
        raise Http404
    known = request.learner is not None
    form = StartForm(request.POST if request.method == "POST" else None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, language, page.edition, occasion, form)
        except StartTokenUsed:
            form.add_error("token", STALE_PAGE)
        except checking.NothingToAsk:
            form.add_error(None, NOTHING_TO_ASK)
    return render(
        request,
        "learner/start.html",
        {
            "page": page,
            "form": form,
            "token": form.fresh_token(),
            "occasion": occasion,
            "open": page.open_before if occasion == Occasion.BEFORE else page.open_check,
        },
        status=422 if request.method == "POST" else 200,
    )


def _begin(
    request: Request, language: str, edition: Edition, occasion: Occasion, form: StartForm
) -> HttpResponse:
    shared = form.is_shared
    started = checking.start(
        learner=request.learner,
        edition=edition,
        occasion=occasion,
        token=form.cleaned_data["token"],
        shared=shared,
        now=now(),
        rng=_rng,
    )
    response = SeeOther(reverse("learner:results", args=[language, started.sitting.key]))
    number = reading.first_open_question(started.sitting)
    if number:
        response = SeeOther(
            reverse("learner:question", args=[language, started.sitting.key, number])
        )
    if started.device_token:
        give_device(response, started.device_token, shared=shared)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@learner_only
def question(request: LearnerRequest, language: str, key: str, number: int) -> HttpResponse:
    """Question ``number``; once it is answered, its feedback, and with ``?again`` the form."""
    place = checks.question_place(request.learner, key, number)
    if place is None:
        return not_on_this_device(request)
    again = "again" in request.GET
    if request.method == "POST":
        return _answer(request, place, again=again)
    page = checks.question_page(place)
    blank = QuestionForm(page=page) if again or not page.feedback else None
    return show_question(request, page, blank, late="kept" in request.GET)


def _answer(request: LearnerRequest, place: SittingQuestion, *, again: bool) -> HttpResponse:
    """Keep the answer, also to a question that was taken out meanwhile: its page says so."""
    form = QuestionForm(request.POST, page=checks.question_page(place, tries=()))
    if not form.is_valid():
        page = checks.question_page(place)
        if page.withdrawn:
            return done(request, request.path, lambda: show_question(request, page, None))
        return show_question(request, page, form, status=422)
    try:
        answered = checking.answer(
            place=place,
            token=form.cleaned_data["token"],
            response=form.response(),
            sure=form.cleaned_data["sure"],
            again=again,
            now=now(),
        )
    except checking.CheckErased:
        return forgotten(request)
    return done(
        request,
        request.path + ("?kept=later" if answered.late else ""),
        lambda: show_question(
            request, checks.question_page(place, answered.tries), None, late=answered.late
        ),
    )


def show_question(
    request: LearnerRequest,
    page: checks.QuestionPage,
    form: QuestionForm | None,
    *,
    status: int = 200,
    notice: str = "",
    late: bool = False,
) -> HttpResponse:
    """The page of a question: its form where one is given, else its feedback."""
    return render(
        request,
        "learner/question.html",
        {
            "page": page,
            "form": form if not page.withdrawn else None,
            "token": form.fresh_token() if form else "",
            "again": form is not None and bool(page.tries),
            "saved_choice": _saved_choice(page, form),
            "notice": notice,
            "late": late,
            "corrections": checks.corrections_beside(page),
            "numbers": _numbers(request, page),
        },
        status=status,
    )


def _numbers(request: LearnerRequest, page: checks.QuestionPage) -> Numbers | None:
    """Whom she calls, asked only where the feedback says to call the team."""
    action = page.feedback.action if page.feedback else None
    if action is None or action["kind"] != CALL_NOW:
        return None
    return numbers_of(request.learner)


def _saved_choice(page: checks.QuestionPage, form: QuestionForm | None) -> str:
    """What was answered before, said in text above a form that asks again."""
    if form is None or not page.tries:
        return ""
    response = Response.from_json(page.tries[-1].response)
    return "; ".join(own.chosen_in_words(page.place.wording.text, response))


@require_safe
@learner_only
def results(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    page = checks.results_page(request.learner, key)
    if page is None:
        return not_on_this_device(request)
    wishes = assigned.assigned_to(request.learner, language, now=now())
    return render(
        request,
        "learner/results.html",
        {
            "page": page,
            "before": page.sitting.occasion == Occasion.BEFORE,
            "next": reading.next_module(
                reading.module_list(language, request.learner),
                after=page.sitting.module.slug,
                first=[slug for wish in wishes for slug in wish.slugs],
            ),
            "corrections": checks.corrections(request.learner),
        },
    )
