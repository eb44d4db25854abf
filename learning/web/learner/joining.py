"""Joining a nurse's group: a code, then a page that says what will be shared."""

from __future__ import annotations

import random
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learning.actions import joining as actions
from learning.actions.arriving import LearnerErased, StartTokenUsed
from learning.models import Invitation, Membership
from learning.models.groups import Sharing
from learning.reports import joining as reports
from learning.rules.codes import LINK_LENGTH
from learning.web import throttle
from learning.web.access import Request, forgotten, give_device, public
from learning.web.forms import STALE_PAGE
from learning.web.htmx import SeeOther
from learning.web.learner.forms import NOT_LET_IN, TOO_MANY_GROUPS, CodeForm, JoinForm
from learning.web.moment import now

# A page is opened by its ticket for a while. Its form may be read for as long as it takes: nobody
# who is tired should lose what she chose (WCAG 2.2.1 counts from 20 hours on as no limit).
OPENS_FOR_SECONDS = 30 * 60
SENT_WITHIN_SECONDS = 20 * 3600

_tickets = signing.TimestampSigner(sep=".", salt="learning.join")
_rng = random.SystemRandom()


@require_http_methods(["GET", "HEAD", "POST"])
@public
def join(request: Request, language: str) -> HttpResponse:
    """A code opens the page on which one joins. Every code that does not gets the same answer."""
    if request.method != "POST":
        return _ask(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    # The long code of a link cannot be guessed, so it opens even where others are guessing.
    wait = throttle.wait_for(request, now=now()) if form.length != LINK_LENGTH else 0
    if wait:
        return throttle.try_later(_ask(request, form, wait=wait, status=429), wait)
    invitation = reports.open_invitation(form.cleaned_data["code"], now=now())
    if invitation is None:
        throttle.note_failure(request, now=now())
        form.add_error("code", NOT_LET_IN)
        return _ask(request, form, status=422)
    return SeeOther(reverse("learner:joining", args=[language, ticket_for(invitation)]))


def ticket_for(invitation: Invitation) -> str:
    """What stands in an address in place of a code: it opens one page, for a while."""
    return _tickets.sign(invitation.key)


def _ask(
    request: Request, form: CodeForm, *, status: int = 200, wait: int = 0, again: bool = False
) -> HttpResponse:
    return render(
        request,
        "learner/join.html",
        {"form": form, "wait_minutes": throttle.in_minutes(wait), "again": again},
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@public
def joining(request: Request, language: str, ticket: str) -> HttpResponse:
    """What will be shared, with the exact lines the nurses would see now; then she joins."""
    posted = request.method == "POST"
    key = _key(ticket, within=SENT_WITHIN_SECONDS if posted else OPENS_FOR_SECONDS)
    if key is None:
        return _ask(request, CodeForm(), status=404, again=True)
    # Whether it still opens is for the action to say: the second tap on Join finds a slip used up.
    invitation = reports.invitation(key) if posted else reports.still_open(key, now=now())
    if invitation is None:
        return _ask(request, CodeForm.refused(), status=422)
    learner = request.learner
    member = learner and learner.memberships.filter(group=invitation.group_id).first()
    given: dict[str, Any] = {
        "levels": reports.levels(learner, member or None),
        "known": learner is not None,
    }
    if not posted:
        form = JoinForm(initial=_initial(member or None), **given)
        return _show(request, invitation, form, member=bool(member))
    form = JoinForm(request.POST, **given)
    if form.is_valid():
        try:
            return _join(request, language, invitation, form)
        except StartTokenUsed:
            form.add_error("token", STALE_PAGE)
        except actions.TooManyGroups:
            form.add_error(None, TOO_MANY_GROUPS)
        except actions.NotLetIn:
            return _ask(request, CodeForm.refused(), status=422)
        except LearnerErased:
            return forgotten(request)
    return _show(request, invitation, form, member=bool(member), status=422)


def _key(ticket: str, *, within: int) -> str | None:
    """The key of the invitation that a ticket stands for, as long as the ticket holds."""
    try:
        return _tickets.unsign(ticket, max_age=within)
    except signing.BadSignature:
        return None


def _initial(member: Membership | None) -> dict[str, Any]:
    """What is chosen beforehand: what a member chose before; else the least, see JoinForm."""
    if member is None:
        return {"level": Sharing.JOINED.value}
    return {"level": member.sharing, "own_name": member.own_name}


def _show(
    request: Request, invitation: Invitation, form: JoinForm, *, member: bool, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "learner/joining.html",
        {
            "group": invitation.group,
            "form": form,
            "token": form.fresh_token(),
            "member": member,
        },
        status=status,
    )


def _join(request: Request, language: str, invitation: Invitation, form: JoinForm) -> HttpResponse:
    """Join, and lead to the return code: the one thing to write down."""
    joined = actions.join(
        invitation=invitation,
        learner=request.learner,
        sharing=form.cleaned_data["level"],
        own_name=form.cleaned_data["own_name"],
        shared=form.is_shared,
        now=now(),
        rng=_rng,
        token=form.cleaned_data["token"],
    )
    response = SeeOther(reverse("learner:keep", args=[language]) + "?joined=1")
    if joined.device_token:
        give_device(response, joined.device_token, shared=form.is_shared)
    return response
