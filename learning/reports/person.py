"""One person as her nurse sees her: what she shares, what to talk over, and what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from learning.models import Membership, StaffMember, TeachBack, TeamQuestion
from learning.models.groups import Sharing, TeachBackResult
from learning.reports.assigned import Given, Standing, given_to
from learning.reports.shared import (
    Offered,
    Shared,
    SharedIdea,
    is_talked_over,
    members_by_id,
    offered,
    shared_by_members,
)
from learning.rules.chart import Chart, chart_note

SHARES = {
    Sharing.JOINED: "only that they joined",
    Sharing.FINISHED: "which modules they finished",
    Sharing.IDEAS: "which modules they finished, and ideas they may want to talk over",
}


@dataclass(frozen=True)
class Talked:
    """What came of talking one idea over. ``token`` is there where this nurse can take it back."""

    on: datetime.date
    sentence: str
    result: str
    by: str
    token: str


@dataclass(frozen=True)
class IdeaToTalk:
    """An open idea, with what came of earlier talks about it since it opened."""

    idea: SharedIdea
    talked: tuple[tuple[datetime.date, str], ...]


@dataclass(frozen=True)
class QuestionToTalk:
    question: TeamQuestion
    talked_on: datetime.date | None


@dataclass(frozen=True)
class PersonPage:
    membership: Membership
    shares: str
    shared: Shared
    ideas: tuple[IdeaToTalk, ...]
    questions: tuple[QuestionToTalk, ...]
    assigned: tuple[tuple[Given, Standing | None], ...]
    talks: tuple[Talked, ...]


def person_page(
    membership: Membership, nurse: StaffMember, *, now: datetime.datetime
) -> PersonPage:
    """What this nurse sees of a member. What the member does not share is not there."""
    content = offered()
    shared = _shared(membership, content)
    return PersonPage(
        membership=membership,
        shares=SHARES[shared.sharing],
        shared=shared,
        ideas=tuple(IdeaToTalk(idea, tuple(_earlier(idea))) for idea in shared.ideas),
        questions=tuple(_questions(membership, shared)),
        assigned=given_to(membership),
        talks=tuple(_talks(membership, shared, content, nurse, now)),
    )


def _shared(membership: Membership, content: Offered) -> Shared:
    return shared_by_members(members_by_id([membership.pk]), content)[membership.pk]


def _earlier(idea: SharedIdea) -> Iterator[tuple[datetime.date, str]]:
    for talk in idea.state.talked:
        yield talk.at.date(), TeachBackResult(talk.result).label


def _questions(membership: Membership, shared: Shared) -> Iterator[QuestionToTalk]:
    talked = dict(membership.talked_over.values_list("question", "at"))
    for question in shared.questions:
        at = talked.get(question.pk)
        yield QuestionToTalk(
            question, at.date() if is_talked_over(question.shared_at, at) and at else None
        )


def _talks(
    membership: Membership,
    shared: Shared,
    content: Offered,
    nurse: StaffMember,
    now: datetime.datetime,
) -> Iterator[Talked]:
    """What came of talking, the latest first. It tells of ideas, so it goes when those do."""
    if shared.sharing < Sharing.IDEAS:
        return
    for talk in membership.teach_backs.select_related("by").order_by("-at", "-id"):
        outline = content.modules.get(talk.module_id)
        if outline is not None and talk.objective in outline.sentences:
            yield Talked(
                on=talk.at.date(),
                sentence=outline.sentences[talk.objective],
                result=TeachBackResult(talk.result).label,
                by=talk.by.name if talk.by else "",
                token=talk.token if _is_new(talk, nurse, now) else "",
            )


def _is_new(talk: TeachBack, nurse: StaffMember, now: datetime.datetime) -> bool:
    return talk.by_id == nurse.pk and now - talk.at < datetime.timedelta(days=1)


def note_for_chart(membership: Membership, nurse: StaffMember, *, now: datetime.datetime) -> str:
    """The note as plain text. It names nobody, and tells no answer."""
    content = offered()
    shared = _shared(membership, content)
    finished, ideas = shared.sharing >= Sharing.FINISHED, shared.sharing >= Sharing.IDEAS
    talks = _talks(membership, shared, content, nurse, now)
    return chart_note(
        Chart(
            on=now.date(),
            group=membership.group.name,
            call_name=membership.call_name,
            label=membership.label,
            finished=[(row.title, row.on) for row in shared.finished] if finished else None,
            ideas=[(idea.title, idea.sentence) for idea in shared.ideas] if ideas else None,
            talks=[(talk.on, talk.sentence, talk.result) for talk in talks] if ideas else None,
            questions=[question.text for question in shared.questions],
        )
    )
