"""Small valid things to test with. Every function is keyword-only, with dull defaults.

A content library on disk, as the command and the reader see it::

    library_folder(folder=tmp_path)                                     # one valid module
    library_folder(folder=tmp_path, modules=[module(title="Other")])    # another title
    library_folder(folder=tmp_path, facts={**FACTS, "D-9.1": fact()})   # one more fact
    library_folder(folder=tmp_path, modules=[module(), module(slug="bones")])

The parts of a module file are plain dicts, changed by name; ``None`` leaves a key out::

    module(questions=[one_question(), one_question(key="b", form="b", stem="Another?"), …])
    one_question(hint=None)

``library(folder=…)`` reads such a folder and returns the ``Library``; it fails where the folder
has a fault. ``published(folder=…)`` also publishes it and returns the current ``Edition`` of its
first module (this one needs the database). Both take what ``library_folder`` takes.

A person and what she did, each row of its own (these need the database too)::

    someone = learner()
    device(learner=someone, token="…")
    check = sitting(learner=someone, edition=edition)     # asks routes-one, then steps-order
    answer(place=check.questions.get(number=1))           # right; chosen=("2",) as in the form

The module has two sections (the second behind a door, the first with a picture), two objectives
with a teach-back prompt each, and two questions for each: one, several, pairs, one.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from learning.content.schema import Library
from learning.reports.content import read_content

if TYPE_CHECKING:
    from learning.models import (
        Answer,
        Assignment,
        Clinic,
        Device,
        Draft,
        Edition,
        Group,
        Invitation,
        Learner,
        Membership,
        SignOff,
        Sitting,
        SittingQuestion,
        StaffMember,
        TeamQuestion,
    )
    from learning.rules.grading import Response
    from tests.visitor import Visitor

TODAY = datetime.date(2026, 11, 25)
NOW = datetime.datetime(2026, 11, 25, 12, 0, tzinfo=datetime.UTC)

SOURCES: dict[str, Any] = {
    "s12": {
        "title": "How cancer spreads",
        "publisher": "A health service",
        "year": 2024,
        "url": "https://example.org/spread",
        "seen": datetime.date(2026, 11, 1),
    },
    "s13": {"title": "Words for patients", "publisher": "A charity"},
}
FACTS: dict[str, Any] = {
    "D-2.1": {
        "statement": "Cancer can spread in three ways.",
        "sources": ["s12"],
        "certainty": "page",
    },
    "D-2.2": {
        "statement": "The lymph system is a net of thin tubes.",
        "sources": ["s12", "s13"],
        "certainty": "copy",
    },
    "D-2.5": {
        "statement": "First a cell breaks out.",
        "sources": ["s12"],
        "certainty": "page",
    },
    "D-2.29": {
        "statement": "You cannot catch cancer by touch.",
        "sources": ["s13"],
        "certainty": "page",
    },
    "D-4.10": {"statement": "Press on a wound.", "sources": [], "certainty": "memory"},
}
MISCONCEPTIONS: dict[str, Any] = {
    "spreads-by-touch": {
        "wording": "Cancer spreads by touch",
        "correction": "Nobody can catch cancer.",
        "safety": False,
        "evidence": ["M-16"],
        "facts": ["D-2.29"],
    },
    "grows-first": {
        "wording": "A cell grows before it breaks out",
        "correction": "First a cell breaks out.",
        "safety": False,
        "evidence": "slip: not surveyed",
        "facts": ["D-2.5"],
    },
}
GLOSSARY: dict[str, Any] = {
    "lymph-system": {
        "word": "lymph system",
        "say": "limf",
        "short": "thin tubes that drain the body",
        "meaning": "A net of thin tubes that drains fluid from the body.",
        "facts": ["D-2.2"],
        "also": ["lymph systems"],
    },
}
PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">
  <title>Three ways</title>
  <path class="line" d="M2 10 H38"/>
</svg>
"""


def without_none(data: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping without the keys whose value is None."""
    return {key: value for key, value in data.items() if value is not None}


def fact(**changes: Any) -> dict[str, Any]:
    return without_none({**FACTS["D-2.1"], **changes})


def one_question(**changes: Any) -> dict[str, Any]:
    """A question of kind ``one``: objective ``routes``, form ``a``."""
    return without_none(
        {
            "key": "routes-one",
            "version": 1,
            "objective": "routes",
            "section": "three-routes",
            "form": "a",
            "kind": "one",
            "stem": "Which is a way that cancer can spread?",
            "truth": "Cancer can spread through the lymph system.",
            "facts": ["D-2.1"],
            "choices": [
                {"key": "lymph", "text": "Through lymph", "right": True, "why": "It is a way."},
                {
                    "key": "touch",
                    "text": "Through touch",
                    "misconception": "spreads-by-touch",
                    "why": "You cannot catch it.",
                    "facts": ["D-2.29"],
                },
            ],
            **changes,
        }
    )


def several_question(**changes: Any) -> dict[str, Any]:
    """A question of kind ``several``: objective ``routes``, form ``b``."""
    return without_none(
        {
            "key": "routes-several",
            "version": 1,
            "objective": "routes",
            "section": "three-routes",
            "form": "b",
            "kind": "several",
            "stem": "Sam asks you how cancer cells travel. What do you say?",
            "hint": "Choose all that apply.",
            "truth": "Cells travel through lymph and blood.",
            "facts": ["D-2.1"],
            "choices": [
                {"key": "blood", "text": "In the blood", "right": True, "why": "It is a way."},
                {
                    "key": "hands",
                    "text": "From hands",
                    "misconception": "spreads-by-touch",
                    "why": "You cannot catch it.",
                },
                {"key": "tubes", "text": "In the lymph", "right": True, "why": "It is a way."},
            ],
            **changes,
        }
    )


def pairs_question(**changes: Any) -> dict[str, Any]:
    """A question of kind ``pairs``: objective ``steps``, form ``a``."""
    return without_none(
        {
            "key": "steps-order",
            "version": 1,
            "objective": "steps",
            "section": "five-steps",
            "form": "a",
            "kind": "pairs",
            "stem": "Put the steps in order.",
            "truth": "First a cell breaks out. Then it grows somewhere else.",
            "facts": ["D-2.5"],
            "each_once": True,
            "places": [{"key": "first", "text": "First"}, {"key": "second", "text": "Second"}],
            "items": [
                {
                    "key": "break-out",
                    "text": "It breaks out",
                    "place": "first",
                    "why": "It must leave.",
                },
                {
                    "key": "grow",
                    "text": "It grows elsewhere",
                    "place": "second",
                    "why": "It comes last.",
                    "misconception": "grows-first",
                },
            ],
            **changes,
        }
    )


def steps_question(**changes: Any) -> dict[str, Any]:
    """Another question of kind ``one``: objective ``steps``, form ``b``, the right one second."""
    return one_question(
        **{
            "key": "steps-one",
            "objective": "steps",
            "section": "five-steps",
            "form": "b",
            "stem": "What must a cell do before all else?",
            "truth": "First a cell breaks out.",
            "facts": ["D-2.5"],
            "action": {"kind": "tell", "text": "Tell your team."},
            "choices": [
                {
                    "key": "grow",
                    "text": "Grow elsewhere",
                    "misconception": "grows-first",
                    "why": "That comes last.",
                },
                {"key": "leave", "text": "Break out", "right": True, "why": "It must leave."},
            ],
            **changes,
        }
    )


def routes_section(**changes: Any) -> dict[str, Any]:
    """A section with a picture, a glossary word, a list and a card."""
    return without_none(
        {
            "key": "three-routes",
            "title": "Three ways to spread",
            "objectives": ["routes"],
            "body": (
                "Cancer can spread in three ways. {D-2.1}\n"
                "\n"
                "- next door {D-2.1}\n"
                "- through the [[lymph-system|lymph system]] {D-2.2}\n"
                "\n"
                "::: tell\n"
                "Tell us what you feel. {–}\n"
                ":::\n"
            ),
            "picture": {
                "file": "three-routes.en.svg",
                "caption": "There are three ways.",
                "twin": "A line goes from left to right. {D-2.1}\n",
            },
            **changes,
        }
    )


def steps_section(**changes: Any) -> dict[str, Any]:
    """A section behind a door."""
    return without_none(
        {
            "key": "five-steps",
            "title": "The steps",
            "objectives": ["steps"],
            "body": "First a cell breaks out. {D-2.5}\n\n## Then\n\nIt can grow. {–}\n",
            "door": {"covers": "How a cell leaves.", "minutes": 2},
            **changes,
        }
    )


def module(**changes: Any) -> dict[str, Any]:
    """A module file: ``how-it-spreads`` in English."""
    return without_none(
        {
            "slug": "how-it-spreads",
            "language": "en",
            "title": "How breast cancer spreads",
            "summary": "How the cells move.",
            "part": "basics",
            "minutes": 5,
            "reviewed": datetime.date(2026, 11, 25),
            "review_due": datetime.date(2027, 11, 25),
            "pemat": {"understandable": 94, "actionable": 86},
            "must_know": [],
            "objectives": {"routes": "How cells can move.", "steps": "What a cell does first."},
            "teach_back": {
                "routes": "How would you tell a friend the ways that cells can move?",
                "steps": "In your own words, what does a cell do first?",
            },
            "sections": [routes_section(), steps_section()],
            "questions": [
                one_question(),
                several_question(),
                pairs_question(),
                steps_question(),
            ],
            **changes,
        }
    )


def library_folder(
    *,
    folder: Path,
    modules: Sequence[Mapping[str, Any]] | None = None,
    parts: Sequence[Mapping[str, Any]] | None = None,
    sources: Mapping[str, Any] = SOURCES,
    facts: Mapping[str, Any] = FACTS,
    misconceptions: Mapping[str, Any] = MISCONCEPTIONS,
    glossary: Mapping[str, Any] = GLOSSARY,
    picture: str = PICTURE,
) -> Path:
    """Write a content library into the folder, over one that is there, and return the folder."""
    files = [module()] if modules is None else modules
    slugs = list(dict.fromkeys(str(file["slug"]) for file in files))
    if parts is None:
        parts = [{"key": "basics", "title": {"en": "The basics"}, "modules": slugs}]
    registries = {
        "parts": parts,
        "sources": sources,
        "facts": facts,
        "misconceptions": misconceptions,
        "glossary": glossary,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in registries.items():
        (folder / f"{name}.yaml").write_text(as_yaml(data), encoding="utf-8")
    for file in files:
        place = folder / "modules" / str(file["slug"])
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{file['language']}.yaml").write_text(as_yaml(file), encoding="utf-8")
        (place / "three-routes.en.svg").write_text(picture, encoding="utf-8")
    return folder


def as_yaml(data: Any) -> str:
    """The data as YAML, with texts of several lines as blocks, as people write them."""
    known = repr(data)
    if known not in _WRITTEN:
        _WRITTEN[known] = _dumped(data)
    return _WRITTEN[known]


# Writing YAML is slow, and most tests write the same.
_WRITTEN: dict[str, str] = {}


def _dumped(data: Any) -> str:
    yaml = YAML()
    yaml.width = 1000
    yaml.representer.ignore_aliases = lambda _data: True
    stream = io.StringIO()
    yaml.dump(_as_written(data), stream)
    return stream.getvalue()


def _as_written(data: Any) -> Any:
    if isinstance(data, str):
        return LiteralScalarString(data) if "\n" in data else data
    if isinstance(data, Mapping):
        return {key: _as_written(value) for key, value in data.items()}
    if isinstance(data, Sequence):
        return [_as_written(value) for value in data]
    return data


def library(*, folder: Path, **changes: Any) -> Library:
    """The library that ``library_folder`` writes with the same changes."""
    reading = read_content(library_folder(folder=folder, **changes), today=TODAY)
    assert reading.library is not None, "\n".join(map(str, reading.faults))
    return reading.library


def published(*, folder: Path, now: datetime.datetime = NOW, **changes: Any) -> Edition:
    """The current edition of the first module after publishing that library."""
    from learning.actions.publishing import publish  # needs Django set up
    from learning.models import Edition

    content = library(folder=folder, **changes)
    publish(content, actor="operator", now=now, same_meaning=True)
    first = next(iter(content.modules.values()))
    return Edition.objects.get(module__slug=first.slug, language=first.language, current=True)


def learner(*, created_on: datetime.date = TODAY) -> Learner:
    from learning.models import Learner

    return Learner.objects.create(created_on=created_on)


def device(
    *,
    learner: Learner,
    token: str = "",
    shared: bool = False,
    last_used_on: datetime.date = TODAY,
) -> Device:
    """A device that knows this learner by the token (without one: by a random token)."""
    from learning.models import Device
    from learning.models.people import new_token, token_hash

    return Device.objects.create(
        learner=learner,
        hash=token_hash(token or new_token()),
        shared=shared,
        last_used_on=last_used_on,
    )


def sitting(
    *,
    learner: Learner,
    edition: Edition,
    occasion: str = "after",
    keys: Sequence[str] = ("routes-one", "steps-order"),
    started_at: datetime.datetime = NOW,
    token: str = "",
) -> Sitting:
    """A check that asks these questions in this order, its choices in the order of the file."""
    from learning.models import Sitting, SittingQuestion
    from learning.models.sittings import new_sitting_key

    check = Sitting.objects.create(
        learner=learner,
        module=edition.module,
        edition=edition,
        language=edition.language,
        occasion=occasion,
        size=len(keys),
        start_token=token or new_sitting_key(),
        started_at=started_at,
    )
    for number, key in enumerate(keys, start=1):
        asked = edition.questions.get(wording__question__key=key)
        parts = asked.wording.text.get("items") or asked.wording.text["choices"]
        SittingQuestion.objects.create(
            sitting=check, number=number, asked=asked, order=[part["key"] for part in parts]
        )
    return check


def right(*, place: SittingQuestion) -> Response:
    """The response that is right for this question."""
    from learning.rules.grading import Key, Response

    key = Key.from_meaning(place.meaning.meaning)
    return Response(placed=key.places) if key.kind == "pairs" else Response(picked=key.right)


def wrong(*, place: SittingQuestion) -> Response:
    """A response that is not right: a wrong choice, or every item in another's place."""
    from learning.rules.grading import Key, Response

    key = Key.from_meaning(place.meaning.meaning)
    if key.kind == "pairs":
        places = list(key.places.values())
        return Response(placed=dict(zip(key.places, reversed(places), strict=True)))
    return Response(picked=frozenset(set(key.choices) - key.right))


def answer(
    *,
    place: SittingQuestion,
    response: Response | None = None,
    token: str = "",
    sure: str = "",
    at: datetime.datetime = NOW,
) -> Answer:
    """An answer kept by the action itself; right where no response is given."""
    from learning.actions import checking
    from learning.models.sittings import new_sitting_key

    kept = checking.answer(
        place=place,
        token=token or new_sitting_key(),
        response=response or right(place=place),
        sure=sure,
        again=True,
        now=at,
    )
    return kept.answer


def checked(
    *,
    learner: Learner,
    edition: Edition,
    answers: Mapping[str, str],
    sure: str = "",
    occasion: str = "after",
    at: datetime.datetime = NOW,
) -> Sitting:
    """A check whose questions were answered so, by key: ``right``, ``not_right`` or ``unsure``."""
    from learning.rules.grading import Response

    check = sitting(
        learner=learner, edition=edition, occasion=occasion, keys=list(answers), started_at=at
    )
    for place, said in zip(check.questions.all(), answers.values(), strict=True):
        given = {"right": right, "not_right": wrong}.get(said)
        response = given(place=place) if given else Response(unsure=True)
        answer(place=place, response=response, sure=sure, at=at)
    return check


def clinic(*, name: str = "Green Clinic", **changes: Any) -> Clinic:
    from learning.models import Clinic

    numbers = {"day_phone": "555-0100", "night_phone": "555-0101", "fever_limit": "100.4 °F"}
    return Clinic.objects.create(name=name, **{**numbers, **changes})


def sign_off(*, edition: Edition, **changes: Any) -> SignOff:
    """A clinician’s approval of an edition, on record by the operator."""
    from learning.actions import signing

    given = {
        "kind": "clinical",
        "name": "Doctor Demo",
        "role": "breast cancer doctor",
        "signed_on": TODAY,
        "kept_at": "Folder 3, room 12",
        **changes,
    }
    approval = signing.Approval(**given)
    return signing.sign_off(edition=edition, approval=approval, by=None, now=NOW)


def staff_member(
    *,
    name: str = "Nora Nurse",
    clinic: Clinic | None = None,
    overview: bool = False,
    publisher: bool = False,
    second_factor: bool = True,
    is_active: bool = True,
    joined_at: datetime.datetime = NOW,
) -> StaffMember:
    """A member of staff; a nurse where she has a clinic."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    from learning.models import StaffMember

    email = f"{name.replace(' ', '.').lower()}@example.org"
    someone = StaffMember(
        email=email,
        name=name,
        clinic=clinic,
        overview=overview,
        publisher=publisher,
        is_active=is_active,
        joined_at=joined_at,
    )
    someone.set_unusable_password()
    someone.save()
    EmailAddress.objects.create(user=someone, email=email, verified=True, primary=True)
    if second_factor:
        Authenticator.objects.create(
            user=someone, type=Authenticator.Type.TOTP, data={"secret": "unused"}
        )
    return someone


def draft(*, by: StaffMember, text: str | None = None, now: datetime.datetime = NOW) -> Draft:
    """An uploaded module file; the module of these factories where no text is given."""
    from learning.actions.uploading import upload

    data = (as_yaml(module()) if text is None else text).encode()
    return upload(data=data, file_name="en.yaml", by=by, now=now)


def signed_in(someone: StaffMember) -> Visitor:
    """A visitor with a session of this member of staff."""
    from tests.visitor import Visitor

    visitor = Visitor()
    visitor.client.force_login(someone)
    return visitor


def group(
    *, nurses: Sequence[StaffMember], name: str = "Tuesday", at: datetime.datetime = NOW
) -> Group:
    """A group of these nurses, who are all of one clinic."""
    from learning.models import Group
    from learning.models.keys import new_key

    clinic = nurses[0].clinic
    assert clinic is not None
    made = Group.objects.create(name=name, clinic=clinic, start_token=new_key(), created_at=at)
    made.nurses.set(nurses)
    return made


def assignment(
    *,
    group: Group,
    edition: Edition,
    membership: Membership | None = None,
    at: datetime.datetime = NOW,
    **changes: Any,
) -> Assignment:
    """The module of this edition, assigned to the group or to one member of it."""
    from learning.models import Assignment
    from learning.models.keys import new_key

    return Assignment.objects.create(
        group=group,
        membership=membership,
        module=edition.module,
        token=new_key(),
        created_at=at,
        **changes,
    )


def invitation(
    *,
    group: Group,
    limit: int = 60,
    expires_at: datetime.datetime = NOW + datetime.timedelta(days=14),
    **changes: Any,
) -> Invitation:
    """A way into this group; ``typed`` and ``link`` give its codes."""
    from learning.models import Invitation
    from learning.models.keys import code_hashes, new_key

    mark = new_key()
    return Invitation.objects.create(
        group=group,
        mark=mark,
        code_hash=code_hashes(_code(mark, "invitation"), purpose="invitation")[0],
        link_hash=code_hashes(_code(mark, "invitation link"), purpose="invitation link")[0],
        limit=limit,
        created_at=NOW,
        expires_at=expires_at,
        **changes,
    )


def _code(mark: str, purpose: str) -> str:
    from learning.models.keys import code_from
    from learning.rules import codes

    lengths = {
        "invitation": codes.INVITATION_LENGTH,
        "invitation link": codes.LINK_LENGTH,
        "return": codes.RETURN_LENGTH,
    }
    return code_from(mark, purpose=purpose, length=lengths[purpose])


def typed(invitation: Invitation) -> str:
    """The code that stands on a slip."""
    return _code(invitation.mark, "invitation")


def link(invitation: Invitation) -> str:
    """The code that a link or a QR code carries."""
    return _code(invitation.mark, "invitation link")


def return_code(*, learner: Learner, now: datetime.datetime = NOW) -> str:
    """The letters of a new return code of this learner."""
    from learning.actions import returning

    return _code(returning.new_return_code(learner=learner, now=now).mark, "return")


def membership(
    *,
    group: Group,
    learner: Learner,
    call_name: str = "Green Lake",
    sharing: int = 3,
    at: datetime.datetime = NOW,
    **changes: Any,
) -> Membership:
    """A member who shares everything from the day she joined, or at another level."""
    from learning.models import Membership, SharingChange

    made = Membership.objects.create(
        group=group,
        learner=learner,
        call_name=call_name,
        sharing=sharing,
        joined_at=at,
        **changes,
    )
    SharingChange.objects.create(membership=made, sharing=sharing, at=at)
    return made


def team_question(
    *,
    learner: Learner,
    text: str = "Can I fly in May?",
    at: datetime.datetime = NOW,
    shared_at: datetime.datetime | None = None,
) -> TeamQuestion:
    """A question for her team, which only she reads unless a time of sharing is given."""
    from learning.models import TeamQuestion
    from learning.models.keys import new_key

    return TeamQuestion.objects.create(
        learner=learner, text=text, token=new_key(), created_at=at, shared_at=shared_at
    )
