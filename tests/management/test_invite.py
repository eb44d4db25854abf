"""The command ``invite``: the first way in, and a new one for whoever lost hers."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from learning.actions import staffing
from learning.actions.clinics import ClinicNameTaken
from learning.models import AuditEntry, Clinic, StaffInvitation
from learning.models.staff import link_hash
from tests import factories
from tests.factories import NOW

NORA = ("nora@example.org", "--name", "Nora Nurse")


@pytest.fixture(autouse=True)
def _where(db: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["waymark.example.org", "other.example.org"]
    settings.SECURE_SSL_REDIRECT = True


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("invite", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as why:
        said(*arguments)
    return str(why.value)


def without_word(text: str) -> str:
    return re.sub(r"invited/[A-Z2-9]{27}/", "invited/WORD/", text)


def test_link_is_printed_to_hand_over() -> None:
    text = said(*NORA, "--overview", "--publisher")
    assert without_word(text) == (
        "Nora Nurse can come in by this link, once, for 72 hours:\n"
        "\n"
        "  https://waymark.example.org/en/account/invited/WORD/\n"
        "\n"
        "This site sends no mail. Hand the link over yourself.\n"
    )
    made = StaffInvitation.objects.get()
    assert made.token_hash == link_hash(text.split("/invited/")[1].split("/")[0])
    assert (made.email, made.clinic, made.overview, made.publisher) == (
        "nora@example.org",
        None,
        True,
        True,
    )
    assert list(AuditEntry.objects.values_list("actor", "verb", "object_key")) == [
        ("operator", "invited", made.key)
    ]


def test_link_is_mailed_too_where_mail_is_sent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-110: neither sender, subject nor text says what the site is for."""
    settings.SENDS_MAIL = True
    assert "It was mailed to nora@example.org too." in said(*NORA, "--overview")
    sent = mail.outbox[0]
    assert (sent.subject, sent.to, sent.from_email) == (
        "Your account at waymark.example.org",
        ["nora@example.org"],
        "waymark@localhost",
    )
    assert without_word(str(sent.body)) == (
        "Hello Nora Nurse,\n"
        "\n"
        "a colleague invited you to waymark.example.org. This link makes your account:\n"
        "\n"
        "https://waymark.example.org/en/account/invited/WORD/\n"
        "\n"
        "It works once, for 72 hours. Do not pass it on: whoever opens it gets the account.\n"
        "\n"
        "If you did not expect this mail, ask the colleague before you open the link.\n"
    )

    def away(*_given: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    assert "The mail could not be sent. Hand the link over yourself." in said(*NORA, "--overview")


def test_nurse_of_a_clinic_that_is_there() -> None:
    clinic = factories.clinic(name="Green Clinic")
    said(*NORA, "--nurse-of", "  green   CLINIC ")
    assert StaffInvitation.objects.get().clinic == clinic
    assert Clinic.objects.count() == 1


def test_nurse_of_a_clinic_that_is_made_with_its_numbers() -> None:
    numbers = ("--day-phone", "555-0100", "--night-phone", "555-0101")
    said(*NORA, "--nurse-of", "Blue Clinic", *numbers)
    made = StaffInvitation.objects.get().clinic
    assert made is not None
    assert (made.name, made.day_phone, made.night_phone) == ("Blue Clinic", "555-0100", "555-0101")
    assert list(AuditEntry.objects.values_list("actor", "verb")) == [
        ("operator", "added a clinic"),
        ("operator", "invited"),
    ]


def test_other_site_and_plain_http(settings: Settings) -> None:
    assert "  https://way.example.org/en/" in said(
        *NORA, "--overview", "--site", "https://way.example.org/"
    )
    assert "  http://localhost:8000/en/" in said(
        *NORA, "--overview", "--site", "http://localhost:8000"
    )
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = [".example.org"]
    assert "  http://example.org/en/" in said(*NORA, "--overview")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nora", "--name", "Nora", "--overview"), "“nora” is not an email address."),
        (
            ("nora@example.org", "--name", " ", "--overview"),
            "Say what she is called: --name NAME, in 80 characters or fewer.",
        ),
        (
            ("nora@example.org", "--name", "N" * 81, "--overview"),
            "Say what she is called: --name NAME, in 80 characters or fewer.",
        ),
        (NORA, "Say what she may do: --nurse-of CLINIC, --overview or --publisher."),
        (
            (*NORA, "--nurse-of", "Blue", "--day-phone", "555-0100"),
            (
                "There is no clinic “Blue” yet. To make it, give the numbers its patients call: "
                "--day-phone 555-0100 --night-phone 555-0101."
            ),
        ),
        (
            (*NORA, "--overview", "--site", "waymark.example.org"),
            "“waymark.example.org” is not like https://waymark.example.org",
        ),
        (
            (*NORA, "--overview", "--site", "https://a.example.org/en/"),
            "“https://a.example.org/en/” is not like https://waymark.example.org",
        ),
        (
            ("nora@example.org", "--anew"),
            "nora@example.org has no account. Leave --anew out to invite somebody.",
        ),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], says: str) -> None:
    assert refused(*arguments) == says
    assert not StaffInvitation.objects.exists()


def test_new_way_in_for_an_account_that_is_there(settings: Settings) -> None:
    nora = factories.staff_member(overview=True)
    address = "Nora.Nurse@example.org"
    assert refused(address, "--name", "Nora", "--overview") == (
        "nora.nurse@example.org has an account. Use --anew if she cannot get in any more."
    )
    assert "Nora Nurse can come in by this link" in said(address, "--anew")
    assert StaffInvitation.objects.get().member == nora
    settings.SENDS_MAIL = True
    said(address, "--anew")
    assert "here is a link to choose a new password" in mail.outbox[0].body
    staffing.deactivate(by=None, staff=nora, now=NOW)
    assert refused(address, "--anew") == "The account of nora.nurse@example.org is switched off."


def test_others_who_do_the_same_at_this_moment_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def raced(error: type[Exception]) -> Any:
        def fail(**_given: Any) -> None:
            raise error

        return fail

    command = "learning.management.commands.invite"
    monkeypatch.setattr(f"{command}.add_clinic", raced(ClinicNameTaken))
    numbers = ("--day-phone", "555-0100", "--night-phone", "555-0101")
    assert refused(*NORA, "--nurse-of", "Blue", *numbers) == (
        "Somebody just made a clinic “Blue”. Try again."
    )
    monkeypatch.setattr("learning.actions.staffing.invite_staff", raced(staffing.InvitedJustNow))
    assert refused(*NORA, "--overview") == "Somebody else invited this address a moment ago."


def test_demo_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learning.management.database.is_demo_database", lambda: True)
    assert refused(*NORA, "--overview") == (
        "This database belongs to the demo. Set DATABASE_URL to the one of your real site."
    )
    assert not StaffInvitation.objects.exists()


def test_nightly_forgets_old_invitations_and_sessions_that_ended() -> None:
    """S-105: names and addresses of invitations go a month after their link; twice is as once."""
    now = timezone.now()
    said(*NORA, "--overview")
    said("olga@example.org", "--name", "Olga", "--overview")
    old = StaffInvitation.objects.filter(email="nora@example.org")
    old.update(expires_at=now - datetime.timedelta(days=31))
    Session.objects.create(session_key="over", session_data="x", expire_date=now)
    Session.objects.create(
        session_key="open", session_data="x", expire_date=now + datetime.timedelta(hours=1)
    )
    for _ in range(2):
        call_command("nightly", stdout=io.StringIO())
    assert [made.email for made in StaffInvitation.objects.all()] == ["olga@example.org"]
    assert [session.session_key for session in Session.objects.all()] == ["open"]
