"""``manage.py invite``: a way in for the first member of staff, and for one who lost hers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from learning.actions import staffing
from learning.actions.clinics import ClinicNameTaken, Details, add_clinic
from learning.management.database import refuse_demo
from learning.models import Clinic, StaffInvitation, StaffMember
from learning.rules.clinics import is_phone, tidy
from learning.web.account.mailing import send_invitation


class Command(BaseCommand):
    help = "Invite a member of staff; prints the link to hand over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address she will sign in with")
        parser.add_argument("--name", default="", help="what she is called")
        parser.add_argument("--nurse-of", metavar="CLINIC", default="", help="the clinic’s name")
        parser.add_argument("--day-phone", default="", help="of a clinic that is not there yet")
        parser.add_argument("--night-phone", default="", help="of a clinic that is not there yet")
        parser.add_argument(
            "--overview", action="store_true", help="may see the overview and look after staff"
        )
        parser.add_argument(
            "--publisher", action="store_true", help="may publish and withdraw modules"
        )
        parser.add_argument(
            "--anew",
            action="store_true",
            help="she has an account but cannot get in: her password and second factor stop",
        )
        parser.add_argument(
            "--site",
            default="",
            help="where the site is, for example https://waymark.example.org",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_demo()
        site = _site(options["site"])
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is not an email address.") from error
        try:
            invitation, word = _anew(email) if options["anew"] else _new(email, options)
        except staffing.InvitedJustNow as error:
            raise CommandError("Somebody else invited this address a moment ago.") from error
        link = f"{site}{reverse('account:invited', args=[word])}"
        self.tell(invitation, link, mailed=send_invitation(invitation, link))

    def tell(self, invitation: StaffInvitation, link: str, *, mailed: bool) -> None:
        hours = settings.STAFF_INVITATION_HOURS
        self.stdout.write(f"{invitation.name} can come in by this link, once, for {hours} hours:")
        self.stdout.write(f"\n  {link}\n\n")
        if mailed:
            self.stdout.write(f"It was mailed to {invitation.email} too.")
        elif settings.SENDS_MAIL:
            self.stdout.write("The mail could not be sent. Hand the link over yourself.")
        else:
            self.stdout.write("This site sends no mail. Hand the link over yourself.")


def _new(email: str, options: dict[str, Any]) -> tuple[StaffInvitation, str]:
    name = options["name"].strip()
    if not 1 <= len(name) <= 80:
        raise CommandError("Say what she is called: --name NAME, in 80 characters or fewer.")
    if not (options["nurse_of"] or options["overview"] or options["publisher"]):
        raise CommandError("Say what she may do: --nurse-of CLINIC, --overview or --publisher.")
    if StaffMember.objects.filter(email=email).exists():
        raise CommandError(f"{email} has an account. Use --anew if she cannot get in any more.")
    return staffing.invite_staff(
        inviter=None,
        email=email,
        name=name,
        clinic=_clinic(options) if options["nurse_of"] else None,
        overview=options["overview"],
        publisher=options["publisher"],
        now=timezone.now(),
    )


def _anew(email: str) -> tuple[StaffInvitation, str]:
    member = StaffMember.objects.filter(email=email).first()
    if member is None:
        raise CommandError(f"{email} has no account. Leave --anew out to invite somebody.")
    try:
        return staffing.let_begin_anew(by=None, staff=member, now=timezone.now())
    except staffing.NotActive as error:
        raise CommandError(f"The account of {email} is switched off.") from error


def _clinic(options: dict[str, Any]) -> Clinic:
    """The clinic of this name; made where it is not there, which takes its two numbers."""
    name = tidy(options["nurse_of"])
    found = Clinic.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    day, night = tidy(options["day_phone"]), tidy(options["night_phone"])
    if not (is_phone(day) and is_phone(night)):
        raise CommandError(
            f"There is no clinic “{name}” yet. To make it, give the numbers its patients call: "
            "--day-phone 555-0100 --night-phone 555-0101."
        )
    try:
        details = Details(name=name, day_phone=day, night_phone=night)
        return add_clinic(staff=None, details=details, now=timezone.now())
    except ClinicNameTaken as error:
        raise CommandError(f"Somebody just made a clinic “{name}”. Try again.") from error


def _site(given: str) -> str:
    """Where the link leads: what was given, or the first of the allowed hosts."""
    if not given:
        scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
        return f"{scheme}://{settings.ALLOWED_HOSTS[0].removeprefix('.')}"
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise CommandError(f"“{given}” is not like https://waymark.example.org")
    return f"{parts.scheme}://{parts.netloc}"
