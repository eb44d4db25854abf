"""What a learner shares with the nurses of her groups: to see, to change, and to end."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from learning.actions import joining as actions
from learning.models import Membership
from learning.reports import joining as reports
from learning.web.access import LearnerRequest, learner_only, not_on_this_device
from learning.web.htmx import SeeOther
from learning.web.learner.forms import LeaveForm, MembershipForm
from learning.web.moment import now


@require_safe
@learner_only
def sharing(request: LearnerRequest, language: str) -> HttpResponse:
    """Each of her groups, with the exact lines its nurses see now."""
    return render(request, "learner/sharing.html", {"groups": reports.groups_of(request.learner)})


@require_http_methods(["GET", "HEAD", "POST"])
@learner_only
def membership(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    """What the nurses of one group see, and what they call her."""
    member = _hers(request, key)
    if member is None:
        return not_on_this_device(request)
    levels = reports.levels(request.learner, member)
    if request.method != "POST":
        form = MembershipForm(
            levels=levels, initial={"level": member.sharing, "own_name": member.own_name}
        )
    else:
        form = MembershipForm(request.POST, levels=levels)
        if form.is_valid():
            try:
                actions.change_sharing(
                    membership=member,
                    sharing=form.cleaned_data["level"],
                    own_name=form.cleaned_data["own_name"],
                    now=now(),
                )
            except actions.NotAMember:
                return not_on_this_device(request)
            return SeeOther(reverse("learner:sharing", args=[language]))
    return render(
        request,
        "learner/membership.html",
        {"member": member, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@learner_only
def leave(request: LearnerRequest, language: str, key: str) -> HttpResponse:
    member = _hers(request, key)
    if member is None:
        return not_on_this_device(request)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.leave(membership=member, now=now())
        return SeeOther(reverse("learner:sharing", args=[language]))
    status = 422 if request.method == "POST" else 200
    return render(request, "learner/leave.html", {"member": member, "form": form}, status=status)


def _hers(request: LearnerRequest, key: str) -> Membership | None:
    return request.learner.memberships.select_related("group__clinic").filter(key=key).first()
