"""Joining a group: a code, the page that says what is shared, and the return code."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from learning.models import (
    AuditEntry,
    Device,
    Edition,
    Group,
    Invitation,
    Learner,
    Membership,
    StaffMember,
    TeamQuestion,
)
from learning.reports import codes
from learning.rules.codes import LETTERS, grouped
from learning.rules.grading import Response
from learning.web import throttle
from learning.web.learner.joining import ticket_for
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.markup import seen
from tests.visitor import Shown, Visitor, same_but_for_tokens
from tests.web.conftest import Reader

pytestmark = pytest.mark.django_db
JOIN = "/en/join/"
KEEP = "/en/me/keep/"
NOT_LET_IN = (
    "This code does not let you in. If you have joined before, use your return code. Or ask your "
    "nurse for a new one."
)
CANARIES = ("Nora Nurse", "nora.nurse@example.org", "Oak Hill", "Bea of room 9", "room 9")


@pytest.fixture
def nurse() -> StaffMember:
    return factories.staff_member(clinic=factories.clinic(name="Green Clinic"))


@pytest.fixture
def group(nurse: StaffMember) -> Group:
    """A group with somebody else in it, of whom nobody else may learn anything."""
    group = factories.group(nurses=[nurse], name="Tuesday")
    factories.membership(
        group=group,
        learner=factories.learner(),
        call_name="Oak Hill",
        own_name="Bea of room 9",
        label="room 9",
    )
    return group


@pytest.fixture
def invitation(group: Group) -> Invitation:
    return factories.invitation(group=group)


def type_code(visitor: Visitor, code: str) -> Shown:
    return visitor.press(visitor.get(JOIN), {"code": code})


def opened(visitor: Visitor, invitation: Invitation) -> Shown:
    """The page on which one joins."""
    sent = type_code(visitor, factories.typed(invitation))
    assert sent.status == 303, sent.text
    return visitor.get(sent.headers["Location"])


def wrong_code(number: int) -> str:
    code = ""
    for _ in range(8):
        number, letter = divmod(number, len(LETTERS))
        code += LETTERS[letter]
    return code


# The code


@pytest.mark.parametrize("way", ["typed", "lower", "grouped", "spaced", "link"])
def test_code_however_it_is_typed_leads_on_by_a_ticket_without_it(
    visitor: Visitor, invitation: Invitation, way: str
) -> None:
    """B7, S-044: no address holds a code."""
    code = factories.typed(invitation)
    typed = {
        "typed": code,
        "lower": code.lower(),
        "grouped": grouped(code),
        "spaced": f" {code[:2]} {code[2:]} ",
        "link": factories.link(invitation),
    }[way]
    sent = type_code(visitor, typed)
    assert sent.status == 303
    address = sent.headers["Location"]
    assert re.fullmatch(r"/en/join/[A-Za-z0-9_-]{22}\.[A-Za-z0-9]+\.[A-Za-z0-9_-]+/", address)
    for secret in (code, factories.link(invitation)):
        assert secret.lower() not in address.lower()
        assert secret not in visitor.get(address).html
    assert rows() == {"Learner": 1, "Device": 0, "Membership": 1}


def rows() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count() for model in (Learner, Device, Membership)
    }


def test_page_for_a_code_takes_it_from_the_fragment_of_a_link_and_nothing_else(
    visitor: Visitor,
) -> None:
    """S-044: the script moves it into the field; a code in the query is not looked at."""
    shown = visitor.get(f"{JOIN}?code=ABCDEFGH")
    fields = shown.page.with_attribute("data-from-fragment")
    assert [(field.attrib["name"], field.attrib.get("value")) for field in fields] == [
        ("code", None)
    ]
    assert len(shown.page.all("script")) == 1
    assert "ABCDEFGH" not in shown.html


def test_code_left_empty_or_too_long_is_asked_for_again(visitor: Visitor) -> None:
    assert type_code(visitor, " ").errors == ["Type your code."]
    shown = type_code(visitor, "A" * 101)
    assert (shown.status, shown.errors) == (
        422,
        ["This is too long for a code. Type the letters and numbers of your code."],
    )


def test_every_code_that_lets_nobody_in_gets_the_same_page(
    visitor: Visitor, invitation: Invitation
) -> None:
    """S-042, S-043: wrong, expired, revoked, full, used, of a closed group, of an old secret."""
    code = factories.typed(invitation)
    answers = {}
    states: dict[str, dict[str, Any]] = {
        "expired": {"expires_at": NOW},
        "revoked": {"revoked_at": NOW},
        "full": {"uses": 60},
        "used": {"uses": 1, "limit": 1},
        "of another secret": {"code_hash": "x" * 64},
        "closed": {},
    }
    for name, state in states.items():
        Invitation.objects.update(
            **{
                "expires_at": invitation.expires_at,
                "revoked_at": None,
                "uses": 0,
                "limit": 60,
                "code_hash": invitation.code_hash,
                **state,
            }
        )
        Group.objects.update(closed_at=NOW if name == "closed" else None)
        answers[name] = type_code(visitor, code)
    for wrong in ("ABCD-EFGH", "not a code", "0", factories.link(invitation)[::-1]):
        answers[wrong] = type_code(visitor, wrong)
    assert {(shown.status, tuple(shown.errors)) for shown in answers.values()} == {
        (422, (NOT_LET_IN,))
    }
    pages = {
        re.sub(r'(name="code"[^>]*?) value="[^"]*"', r"\1", same_but_for_tokens(shown.html))
        for shown in answers.values()
    }
    assert len(pages) == 1


def test_trusting_the_browser_a_learner_in_the_group_hears_the_same(
    anna: Reader, invitation: Invitation
) -> None:
    """A slip that she used herself lets nobody in either, and tells her what to do."""
    slip = factories.invitation(group=invitation.group, limit=1)
    page = opened(anna.visitor, slip)
    anna.visitor.press(page, {"level": "1"})
    assert type_code(anna.visitor, factories.typed(slip)).errors == [NOT_LET_IN]


# Guessing


def test_thousand_guesses_are_stopped_at_the_ceiling_and_cost_nobody_else_anything(
    visitor: Visitor, invitation: Invitation, clock: Clock
) -> None:
    """S-040: from one address, with and without cookies."""
    page = visitor.get(JOIN)
    statuses = []
    for number in range(130):
        statuses.append(visitor.press(page, {"code": wrong_code(number)}).status)
        if number == 60:
            visitor.forget()
            page = visitor.get(JOIN)
    assert statuses == [422] * throttle.CEILING + [429] * 30
    shown = type_code(visitor, factories.typed(invitation))
    assert (shown.status, shown.headers["Retry-After"]) == (429, "600")
    assert "Please wait 10 minutes, then press the button again." in shown.text
    assert "It need not have been you: a hospital is often one network." in shown.text
    assert "error-summary" not in shown.html
    kept = [field for field in shown.page.all("input") if field.attrib.get("name") == "code"]
    assert kept[0].attrib["value"] == factories.typed(invitation)
    assert type_code(visitor, factories.link(invitation)).status == 303
    assert type_code(visitor, factories.link(invitation)[::-1]).status == 422
    elsewhere = Visitor()
    elsewhere.client.defaults["REMOTE_ADDR"] = "192.0.2.77"
    assert type_code(elsewhere, factories.typed(invitation)).status == 303
    clock.move(minutes=10)
    assert type_code(visitor, factories.typed(invitation)).status == 303


def test_new_addresses_in_a_header_give_no_new_guesses(visitor: Visitor) -> None:
    """S-039"""
    page = visitor.get(JOIN)
    for number in range(throttle.CEILING):
        visitor.post(
            JOIN,
            {**page.form().hidden, "code": wrong_code(number)},
            **{"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert type_code(visitor, "ABCD-EFGH").status == 429


def test_whole_class_behind_one_address_gets_in(group: Group) -> None:
    """S-041: 60 people within two minutes, 15 of whom mistype twice."""
    invitation = factories.invitation(group=group, limit=60)
    for number in range(60):
        somebody = Visitor()
        if number % 4 == 0:
            for wrong in range(2):
                assert type_code(somebody, wrong_code(number * 2 + wrong)).status == 422
        page = opened(somebody, invitation)
        sent = somebody.press(page, {"level": "1", "shared": "own"})
        assert sent.status == 303
    assert group.memberships.count() == 61
    names = set(group.memberships.values_list("call_name", flat=True))
    assert len(names) == 61


# What is shared


def lines(shown: Shown) -> list[list[str]]:
    """The lines under each level."""
    boxes = [
        element
        for element in shown.page.root.iter()
        if element.attrib.get("class") == "shared-lines"
    ]
    return [[seen(item) for item in box.iter("li")] for box in boxes]


def test_page_says_whose_group_it_is_and_reveals_nobody(
    visitor: Visitor, invitation: Invitation
) -> None:
    """S-045: the clinic and the group's neutral name; no member, count, result or nurse."""
    shown = opened(visitor, invitation)
    assert (shown.status, shown.heading) == (200, "Join the group “Tuesday”")
    assert "Green Clinic" in shown.text
    for canary in CANARIES:
        assert canary not in shown.html
    assert lines(shown) == [
        ["Joined"],
        ["Joined", "No module finished yet"],
        ["Joined", "No module finished yet", "No idea to talk over yet"],
    ]
    assert shown.text.count("They would see now:") == 3
    for words in (
        "You can change it or leave at any time.",
        "You need not give your name.",
        "Your answers from before reading, and the places you choose, are never shared.",
        "Nobody watches this. Your nurse may read it days from now.",
        "If something is happening to you now, see Help now.",
        "Whose device is this?",
        "What is kept, and for how long",
    ):
        assert words in shown.text
    assert shown.checked == [("level", "1"), ("shared", "own")]
    assert shown.headers["Cache-Control"] == "no-store, private"


def test_page_shows_a_learner_the_exact_lines_earlier_work_included(
    anna: Reader, edition: Edition, invitation: Invitation
) -> None:
    """B8: of each level; answers from before reading are not among them."""
    before = factories.sitting(learner=anna.learner, edition=edition, occasion="before")
    for place in before.questions.all():
        factories.answer(place=place, response=Response(unsure=True))
    for number in (1, 2, 3, 4):
        unsure = Response(unsure=True) if number < 3 else None
        factories.answer(place=anna.place(number), response=unsure)
    TeamQuestion.objects.create(
        learner=anna.learner, text="How <long>?", token="q", created_at=NOW, shared_at=NOW
    )
    TeamQuestion.objects.create(learner=anna.learner, text="Secret", token="s", created_at=NOW)
    shown = opened(anna.visitor, invitation)
    finished = "Finished “How breast cancer spreads” on November 25, 2026"
    asks = "Asks: “How <long>?”"
    idea = (
        "May want to talk over: “How cells can move.” Answered “I’m not sure”, in “How breast "
        "cancer spreads”"
    )
    assert lines(shown) == [
        ["Joined", asks],
        ["Joined", finished, asks],
        ["Joined", finished, idea, asks],
    ]
    assert "Secret" not in shown.html
    assert "Under each choice are the exact lines they would see now." in shown.text
    assert "shared" not in shown.form().choices


def test_lines_say_which_of_the_two_reasons_an_idea_has(
    anna: Reader, edition: Edition, invitation: Invitation
) -> None:
    factories.answer(place=anna.place(1), response=Response(unsure=True), sure="very")
    factories.answer(place=anna.place(3), response=factories.wrong(place=anna.place(3)))
    assert lines(opened(anna.visitor, invitation))[2][2:] == [
        (
            "May want to talk over: “How cells can move.” Answered “I’m not sure”, in “How breast "
            "cancer spreads”"
        ),
        (
            "May want to talk over: “What a cell does first.” The answer differed from the page, "
            "in “How breast cancer spreads”"
        ),
    ]


# Joining


def test_joining_of_somebody_unknown_ends_with_her_return_code(
    visitor: Visitor, invitation: Invitation
) -> None:
    page = opened(visitor, invitation)
    sent = visitor.press(page, {"level": "2", "own_name": " Ann\t<b> ", "shared": "shared"})
    assert (sent.status, sent.headers["Location"]) == (303, f"{KEEP}?joined=1")
    member = Membership.objects.exclude(call_name="Oak Hill").get()
    assert (member.sharing, member.own_name, member.group) == (2, "Ann <b>", invitation.group)
    assert member.learner.devices.get().shared
    shown = visitor.open(sent.headers["Location"])
    code = codes.return_code(member.learner)
    assert code is not None
    letters = codes.shown_return_code(code)
    assert letters is not None
    assert shown.heading == "You have joined. Write this down before you close the page"
    assert grouped(letters) in shown.text
    assert f"“{member.call_name}”" in shown.text
    assert "see that you want to be called Ann <b>" in shown.text
    assert "What you share: also which modules I finished." in shown.text
    assert list(AuditEntry.objects.values_list("actor", "verb", "object_key"))[-1:] == [
        ("a learner", "joined", member.key)
    ]


def test_joining_by_a_shared_device_sets_a_cookie_for_the_browser_alone(
    visitor: Visitor, invitation: Invitation
) -> None:
    """B5"""
    page = opened(visitor, invitation)
    visitor.press(page, {"level": "1", "shared": "shared"})
    cookie = visitor.cookie(django_settings.DEVICE_COOKIE_NAME)
    assert (cookie["max-age"], cookie["httponly"]) == ("", True)


def test_joining_asks_for_a_level_and_whose_device(
    visitor: Visitor, invitation: Invitation
) -> None:
    page = opened(visitor, invitation)
    shown = visitor.press(page, {"own_name": "x" * 41})
    assert (shown.status, shown.errors) == (
        422,
        [
            "Choose what the nurses may see.",
            "Write at most 40 letters.",
            "Choose whose device this is.",
        ],
    )
    shown = visitor.press(page, {"level": "4", "shared": "own"})
    assert shown.errors == ["Choose what the nurses may see."]
    assert rows() == {"Learner": 1, "Device": 0, "Membership": 1}


def test_joining_twice_by_one_form_is_joining_once(visitor: Visitor, group: Group) -> None:
    """R-001: also by a slip, which lets one person in."""
    slip = factories.invitation(group=group, limit=1)
    page = opened(visitor, slip)
    cookies = dict(visitor.client.cookies)
    for _ in range(2):
        visitor.client.cookies.clear()
        visitor.client.cookies.update(cookies)
        assert visitor.press(page, {"level": "1", "shared": "own"}).status == 303
    assert group.memberships.count() == 2
    assert "You have joined" in visitor.open(f"{KEEP}?joined=1").heading


def test_joining_by_a_form_of_long_ago_is_asked_once_more(
    visitor: Visitor, invitation: Invitation, clock: Clock
) -> None:
    page = opened(visitor, invitation)
    visitor.press(page, {"level": "1", "shared": "own"})
    visitor.forget(django_settings.DEVICE_COOKIE_NAME)
    clock.move(minutes=11)
    shown = visitor.press(page, {"level": "3", "own_name": "Ann", "shared": "own"})
    assert (shown.status, len(shown.errors)) == (422, 1)
    assert "press the button once more" in shown.errors[0]
    assert ("level", "3") in shown.checked
    assert visitor.press(shown, {"level": "3", "shared": "own"}).status == 303


def test_who_is_in_the_group_already_sees_so_and_changes_what_she_shares(
    anna: Reader, invitation: Invitation
) -> None:
    member = factories.membership(
        group=invitation.group, learner=anna.learner, sharing=3, own_name="Ann"
    )
    shown = opened(anna.visitor, invitation)
    assert shown.heading == "You are in the group “Tuesday”"
    assert shown.checked == [("level", "3")]
    sent = anna.visitor.press(shown, {"level": "1", "own_name": "Anna"})
    assert sent.status == 303
    member.refresh_from_db()
    assert (member.sharing, member.own_name) == (1, "Anna")
    assert Invitation.objects.get(pk=invitation.pk).uses == 0


def test_what_changed_while_she_read_is_answered_like_a_wrong_code(
    visitor: Visitor, anna: Reader, invitation: Invitation
) -> None:
    """S-043: renewed, full or closed between the page and the press of its button."""
    for somebody in (visitor, anna.visitor):
        page = opened(somebody, invitation)
        Invitation.objects.update(revoked_at=NOW)
        for shown in (
            somebody.press(page, {"level": "1", "shared": "own"}),
            somebody.get(page.path),
        ):
            assert (shown.status, shown.errors) == (422, [NOT_LET_IN])
            assert shown.heading == "Join your nurse’s group"
        Invitation.objects.update(revoked_at=None)
    Invitation.objects.all().delete()
    assert somebody.press(page, {"level": "1"}).errors == [NOT_LET_IN]
    assert Membership.objects.count() == 1


def test_ticket_opens_for_half_an_hour_and_its_form_for_a_day(
    visitor: Visitor, invitation: Invitation, clock: Clock
) -> None:
    """B7: an address in a history opens nothing for long; no time runs out for who reads slowly."""
    page = opened(visitor, invitation)
    clock.move(minutes=31)
    shown = visitor.get(page.path)
    assert (shown.status, shown.heading) == (404, "Join your nurse’s group")
    assert "Type your code once more." in shown.text
    clock.move(hours=18)
    late = visitor.press(page, {"level": "1", "shared": "own"})
    assert late.status == 303
    clock.move(hours=2)
    assert Visitor().get(page.path).status == 404


@pytest.mark.parametrize("change", ["key", "cut", "other purpose", "empty"])
def test_ticket_that_is_not_ours_opens_nothing(
    visitor: Visitor, invitation: Invitation, change: str
) -> None:
    """S-023, S-055: a key of an invitation, which nurses' pages hold, is no ticket."""
    from django.core import signing

    ticket = {
        "key": invitation.key,
        "cut": ticket_for(invitation)[:-1],
        "other purpose": signing.TimestampSigner(sep=".", salt="other").sign(invitation.key),
        "empty": "..",
    }[change]
    assert visitor.get(f"{JOIN}{ticket}/").status == 404


def test_eleventh_group_is_refused_in_words(anna: Reader, invitation: Invitation) -> None:
    """S-046"""
    for number in range(10):
        nurse = factories.staff_member(
            name=f"N {number}", clinic=factories.clinic(name=f"C {number}")
        )
        factories.membership(group=factories.group(nurses=[nurse]), learner=anna.learner)
    shown = anna.visitor.press(opened(anna.visitor, invitation), {"level": "1"})
    assert (shown.status, shown.errors) == (
        422,
        [
            (
                "You are in ten groups already, which is as many as there can be. Leave one first, "
                "under “What I share”."
            )
        ],
    )
    assert Invitation.objects.get(pk=invitation.pk).uses == 0


def test_joining_after_everything_was_erased_in_another_tab_says_so(
    anna: Reader, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from learning.actions import joining
    from learning.actions.arriving import LearnerErased

    def erased(**given: object) -> None:
        raise LearnerErased

    page = opened(anna.visitor, invitation)
    monkeypatch.setattr(joining, "join", erased)
    shown = anna.visitor.press(page, {"level": "1"})
    assert (shown.status, shown.heading) == (404, "This device has forgotten you")


def test_two_groups_of_two_clinics_know_her_by_two_names(
    anna: Reader, invitation: Invitation
) -> None:
    other_nurse = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    other = factories.invitation(group=factories.group(nurses=[other_nurse], name="Friday"))
    for way_in in (invitation, other):
        anna.visitor.press(opened(anna.visitor, way_in), {"level": "1"})
    names = {member.call_name for member in anna.learner.memberships.all()}
    assert len(names) == 2


# When something is in the way


def test_joining_says_beforehand_that_saving_is_off(
    visitor: Visitor, invitation: Invitation, settings: Settings
) -> None:
    page = opened(visitor, invitation)
    settings.READ_ONLY = True
    for path in (JOIN, page.path):
        shown = visitor.get(path)
        assert "Saving is switched off for now, so nobody can join." in shown.text
        assert shown.page.all("button") == []
    sent = visitor.press(page, {"level": "2", "own_name": "Ann", "shared": "own"})
    assert sent.status == 503
    offered = sent.form(page.path).hidden
    assert (offered["level"], offered["own_name"], offered["shared"]) == ("2", "Ann", "own")
    settings.READ_ONLY = False
    assert visitor.press(sent, action=page.path).status == 303


def test_stale_form_is_offered_again_with_what_was_chosen(
    visitor: Visitor, invitation: Invitation
) -> None:
    """R-033"""
    page = opened(visitor, invitation)
    visitor.forget(django_settings.CSRF_COOKIE_NAME)
    stale = visitor.press(page, {"level": "3", "own_name": "Ann", "shared": "own"})
    assert (stale.status, stale.heading) == (422, "Press the button once more")
    assert visitor.press(stale).status == 303
    assert Membership.objects.get(own_name="Ann").sharing == 3


def test_stale_code_is_offered_again(visitor: Visitor, invitation: Invitation) -> None:
    page = visitor.get(JOIN)
    visitor.forget(django_settings.CSRF_COOKIE_NAME)
    stale = visitor.press(page, {"code": factories.typed(invitation)})
    assert stale.status == 422
    assert visitor.press(stale).status == 303


def test_joining_within_the_day_of_the_slip_alone(
    visitor: Visitor, group: Group, clock: Clock
) -> None:
    """S-043"""
    invitation = factories.invitation(group=group, expires_at=NOW + datetime.timedelta(minutes=5))
    page = opened(visitor, invitation)
    clock.move(minutes=5)
    assert visitor.press(page, {"level": "1", "shared": "own"}).errors == [NOT_LET_IN]
    assert type_code(visitor, factories.typed(invitation)).errors == [NOT_LET_IN]
