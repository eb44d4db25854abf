"""A check in the browser: begin it, answer one question a page, see where you stand."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from learning.actions.publishing import withdraw_module, withdraw_question
from learning.models import Answer, Assignment, Device, Edition, Learner, Question, Sitting
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import NOW
from tests.ledger import kept_answers
from tests.visitor import BEFORE, CHECK, SLUG, Shown, Visitor, same_but_for_tokens
from tests.web.conftest import Reader

NOTHING_TO_ASK = (
    "All questions of this module were taken out, because something in them was wrong. "
    "You can still read it."
)
WAYS_ON = {"See all modules": "/en/modules/", "I have a return code": "/en/return/"}
STALE = "This page was not complete. Your answer is still here: press the button once more."
RIGHT: dict[int, dict[str, Any]] = {
    1: {"answer": "1"},
    2: {"answer": ["1", "3"]},
    3: {"item-1": "1", "item-2": "2"},
    4: {"answer": "2"},
}
WRONG: dict[int, dict[str, Any]] = {
    1: {"answer": "2"},
    2: {"answer": ["2"]},
    3: {"item-1": "2", "item-2": "1"},
    4: {"answer": "1"},
}
UNSURE: dict[int, dict[str, Any]] = {
    1: {"answer": "unsure"},
    2: {"answer": "unsure"},
    3: {"item-1": "unsure", "item-2": "unsure"},
    4: {"answer": "unsure"},
}


def withdraw(key: str) -> None:
    withdraw_question(
        slug=SLUG, key=key, version=1, note="Lymph and blood.", actor="operator", now=NOW
    )


def rows() -> dict[str, int]:
    tables = (Learner, Device, Sitting, Answer)
    return {table.__name__: table._default_manager.count() for table in tables}


# Beginning


def test_start_page_says_what_is_kept_before_the_button(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get(CHECK)
    assert (shown.status, shown.heading) == (200, "Check yourself")
    assert shown.title == "Check yourself – How breast cancer spreads – Waymark"
    for words in ("no name", "180 days", "30 minutes", "numbers about everybody", "cookies"):
        assert words in shown.text
    assert shown.form().choices == {"shared": ["own", "shared"]}
    assert shown.checked == [("shared", "own")]
    assert shown.headers["Cache-Control"] == "no-store, private"
    before = visitor.get(BEFORE)
    assert (before.status, before.heading) == (200, "What do you know before you read?")
    assert rows() == {"Learner": 0, "Device": 0, "Sitting": 0, "Answer": 0}


@pytest.mark.parametrize(("path", "occasion"), [(CHECK, "after"), (BEFORE, "before")])
def test_start_lands_on_the_first_question(
    visitor: Visitor, edition: Edition, path: str, occasion: str
) -> None:
    sent = visitor.press(visitor.get(path), {"shared": "own"})
    check = Sitting.objects.get()
    assert (sent.status, sent.headers["Location"]) == (303, f"/en/checks/{check.key}/1/")
    assert (check.occasion, check.edition, check.started_at) == (occasion, edition, NOW)
    shown = visitor.open(sent.headers["Location"])
    assert (shown.status, shown.title) == (
        200,
        f"Question 1 of 2 – {edition.title} – Waymark",
    )


def test_start_of_a_learner_asks_no_device_and_goes_on_with_what_is_open(
    anna: Reader,
) -> None:
    shown = anna.visitor.get(CHECK)
    assert shown.links["Go on with question 1 of 4"] == anna.path(1)
    assert shown.page.all("form") == []
    before = anna.visitor.get(BEFORE)
    assert before.form().choices == {}
    assert anna.visitor.press(before).status == 303
    assert rows() == {"Learner": 1, "Device": 1, "Sitting": 2, "Answer": 0}


def test_start_twice_lands_in_the_same_check(visitor: Visitor, edition: Edition) -> None:
    """R-002: the second tap carries the same token, and no cookie yet."""
    shown = visitor.get(CHECK)
    other = Visitor()
    other.client.cookies.update(visitor.client.cookies)
    first = visitor.press(shown, {"shared": "own"})
    second = other.press(shown, {"shared": "own"})
    assert first.headers["Location"] == second.headers["Location"]
    for someone in (visitor, other):
        assert someone.open(first.headers["Location"]).status == 200
    assert rows() == {"Learner": 1, "Device": 2, "Sitting": 1, "Answer": 0}


def test_start_after_back_lands_in_the_same_check(visitor: Visitor, edition: Edition) -> None:
    """R-007: Back to the start page and the button again."""
    shown = visitor.get(CHECK)
    first = visitor.press(shown, {"shared": "own"})
    second = visitor.press(shown, {"shared": "own"})
    assert first.headers["Location"] == second.headers["Location"]
    assert rows() == {"Learner": 1, "Device": 1, "Sitting": 1, "Answer": 0}


def test_start_without_saying_whose_device_shows_what_is_missing(
    visitor: Visitor, edition: Edition
) -> None:
    shown = visitor.press(visitor.get(CHECK))
    assert (shown.status, shown.errors) == (422, ["Choose whose device this is."])
    assert shown.title.startswith("Error: Check yourself")
    assert rows() == {"Learner": 0, "Device": 0, "Sitting": 0, "Answer": 0}
    assert visitor.press(shown, {"shared": "shared"}).status == 303


@pytest.mark.parametrize("token", ["", "short", "x" * 23, "ümläute" * 3, "\0" * 22])
def test_start_with_a_broken_token_is_offered_again_with_a_whole_one(
    visitor: Visitor, edition: Edition, token: str
) -> None:
    shown = visitor.press(visitor.get(CHECK), {"shared": "shared", "token": token})
    assert (shown.status, shown.errors) == (422, [STALE])
    assert shown.checked == [("shared", "shared")]
    assert visitor.press(shown, {"shared": "shared"}).status == 303
    assert Device.objects.get().shared is True


def test_start_with_a_strangers_token_is_offered_again_with_a_fresh_one(
    anna: Reader, visitor: Visitor, clock: Clock
) -> None:
    used = visitor.get(BEFORE).form().hidden["token"]
    visitor.press(visitor.get(BEFORE), {"shared": "own", "token": used})
    shown = anna.visitor.press(anna.visitor.get(BEFORE), {"token": used})
    assert (shown.status, shown.errors) == (422, [STALE])
    sent = anna.visitor.press(shown)
    assert sent.status == 303
    assert anna.visitor.open(sent.headers["Location"]).status == 200


def test_start_where_every_question_was_withdrawn_says_so(
    visitor: Visitor, edition: Edition
) -> None:
    """R-062"""
    Question.objects.update(withdrawn_at=NOW, withdrawn_note="So.")
    shown = visitor.press(visitor.get(CHECK), {"shared": "own"})
    assert (shown.status, shown.errors) == (
        422,
        [NOTHING_TO_ASK],
    )
    assert rows() == {"Learner": 0, "Device": 0, "Sitting": 0, "Answer": 0}


# Asking


def test_question_gives_nothing_away_before_it_is_answered(anna: Reader) -> None:
    """S-013, S-014: no truth, reason, mix-up or key of a choice is anywhere in the page."""
    for number in (1, 2, 3, 4):
        shown = anna.question(number)
        place = anna.place(number)
        text, behind = place.wording.text, place.asked.behind
        parts = text.get("items") or text["choices"]
        secrets = [text["truth"], *(part["why"] for part in parts)]
        secrets += [part["key"] + '"' for part in parts]
        secrets += [mixup["wording"] for mixup in behind["mixups"].values()]
        assert [secret for secret in secrets if secret in shown.html] == []
        assert all(part["text"] in shown.text for part in parts)


@pytest.mark.parametrize(
    ("number", "choices"),
    [
        (1, {"answer": ["1", "2", "unsure"]}),
        (2, {"answer": ["1", "2", "3", "unsure"]}),
        (3, {"item-1": ["1", "2", "unsure"], "item-2": ["1", "2", "unsure"]}),
        (4, {"answer": ["1", "2", "unsure"]}),
    ],
)
def test_question_offers_its_choices_and_not_sure_last(
    anna: Reader, number: int, choices: dict[str, list[str]]
) -> None:
    shown = anna.question(number)
    assert shown.form().choices == {**choices, "sure": ["very", "fairly", "guess"]}
    assert shown.checked == []


# Answering


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("chosen", "verdict", "word"),
    [
        (RIGHT, "right", "That’s right."),
        (WRONG, "not_right", "Not quite."),
        (UNSURE, "unsure", "Good to know."),
    ],
)
def test_answer_is_saved_before_its_feedback_is_shown(
    anna: Reader, number: int, chosen: dict[int, dict[str, Any]], verdict: str, word: str
) -> None:
    sent = anna.visitor.press(anna.question(number), {**chosen[number], "sure": "fairly"})
    assert (sent.status, sent.headers["Location"]) == (303, anna.path(number))
    kept = Answer.objects.get()
    assert (kept.question, kept.number, kept.verdict) == (anna.place(number), 1, verdict)
    assert (kept.sure, kept.at) == ("" if verdict == "unsure" else "fairly", NOW)
    shown = anna.question(number)
    text = anna.place(number).wording.text
    assert f"{word} {text['truth']}" in shown.text
    assert "Saved." in shown.text
    assert "Continue" in shown.links
    assert shown.page.all("form") == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("chosen", [RIGHT, WRONG, UNSURE])
def test_answer_by_htmx_is_the_page_of_a_reload(
    anna: Reader, number: int, chosen: dict[int, dict[str, Any]]
) -> None:
    swapped = anna.visitor.press(anna.question(number), chosen[number], htmx=True)
    assert (swapped.status, swapped.headers["Content-Location"]) == (200, anna.path(number))
    assert "HX-Request" in swapped.headers["Vary"]
    assert swapped.html == anna.question(number).html
    assert Answer.objects.count() == 1


ERRORS: list[tuple[int, dict[str, Any], list[str], list[tuple[str, str]]]] = [
    (1, {"sure": "very"}, ["Choose one answer, or choose “I’m not sure”."], [("sure", "very")]),
    (1, {"answer": "9"}, ["Choose one answer, or choose “I’m not sure”."], []),
    (1, {"answer": "lymph"}, ["Choose one answer, or choose “I’m not sure”."], []),
    (
        1,
        {"answer": "1", "sure": "perhaps"},
        ["Choose how sure you are, or leave it open."],
        [("answer", "1")],
    ),
    (2, {}, ["Choose at least one answer, or choose “I’m not sure”."], []),
    (
        2,
        {"answer": ["1", "9"]},
        ["Choose at least one answer, or choose “I’m not sure”."],
        [("answer", "1")],
    ),
    (
        2,
        {"answer": ["1", "unsure"]},
        ["Choose the answers you think are right, or only “I’m not sure”."],
        [("answer", "1"), ("answer", "unsure")],
    ),
    (
        3,
        {"item-1": "2"},
        ["Choose an answer for “It grows elsewhere”, or “I’m not sure”."],
        [("item-1", "2")],
    ),
    (
        3,
        {"item-1": "1", "item-2": "1"},
        ["Give each step a different place.", "Give each step a different place."],
        [("item-1", "1"), ("item-2", "1")],
    ),
    (
        3,
        {"item-1": "7", "item-2": "unsure"},
        ["Choose an answer for “It breaks out”, or “I’m not sure”."],
        [("item-2", "unsure")],
    ),
    (4, {"answer": "2", "token": "cut off"}, [STALE], [("answer", "2")]),
]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("number", "chosen", "errors", "ticked"), ERRORS)
def test_invalid_answer_is_the_same_page_with_what_was_chosen(
    anna: Reader,
    number: int,
    chosen: dict[str, Any],
    errors: list[str],
    ticked: list[tuple[str, str]],
    htmx: bool,
) -> None:
    shown = anna.visitor.press(anna.question(number), chosen, htmx=htmx)
    assert (shown.status, shown.errors, shown.checked) == (422, errors, ticked)
    assert shown.title.startswith(f"Error: Question {number} of 4")
    assert Answer.objects.count() == 0
    assert anna.visitor.press(shown, RIGHT[number]).status == 303
    assert Answer.objects.get().verdict == "right"


def test_same_form_sent_twice_is_one_answer(anna: Reader) -> None:
    """R-001, R-003, R-017: the page is the same both times, and so is the database."""
    question = anna.question(1)
    first = anna.visitor.press(question, RIGHT[1], htmx=True)
    second = anna.visitor.press(question, WRONG[1], htmx=True)
    assert (first.status, second.status) == (200, 200)
    assert first.html == second.html
    assert [(kept.number, kept.verdict) for kept in Answer.objects.all()] == [(1, "right")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_two_tabs_in_every_order_keep_all_and_the_first_stands(
    anna: Reader, order: tuple[int, ...]
) -> None:
    """R-004: each tab loads and sends; whatever comes between, nothing is lost, no error page."""
    steps = [("load", 0), ("load", 1), ("send", 0), ("send", 1)]
    chosen = {0: RIGHT[1], 1: WRONG[1]}
    tabs: dict[int, Shown] = {0: anna.question(1), 1: anna.question(1)}
    sent: list[int] = []
    for step, tab in (steps[place] for place in order):
        if step == "load":
            fresh = anna.question(1)
            assert fresh.status == 200
            tabs[tab] = fresh if fresh.page.all("form") else tabs[tab]
        else:
            shown = anna.visitor.press(tabs[tab], chosen[tab], htmx=True)
            sent.append(tab)
            assert shown.status == 200
            late = "perhaps in another tab" in shown.text
            assert late is (len(sent) == 2)
    verdicts = ["right" if tab == 0 else "not_right" for tab in sent]
    assert [kept.verdict for kept in anna.place(1).answers.all()] == verdicts
    reloaded = anna.question(1)
    assert "This is try 2." in reloaded.text


def test_late_answer_says_so_after_its_redirect(anna: Reader) -> None:
    question = anna.question(1)
    other_tab = anna.question(1)
    anna.visitor.press(question, RIGHT[1])
    sent = anna.visitor.press(other_tab, WRONG[1])
    assert (sent.status, sent.headers["Location"]) == (303, f"{anna.path(1)}?kept=later")
    shown = anna.visitor.get(sent.headers["Location"])
    assert "You had answered this question before, perhaps in another tab." in shown.text
    htmx = anna.visitor.press(anna.visitor.get(f"{anna.path(1)}?again=1"), RIGHT[1], htmx=True)
    assert htmx.headers["Content-Location"] == anna.path(1)


def test_late_answer_by_htmx_is_the_page_of_a_reload(anna: Reader) -> None:
    question = anna.question(1)
    anna.visitor.press(anna.question(1), RIGHT[1])
    swapped = anna.visitor.press(question, WRONG[1], htmx=True)
    assert swapped.html == anna.visitor.get(swapped.headers["Content-Location"]).html


def test_try_again_is_always_possible_and_kept_in_order(anna: Reader) -> None:
    for number in (1, 2, 3, 4):
        anna.visitor.press(anna.question(number), WRONG[number])
        feedback = anna.question(number)
        again = anna.visitor.get(feedback.links["Try this question again"])
        assert again.checked == []
        assert again.text.count("You answered before: ") == 1
        sent = anna.visitor.press(again, RIGHT[number])
        assert (sent.status, sent.headers["Location"]) == (303, anna.path(number))
        assert [kept.verdict for kept in anna.place(number).answers.all()] == [
            "not_right",
            "right",
        ]
        assert "This is try 2." in anna.question(number).text


def test_try_again_says_what_was_answered_before(anna: Reader) -> None:
    said = {
        1: "You answered before: Through touch",
        2: "You answered before: From hands",
        3: "You answered before: It breaks out: Second; It grows elsewhere: First",
    }
    for number, words in said.items():
        anna.visitor.press(anna.question(number), WRONG[number])
        assert words in anna.visitor.get(f"{anna.path(number)}?again=1").text


def test_back_and_forward_show_what_is_saved(anna: Reader) -> None:
    """R-007: every page of a check is a GET of its own; none asks to send a form again."""
    for number in (1, 2, 3, 4):
        anna.visitor.press(anna.question(number), RIGHT[number])
    pages = [anna.question(number) for number in (4, 3, 2, 1, 2, 3, 4)]
    assert [page.status for page in pages] == [200] * 7
    assert all("Saved." in page.text and page.page.all("form") == [] for page in pages)
    assert all(page.headers["Cache-Control"] == "no-store, private" for page in pages)
    assert Answer.objects.count() == 4


def test_page_left_open_three_days_is_saved(anna: Reader, clock: Clock) -> None:
    """R-012: no clock can hurt her; the device is noted anew on the same way."""
    question = anna.question(1)
    clock.move(hours=72)
    sent = anna.visitor.press(question, RIGHT[1])
    assert (sent.status, sent.headers["Location"]) == (303, anna.path(1))
    assert Answer.objects.get().at == clock.now
    assert anna.learner.devices.get().last_used_on == clock.now.date()


def test_check_begun_long_ago_goes_on(anna: Reader, clock: Clock) -> None:
    clock.move(days=170)
    assert anna.visitor.press(anna.question(1), RIGHT[1]).status == 303
    clock.move(days=170)
    assert anna.visitor.press(anna.question(2), RIGHT[2]).status == 303
    assert "Go on with question 3" in anna.visitor.get(anna.path()).text


# Not hers


def test_check_of_another_is_the_same_as_no_check(anna: Reader, bella: Reader) -> None:
    """R-008, S-004, S-005: a shared link tells nothing, not even that there is something."""
    anna.visitor.press(anna.question(1), RIGHT[1])
    stranger = Visitor()
    for someone in (bella.visitor, stranger):
        for tail in ("", "1/", "1/?again=1"):
            theirs = someone.get(anna.path() + tail)
            nobody = someone.get(f"/en/checks/{'x' * 22}/{tail}")
            assert (theirs.status, theirs.heading) == (404, "This page is not on this device")
            assert theirs.links == WAYS_ON
            assert theirs.html == nobody.html
            for name in ("Cache-Control", "Vary", "Content-Length"):
                assert theirs.headers[name] == nobody.headers[name]


def test_question_that_the_check_has_not_is_not_there(anna: Reader) -> None:
    for number in ("0", "5", "40000", "99999999999999999999"):
        shown = anna.visitor.get(f"{anna.path()}{number}/")
        assert (shown.status, shown.heading) == (404, "This page is not on this device")


def test_answer_to_the_check_of_another_is_refused(anna: Reader, bella: Reader) -> None:
    form = bella.question(1).form()
    for path in (anna.path(1), f"/en/checks/{'x' * 22}/1/"):
        shown = bella.visitor.post(path, {**form.hidden, **RIGHT[1]})
        assert (shown.status, shown.heading) == (404, "This page is not on this device")
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_answer_from_a_device_forgotten_meanwhile_says_so_and_offers_the_module(
    edition: Edition, clock: Clock, htmx: bool
) -> None:
    """R-031: on a shared device after a pause; nothing of the earlier check is told."""
    visitor = Visitor()
    question = visitor.start(shared=True)
    clock.move(minutes=31)
    shown = visitor.press(question, {"answer": "unsure", "item-1": "unsure"}, htmx=htmx)
    assert (shown.status, shown.heading) == (404, "This device has forgotten you")
    assert "What you sent just now was not saved." in shown.text
    assert shown.links == {
        "Go to the module again": f"/en/modules/{SLUG}/",
        "I have a return code": "/en/return/",
    }
    assert Answer.objects.count() == 0
    again = visitor.start()
    assert again.status == 200
    assert Learner.objects.count() == 2


def test_answer_from_a_forgotten_device_is_told_the_same_whatever_it_asks_for(
    anna: Reader, visitor: Visitor
) -> None:
    token = visitor.get(BEFORE).form().hidden
    shown = [
        visitor.post(path, {**token, **RIGHT[1], "module": module})
        for path in (anna.path(1), f"/en/checks/{'x' * 22}/1/", "/en/me/erase/")
        for module in ("", "../evil", "//evil.example", "a" * 61)
    ]
    assert {page.status for page in shown} == {404}
    assert {page.html for page in shown} == {shown[0].html}
    assert shown[0].links == WAYS_ON


def test_answer_to_a_check_erased_in_another_tab_says_so(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is there when its page is made up, and gone when the answer wants its lock."""
    from learning.actions import checking

    keep = checking.answer

    def erased_first(**given: Any) -> checking.Answered:
        Sitting.objects.all().delete()
        return keep(**given)

    question = anna.question(1)
    monkeypatch.setattr(checking, "answer", erased_first)
    shown = anna.visitor.press(question, RIGHT[1])
    assert (shown.status, shown.heading) == (404, "This device has forgotten you")


# While somebody edits


def test_check_keeps_the_wording_it_was_begun_with(
    anna: Reader, edition: Edition, tmp_path: Path
) -> None:
    """R-061: a question reworded, one given a new key and version, one dropped, in mid-check."""
    question = anna.question(1)
    changed = factories.module(
        questions=[
            factories.one_question(stem="Which way can it take?"),
            factories.several_question(
                version=2,
                choices=[
                    {**choice, "right": choice["key"] != "blood", "misconception": None}
                    if choice["key"] != "hands"
                    else choice
                    for choice in factories.several_question()["choices"]
                ],
            ),
            factories.pairs_question(key="steps-new"),
            factories.steps_question(),
        ]
    )
    changed["questions"][1]["choices"] = factories.several_question()["choices"][:2]
    factories.published(folder=tmp_path, modules=[changed])
    assert Edition.objects.get(current=True).number == 2
    sent = anna.visitor.press(question, RIGHT[1])
    assert sent.status == 303
    assert anna.question(1).heading == "Which is a way that cancer can spread?"
    for number in (2, 3, 4):
        assert anna.visitor.press(anna.question(number), RIGHT[number]).status == 303
    assert [kept.verdict for kept in Answer.objects.order_by("id")] == ["right"] * 4
    assert "You have finished this module" in anna.visitor.get(anna.path()).text


def test_question_withdrawn_while_it_is_open_is_kept_and_explained(anna: Reader) -> None:
    """R-062: a calm note, what is right, the answer kept, and it counts nowhere."""
    question = anna.question(1)
    withdraw("routes-one")
    sent = anna.visitor.press(question, WRONG[1])
    assert (sent.status, sent.headers["Location"]) == (303, anna.path(1))
    shown = anna.question(1)
    assert "We took this question out" in shown.text
    assert "What is right: Lymph and blood." in shown.text
    assert "Your answer is kept. It does not count anywhere." in shown.text
    assert "Try this question again" not in shown.links
    assert Answer.objects.get().verdict == "not_right"
    assert shown.links["Continue"] == anna.path(2)


@pytest.mark.parametrize("htmx", [False, True])
def test_question_withdrawn_while_it_is_open_needs_no_choice(anna: Reader, htmx: bool) -> None:
    question = anna.question(1)
    withdraw("routes-one")
    sent = anna.visitor.press(question, htmx=htmx)
    shown = sent if htmx else anna.visitor.get(sent.headers["Location"])
    assert sent.status == (200 if htmx else 303)
    assert "We took this question out" in shown.text
    assert "Your answer is kept" not in shown.text
    assert shown.html == anna.question(1).html


def test_correction_is_shown_until_it_was_read(anna: Reader, bella: Reader) -> None:
    """R-062: on the next page, and only to whom it concerns."""
    anna.visitor.press(anna.question(1), RIGHT[1])
    withdraw("routes-one")
    pages = [anna.question(2), anna.visitor.get(anna.path()), anna.visitor.get("/en/modules/")]
    assert all("We got something wrong" in page.text for page in pages)
    assert all("Lymph and blood." in page.text for page in pages)
    assert "We got something wrong" not in bella.question(2).text
    seen = anna.visitor.press(anna.question(2), action="/en/me/corrections/")
    assert (seen.status, seen.headers["Location"]) == (303, "/en/me/")
    assert "We got something wrong" not in anna.question(2).text


def test_check_of_a_withdrawn_module_can_be_finished(anna: Reader) -> None:
    """R-063: nothing that she did is lost, and no link leads into nothing."""
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    for number in (1, 2, 3, 4):
        assert anna.visitor.press(anna.question(number), RIGHT[number]).status == 303
        assert "Read that part again" not in anna.question(number).links
    shown = anna.visitor.get(anna.path())
    assert "This module is no longer offered. Your answers stay with you." in shown.text
    assert "You know this How cells can move. What a cell does first." in shown.text
    links = [anna.visitor.get(link).status for link in shown.links.values()]
    assert links == [200] * len(links)


# Where she stands


def test_results_of_a_check_begun_lead_to_the_next_question(anna: Reader) -> None:
    anna.visitor.press(anna.question(1), RIGHT[1])
    shown = anna.visitor.get(anna.path())
    assert (shown.status, shown.heading) == (200, "Your answers so far are saved")
    assert shown.links["Go on with question 2"] == anna.path(2)
    assert "You answered 1 of 4." in shown.text
    assert "Still to come How cells can move. What a cell does first." in shown.text


def test_results_of_a_finished_check_say_in_words_where_she_stands(anna: Reader) -> None:
    for number, chosen in {1: RIGHT, 2: RIGHT, 3: WRONG, 4: RIGHT}.items():
        anna.visitor.press(anna.question(number), chosen[number])
    shown = anna.visitor.get(anna.path())
    assert (shown.status, shown.heading) == (200, "You have finished this module")
    assert "You know this How cells can move." in shown.text
    assert "Worth another look What a cell does first." in shown.text
    assert shown.links["Try question 3 again"] == f"{anna.path(3)}?again=1"
    assert "%" not in shown.text
    assert anna.visitor.press(anna.visitor.get(f"{anna.path(3)}?again=1"), RIGHT[3]).status == 303
    mended = anna.visitor.get(anna.path())
    assert "You know this How cells can move. What a cell does first." in mended.text


def test_results_before_reading_lead_into_the_module(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.start(BEFORE)
    while shown.page.all("form"):
        form = shown.form()
        chosen = {name: "unsure" for name in form.choices if name != "sure"}
        feedback = visitor.press(shown, chosen, htmx=True)
        shown = visitor.get(feedback.links["Continue"])
    assert shown.heading == "You have answered the first questions"
    assert shown.links["Read the module"] == f"/en/modules/{SLUG}/"


def test_results_lead_to_the_next_module(db: None, tmp_path: Path, visitor: Visitor) -> None:
    """The main button names it: what her nurse wished first, then in the order of the list."""
    titles = {"bones": "Bones", "how-it-spreads": "How it spreads", "liver": "Liver"}
    edition = factories.published(
        folder=tmp_path,
        modules=[factories.module(slug=slug, title=title) for slug, title in titles.items()],
    )
    someone = factories.learner()
    factories.device(learner=someone, token="someone")
    visitor.use("someone")

    def finish(slug: str) -> Shown:
        shown = visitor.start(f"/en/modules/{slug}/check/")
        while shown.page.all("form"):
            chosen = {name: "unsure" for name in shown.form().choices if name != "sure"}
            shown = visitor.get(visitor.press(shown, chosen, htmx=True).links["Continue"])
        assert shown.heading == "You have finished this module"
        return shown

    shown = finish("how-it-spreads")
    assert shown.links["Next: Liver"] == "/en/modules/liver/"
    assert shown.links["See all modules"] == "/en/modules/"
    nurse = factories.staff_member(clinic=factories.clinic())
    group = factories.group(nurses=[nurse])
    factories.membership(group=group, learner=someone)
    wish = Assignment.objects.create(
        group=group, module=edition.module, token="w" * 22, created_by=nurse, created_at=NOW
    )
    assert visitor.get(shown.path).links["Next: Bones"] == "/en/modules/bones/"
    wish.delete()
    assert "Next: Bones" in finish("liver").links
    last = finish("bones")
    assert last.links["See all modules"] == "/en/modules/"
    assert "Next: " not in last.text
    home = visitor.get("/en/")
    assert home.links["See all modules"] == "/en/modules/"
    assert "Next: " not in home.text


def test_feedback_to_several_says_kindly_what_was_right(anna: Reader) -> None:
    shown = anna.visitor.press(anna.question(2), {"answer": ["1"]}, htmx=True)
    assert (
        "In the blood Rightly ticked. It is a way. From hands Rightly left out. "
        "You cannot catch it. In the lymph You left this out. It belongs. It is a way."
    ) in shown.text
    again = anna.visitor.get(f"{anna.path(2)}?again=1")
    shown = anna.visitor.press(again, {"answer": ["2"]}, htmx=True)
    assert "From hands You ticked this. It does not belong. You cannot catch it." in shown.text
    again = anna.visitor.get(f"{anna.path(2)}?again=1")
    shown = anna.visitor.press(again, {"answer": "unsure"}, htmx=True)
    assert (
        "In the blood It belongs. It is a way. From hands It does not belong. "
        "You cannot catch it. In the lymph It belongs. It is a way."
    ) in shown.text


# Budgets


def test_question_page_and_answer_stay_within_their_queries(anna: Reader, clock: Clock) -> None:
    """Budgets: a question page 5, an answer 8 of which 3 write, on the first and on the last."""
    for number in (1, 2, 3, 4):
        with counted() as page:
            question = anna.question(number)
        clock.move(days=1)
        with counted() as answer:
            anna.visitor.press(question, RIGHT[number], htmx=True)
        with counted() as feedback:
            anna.question(number)
        with counted() as again:
            anna.visitor.get(f"{anna.path(number)}?again=1")
        assert page.all <= 5, page.statements
        assert feedback.all <= 5, feedback.statements
        assert again.all <= 5, again.statements
        assert answer.all <= 8, answer.statements
        assert answer.writes <= 3, answer.statements
    assert Sitting.objects.get().finished_at is not None


def test_kept_answers_reads_back_what_the_forms_sent(anna: Reader) -> None:
    """What the ledgers are held against is read in the values of the forms."""
    sent = {1: WRONG, 2: RIGHT, 3: RIGHT, 4: UNSURE}
    for number, chosen in sent.items():
        anna.visitor.press(anna.question(number), chosen[number])
    assert [(kept.number, dict(kept.chosen)) for kept in kept_answers()] == [
        (1, {"answer": "2"}),
        (2, {"answer": "3"}),
        (3, {"item-1": "1", "item-2": "2"}),
        (4, {"answer": "unsure"}),
    ]
    assert kept_answers()[1].chosen == (("answer", "1"), ("answer", "3"))
    assert same_but_for_tokens('name="token" value="abc"') == 'name="token" value="…"'
