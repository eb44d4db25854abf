"""What came of talking with a member, who read about her, and her place in the group."""

from __future__ import annotations

import datetime

from django.db import transaction

from learning.actions.grouping import own_group, record
from learning.models import (
    AuditEntry,
    Edition,
    Group,
    Membership,
    StaffMember,
    TalkedOver,
    TeachBack,
    TeamQuestion,
)
from learning.models.groups import Sharing

LANGUAGE = "en"  # staff read in one language, today the only one
READ_ANEW_AFTER = datetime.timedelta(hours=1)


class MemberGone(Exception):
    """She is not (any longer) in the group."""


class NotShared(Exception):
    """She does not share this (any longer), or it is not there."""


def note_teach_back(
    *,
    nurse: StaffMember,
    membership: Membership,
    module: str,
    objective: str,
    result: str,
    token: str,
    now: datetime.datetime,
) -> TeachBack:
    """What came of talking over one idea of the module with this slug. The same form notes once.

    Raises NotYourGroup, MemberGone and NotShared.
    """
    with transaction.atomic():
        member = _own_member(nurse, membership)
        before = member.teach_backs.filter(token=token).first()
        if before is not None:
            return before
        edition = Edition.objects.offered(LANGUAGE).filter(module__slug=module).first()
        shares = member.sharing >= Sharing.IDEAS
        if not shares or edition is None or objective not in edition.sentences:
            raise NotShared
        record(nurse, "noted a teach-back", member.key, now=now)
        return TeachBack.objects.create(
            membership=member,
            module=edition.module,
            objective=objective,
            result=result,
            token=token,
            by=nurse,
            at=now,
        )


def take_back(
    *, nurse: StaffMember, membership: Membership, token: str, now: datetime.datetime
) -> None:
    """Undo what this nurse noted by the form with this token. Twice is the same as once.

    Raises NotYourGroup and MemberGone.
    """
    with transaction.atomic():
        member = _own_member(nurse, membership)
        gone, _ = member.teach_backs.filter(token=token, by=nurse).delete()
        if gone:
            record(nurse, "took back a teach-back", member.key, now=now)


def note_talked_over(
    *, nurse: StaffMember, membership: Membership, question: str, now: datetime.datetime
) -> None:
    """The shared question with this key was talked over. Twice is the same as once.

    Raises NotYourGroup, MemberGone and NotShared.
    """
    with transaction.atomic():
        member = _own_member(nurse, membership)
        shared = _shared_question(member, question)
        _, made = TalkedOver.objects.update_or_create(
            membership=member, question=shared, defaults={"by": nurse, "at": now}
        )
        if made:
            record(nurse, "talked a question over", member.key, now=now)


def note_not_talked_over(
    *, nurse: StaffMember, membership: Membership, question: str, now: datetime.datetime
) -> None:
    """The shared question with this key is still to be talked over. Twice is the same as once.

    Raises NotYourGroup, MemberGone and NotShared.
    """
    with transaction.atomic():
        member = _own_member(nurse, membership)
        shared = _shared_question(member, question)
        gone, _ = TalkedOver.objects.filter(membership=member, question=shared).delete()
        if gone:
            record(nurse, "kept a question for later", member.key, now=now)


def label_member(
    *, nurse: StaffMember, membership: Membership, label: str, now: datetime.datetime
) -> None:
    """The nurses' own note of who this is; nobody else sees it. Raises NotYourGroup, MemberGone."""
    with transaction.atomic():
        member = _own_member(nurse, membership)
        if member.label != label:
            Membership.objects.filter(pk=member.pk).update(label=label)
            record(nurse, "labeled a member", member.key, now=now)


def remove_member(*, nurse: StaffMember, membership: Membership, now: datetime.datetime) -> None:
    """The group sees nothing of her any more. What she did stays hers. Twice is the same as once.

    The membership goes with all that hangs on it: call name, label, teach-backs, and what was
    assigned to her alone. Raises NotYourGroup.
    """
    with transaction.atomic():
        group = own_group(nurse, membership.group)
        member = group.memberships.select_for_update().filter(pk=membership.pk).first()
        if member is not None:
            record(nurse, "removed a member", member.key, now=now)
            member.delete()


def note_read(
    *, nurse: StaffMember, membership: Membership, verb: str, now: datetime.datetime
) -> None:
    """One line in the audit log that she read this, at most once an hour for each person.

    This is the one thing that reading a page writes. What is known about somebody is read on these
    pages and nowhere else, so the log would be worth little without it; and a button to press
    before reading would only teach people to press it.
    """

    def read_lately() -> bool:
        return AuditEntry.objects.filter(
            object_key=membership.key,
            at__gt=now - READ_ANEW_AFTER,
            actor=nurse.actor,
            verb=verb,
        ).exists()

    if read_lately():
        return
    with transaction.atomic():
        still_there = Membership.objects.select_for_update().filter(pk=membership.pk).first()
        if still_there is not None and not read_lately():
            record(nurse, verb, membership.key, now=now)


def note_roster(*, nurse: StaffMember, group: Group, now: datetime.datetime) -> None:
    """One line in the audit log that she took the roster with her. Raises NotYourGroup."""
    with transaction.atomic():
        record(nurse, "downloaded a roster", own_group(nurse, group).key, now=now)


def _own_member(nurse: StaffMember, membership: Membership) -> Membership:
    group = own_group(nurse, membership.group)
    member = group.memberships.select_for_update().filter(pk=membership.pk).first()
    if member is None:
        raise MemberGone
    return member


def _shared_question(member: Membership, key: str) -> TeamQuestion:
    """Locked, so that it is shared until this is done."""
    questions = TeamQuestion.objects.select_for_update()
    found = questions.filter(key=key, learner=member.learner_id, shared_at__isnull=False).first()
    if found is None:
        raise NotShared
    return found
