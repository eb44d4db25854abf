"""The sheet for a visit, the wallet card, the team's number, and where the numbers stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from learning.models import Clinic, Edition, Learner
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.markup import faults
from tests.visitor import SLUG, Visitor
from tests.web.conftest import Reader

pytestmark = pytest.mark.django_db
VISIT, CARD, TEAM, HELP = "/en/me/visit/", "/en/me/card/", "/en/me/team/", "/en/help-now/"
LINE = "Green Clinic by day 555-0100 at night 555-0101 ext 2"


def in_group_of(learner: Learner, clinic: Clinic) -> None:
    nurse = factories.staff_member(name=f"Nurse {clinic.name}", clinic=clinic)
    factories.membership(group=factories.group(nurses=[nurse]), learner=learner)


@pytest.fixture
def clinic() -> Clinic:
    return factories.clinic(
        emergency="911", night_phone="555-0101 ext 2", fever_limit="37.5 °C (99.5 °F)"
    )


@pytest.fixture
def member(anna: Reader, clinic: Clinic) -> Reader:
    in_group_of(anna.learner, clinic)
    return anna


@pytest.fixture
def calling(tmp_path: Path) -> Edition:
    """The small module, with a card that says to call the team, and questions that do."""
    body = "Call us. {–}\n"
    for sign in ("a fever", "pain"):
        body += f"\n::: call-now\n- {sign} {{D-2.1}}\n:::\n"
    call = {"kind": "call-now", "text": "Call about a fever."}
    return factories.published(
        folder=tmp_path,
        modules=[
            factories.module(
                sections=[factories.routes_section(body=body), factories.steps_section()],
                questions=[
                    factories.one_question(action=call),
                    factories.several_question(),
                    factories.pairs_question(action={"kind": "emergency", "text": "Call 1."}),
                    factories.steps_question(),
                ],
            )
        ],
    )


# The sheet


def test_sheet_of_somebody_new_can_be_filled_in_by_hand(visitor: Visitor, edition: Edition) -> None:
    page = visitor.get(VISIT)
    assert (page.status, page.heading, faults(page.page)) == (200, "A sheet for my visit", [])
    assert "You can fill it in by hand." in page.text
    assert list(visitor.client.cookies) == []
    assert page.page.all("form", "script") == []


def test_sheet_says_where_she_stands_and_what_she_asks(member: Reader, bella: Reader) -> None:
    member.visitor.press(member.question(1), {"answer": "1"})
    member.visitor.press(member.question(2), {"answer": ["1", "3"]})
    for number in (3, 4):
        names = ("answer",) if number == 4 else ("item-1", "item-2")
        member.visitor.press(member.question(number), dict.fromkeys(names, "unsure"))
    for number in range(9):
        factories.team_question(learner=member.learner, text=f"Question {number}?")
    factories.team_question(learner=bella.learner, text="Hers?")
    page = member.visitor.get(VISIT)
    assert faults(page.page) == []
    sheet = page.text.partition("For my next visit ")[2]
    asked = " ".join(f"Question {number}?" for number in range(8))
    assert sheet.startswith(
        "Name, if I want: Green Clinic: by day 555-0100, at night 555-0101 ext 2 "
        f"What I want to ask {asked} and 1 more in Waymark "
        "What I am unsure of What a cell does first. "
        "What I understand How cells can move. What I was told "
    )


def test_papers_say_when_they_come_from_a_demo(visitor: Visitor, settings: LazySettings) -> None:
    settings.DEMO = True
    assert "For my next visit (demo)" in visitor.get(VISIT).text
    assert "Demo: I have metastatic (stage 4) breast cancer" in visitor.get(CARD).text


# The card


def test_card_of_somebody_new_has_lines_to_write_on(visitor: Visitor) -> None:
    page = visitor.get(CARD)
    assert (page.status, page.heading, faults(page.page)) == (200, "A card for my wallet", [])
    assert "My cancer team, by day: At night: Emergency: my local emergency number" in page.text
    assert "Not all signs are here. Not sure? Choose the faster action." in page.text
    assert list(visitor.client.cookies) == []


def test_card_of_a_member_has_her_clinics_numbers(member: Reader) -> None:
    page = member.visitor.get(CARD)
    assert faults(page.page) == []
    assert (
        "I have metastatic (stage 4) breast cancer Green Clinic By day: 555-0100 "
        "At night: 555-0101 ext 2 Emergency: 911 My team’s limit for fever: 37.5 °C (99.5 °F) "
        "If nobody calls back within 30 minutes, or I feel worse: emergency care."
    ) in page.text
    assert "my team’s number" not in page.text.lower()


def test_card_of_a_member_of_two_clinics_names_both(member: Reader) -> None:
    in_group_of(member.learner, factories.clinic(name="Blue Clinic", day_phone="555-0188"))
    assert (
        "Blue Clinic By day: 555-0188 At night: 555-0101 Green Clinic By day: 555-0100 "
        "At night: 555-0101 ext 2 Emergency: my local emergency number"
    ) in member.visitor.get(CARD).text


# The number of her own team


def test_own_number_is_kept_for_her_alone_and_stands_where_she_needs_it(
    visitor: Visitor, anna: Reader, edition: Edition
) -> None:
    page = visitor.get(TEAM)
    assert (page.status, page.heading, faults(page.page)) == (200, "My team’s number", [])
    sent = visitor.press(page, {"phone": " 555–0177 ", "shared": "own"})
    assert (sent.status, sent.headers["Location"]) == (303, HELP)
    shown = visitor.get(HELP)
    assert faults(shown.page) == []
    assert "The number you wrote down My team 555-0177" in shown.text
    assert shown.links["555-0177"] == "tel:5550177"
    assert "My cancer team: 555-0177" in visitor.get(CARD).text
    assert "My team’s number: 555-0177" in visitor.get(VISIT).text
    for path in (HELP, CARD, VISIT, TEAM):
        assert "555-0177" not in anna.visitor.get(path).html
    again = visitor.get(TEAM)
    assert 'value="555-0177"' in again.html
    visitor.press(again, {"phone": ""})
    assert "555-0177" not in visitor.get(HELP).html


@pytest.mark.parametrize(
    ("phone", "error"),
    [
        ("", "Type your team’s number first."),
        ("the desk", "Type a number that can be dialed, of up to 40 digits and signs."),
        ("5" * 41, "Type a number that can be dialed, of up to 40 digits and signs."),
        ("<b>555</b>", "Type a number that can be dialed, of up to 40 digits and signs."),
    ],
)
def test_what_is_no_number_is_asked_again(visitor: Visitor, phone: str, error: str) -> None:
    shown = visitor.press(visitor.get(TEAM), {"phone": phone, "shared": "own"})
    assert (shown.status, shown.errors) == (422, [error])
    assert faults(shown.page) == []
    assert Learner.objects.count() == 0


def test_number_sent_twice_makes_one_learner(visitor: Visitor, clock: Clock) -> None:
    """R-002"""
    page = visitor.get(TEAM)
    chosen = {"phone": "555-0177", "shared": "own"}
    for _ in range(2):
        visitor.press(page, chosen)
        visitor.forget("device")
    clock.move(minutes=11)
    shown = visitor.press(page, chosen)
    assert shown.status == 422
    assert "press the button once more" in shown.errors[0]
    assert Learner.objects.count() == 1


def test_member_sees_her_clinics_numbers_beside_her_own(member: Reader) -> None:
    member.visitor.press(member.visitor.get(TEAM), {"phone": "555-0177"})
    page = member.visitor.get(TEAM)
    assert faults(page.page) == []
    assert page.links["555-0101 ext 2"] == "tel:5550101,2"
    assert "Another number of your own" in page.text
    text = member.visitor.get(HELP).text
    assert text.index("Green Clinic") < text.index("The number you wrote down")
    assert "555-0177" not in member.visitor.get(CARD).text


def test_number_cannot_be_kept_while_saving_is_off(
    visitor: Visitor, settings: LazySettings
) -> None:
    settings.READ_ONLY = True
    assert "Saving is switched off for now, so this cannot be kept." in visitor.get(TEAM).text


# Where the numbers stand


def test_help_now_begins_with_her_clinics_numbers(member: Reader, bella: Reader) -> None:
    page = member.visitor.get(HELP)
    assert faults(page.page) == []
    assert page.text.startswith(
        "Help now Green Clinic Emergency Call 911 first. By day 555-0100 At night 555-0101 ext 2 "
        "Your team’s limit for fever Call at 37.5 °C (99.5 °F) or higher, day or night. "
        "Look at the emergency list first."
    )
    assert page.links["555-0100"] == "tel:5550100"
    other = bella.visitor.get(HELP)
    assert "Green Clinic" not in other.html
    assert other.links["Keep my team’s number here"] == TEAM
    assert "Keep my team’s number here" not in page.links


def test_cards_of_a_section_carry_her_numbers(
    calling: Edition, visitor: Visitor, clinic: Clinic
) -> None:
    path = f"/en/modules/{SLUG}/three-routes/"
    stranger = visitor.get(path)
    assert "number-line" not in stranger.html
    anna = factories.learner()
    factories.device(learner=anna, token="anna")
    visitor.use("anna")
    assert "number-line" not in visitor.get(path).html
    in_group_of(anna, clinic)
    page = visitor.get(path)
    assert faults(page.page) == []
    assert page.text.count(LINE) == 2
    assert f"Call your cancer team now, day or night {LINE} a fever" in page.text
    assert page.links["555-0101 ext 2"] == "tel:5550101,2"
    anna.team_phone = "555-0177"
    anna.save()
    assert f"{LINE} My team’s number 555-0177 a fever" in visitor.get(path).text


def test_numbers_cost_a_stranger_no_query_and_a_learner_one_where_they_stand(
    calling: Edition, visitor: Visitor, clinic: Clinic
) -> None:
    path = f"/en/modules/{SLUG}/three-routes/"

    def queries() -> int:
        with counted() as count:
            visitor.get(path)
        return count.all

    before = queries()
    anna = factories.learner()
    factories.device(learner=anna, token="anna")
    in_group_of(anna, clinic)
    visitor.use("anna")
    assert queries() == before + 2  # who she is, and her clinics


def test_feedback_carries_her_numbers_where_it_says_to_call_the_team(
    calling: Edition, visitor: Visitor, clinic: Clinic
) -> None:
    anna = factories.learner()
    factories.device(learner=anna, token="anna")
    visitor.use("anna")
    in_group_of(anna, clinic)
    check = factories.sitting(learner=anna, edition=calling)
    one, two = (f"/en/checks/{check.key}/{number}/" for number in (1, 2))
    question = visitor.get(one)
    assert "Green Clinic" not in question.html
    with counted() as answer:
        feedback = visitor.press(question, {"answer": "2"}, htmx=True)
    assert f"Call your cancer team now, day or night {LINE} Call about a fever." in feedback.text
    with counted() as page:
        assert visitor.get(one).text == feedback.text
    assert (answer.all <= 8, page.all <= 5) == (True, True), (answer.statements, page.statements)
    visitor.press(visitor.get(two), {"item-1": "2", "item-2": "1"}, htmx=True)
    emergency = visitor.get(two)
    assert "Emergency: call your local emergency number now Call 1." in emergency.text
    assert "Green Clinic" not in emergency.html


def test_progress_leads_to_all_of_it(anna: Reader, visitor: Visitor) -> None:
    links = {
        "My questions for my team": "/en/me/questions/",
        "A sheet for my visit, to print": VISIT,
        "A card with the warning signs, to print": CARD,
        "My team’s number": TEAM,
    }
    for someone in (visitor, anna.visitor):
        assert links.items() <= someone.get("/en/me/").links.items()
