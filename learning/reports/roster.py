"""The people of a group as a file for a spreadsheet: the same that their pages show."""

from __future__ import annotations

from collections.abc import Iterator

from learning.models import Group, Membership, StaffMember
from learning.models.groups import Sharing
from learning.reports.groups import own_members
from learning.reports.person import SHARES
from learning.reports.shared import Shared, members_by_id, offered, shared_by_members
from learning.rules.spreadsheet import BYTE_ORDER_MARK, row

ROWS_AT_ONCE = 100
HEAD = (
    "Call name",
    "Wants to be called",
    "Your label",
    "In the group since",
    "Shares",
    "Modules finished",
    "Ideas to talk over",
    "Questions for you",
)


def roster(nurse: StaffMember, group: Group) -> Iterator[str]:
    """The file in pieces, a row for each member by call name. Not shared is an empty cell.

    Each piece asks anew who is in the group, what they share, and whether the group is still this
    nurse's: somebody who leaves meanwhile is not in the next piece.
    """
    yield BYTE_ORDER_MARK + row(HEAD)
    content, last = offered(), ""
    while True:
        people = list(
            own_members(nurse)
            .filter(group=group, call_name__gt=last)
            .order_by("call_name")[:ROWS_AT_ONCE]
        )
        members = members_by_id([each.pk for each in people])
        shared = shared_by_members(members, content)
        yield "".join(row(_cells(each, shared[each.pk])) for each in people if each.pk in shared)
        if len(people) < ROWS_AT_ONCE:
            return
        last = people[-1].call_name


def _cells(membership: Membership, shared: Shared) -> tuple[str, ...]:
    finished = [f"{each.title} ({each.on.isoformat()})" for each in shared.finished]
    ideas = [idea.sentence for idea in shared.ideas]
    return (
        membership.call_name,
        membership.own_name,
        membership.label,
        membership.joined_at.date().isoformat(),
        SHARES[shared.sharing],
        _cell(finished) if shared.sharing >= Sharing.FINISHED else "",
        _cell(ideas) if shared.sharing >= Sharing.IDEAS else "",
        "; ".join(question.text for question in shared.questions),
    )


def _cell(parts: list[str]) -> str:
    return "; ".join(parts) or "none"
