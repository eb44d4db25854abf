"""Looking after staff: inviting, switching off and on, a new way in, handing a group over."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from learning.actions import staffing
from learning.actions.grouping import NotOfThisClinic
from learning.models import AuditEntry, Clinic, StaffInvitation, StaffMember
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.markup import faults
from tests.visitor import Shown, Visitor

STAFF = "/en/overview/staff/"
INVITE = f"{STAFF}invite/"
NORA = {"name": "Nora Nurse", "email": "Nora@example.org"}
LINK = "http://testserver/en/account/invited/"


@pytest.fixture
def clinic(db: None) -> Clinic:
    return factories.clinic()


@pytest.fixture
def vera(db: None) -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


@pytest.fixture
def visitor(vera: StaffMember) -> Visitor:
    return factories.signed_in(vera)


@pytest.fixture
def nora(clinic: Clinic) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=clinic)


def verbs() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.values_list("verb", "object_key"))


def page_of(someone: StaffMember, then: str = "") -> str:
    return f"{STAFF}{someone.key}/{then}"


def invite(visitor: Visitor, **chosen: Any) -> Shown:
    return visitor.press(visitor.get(INVITE), {**NORA, **chosen}, action=INVITE)


# The list


def test_list_says_who_has_an_account_and_who_is_invited(
    visitor: Visitor, vera: StaffMember, clinic: Clinic
) -> None:
    """A link says whose it is also to those who do not see what stands below: names repeat."""
    factories.staff_member(name="Anna Away", clinic=clinic, is_active=False)
    factories.staff_member(name="Nina New", clinic=clinic, second_factor=False)
    invite(visitor, clinic=clinic.key)
    shown = visitor.get(STAFF)
    assert faults(shown.page) == []
    assert shown.text == (
        "Staff Invite somebody Invited Nora Nurse nora@example.org. Nurse at Green Clinic. Invited "
        "by Vera View. The link holds until November 28, 12:00 UTC. Take the link back from Nora "
        "Nurse (nora@example.org) Accounts Nina New (nina.new@example.org) nina.new@example.org. "
        "Nurse at Green Clinic. Second factor not set up yet. Active Vera View "
        "(vera.view@example.org) vera.view@example.org. Overview, staff and clinics. Active Anna "
        "Away (anna.away@example.org) anna.away@example.org. Nurse at Green Clinic. Switched off"
    )


def test_taking_an_invitation_back_stops_its_link(visitor: Visitor, clinic: Clinic) -> None:
    invite(visitor, clinic=clinic.key)
    key = StaffInvitation.objects.get().key
    path = f"{STAFF}invitations/{key}/revoke/"
    page = visitor.get(STAFF)
    for _ in range(2):
        done = visitor.press(page, action=path)
        assert (done.status, done.headers["Location"]) == (303, STAFF)
    assert "Invited" not in visitor.get(STAFF).text
    assert verbs() == [("invited", key), ("took an invitation back", key)]
    other = f"{STAFF}invitations/no-such-key/revoke/"
    assert visitor.post(other, page.form(path).hidden).status == 404


# Inviting


def test_link_is_shown_to_hand_over(visitor: Visitor, clinic: Clinic) -> None:
    page = visitor.get(INVITE)
    assert faults(page.page) == []
    assert "Next you see a link to hand over: this site sends no mail." in page.text
    done = visitor.press(page, {**NORA, "clinic": clinic.key}, action=INVITE)
    assert done.status == 303
    shown = visitor.get(done.headers["Location"])
    assert faults(shown.page) == []
    assert shown.heading == "Nora Nurse is invited"
    assert "This site sends no mail. Hand this over yourself, best in person:" in shown.text
    path = "/en/account/invited/" + shown.text.split(LINK)[1].split("/")[0] + "/"
    assert Visitor().get(path).heading == "Welcome, Nora Nurse"
    made = StaffInvitation.objects.get()
    assert (made.email, made.clinic, made.overview, made.publisher) == (
        "nora@example.org",
        clinic,
        False,
        False,
    )
    assert visitor.get(STAFF).text.count(path) == 0


def test_same_form_twice_is_one_invitation_with_the_same_link(
    visitor: Visitor, clinic: Clinic
) -> None:
    page = visitor.get(INVITE)
    both = [
        visitor.press(page, {**NORA, "clinic": clinic.key}, action=INVITE).headers["Location"]
        for _ in range(2)
    ]
    assert both[0] == both[1]
    assert StaffInvitation.objects.count() == 1
    other = visitor.press(
        page, {"name": "O", "email": "o@example.org", "overview": "on"}, action=INVITE
    )
    assert other.status == 422
    assert other.errors == [
        "This page was not complete. Your answer is still here: press the button once more."
    ]
    assert other.form(INVITE).hidden["token"] != page.form(INVITE).hidden["token"]


def test_link_is_shown_for_as_long_as_it_works(
    visitor: Visitor, clinic: Clinic, clock: Clock
) -> None:
    url = invite(visitor, clinic=clinic.key).headers["Location"]
    assert visitor.get(url).status == 200
    assert visitor.get(f"{STAFF}invitations/{'x' * 21}/").status == 404
    clock.move(minutes=29)
    visitor.get(STAFF)
    StaffInvitation.objects.update(expires_at=NOW)
    assert visitor.get(url).status == 404


def test_link_is_mailed_where_mail_is_sent(
    visitor: Visitor, clinic: Clinic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SENDS_MAIL = True
    assert "which is also mailed to her" in visitor.get(INVITE).text
    shown = visitor.get(invite(visitor, clinic=clinic.key).headers["Location"])
    assert "It was mailed to nora@example.org. If it does not arrive, hand this over" in shown.text
    assert LINK in shown.text
    assert [(message.to, LINK in str(message.body)) for message in mail.outbox] == [
        (["nora@example.org"], True)
    ]

    def away(*_given: Any) -> int:
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    shown = visitor.get(invite(visitor, clinic=clinic.key).headers["Location"])
    assert "The mail could not be sent. Hand this over yourself:" in shown.text


def test_what_is_missing_or_taken_is_said(
    visitor: Visitor, vera: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = visitor.press(visitor.get(INVITE), {}, action=INVITE)
    assert (shown.status, shown.errors) == (
        422,
        [
            "Write the name.",
            "Write the email address.",
            "Choose a clinic, or tick what else she may do.",
        ],
    )
    assert faults(shown.page) == []
    assert invite(visitor, email="x", clinic="x").errors == [
        "Write an address like nora@example.org.",
        "Choose a clinic of the list.",
    ]
    assert invite(visitor, email=vera.email, overview="on").errors == [
        "Somebody with this address has an account already."
    ]

    def raced(**_given: Any) -> None:
        raise staffing.InvitedJustNow

    monkeypatch.setattr(staffing, "invite_staff", raced)
    assert invite(visitor, overview="on").errors == [
        "A colleague invited this address a moment ago."
    ]
    assert not StaffInvitation.objects.exists()


def test_nobody_gives_more_than_she_has(visitor: Visitor, clinic: Clinic) -> None:
    """S-009: a field that is not offered is not read."""
    assert "publish" not in visitor.get(INVITE).text
    more = {"publisher": "on", "is_staff": "1", "is_superuser": "1", "member": "1", "inviter": ""}
    invite(visitor, clinic=clinic.key, **more)
    made = StaffInvitation.objects.get()
    assert (made.publisher, made.overview, made.member) == (False, False, None)
    paula = factories.staff_member(name="Paula", overview=True, publisher=True)
    publisher = factories.signed_in(paula)
    assert "May publish and withdraw modules" in publisher.get(INVITE).text
    invite(publisher, email="o@example.org", publisher="on")
    assert StaffInvitation.objects.get(email="o@example.org").publisher


# One person


def test_page_of_a_person_says_what_will_happen(visitor: Visitor, nora: StaffMember) -> None:
    factories.group(nurses=[nora], name="Tuesday")
    factories.group(nurses=[nora], name="Wednesday")
    shown = visitor.get(page_of(nora))
    assert faults(shown.page) == []
    assert shown.text == (
        "All staff Nora Nurse Signs in with nora.nurse@example.org For Nurse at Green Clinic "
        "Account Active, since November 25, 2026 Second factor Set up Groups Tuesday Wednesday "
        "When Nora Nurse leaves Switch the account off. She cannot sign in any more, and "
        "wherever she is signed in now, that ends at once. Her groups and what she noted stay. "
        "Nobody else looks after “Tuesday” and “Wednesday”. Afterwards hand them over to a "
        "colleague of hers. Switch the account off When she cannot get in any more For a lost "
        "phone or a forgotten password. Do this only when you have talked with her yourself. "
        "Her password, passkeys and app stop at once, and you get a link to hand over. Make her "
        "a new way in"
    )


def test_nobody_of_the_patients_is_shown(visitor: Visitor, nora: StaffMember) -> None:
    """S-006: neither call names nor how many there are."""
    group = factories.group(nurses=[nora])
    factories.membership(group=group, learner=factories.learner(), call_name="Canary Lake")
    staffing.deactivate(by=None, staff=nora, now=NOW)
    for path in (STAFF, page_of(nora), f"{STAFF}groups/{group.key}/"):
        shown = visitor.get(path)
        assert shown.status == 200
        assert "Canary" not in shown.html
        assert group.memberships.get().key not in shown.html


def test_switching_off_and_on(visitor: Visitor, nora: StaffMember) -> None:
    at_work = factories.signed_in(nora)
    assert at_work.get("/en/nurse/groups/").status == 200
    off, on = page_of(nora, "deactivate/"), page_of(nora, "reactivate/")
    done = visitor.press(visitor.get(page_of(nora)), action=off)
    assert (done.status, done.headers["Location"]) == (303, page_of(nora))
    assert at_work.get("/en/nurse/groups/").status == 303
    shown = visitor.get(page_of(nora))
    assert faults(shown.page) == []
    assert "She signs in as she did before, and sees the groups that are hers." in shown.text
    assert "Make her a new way in" not in shown.text
    done = visitor.press(shown, action=on)
    assert (done.status, done.headers["Location"]) == (303, page_of(nora))
    nora.refresh_from_db()
    assert nora.is_active
    assert verbs() == [("deactivated", nora.key), ("reactivated", nora.key)]


def test_nobody_switches_off_or_renews_her_own_account(visitor: Visitor, vera: StaffMember) -> None:
    """S-010"""
    shown = visitor.get(page_of(vera))
    assert faults(shown.page) == []
    assert "This is your own account. Nobody can switch off her own; a colleague can." in shown.text
    assert "<form" not in shown.html.split("<main")[1]
    token = visitor.get(INVITE).form(INVITE).hidden
    for then in ("deactivate/", "begin-anew/"):
        sent = visitor.post(page_of(vera, then), token)
        assert (sent.status, sent.heading) == (403, "Your account does not open this page")
    vera.refresh_from_db()
    assert (vera.is_active, verbs()) == (True, [])


def test_new_way_in_is_handed_over(visitor: Visitor, nora: StaffMember) -> None:
    path = page_of(nora, "begin-anew/")
    page = visitor.get(page_of(nora))
    both = [visitor.press(page, action=path).headers["Location"] for _ in range(2)]
    assert both[0] == both[1]
    shown = visitor.get(both[0])
    assert faults(shown.page) == []
    assert shown.heading == "Nora Nurse has a new way in"
    assert LINK in shown.text
    nora.refresh_from_db()
    assert not nora.has_usable_password()
    assert "A new way in, made by Vera View." in visitor.get(STAFF).text
    assert verbs() == [("let begin anew", nora.key)]


def test_new_way_in_goes_to_its_owner_alone_where_mail_is_sent(
    visitor: Visitor, nora: StaffMember, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody opens a colleague's account, with what her patients share, by making her a link."""
    settings.SENDS_MAIL = True
    path = page_of(nora, "begin-anew/")
    page = visitor.get(page_of(nora))
    assert "a link to set up new ones is mailed to her" in page.text
    url = visitor.press(page, action=path).headers["Location"]
    for query in ("?mail=sent", "?mail=not", ""):
        assert LINK not in visitor.get(url.split("?")[0] + query).html
    assert "It was mailed to nora.nurse@example.org." in visitor.get(url).text
    assert LINK in str(mail.outbox[0].body)

    def away(*_given: Any) -> int:
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    url = visitor.press(visitor.get(page_of(nora)), action=path).headers["Location"]
    assert "The mail could not be sent. Try again a little later." in visitor.get(url).text


def test_new_way_in_is_refused_where_it_cannot_be(
    visitor: Visitor, nora: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = page_of(nora, "begin-anew/")
    page = visitor.get(page_of(nora))
    bare = {"csrfmiddlewaretoken": page.form(path).hidden["csrfmiddlewaretoken"]}
    shown = visitor.post(path, bare)
    assert (shown.status, len(shown.errors)) == (422, 1)
    assert faults(shown.page) == []
    used = visitor.get(INVITE)
    invite_token = used.form(INVITE).hidden
    visitor.press(used, {**NORA, "overview": "on"}, action=INVITE)
    assert visitor.post(path, invite_token).status == 422

    def raced(**_given: Any) -> None:
        raise staffing.InvitedJustNow

    with monkeypatch.context() as patch:
        patch.setattr(staffing, "let_begin_anew", raced)
        assert visitor.press(page, action=path).errors == [
            "A colleague made a new link for her a moment ago."
        ]
    staffing.deactivate(by=None, staff=nora, now=NOW)
    assert visitor.press(page, action=path).errors == [
        "This account is switched off. Switch it on first."
    ]
    paula = factories.staff_member(name="Paula", publisher=True)
    assert "Make her a new way in" not in visitor.get(page_of(paula)).text
    sent = visitor.post(page_of(paula, "begin-anew/"), page.form(path).hidden)
    assert sent.status == 403


# A group left alone


def test_group_left_alone_is_handed_over(
    visitor: Visitor, nora: StaffMember, clinic: Clinic
) -> None:
    group = factories.group(nurses=[nora], name="Tuesday")
    path = f"{STAFF}groups/{group.key}/"
    assert visitor.get(path).status == 404
    staffing.deactivate(by=None, staff=nora, now=NOW)
    shown = visitor.get(STAFF)
    assert faults(shown.page) == []
    assert shown.links["Tuesday, Green Clinic"] == path
    assert visitor.get(page_of(nora)).links["Hand over “Tuesday”"] == path
    empty = visitor.get(path)
    assert faults(empty.page) == []
    assert "Green Clinic has no active nurse. Invite one first" in empty.text
    ines = factories.staff_member(name="Ines", clinic=clinic)
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    page = visitor.get(path)
    assert faults(page.page) == []
    for nobody in ("", olga.key, nora.key, "x"):
        sent = visitor.press(page, {"nurse": nobody}, action=path)
        assert sent.errors == [
            "Choose an active nurse of this clinic." if nobody else "Choose a nurse."
        ]
    done = visitor.press(page, {"nurse": ines.key}, action=path)
    assert (done.status, done.headers["Location"]) == (303, STAFF)
    assert factories.signed_in(ines).get(f"/en/nurse/groups/{group.key}/").status == 200
    assert visitor.press(page, {"nurse": ines.key}, action=path).status == 404
    assert "without a nurse" not in visitor.get(STAFF).text


def test_what_changes_while_a_group_is_handed_over_is_said(
    visitor: Visitor, nora: StaffMember, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = factories.group(nurses=[nora], name="Tuesday")
    staffing.deactivate(by=None, staff=nora, now=NOW)
    ines = factories.staff_member(name="Ines", clinic=clinic)
    path = f"{STAFF}groups/{group.key}/"
    page = visitor.get(path)

    def raced(error: type[Exception]) -> Any:
        def fail(**_given: Any) -> None:
            raise error

        return fail

    monkeypatch.setattr(staffing, "hand_over_group", raced(NotOfThisClinic))
    sent = visitor.press(page, {"nurse": ines.key}, action=path)
    assert (sent.status, sent.errors) == (422, ["Choose an active nurse of this clinic."])
    monkeypatch.setattr(staffing, "hand_over_group", raced(staffing.GroupHasNurse))
    assert visitor.press(page, {"nurse": ines.key}, action=path).status == 404


def test_form_of_a_session_that_ended_comes_back_whole(visitor: Visitor, clinic: Clinic) -> None:
    """S-026: what was written about somebody new is not lost when the session is over."""
    page = visitor.get(INVITE)
    from django.conf import settings as real

    visitor.forget(real.SESSION_COOKIE_NAME)
    shown = visitor.press(page, {**NORA, "clinic": clinic.key, "overview": "on"}, action=INVITE)
    assert (shown.status, shown.heading) == (401, "You were signed out")
    kept = shown.form(INVITE).hidden
    assert {name: kept[name] for name in ("name", "email", "clinic", "overview")} == {
        **NORA,
        "clinic": clinic.key,
        "overview": "on",
    }
