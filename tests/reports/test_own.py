"""Everything kept about a learner, for her to take away."""

from __future__ import annotations

import datetime
import json

from learning.models import Edition
from learning.reports import own
from learning.rules.grading import Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW, TODAY

WHAT = "Everything Waymark keeps about you. No name, address or email is kept."


def test_everything_of_a_learner_who_did_nothing(db: None) -> None:
    assert own.everything(factories.learner()) == {
        "what_this_is": WHAT,
        "kept_since": "2026-11-25",
        "places_chosen": [],
        "devices": [],
        "sections_read": [],
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
        "devices": [
            {"kind": "own", "last_used_on": "2026-11-25"},
            {"kind": "shared", "last_used_on": "2026-11-24"},
        ],
        "sections_read": [{"module": "how-it-spreads", "section": "three-routes", "at": at}],
        "checks": [
            {
                "module": "how-it-spreads",
                "title": "How breast cancer spreads",
                "occasion": "after reading",
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
                "started_at": at,
                "finished": False,
                "answers": [],
            },
        ],
    }
    assert json.loads(json.dumps(kept)) == kept


def test_everything_takes_as_many_queries_for_three_checks_as_for_one(edition: Edition) -> None:
    learner = factories.learner()
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
