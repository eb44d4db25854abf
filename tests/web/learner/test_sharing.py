"""What a learner shares: she sees it, changes it, and ends it, each at once."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from learning.actions import joining
from learning.models import AuditEntry, Edition, Learner, Membership
from learning.reports.shared import shared_by
from learning.rules.grading import Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.visitor import Visitor
from tests.web.conftest import Reader

pytestmark = pytest.mark.django_db
SHARING = "/en/me/sharing/"


def member(learner: Learner, number: int = 1, **changes: object) -> Membership:
    nurse = factories.staff_member(
        name=f"Nora {number}", clinic=factories.clinic(name=f"Clinic {number}")
    )
    group = factories.group(nurses=[nurse], name=f"Group {number}")
    return factories.membership(group=group, learner=learner, **changes)  # type: ignore[arg-type]


def at(membership: Membership, tail: str = "") -> str:
    return f"{SHARING}{membership.key}/{tail}"


def test_sharing_of_a_learner_in_no_group_says_that_nobody_sees_anything(anna: Reader) -> None:
    shown = anna.visitor.get(SHARING)
    assert (shown.status, shown.heading) == (200, "What I share")
    assert "You are in no nurse’s group, so nobody sees anything of you." in shown.text
    assert shown.links["I have a code from my nurse"] == "/en/join/"


def test_sharing_shows_of_each_group_who_sees_what(anna: Reader, bella: Reader) -> None:
    one = member(anna.learner, 1, own_name="Ann", sharing=3, label="canary")
    two = member(anna.learner, 2, call_name="Oak Hill", sharing=1)
    member(bella.learner, 3, call_name="Maple Porch")
    factories.answer(place=anna.place(1), response=Response(unsure=True))
    shown = anna.visitor.get(SHARING)
    assert [element.text for element in shown.page.all("h2")] == [
        "Group 2, Clinic 2",
        "Group 1, Clinic 1",
    ]
    for words in (
        "“Green Lake”",
        "“Oak Hill”",
        "Also ideas I may want to talk over",
        "Only that I joined",
        "May want to talk over: “How cells can move.” Answered “I’m not sure”",
        "Joined on November 25, 2026",
        "Nobody watches this. Your nurse may read it days from now.",
    ):
        assert words in shown.text
    assert "They call you Ann" in shown.text
    assert "Maple Porch" not in shown.html
    assert "canary" not in shown.html  # it stands in the download alone
    assert "canary" in anna.visitor.get("/en/me/download/").html
    assert shown.links["Change this for Group 1, Clinic 1"] == at(one)
    assert shown.links["Leave this group: Group 2, Clinic 2"] == at(two, "leave/")


def test_sharing_takes_as_many_queries_for_five_groups_as_for_two(anna: Reader) -> None:
    anna.visitor.get(SHARING)
    counts = []
    for number in range(5):
        member(anna.learner, number)
        with counted() as count:
            anna.visitor.get(SHARING)
        counts.append(count.all)
    assert counts[1:] == [counts[1]] * 4


def test_change_holds_at_once(anna: Reader, edition: Edition) -> None:
    """S-008"""
    factories.answer(place=anna.place(1), response=Response(unsure=True))
    mine = member(anna.learner, sharing=3, own_name="Ann")
    assert len(shared_by(anna.learner, mine.sharing, mine).ideas) == 1
    page = anna.visitor.get(at(mine))
    assert page.heading == "Change what “Group 1” sees"
    assert page.checked == [("level", "3")]
    assert 'value="Ann"' in page.html
    assert "May want to talk over" in page.text
    sent = anna.visitor.press(page, {"level": "2", "own_name": "Anna-Bea"})
    assert (sent.status, sent.headers["Location"]) == (303, SHARING)
    mine.refresh_from_db()
    assert (mine.sharing, mine.own_name) == (2, "Anna-Bea")
    assert shared_by(anna.learner, mine.sharing, mine).ideas == ()
    assert "May want to talk over" not in anna.visitor.get(SHARING).text
    assert list(mine.changes.values_list("sharing", "at")) == [(3, NOW), (2, NOW)]


def test_change_without_a_level_is_asked_again(anna: Reader) -> None:
    mine = member(anna.learner, sharing=3)
    shown = anna.visitor.press(anna.visitor.get(at(mine)), {"own_name": "Ann"})
    assert (shown.status, shown.errors) == (422, ["Choose what the nurses may see."])
    assert shown.title.startswith("Error: ")
    assert 'value="Ann"' in shown.html
    mine.refresh_from_db()
    assert (mine.sharing, mine.own_name) == (3, "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ann \r\n Bea ", "Ann Bea"),
        ("Ann\u202eaeB", "AnnaeB"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("=1+1", "=1+1"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("\u200b\x07", ""),
    ],
)
def test_own_name_is_one_line_and_never_markup(anna: Reader, typed: str, kept: str) -> None:
    """S-050, S-051"""
    mine = member(anna.learner)
    anna.visitor.press(anna.visitor.get(at(mine)), {"level": "1", "own_name": typed})
    mine.refresh_from_db()
    assert mine.own_name == kept
    for path in (SHARING, at(mine), "/en/me/keep/?joined=1", "/en/me/download/"):
        assert "<img src=x" not in anna.visitor.get(path).html


def test_leave_needs_one_clear_yes_and_ends_it_at_once(anna: Reader) -> None:
    mine = member(anna.learner, own_name="Ann")
    page = anna.visitor.get(at(mine, "leave/"))
    assert page.heading == "Leave the group “Group 1”"
    for words in (
        "From that moment on its nurses see nothing of you any more.",
        "Deleted are your call name “Green Lake”",
        "what the nurses noted about you, and what they asked you alone to read.",
        "Your own answers, the parts you read and your questions stay with you.",
    ):
        assert words in page.text
    refused = anna.visitor.press(page)
    assert (refused.status, refused.errors) == (
        422,
        ["Tick the box if you want to leave the group."],
    )
    assert Membership.objects.count() == 1
    sent = anna.visitor.press(refused, {"sure": "on"})
    assert (sent.status, sent.headers["Location"]) == (303, SHARING)
    assert Membership.objects.count() == 0
    assert "nobody sees anything of you" in anna.visitor.get(SHARING).text
    assert anna.visitor.press(refused, {"sure": "on"}).status == 404
    entry = AuditEntry.objects.order_by("id").last()
    assert entry is not None
    assert (entry.actor, entry.verb, entry.object_key) == ("a learner", "left", mine.key)


def test_pages_of_a_membership_are_hers_alone(
    anna: Reader, bella: Reader, visitor: Visitor
) -> None:
    """S-004"""
    mine = member(anna.learner)
    forms = {tail: anna.visitor.get(at(mine, tail)) for tail in ("", "leave/")}
    for somebody in (bella.visitor, visitor):
        somebody.get("/en/me/clear/")
        for tail, form in forms.items():
            assert somebody.get(at(mine, tail)).status == 404
            hidden = dict(form.form().hidden)
            own = somebody.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
            sent = somebody.post(
                at(mine, tail), {**hidden, "csrfmiddlewaretoken": own, "level": "1", "sure": "on"}
            )
            assert sent.status == 404
    mine.refresh_from_db()
    assert mine.sharing == 3


def test_change_after_the_nurse_took_her_out_is_not_there_any_more(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = member(anna.learner)
    page = anna.visitor.get(at(mine))

    def gone(**given: object) -> None:
        raise joining.NotAMember

    monkeypatch.setattr(joining, "change_sharing", gone)
    assert anna.visitor.press(page, {"level": "1"}).status == 404


def test_sharing_says_beforehand_that_saving_is_off(anna: Reader, settings: Settings) -> None:
    mine = member(anna.learner)
    page = anna.visitor.get(at(mine))
    settings.READ_ONLY = True
    for tail, words in (("", "so this cannot be changed"), ("leave/", "so this cannot be done")):
        shown = anna.visitor.get(at(mine, tail))
        assert f"Saving is switched off for now, {words}." in shown.text
        assert shown.page.all("button") == []
    sent = anna.visitor.press(page, {"level": "1", "own_name": "Ann"})
    assert sent.status == 503
    settings.READ_ONLY = False
    assert anna.visitor.press(sent).status == 303
    mine.refresh_from_db()
    assert (mine.sharing, mine.own_name) == (1, "Ann")


def test_stale_form_of_sharing_is_offered_again(anna: Reader) -> None:
    """R-033"""
    mine = member(anna.learner)
    page = anna.visitor.get(at(mine, "leave/"))
    anna.visitor.forget(django_settings.CSRF_COOKIE_NAME)
    stale = anna.visitor.press(page, {"sure": "on"})
    assert stale.status == 422
    assert anna.visitor.press(stale).status == 303
    assert Membership.objects.count() == 0


def test_progress_and_home_lead_to_joining_keeping_and_sharing(
    anna: Reader, visitor: Visitor
) -> None:
    links = anna.visitor.get("/en/me/").links
    assert links["Keep my place: my return code"] == "/en/me/keep/"
    assert links["What I share"] == SHARING
    assert links["I have a code from my nurse"] == "/en/join/"
    links = visitor.get("/en/me/").links
    assert links["I was here before: use my return code"] == "/en/return/"
    assert links["I have a code from my nurse"] == "/en/join/"
    assert links["Keep my place: get a return code"] == "/en/me/keep/"
    links = visitor.get("/en/").links
    assert links["I have a code from my nurse"] == "/en/join/"
    assert links["I was here before: use my return code"] == "/en/return/"


def test_promise_about_the_nurse_stands_on_its_page(visitor: Visitor) -> None:
    """Each part of it is held by a test above, in test_joining and in tests/reports."""
    shown = visitor.get("/en/promises/")
    assert "Your nurse sees what you agreed to" in shown.text
    assert "Before you join, a page shows the exact lines she would see" in shown.text
    assert "Your answers from before reading are never shared." in shown.text
