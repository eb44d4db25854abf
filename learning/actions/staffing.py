"""Accounts of staff: inviting somebody, accepting, and what happens when she leaves.

``by`` and ``inviter`` are the member of staff who does it; None stands for the operator. The audit
log names people and invitations by their keys, so it holds no address.
"""

from __future__ import annotations

import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from learning.actions.grouping import NotOfThisClinic
from learning.models import AuditEntry, Clinic, Group, StaffInvitation, StaffMember
from learning.models.keys import new_key
from learning.models.staff import link_hash, link_word

OPERATOR = "operator"
FORGET_AFTER_DAYS = 30


class AlreadyStaff(Exception):
    """This address has an account."""


class NoRole(Exception):
    """An account is for a nurse of a clinic, for the overview, or for publishing."""


class NotYoursToGive(Exception):
    """Only who may publish can let somebody else publish."""


class FormUsed(Exception):
    """The form was sent before, for somebody else. Show a fresh one."""


class InvitedJustNow(Exception):
    """Somebody else invited this address at the same moment."""


class InvitationGone(Exception):
    """The link was used, has expired, was taken back, or never was one."""


class NotYourself(Exception):
    """Nobody can do this to her own account."""


class NotActive(Exception):
    """The account was switched off."""


class GroupHasNurse(Exception):
    """A nurse still looks after the group: she adds colleagues herself."""


def invite_staff(
    *,
    inviter: StaffMember | None,
    email: str,
    name: str,
    clinic: Clinic | None,
    overview: bool,
    publisher: bool,
    now: datetime.datetime,
    token: str = "",
) -> tuple[StaffInvitation, str]:
    """The invitation and the secret word of its link, which is stored nowhere.

    It holds once, for STAFF_INVITATION_HOURS, and ends an older one to the same address. The same
    form (``token``) invites once. Raises AlreadyStaff, NoRole, NotYoursToGive, FormUsed and
    InvitedJustNow.
    """
    if clinic is None and not overview and not publisher:
        raise NoRole
    if publisher and inviter is not None and not inviter.publisher:
        raise NotYoursToGive
    fresh = StaffInvitation(
        email=email.strip().lower(),
        name=name,
        clinic=clinic,
        overview=overview,
        publisher=publisher,
    )
    return _invite(fresh, inviter, token, now, verb="invited")


def let_begin_anew(
    *, by: StaffMember | None, staff: StaffMember, now: datetime.datetime, token: str = ""
) -> tuple[StaffInvitation, str]:
    """For somebody who lost her phone or forgot her password: a link to set a new one.

    Her password, her second factor and every session of hers stop at once; what she may do stays.
    Raises NotYourself, NotYoursToGive, NotActive, FormUsed and InvitedJustNow.
    """
    if by is not None and by.pk == staff.pk:
        raise NotYourself
    if staff.publisher and by is not None and not by.publisher:
        raise NotYoursToGive
    fresh = StaffInvitation(
        email=staff.email,
        name=staff.name,
        clinic_id=staff.clinic_id,
        overview=staff.overview,
        publisher=staff.publisher,
        member=staff,
    )
    return _invite(fresh, by, token, now, verb="let begin anew")


def _invite(
    fresh: StaffInvitation,
    inviter: StaffMember | None,
    token: str,
    now: datetime.datetime,
    *,
    verb: str,
) -> tuple[StaffInvitation, str]:
    link = link_word(token or new_key())
    fresh.token_hash = link_hash(link)
    fresh.invited_by = inviter
    fresh.created_at = now
    fresh.expires_at = now + datetime.timedelta(hours=settings.STAFF_INVITATION_HOURS)
    try:
        with transaction.atomic():
            return _twin(fresh) or _made(fresh, inviter, now, verb=verb), link
    except IntegrityError as error:
        twin = _twin(fresh)
        if twin is None:
            raise InvitedJustNow from error
        return twin, link


def _twin(fresh: StaffInvitation) -> StaffInvitation | None:
    """What the same form made when it was sent before."""
    twin = StaffInvitation.objects.filter(token_hash=fresh.token_hash).first()
    if twin is not None and (twin.email, twin.member_id) != (fresh.email, fresh.member_id):
        raise FormUsed
    return twin


def _made(
    fresh: StaffInvitation, inviter: StaffMember | None, now: datetime.datetime, *, verb: str
) -> StaffInvitation:
    if fresh.member is None:
        if StaffMember.objects.filter(email=fresh.email).exists():
            raise AlreadyStaff
    else:
        member = _locked(fresh.member)
        if not member.is_active:
            raise NotActive
        member.set_unusable_password()
        member.session_mark = new_key()
        member.save(update_fields=["password", "session_mark"])
        Authenticator.objects.filter(user=member).delete()
        note(staff=inviter, verb=verb, key=member.key, now=now)
    StaffInvitation.objects.filter(
        email=fresh.email, used_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=now)
    fresh.save()
    if fresh.member is None:
        note(staff=inviter, verb=verb, key=fresh.key, now=now)
    return fresh


def accept(*, token: str, name: str, password: str, now: datetime.datetime) -> StaffMember:
    """The account that this link makes, or whose password it sets anew, ready to sign in.

    Raises InvitationGone, and Django's ValidationError for a password that is too weak.
    """
    offered = _open(token, now)
    if offered is None:
        raise InvitationGone
    chosen = StaffMember(email=offered.email, name=name)
    validate_password(password, chosen)
    chosen.set_password(password)  # slow on purpose, so before anything is locked
    with transaction.atomic():
        invitation = _open(token, now, lock=True)
        if invitation is None:
            raise InvitationGone
        invitation.used_at = now
        invitation.save(update_fields=["used_at"])
        if invitation.member is None:
            staff = _new_account(invitation, chosen, now)
        else:
            staff = _account_anew(invitation.member, chosen)
        note(staff=staff, verb="accepted an invitation", key=invitation.key, now=now)
    return staff


def _open(token: str, now: datetime.datetime, *, lock: bool = False) -> StaffInvitation | None:
    found = StaffInvitation.objects.select_for_update() if lock else StaffInvitation.objects.all()
    return found.open(now).of_link(token).first()


def _new_account(
    invitation: StaffInvitation, chosen: StaffMember, now: datetime.datetime
) -> StaffMember:
    if StaffMember.objects.filter(email=chosen.email).exists():
        raise InvitationGone
    chosen.clinic_id = invitation.clinic_id
    chosen.overview = invitation.overview
    chosen.publisher = invitation.publisher
    chosen.joined_at = now
    chosen.save()
    EmailAddress.objects.create(user=chosen, email=chosen.email, verified=True, primary=True)
    return chosen


def _account_anew(member: StaffMember, chosen: StaffMember) -> StaffMember:
    staff = _locked(member)
    if not staff.is_active:
        raise InvitationGone
    staff.name, staff.password = chosen.name, chosen.password
    staff.session_mark = new_key()
    staff.save(update_fields=["name", "password", "session_mark"])
    return staff


def revoke_staff_invitation(
    *, by: StaffMember, invitation: StaffInvitation, now: datetime.datetime
) -> None:
    """The link stops at once. Twice is the same as once."""
    with transaction.atomic():
        still = StaffInvitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True
        )
        if still.update(revoked_at=now):
            note(staff=by, verb="took an invitation back", key=invitation.key, now=now)


def deactivate(*, by: StaffMember | None, staff: StaffMember, now: datetime.datetime) -> None:
    """She cannot sign in any more, and every session of hers ends with its next request.

    What she made stays. Twice is the same as once. Raises NotYourself.
    """
    if by is not None and by.pk == staff.pk:
        raise NotYourself
    with transaction.atomic():
        kept = _locked(staff)
        if kept.is_active:
            _switch(kept, active=False)
            StaffInvitation.objects.filter(member=kept, used_at__isnull=True).filter(
                revoked_at__isnull=True
            ).update(revoked_at=now)
            note(staff=by, verb="deactivated", key=kept.key, now=now)


def reactivate(*, by: StaffMember | None, staff: StaffMember, now: datetime.datetime) -> None:
    """She can sign in again, as she did before. Twice is the same as once."""
    with transaction.atomic():
        kept = _locked(staff)
        if not kept.is_active:
            _switch(kept, active=True)
            note(staff=by, verb="reactivated", key=kept.key, now=now)


def _switch(staff: StaffMember, *, active: bool) -> None:
    staff.is_active = active
    staff.session_mark = new_key()
    staff.save(update_fields=["is_active", "session_mark"])


def _locked(staff: StaffMember) -> StaffMember:
    return StaffMember.objects.select_for_update().get(pk=staff.pk)


def hand_over_group(
    *, by: StaffMember, group: Group, nurse: StaffMember, now: datetime.datetime
) -> None:
    """A group that no active nurse looks after gets this one, of the same clinic.

    Twice is the same as once. Raises GroupHasNurse, and NotOfThisClinic for whoever is not an
    active nurse of its clinic.
    """
    with transaction.atomic():
        kept = Group.objects.select_for_update().get(pk=group.pk)
        active = kept.nurses.filter(is_active=True)
        if kept.closed_at is not None or active.exclude(pk=nurse.pk).exists():
            raise GroupHasNurse
        if not StaffMember.objects.filter(
            pk=nurse.pk, is_active=True, clinic=kept.clinic_id
        ).exists():
            raise NotOfThisClinic
        if not active.exists():
            kept.nurses.add(nurse)
            keys = f"{kept.key}:{nurse.key}"
            note(staff=by, verb="handed a group over", key=keys, now=now)


def end_other_sessions(*, staff: StaffMember, now: datetime.datetime, verbs: list[str]) -> None:
    """How she signs in has changed: no session that began before holds, unless it is renewed.

    ``verbs`` say what changed. The given ``staff`` gets the new mark too.
    """
    with transaction.atomic():
        staff.session_mark = new_key()
        StaffMember.objects.filter(pk=staff.pk).update(session_mark=staff.session_mark)
        for verb in verbs:
            note(staff=staff, verb=verb, key=staff.key, now=now)


def note(*, staff: StaffMember | None, verb: str, key: str, now: datetime.datetime) -> None:
    """One line in the audit log; without ``staff`` it was the operator."""
    actor = OPERATOR if staff is None else staff.actor
    AuditEntry.objects.create(at=now, actor=actor, verb=verb, object_key=key)


def forget_invitations(*, now: datetime.datetime) -> int:
    """Erase the names and addresses of invitations that ended long ago; how many."""
    ended = now - datetime.timedelta(days=FORGET_AFTER_DAYS)
    count, _ = StaffInvitation.objects.filter(expires_at__lt=ended).delete()
    return count
