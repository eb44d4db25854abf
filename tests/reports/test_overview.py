"""The reports of the overview, from periods with figures that were made by hand."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from learning.models import Clinic, Edition, Period, Question
from learning.reports.figures import figures
from learning.reports.items import questions
from learning.reports.ledger import Version, question_ledger
from learning.reports.overview import REPORTS, misconceptions, objectives, reach
from learning.reports.overview_start import Finding, five_things
from learning.reports.tables import arranged
from learning.reports.trend import trend_table
from learning.rules.disclosure import ObjectiveCounts, QuestionCounts, publish
from learning.rules.statistics import Moments, Pairs
from tests import factories
from tests.counting import counted

pytestmark = pytest.mark.django_db
K = 11


def question(key: str, right: int, **chosen: int) -> QuestionCounts:
    best = {"routes-one": "lymph", "steps-one": "leave"}[key]
    n = right + sum(chosen.values())
    return QuestionCounts(
        key=key,
        version=1,
        right=right,
        n=n,
        right_choice=best,
        chosen={best: right, **chosen},
        moments=Moments(n, right, right * 0.9, right * 0.85, right * 0.85),
    )


def several(right: int, hands: int, tubes: int, n: int) -> QuestionCounts:
    wrong = {"hands": hands, "tubes": tubes}
    return QuestionCounts("routes-several", 1, right, n, exclusive=False, chosen=wrong)


def idea(key: str, *asked: QuestionCounts, **changes: Any) -> ObjectiveCounts:
    right, n = (sum(getattr(question, name) for question in asked) for name in ("right", "n"))
    unsure = sum(question.chosen.get("unsure", 0) for question in asked)
    given: dict[str, Any] = {
        "sure_wrong": 0,
        "pairs": Pairs(0, 0, 0, 0),
        "questions": asked,
        **changes,
    }
    return ObjectiveCounts(key, right, n - right - unsure, unsure, **given)


def period(
    edition: Edition, *counts: ObjectiveCounts, month: int = 10, finished: int = 200
) -> Period:
    first = datetime.date(2026, month, 1)
    shown = [publish(found, k=K) for found in counts]
    return Period.objects.create(
        module=edition.module,
        first_day=first,
        last_day=datetime.date(2026, month + 1, 1) - datetime.timedelta(days=1),
        k=K,
        finished=finished,
        figures={
            "reach": {"read": 240, "began": None},
            "objectives": [dataclasses.asdict(found) for found in shown if found],
        },
        closed_at=factories.NOW,
    )


@pytest.fixture
def north() -> Clinic:
    return factories.clinic(name="North")


@pytest.fixture
def october(edition: Edition, north: Clinic) -> Period:
    """Routes are known, with a mix-up and one hard clinic; steps are not, and misleading."""
    shares = {"clinic": {north.key: (40, 100), "": (110, 120)}}
    level = {"clinic": {north.key: (45, 100), "": (35, 120)}}
    return period(
        edition,
        idea(
            "routes",
            question("routes-one", 80, touch=30, unsure=10),
            several(70, 25, 40, 100),
            pairs=Pairs(40, 20, 30, 30),
            sure_wrong=33,
            groups=shares,
        ),
        idea("steps", question("steps-one", 60, grow=130, unsure=30), groups=level),
    )


def cells(found: Any) -> list[tuple[str, ...]]:
    return [row.texts for row in found.rows]


def test_objectives_tell_shares_gain_and_doubt(october: Period) -> None:
    table = objectives(figures())
    assert table.finding == (
        "Least understood: “What a cell does first” (How breast cancer spreads). 27% of 220 people "
        "were right."
    )
    assert cells(table) == [
        (
            "How breast cancer spreads",
            "How cells can move.",
            "220",
            "50% (41 to 59)",
            "68% (62 to 74)",
            "+8 points (-3 to +20)",
            "fewer than 11",
            "15% (11 to 20)",
        ),
        (
            "How breast cancer spreads",
            "What a cell does first.",
            "220",
            "fewer than 11",
            "27% (22 to 34)",
            "fewer than 11",
            "14% (10 to 19)",
            "fewer than 11",
        ),
    ]
    assert table.rows[0].bar is not None
    assert dataclasses.astuple(table.rows[0].bar) == pytest.approx(
        (150 / 220, 0.618, 0.74), abs=1e-3
    )
    assert [bar.label for bar in table.bars] == [
        "How cells can move.",
        "What a cell does first.",
    ]


def test_mixups_are_of_those_who_met_them_as_a_choice(october: Period) -> None:
    table = misconceptions(figures())
    assert table.finding == (
        "After reading, 130 of the 220 people who met it as an answer still chose: “A cell grows "
        "before it breaks out”"
    )
    assert [row[:4] for row in cells(table)] == [
        ("A cell grows before it breaks out", "How breast cancer spreads", "130", "220"),
        ("Cancer spreads by touch", "How breast cancer spreads", "25", "100"),
    ]


def test_questions_come_by_what_to_do_and_harm(october: Period) -> None:
    table = questions(figures())
    assert table.finding == (
        "Look at the wording. “What must a cell do before all else?” More people chose “Grow "
        "elsewhere” than the right answer. Read it as if for the first time: can it be misread?"
    )
    assert cells(table) == [
        (
            "What must a cell do before all else?",
            "How breast cancer spreads",
            "Look at the wording",
            "220",
            "27% (22 to 34)",
            "“Grow elsewhere” 59%",
            "0.9 (0.9 to 0.9)",
        ),
        (
            "Which is a way that cancer can spread?",
            "How breast cancer spreads",
            "Ask one clinic",
            "120",
            "67% (58 to 74)",
            "fewer than 11 each",
            "0.8 (0.7 to 0.8)",
        ),
        (
            "Sam asks you how cancer cells travel. What do you say?",
            "How breast cancer spreads",
            "Ask one clinic",
            "100",
            "70% (60 to 78)",
            "“In the lymph” 40%",
            "not defined: fewer than 100, or all alike",
        ),
    ]


def test_clinic_is_named_where_one_idea_is_harder_than_its_others(
    october: Period, north: Clinic
) -> None:
    table = REPORTS["clinics"](figures())
    assert table.finding == (
        "At North, of 100 people about 46 fewer knew “How cells can move” (How breast cancer "
        "spreads) than their other answers would lead one to expect."
    )
    assert [row[0:1] + row[3:5] for row in cells(table)] == [
        ("All others", "about 90%", "100 or more"),
        ("North", "about 40%", "100 or more"),
        ("All others", "about 30%", "100 or more"),
        ("North", "about 45%", "100 or more"),
    ]
    assert REPORTS["languages"](figures()).finding == (
        "Too few people to compare: it takes 30 in each of two."
    )


def test_reach_tells_numbers_to_the_nearest_five(october: Period) -> None:
    table = reach(figures())
    assert cells(table) == [
        ("How breast cancer spreads", "October 2026", "about 240", "fewer than 11", "200")
    ]
    assert table.finding == "Most finished: How breast cancer spreads, by 200 people."


def test_five_things_matter_most(october: Period) -> None:
    found = [(finding.sentence, finding.todo, finding.report) for finding in five_things(figures())]
    assert found == [
        (
            (
                "“What must a cell do before all else?” More people chose “Grow elsewhere” than "
                "the right answer. Read it as if for the first time: can it be misread?"
            ),
            "Look at the wording",
            "questions",
        ),
        (
            (
                "“Which is a way that cancer can spread?” At North fewer people know this than "
                "their other answers would lead one to expect. Ask there what people are told "
                "about it."
            ),
            "Ask one clinic",
            "questions",
        ),
        (
            (
                "At North, of 100 people about 46 fewer knew “How cells can move” (How breast "
                "cancer spreads) than their other answers would lead one to expect."
            ),
            "Ask North what people are told",
            "clinics",
        ),
        (
            (
                "After reading, 130 of the 220 people who met it as an answer still chose: “A cell "
                "grows before it breaks out”"
            ),
            "Ask nurses to talk about this mix-up",
            "misconceptions",
        ),
        (
            "15% of people were sure of a wrong answer about “How cells can move”.",
            "Ask nurses to talk about this idea",
            "objectives",
        ),
    ]


def know_when_to_call(*objectives: str) -> None:
    """Let the small module teach this as what everybody must know."""
    Edition.objects.update(must_know=list(objectives), digest=" and ".join(objectives))


def test_must_know_idea_that_is_known_least_is_named(october: Period) -> None:
    know_when_to_call("routes", "steps")
    assert five_things(figures())[2] == Finding(
        "0 of 2 must-know ideas about when to call were right for at least 8 of 10 people. The "
        "weakest: “What a cell does first”.",
        "Read “How breast cancer spreads” as a patient would",
        "objectives",
        module="how-it-spreads",
    )


def test_what_goes_well_is_told_where_nothing_is_urgent(edition: Edition) -> None:
    know_when_to_call("routes")
    routes = idea("routes", question("routes-one", 210, touch=20), pairs=Pairs(130, 8, 80, 12))
    period(edition, routes)
    assert five_things(figures()) == (
        Finding(
            "1 of 1 must-know ideas about when to call were right for at least 8 of 10 people.",
            "Nothing to do",
            "objectives",
        ),
        Finding(
            "After reading, 20 of the 230 people who met it as an answer still chose: “Cancer "
            "spreads by touch”",
            "Ask nurses to talk about this mix-up",
            "misconceptions",
        ),
        Finding(
            "Reading helps most with “How cells can move”: of 100 people 31 more were right after "
            "it than before.",
            "Nothing to do",
            "objectives",
        ),
        Finding("200 people finished “How breast cancer spreads”.", "Nothing to do", "reach"),
    )


def test_without_figures_every_report_says_so(edition: Edition) -> None:
    found = figures()
    assert found.is_empty
    assert five_things(found) == ()
    assert {
        name: (report(found).finding, report(found).rows) for name, report in REPORTS.items()
    } == {
        "objectives": ("No idea has enough answers to be told yet.", ()),
        "misconceptions": ("No mix-up was chosen by enough people to be told.", ()),
        "questions": ("No question needs a change that the numbers can justify.", ()),
        "reach": ("Nobody has finished a module in a closed period yet.", ()),
        "clinics": ("Too few people to compare: it takes 30 in each of two.", ()),
        "languages": ("Too few people to compare: it takes 30 in each of two.", ()),
        "periods": ("No idea has changed by more than chance may make.", ()),
    }


def test_figures_up_to_a_day_take_the_period_before_it(edition: Edition, october: Period) -> None:
    november = period(edition, idea("steps", question("steps-one", 30, grow=30)), month=11)
    assert figures().periods == (november,)
    assert figures(october.last_day).periods == (october,)
    assert figures().ends == (november.last_day, october.last_day)
    assert figures(datetime.date(2020, 1, 31)).periods == ()


def test_trend_names_only_what_chance_does_not_make(edition: Edition, october: Period) -> None:
    period(
        edition,
        idea("routes", question("routes-one", 80, touch=40)),
        idea("steps", question("steps-one", 180, grow=40)),
        month=11,
    )
    table = trend_table(figures())
    assert table.finding == (
        "Largest change: “What a cell does first” went up by 55 points in November 2026."
    )
    assert [(row[1], row[2], row[5]) for row in cells(table)] == [
        ("How cells can move.", "October 2026", "its first period"),
        ("How cells can move.", "November 2026", "-2 points (-12 to +9)"),
        ("What a cell does first.", "October 2026", "its first period"),
        ("What a cell does first.", "November 2026", "+55 points (+46 to +62)"),
    ]


def test_ledger_tells_words_and_history_of_a_question(edition: Edition, october: Period) -> None:
    ledger = question_ledger(edition.module.slug, "routes-one", 1)
    assert ledger is not None
    assert (ledger.asked.stem, ledger.truth) == (
        "Which is a way that cancer can spread?",
        "Cancer can spread through the lymph system.",
    )
    assert ledger.versions == (Version(ledger.question, (edition,), ""),)
    assert (ledger.todo, ledger.why) == (
        "Ask one clinic",
        (
            "At North fewer people know this than their other answers would lead one to expect. "
            "Ask there what people are told about it."
        ),
    )
    (row,) = ledger.periods
    assert (row.period, row.people.text, row.right.text) == (
        "October 2026",
        "120",
        "67% (58 to 74)",
    )
    assert [(text, cell.text) for text, cell in row.chosen] == [
        ("Through lymph", "80 (67%)"),
        ("All other answers together", "40 (33%)"),
    ]
    assert question_ledger(edition.module.slug, "routes-several", 1).periods[0].chosen[0][0] == (  # type: ignore[union-attr]
        "From hands"
    )
    assert question_ledger(edition.module.slug, "no-such", 1) is None


def test_table_is_put_in_order_with_hidden_cells_last(october: Period) -> None:
    table = objectives(figures())
    before = table.columns.index("Right before reading")
    for descending in (False, True):
        shown = arranged(table, module="", column=before, descending=descending)
        assert [row.cells[before].text for row in shown.rows] == ["50% (41 to 59)", "fewer than 11"]
    people = arranged(table, module="", column=1, descending=True)
    assert [row.cells[1].text for row in people.rows] == [
        "What a cell does first.",
        "How cells can move.",
    ]
    assert arranged(table, module="bones", column=None, descending=False).rows == ()
    assert arranged(table, module="", column=99, descending=False) == table


def test_row_of_periods_is_of_the_module_that_was_asked_for(october: Period) -> None:
    first = cells(trend_table(figures()))
    assert [row[1] for row in first] == ["How cells can move.", "What a cell does first."]
    assert cells(trend_table(figures(module=october.module.slug))) == first
    assert cells(trend_table(figures(module="no-such"))) == []


def count_queries() -> int:
    with counted() as queries:
        found = figures()
        for report in REPORTS.values():
            report(found)
    return queries.all


def test_reports_need_as_many_queries_for_two_periods_as_for_one(
    edition: Edition, october: Period
) -> None:
    """The words beside the figures are read once."""
    assert (count_queries(), count_queries()) == (11, 9)
    period(edition, idea("steps", question("steps-one", 30, grow=30)), month=11)
    assert count_queries() == 9


def test_words_are_read_anew_when_a_question_is_withdrawn(october: Period) -> None:
    asked = "What must a cell do before all else?"
    assert asked in [row[0] for row in cells(questions(figures()))]
    Question.objects.filter(key="steps-one").update(
        withdrawn_at=factories.NOW, withdrawn_note="It misleads."
    )
    assert asked not in [row[0] for row in cells(questions(figures()))]


def test_words_are_read_anew_when_an_edition_is_published(
    edition: Edition, october: Period
) -> None:
    assert figures().titles == {edition.module.slug: "How breast cancer spreads"}
    edition.pk, edition.number, edition.title = None, 2, "How it travels"
    edition.digest, edition.current, edition.language = "another", False, "en"
    edition.save()
    assert figures().titles == {edition.module.slug: "How it travels"}
