"""What those see of staff who look after accounts."""

from __future__ import annotations

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.actions import staffing
from learning.models import StaffInvitation, StaffMember
from learning.reports import staff as reports
from tests import factories
from tests.factories import NOW


@pytest.fixture
def vera(db: None) -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


def test_rows_say_role_and_second_factor_with_who_is_active_first(vera: StaffMember) -> None:
    clinic = factories.clinic()
    factories.staff_member(name="Anna Away", clinic=clinic, is_active=False)
    everything = factories.staff_member(
        name="Zoe", clinic=clinic, overview=True, publisher=True, second_factor=False
    )
    Authenticator.objects.create(
        user=everything, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"}
    )
    with CaptureQueriesContext(connection) as queries:
        rows = reports.staff_rows()
    assert [
        (row.member.name, row.roles, row.member.is_active, row.second_factor) for row in rows
    ] == [
        ("Vera View", ("Overview, staff and clinics",), True, True),
        (
            "Zoe",
            ("Nurse at Green Clinic", "Overview, staff and clinics", "Publishing"),
            True,
            False,
        ),
        ("Anna Away", ("Nurse at Green Clinic",), False, True),
    ]
    assert len(queries) == 1


def test_member_is_found_by_key(vera: StaffMember) -> None:
    assert reports.find_member(vera.key) == vera
    assert reports.find_member("no-such-key") is None
    assert list(reports.factors_of(vera).values()) == ["totp"]


def test_person_has_her_open_groups_and_which_hang_on_her(vera: StaffMember) -> None:
    clinic = factories.clinic()
    nora, ines, gina = (
        factories.staff_member(name=name, clinic=clinic) for name in ("Nora", "Ines", "Gina")
    )
    only = factories.group(nurses=[nora], name="Only")
    with_gina = factories.group(nurses=[nora, gina], name="With Gina")
    shared = factories.group(nurses=[nora, ines], name="Shared")
    closed = factories.group(nurses=[nora], name="Closed")
    closed.closed_at = NOW
    closed.save()
    staffing.deactivate(by=vera, staff=gina, now=NOW)
    member = reports.find_member(nora.key)
    assert member is not None
    with CaptureQueriesContext(connection) as queries:
        person = reports.person(member)
    assert person == reports.Person(
        row=reports.StaffRow(member=nora, roles=("Nurse at Green Clinic",), second_factor=True),
        groups=(
            reports.GroupOfHers(only, left_alone=False),
            reports.GroupOfHers(shared, left_alone=False),
            reports.GroupOfHers(with_gina, left_alone=False),
        ),
        only_hers=(only, with_gina),
    )
    assert len(queries) == 2
    assert list(reports.groups_left_alone()) == []
    staffing.deactivate(by=vera, staff=nora, now=NOW)
    assert list(reports.groups_left_alone()) == [only, with_gina]
    left = reports.find_member(gina.key)
    assert left is not None
    assert reports.person(left).groups == (reports.GroupOfHers(with_gina, left_alone=True),)
    assert list(reports.nurses_of(clinic)) == [ines]


def invite(email: str, *, by: StaffMember | None = None, hours: int = 0, token: str = "") -> str:
    _, word = staffing.invite_staff(
        inviter=by,
        email=email,
        name="Nora Nurse",
        clinic=None,
        overview=True,
        publisher=False,
        now=NOW + datetime.timedelta(hours=hours),
        token=token,
    )
    return word


def test_open_invitations_are_those_whose_link_still_works(vera: StaffMember) -> None:
    expired = invite("a@example.org", hours=-72)
    used = invite("b@example.org")
    staffing.accept(token=used, name="B", password="four dull words in a row", now=NOW)
    revoked = invite("c@example.org")
    staffing.revoke_staff_invitation(
        by=vera, invitation=StaffInvitation.objects.get(email="c@example.org"), now=NOW
    )
    older = invite("d@example.org", by=vera, hours=-1)
    newer = invite("e@example.org", token="t" * 22)
    rows = reports.open_invitations(now=NOW)
    assert [(row.invitation.email, row.roles, row.invited_by) for row in rows] == [
        ("e@example.org", ("Overview, staff and clinics",), ""),
        ("d@example.org", ("Overview, staff and clinics",), "Vera View"),
    ]
    found = [
        reports.invitation_of_link(word, now=NOW) for word in (expired, used, revoked, older, newer)
    ]
    assert [one and one.email for one in found] == [
        None,
        None,
        None,
        "d@example.org",
        "e@example.org",
    ]
    assert reports.invitation_of_form("t" * 22, now=NOW) == (rows[0].invitation, newer)
    assert reports.invitation_of_form("u" * 22, now=NOW) is None
    assert reports.find_invitation(rows[1].invitation.key) == rows[1].invitation
    assert reports.find_invitation("no-such-key") is None
