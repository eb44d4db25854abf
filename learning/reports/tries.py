"""The answers behind what is shared: first tries after reading, and what came of talking.

One page of a nurse reads thousands of answers of hundreds of members, and she waits. So the answers
of a learner come from the database as one text, what was published is read once, and what follows
from the one and the other is remembered. Every page asks for the answers anew: nothing of a person
is taken from memory.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    BigAutoField,
    Case,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    When,
)
from django.db.models.functions import Cast

from learning.models import (
    Answer,
    Edition,
    EditionQuestion,
    Learner,
    Membership,
    Question,
    Sitting,
    TeachBack,
)
from learning.models.groups import Sharing
from learning.models.prepared import Parameter, Prepared
from learning.models.sittings import Occasion
from learning.rules.ideas import FirstTry, Talk

LANGUAGE = "en"  # staff read in one language, today the only one

Idea = tuple[int, str]  # id of the module, key of the objective


@dataclass(frozen=True)
class Outline:
    """What one offered module and its ideas are called."""

    slug: str
    title: str
    position: int
    sentences: Mapping[str, str]
    prompts: Mapping[str, str]
    must_know: Collection[str]


@dataclass(frozen=True, eq=False)
class Offered:
    """What is offered now: the modules by their id, in reading order, and what is asked about them.

    ``asked`` says of each place in an edition which idea it asks about, in which form, and what it
    teaches to do; not of questions that were withdrawn, or ideas that are no longer there.
    """

    modules: Mapping[int, Outline]
    asked: Mapping[int, tuple[Idea, str, str]]


def _editions() -> QuerySet[Edition, tuple[int, str, int]]:
    """The offered editions, in no order, and how many questions were ever withdrawn."""
    withdrawn = (
        Question.objects.filter(withdrawn_at__isnull=False)
        .order_by()
        .annotate(number=Func(F("pk"), function="COUNT"))
    )
    return (
        Edition.objects.filter(language=LANGUAGE, current=True, withdrawn_at__isnull=True)
        .annotate(withdrawn=Subquery(withdrawn.values("number")))
        .values_list("pk", "digest", "withdrawn")
    )


_EDITIONS = Prepared(_editions)


def offered() -> Offered:
    """One query, unless something was published or withdrawn since the last time."""
    return _offered(frozenset(_EDITIONS()))


@lru_cache(maxsize=2)
def _offered(editions: frozenset[tuple[int, str, int]]) -> Offered:
    """Nothing published is ever edited, so this holds as long as these are the editions."""
    modules = {
        edition.module_id: Outline(
            edition.module.slug,
            edition.title,
            position,
            edition.sentences,
            edition.teach_back,
            edition.must_know,
        )
        for position, edition in enumerate(
            Edition.objects.offered(LANGUAGE).filter(pk__in=[edition[0] for edition in editions])
        )
    }
    places = EditionQuestion.objects.filter(
        edition__module__in=modules, wording__question__withdrawn_at__isnull=True
    ).values_list(
        "pk",
        "wording__question__module",
        "wording__question__objective",
        "wording__question__form",
        "wording__text__action__kind",
    )
    asked = {
        place: ((module, objective), form, action or "")
        for place, module, objective, form, action in places
        if objective in modules[module].sentences
    }
    return Offered(modules, asked)


def forget() -> None:
    """Read anew what is offered. Only for a database whose rows were taken back, as tests do."""
    _offered.cache_clear()


class _Joined(Aggregate):
    """The rows of a group as one text: a comma between rows, a space between columns."""

    function = "GROUP_CONCAT"
    arg_joiner = " || ' ' || "
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG(%(expressions)s, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def _tries(learner: OuterRef, which: Q) -> Subquery:
    """The first tries of a learner after reading, as one text."""
    answers = Answer.objects.filter(
        which,
        number=1,
        question__sitting__learner=learner,
        question__sitting__occasion=Occasion.AFTER,
    )
    text = _Joined(F("question__asked"), F("verdict"), F("sure"), F("at"))
    rows = answers.order_by().values("question__sitting__learner").annotate(text=text)
    return Subquery(rows.values("text"))


def _talks(membership: OuterRef) -> Subquery:
    """What came of talking with a member, as one text."""
    text = _Joined(F("module"), F("objective"), F("result"), F("at"))
    rows = TeachBack.objects.filter(membership=membership).order_by().values("membership")
    return Subquery(rows.annotate(text=text).values("text"))


def _members() -> QuerySet[Membership, tuple[Any, ...]]:
    """Every membership in the columns of Member, and whether right tries may close an idea of hers.

    A check asks each idea in one form alone, so only another check of the same module can close it.
    Right tries are read of those who took one. Most people did not.
    """
    shares = Q(sharing__gte=Sharing.IDEAS)
    sittings = Sitting.objects.filter(learner=OuterRef("learner"), occasion=Occasion.AFTER)
    another = sittings.filter(module=OuterRef("module")).exclude(pk=OuterRef("pk"))
    return Membership.objects.annotate(
        text=Cast("learner", TextField()),
        tries=Case(When(shares, then=_tries(OuterRef("learner"), ~Q(verdict="right")))),
        talks=Case(When(shares, then=_talks(OuterRef("pk")))),
        again=Exists(sittings.filter(Exists(another))),
    ).values_list(
        "text",
        "sharing",
        "tries",
        "talks",
        "pk",
        "key",
        "call_name",
        "own_name",
        "label",
        "group",
        "again",
    )


_MEMBERSHIPS = Parameter("memberships", BigAutoField(), many=True)
_OF_GROUPS = Prepared(
    lambda: _members().filter(group__in=Parameter("groups", BigAutoField(), many=True))
)
_BY_ID = Prepared(lambda: _members().filter(pk__in=_MEMBERSHIPS))
_ALL_TRIES = Prepared(
    lambda: (
        Membership.objects.filter(pk__in=_MEMBERSHIPS)
        .order_by()
        .annotate(tries=_tries(OuterRef("learner"), Q()))
        .values_list("pk", "tries")
    )
)
_TRIES_OF_LEARNERS = Prepared(
    lambda: (
        Learner.objects.filter(pk__in=Parameter("learners", UUIDField(), many=True))
        .order_by()
        .annotate(tries=_tries(OuterRef("pk"), Q()))
        .values_list("pk", "tries")
    )
)
_TALKS = Prepared(
    lambda: (
        Membership.objects.filter(pk__in=_MEMBERSHIPS)
        .order_by()
        .annotate(talks=_talks(OuterRef("pk")))
        .values_list("pk", "talks")
    )
)


class Member(NamedTuple):
    """The learner by her key, her level, and the membership (``pk`` 0 before she joins).

    ``tries`` and ``talks`` are texts of the database; None or empty where there are none, or where
    she does not share her ideas.
    """

    learner: str
    sharing: int
    tries: str | None
    talks: str | None
    pk: int = 0
    key: str = ""
    call_name: str = ""
    own_name: str = ""
    label: str = ""
    group: int = 0


def members_of_groups(groups: Collection[int]) -> list[Member]:
    """The members of these groups by call name: one query or two."""
    return _read_members(_OF_GROUPS(groups=groups))


def members_by_id(memberships: Collection[int]) -> list[Member]:
    """The same of these memberships."""
    return _read_members(_BY_ID(memberships=memberships))


def _read_members(found: Collection[tuple[Any, ...]]) -> list[Member]:
    again = [row[4] for row in found if row[-1] and row[2]]
    whole = dict(_ALL_TRIES(memberships=again)) if again else {}
    return [
        Member(key_of(learner), sharing, whole.get(others[0], tries), talks, *others)
        for learner, sharing, tries, talks, *others, _again in found
    ]


def members_among(rows: Sequence[tuple[Learner, int, Membership | None]]) -> list[Member]:
    """A few, who may not have joined yet; the same learner may be in several rows."""
    sharing_ideas = {learner.pk for learner, sharing, _ in rows if sharing >= Sharing.IDEAS}
    memberships = [membership.pk for _, _, membership in rows if membership is not None]
    tries = dict(_TRIES_OF_LEARNERS(learners=sharing_ideas))
    talks = dict(_TALKS(memberships=memberships))

    def member(learner: Learner, sharing: int, membership: Membership | None) -> Member:
        pk = membership.pk if membership else 0
        shares = sharing >= Sharing.IDEAS
        return Member(
            learner.pk.hex,
            sharing,
            tries.get(learner.pk) if shares else None,
            talks.get(pk) if shares else None,
            pk,
        )

    return [member(*row) for row in rows]


def key_of(text: str) -> str:
    """A learner's key in one form: PostgreSQL writes it with hyphens."""
    return text.replace("-", "")


def tries_by_idea(
    text: str, asked: Mapping[int, tuple[Idea, str, str]]
) -> dict[Idea, list[FirstTry]]:
    """The tries of one learner by idea, of ideas that were once not right."""
    found: dict[Idea, list[FirstTry]] = {}
    for idea, step in _read(text, asked):
        found.setdefault(idea, []).append(step)
    return {
        idea: steps
        for idea, steps in found.items()
        if any(step.verdict != "right" for step in steps)
    }


def _read(text: str, asked: Mapping[int, tuple[Idea, str, str]]) -> Iterator[tuple[Idea, FirstTry]]:
    for row in filter(None, text.split(",")):
        place, verdict, sure, at = row.split(" ", 3)
        if int(place) in asked:
            idea, form, action = asked[int(place)]
            yield idea, FirstTry(_moment(at), form, verdict, sure, action)


def _moment(text: str) -> datetime.datetime:
    """A time as a text of the database. SQLite keeps none but UTC, and names no zone."""
    at = datetime.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=datetime.UTC)


def talks_by_idea(text: str) -> dict[Idea, list[Talk]]:
    """What came of talking with one member, by idea."""
    found: dict[Idea, list[Talk]] = {}
    for row in filter(None, text.split(",")):
        module, objective, result, at = row.split(" ", 3)
        found.setdefault((int(module), objective), []).append(Talk(_moment(at), result))
    return found
