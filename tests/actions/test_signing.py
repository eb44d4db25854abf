"""Recording approvals, taking them back, and carrying them over where only words changed."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.actions.publishing import Change, publish
from learning.actions.signing import (
    Approval,
    NoReason,
    NotSignedYet,
    OnRecordAlready,
    SignedTooEarly,
    TakenBackAlready,
    sign_off,
    take_back,
)
from learning.models import AuditEntry, Edition, SignOff
from tests.factories import (
    FACTS,
    NOW,
    TODAY,
    library,
    module,
    one_question,
    pairs_question,
    routes_section,
    several_question,
    staff_member,
    steps_question,
    steps_section,
)
from tests.factories import sign_off as signed

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
APPROVAL = Approval("clinical", "Doctor Demo", "breast cancer doctor", TODAY, "Folder 3")
REWORDED: dict[str, Any] = {
    "sections": [routes_section(title="The three ways to spread"), steps_section()]
}


def current() -> Edition:
    return Edition.objects.get(current=True)


def again(folder: Path, *, same_meaning: bool = True, **changes: Any) -> Change:
    """Publish the module with changes; without ``same_meaning`` nobody said that it is the same."""
    registries = {name: changes.pop(name) for name in ("facts", "picture") if name in changes}
    (change,) = publish(
        library(folder=folder, modules=[module(**changes)], **registries),
        actor="operator",
        now=NOW,
        same_meaning=same_meaning,
    )
    return change


def standing(edition: Edition) -> list[tuple[str, int | None]]:
    return [(row.name, row.carried_from_id) for row in edition.sign_offs.standing()]


def entries() -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.exclude(verb="published")
    return list(found.values_list("actor", "verb", "object_key"))


def test_approval_is_recorded_with_who_recorded_it(edition: Edition) -> None:
    paula = staff_member(name="Paula Publisher", publisher=True)
    made = sign_off(edition=edition, approval=APPROVAL, by=paula, now=NOW + DAY)
    made.refresh_from_db()
    assert {
        name: getattr(made, name)
        for name in ("edition", "kind", "name", "role", "signed_on", "kept_at", "recorded_by")
    } == {
        "edition": edition,
        "kind": "clinical",
        "name": "Doctor Demo",
        "role": "breast cancer doctor",
        "signed_on": TODAY,
        "kept_at": "Folder 3",
        "recorded_by": paula,
    }
    assert (made.recorded_at, made.carried_from, made.taken_back_at) == (NOW + DAY, None, None)
    assert entries() == [(paula.actor, "recorded sign-off", "how-it-spreads/en/1")]


@pytest.mark.parametrize(
    ("days", "refusal"),
    [(-1, SignedTooEarly), (2, NotSignedYet)],
)
def test_day_of_an_approval_lies_between_the_edition_and_today(
    edition: Edition, days: int, refusal: type[Exception]
) -> None:
    approval = Approval("clinical", "Doctor Demo", "doctor", TODAY + days * DAY, "Folder 3")
    with pytest.raises(refusal):
        sign_off(edition=edition, approval=approval, by=None, now=NOW + DAY)
    assert not SignOff.objects.exists()
    assert entries() == []


def test_same_approval_is_recorded_once(edition: Edition) -> None:
    first = signed(edition=edition)
    with pytest.raises(OnRecordAlready, match="An approval of that day by Doctor Demo is on"):
        signed(edition=edition)
    signed(edition=edition, kind="patient")
    take_back(found=first, why="Another doctor.", by=None, now=NOW)
    signed(edition=edition)
    assert len(standing(edition)) == 2


def test_record_is_taken_back_with_a_reason_and_stays(edition: Edition) -> None:
    made = signed(edition=edition)
    with pytest.raises(NoReason):
        take_back(found=made, why="  ", by=None, now=NOW)
    assert take_back(found=made, why=" A typing mistake. ", by=None, now=NOW) == [made]
    made.refresh_from_db()
    assert (made.taken_back_at, made.taken_back_why) == (NOW, "A typing mistake.")
    assert standing(edition) == []
    with pytest.raises(TakenBackAlready):
        take_back(found=made, why="Once more.", by=None, now=NOW)
    assert [verb for _, verb, _ in entries()] == ["recorded sign-off", "took back sign-off"]


# Carrying over


def test_approvals_carry_over_where_only_words_changed(edition: Edition, tmp_path: Path) -> None:
    doctor = signed(edition=edition)
    reader = signed(edition=edition, kind="patient", name="Reader Demo", role="lives with MBC")
    take_back(found=signed(edition=edition, name="Wrong"), why="So.", by=None, now=NOW)
    change = again(
        tmp_path,
        **REWORDED,
        questions=[
            one_question(stem="Which way can cancer take?"),
            several_question(),
            pairs_question(),
            steps_question(),
        ],
    )
    assert (change.outcome, change.number) == ("published", 2)
    assert change.details == (
        "reworded, same meaning: routes-one",
        "carried over: approval by Doctor Demo, breast cancer doctor",
        "carried over: approval by Reader Demo, lives with MBC",
    )
    second = current()
    assert standing(second) == [("Doctor Demo", doctor.pk), ("Reader Demo", reader.pk)]
    carried = second.sign_offs.get(kind="clinical")
    for name in ("kind", "name", "role", "signed_on", "kept_at", "recorded_by", "recorded_at"):
        assert getattr(carried, name) == getattr(doctor, name), name
    assert entries()[-1] == ("operator", "carried over sign-offs", "how-it-spreads/en/2")
    assert standing(edition) == [("Doctor Demo", None), ("Reader Demo", None)]
    # The next one is carried from the edition that was read, not from the one between.
    again(tmp_path, title="How it can spread", **REWORDED)
    assert standing(current()) == [("Doctor Demo", doctor.pk), ("Reader Demo", reader.pk)]


def test_taking_back_reaches_later_editions_and_no_earlier_one(
    edition: Edition, tmp_path: Path
) -> None:
    first = signed(edition=edition)
    again(tmp_path, title="How it can spread")
    second = current()
    again(tmp_path, title="How cancer can spread")
    third = current()
    take_back(found=second.sign_offs.get(), why="Not the same.", by=None, now=NOW)
    assert [standing(each) for each in (edition, second, third)] == [
        [("Doctor Demo", None)],
        [],
        [],
    ]
    take_back(found=first, why="A mistake.", by=None, now=NOW)
    assert [row.taken_back_why for row in SignOff.objects.order_by("edition__number")] == [
        "A mistake.",
        "Not the same.",
        "Not the same.",
    ]


OTHER_FACT = {**FACTS, "D-2.5": {**FACTS["D-2.5"], "statement": "A cell breaks out last."}}
CARD = routes_section()["body"].replace("::: tell", "::: call-now")
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "a question less": (
        {
            "questions": [
                one_question(),
                several_question(),
                pairs_question(),
                steps_question(key="x"),
            ]
        },
        "question x version 1, question steps-one version 1",
    ),
    "a new version": (
        {
            "questions": [
                one_question(version=2),
                several_question(),
                pairs_question(),
                steps_question(),
            ]
        },
        "question routes-one version 2, question routes-one version 1",
    ),
    "a statement": (
        {"facts": OTHER_FACT},
        "section five-steps, question steps-order version 1, question steps-one version 1",
    ),
    "a card": (
        {"sections": [routes_section(body=CARD), steps_section()]},
        "section three-routes",
    ),
    "a door": ({"sections": [routes_section(), steps_section(door=None)]}, "section five-steps"),
    "a picture": (
        {"sections": [routes_section(picture=None), steps_section()]},
        "section three-routes",
    ),
    "the order of objectives": (
        {"objectives": dict(reversed(module()["objectives"].items()))},
        "objectives",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_approvals_do_not_carry_over_where_more_than_words_changed(
    edition: Edition, tmp_path: Path, what: str
) -> None:
    signed(edition=edition)
    changes, named = CHANGES[what]
    change = again(tmp_path, **changes)
    assert change.details[-1] == f"approvals of edition 1 do not carry over: it changed {named}"
    assert standing(current()) == []
    assert standing(edition) == [("Doctor Demo", None)]


def test_approvals_do_not_carry_over_unless_the_same_meaning_is_confirmed(
    edition: Edition, tmp_path: Path
) -> None:
    signed(edition=edition)
    change = again(tmp_path, same_meaning=False, **REWORDED)
    assert change.details == ("approvals of edition 1 do not carry over: same meaning not said",)
    assert standing(current()) == []


def test_nothing_is_said_of_approvals_where_there_are_none(
    edition: Edition, tmp_path: Path
) -> None:
    assert again(tmp_path, same_meaning=False, **REWORDED).details == ()
