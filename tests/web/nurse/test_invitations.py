"""The ways into a group: shown, renewed, stopped, printed."""

from __future__ import annotations

import datetime

import pytest
from pytest_django import Settings

from learning.actions import grouping, inviting
from learning.models import Edition, Group, Invitation, StaffMember
from learning.models.keys import new_key
from learning.reports.invitations import shown_code
from learning.reports.joining import open_invitation
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import NOW
from tests.visitor import Shown, Visitor
from tests.web.nurse.test_groups import NASTY, path, sound


@pytest.fixture
def nora(edition: Edition) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return inviting.make_group(nurse=nora, name="Tuesday", token=new_key(), now=NOW)


@pytest.fixture
def visitor(nora: StaffMember) -> Visitor:
    return factories.signed_in(nora)


def own(group: Group) -> Invitation:
    return group.invitations.filter(sheet="").latest("created_at", "id")


def codes(invitation: Invitation) -> tuple[str, str]:
    code = shown_code(invitation)
    assert code is not None
    return code.typed, code.link


def page(visitor: Visitor, group: Group) -> Shown:
    return sound(visitor.get(path(group, "invitations/")))


def stop(invitation: Invitation) -> str:
    return f"/en/nurse/invitations/{invitation.key}/stop/"


def made(visitor: Visitor, group: Group, **chosen: str) -> Shown:
    """The form for slips, sent."""
    action = path(group, "invitations/")
    filled = {"count": "8", "days": "14", "labels": "", **chosen}
    return visitor.press(page(visitor, group), filled, action=action)


# The group's code


def test_page_shows_code_link_and_square_with_their_bounds(visitor: Visitor, group: Group) -> None:
    """S-101: the code is behind the # of the link, where no server sees it."""
    typed, link = codes(own(group))
    shown = page(visitor, group)
    assert (
        f"type this code at testserver/en/join : {typed} Until December 9, 2026, for 60 more "
        f"people. Nobody has used it yet. The link, to send yourself or to print "
        f"http://testserver/en/join/#{link}"
    ) in shown.text.replace("join:", "join :")
    assert 'role="img"' in shown.html
    assert shown.links["See what they see first"] == "/en/join/"
    assert not any(typed in href or link in href for href in shown.links.values())
    Invitation.objects.update(uses=59)
    assert "for 1 more person. Used 59 times so far." in page(visitor, group).text


def test_page_says_why_a_code_stopped(visitor: Visitor, group: Group, clock: Clock) -> None:
    code = own(group)
    code.uses = code.limit
    code.save()
    assert "60 people have joined with the code, as many as it was for." in (
        page(visitor, group).text
    )
    Invitation.objects.update(uses=0, expires_at=NOW)
    assert "The code ended on November 25, 2026." in page(visitor, group).text
    Invitation.objects.update(revoked_at=NOW)
    assert "The code was stopped on November 25, 2026." in page(visitor, group).text
    Invitation.objects.all().delete()
    shown = page(visitor, group)
    assert "The group has no code yet." in shown.text
    assert shown.links["Make a new code"] == path(group, "invitations/new-code/")


def test_code_of_a_changed_secret_asks_for_a_new_one(
    visitor: Visitor, nora: StaffMember, group: Group, settings: Settings
) -> None:
    sheet = inviting.make_slips(nurse=nora, group=group, labels=["Bed 3"], days=14, now=NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of many letters, for a test of what is lost with it"
    shown = page(visitor, group)
    assert "the secret of this site was changed. Make a new code." in shown.text
    assert '<svg class="qr"' not in shown.html
    slips = sound(visitor.get(path(group, f"slips/{sheet}/")))
    assert "This slip cannot be shown any more" in slips.text
    assert "Bed 3" in slips.text


def test_renewing_stops_the_old_code(visitor: Visitor, group: Group) -> None:
    """S-043, S-047 of codes: the same form renews once, so a printed code is safe from Back."""
    old = own(group)
    action = path(group, "invitations/new-code/")
    shown = sound(visitor.get(action))
    assert "The old code, its link and its square stop at once." in shown.text
    for limit, days, errors in (
        ("0", "14", ["Write a number from 1 to 500."]),
        ("501", "91", ["Write a number from 1 to 500.", "Write a number from 1 to 90."]),
        ("many", "9" * 5000, ["Write a number from 1 to 500.", "Write a number from 1 to 90."]),
    ):
        refused = sound(visitor.press(shown, {"limit": limit, "days": days}, action=action), 422)
        assert refused.errors == errors
    for _ in range(2):
        sent = visitor.press(shown, {"limit": "5", "days": "3"}, action=action)
        assert (sent.status, sent.headers["Location"]) == (303, path(group, "invitations/"))
    new = own(group)
    assert (new.limit, new.expires_at) == (5, NOW + datetime.timedelta(days=3))
    assert open_invitation(codes(old)[0], now=NOW) is None
    assert open_invitation(codes(new)[0], now=NOW) == new
    assert group.invitations.count() == 2


def test_renewing_by_the_form_of_another_group_is_asked_again(
    visitor: Visitor, nora: StaffMember, group: Group
) -> None:
    action = path(group, "invitations/new-code/")
    shown = visitor.get(action)
    token = shown.form(action).hidden["token"]
    other = factories.group(nurses=[nora], name="Other")
    inviting.renew_invitation(nurse=nora, group=other, limit=1, days=1, token=token, now=NOW)
    again = sound(visitor.press(shown, {"limit": "5", "days": "3"}, action=action), 422)
    assert again.form(action).hidden["token"] != token
    assert visitor.press(again, {"limit": "5", "days": "3"}, action=action).status == 303


def test_stopping_the_code(visitor: Visitor, group: Group) -> None:
    code = own(group)
    shown = page(visitor, group)
    incomplete = {**shown.form(stop(code)).hidden, "token": ""}
    refused = sound(visitor.post(stop(code), incomplete), 422)
    assert len(refused.errors) == 1
    sent = visitor.press(shown, action=stop(code))
    assert (sent.status, sent.headers["Location"]) == (303, path(group, "invitations/"))
    assert open_invitation(codes(code)[0], now=NOW) is None


def test_codes_of_another_group_are_not_there(visitor: Visitor, group: Group) -> None:
    """S-001, S-002, S-003: swapped and nested keys, of a group she has and of one she has not."""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    theirs = inviting.make_group(nurse=olga, name="Theirs", token=new_key(), now=NOW)
    sheet = inviting.make_slips(nurse=olga, group=theirs, labels=[""], days=14, now=NOW)
    hers = inviting.make_slips(nurse=group.nurses.get(), group=group, labels=[""], days=14, now=NOW)
    form = page(visitor, group).form(stop(own(group))).hidden
    assert visitor.post(stop(own(theirs)), form).status == 404
    assert own(theirs).revoked_at is None
    assert visitor.get(path(group, f"slips/{sheet}/")).status == 404
    assert visitor.get(path(theirs, f"slips/{sheet}/")).status == 404
    assert visitor.get(path(theirs, f"slips/{hers}/")).status == 404
    assert visitor.get(path(group, f"slips/{hers}/")).status == 200


# Slips


def test_slips_are_made_and_shown(visitor: Visitor, group: Group) -> None:
    sent = made(visitor, group, count="3", labels=" Bed 3 \r\n\r\nThursday,  10:00\r\n", days="7")
    slips = list(group.invitations.exclude(sheet=""))
    assert sent.status == 303
    assert sent.headers["Location"] == path(group, f"slips/{slips[0].sheet}/")
    assert [slip.label for slip in slips] == ["Bed 3", "Thursday, 10:00", ""]
    shown = sound(visitor.get(sent.headers["Location"]))
    typed = codes(slips[0])[0]
    assert (
        f"Waymark Tuesday Your nurse invites you: short pages to read at home, in your own time. "
        f"You need no name and no account. Point a phone’s camera here, or open "
        f"testserver/en/join and type: {typed} Valid until December 2, 2026. "
        f"Your return code: {typed} Bed 3 Stop this slip, {typed}"
    ) in shown.text
    assert shown.html.count('class="qr"') == 3
    assert "cancer" not in shown.text.lower()
    assert "3 slips of November 25, 2026" in page(visitor, group).text
    assert "3 still open, until December 2, 2026 0 used" in page(visitor, group).text


def test_slips_that_were_used_or_stopped_are_left_out(visitor: Visitor, group: Group) -> None:
    sheet = made(visitor, group, count="3").headers["Location"]
    first, second, third = group.invitations.exclude(sheet="")
    Invitation.objects.filter(pk=first.pk).update(uses=1)
    shown = sound(visitor.get(sheet))
    assert "1 of 3 slips is not shown: used, stopped, or past its day." in shown.text
    sent = visitor.press(shown, action=stop(second))
    assert (sent.status, sent.headers["Location"]) == (303, sheet)
    shown = sound(visitor.get(sheet))
    assert [codes(slip)[0] in shown.text for slip in (first, second, third)] == [False, False, True]
    visitor.press(shown, action=stop(third))
    assert "No slip of this sheet is open any more." in sound(visitor.get(sheet)).text
    assert "None is open any more 1 used" in page(visitor, group).text


def test_slips_that_are_more_than_labels_and_fewer(visitor: Visitor, group: Group) -> None:
    """As many as were asked for, and never fewer than the lines that were written."""
    made(visitor, group, count="1", labels="a\nb\nc")
    assert [slip.label for slip in group.invitations.exclude(sheet="")] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("chosen", "errors"),
    [
        ({"count": "0"}, ["Write a number from 1 to 40."]),
        ({"count": "41"}, ["Write a number from 1 to 40."]),
        ({"days": ""}, ["Write a number from 1 to 90."]),
        ({"labels": "x\n" * 41}, ["Write at most 40 lines at once."]),
        ({"labels": "x" * 61}, ["Write each line in 60 characters or fewer."]),
        ({"labels": "a\0b"}, ["Null characters are not allowed."]),
    ],
)
def test_slips_have_bounds(
    visitor: Visitor, group: Group, chosen: dict[str, str], errors: list[str]
) -> None:
    """S-055"""
    refused = made(visitor, group, **chosen)
    assert (refused.status, refused.errors) == (422, errors)
    assert group.invitations.count() == 1


def test_slips_by_the_same_form_are_made_once(visitor: Visitor, group: Group) -> None:
    shown, action = page(visitor, group), path(group, "invitations/")
    sent = [
        visitor.press(shown, {"count": "2", "days": "14", "labels": ""}, action=action)
        for _ in range(2)
    ]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    assert group.invitations.exclude(sheet="").count() == 2


def test_markup_and_formulas_in_labels_are_shown_as_they_were_written(
    visitor: Visitor, group: Group
) -> None:
    """S-051"""
    label = NASTY[:60]
    sheet = made(visitor, group, count="2", labels=f"{label}\n=HYPERLINK(1)").headers["Location"]
    shown = sound(visitor.get(sheet))
    assert shown.page.all("script") == []
    assert f"{label} Stop" in shown.text
    assert "=HYPERLINK(1) Stop" in shown.text


def test_pages_of_codes_cost_the_same_for_many(visitor: Visitor, group: Group) -> None:
    costs = []
    for count in ("1", "40"):
        sheet = made(visitor, group, count=count).headers["Location"]
        with counted() as cost:
            visitor.get(sheet)
            page(visitor, group)
        costs.append(cost.all)
    assert costs[0] == costs[1]


@pytest.mark.parametrize("action", ["make_slips", "renew_invitation", "revoke_invitation"])
def test_forms_of_a_group_that_is_hers_no_more_are_not_found(
    visitor: Visitor, group: Group, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """S-007"""
    new_code = path(group, "invitations/new-code/")
    shown, renew = page(visitor, group), visitor.get(new_code)

    def lost(**_given: object) -> None:
        raise grouping.NotYourGroup

    monkeypatch.setattr(inviting, action, lost)
    chosen = {"count": "2", "days": "14", "labels": "", "limit": "5"}
    sent = {
        "make_slips": (shown, path(group, "invitations/")),
        "renew_invitation": (renew, new_code),
        "revoke_invitation": (shown, stop(own(group))),
    }[action]
    assert visitor.press(sent[0], chosen, action=sent[1]).status == 404
