"""A module file as its readers would meet it. Nothing of it is ever stored."""

from __future__ import annotations

from django.utils import timezone

from learning.content.editions import edition_data
from learning.content.schema import Library
from learning.models import (
    Answer,
    Edition,
    EditionQuestion,
    Module,
    Question,
    Section,
    Sitting,
    SittingQuestion,
    Wording,
)
from learning.models.sittings import Occasion
from learning.reports.approvals import Approvals
from learning.reports.changes import Contents
from learning.reports.checks import QuestionPage, question_page
from learning.reports.evidence import evidence
from learning.reports.reading import SectionPage
from learning.rules.grading import Key, Response, grade


def contents_of(library: Library, *, number: int) -> Contents:
    """The one module of a library as edition ``number`` would hold it, in no database."""
    (file,) = library.modules.values()
    module = Module(slug=file.slug, position=library.position(file.slug))
    edition = Edition(
        module=module, number=number, published_at=timezone.now(), **edition_data(library, file)
    )
    return Contents(
        edition=edition,
        sections=tuple(
            Section(edition=edition, number=place, **library.section_data(section))
            for place, section in enumerate(file.sections, start=1)
        ),
        questions=tuple(
            EditionQuestion(
                edition=edition,
                number=place,
                behind=library.behind(source),
                wording=Wording(
                    language=file.language,
                    text=library.wording_data(source),
                    question=Question(
                        module=module,
                        key=source.key,
                        version=source.version,
                        objective=source.objective,
                        section=source.section,
                        form=source.form,
                        meaning=source.meaning(),
                    ),
                ),
            )
            for place, source in enumerate(file.questions, start=1)
        ),
    )


def preview_section(contents: Contents, key: str) -> SectionPage | None:
    """The page of a section; nobody has approved it."""
    keys = [section.key for section in contents.sections]
    if key not in keys:
        return None
    index = keys.index(key)
    after = contents.sections[index + 1] if index + 1 < len(keys) else None
    section = contents.sections[index]
    return SectionPage(
        edition=contents.edition,
        approvals=Approvals(),
        section=section,
        evidence=evidence(section.statements),
        number=index + 1,
        size=len(keys),
        next_key=after.key if after else None,
        next_title=after.title if after else None,
        next_is_door=bool(after and after.door),
    )


def preview_question(
    contents: Contents, number: int, response: Response | None = None, *, sure: str = ""
) -> QuestionPage | None:
    """The page of a question, with its feedback where there is a response.

    Choices stand in the order of the file.
    """
    if not 1 <= number <= len(contents.questions):
        return None
    edition, asked = contents.edition, contents.questions[number - 1]
    place = SittingQuestion(
        number=number,
        asked=asked,
        order=[
            row["key"] for row in asked.wording.text.get("items") or asked.wording.text["choices"]
        ],
        sitting=Sitting(
            edition=edition,
            module=edition.module,
            language=edition.language,
            occasion=Occasion.AFTER,
            size=len(contents.questions),
        ),
    )
    tries = [_answer(place, response, sure)] if response else []
    return question_page(place, tries)


def _answer(place: SittingQuestion, response: Response, sure: str) -> Answer:
    graded = grade(Key.from_meaning(place.meaning.meaning), response)
    return Answer(
        question=place, number=1, response=response.as_json(), sure=sure, verdict=graded.verdict
    )
