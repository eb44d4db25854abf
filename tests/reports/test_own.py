"""Everything kept about a learner, for her to take away."""

from __future__ import annotations

import datetime
import json

from learning.actions.joining import change_sharing
from learning.models import (
    Assignment,
    Edition,
    Learner,
    Membership,
    Sitting,
    TalkedOver,
    TeachBack,
    TeamQuestion,
)
from learning.reports import own
from learning.rules.grading import Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW, TODAY

WHAT = "Everything Waymark keeps about you. It asks for no name, address or email."


def test_everything_of_a_learner_who_did_nothing(db: None) -> None:
    assert own.everything(factories.learner()) == {
        "what_this_is": WHAT,
        "kept_since": "2026-11-25",
        "places_chosen": [],
        "team_phone": "",
        "return_code": None,
        "devices": [],
        "sections_read": [],
        "questions_for_my_team": [],
        "groups": [],
        "checks": [],
    }


def test_everything_is_in_words_whole_and_plain_data(edition: Edition) -> None:
    learner, stranger = factories.learner(), factories.learner()
    for somebody in (learner, stranger):
        factories.device(learner=somebody)
        somebody.sections_read.create(module=edition.module, section="three-routes", at=NOW)
        factories.sitting(learner=somebody, edition=edition, occasion="before")
    factories.device(learner=learner, shared=True, last_used_on=TODAY - datetime.timedelta(days=1))
    keys = ("routes-one", "routes-several", "steps-order")
    check = factories.sitting(
        learner=learner, edition=edition, keys=keys, started_at=NOW + datetime.timedelta(hours=1)
    )
    first, second, third = check.questions.all()
    factories.answer(place=first, response=Response(unsure=True))
    factories.answer(place=first, sure="very", at=NOW + datetime.timedelta(hours=2))
    factories.answer(place=second, response=Response(picked=frozenset({"tubes", "hands"})))
    factories.answer(
        place=third, response=Response(placed={"grow": "unsure", "break-out": "second"})
    )
    at, later = "2026-11-25T12:00:00+00:00", "2026-11-25T14:00:00+00:00"
    stem = "Which is a way that cancer can spread?"
    kept = own.everything(learner)
    assert kept == {
        "what_this_is": WHAT,
        "kept_since": "2026-11-25",
        "places_chosen": [],
        "team_phone": "",
        "return_code": None,
        "devices": [
            {"kind": "own", "last_used_on": "2026-11-25"},
            {"kind": "shared", "last_used_on": "2026-11-24"},
        ],
        "sections_read": [{"module": "how-it-spreads", "section": "three-routes", "at": at}],
        "questions_for_my_team": [],
        "groups": [],
        "checks": [
            {
                "module": "how-it-spreads",
                "title": "How breast cancer spreads",
                "occasion": "after reading",
                "clinic": None,
                "started_at": "2026-11-25T13:00:00+00:00",
                "finished": True,
                "answers": [
                    {
                        "question": stem,
                        "try": 1,
                        "you_chose": ["I’m not sure"],
                        "how_sure": None,
                        "result": "not sure",
                        "at": at,
                    },
                    {
                        "question": stem,
                        "try": 2,
                        "you_chose": ["Through lymph"],
                        "how_sure": "very sure",
                        "result": "right",
                        "at": later,
                    },
                    {
                        "question": "Sam asks you how cancer cells travel. What do you say?",
                        "try": 1,
                        "you_chose": ["From hands", "In the lymph"],
                        "how_sure": None,
                        "result": "not quite",
                        "at": at,
                    },
                    {
                        "question": "Put the steps in order.",
                        "try": 1,
                        "you_chose": [
                            "It breaks out: Second",
                            "It grows elsewhere: I’m not sure",
                        ],
                        "how_sure": None,
                        "result": "not quite",
                        "at": at,
                    },
                ],
            },
            {
                "module": "how-it-spreads",
                "title": "How breast cancer spreads",
                "occasion": "before reading",
                "clinic": None,
                "started_at": at,
                "finished": False,
                "answers": [],
            },
        ],
    }
    assert json.loads(json.dumps(kept)) == kept


def test_everything_takes_as_many_queries_for_three_checks_as_for_one(edition: Edition) -> None:
    learner = factories.learner()
    own.everything(learner)  # what is offered is known from here on
    counts = []
    for number in range(3):
        factories.device(learner=learner)
        learner.sections_read.create(module=edition.module, section=f"part-{number}", at=NOW)
        check = factories.sitting(learner=learner, edition=edition)
        for place in check.questions.all():
            factories.answer(place=place)
        with counted() as count:
            kept = own.everything(learner)
        counts.append(count.all)
    assert len(kept["checks"]) == len(kept["devices"]) == len(kept["sections_read"]) == 3
    assert counts == [counts[0]] * 3


def in_groups(learner: Learner, edition: Edition, *, number: int = 1) -> Membership:
    """A learner who has everything of hers that has to do with nurses."""
    nurse = factories.staff_member(
        name=f"Nora {number}", clinic=factories.clinic(name=f"Clinic {number}")
    )
    group = factories.group(nurses=[nurse], name=f"Group {number}")
    member = factories.membership(
        group=group, learner=learner, own_name="Ann", label="room 4", sharing=3
    )
    later = NOW + datetime.timedelta(days=1)
    change_sharing(membership=member, sharing=1, own_name="Ann", now=later)
    question = TeamQuestion.objects.create(
        learner=learner, text="How long?", token=f"q{number}", created_at=NOW, shared_at=later
    )
    TalkedOver.objects.create(membership=member, question=question, by=nurse, at=NOW)
    for objective in ("routes", "no-longer-there"):
        TeachBack.objects.create(
            membership=member,
            module=edition.module,
            objective=objective,
            result="again",
            token=objective,
            by=nurse,
            at=later,
        )
    assigned = {"group": group, "module": edition.module, "created_at": NOW}
    Assignment.objects.create(token="all", withdrawn_at=later, **assigned)
    Assignment.objects.create(
        token="her", membership=member, visit_on=later.date(), note="Before we meet", **assigned
    )
    return member


def test_everything_holds_what_nurses_and_clinics_have_of_her(edition: Edition) -> None:
    """Also what the nurses noted: it is kept about her. Of others in the group nothing."""
    anna, bella = factories.learner(), factories.learner()
    member = in_groups(anna, edition)
    other = factories.membership(
        group=member.group, learner=bella, call_name="Oak Hill", label="canary"
    )
    TeachBack.objects.create(
        membership=other,
        module=edition.module,
        objective="steps",
        result="again",
        token="t",
        at=NOW,
    )
    Assignment.objects.create(
        group=member.group, membership=other, module=edition.module, token="b", created_at=NOW
    )
    factories.return_code(learner=anna)
    Learner.objects.filter(pk=anna.pk).update(team_phone="555-0100")
    check = factories.sitting(learner=anna, edition=edition)
    Sitting.objects.filter(pk=check.pk).update(clinic=member.group.clinic)
    anna.refresh_from_db()
    kept = own.everything(anna)
    at, later = "2026-11-25T12:00:00+00:00", "2026-11-26T12:00:00+00:00"
    assert kept["team_phone"] == "555-0100"
    assert kept["return_code"] == {"made_at": at}
    assert [row["clinic"] for row in kept["checks"]] == ["Clinic 1"]
    assert kept["questions_for_my_team"] == [
        {"question": "How long?", "written_at": at, "shared_at": later}
    ]
    talk = {"module": "how-it-spreads", "result": "needs another go", "at": later}
    assert kept["groups"] == [
        {
            "clinic": "Clinic 1",
            "group": "Group 1",
            "call_name": "Green Lake",
            "what_your_nurse_calls_you": "Ann",
            "what_the_nurses_noted_to_know_you": "room 4",
            "joined_at": at,
            "you_share": "only that I joined",
            "what_you_chose_to_share": [
                {"share": "also ideas I may want to talk over", "since": at},
                {"share": "only that I joined", "since": later},
            ],
            "modules_to_read": [
                {
                    "module": "how-it-spreads",
                    "for": "the whole group",
                    "before_the_visit_on": None,
                    "note": "",
                    "assigned_at": at,
                    "withdrawn_at": later,
                },
                {
                    "module": "how-it-spreads",
                    "for": "you",
                    "before_the_visit_on": "2026-11-26",
                    "note": "Before we meet",
                    "assigned_at": at,
                    "withdrawn_at": None,
                },
            ],
            "talked_over": [
                {"about": "How long?", "module": None, "result": "talked over", "at": at},
                {"about": "How cells can move.", **talk},
                {"about": "no-longer-there", **talk},
            ],
        }
    ]
    assert json.loads(json.dumps(kept)) == kept
    assert "canary" not in json.dumps(kept)
    assert "Oak Hill" not in json.dumps(kept)


def test_everything_keeps_the_words_of_a_module_that_is_not_offered_any_more(
    edition: Edition,
) -> None:
    anna = factories.learner()
    in_groups(anna, edition)
    Edition.objects.update(withdrawn_at=NOW)
    talks = own.everything(anna)["groups"][0]["talked_over"]
    assert [talk["about"] for talk in talks] == ["How long?", "routes", "no-longer-there"]


def test_everything_takes_as_many_queries_for_three_groups_as_for_one(edition: Edition) -> None:
    anna = factories.learner()
    own.everything(anna)  # what is offered is known from here on
    counts = []
    for number in range(3):
        in_groups(anna, edition, number=number)
        with counted() as count:
            kept = own.everything(anna)
        counts.append(count.all)
    assert [len(group["talked_over"]) for group in kept["groups"]] == [3, 3, 3]
    assert counts == [counts[0]] * 3
