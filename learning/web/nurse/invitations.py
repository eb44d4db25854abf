"""The ways into a group: its own code on a page, and slips to print."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning.actions import grouping, inviting
from learning.models import Group
from learning.reports import invitations as reports
from learning.web.forms import STALE_PAGE, TokenForm
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.nurse.group_forms import SLIPS_ON_A_PAGE, RenewForm, SlipsForm
from learning.web.nurse.groups import own_group
from learning.web.qr import qr_svg
from learning.web.staff import StaffRequest, nurse_only


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def invitations(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """The group's code, and its sheets of slips with a form for one more."""
    group = own_group(request, key)
    form = SlipsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = inviting.make_slips(
                nurse=request.staff,
                group=group,
                labels=form.slips(),
                days=form.cleaned_data["days"],
                token=form.cleaned_data["token"],
                now=now(),
            )
        except grouping.NotYourGroup as error:
            raise Http404 from error
        return SeeOther(reverse("nurse:slips", args=[language, group.key, sheet]))
    status = 422 if request.method == "POST" else 200
    return _show_invitations(request, language, group, form, status=status)


def _show_invitations(
    request: StaffRequest, language: str, group: Group, form: TokenForm, *, status: int
) -> HttpResponse:
    page = reports.invitations_page(group, now=now())
    link = _link(request, language, page.own.code) if page.own else ""
    return render(
        request,
        "nurse/invitations.html",
        {
            "group": group,
            "own": page.own,
            "link": link,
            "address": _address(request, language),
            "qr": link and qr_svg(link, label="QR code that leads to this link"),
            "sheets": page.sheets,
            "form": form if isinstance(form, SlipsForm) else SlipsForm(),
            "errors": form,
            "token": form.fresh_token(),
        },
        status=status,
    )


def _join_page(request: StaffRequest, language: str) -> str:
    return request.build_absolute_uri(reverse("learner:join", args=[language]))


def _address(request: StaffRequest, language: str) -> str:
    """The page to join, as somebody reads it off paper and types it."""
    return _join_page(request, language).partition("://")[2].rstrip("/")


def _link(request: StaffRequest, language: str, code: reports.Code | None) -> str:
    """The link carries the code behind a #, so that no server and no log ever sees it."""
    return f"{_join_page(request, language)}#{code.link}" if code else ""


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def renew_invitation(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """A new code of the group, instead of the old one."""
    group = own_group(request, key)
    form = RenewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.renew_invitation(
                nurse=request.staff,
                group=group,
                limit=form.cleaned_data["limit"],
                days=form.cleaned_data["days"],
                token=form.cleaned_data["token"],
                now=now(),
            )
        except grouping.NotYourGroup as error:
            raise Http404 from error
        except inviting.FormUsed:
            form.add_error("token", STALE_PAGE)
        else:
            return SeeOther(reverse("nurse:invitations", args=[language, group.key]))
    return render(
        request,
        "nurse/renew_invitation.html",
        {
            "form": form,
            "token": form.fresh_token(),
            "group": group,
            "own": reports.group_code(group, now=now()),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@nurse_only
def revoke_invitation(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """Stop one code or one slip."""
    invitation = get_object_or_404(reports.own_invitations(request.staff), key=key)
    group, form = invitation.group, TokenForm(request.POST)
    if form.is_valid():
        try:
            inviting.revoke_invitation(nurse=request.staff, invitation=invitation, now=now())
        except grouping.NotYourGroup as error:
            raise Http404 from error
        if invitation.sheet:
            return SeeOther(reverse("nurse:slips", args=[language, group.key, invitation.sheet]))
        return SeeOther(reverse("nurse:invitations", args=[language, group.key]))
    return _show_invitations(request, language, group, form, status=422)


@require_safe
@nurse_only
def slips(request: StaffRequest, language: str, key: str, sheet: str) -> HttpResponse:
    """A sheet to print and cut up. What was used or stopped is not on it any more."""
    group = own_group(request, key)
    page = reports.sheet(group, sheet, now=now())
    if page is None:
        raise Http404
    slips = [(slip, _qr(request, language, slip)) for slip in page.slips]
    return render(
        request,
        "nurse/slips.html",
        {
            "group": group,
            "page": page,
            "pages": [
                slips[first : first + SLIPS_ON_A_PAGE]
                for first in range(0, len(slips), SLIPS_ON_A_PAGE)
            ],
            "address": _address(request, language),
            "token": TokenForm().fresh_token(),
        },
    )


def _qr(request: StaffRequest, language: str, slip: reports.Slip) -> SafeString | str:
    link = _link(request, language, slip.code)
    return qr_svg(link, label="QR code that leads there") if link else ""
