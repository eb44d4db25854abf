"""The two-minute page: its sentences, filters and empty states; the page after a swap."""

from __future__ import annotations

import re
from typing import Any

import pytest

from learning.models import Edition, Group, Membership, StaffMember
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.markup import Markup, faults, parse, seen
from tests.visitor import Shown, Visitor

HOME = "/en/nurse/"
ROUTES, STEPS = "How cells can move.", "What a cell does first."


@pytest.fixture
def nora(edition: Edition) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


@pytest.fixture
def visitor(nora: StaffMember) -> Visitor:
    return factories.signed_in(nora)


def joined(group: Group, name: str, sharing: int = 3, **changes: Any) -> Membership:
    return factories.membership(
        group=group, learner=factories.learner(), call_name=name, sharing=sharing, **changes
    )


def unsure(group: Group, edition: Edition, name: str, **changes: Any) -> Membership:
    member = joined(group, name, **changes)
    answers = {"routes-one": "not_right", "steps-one": "unsure"}
    factories.checked(learner=member.learner, edition=edition, answers=answers)
    return member


def sound(shown: Shown, status: int = 200) -> Shown:
    assert (shown.status, faults(shown.page)) == (status, []), shown.path
    return shown


def focused(page: Markup) -> list[str]:
    return [seen(element) for element in page.with_attribute("autofocus")]


# Empty states, each with what to do first


def test_without_a_group(visitor: Visitor) -> None:
    shown = sound(visitor.get(HOME))
    assert shown.text == (
        "Who needs you You have no group yet. With one, this page tells you in two minutes who "
        "needs you, and about what. Make a group. It needs a name and nothing else. Invite people. "
        "Hand out slips, or let them scan a code. You need nobody’s name. Come back here. You see "
        "what each person agrees to share. Make your first group"
    )
    assert shown.links == {"Make your first group": "/en/nurse/groups/new/"}


def test_before_anybody_joined(visitor: Visitor, group: Group, nora: StaffMember) -> None:
    shown = sound(visitor.get(HOME))
    assert shown.text.startswith("Who needs you Nobody has joined yet.")
    invitations = f"/en/nurse/groups/{group.key}/invitations/"
    assert shown.links == {"Invite people to “Tuesday”": invitations}
    other = factories.group(nurses=[nora], name="Friday")
    shown = sound(visitor.get(HOME))
    assert shown.links == {
        "Invite people to “Friday”": f"/en/nurse/groups/{other.key}/invitations/",
        "Invite people to “Tuesday”": invitations,
    }
    joined(group, "Green Lake")
    shown = sound(visitor.get(f"{HOME}?group={other.key}"))
    assert "Nobody has joined “Friday” yet" in shown.text
    assert focused(shown.page) == ["Nobody has joined “Friday” yet"]


def test_while_nobody_shares_ideas(visitor: Visitor, group: Group) -> None:
    joined(group, "Green Lake", 1)
    joined(group, "Tall Boat", 2)
    shown = sound(visitor.get(HOME))
    assert shown.text == (
        "Who needs you Nobody needs you today. One person has nothing open in what they share. "
        "One person shares only that they joined. Nothing needs you today Nothing is open in what "
        "people share with you. You cannot see more than that, so ask when you meet. Nobody shares "
        "ideas with you yet. Each person chooses that for themselves, and can change it at any "
        "time. Until somebody does, this page can only tell you who joined, what was finished and "
        "what was asked."
    )


def test_while_nothing_needs_her(visitor: Visitor, group: Group) -> None:
    for number in range(5):
        joined(group, f"Name {number}")
    shown = sound(visitor.get(HOME))
    assert "Nothing needs you today" in shown.text
    assert "Nobody shares ideas" not in shown.text
    assert shown.text.endswith("No idea is open for any of the 5 people who share theirs.")


# Who needs her


def test_people_with_their_reasons(visitor: Visitor, group: Group, edition: Edition) -> None:
    Edition.objects.update(must_know=["routes"], digest="routes are about safety")
    amber = unsure(group, edition, "Amber Hill", label="Slip 7", own_name="Anna")
    factories.team_question(learner=amber.learner, shared_at=NOW)
    green = joined(group, "Green Lake", 1)
    factories.team_question(learner=green.learner, text="Why <b>me</b>?", shared_at=NOW)
    joined(group, "Tall Boat")
    shown = sound(visitor.get(HOME))
    assert shown.text == (
        "Who needs you Two people of 3 may need you. "
        "One person has an open idea about when to call. "
        "Two people shared a question with you. "
        "One person is not sure about another topic. "
        "One person has nothing open in what they share. "
        "Who may need you first "
        "Amber Hill “Anna” Slip 7 An idea about when to call How cells can move. "
        "Also: a question for you, not sure about another topic. "
        "Green Lake A question for you “Why <b>me</b>?” "
        "What to teach “Tuesday” next time This needs at least 5 people who share their ideas. "
        "So far 2 do."
    )
    assert shown.links["Amber Hill"] == f"/en/nurse/people/{amber.key}/"
    assert focused(shown.page) == []


def test_page_never_says_how_sure_somebody_was(
    visitor: Visitor, group: Group, edition: Edition
) -> None:
    """The one who was sure comes first; apart from the order the pages are the same."""

    def shown(sure: str) -> list[str]:
        member = joined(group, "Amber Hill")
        other = joined(group, "Zebra Path")
        for someone, how in ((member, "guess"), (other, sure)):
            factories.checked(
                learner=someone.learner,
                edition=edition,
                answers={"routes-one": "not_right"},
                sure=how,
            )
        items = [
            re.sub(r"/people/[^/]+/", "", seen(item))
            for item in visitor.get(HOME).page.main.iter("li")
            if item.find("h3") is not None
        ]
        Membership.objects.all().delete()
        return items

    guessed, sure = shown("guess"), shown("very")
    assert guessed == sorted(guessed)
    assert sure == guessed[::-1]


def test_what_is_not_shared_is_absent(visitor: Visitor, group: Group, edition: Edition) -> None:
    """S-008: lowered meanwhile, it is gone at once; and who leaves is gone."""
    member = unsure(group, edition, "Amber Hill")
    assert STEPS in visitor.get(HOME).text
    Membership.objects.filter(pk=member.pk).update(sharing=2)
    text = visitor.get(HOME).text
    assert (STEPS in text, "One person has nothing open" in text) == (False, True)
    Membership.objects.filter(pk=member.pk).update(sharing=1)
    assert "One person shares only that they joined." in visitor.get(HOME).text
    member.delete()
    assert "Nobody has joined yet" in visitor.get(HOME).text


def test_teaching_is_a_table_with_its_n(visitor: Visitor, group: Group, edition: Edition) -> None:
    for number in range(6):
        unsure(group, edition, f"Name {number}")
    shown = sound(visitor.get(HOME))
    rows = [[seen(cell) for cell in row] for row in shown.page.one("table").iter("tr")]
    title = "How breast cancer spreads"
    assert rows == [
        ["Idea", "Open for"],
        [f"{ROUTES} {title}", "6 of 6"],
        [f"{STEPS} {title}", "6 of 6"],
    ]


# Filters and pages


def region(html: str) -> str:
    found = re.search(r'<div id="who".*</div>\s*</main>', html, re.DOTALL)
    assert found
    return found[0]


def crowd(group: Group, edition: Edition) -> None:
    for number in range(14):
        unsure(group, edition, f"Name {number:02}")
    joined(group, "Tall Boat", 1)


def test_filters_and_pages_are_plain_links_that_hold_together(
    visitor: Visitor, group: Group, edition: Edition, nora: StaffMember
) -> None:
    crowd(group, edition)
    other = factories.group(nurses=[nora], name="Friday")
    unsure(other, edition, "Warm Field")
    shown = sound(visitor.get(HOME))
    options = [(seen(option), option.attrib["value"]) for option in shown.page.all("option")]
    assert options == [("All my groups", ""), ("Friday", other.key), ("Tuesday", group.key)]
    shown = sound(visitor.get(f"{HOME}?group={group.key}"))
    assert shown.checked == [("group", group.key)]
    unsure_link = shown.links["14 people are not sure about another topic."]
    assert unsure_link == f"{HOME}?group={group.key}&about=unsure"
    shown = sound(visitor.get(unsure_link))
    assert focused(shown.page) == ["14 people are not sure about another topic."]
    assert shown.title == (
        "14 people are not sure about another topic – Who needs you, page 1 of 2 – Waymark"
    )
    assert shown.links["On to page 2"] == f"{unsure_link}&page=2"
    shown = sound(visitor.get(shown.links["On to page 2"]))
    assert [name for name in shown.links if name.startswith("Name")] == ["Name 12", "Name 13"]
    assert shown.links["Back to page 1"] == f"{unsure_link}&page=1"
    assert shown.links["14 people of 15 may need you."] == f"{HOME}?group={group.key}&about="
    shown = sound(visitor.get(f"{HOME}?about=joined"))
    assert [name for name in shown.links if "/people/" in shown.links[name]] == ["Tall Boat"]
    shown = sound(visitor.get(f"{HOME}?about=aim"))
    assert "Nobody, at this moment." in shown.text
    assert focused(sound(visitor.get(f"{HOME}?about=")).page) == ["Who may need you first"]


def test_page_after_a_swap_is_the_page_after_a_reload(
    visitor: Visitor, group: Group, edition: Edition
) -> None:
    """HTMX 8"""
    crowd(group, edition)
    for query in ("?about=unsure", "?about=&page=2", f"?group={group.key}"):
        headers = {"HX-Request": "true", "HX-Target": "div#who"}
        swapped, reloaded = visitor.get(HOME + query, **headers), visitor.get(HOME + query)
        assert region(swapped.html) == region(reloaded.html)
        assert len(focused(parse(region(swapped.html)))) == 1


@pytest.mark.parametrize(
    "query",
    [
        "about=score",
        "about=%00",
        "page=0",
        "page=-1",
        "page=two",
        "page=1.5",
        "page=99999999999999999999",
        "page=٣",
        "group=no-such-group",
        "group=%00",
        "group=" + "x" * 5000,
    ],
)
def test_what_is_asked_for_wrongly_is_not_there(visitor: Visitor, group: Group, query: str) -> None:
    """S-055, S-081"""
    joined(group, "Green Lake")
    assert visitor.get(f"{HOME}?{query}").status == 404


def test_another_nurses_group_is_not_there(visitor: Visitor, group: Group) -> None:
    """S-002, S-003, S-016: by query, and with the headers of HTMX."""
    joined(group, "Green Lake")
    stranger = factories.staff_member(name="Olga Other", clinic=factories.clinic(name="Elsewhere"))
    hidden = factories.group(nurses=[stranger], name="Hidden")
    joined(hidden, "Not Hers")
    missing = visitor.get(f"{HOME}?group={'x' * 22}")
    headers = {"HX-Request": "true", "HX-Target": "who", "HX-Current-URL": f"{HOME}?group=x"}
    for given in ({}, headers):
        found = visitor.get(f"{HOME}?group={hidden.key}", **given)
        assert (found.status, found.text) == (404, missing.text)
    both = visitor.get(f"{HOME}?group={group.key}&group={hidden.key}")
    assert (both.status, both.text) == (404, missing.text)
    assert "Not Hers" not in visitor.get(HOME).html


def test_nurse_who_was_taken_out_of_the_group_sees_it_no_more(
    visitor: Visitor, group: Group, edition: Edition, nora: StaffMember
) -> None:
    """S-007, S-011"""
    unsure(group, edition, "Amber Hill")
    assert "Amber Hill" in visitor.get(HOME).text
    group.nurses.remove(nora)
    assert "You have no group yet." in visitor.get(HOME).text
    assert visitor.get(f"{HOME}?group={group.key}").status == 404
    nora.clinic = None
    nora.overview = True
    nora.save()
    assert visitor.get(HOME).status == 403


def test_htmx_after_the_session_ended_leads_to_the_sign_in_page(
    visitor: Visitor, group: Group, clock: Clock
) -> None:
    visitor.get(HOME)
    clock.move(minutes=31)
    ended = visitor.get(f"{HOME}?about=unsure", **{"HX-Request": "true"})
    assert (ended.status, ended.html) == (204, "")
    assert ended.headers["HX-Redirect"].startswith("/en/account/sign-in/?next=%2Fen%2Fnurse%2F")


def test_page_for_two_hundred_is_light(visitor: Visitor, group: Group, edition: Edition) -> None:
    """The budgets of nodes, size and tab stops, at any length of the list."""
    crowd(group, edition)
    for number in range(20):
        joined(group, f"Quiet {number}")
    shown = visitor.get(f"{HOME}?page=1")
    stops = [
        element
        for element in shown.page.root.iter()
        if (element.tag == "a" and "href" in element.attrib)
        or element.tag in ("button", "select", "textarea", "summary")
        or (element.tag == "input" and element.attrib.get("type") != "hidden")
    ]
    assert len(stops) <= 40
    assert len(list(shown.page.root.iter())) <= 1800
    assert len(shown.html) <= 60_000
