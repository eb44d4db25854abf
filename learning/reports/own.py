"""Everything that is kept about one learner, for her to read and to take away."""

from __future__ import annotations

import datetime
from typing import Any

from learning.models import Answer, Device, Learner, SectionRead, Sitting, TeamQuestion
from learning.reports.checks import check_rows
from learning.reports.codes import return_code
from learning.reports.own_groups import groups
from learning.rules.grading import Response

SURE = {"very": "very sure", "fairly": "fairly sure", "guess": "a guess", "": None}
VERDICTS = {"right": "right", "not_right": "not quite", "unsure": "not sure"}


def everything(learner: Learner) -> dict[str, Any]:
    """All rows that hang on the learner, in words, as plain data for a page and for JSON."""
    code = return_code(learner)
    return {
        "what_this_is": (
            "Everything Waymark keeps about you. It asks for no name, address or email."
        ),
        "kept_since": learner.created_on.isoformat(),
        "places_chosen": list(learner.places),
        "team_phone": learner.team_phone,
        "return_code": code and {"made_at": _at(code.created_at)},
        "devices": [
            {
                "kind": "shared" if device.shared else "own",
                "last_used_on": device.last_used_on.isoformat(),
            }
            for device in Device.objects.filter(learner=learner)
        ],
        "sections_read": [
            {"module": read.module.slug, "section": read.section, "at": _at(read.at)}
            for read in SectionRead.objects.filter(learner=learner).select_related("module")
        ],
        "questions_for_my_team": [
            {
                "question": question.text,
                "written_at": _at(question.created_at),
                "shared_at": question.shared_at and _at(question.shared_at),
            }
            for question in TeamQuestion.objects.filter(learner=learner)
        ],
        "groups": groups(learner),
        "checks": _checks(learner),
    }


def _at(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _checks(learner: Learner) -> list[dict[str, Any]]:
    clinics = dict(Sitting.objects.filter(learner=learner).values_list("key", "clinic__name"))
    return [
        {
            "module": row.slug,
            "title": row.title,
            "occasion": f"{row.occasion} reading",
            "clinic": clinics[row.key],
            "started_at": _at(row.started_at),
            "finished": row.finished,
            "answers": answers,
        }
        for row, answers in _answers_by_check(learner)
    ]


def _answers_by_check(learner: Learner) -> list[tuple[Any, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for answer in (
        Answer.objects.filter(question__sitting__learner=learner)
        .select_related("question__sitting", "question__asked__wording")
        .order_by("question__sitting__started_at", "question__number", "number")
    ):
        text = answer.question.wording.text
        found.setdefault(answer.question.sitting.key, []).append(
            {
                "question": text["stem"],
                "try": answer.number,
                "you_chose": chosen_in_words(text, Response.from_json(answer.response)),
                "how_sure": SURE[answer.sure],
                "result": VERDICTS[answer.verdict],
                "at": _at(answer.at),
            }
        )
    return [(row, found.get(row.key, [])) for row in check_rows(learner)]


def chosen_in_words(text: dict[str, Any], response: Response) -> list[str]:
    """A stored response in the words of its question."""
    if response.unsure:
        return ["I’m not sure"]
    parts = {part["key"]: part["text"] for part in text.get("items") or text["choices"]}
    if response.placed:
        places = {row["key"]: row["text"] for row in text["places"]}
        return [
            f"{item}: {places.get(response.placed[key], 'I’m not sure')}"
            for key, item in parts.items()
        ]
    return [parts[key] for key in parts if key in response.picked]
