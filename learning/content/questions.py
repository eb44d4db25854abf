"""Questions of a module file, and the rules for writing them that a machine can hold."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learning.content.do_not_teach import why_not_a_choice
from learning.content.markdown import CARDS
from learning.content.nodes import Cursor, Fields, unique
from learning.content.phrases import PHRASES
from learning.content.registries import Registries, facts_of
from learning.content.schema import Action, Choice, Item, Place, Question

KINDS = ("one", "several", "pairs")
FORMS = ("a", "b", "c")
# The choice that the system adds to every question.
UNSURE = "unsure"
_COMMON = ("key", "version", "objective", "section", "form", "kind", "stem", "truth", "facts")
_NEGATIVE = re.compile(r"\b(not|never|except|false|incorrect|wrong|\w+n[’']t)\b", re.IGNORECASE)
_CATCH_ALL = re.compile(r"\b(all|none) of the above\b", re.IGNORECASE)
_SLOW = re.compile(r"\b(today|same day)\b", re.IGNORECASE)
# Longest and shortest choice: the right one must not stand out by its length.
_LIKE, _SHORT = 2.2, 25
_ALIKE = 0.9
_COMPARED = 400  # letters; nobody asks a longer question


@dataclass(frozen=True)
class Outline:
    """What questions refer to in their module: its objectives, and what each section teaches."""

    slug: str
    language: str
    objectives: Mapping[str, str]
    sections: Mapping[str, tuple[str, ...]]
    must_know: tuple[str, ...]


def read_questions(
    cursors: Sequence[Cursor], outline: Outline, found: Registries
) -> tuple[Question, ...]:
    """Every question, with the faults of each noted."""
    questions = []
    keys = []
    for cursor in cursors:
        fields = _fields(cursor)
        question = _question(cursor, fields, outline, found)
        questions.append(question)
        keys.append((fields.get("key") or cursor, question.key))
    unique(keys, "question")
    return tuple(questions)


def _fields(cursor: Cursor) -> Fields:
    """The fields of a question: which it may have depends on its kind."""
    kind = cursor.entries_quietly().get("kind", "")
    optional = ["hint", "action", "in_order"]
    if kind == "pairs":
        return cursor.fields((*_COMMON, "items", "places"), [*optional, "each_once"])
    if kind in KINDS:
        return cursor.fields((*_COMMON, "choices"), optional)
    return cursor.fields(_COMMON, [*optional, "choices", "items", "places", "each_once"])


def _question(cursor: Cursor, fields: Fields, outline: Outline, found: Registries) -> Question:
    kind = fields.one_of("kind", KINDS)
    stem = fields.text("stem")
    hints = PHRASES[outline.language].hints if outline.language in PHRASES else {}
    question = Question(
        key=fields.slug("key"),
        version=fields.number("version", 1, 999),
        objective=fields.one_of("objective", outline.objectives),
        section=fields.one_of("section", list(filter(None, outline.sections))),
        form=fields.one_of("form", FORMS),
        kind=kind,
        stem=stem,
        hint=fields.text("hint") if fields.get("hint") else hints.get(kind, ""),
        truth=fields.text("truth"),
        facts=facts_of(fields, found, asked=True),
        action=_action(fields),
        in_order=fields.flag("in_order"),
        choices=_choices(fields, kind, stem, outline, found),
        items=_items(fields, stem, outline, found),
        places=_places(fields),
        each_once=fields.flag("each_once"),
    )
    _check_links(cursor, fields, question, outline)
    _check_stem(fields, question)
    _check_parts(fields, question)
    return question


def _action(fields: Fields) -> Action | None:
    place = fields.get("action")
    if place is None:
        return None
    inner = place.fields(("kind", "text"))
    action = Action(inner.one_of("kind", CARDS), inner.text("text"))
    if (slow := _SLOW.search(action.text)) and (text := inner.get("text")):
        text.fault(f"“{slow[0]}” may be heard as later; expected “now, day or night”")
    return action


def _choices(
    fields: Fields, kind: str, stem: str, outline: Outline, found: Registries
) -> tuple[Choice, ...]:
    choices = []
    for cursor in fields.each("choices", least=2, most=4):
        inner = cursor.fields(("key", "text", "why"), ("right", "misconception", "facts"))
        choice = Choice(
            key=_part_key(inner),
            text=inner.text("text"),
            why=inner.text("why"),
            right=inner.flag("right"),
            misconception=_mixup(inner, stem, outline, found),
            facts=facts_of(inner, found, asked=True),
        )
        if kind == "one" and not choice.right and not inner.get("misconception"):
            cursor.fault("this wrong choice names no misconception")
        if kind == "one" and choice.right and (place := inner.get("misconception")):
            place.fault("the right choice names a misconception")
        if found_phrase := _CATCH_ALL.search(choice.text):
            inner.values["text"].fault(f"“{found_phrase[0]}”; expected an answer of its own")
        choices.append(choice)
    return tuple(choices)


def _items(fields: Fields, stem: str, outline: Outline, found: Registries) -> tuple[Item, ...]:
    places = _peeked_places(fields)
    items = []
    for cursor in fields.each("items", least=2, most=5):
        inner = cursor.fields(("key", "text", "place", "why"), ("misconception", "facts"))
        items.append(
            Item(
                key=_part_key(inner),
                text=inner.text("text"),
                why=inner.text("why"),
                place=inner.one_of("place", places),
                misconception=_mixup(inner, stem, outline, found),
                facts=facts_of(inner, found, asked=True),
            )
        )
    return tuple(items)


def _peeked_places(fields: Fields) -> list[str]:
    """The keys of the places, without noting what is wrong with them."""
    cursor = fields.get("places")
    rows = [row.entries_quietly() for row in cursor.each_quietly()] if cursor else []
    return [row["key"] for row in rows if "key" in row]


def _places(fields: Fields) -> tuple[Place, ...]:
    places = []
    for cursor in fields.each("places", least=2, most=6):
        inner = cursor.fields(("key", "text"))
        places.append(Place(_part_key(inner), inner.text("text")))
    return tuple(places)


def _part_key(inner: Fields) -> str:
    key = inner.slug("key")
    if key == UNSURE:
        inner.values["key"].fault("“unsure” is kept for “I’m not sure”, which the system adds")
    return key


def _mixup(inner: Fields, stem: str, outline: Outline, found: Registries) -> str | None:
    place = inner.get("misconception")
    if place is None:
        return None
    key = place.slug()
    if not key or found.misconceptions is None:
        return key
    if key not in found.misconceptions:
        place.fault(f"misconception “{key}” is not in misconceptions.yaml")
        return key
    for evidence in found.misconceptions[key].evidence:
        if why := why_not_a_choice(evidence, module=outline.slug, stem=stem):
            place.fault(f"“{key}” ({evidence}) may not stand as a choice: {why}")
    return key


# Rules


def _check_links(cursor: Cursor, fields: Fields, question: Question, outline: Outline) -> None:
    taught = outline.sections.get(question.section)
    if taught is not None and question.objective and question.objective not in taught:
        fields.values["section"].fault(
            f"section “{question.section}” does not teach objective “{question.objective}”"
        )
    if question.objective in outline.must_know and question.action is None:
        cursor.fault(f"“action” is missing; objective “{question.objective}” is must-know")
    if not question.facts and (place := fields.get("facts")):
        place.fault("no fact behind what is true; expected one at least")


def _check_stem(fields: Fields, question: Question) -> None:
    """A negative is refused in the question itself; a story before it may hold one."""
    asked = re.split(r"(?<=[.!?])\s+", question.stem)[-1]
    if negative := _NEGATIVE.search(asked):
        fields.values["stem"].fault(f"“{negative[0]}” in the question; ask for what is true")


def _check_parts(fields: Fields, question: Question) -> None:
    for name, parts in (
        ("choices", question.choices),
        ("items", question.items),
        ("places", question.places),
    ):
        place = fields.get(name)
        if place is not None:
            _check_distinct(place, [part.key for part in parts], [part.text for part in parts])
    if place := fields.get("choices"):
        _check_right(place, question)
        _check_lengths(place, [len(choice.text) for choice in question.choices])
    if question.each_once and (place := fields.get("items")):
        used = Counter(item.place for item in question.items if item.place)
        for key in [key for key, count in used.items() if count > 1]:
            place.fault(f"each_once, but place “{key}” is used more than once")


def _check_distinct(place: Cursor, keys: Sequence[str], texts: Sequence[str]) -> None:
    for what, values in (("key", keys), ("text", [text.casefold() for text in texts])):
        for value, count in Counter(filter(None, values)).items():
            if count > 1:
                place.fault(f"{what} “{value}” is there {count} times")


def _check_right(place: Cursor, question: Question) -> None:
    right = sum(choice.right for choice in question.choices)
    if question.kind == "one" and right != 1:
        place.fault(f"{right} right choices; expected exactly one")
    elif question.kind == "several" and not right:
        place.fault("no right choice; expected one at least")


def _check_lengths(place: Cursor, lengths: Sequence[int]) -> None:
    if lengths and max(lengths) > _SHORT and max(lengths) > _LIKE * min(lengths):
        place.fault(
            f"choices of {min(lengths)} to {max(lengths)} characters; expected the longest at most "
            f"{_LIKE} times the shortest, or all up to {_SHORT}"
        )


def check_set(place: Cursor, questions: Sequence[Question], outline: Outline) -> None:
    """The rules that hold for the questions of a module together."""
    cursors = place.each_quietly()
    for objective in outline.objectives:
        forms = {question.form for question in questions if question.objective == objective}
        for form in FORMS if objective in outline.must_know else FORMS[:2]:
            if form not in forms:
                place.fault(f"objective “{objective}” has no question of form {form}")
    positions = [
        [choice.right for choice in question.choices].index(True) + 1
        for question in questions
        if question.kind == "one" and any(choice.right for choice in question.choices)
    ]
    if len(positions) >= 3 and len(set(positions)) == 1:
        place.fault(f"the right choice is always number {positions[0]}; expected it to vary")
    for number, question in enumerate(questions):
        for other in questions[:number]:
            if question.objective == other.objective and _alike(question, other):
                cursors[number].fault(
                    f"nearly the same as “{other.key}”; expected another situation or other words"
                )
                break


def _alike(one: Question, other: Question) -> bool:
    first, second = (
        " ".join([question.stem, *(item.text for item in question.items)]).casefold()
        for question in (one, other)
    )
    matcher = difflib.SequenceMatcher(None, first[:_COMPARED], second[:_COMPARED], autojunk=False)
    # The two quick ratios are never lower than the real one, which is slow.
    quick = min(matcher.real_quick_ratio(), matcher.quick_ratio())
    return quick >= _ALIKE and matcher.ratio() >= _ALIKE
