"""Mail to staff. Sender, subject and text say nothing about what the site is for (S-110)."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from learning.models import StaffInvitation

log = logging.getLogger(__name__)

_post = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")
_on_its_way: set[Future[bool]] = set()


def send(template: str, to: str, context: dict[str, Any]) -> bool:
    """Whether the mail server took it. Without one nothing is sent."""
    return settings.SENDS_MAIL and _handed_over(_message(template, to, context))


def send_invitation(invitation: StaffInvitation, link: str) -> bool:
    """Whether the link went to who was invited."""
    return send(
        "account/email/invitation",
        invitation.email,
        {
            "name": invitation.name,
            "link": link,
            "anew": invitation.member_id is not None,
            "hours": settings.STAFF_INVITATION_HOURS,
            "site": urlsplit(link).netloc,
        },
    )


def send_later(template: str, to: str, context: dict[str, Any]) -> None:
    """Send it while the page is already on its way, so that the page takes as long as without."""
    if settings.SENDS_MAIL:
        mail = _post.submit(_handed_over, _message(template, to, context))
        _on_its_way.add(mail)
        mail.add_done_callback(_on_its_way.discard)


def wait() -> None:
    """Wait until everything is sent, or has failed."""
    for mail in list(_on_its_way):
        mail.result()


def _message(template: str, to: str, context: dict[str, Any]) -> EmailMessage:
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    body = render_to_string(f"{template}_message.txt", context).strip() + "\n"
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to])


def _handed_over(message: EmailMessage) -> bool:
    try:
        return bool(message.send())
    except OSError as error:  # what the network and the mail server say no to
        log.error("A mail could not be handed over: %s", type(error).__name__)
        return False
