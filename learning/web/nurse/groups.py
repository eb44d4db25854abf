"""A nurse's groups: make one, look at it, share it with colleagues, close it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from learning.actions import grouping, inviting
from learning.models import Group
from learning.reports import groups as reports
from learning.reports.attention import open_in_group
from learning.web.forms import STALE_PAGE, TokenForm
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.nurse.group_forms import CloseForm, ColleagueForm, GroupForm
from learning.web.staff import StaffRequest, nurse_only


def own_group(request: StaffRequest, key: str) -> Group:
    """Her group with this key; the same 404 for another's, a closed one, and none."""
    return get_object_or_404(reports.own_groups(request.staff), key=key)


@require_safe
@nurse_only
def groups(request: StaffRequest, language: str) -> HttpResponse:
    return render(request, "nurse/groups.html", {"rows": reports.group_rows(request.staff)})


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def new_group(request: StaffRequest, language: str) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = inviting.make_group(
                nurse=request.staff,
                name=form.cleaned_data["name"],
                token=form.cleaned_data["token"],
                now=now(),
            )
        except inviting.FormUsed:
            form.add_error("token", STALE_PAGE)
        else:
            return SeeOther(reverse("nurse:invitations", args=[language, made.key]))
    return render(
        request,
        "nurse/new_group.html",
        {
            "form": form,
            "token": form.fresh_token(),
            "people": inviting.FIRST_LIMIT,
            "days": inviting.FIRST_DAYS,
        },
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@nurse_only
def group(request: StaffRequest, language: str, key: str) -> HttpResponse:
    found = own_group(request, key)
    return render(
        request,
        "nurse/group.html",
        {
            "group": found,
            "page": reports.group_page(found, page=request.GET.get("page", "1"), now=now()),
            "teaching": open_in_group(found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def colleagues(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """Who else looks after the group, and a form to add somebody of the same clinic."""
    group = own_group(request, key)
    form = ColleagueForm(
        request.POST if request.method == "POST" else None,
        colleagues=reports.possible_colleagues(group),
    )
    if request.method == "POST" and form.is_valid():
        try:
            grouping.add_colleague(
                nurse=request.staff, group=group, colleague=form.colleague(), now=now()
            )
        except grouping.NotYourGroup as error:
            raise Http404 from error
        except grouping.NotOfThisClinic:
            form.add_error("nurse", "This colleague has left the clinic. Choose somebody else.")
        else:
            return SeeOther(request.path)
    return render(
        request,
        "nurse/colleagues.html",
        {"form": form, "group": group, "nurses": reports.active_nurses(group)},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def leave_group(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """She stops seeing the group, where a colleague stays with it."""
    group = own_group(request, key)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            grouping.leave_group(nurse=request.staff, group=group, now=now())
        except grouping.NotYourGroup as error:
            raise Http404 from error
        except grouping.LastNurse:
            form.add_error(None, "Nobody else looks after this group. Add a colleague first.")
        else:
            return SeeOther(reverse("nurse:groups", args=[language]))
    return render(
        request,
        "nurse/leave_group.html",
        {
            "form": form,
            "token": form.fresh_token(),
            "group": group,
            "alone": len(reports.active_nurses(group)) == 1,
        },
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def close_group(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """The group ends for everybody in it."""
    group = own_group(request, key)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            grouping.close_group(nurse=request.staff, group=group, now=now())
        except grouping.NotYourGroup as error:
            raise Http404 from error
        return SeeOther(reverse("nurse:groups", args=[language]))
    return render(
        request,
        "nurse/close_group.html",
        {"form": form, "group": group, "members": reports.number_of_members(group)},
        status=422 if request.method == "POST" else 200,
    )
