"""Recording who approved an edition, taking a record back, and carrying it over to the next one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from learning.actions.staffing import note
from learning.models import AuditEntry, Edition, SignOff, StaffMember

_CARDS = re.compile(r'class="card card-([a-z-]+)"')


class SignedTooEarly(Exception):
    """The approval is older than the edition, so it was of other words."""

    def __init__(self, edition: Edition) -> None:
        day = edition.published_at
        super().__init__(
            f"Edition {edition.number} was published on {day:%B} {day.day}, {day.year}. Nobody can "
            "have approved it before that day."
        )


class NotSignedYet(Exception):
    """The date of the approval is still to come."""

    def __init__(self) -> None:
        super().__init__("The date of the approval is still to come. Write the day it was signed.")


class OnRecordAlready(Exception):
    """The same person’s approval of the same day stands on record."""

    def __init__(self, name: str) -> None:
        super().__init__(f"An approval of that day by {name} is on record already.")


class TakenBackAlready(Exception):
    """Somebody was faster: the record was taken back before."""


class NoReason(Exception):
    """A record should be taken back without a word on why."""


@dataclass(frozen=True)
class Approval:
    """What is recorded of an approval. The signed document itself lies at ``kept_at``."""

    kind: str
    name: str
    role: str
    signed_on: datetime.date
    kept_at: str


def sign_off(
    *, edition: Edition, approval: Approval, by: StaffMember | None, now: datetime.datetime
) -> SignOff:
    """Put an approval of this edition on record. Without ``by`` it was the operator.

    Raises SignedTooEarly, NotSignedYet or OnRecordAlready.
    """
    if approval.signed_on > now.date():
        raise NotSignedYet
    if approval.signed_on < edition.published_at.date():
        raise SignedTooEarly(edition)
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        same = edition.sign_offs.standing().filter(
            kind=approval.kind, name=approval.name, signed_on=approval.signed_on
        )
        if same.exists():
            raise OnRecordAlready(approval.name)
        made = SignOff.objects.create(
            edition=edition, **asdict(approval), recorded_by=by, recorded_at=now
        )
        note(staff=by, verb="recorded sign-off", key=_key_of(edition), now=now)
    return made


def take_back(
    *, found: SignOff, why: str, by: StaffMember | None, now: datetime.datetime
) -> list[SignOff]:
    """Take back a record made by mistake, there and wherever later editions carry it over.

    Raises NoReason or TakenBackAlready.
    """
    if not why.strip():
        raise NoReason
    first = found.carried_from_id or found.pk
    with transaction.atomic():
        family = SignOff.objects.filter(pk=first) | SignOff.objects.filter(carried_from=first)
        taken = [
            row
            for row in family.select_for_update(of=("self",)).select_related("edition__module")
            if row.edition.number >= found.edition.number and row.taken_back_at is None
        ]
        if found.pk not in {row.pk for row in taken}:
            raise TakenBackAlready
        for row in taken:
            row.taken_back_at, row.taken_back_why = now, why.strip()
            row.save(update_fields=["taken_back_at", "taken_back_why"])
            note(staff=by, verb="took back sign-off", key=_key_of(row.edition), now=now)
    return taken


def carry_over(
    *,
    before: Edition | None,
    edition: Edition,
    same_meaning: bool,
    actor: str,
    now: datetime.datetime,
) -> list[str]:
    """Carry the approvals of the edition before over to this one; what came of it, as lines.

    They carry where it was confirmed that the words mean the same, and where nothing but words
    has changed: the same questions, statements, advice cards, pictures and doors.
    """
    standing = list(before.sign_offs.standing()) if before is not None else []
    if before is None or not standing:
        return []
    if not same_meaning:
        return [f"approvals of edition {before.number} do not carry over: same meaning not said"]
    changed = _changed(_substance(before), _substance(edition))
    if changed:
        what = ", ".join(changed)
        return [f"approvals of edition {before.number} do not carry over: it changed {what}"]
    SignOff.objects.bulk_create(
        SignOff(
            edition=edition,
            carried_from_id=row.carried_from_id or row.pk,
            **{name: getattr(row, name) for name in _CARRIED},
        )
        for row in standing
    )
    AuditEntry.objects.create(
        at=now, actor=actor, verb="carried over sign-offs", object_key=_key_of(edition)
    )
    return [f"carried over: approval by {row.name}, {row.role}" for row in standing]


_CARRIED = ("kind", "name", "role", "signed_on", "kept_at", "recorded_by_id", "recorded_at")


def _substance(edition: Edition) -> dict[str, Any]:
    """What an approval was given to besides the words, by name."""
    found: dict[str, Any] = {
        "objectives": [key for key, _ in edition.objectives],
        "what everybody must know": sorted(edition.must_know),
    }
    for section in edition.sections.all():
        found[f"section {section.key}"] = (
            _statements(section.statements),
            _CARDS.findall(section.html),
            section.door is None,
            (section.picture or {}).get("svg"),
        )
    for place in edition.questions.select_related("wording__question"):
        action = place.wording.text.get("action") or {}
        found[f"question {place.wording.question}"] = (
            _statements(place.behind["statements"]),
            action.get("kind"),
        )
    return found


def _statements(stored: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {(row["id"], row["statement"], row["certainty"]) for row in stored}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    names = [*after, *(name for name in before if name not in after)]
    return [name for name in names if before.get(name) != after.get(name)]


def _key_of(edition: Edition) -> str:
    return f"{edition.module.slug}/{edition.language}/{edition.number}"
