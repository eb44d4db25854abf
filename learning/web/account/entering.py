"""The way in for a new member of staff, and the page that leads each to her own."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from learning.actions import staffing
from learning.models import StaffMember
from learning.reports.staff import invitation_of_link, roles
from learning.web.account.forms import InvitedForm
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.staff import StaffRequest, account_page, staff_only


@require_safe
@staff_only
def home(request: StaffRequest) -> HttpResponse:
    """Leads each to where her role begins."""
    if request.staff.clinic_id is not None:
        return SeeOther(reverse("nurse:home", args=["en"]))
    if request.staff.overview:
        return SeeOther(reverse("overview:home", args=["en"]))
    if request.staff.publisher:
        return SeeOther(reverse("overview:content", args=["en"]))
    return SeeOther(reverse("mfa_index"))


@account_page
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """S-034: opening the link changes nothing; its one form makes the account and signs in."""
    response = _invited(request, token)
    # The address is the secret. No page or file that is asked from here learns it, not even one of
    # this site; “no-referrer” would also hide where the form comes from, and it would be refused.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _invited(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitation_of_link(token, now=now())
    if invitation is None:
        return render(request, "account/invitation_gone.html", status=404)
    if request.method == "POST":
        form = InvitedForm(request.POST)
        if form.is_valid():
            try:
                someone = staffing.accept(
                    token=token,
                    name=form.cleaned_data["name"],
                    password=form.cleaned_data["password"],
                    now=now(),
                )
            except staffing.InvitationGone:
                return render(request, "account/invitation_gone.html", status=404)
            except ValidationError as weak:
                form.add_error("password", weak)
            else:
                return _sign_in(request, someone, form.cleaned_data["password"])
    else:
        form = InvitedForm(initial={"name": invitation.name})
    return render(
        request,
        "account/invited.html",
        {"form": form, "invitation": invitation, "roles": roles(invitation)},
        status=422 if request.method == "POST" else 200,
    )


def _sign_in(request: HttpRequest, someone: StaffMember, password: str) -> HttpResponse:
    """As allauth signs in by password. What was typed just now need not be typed again."""
    credentials = {"email": someone.email, "password": password}
    login = Login(user=someone, email=someone.email, redirect_url=reverse("mfa_index"))
    response: HttpResponse = perform_password_login(request, credentials, login)
    reauthenticate_by_password(request)
    return response
