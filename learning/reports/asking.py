"""What a learner asks her team: what is on her list, who can read it, and what she may add."""

from __future__ import annotations

from dataclasses import dataclass

from learning.content.suggestions import GENERAL, SUGGESTIONS
from learning.models import Edition, Learner, Membership, TeamQuestion


@dataclass(frozen=True)
class Group:
    """A group whose nurses read what she shares."""

    name: str
    clinic: str


def groups_of(learner: Learner) -> tuple[Group, ...]:
    """The groups she is in, by clinic: their nurses read each question that she shares."""
    rows = (
        Membership.objects.filter(learner=learner, group__closed_at__isnull=True)
        .order_by("group__clinic__name", "group__name", "id")
        .values_list("group__name", "group__clinic__name")
    )
    return tuple(Group(*row) for row in rows)


@dataclass(frozen=True)
class Suggested:
    """A question she may add, and whether it is on her list already."""

    text: str
    kept: bool


@dataclass(frozen=True)
class QuestionsPage:
    """``about`` is the module the suggestions belong to; ``topics`` are those of all others."""

    questions: tuple[TeamQuestion, ...]
    groups: tuple[Group, ...]
    about: str
    about_title: str
    suggested: tuple[Suggested, ...]
    topics: tuple[tuple[str, str], ...]


def questions_page(language: str, about: str, learner: Learner | None) -> QuestionsPage:
    """Her list, and suggestions about one module; about caring for oneself where it has none."""
    questions = tuple(learner.team_questions.all()) if learner else ()
    offered = dict(Edition.objects.offered(language).values_list("module__slug", "title"))
    known = SUGGESTIONS.get(language, {})
    topics = {slug: title for slug, title in offered.items() if slug in known}
    chosen = about if about in topics else GENERAL
    kept = {question.text for question in questions}
    return QuestionsPage(
        questions=questions,
        groups=groups_of(learner) if learner else (),
        about=about if about in topics else "",
        about_title=topics.get(about, ""),
        suggested=tuple(Suggested(text, text in kept) for text in known.get(chosen, ())),
        topics=tuple((slug, title) for slug, title in topics.items() if slug != about),
    )
