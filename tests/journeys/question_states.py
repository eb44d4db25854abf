"""The states of a question: its form, and the feedback to it."""

from __future__ import annotations

from tests.journeys.answers import NOT_QUITE, RIGHT, UNSURE
from tests.journeys.reader import BLOCKED, Reader
from tests.journeys.sites import READ_ONLY
from tests.journeys.states import State, States, World
from tests.server import manage

QUESTIONS = States()


@QUESTIONS.of("learner/question.html")
def question_one(world: World) -> Reader:
    return world.at_question("one")


@QUESTIONS.of("learner/question.html")
def question_several(world: World) -> Reader:
    return world.at_question("several")


@QUESTIONS.of("learner/question.html")
def question_pairs(world: World) -> Reader:
    return world.at_question("pairs")


@QUESTIONS.of("learner/question.html")
def question_one_without_answer(world: World) -> Reader:
    reader = world.at_question("one")
    reader.send(until=".error-summary")
    return reader


@QUESTIONS.of("learner/question.html")
def question_pairs_without_answer(world: World) -> Reader:
    reader = world.at_question("pairs", way=BLOCKED)
    reader.send(until=".error-summary")
    return reader


@QUESTIONS.of("learner/question.html")
def question_tried_again(world: World) -> Reader:
    reader = world.at_question("several")
    reader.answer(world.key, NOT_QUITE)
    reader.follow("Try this question again")
    assert "You answered before: " in reader.text()
    return reader


@QUESTIONS.of("learner/question.html")
def question_not_saved(world: World) -> Reader:
    reader = world.at_question("one")
    reader.line_is_bad = True
    reader.page.route("**/checks/**", lambda route: route.abort())
    world.choose_right(reader)
    reader.hands.press(reader.control("Check my answer"))
    reader.page.locator("[data-not-saved]").wait_for()
    return reader


@QUESTIONS.of("learner/question.html")
def question_offered_again(world: World) -> Reader:
    reader = world.at_question("one")
    world.choose_right(reader)
    reader.context.clear_cookies(name="form")
    reader.send(until=".notice[autofocus]")
    return reader


@QUESTIONS.of("learner/question.html")
def question_while_saving_is_off(world: World) -> Reader:
    reader = world.at_question("one")
    path = reader.page.url.removeprefix(reader.address)
    other = world.reader(site=READ_ONLY)
    other.context.add_cookies(reader.lasting_cookies())
    other.open(path)
    return other


def _feedback(kind: str, verdict: str) -> None:
    def reach(world: World) -> Reader:
        reader = world.at_question(kind)
        reader.answer(world.key, verdict)
        reader.page.locator("details").first.evaluate("element => { element.open = true; }")
        return reader

    QUESTIONS.append(State(f"feedback {verdict} for {kind}", "learner/feedback.html", reach))


for _kind in ("one", "several", "pairs"):
    for _verdict in (RIGHT, NOT_QUITE, UNSURE):
        _feedback(_kind, _verdict)


@QUESTIONS.of("learner/feedback.html")
def feedback_to_a_late_answer(world: World) -> Reader:
    reader = world.at_question("one")
    tab = reader.other_tab()
    reader.answer(world.key, RIGHT)
    reader.page = tab
    reader.hands = reader.way.hands(tab)
    reader.answer(world.key, NOT_QUITE)
    assert "perhaps in another tab" in reader.text()
    return reader


@QUESTIONS.of("learner/feedback.html")
def feedback_to_a_withdrawn_question(world: World) -> Reader:
    return _withdrawn(world)


@QUESTIONS.of("public/modules.html")
def modules_with_a_correction(world: World) -> Reader:
    reader = _withdrawn(world)
    reader.open("/en/modules/")
    assert "We got something wrong" in reader.text()
    return reader


def _withdrawn(world: World) -> Reader:
    """A question is withdrawn once it has been answered; on a site that nobody else is on."""
    slug, question = world.key.longest(lambda question: question.kind == "one")
    site = world.sites.copy_of_real()
    reader = world.reader(site=site)
    reader.seek(slug, lambda stem: stem == question.stem)
    reader.answer(world.key, NOT_QUITE)
    manage(
        *("content", "withdraw", slug, "--question", question.key),
        *("--version", str(question.version), "--note", question.truth),
        database_url=world.sites.url(site),
    )
    reader.page.reload()
    assert "We took this question out" in reader.text()
    return reader
