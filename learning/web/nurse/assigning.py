"""Assign modules to a group or to one person, look at what was assigned, withdraw it."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learning.actions.assigning import (
    AlreadyAssigned,
    MemberGone,
    NotOffered,
    assign,
    withdraw_assignment,
)
from learning.actions.grouping import NotYourGroup
from learning.models import Assignment, Group, Membership
from learning.reports import assigned, reading
from learning.reports.groups import own_members
from learning.web.forms import TokenForm
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.nurse.group_forms import AssignForm
from learning.web.nurse.groups import own_group
from learning.web.staff import StaffRequest, nurse_only


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def assign_group(request: StaffRequest, language: str, key: str) -> HttpResponse:
    return _assign(request, language, own_group(request, key), None)


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def assign_person(request: StaffRequest, language: str, key: str) -> HttpResponse:
    membership = get_object_or_404(own_members(request.staff), key=key)
    return _assign(request, language, membership.group, membership)


def _assign(
    request: StaffRequest, language: str, group: Group, membership: Membership | None
) -> HttpResponse:
    """The form, with what they will see beside it: only its button “Assign” assigns anything."""
    moment = now()
    parts = reading.module_list(language, None)
    form = AssignForm(request.POST if request.method == "POST" else None, parts=parts, now=moment)
    seen: tuple[assigned.FromNurse, ...] = ()
    if request.method == "POST" and form.is_valid():
        if "send" in request.POST:
            made = _send(request, form, group, membership, moment)
            if made is not None:
                return SeeOther(reverse("nurse:assignment", args=[language, made.key]))
        else:
            seen = assigned.as_seen([form.wish(group.clinic.name)], parts)
    return render(
        request,
        "nurse/assign.html",
        {
            "form": form,
            "token": form.fresh_token(),
            "group": group,
            "person": membership,
            "seen": seen,
        },
        status=422 if form.errors else 200,
    )


def _send(
    request: StaffRequest,
    form: AssignForm,
    group: Group,
    membership: Membership | None,
    moment: datetime.datetime,
) -> Assignment | None:
    """The first of what was assigned; None where the form now says why nothing was."""
    try:
        made = assign(
            nurse=request.staff,
            group=group,
            membership=membership,
            modules=form.cleaned_data["modules"],
            visit_on=form.cleaned_data["visit_on"],
            note=form.cleaned_data["note"],
            token=form.cleaned_data["token"],
            now=moment,
        )
    except (NotYourGroup, MemberGone) as error:
        raise Http404 from error
    except NotOffered:
        form.say_not_offered()
    except AlreadyAssigned as error:
        form.say_assigned_before(error.assignments, to_one=membership is not None)
    else:
        return made[0]
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def assignment(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """What was assigned and what came of it; the form withdraws it."""
    found = get_object_or_404(assigned.own_assignments(request.staff), key=key)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_assignment(nurse=request.staff, assignment=found, now=now())
        except NotYourGroup as error:
            raise Http404 from error
        return SeeOther(request.path)
    page = assigned.assignment_page(found, reading.module_list(language, None), now=now())
    return render(
        request,
        "nurse/assignment.html",
        {"form": form, "token": form.fresh_token(), "page": page, "group": found.group},
        status=422 if request.method == "POST" else 200,
    )
