"""Publishing a library, editing it afterwards, and withdrawing what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db.models import Model

from learning.actions import checking
from learning.actions.publishing import (
    Change,
    MeaningChanged,
    NotCurrent,
    NothingRightInstead,
    NotThere,
    WordsChanged,
    publish,
    withdraw_module,
    withdraw_question,
)
from learning.content.phrases import PHRASES
from learning.models import (
    AuditEntry,
    Edition,
    EditionQuestion,
    Module,
    Question,
    Section,
    Sitting,
    SittingQuestion,
    Wording,
)
from learning.rules.grading import Key, Response
from tests.factories import (
    FACTS,
    NOW,
    PICTURE,
    SOURCES,
    library,
    module,
    one_question,
    pairs_question,
    routes_section,
    several_question,
    steps_question,
    steps_section,
)

pytestmark = pytest.mark.django_db

Publish = Callable[..., list[Change]]
TABLES: tuple[type[Model], ...] = (
    Module,
    Edition,
    Section,
    Question,
    Wording,
    EditionQuestion,
    AuditEntry,
)


@pytest.fixture
def put(tmp_path: Path) -> Publish:
    """Publishes a library with these changes."""

    def run(
        *, same_meaning: bool = False, replace: dict[str, int] | None = None, **changes: Any
    ) -> list[Change]:
        return publish(
            library(folder=tmp_path, **changes),
            actor="operator",
            now=NOW,
            same_meaning=same_meaning,
            replace=replace,
        )

    return run


def rows() -> list[list[Any]]:
    """Every row of every table that publishing writes."""
    managers = [model._default_manager for model in TABLES]
    return [list(manager.order_by("pk").values()) for manager in managers]


def questions(**first: Any) -> list[dict[str, Any]]:
    """The four questions of the module, the first one changed."""
    return [one_question(**first), several_question(), pairs_question(), steps_question()]


def changed(**first: Any) -> dict[str, Any]:
    return {"modules": [module(questions=questions(**first))]}


def choices(*more: dict[str, Any], **words: str) -> list[dict[str, Any]]:
    """The choices of the first question, with other words for some, and with more of them."""
    known = [
        {**choice, "text": words.get(choice["key"], choice["text"])}
        for choice in one_question()["choices"]
    ]
    return [*known, *more]


def current(language: str = "en") -> Edition:
    return Edition.objects.get(module__slug="how-it-spreads", language=language, current=True)


def start(edition: Edition) -> Sitting:
    return checking.start(
        learner=None,
        edition=edition,
        occasion="after",
        token=f"start-{Sitting.objects.count()}",
        shared=False,
        now=NOW,
        rng=Random(1),
    ).sitting


def answer(place: SittingQuestion) -> None:
    key = Key.from_meaning(place.meaning.meaning)
    checking.answer(
        place=place,
        token=f"answer-{place.pk}",
        response=Response(picked=key.right, placed=key.places),
        sure="",
        again=False,
        now=NOW,
    )


def test_first_publishing_stores_the_whole_module(put: Publish) -> None:
    assert put() == [
        Change(
            "how-it-spreads",
            "en",
            "published",
            1,
            (
                "new question: routes-one version 1",
                "new question: routes-several version 1",
                "new question: steps-order version 1",
                "new question: steps-one version 1",
            ),
        )
    ]
    edition = current()
    assert (edition.module.position, edition.number, edition.title, edition.part_title) == (
        1,
        1,
        "How breast cancer spreads",
        "The basics",
    )
    assert (edition.summary, edition.minutes, edition.must_know, edition.uploaded) == (
        "How the cells move.",
        5,
        [],
        False,
    )
    assert edition.pemat == {"understandable": 94, "actionable": 86}
    assert (edition.reviewed, edition.review_due, edition.published_at) == (
        datetime.date(2026, 11, 25),
        datetime.date(2027, 11, 25),
        NOW,
    )
    assert list(edition.sentences) == ["routes", "steps"]
    assert edition.teach_back == {
        "routes": "How would you tell a friend the ways that cells can move?",
        "steps": "In your own words, what does a cell do first?",
    }
    assert [word["key"] for word in edition.words] == ["lymph-system"]
    assert [source["key"] for source in edition.sources] == ["s12", "s13"]
    assert list(edition.sections.values_list("number", "key", "title")) == [
        (1, "three-routes", "Three ways to spread"),
        (2, "five-steps", "The steps"),
    ]
    asked = edition.questions.select_related("wording__question")
    assert [(row.number, str(row.wording.question)) for row in asked] == [
        (1, "routes-one version 1"),
        (2, "routes-several version 1"),
        (3, "steps-order version 1"),
        (4, "steps-one version 1"),
    ]
    assert list(AuditEntry.objects.values_list("actor", "verb", "object_key")) == [
        ("operator", "published", "how-it-spreads/en/1")
    ]


def test_publishing_twice_changes_nothing(put: Publish) -> None:
    """R-066: an unknown digest makes an edition once."""
    put()
    before = rows()
    assert put() == [Change("how-it-spreads", "en", "unchanged", 1)]
    assert rows() == before


def test_another_prompt_makes_a_new_edition(put: Publish) -> None:
    """What nurses ask is part of what was published; the questions go on as they were."""
    put()
    prompts = {"routes": "What ways can a cell go?", "steps": "What does a cell do first?"}
    assert put(modules=[module(teach_back=prompts)]) == [
        Change("how-it-spreads", "en", "published", 2)
    ]
    assert current().teach_back == prompts


def test_change_says_what_happened() -> None:
    change = Change("bones", "en", "published", 2, ("new question: a version 1",))
    assert str(change) == "bones (en): published, edition 2\n  new question: a version 1"


def test_typo_in_a_question_needs_to_be_said_to_mean_the_same(put: Publish) -> None:
    put(**changed(stem="Which is a way that cancer cna spread?"))
    before = rows()
    with pytest.raises(WordsChanged, match="how-it-spreads: reworded under the same version: rout"):
        put()
    assert rows() == before
    assert put(same_meaning=True) == [
        Change(
            "how-it-spreads",
            "en",
            "published",
            2,
            ("reworded, same meaning: routes-one",),
        )
    ]
    question = Question.objects.get(key="routes-one")
    assert question.wordings.count() == 2
    assert current().questions.get(number=1).wording.text["stem"].endswith("can spread?")


def test_typo_in_a_section_makes_an_edition_with_the_same_questions(put: Publish) -> None:
    put(modules=[module(sections=[routes_section(title="Tree ways"), steps_section()])])
    wordings = list(current().questions.values_list("wording", flat=True))
    assert put() == [Change("how-it-spreads", "en", "published", 2)]
    assert list(current().questions.values_list("wording", flat=True)) == wordings


def test_choice_added_needs_a_new_version(put: Publish) -> None:
    put()
    before = rows()
    more = choices(
        {
            "key": "grow",
            "text": "By growing",
            "misconception": "grows-first",
            "why": "It comes later.",
        }
    )
    with pytest.raises(
        MeaningChanged, match="question routes-one: choices changed under version 1"
    ):
        put(**changed(choices=more))
    assert rows() == before
    assert put(**changed(choices=more, version=2)) == [
        Change(
            "how-it-spreads",
            "en",
            "published",
            2,
            ("new question: routes-one version 2", "no longer asked: routes-one version 1"),
        )
    ]


def test_right_key_changed_needs_a_new_version(put: Publish) -> None:
    put()
    lymph, touch = choices()
    turned = [
        {**lymph, "right": False, "misconception": "grows-first"},
        {"key": "touch", "text": touch["text"], "right": True, "why": touch["why"]},
    ]
    with pytest.raises(MeaningChanged, match="choices changed") as refused:
        put(same_meaning=True, **changed(choices=turned))
    assert str(refused.value).endswith("Give it version 2, which starts new figures.")
    assert current().number == 1


def test_choices_in_another_order_only_reword_the_question(put: Publish) -> None:
    put()
    put(same_meaning=True, **changed(choices=choices()[::-1]))
    assert Question.objects.filter(key="routes-one").count() == 1
    assert current().number == 2


def test_source_changed_makes_an_edition_with_the_same_questions(put: Publish) -> None:
    put()
    other = {**SOURCES, "s12": {**SOURCES["s12"], "title": "How cancers spread"}}
    before = Wording.objects.count()
    assert put(sources=other) == [Change("how-it-spreads", "en", "published", 2)]
    assert Wording.objects.count() == before
    behind = current().questions.get(number=1).behind
    assert behind["statements"][0]["sources"][0]["title"] == "How cancers spread"
    old = Edition.objects.get(number=1).questions.get(number=1).behind
    assert old["statements"][0]["sources"][0]["title"] == "How cancer spreads"


def test_fact_that_is_not_used_changes_nothing(put: Publish) -> None:
    put()
    other = {**FACTS, "D-4.10": {**FACTS["D-4.10"], "statement": "Press for ten minutes."}}
    assert put(facts=other) == [Change("how-it-spreads", "en", "unchanged", 1)]


def test_second_language_shares_the_questions_and_has_its_own_words(
    put: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PHRASES, "es", PHRASES["en"])
    put()
    spanish = module(
        language="es",
        title="Cómo se extiende",
        questions=questions(stem="¿Cómo se extiende?"),
    )
    parts = [
        {
            "key": "basics",
            "title": {"en": "The basics", "es": "Lo básico"},
            "modules": ["how-it-spreads"],
        }
    ]
    assert put(modules=[module(), spanish], parts=parts) == [
        Change("how-it-spreads", "en", "unchanged", 1),
        Change("how-it-spreads", "es", "published", 1),
    ]
    assert Question.objects.count() == 4
    assert Module.objects.count() == 1
    assert (current("es").part_title, current("en").title) == (
        "Lo básico",
        "How breast cancer spreads",
    )
    question = Question.objects.get(key="routes-one")
    assert sorted(question.wordings.values_list("language", flat=True)) == ["en", "es"]


def test_older_version_published_again_is_a_new_edition_and_answers_stay(put: Publish) -> None:
    """R-067: version 1, version 2, version 1."""
    first, second = changed(), changed(stem="How can cancer spread?", version=2)
    put(**first)
    sitting = start(current())
    answer(sitting.questions.get(number=1))
    pinned = list(sitting.questions.values())
    put(**second)
    assert put(**first) == [
        Change(
            "how-it-spreads",
            "en",
            "published",
            3,
            ("no longer asked: routes-one version 2",),
        )
    ]
    digests = dict(Edition.objects.values_list("number", "digest"))
    assert digests[1] == digests[3] != digests[2]
    assert list(Edition.objects.filter(current=True).values_list("number", flat=True)) == [3]
    assert list(sitting.questions.values()) == pinned
    assert sitting.questions.get(number=1).answers.count() == 1
    sitting.refresh_from_db()
    assert sitting.edition.number == 1


def test_older_wording_published_again_needs_no_confirmation(put: Publish) -> None:
    """R-067: the words were said to mean the same before."""
    put()
    put(same_meaning=True, **changed(stem="How can cancer spread?"))
    assert put() == [Change("how-it-spreads", "en", "published", 3)]
    assert Question.objects.get(key="routes-one").wordings.count() == 2


def test_publishing_that_breaks_half_way_leaves_nothing_behind(
    put: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-066: the second module fails, so the first is not published either."""
    put()
    before = rows()
    made = EditionQuestion.objects.create
    calls = 0

    def breaks(**fields: Any) -> EditionQuestion:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise KeyboardInterrupt
        return made(**fields)

    monkeypatch.setattr(EditionQuestion.objects, "create", breaks)
    two = [module(title="Changed"), module(slug="bones")]
    with pytest.raises(KeyboardInterrupt):
        put(modules=two)
    monkeypatch.undo()
    assert rows() == before
    assert [change.outcome for change in put(modules=two)] == ["published", "published"]


def test_uploaded_by_hand_is_left_alone_and_named(put: Publish) -> None:
    put()
    Edition.objects.update(uploaded=True)
    before = rows()
    assert put(modules=[module(title="From the file")]) == [
        Change(
            "how-it-spreads",
            "en",
            "left alone, because its current edition was uploaded by hand",
            1,
            ("To replace it: --replace how-it-spreads=1",),
        )
    ]
    assert rows() == before


def test_uploaded_by_hand_is_replaced_by_its_number_only(put: Publish) -> None:
    put()
    Edition.objects.update(uploaded=True)
    files = [module(title="From the file")]
    with pytest.raises(NotCurrent, match="the current edition is 1, not 7"):
        put(modules=files, replace={"how-it-spreads": 7})
    with pytest.raises(NotThere, match="No module “bones” is in the library"):
        put(modules=files, replace={"bones": 1})
    assert put(modules=files, replace={"how-it-spreads": 1}) == [
        Change("how-it-spreads", "en", "published", 2)
    ]
    assert (current().title, current().uploaded) == ("From the file", False)


def test_withdrawn_module_does_not_come_back_by_itself(put: Publish) -> None:
    """What was withdrawn as wrong is offered again only when it changed, or by its number."""
    put()
    withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)
    assert put() == [
        Change(
            "how-it-spreads",
            "en",
            "left alone, because it was withdrawn and has not changed since",
            1,
            ("To replace it: --replace how-it-spreads=1",),
        )
    ]
    assert not Edition.objects.offered("en").exists()
    assert put(replace={"how-it-spreads": 1})[0].outcome == "published"
    withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)
    assert put(modules=[module(title="Put right")])[0].outcome == "published"
    assert [edition.title for edition in Edition.objects.offered("en")] == ["Put right"]


def test_rendering_that_differs_is_made_again_without_a_new_edition(put: Publish) -> None:
    put()
    html, picture = current().sections.values_list("html", "picture")[0]
    current().sections.filter(number=1).update(html="<p>old</p>", picture=None)
    sections = list(current().sections.filter(number=2).values())
    assert put() == [Change("how-it-spreads", "en", "rendered again", 1)]
    assert current().sections.values_list("html", "picture")[0] == (html, picture)
    assert list(current().sections.filter(number=2).values()) == sections
    assert list(AuditEntry.objects.values_list("verb", "object_key")) == [
        ("published", "how-it-spreads/en/1"),
        ("rendered again", "how-it-spreads/en/1"),
    ]
    assert put() == [Change("how-it-spreads", "en", "unchanged", 1)]


def test_picture_changed_makes_a_new_edition(put: Publish) -> None:
    put()
    put(picture=PICTURE.replace("H38", "H30"))
    first, second = Edition.objects.order_by("number")
    drawn = [edition.sections.get(number=1).picture or {} for edition in (first, second)]
    assert ["H38" in drawn[0]["svg"], "H30" in drawn[1]["svg"]] == [True, True]


def test_place_in_reading_order_follows_the_parts(put: Publish) -> None:
    put()
    parts = [
        {"key": "basics", "title": {"en": "The basics"}, "modules": ["bones", "how-it-spreads"]}
    ]
    put(modules=[module(), module(slug="bones")], parts=parts)
    assert list(Module.objects.values_list("slug", "position")) == [
        ("bones", 1),
        ("how-it-spreads", 2),
    ]


def test_withdrawn_module_is_no_longer_offered_and_checks_go_on(put: Publish) -> None:
    """R-063."""
    put()
    sitting = start(current())
    edition = withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)
    assert (edition.withdrawn_at, edition.number) == (NOW, 1)
    answer(sitting.questions.get(number=1))
    assert AuditEntry.objects.filter(verb="withdrew").get().object_key == "how-it-spreads/en/1"
    with pytest.raises(NotThere, match="No module “how-it-spreads” is published in “en”"):
        withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)


def test_module_is_withdrawn_by_the_number_of_the_edition_looked_at(put: Publish) -> None:
    put()
    put(modules=[module(title="How it can spread")])
    with pytest.raises(NotCurrent, match="the current edition is 2, not 1"):
        withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW, number=1)
    assert [edition.number for edition in Edition.objects.offered("en")] == [2]
    assert not AuditEntry.objects.filter(verb="withdrew").exists()
    withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW, number=2)
    assert not Edition.objects.offered("en").exists()


def withdraw(place: SittingQuestion, note: str = "Lymph is right.") -> Question:
    return withdraw_question(
        slug="how-it-spreads",
        key=place.meaning.key,
        version=place.meaning.version,
        note=note,
        actor="operator",
        now=NOW,
    )


def test_withdrawn_question_finishes_checks_that_have_nothing_left_to_ask(put: Publish) -> None:
    """R-062."""
    put()
    last, open_still, done = start(current()), start(current()), start(current())
    first, second = last.questions.order_by("number")
    answer(first)
    for place in done.questions.all():
        answer(place)
    earlier = NOW - datetime.timedelta(days=1)
    Sitting.objects.filter(pk=done.pk).update(finished_at=earlier)
    mine = open_still.questions.filter(asked__wording__question=second.meaning)
    assert mine.exists()
    question = withdraw(second, " Lymph is right. ")
    assert (question.withdrawn_at, question.withdrawn_note) == (NOW, "Lymph is right.")
    finished = dict(Sitting.objects.values_list("pk", "finished_at"))
    assert finished == {last.pk: NOW, open_still.pk: None, done.pk: earlier}
    assert AuditEntry.objects.get(verb="withdrew").object_key == (
        f"how-it-spreads/{second.meaning.key}/1"
    )


def test_withdrawn_question_keeps_its_day_when_the_note_is_put_right(put: Publish) -> None:
    put()
    place = start(current()).questions.get(number=1)
    withdraw(place)
    later = withdraw_question(
        slug="how-it-spreads",
        key=place.meaning.key,
        version=1,
        note="Blood is right too.",
        actor="operator",
        now=NOW + datetime.timedelta(days=1),
    )
    assert (later.withdrawn_at, later.withdrawn_note) == (NOW, "Blood is right too.")


def test_withdrawing_a_question_needs_a_note_and_a_question(put: Publish) -> None:
    put()
    place = start(current()).questions.get(number=1)
    before = rows()
    with pytest.raises(NothingRightInstead, match="Say what is right instead"):
        withdraw(place, "  ")
    with pytest.raises(NotThere, match="No question “x” version 1 is published in “bones”"):
        withdraw_question(slug="bones", key="x", version=1, note="n", actor="operator", now=NOW)
    assert rows() == before
