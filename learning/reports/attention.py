"""Who needs a nurse, and about what; and what to teach a group next time.

Everything shown comes from ``reports.shared``: what a person does not share is not there. The
number of queries does not grow with the people.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BigAutoField, DateField

from learning.models import Assignment, Group, StaffMember
from learning.models.groups import Sharing
from learning.models.prepared import Parameter, Prepared
from learning.reports.groups import groups_of
from learning.reports.shared import (
    REMEMBERED,
    Asked,
    Member,
    Offered,
    SharedIdea,
    finished_in_groups,
    ideas_of,
    members_of_groups,
    offered,
    open_ideas,
    questions_of_groups,
)
from learning.rules.attention import (
    FEWEST,
    QUIET,
    REASONS,
    VISIT_DAYS,
    Need,
    OpenInGroup,
    Quiet,
    Reason,
    Shows,
    Weight,
    finding,
    need,
    people_say,
    phrase,
    quiet,
    reason_of,
    weigh,
    worth_teaching,
)
from learning.rules.ideas import KINDS
from learning.rules.visits import first_day

ON_A_PAGE = 12
IN_FULL = 2  # of the reason that comes first; the others are counted
TAUGHT_FIRST = 5
ABOUT: tuple[Reason | Quiet, ...] = (*REASONS, *QUIET)


@dataclass(frozen=True)
class Line:
    """Something that needs a nurse, in full. ``asked`` are her own words."""

    text: str
    unsure: bool = False
    asked: bool = False
    visit_on: datetime.date | None = None


@dataclass(frozen=True)
class Person:
    """One person of the list: the reason that comes first with its lines, the rest in a few words.

    Who does not need a nurse has no reason and no lines. ``group`` is named where there are more.
    """

    key: str
    call_name: str
    own_name: str
    label: str
    group: str
    about: Reason | None
    first: str
    lines: tuple[Line, ...] = ()
    more: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A sentence that says how many, and the filter that shows whom."""

    about: Reason | Quiet
    sentence: str


@dataclass(frozen=True)
class Teaching:
    """Which ideas are open for how many of the people who share ideas; none where too few do."""

    sharing: int
    ideas: tuple[OpenInGroup, ...]
    fewest: int = FEWEST

    @property
    def first(self) -> tuple[OpenInGroup, ...]:
        return self.ideas[:TAUGHT_FIRST]

    @property
    def rest(self) -> tuple[OpenInGroup, ...]:
        return self.ideas[TAUGHT_FIRST:]


@dataclass(frozen=True)
class AttentionPage:
    """The page of a nurse: her groups and the one that is shown alone, if any; who is in them.

    ``people`` are those of this page of the list that ``about`` chooses; ``needing`` counts all who
    need her, ``teaching`` is there for one group.
    """

    groups: tuple[Group, ...]
    group: Group | None
    members: int
    sharing_ideas: int
    needing: int
    findings: tuple[Finding, ...]
    about: str
    people: tuple[Person, ...]
    number: int
    pages: int
    teaching: Teaching | None

    @property
    def heading(self) -> str:
        """What a filtered list is, in a sentence; empty for everybody who needs her."""
        if not self.about:
            return ""
        sentences = {str(each.about): each.sentence for each in self.findings}
        return sentences.get(self.about) or "Nobody, at this moment."

    @property
    def everybody(self) -> str:
        if not self.needing:
            return "Nobody needs you today."
        return f"{people_say(self.needing)} of {self.members} may need you."

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def attention_page(
    nurse: StaffMember, *, group: str, about: str, page: int, now: datetime.datetime
) -> AttentionPage | None:
    """Who needs this nurse, in all her groups or in the one with this key.

    ``about`` is one of ABOUT, or empty for everybody who needs her. A page after the last one is
    the last one: somebody may have left meanwhile. None where the group is not hers.
    """
    groups = tuple(groups_of(nurse))
    chosen = [each for each in groups if group in ("", each.key)]
    if group and not chosen:
        return None
    found = _look(chosen, first_day(now))
    listed = found.listed(about)
    pages = max(1, -(-len(listed) // ON_A_PAGE))
    number = min(page, pages)
    start = (number - 1) * ON_A_PAGE
    sharing_ideas = sum(row.sharing >= Sharing.IDEAS for row in found.rows)
    return AttentionPage(
        groups=groups,
        group=chosen[0] if len(chosen) == 1 else None,
        members=len(found.rows),
        sharing_ideas=sharing_ideas,
        needing=len(found.needs),
        findings=found.findings(),
        about=about,
        people=tuple(found.person(row, about) for row in listed[start : start + ON_A_PAGE]),
        number=number,
        pages=pages,
        teaching=_teaching(found.rows, found.content) if len(chosen) == 1 else None,
    )


def open_in_group(group: Group) -> Teaching:
    """What to teach the people of a group next time."""
    return _teaching(members_of_groups([group.pk]), offered())


_Visits = Mapping[int, datetime.date]  # by module, the day before which it is to be finished


@dataclass(frozen=True)
class _Found:
    """What the members of some groups share that may need a nurse, by the membership's id."""

    groups: Mapping[int, str]
    rows: Sequence[Member]
    content: Offered
    questions: Mapping[int, list[Asked]]
    visits: Mapping[int, _Visits]
    needs: Mapping[int, Need]

    def listed(self, about: str) -> list[Member]:
        """The people of a filter: in the order of their needs, the others by name."""
        if about in QUIET:
            return [row for row in self.rows if row.pk not in self.needs and _quiet(row) == about]
        listed = [
            row
            for row in self.rows
            if row.pk in self.needs and (not about or about in self.needs[row.pk].reasons)
        ]
        return sorted(listed, key=lambda row: self.needs[row.pk].order)

    def findings(self) -> tuple[Finding, ...]:
        """What holds for how many; somebody with several reasons is in several."""
        held: Counter[Reason | Quiet] = Counter()
        for row in self.rows:
            held.update(list(self.needs[row.pk].reasons) if row.pk in self.needs else [_quiet(row)])
        return tuple(Finding(about, finding(about, held[about])) for about in ABOUT if held[about])

    def person(self, row: Member, about: str) -> Person:
        """What comes first is what the filter is about, else the first reason."""
        reasons = self.needs[row.pk].reasons if row.pk in self.needs else {}
        first = next((reason for reason in reasons if about in ("", reason)), None)
        lines = tuple(self._lines(row, first)) if first else ()
        return Person(
            key=row.key,
            call_name=row.call_name,
            own_name=row.own_name,
            label=row.label,
            group=self.groups[row.group] if len(self.groups) > 1 else "",
            about=first,
            first=phrase(first, reasons[first]) if first else "",
            lines=lines[:IN_FULL],
            more=len(lines[IN_FULL:]),
            also=tuple(phrase(each, count) for each, count in reasons.items() if each != first),
        )

    def _lines(self, row: Member, reason: Reason) -> Iterator[Line]:
        if reason == "question":
            for question in self.questions[row.pk]:
                yield Line(question.text, asked=True)
        elif reason == "visit":
            visits = self.visits[row.pk].items()
            titles = [(day, self.content.modules[module].title) for module, day in visits]
            for visit_on, title in sorted(titles):
                yield Line(title, visit_on=visit_on)
        else:
            for idea in ideas_of(row, self.content):
                if reason_of(idea) == reason:
                    yield Line(idea.sentence, unsure=idea.unsure)


def _quiet(row: Member) -> Quiet:
    return quiet(only_joined=row.sharing < Sharing.FINISHED)


def _look(groups: Sequence[Group], today: datetime.date) -> _Found:
    names = {group.pk: group.name for group in groups}
    members, content = members_of_groups(names), offered()
    questions = questions_of_groups(names)
    visits = _to_finish(members, names, content, today)
    needs = {}
    for row in members:
        shows = Shows(
            _weights(row.tries, row.talks or "", content) if row.tries else {},
            [question.shared_at for question in questions.get(row.pk, ())],
            visits.get(row.pk, {}).values(),
        )
        found = need(shows, today=today)
        if found is not None:
            needs[row.pk] = found
    return _Found(names, members, content, questions, visits, needs)


@lru_cache(maxsize=REMEMBERED)
def _weights(tries: str, talks: str, content: Offered) -> Mapping[Reason, Weight]:
    return weigh(open_ideas(tries, talks, content))


_ASSIGNED = Prepared(
    lambda: (
        Assignment.objects.filter(
            withdrawn_at__isnull=True,
            group__in=Parameter("groups", BigAutoField(), many=True),
            visit_on__gte=Parameter("first", DateField()),
            visit_on__lte=Parameter("last", DateField()),
        )
        .order_by()
        .values_list("group", "membership", "module", "visit_on")
    )
)


def _to_finish(
    members: Sequence[Member], groups: Collection[int], content: Offered, today: datetime.date
) -> Mapping[int, _Visits]:
    """The modules not finished before a visit soon, of those who share what they finish."""
    last = today + datetime.timedelta(days=VISIT_DAYS)
    assigned = [
        row for row in _ASSIGNED(groups=groups, first=today, last=last) if row[2] in content.modules
    ]
    if not assigned:
        return {}
    finished = finished_in_groups(groups, {module for _, _, module, _ in assigned})
    found: dict[int, dict[int, datetime.date]] = {}
    for row in members:
        if row.sharing < Sharing.FINISHED:
            continue
        for group, membership, module, visit_on in assigned:
            hers = group == row.group and membership in (None, row.pk)
            if hers and visit_on and (row.pk, module) not in finished:
                days = found.setdefault(row.pk, {})
                days[module] = min(visit_on, days.get(module, visit_on))
    return found


def _teaching(rows: Iterable[Member], content: Offered) -> Teaching:
    sharing = [row for row in rows if row.sharing >= Sharing.IDEAS]
    by_place: dict[tuple[int, str], list[SharedIdea]] = {}
    for row in sharing:
        for idea in ideas_of(row, content):
            by_place.setdefault((idea.module.position, idea.objective), []).append(idea)
    found = [
        OpenInGroup(
            kind=min((idea.kind for idea in alike), key=KINDS.index),
            sentence=alike[0].sentence,
            title=alike[0].title,
            people=len(alike),
        )
        for alike in by_place.values()
    ]
    return Teaching(len(sharing), worth_teaching(found, sharing=len(sharing)))
