"""Everything that is kept about one learner, for her to read and to take away."""

from __future__ import annotations

from typing import Any

from learning.models import Answer, Device, Learner, SectionRead
from learning.reports.checks import check_rows
from learning.rules.grading import Response

SURE = {"very": "very sure", "fairly": "fairly sure", "guess": "a guess", "": None}
VERDICTS = {"right": "right", "not_right": "not quite", "unsure": "not sure"}


def everything(learner: Learner) -> dict[str, Any]:
    """All rows that hang on the learner, in words, as plain data for a page and for JSON."""
    return {
        "what_this_is": "Everything Waymark keeps about you. No name, address or email is kept.",
        "kept_since": learner.created_on.isoformat(),
        "places_chosen": list(learner.places),
        "devices": [
            {
                "kind": "shared" if device.shared else "own",
                "last_used_on": device.last_used_on.isoformat(),
            }
            for device in Device.objects.filter(learner=learner)
        ],
        "sections_read": [
            {
                "module": read.module.slug,
                "section": read.section,
                "at": read.at.isoformat(timespec="seconds"),
            }
            for read in SectionRead.objects.filter(learner=learner).select_related("module")
        ],
        "checks": [
            {
                "module": row.slug,
                "title": row.title,
                "occasion": f"{row.occasion} reading",
                "started_at": row.started_at.isoformat(timespec="seconds"),
                "finished": row.finished,
                "answers": answers,
            }
            for row, answers in _answers_by_check(learner)
        ],
    }


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
                "at": answer.at.isoformat(timespec="seconds"),
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
