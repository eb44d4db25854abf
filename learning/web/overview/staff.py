"""Staff: who has an account, inviting somebody, and what to do when somebody leaves."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning.actions import staffing
from learning.actions.grouping import NotOfThisClinic
from learning.models import StaffInvitation, StaffMember
from learning.reports import staff as reports
from learning.reports.clinics import clinic_rows
from learning.web.account import mailing
from learning.web.forms import STALE_PAGE, TOKEN, TokenForm
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.overview.staff_forms import HandOverForm, InviteForm
from learning.web.staff import StaffRequest, overview_only


def _member(key: str) -> StaffMember:
    found = reports.find_member(key)
    if found is None:
        raise Http404
    return found


@require_safe
@overview_only
def staff(request: StaffRequest, language: str) -> HttpResponse:
    return render(
        request,
        "overview/staff.html",
        {
            "rows": reports.staff_rows(),
            "invitations": reports.open_invitations(now=now()),
            "left_alone": reports.groups_left_alone(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@overview_only
def invite(request: StaffRequest, language: str) -> HttpResponse:
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        inviter=request.staff,
        clinics=[row.clinic for row in clinic_rows()],
    )
    if request.method == "POST" and form.is_valid():
        try:
            invitation, word = staffing.invite_staff(
                inviter=request.staff,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                clinic=form.clinic_chosen(),
                overview=form.cleaned_data["overview"],
                publisher=form.cleaned_data.get("publisher", False),
                token=form.cleaned_data["token"],
                now=now(),
            )
        except staffing.AlreadyStaff:
            form.add_error("email", "Somebody with this address has an account already.")
        except staffing.InvitedJustNow:
            form.add_error("email", "A colleague invited this address a moment ago.")
        except staffing.FormUsed:
            form.add_error("token", STALE_PAGE)
        else:
            return _sent(request, language, invitation, word, form.cleaned_data["token"])
    return render(
        request,
        "overview/invite.html",
        {"form": form, "token": form.fresh_token(), "hours": settings.STAFF_INVITATION_HOURS},
        status=422 if request.method == "POST" else 200,
    )


def _sent(
    request: StaffRequest, language: str, invitation: StaffInvitation, word: str, token: str
) -> HttpResponse:
    mailed = mailing.send_invitation(invitation, _link(request, word))
    url = reverse("overview:invited", args=[language, token])
    query = urlencode({"mail": "sent" if mailed else "not"})
    return SeeOther(f"{url}?{query}")


def _link(request: StaffRequest, word: str) -> str:
    return request.build_absolute_uri(reverse("account:invited", args=[word]))


@require_safe
@overview_only
def invited(request: StaffRequest, language: str, token: str) -> HttpResponse:
    """What to hand over, for as long as the link works. The token of the form is its only key."""
    found = reports.invitation_of_form(token, now=now()) if TOKEN.match(token) else None
    if found is None:
        raise Http404
    invitation, word = found
    # A link to an account that is there goes to its owner alone, where there is a way to her.
    hidden = settings.SENDS_MAIL and invitation.member_id is not None
    return render(
        request,
        "overview/invited.html",
        {
            "invitation": invitation,
            "roles": reports.roles(invitation),
            "mailed": settings.SENDS_MAIL and request.GET.get("mail") == "sent",
            "link": "" if hidden else _link(request, word),
        },
    )


@require_POST
@overview_only
def revoke(request: StaffRequest, language: str, key: str) -> HttpResponse:
    invitation = reports.find_invitation(key)
    if invitation is None:
        raise Http404
    staffing.revoke_staff_invitation(by=request.staff, invitation=invitation, now=now())
    return SeeOther(reverse("overview:staff", args=[language]))


@require_safe
@overview_only
def staff_member(request: StaffRequest, language: str, key: str) -> HttpResponse:
    return _show_member(request, _member(key), TokenForm())


def _show_member(
    request: StaffRequest, member: StaffMember, form: TokenForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "overview/staff_member.html",
        {
            "person": reports.person(member),
            "herself": member.pk == request.staff.pk,
            "may_begin_anew": request.staff.publisher or not member.publisher,
            "form": form,
            "token": form.fresh_token(),
        },
        status=status,
    )


@require_POST
@overview_only
def deactivate(request: StaffRequest, language: str, key: str) -> HttpResponse:
    member = _member(key)
    try:
        staffing.deactivate(by=request.staff, staff=member, now=now())
    except staffing.NotYourself:
        return render(request, "account/not_for_you.html", status=403)
    return SeeOther(reverse("overview:staff_member", args=[language, key]))


@require_POST
@overview_only
def reactivate(request: StaffRequest, language: str, key: str) -> HttpResponse:
    staffing.reactivate(by=request.staff, staff=_member(key), now=now())
    return SeeOther(reverse("overview:staff_member", args=[language, key]))


@require_POST
@overview_only
def begin_anew(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """A new way in for somebody who lost hers. Nobody does this to herself (S-010)."""
    member = _member(key)
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            invitation, word = staffing.let_begin_anew(
                by=request.staff, staff=member, token=form.cleaned_data["token"], now=now()
            )
        except (staffing.NotYourself, staffing.NotYoursToGive):
            return render(request, "account/not_for_you.html", status=403)
        except staffing.FormUsed:
            form.add_error("token", STALE_PAGE)
        except staffing.NotActive:
            form.add_error(None, "This account is switched off. Switch it on first.")
        except staffing.InvitedJustNow:
            form.add_error(None, "A colleague made a new link for her a moment ago.")
        else:
            return _sent(request, language, invitation, word, form.cleaned_data["token"])
    return _show_member(request, member, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@overview_only
def hand_over(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """A group that nobody looks after gets a nurse of its clinic. Its patients are not shown."""
    group = get_object_or_404(reports.groups_left_alone(), key=key)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        nurses=tuple(reports.nurses_of(group.clinic)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            staffing.hand_over_group(by=request.staff, group=group, nurse=form.chosen(), now=now())
        except NotOfThisClinic:
            form.add_error("nurse", "Choose an active nurse of this clinic.")
        except staffing.GroupHasNurse:
            raise Http404 from None
        else:
            return SeeOther(reverse("overview:staff", args=[language]))
    return render(
        request,
        "overview/hand_over.html",
        {"form": form, "group": group, "nurses": form.nurses},
        status=422 if request.method == "POST" else 200,
    )
