"""What a learner wants to ask her team: her list, and one question of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from learning.actions import asking
from learning.actions.arriving import LearnerErased, StartTokenUsed
from learning.models import TeamQuestion
from learning.reports.asking import groups_of, questions_page
from learning.web.access import (
    LearnerRequest,
    Request,
    forgotten,
    give_device,
    learner_only,
    not_on_this_device,
    public,
)
from learning.web.forms import STALE_PAGE, AskForm, RewordForm
from learning.web.htmx import SeeOther
from learning.web.moment import now

TOO_MANY = (
    f"There are {asking.MOST_QUESTIONS} questions on your list, which is all it holds. Remove one "
    "to make room. What you wrote is still here."
)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def questions(request: Request, language: str) -> HttpResponse:
    """Her list, with a form for one more; ``?about`` chooses whose suggestions are shown."""
    known = request.learner is not None
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, known=known, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            return _ask(request, language, form)
        except asking.TooManyQuestions:
            form.add_error("text", TOO_MANY)
        except StartTokenUsed:
            form.add_error("token", STALE_PAGE)
        except LearnerErased:
            return forgotten(request)
    page = questions_page(language, request.GET.get("about", ""), request.learner)
    return render(
        request,
        "learner/questions.html",
        {
            "page": page,
            "form": form,
            "token": form.fresh_token(),
        },
        status=422 if request.method == "POST" else 200,
    )


def _ask(request: Request, language: str, form: AskForm) -> HttpResponse:
    """Keep it and lead back: to where it now stands, or to the suggestions for the next one."""
    asked = asking.ask(
        learner=request.learner,
        texts=form.texts(),
        shared=form.is_shared,
        now=now(),
        token=form.cleaned_data["token"],
    )
    about = request.GET.get("about", "")
    place = "suggested" if form.cleaned_data["suggestion"] else f"q-{asked.questions[0].key}"
    query = f"?{urlencode({'about': about})}" if about else ""
    response = SeeOther(f"{_list(language)}{query}#{place}")
    if asked.device_token:
        give_device(response, asked.device_token, shared=form.is_shared)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@learner_only
def team_question(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    """One question: other words for it, sharing it or taking it back, removing it."""
    question = _hers(request, key)
    if question is None:
        return not_on_this_device(request)
    if request.method != "POST":
        return _show(request, question, RewordForm(initial={"text": question.text}))
    form = RewordForm(request.POST)
    if not form.is_valid():
        return _show(request, question, form, status=422)
    asking.reword(question=question, text=form.cleaned_data["text"])
    return SeeOther(f"{_list(language)}#q-{key}")


def _show(
    request: LearnerRequest,
    question: TeamQuestion,
    form: RewordForm,
    *,
    nobody: bool = False,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "learner/team_question.html",
        {
            "question": question,
            "form": form,
            "groups": groups_of(request.learner),
            "nobody": nobody,
        },
        status=status,
    )


@require_POST
@learner_only
def share_question(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    question = _hers(request, key)
    if question is None:
        return not_on_this_device(request)
    try:
        asking.share_question(question=question, now=now())
    except asking.NobodyToShareWith:
        form = RewordForm(initial={"text": question.text})
        return _show(request, question, form, nobody=True, status=422)
    return SeeOther(reverse("learner:team_question", args=[language, key]))


@require_POST
@learner_only
def unshare_question(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    question = _hers(request, key)
    if question is None:
        return not_on_this_device(request)
    asking.unshare_question(question=question)
    return SeeOther(reverse("learner:team_question", args=[language, key]))


@require_POST
@learner_only
def drop_question(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    question = _hers(request, key)
    if question is None:
        return not_on_this_device(request)
    asking.drop_question(question=question)
    return SeeOther(_list(language))


def _hers(request: LearnerRequest, key: str) -> TeamQuestion | None:
    return request.learner.team_questions.filter(key=key).first()


def _list(language: str) -> str:
    return reverse("learner:questions", args=[language])
