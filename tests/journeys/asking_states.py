"""The states of what a learner asks her team, prints for a visit, and carries along."""

from __future__ import annotations

import itertools
import re

from playwright.sync_api import Page

from tests.journeys.answers import RIGHT, UNSURE
from tests.journeys.joining_states import joined
from tests.journeys.reader import Reader
from tests.journeys.sites import READ_ONLY
from tests.journeys.states import SLUG, States, World

ASKING = States()
QUESTIONS, TEAM, VISIT, CARD = (
    f"/en/me/{name}/" for name in ("questions", "team", "visit", "card")
)
LONGEST = (
    "Would it be all right to go on working all summer, as tired as I am? " * 4 + "Or not at all?"
)
WIDEST = "W" * 300
NUMBER = "+1 (555) 010-0123 ext 12345 67890 12345"


def add(reader: Reader, text: str) -> None:
    """Put a question on her list, from the page of the list."""
    reader.page.get_by_label("What do you want to ask?").fill(text)
    reader.follow("Add to my list")


def add_quickly(page: Page, texts: list[str]) -> None:
    """Put questions on the list of somebody known by sending the form on this page again."""
    names = ("csrfmiddlewaretoken", "token")
    form = {name: page.locator(f"[name={name}]").first.input_value() for name in names}
    for text in texts:
        page.request.post(
            QUESTIONS, form={**form, "text": text}, headers={"Sec-Fetch-Site": "same-origin"}
        )


@ASKING.of("learner/questions.html")
def questions(world: World) -> Reader:
    reader = world.reader()
    reader.open(QUESTIONS)
    return reader


@ASKING.of("learner/questions.html")
def questions_about_a_module(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/three-routes/")
    reader.follow("Ask my team about this")
    return reader


@ASKING.of("learner/questions.html")
def questions_without_words(world: World) -> Reader:
    reader = questions(world)
    reader.follow("Add to my list")
    assert reader.focused().startswith("There is a problem")
    return reader


@ASKING.of("learner/questions.html")
def questions_on_the_list(world: World) -> Reader:
    reader = questions(world)
    for text in (LONGEST, WIDEST):
        add(reader, text)
    reader.follow("Add: Who can I talk to about feelings, work or money?")
    assert "On your list" in reader.text()
    return reader


@ASKING.of("learner/questions.html")
def questions_while_saving_is_off(world: World) -> Reader:
    reader = world.reader(site=READ_ONLY)
    reader.open(QUESTIONS)
    return reader


@ASKING.of("learner/team_question.html")
def question_of_her_own(world: World) -> Reader:
    reader = questions(world)
    add(reader, WIDEST)
    reader.follow(re.compile("^Change or remove"))
    return reader


@ASKING.of("learner/team_question.html")
def question_without_words(world: World) -> Reader:
    reader = question_of_her_own(world)
    reader.page.get_by_label("Your question").fill(" ")
    reader.follow("Keep these words")
    assert reader.focused().startswith("There is a problem")
    return reader


@ASKING.of("learner/team_question.html")
def question_to_share(world: World) -> Reader:
    reader = joined(world)
    reader.open(QUESTIONS)
    add(reader, LONGEST)
    reader.follow(re.compile("^Share, change or remove"))
    return reader


@ASKING.of("learner/team_question.html")
def question_shared(world: World) -> Reader:
    reader = question_to_share(world)
    reader.follow("Share this question with my nurses")
    assert "You shared this on" in reader.text()
    return reader


@ASKING.of("learner/questions.html")
def questions_with_one_shared(world: World) -> Reader:
    reader = question_shared(world)
    reader.open(QUESTIONS)
    assert "You shared this. Your nurses can read it." in reader.text()
    return reader


@ASKING.of("learner/team.html")
def team_number(world: World) -> Reader:
    reader = world.reader()
    reader.open(TEAM)
    return reader


@ASKING.of("learner/team.html")
def team_number_that_is_none(world: World) -> Reader:
    reader = team_number(world)
    reader.page.get_by_label("Your team’s number").fill("ask at the desk")
    reader.follow("Keep this number")
    assert reader.focused().startswith("There is a problem")
    return reader


@ASKING.of("learner/team.html")
def team_number_beside_a_clinics(world: World) -> Reader:
    reader = joined(world)
    reader.open(TEAM)
    return reader


@ASKING.of("learner/team.html")
def team_number_while_saving_is_off(world: World) -> Reader:
    reader = world.reader(site=READ_ONLY)
    reader.open(TEAM)
    return reader


@ASKING.of("public/help_now.html")
def help_now_with_her_own_number(world: World) -> Reader:
    reader = team_number(world)
    reader.page.get_by_label("Your team’s number").fill(NUMBER)
    reader.follow("Keep this number")
    assert NUMBER in reader.text()
    return reader


@ASKING.of("public/help_now.html")
def help_now_with_a_clinics_numbers(world: World) -> Reader:
    reader = joined(world)
    reader.open("/en/help-now/")
    assert "555-0110" in reader.text()
    return reader


@ASKING.of("public/section.html")
def section_with_a_clinics_numbers(world: World) -> Reader:
    reader = joined(world)
    reader.open("/en/modules/when-to-call/fever/")
    assert reader.page.locator(".number-line").count() > 0
    return reader


@ASKING.of("learner/visit.html")
def visit(world: World) -> Reader:
    reader = world.reader()
    reader.open(VISIT)
    return reader


@ASKING.of("learner/visit.html")
def visit_with_the_longest_words(world: World) -> Reader:
    """Each list cut somewhere: questions, what is not clear, and what is."""
    reader = help_now_with_her_own_number(world)
    reader.begin(SLUG)
    for verdict in itertools.cycle((RIGHT, RIGHT, UNSURE)):
        reader.answer(world.key, verdict)
        reader.follow("Continue")
        if not reader.page.title().startswith("Question"):
            break
    reader.open(QUESTIONS)
    long = (LONGEST, WIDEST) * 5
    add_quickly(reader.page, [f"{number} {text}"[:300] for number, text in enumerate(long)])
    reader.open(VISIT)
    assert "more in Waymark What I am unsure of" in reader.text()
    return reader


@ASKING.of("learner/card.html")
def card(world: World) -> Reader:
    reader = world.reader()
    reader.open(CARD)
    return reader


@ASKING.of("learner/card.html")
def card_with_a_clinics_numbers(world: World) -> Reader:
    reader = joined(world)
    reader.open(CARD)
    assert "555-0111" in reader.text()
    return reader


@ASKING.of("public/print.html")
def print_of_the_check_alone(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/print/")
    reader.follow("Print only the questions, with the answers at the back")
    return reader
