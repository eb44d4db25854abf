"""The audit log as those read it who look after the site: who did what, and when."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from learning.models import AuditEntry, Clinic, Group, StaffInvitation, StaffMember
from learning.rules.spreadsheet import BYTE_ORDER_MARK, row

LINES_ON_A_PAGE = 50
ROWS_AT_ONCE = 1_000
HEAD = ("When (UTC)", "Who", "What", "About")
NO_STAFF = {"operator": "The operator", "nightly": "The nightly run", "a learner": "A learner"}


@dataclass(frozen=True)
class Asked:
    """Which lines: of one actor, from and to a day, both counted in. Empty is all."""

    actor: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


Line = tuple[str, str, str, str]  # under HEAD


@dataclass(frozen=True)
class AuditPage:
    lines: tuple[Line, ...]
    page: Page[AuditEntry]


class Names:
    """What people call the keys in the log, as of now."""

    def __init__(self) -> None:
        staff = dict(StaffMember.objects.values_list("key", "name"))
        often = Counter(staff.values())
        # The first letters of the key tell two people of one name apart.
        self._staff = {
            key: name if often[name] == 1 else f"{name} ({key[:6]})" for key, name in staff.items()
        }
        self._keys: Mapping[str, str] = {
            **dict(StaffInvitation.objects.values_list("key", "name")),
            **dict(Clinic.objects.values_list("key", "name")),
            **dict(Group.objects.values_list("key", "name")),
            **self._staff,
        }

    def who(self, actor: str) -> str:
        return NO_STAFF.get(actor) or self._staff.get(actor.removeprefix("staff:"), actor)

    def line(self, entry: AuditEntry) -> Line:
        about = ", ".join(self._keys.get(key, key) for key in entry.object_key.split(":"))
        return f"{entry.at:%Y-%m-%d %H:%M:%S}", self.who(entry.actor), entry.verb, about


def actors() -> tuple[tuple[str, str], ...]:
    """Everybody who is in the log, as it is stored and as people say, by name."""
    names = Names()
    found = AuditEntry.objects.order_by("actor").values_list("actor", flat=True).distinct()
    return tuple(sorted(((one, names.who(one)) for one in found), key=lambda one: one[1].lower()))


def audit_page(asked: Asked, *, page: str) -> AuditPage:
    """The lines that were asked for, the newest first; the nearest page to one that is not there.

    The number of queries does not grow with the lines.
    """
    found = Paginator(_entries(asked), LINES_ON_A_PAGE).get_page(page)
    names = Names()
    return AuditPage(tuple(map(names.line, found)), found)


def audit_file(asked: Asked) -> Iterator[str]:
    """The very lines of the page, all of them, in pieces.

    Each piece goes on behind the last line of the one before, so no query lasts as long as the
    slowest reader, and memory holds one piece.
    """
    yield BYTE_ORDER_MARK + row(HEAD)
    names, rest = Names(), _entries(asked)
    while True:
        entries = list(rest[:ROWS_AT_ONCE])
        yield "".join(row(names.line(entry)) for entry in entries)
        if len(entries) < ROWS_AT_ONCE:
            return
        last = entries[-1]
        rest = _entries(asked).filter(at__lte=last.at).exclude(at=last.at, id__gte=last.pk)


def _entries(asked: Asked) -> QuerySet[AuditEntry]:
    wanted = Q()
    if asked.actor:
        wanted &= Q(actor=asked.actor)
    if asked.since:
        wanted &= Q(at__gte=_midnight(asked.since))
    if asked.until:
        wanted &= Q(at__lt=_midnight(asked.until + datetime.timedelta(days=1)))
    return AuditEntry.objects.filter(wanted).order_by("-at", "-id")


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=datetime.UTC)
