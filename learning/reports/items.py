"""Questions, each with what is told of it and one thing to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from learning.reports.differences import harder_ideas
from learning.reports.estimates import sure_and_wrong
from learning.reports.figures import Asked, Figures, Idea
from learning.reports.tables import (
    Cell,
    Row,
    Table,
    bar,
    correlation,
    count_cell,
    fewer_than,
    percent,
    share_cell,
)
from learning.rules.disclosure import DISCRIMINATION_FROM, ShownQuestion
from learning.rules.items import Action, Item, harm, suggestion
from learning.rules.statistics import Estimate, share

ACTIONS: Mapping[Action, str] = {
    "fix-now": "Safety: fix now",
    "reword": "Look at the wording",
    "teach": "Teach it earlier or more clearly",
    "ask-clinic": "Ask one clinic",
    "": "Nothing to do",
}


@dataclass(frozen=True)
class QuestionRow:
    """One question with the most urgent thing to do about it, and why, in a sentence."""

    idea: Idea
    asked: Asked
    shown: ShownQuestion
    item: Item
    action: Action

    @property
    def place(self) -> tuple[str, ...]:
        return (self.idea.slug, self.asked.key, str(self.asked.version))

    @property
    def todo(self) -> str:
        return ACTIONS[self.action]

    @property
    def why(self) -> str:
        right = self.item.right
        told = f"{percent(right.value)} of {right.n:,} people were right"
        if self.action == "fix-now":
            return (
                f"A mistake here can be dangerous, and only {told}. Read the section and the "
                "question as a patient would, and say more plainly what to do."
            )
        if self.action == "reword":
            return self._misread()
        if self.action == "teach":
            return f"Only {told} after reading. Say it earlier in the module, or more simply."
        if self.action == "ask-clinic":
            return (
                f"At {self.item.clinic} fewer people know this than their other answers would "
                "lead one to expect. Ask there what people are told about it."
            )
        return f"{told}. Nothing stands out."

    def _misread(self) -> str:
        drawn = self.drawn
        if self.item.chosen and drawn is not None and drawn[1] > self.shown.right:
            text = self.asked.choices[drawn[0]]
            return (
                f"More people chose “{text}” than the right answer. Read it as if for the first "
                "time: can it be misread?"
            )
        return (
            "People who do well on the rest of the check do no better on this question. Perhaps "
            "it is unclear: read it as if for the first time."
        )

    @property
    def drawn(self) -> tuple[str, int] | None:
        """The wrong choice, or the part got wrong, of most people; of those that may be told."""
        wrong = [pair for pair in self.shown.chosen.items() if pair[0] != self.asked.right]
        return max(wrong, key=lambda pair: (pair[1], pair[0]), default=None)


def question_rows(found: Figures) -> tuple[QuestionRow, ...]:
    """Every question that may be told of: those with something to do first, then by harm."""
    harder = harder_ideas(found)
    rows = [
        _row(idea, asked, shown, harder.get(idea.key, ""))
        for idea in found.ideas
        for asked, shown in idea.questions
        if not asked.withdrawn
    ]
    order = list(ACTIONS)
    rows.sort(key=lambda row: (order.index(row.action), -harm(row.item), row.place))
    return tuple(rows)


def _row(idea: Idea, asked: Asked, shown: ShownQuestion, clinic: str) -> QuestionRow:
    item = Item(
        kind=idea.kind,
        right=share(shown.right, shown.n) or Estimate(0, 0, 1, 0),
        chosen=(
            {part: n for part, n in shown.chosen.items() if part != asked.right}
            if asked.right
            else {}
        ),
        sure_wrong=sure_and_wrong(idea),
        discrimination=shown.discrimination,
        clinic=clinic,
    )
    return QuestionRow(idea, asked, shown, item, suggestion(item))


def questions(found: Figures) -> Table:
    listed = question_rows(found)
    first = next((row for row in listed if row.action), None)
    return Table(
        name="questions",
        title="Questions",
        finding=(
            f"{first.todo}. “{first.asked.stem}” {first.why}"
            if first
            else "No question needs a change that the numbers can justify."
        ),
        columns=(
            "Question",
            "Module",
            "What to do",
            "People",
            "Right at first answer",
            "Drawn away by",
            "Goes with other answers",
        ),
        rows=tuple(
            Row(
                (
                    Cell(question.asked.stem),
                    Cell(question.idea.title),
                    Cell(question.todo, list(ACTIONS).index(question.action)),
                    count_cell(question.shown.n, k=question.idea.k),
                    share_cell(question.item.right, k=question.idea.k),
                    _drawn_cell(question),
                    _goes_with_cell(question.shown.discrimination),
                ),
                bar(question.item.right),
                question.place,
                (question.idea.slug,),
            )
            for question in listed
        ),
        label="Question",
        measure="Right at first answer",
        beside="What to do",
        note=(
            "First answers of each person’s first check after reading. “Goes with other answers”: "
            "do people who know the rest of the check know this too? 1 is always, 0 is not at all, "
            f"from {DISCRIMINATION_FROM} people on. Below 0.2 a question tells little."
        ),
    )


def _drawn_cell(question: QuestionRow) -> Cell:
    drawn = question.drawn
    if drawn is None:
        return Cell(f"{fewer_than(question.idea.k)} each", hidden=True)
    value = drawn[1] / question.shown.n
    return Cell(f"“{question.asked.choices[drawn[0]]}” {percent(value)}", value)


def _goes_with_cell(estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell(f"not defined: fewer than {DISCRIMINATION_FROM}, or all alike", hidden=True)
    return Cell(correlation(estimate), estimate.value)
