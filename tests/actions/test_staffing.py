"""Accounts of staff come by invitation, and end at once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from pytest_django import Settings

from learning.actions import staffing
from learning.actions.grouping import NotOfThisClinic
from learning.models import AuditEntry, Clinic, StaffInvitation, StaffMember
from learning.models.staff import link_hash, link_word
from tests import factories
from tests.factories import NOW
from tests.racing import race

PASSWORD = "four dull words in a row"
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return factories.clinic()


@pytest.fixture
def vera(db: None) -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


def invite(**changes: Any) -> tuple[StaffInvitation, str]:
    given: dict[str, Any] = {
        "inviter": None,
        "email": " Nora@Example.org ",
        "name": "Nora Nurse",
        "clinic": None,
        "overview": True,
        "publisher": False,
        "now": NOW,
        **changes,
    }
    return staffing.invite_staff(**given)


def accept(word: str, **changes: Any) -> StaffMember:
    given: dict[str, Any] = {"name": "Nora", "password": PASSWORD, "now": LATER, **changes}
    return staffing.accept(token=word, **given)


def state(of: StaffInvitation) -> tuple[bool, bool]:
    """Whether it was used, and whether it was taken back."""
    of.refresh_from_db()
    return of.used_at is not None, of.revoked_at is not None


def entries() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor", "verb", "object_key"))


# Inviting


def test_invitation_holds_for_three_days_and_keeps_no_word(
    clinic: Clinic, vera: StaffMember
) -> None:
    """B12: 128 bits and more, only their hash is stored; the audit log holds no address."""
    made, word = invite(inviter=vera, clinic=clinic, overview=False)
    row = StaffInvitation.objects.values().get()
    assert row == {
        "id": made.pk,
        "key": made.key,
        "token_hash": link_hash(word),
        "email": "nora@example.org",
        "name": "Nora Nurse",
        "clinic_id": clinic.pk,
        "overview": False,
        "publisher": False,
        "member_id": None,
        "invited_by_id": vera.pk,
        "created_at": NOW,
        "expires_at": NOW + datetime.timedelta(hours=72),
        "used_at": None,
        "revoked_at": None,
    }
    assert len(word) * 4.9 >= 128
    assert word not in str(row)
    assert entries() == [(vera.actor, "invited", made.key)]
    assert str(made) == "invitation of Nora Nurse"


def test_new_invitation_ends_the_older_one_to_the_same_address(db: None) -> None:
    older, old_word = invite()
    other, _ = invite(email="olga@example.org")
    newer, word = invite(email="NORA@example.org")
    assert (state(older), state(other), state(newer)) == (
        (False, True),
        (False, False),
        (False, False),
    )
    with pytest.raises(staffing.InvitationGone):
        accept(old_word)
    assert accept(word).email == "nora@example.org"


def test_same_form_invites_once(db: None) -> None:
    first = invite(token="t" * 22)
    assert invite(token="t" * 22) == first
    assert StaffInvitation.objects.count() == AuditEntry.objects.count() == 1
    with pytest.raises(staffing.FormUsed):
        invite(token="t" * 22, email="olga@example.org")
    assert StaffInvitation.objects.count() == 1


def test_address_that_has_an_account_is_refused(vera: StaffMember) -> None:
    with pytest.raises(staffing.AlreadyStaff):
        invite(email="VERA.view@example.org")
    assert not StaffInvitation.objects.exists()


def test_invitation_gives_a_role(db: None) -> None:
    with pytest.raises(staffing.NoRole):
        invite(overview=False)
    with pytest.raises(IntegrityError, match="invitation_gives_a_role"):
        StaffInvitation.objects.create(token_hash="x", email="x", created_at=NOW, expires_at=NOW)


def test_only_who_publishes_lets_others_publish(vera: StaffMember) -> None:
    """S-009: nobody gets at more than she has by inviting herself under another address."""
    with pytest.raises(staffing.NotYoursToGive):
        invite(inviter=vera, publisher=True)
    paula = factories.staff_member(name="Paula Prints", overview=True, publisher=True)
    made, _ = invite(inviter=paula, publisher=True)
    assert made.publisher
    assert invite(publisher=True)[0].publisher


def test_address_invited_at_the_same_moment_is_told(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One open invitation for an address is kept by the database too."""
    invite()
    monkeypatch.setattr(
        StaffInvitation.objects, "filter", lambda **_: StaffInvitation.objects.none()
    )
    with pytest.raises(staffing.InvitedJustNow):
        invite()
    monkeypatch.undo()
    assert StaffInvitation.objects.count() == 1


def test_form_that_was_a_moment_faster_is_answered_alike(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = invite(token="t" * 22)
    looked: list[StaffInvitation | None] = [None]
    look = staffing._twin
    monkeypatch.setattr(staffing, "_twin", lambda of: looked.pop() if looked else look(of))
    assert invite(token="t" * 22) == first
    assert state(first[0]) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_at_once_invites_once() -> None:
    both = race([lambda: invite(token="t" * 22) for _ in range(2)])
    assert both[0] == both[1]
    assert isinstance(both[0], tuple)
    assert StaffInvitation.objects.count() == AuditEntry.objects.count() == 1


# Accepting


def test_accepting_makes_the_account(clinic: Clinic, vera: StaffMember) -> None:
    made, word = invite(inviter=vera, clinic=clinic, overview=False)
    nora = accept(word.lower())
    assert StaffMember.objects.values(
        "email", "name", "clinic", "overview", "publisher", "is_active", "joined_at"
    ).get(pk=nora.pk) == {
        "email": "nora@example.org",
        "name": "Nora",
        "clinic": clinic.pk,
        "overview": False,
        "publisher": False,
        "is_active": True,
        "joined_at": LATER,
    }
    assert nora.password.startswith("argon2")
    assert nora.check_password(PASSWORD)
    address = EmailAddress.objects.values("email", "verified", "primary").get(user=nora)
    assert address == {"email": "nora@example.org", "verified": True, "primary": True}
    assert state(made) == (True, False)
    assert entries()[1:] == [(nora.actor, "accepted an invitation", made.key)]


def test_used_expired_revoked_and_unknown_links_are_one_error(vera: StaffMember) -> None:
    """S-034"""
    used = invite()[1]
    accept(used)
    expired = invite(email="b@example.org", now=NOW - datetime.timedelta(hours=71))[1]
    revoked, word = invite(email="c@example.org")
    staffing.revoke_staff_invitation(by=vera, invitation=revoked, now=NOW)
    for gone in (used, expired, word, link_word("never"), "", "l1O0"):
        with pytest.raises(staffing.InvitationGone):
            accept(gone)
    assert StaffMember.objects.count() == 2


def test_link_taken_back_while_the_password_was_hashed_is_gone(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, word = invite()

    def meanwhile(*_given: Any) -> None:
        StaffInvitation.objects.update(revoked_at=NOW)

    monkeypatch.setattr(staffing, "validate_password", meanwhile)
    with pytest.raises(staffing.InvitationGone):
        accept(word)
    assert not StaffMember.objects.exists()


def test_address_that_got_an_account_otherwise_is_gone(db: None) -> None:
    made, word = invite()
    factories.staff_member(name="Nora", overview=True)
    StaffMember.objects.update(email="nora@example.org")
    with pytest.raises(staffing.InvitationGone):
        accept(word)
    assert state(made) == (False, False)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("fourteen chars", "too short"),
        ("1q2w3e4r5t6y7u8i9o0p", "too common"),
        ("nora@example.orgx", "too similar to the email"),
    ],
)
def test_weak_password_is_refused_and_the_link_still_holds(
    db: None, password: str, says: str
) -> None:
    made, word = invite()
    with pytest.raises(ValidationError, match=says):
        accept(word, password=password)
    assert state(made) == (False, False)
    assert accept(word).check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_link_opened_twice_at_once_makes_one_account() -> None:
    _, word = invite()
    both = race([lambda: accept(word) for _ in range(2)])
    assert sorted(type(one).__name__ for one in both) == ["InvitationGone", "StaffMember"]
    assert StaffMember.objects.count() == EmailAddress.objects.count() == 1


# Taking back, forgetting


def test_taking_an_invitation_back_is_noted_once(vera: StaffMember) -> None:
    made, _ = invite()
    for _ in range(2):
        staffing.revoke_staff_invitation(by=vera, invitation=made, now=LATER)
    assert state(made) == (False, True)
    assert entries()[1:] == [(vera.actor, "took an invitation back", made.key)]


def test_invitations_that_ended_long_ago_are_forgotten(db: None) -> None:
    invite(now=NOW - datetime.timedelta(days=33, minutes=1))
    kept, _ = invite(email="b@example.org", now=NOW - datetime.timedelta(days=33))
    assert staffing.forget_invitations(now=NOW) == 1
    assert list(StaffInvitation.objects.all()) == [kept]


# Leaving and coming back


def test_deactivating_ends_everything_at_once_and_is_noted_once(vera: StaffMember) -> None:
    nora = factories.staff_member(overview=True)
    mark = nora.session_mark
    anew, _ = staffing.let_begin_anew(by=vera, staff=nora, now=NOW)
    before = len(entries())
    for _ in range(2):
        staffing.deactivate(by=vera, staff=nora, now=LATER)
    nora.refresh_from_db()
    assert (nora.is_active, nora.session_mark == mark, state(anew)) == (False, False, (False, True))
    assert entries()[before:] == [(vera.actor, "deactivated", nora.key)]


def test_nobody_deactivates_herself(vera: StaffMember) -> None:
    with pytest.raises(staffing.NotYourself):
        staffing.deactivate(by=vera, staff=vera, now=NOW)
    vera.refresh_from_db()
    assert (vera.is_active, entries()) == (True, [])


def test_operator_deactivates_anybody(vera: StaffMember) -> None:
    staffing.deactivate(by=None, staff=vera, now=NOW)
    assert entries() == [("operator", "deactivated", vera.key)]


def test_reactivating_is_noted_once_and_starts_no_old_session(vera: StaffMember) -> None:
    nora = factories.staff_member(overview=True)
    staffing.deactivate(by=vera, staff=nora, now=NOW)
    nora.refresh_from_db()
    mark = nora.session_mark
    for _ in range(2):
        staffing.reactivate(by=vera, staff=nora, now=LATER)
    nora.refresh_from_db()
    assert (nora.is_active, nora.session_mark == mark) == (True, False)
    assert entries()[1:] == [(vera.actor, "reactivated", nora.key)]


# Beginning anew


def test_beginning_anew_stops_the_old_ways_and_opens_one(vera: StaffMember) -> None:
    nora = factories.staff_member(clinic=factories.clinic())
    nora.set_password("the password of yesterday")
    nora.save()
    mark = nora.session_mark
    made, word = staffing.let_begin_anew(by=vera, staff=nora, now=NOW)
    nora.refresh_from_db()
    assert (nora.has_usable_password(), nora.session_mark == mark) == (False, False)
    assert list(Authenticator.objects.values_list("user", flat=True)) == [vera.pk]
    same = accept(word, name="Nora Again")
    nora.refresh_from_db()
    assert (same, nora.name, nora.check_password(PASSWORD)) == (nora, "Nora Again", True)
    assert EmailAddress.objects.filter(user=nora).count() == 1
    assert entries() == [
        (vera.actor, "let begin anew", nora.key),
        (nora.actor, "accepted an invitation", made.key),
    ]


def test_beginning_anew_by_the_same_form_stops_things_once(vera: StaffMember) -> None:
    nora = factories.staff_member(overview=True)
    first = staffing.let_begin_anew(by=vera, staff=nora, now=NOW, token="t" * 22)
    accept(first[1])
    assert staffing.let_begin_anew(by=vera, staff=nora, now=NOW, token="t" * 22) == first
    nora.refresh_from_db()
    assert nora.has_usable_password()
    with pytest.raises(staffing.FormUsed):
        invite(token="t" * 22)


def test_beginning_anew_is_not_for_oneself_nor_above_oneself(vera: StaffMember) -> None:
    """S-010: who may not publish cannot get at the account of somebody who may."""
    paula = factories.staff_member(name="Paula Prints", publisher=True)
    with pytest.raises(staffing.NotYourself):
        staffing.let_begin_anew(by=vera, staff=vera, now=NOW)
    with pytest.raises(staffing.NotYoursToGive):
        staffing.let_begin_anew(by=vera, staff=paula, now=NOW)
    assert Authenticator.objects.count() == 2
    staffing.let_begin_anew(by=None, staff=paula, now=NOW)
    assert entries() == [("operator", "let begin anew", paula.key)]


def test_account_that_is_off_does_not_begin_anew(vera: StaffMember) -> None:
    nora = factories.staff_member(overview=True)
    _, word = staffing.let_begin_anew(by=vera, staff=nora, now=NOW)
    StaffMember.objects.filter(pk=nora.pk).update(is_active=False)
    with pytest.raises(staffing.InvitationGone):
        accept(word)
    with pytest.raises(staffing.NotActive):
        staffing.let_begin_anew(by=vera, staff=nora, now=NOW)


# Groups left alone


def test_group_left_alone_gets_a_nurse_of_its_clinic(clinic: Clinic, vera: StaffMember) -> None:
    nora = factories.staff_member(clinic=clinic)
    group = factories.group(nurses=[nora])
    ines = factories.staff_member(name="Ines", clinic=clinic)
    with pytest.raises(staffing.GroupHasNurse):
        staffing.hand_over_group(by=vera, group=group, nurse=ines, now=NOW)
    staffing.deactivate(by=vera, staff=nora, now=NOW)
    before = len(entries())
    for _ in range(2):
        staffing.hand_over_group(by=vera, group=group, nurse=ines, now=NOW)
    assert set(group.nurses.all()) == {nora, ines}
    assert entries()[before:] == [(vera.actor, "handed a group over", f"{group.key}:{ines.key}")]


def test_group_is_handed_to_an_active_nurse_of_its_clinic_alone(
    clinic: Clinic, vera: StaffMember
) -> None:
    nora = factories.staff_member(clinic=clinic)
    group = factories.group(nurses=[nora])
    staffing.deactivate(by=vera, staff=nora, now=NOW)
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    for nobody in (vera, nora, olga):
        with pytest.raises(NotOfThisClinic):
            staffing.hand_over_group(by=vera, group=group, nurse=nobody, now=NOW)
    group.closed_at = NOW
    group.save()
    with pytest.raises(staffing.GroupHasNurse):
        staffing.hand_over_group(by=vera, group=group, nurse=olga, now=NOW)
    assert list(group.nurses.all()) == [nora]


# Signing in


def test_ending_other_sessions_changes_the_mark_and_says_why(vera: StaffMember) -> None:
    """S-026"""
    mark = vera.session_mark
    staffing.end_other_sessions(staff=vera, verbs=["added a passkey"], now=NOW)
    assert vera.session_mark != mark
    assert StaffMember.objects.get().session_mark == vera.session_mark
    assert entries() == [(vera.actor, "added a passkey", vera.key)]


def test_link_holds_after_the_secret_has_changed(db: None, settings: Settings) -> None:
    _, word = invite()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert accept(word).name == "Nora"
