"""My questions for my team: kept, changed, shared with nurses, taken back."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from learning.actions import asking
from learning.actions.arriving import LearnerErased
from learning.models import Edition, Group, Learner, TeamQuestion
from learning.reports import shared
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import NOW
from tests.markup import faults
from tests.visitor import SLUG, Visitor
from tests.web.conftest import Reader

pytestmark = pytest.mark.django_db
LIST = "/en/me/questions/"
NOBODY = (
    "Nobody watches this. Your nurse may read it days from now. If something is happening to you "
    "now, see Help now."
)
GENERAL = "Who can I talk to about feelings, work or money?"


def kept() -> list[tuple[str, bool]]:
    return [(row.text, row.shared_at is not None) for row in TeamQuestion.objects.all()]


@pytest.fixture
def group() -> Group:
    """A group at the First Clinic, with nobody in it."""
    clinic = factories.clinic(name="First Clinic")
    return factories.group(nurses=[factories.staff_member(clinic=clinic)], name="Tuesday")


@pytest.fixture
def member(anna: Reader, group: Group) -> Reader:
    factories.membership(group=group, learner=anna.learner)
    return anna


def path(question: TeamQuestion, verb: str = "") -> str:
    return f"{LIST}{question.key}/" + (f"{verb}/" if verb else "")


# The list


def test_list_of_somebody_new_takes_a_first_question(visitor: Visitor, edition: Edition) -> None:
    page = visitor.get(LIST)
    assert (page.status, page.heading, faults(page.page)) == (200, "My questions for my team", [])
    assert "On your list" not in page.text
    assert "under a random number" in page.text
    sent = visitor.press(page, {"text": "May I\nfly?", "shared": "own"})
    question = TeamQuestion.objects.get()
    assert (sent.status, sent.headers["Location"]) == (303, f"{LIST}#q-{question.key}")
    assert kept() == [("May I fly?", False)]
    assert visitor.cookie("device")["max-age"] == 180 * 24 * 3600
    shown = visitor.get(LIST)
    assert "On your list May I fly? Only you can read this." in shown.text
    assert shown.links["Change or remove: May I fly?"] == path(question)
    assert "Whose device is this?" not in shown.text


def test_list_is_hers_alone(anna: Reader, bella: Reader) -> None:
    anna.visitor.press(anna.visitor.get(LIST), {"text": "May I fly?"})
    assert "May I fly?" in anna.visitor.get(LIST).text
    assert "May I fly?" not in bella.visitor.get(LIST).text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "Write your question first."),
        (" \n ", "Write your question first."),
        (
            "x" * 301,
            "Make it a little shorter: up to 300 letters. Two questions can be two entries.",
        ),
    ],
)
def test_what_is_no_question_is_asked_again(visitor: Visitor, text: str, error: str) -> None:
    shown = visitor.press(visitor.get(LIST), {"text": text, "shared": "shared"})
    assert (shown.status, shown.errors) == (422, [error])
    assert shown.title.startswith("Error: ")
    assert shown.checked == [("shared", "shared")]
    assert text.strip() in shown.html
    assert kept() == []


def test_markup_in_a_question_stays_text(anna: Reader) -> None:
    """S-037"""
    text = "<script>alert(1)</script> =2+2 {{ x }}"
    anna.visitor.press(anna.visitor.get(LIST), {"text": text})
    for page in (LIST, path(TeamQuestion.objects.get()), "/en/me/visit/", "/en/me/download/"):
        shown = anna.visitor.get(page)
        assert text in shown.text
        assert "<script>alert" not in shown.html


def test_form_sent_twice_keeps_one_question_and_one_learner(visitor: Visitor) -> None:
    """R-002: the second tap has no cookie yet."""
    page = visitor.get(LIST)
    chosen = {"text": "May I fly?", "shared": "own"}
    visitor.press(page, chosen)
    visitor.forget("device")
    visitor.press(page, chosen)
    assert kept() == [("May I fly?", False)]
    assert Learner.objects.get().devices.count() == 2


def test_form_of_long_ago_is_offered_again_with_her_words(visitor: Visitor, clock: Clock) -> None:
    page = visitor.get(LIST)
    visitor.press(page, {"text": "May I fly?", "shared": "own"})
    visitor.forget("device")
    clock.move(minutes=11)
    shown = visitor.press(page, {"text": "May I swim?", "shared": "own"})
    assert shown.status == 422
    assert "press the button once more" in shown.errors[0]
    assert "May I swim?</textarea>" in shown.html
    visitor.press(shown, {"text": "May I swim?", "shared": "own"})
    assert kept() == [("May I fly?", False), ("May I swim?", False)]
    assert Learner.objects.count() == 2


def test_full_list_takes_no_more_and_keeps_what_was_typed(anna: Reader) -> None:
    for number in range(asking.MOST_QUESTIONS):
        factories.team_question(learner=anna.learner, text=f"{number}?")
    shown = anna.visitor.press(anna.visitor.get(LIST), {"text": "May I fly?"})
    assert (shown.status, len(kept())) == (422, 50)
    said = "There are 50 questions on your list, which is all it holds. Remove one to make room."
    assert shown.errors == [f"{said} What you wrote is still here."]
    assert "May I fly?</textarea>" in shown.html


def test_question_of_somebody_erased_meanwhile_is_not_kept(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erase(**given: object) -> None:
        raise LearnerErased

    monkeypatch.setattr(asking, "ask", erase)
    shown = anna.visitor.press(anna.visitor.get(LIST), {"text": "May I fly?"})
    assert (shown.status, shown.heading) == (404, "This device has forgotten you")


def test_nothing_can_be_added_while_saving_is_off(anna: Reader, settings: LazySettings) -> None:
    question = factories.team_question(learner=anna.learner)
    settings.READ_ONLY = True
    shown = anna.visitor.get(f"{LIST}?about=bones")
    assert "Saving is switched off for now, so nothing can be added." in shown.text
    assert "<button" not in shown.html
    assert "<button" not in anna.visitor.get(path(question)).html


def test_list_takes_as_many_queries_for_three_questions_as_for_one(member: Reader) -> None:
    counts = []
    for number in range(3):
        factories.team_question(learner=member.learner, text=f"{number}?", shared_at=NOW)
        with counted() as count:
            member.visitor.get(LIST)
        counts.append(count.all)
    assert counts == [counts[0]] * 3


# Suggestions


def test_suggestion_is_added_by_one_press(anna: Reader) -> None:
    page = anna.visitor.get(LIST)
    assert f"Add: {GENERAL}" in page.text
    sent = anna.visitor.press(page, {"suggestion": GENERAL})
    assert (sent.status, sent.headers["Location"]) == (303, f"{LIST}#suggested")
    assert kept() == [(GENERAL, False)]
    shown = anna.visitor.get(LIST)
    assert f"{GENERAL} On your list" in shown.text
    assert f"Add: {GENERAL}" not in shown.text
    anna.visitor.press(page, {"suggestion": GENERAL})
    assert kept() == [(GENERAL, False)]


def test_suggestion_pressed_beside_own_words_loses_neither(visitor: Visitor) -> None:
    chosen = {"suggestion": GENERAL, "text": "May I fly?", "shared": "own"}
    visitor.press(visitor.get(LIST), chosen)
    assert kept() == [("May I fly?", False), (GENERAL, False)]


def test_suggestion_that_is_none_is_refused(visitor: Visitor) -> None:
    shown = visitor.press(visitor.get(LIST), {"suggestion": "Buy this", "shared": "own"})
    assert (shown.status, shown.errors) == (
        422,
        ["That question is not on the list. Choose another one."],
    )
    assert kept() == []


def test_suggestions_are_those_of_the_module_she_came_from(
    anna: Reader, edition: Edition, visitor: Visitor
) -> None:
    section = anna.visitor.get(f"/en/modules/{SLUG}/three-routes/")
    about = section.links["Ask my team about this"]
    assert about == f"{LIST}?about={SLUG}"
    page = anna.visitor.get(about)
    assert "Questions you may want to ask: How breast cancer spreads" in page.text
    assert page.links["Back to the module: How breast cancer spreads"] == f"/en/modules/{SLUG}/"
    text = "What does my lymph node result mean?"
    sent = anna.visitor.press(page, {"suggestion": text})
    assert sent.headers["Location"] == f"{about}#suggested"
    stranger = visitor.get("/en/me/questions/?about=%22%3E%3Cscript%3E")
    assert "script" not in stranger.form().action
    assert "Back to the module" not in stranger.text


def test_pages_of_a_module_lead_to_asking_about_it(anna: Reader) -> None:
    link = ("Ask my team about this", f"{LIST}?about={SLUG}")
    question = anna.question(1)
    assert link not in question.links.items()
    anna.visitor.press(question, {"answer": "1"})
    for page in (anna.path(1), anna.path()):
        assert link in anna.visitor.get(page).links.items()
    assert anna.visitor.get(f"/en/modules/{SLUG}/three-routes/").page.all("script") == []


# One question


def test_question_of_her_own_gets_other_words(anna: Reader) -> None:
    question = factories.team_question(learner=anna.learner)
    page = anna.visitor.get(path(question))
    assert (page.status, page.heading, faults(page.page)) == (200, "One of my questions", [])
    assert "You are in no nurse’s group, so there is nobody here to share it with." in page.text
    assert f"{question.text}</textarea>" in page.html
    sent = anna.visitor.press(page, {"text": "May I swim?"}, action=path(question))
    assert (sent.status, sent.headers["Location"]) == (303, f"{LIST}#q-{question.key}")
    assert kept() == [("May I swim?", False)]
    empty = anna.visitor.press(page, {"text": " "}, action=path(question))
    assert (empty.status, empty.errors) == (422, ["Write your question first."])
    assert kept() == [("May I swim?", False)]


def test_question_is_removed(anna: Reader) -> None:
    question, _ = (factories.team_question(learner=anna.learner, text=t) for t in ("A?", "B?"))
    page = anna.visitor.get(path(question))
    sent = anna.visitor.press(page, action=path(question, "remove"))
    assert (sent.status, sent.headers["Location"]) == (303, LIST)
    assert kept() == [("B?", False)]
    again = anna.visitor.press(page, action=path(question, "remove"))
    assert (again.status, again.heading) == (404, "This page is not on this device")


def test_sharing_names_who_will_read_it_and_can_be_taken_back(
    member: Reader, bella: Reader, group: Group
) -> None:
    question = factories.team_question(learner=member.learner)
    factories.team_question(learner=bella.learner, text="Hers?", shared_at=NOW)
    page = member.visitor.get(path(question))
    assert faults(page.page) == []
    assert "the nurses of this group can read it: First Clinic, group “Tuesday”" in page.text
    assert NOBODY in page.text
    assert page.links["Help now"] == "/en/help-now/"

    def seen() -> list[str]:
        nurses = shared.shared_by(member.learner, 1)
        return [row.text for row in nurses.questions]

    assert seen() == []
    sent = member.visitor.press(page, action=path(question, "share"))
    assert (sent.status, sent.headers["Location"]) == (303, path(question))
    assert seen() == [question.text]
    shown = member.visitor.get(path(question))
    assert faults(shown.page) == []
    assert "You shared this on November 25, 2026. The nurses of this group can read it:" in (
        shown.text
    )
    assert "Your nurses will read the new words from then on." in shown.text
    assert NOBODY in shown.text
    assert "You shared this. Your nurses can read it." in member.visitor.get(LIST).text
    member.visitor.press(shown, action=path(question, "unshare"))
    assert (seen(), kept()[0]) == ([], (question.text, False))
    assert "Only you can read this." in member.visitor.get(LIST).text


def test_sharing_names_every_group(member: Reader) -> None:
    other = factories.staff_member(name="Olga", clinic=factories.clinic(name="Second Clinic"))
    second = factories.group(nurses=[other], name="Friday")
    factories.membership(group=second, learner=member.learner)
    text = member.visitor.get(path(factories.team_question(learner=member.learner))).text
    assert (
        "the nurses of these groups can read it: First Clinic, group “Tuesday” Second Clinic, "
        "group “Friday”"
    ) in text


def test_sharing_by_somebody_who_left_meanwhile_is_refused_kindly(member: Reader) -> None:
    question = factories.team_question(learner=member.learner)
    page = member.visitor.get(path(question))
    member.learner.memberships.all().delete()
    shown = member.visitor.press(page, action=path(question, "share"))
    assert (shown.status, kept()) == (422, [(question.text, False)])
    assert "You are in no nurse’s group any more, so nobody could read it." in shown.text
    assert faults(shown.page) == []


def test_question_shared_in_a_group_she_left_is_seen_by_nobody(member: Reader) -> None:
    question = factories.team_question(learner=member.learner, shared_at=NOW)
    member.learner.memberships.all().delete()
    assert "Only you can read this." in member.visitor.get(LIST).text
    assert "Only you can read this." in member.visitor.get(path(question)).text


@pytest.mark.parametrize("verb", ["", "share", "unshare", "remove"])
def test_questions_of_others_are_not_there(
    member: Reader, bella: Reader, visitor: Visitor, verb: str
) -> None:
    """S-004: another learner's and missing are the same page; nothing changes."""
    question = factories.team_question(learner=member.learner)
    token = bella.visitor.get("/en/me/clear/").form().hidden
    sent = {**token, "text": "Mine now?"}
    theirs = bella.visitor.post(path(question, verb), sent)
    missing = bella.visitor.post(f"{LIST}{'x' * 22}/{verb + '/' if verb else ''}", sent)
    assert (theirs.status, theirs.text) == (missing.status, missing.text)
    assert theirs.status == 404
    assert kept() == [(question.text, False)]
    stranger = visitor.post(path(question, verb), visitor.get("/en/me/clear/").form().hidden)
    assert (stranger.status, stranger.heading) == (404, "This device has forgotten you")
