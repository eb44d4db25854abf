from __future__ import annotations

import datetime
from typing import Any

import pytest

from learning.actions import talking
from learning.models import Edition, Group, Learner, Membership, StaffMember
from learning.reports import attention
from learning.reports.attention import AttentionPage, Line, Person, Teaching
from learning.rules.attention import OpenInGroup
from tests import factories
from tests.counting import counted
from tests.factories import NOW, TODAY

ROUTES, STEPS = "How cells can move.", "What a cell does first."
TITLE = "How breast cancer spreads"


@pytest.fixture
def nurse(db: None) -> StaffMember:
    return factories.staff_member(clinic=factories.clinic())


@pytest.fixture
def group(nurse: StaffMember) -> Group:
    return factories.group(nurses=[nurse])


def at(day: int) -> datetime.datetime:
    return NOW + datetime.timedelta(days=day)


def joined(group: Group, name: str, learner: Learner | None = None, **changes: Any) -> Membership:
    someone = learner or factories.learner()
    return factories.membership(group=group, learner=someone, call_name=name, **changes)


def checked(
    member: Membership, edition: Edition, *, sure: str = "", day: int = 0, **said: str
) -> None:
    answers = {key.replace("_", "-"): verdict for key, verdict in said.items()}
    factories.checked(
        learner=member.learner, edition=edition, answers=answers, sure=sure, at=at(day)
    )


def page(nurse: StaffMember, *, group: str = "", about: str = "", number: int = 1) -> AttentionPage:
    found = attention.attention_page(nurse, group=group, about=about, page=number, now=NOW)
    assert found is not None
    return found


def names(found: AttentionPage) -> list[str]:
    return [person.call_name for person in found.people]


def sentences(found: AttentionPage) -> dict[str, str]:
    return {finding.about: finding.sentence for finding in found.findings}


def test_page_without_groups_and_without_people(nurse: StaffMember) -> None:
    empty = page(nurse)
    assert (empty.groups, empty.group, empty.members, empty.people) == ((), None, 0, ())
    group = factories.group(nurses=[nurse])
    assert (page(nurse).groups, page(nurse).group, page(nurse).members) == ((group,), group, 0)


def test_people_stand_once_by_what_needs_a_nurse_first(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    """Sureness orders the two with an idea about safety, and is told nowhere."""
    Edition.objects.update(must_know=["routes"], digest="routes are about safety")
    guessed = joined(group, "Amber Hill")
    checked(guessed, edition, sure="guess", routes_one="not_right", steps_one="unsure")
    sure = joined(group, "Silver Stone", label="Slip 7", own_name="Anna")
    checked(sure, edition, sure="very", day=1, routes_one="not_right")
    asks = joined(group, "Green Lake", sharing=1)
    factories.team_question(learner=asks.learner, shared_at=NOW)
    other = joined(group, "Quiet Path")
    checked(other, edition, steps_one="not_right")
    unsure = joined(group, "Round Leaf")
    checked(unsure, edition, steps_one="unsure")
    joined(group, "Tall Boat", sharing=2)
    joined(group, "Warm Field", sharing=1)
    found = page(nurse)
    assert found.people == (
        Person(
            sure.key,
            "Silver Stone",
            "Anna",
            "Slip 7",
            "",
            "safety",
            "an idea about when to call",
            (Line(ROUTES),),
        ),
        Person(
            guessed.key,
            "Amber Hill",
            "",
            "",
            "",
            "safety",
            "an idea about when to call",
            (Line(ROUTES),),
            also=("not sure about another topic",),
        ),
        Person(
            asks.key,
            "Green Lake",
            "",
            "",
            "",
            "question",
            "a question for you",
            (Line("Can I fly in May?", asked=True),),
        ),
        Person(
            unsure.key,
            "Round Leaf",
            "",
            "",
            "",
            "unsure",
            "not sure about another topic",
            (Line(STEPS, unsure=True),),
        ),
        Person(
            other.key,
            "Quiet Path",
            "",
            "",
            "",
            "idea",
            "an idea on another topic",
            (Line(STEPS),),
        ),
    )
    assert (found.members, found.sharing_ideas, found.needing) == (7, 4, 5)
    assert found.everybody == "Five people of 7 may need you."
    assert sentences(found) == {
        "safety": "Two people have an open idea about when to call.",
        "question": "One person shared a question with you.",
        "unsure": "Two people are not sure about another topic.",
        "idea": "One person has an open idea on another topic.",
        "nothing": "One person has nothing open in what they share.",
        "joined": "One person shares only that they joined.",
    }


def test_filter_shows_everybody_with_that_reason_and_its_lines_first(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    Edition.objects.update(must_know=["routes"], digest="routes are about safety")
    both = joined(group, "Amber Hill")
    checked(both, edition, routes_one="not_right", steps_one="unsure")
    unsure = joined(group, "Round Leaf")
    checked(unsure, edition, steps_one="unsure")
    joined(group, "Tall Boat", sharing=2)
    joined(group, "Warm Field", sharing=1)
    found = page(nurse, about="unsure")
    assert found.heading == "Two people are not sure about another topic."
    assert [(each.call_name, each.lines, each.also) for each in found.people] == [
        ("Amber Hill", (Line(STEPS, unsure=True),), ("an idea about when to call",)),
        ("Round Leaf", (Line(STEPS, unsure=True),), ()),
    ]
    quiet = page(nurse, about="nothing")
    assert quiet.heading == "One person has nothing open in what they share."
    assert [(each.call_name, each.about, each.lines) for each in quiet.people] == [
        ("Tall Boat", None, ())
    ]
    assert names(page(nurse, about="joined")) == ["Warm Field"]
    nobody = page(nurse, about="aim")
    assert (nobody.heading, names(nobody)) == ("Nobody, at this moment.", [])


def test_lines_are_limited_and_the_others_counted(nurse: StaffMember, group: Group) -> None:
    asks = joined(group, "Green Lake")
    for number in range(4):
        factories.team_question(learner=asks.learner, text=f"Why {number}?", shared_at=at(number))
    person = page(nurse).people[0]
    assert person.lines == (Line("Why 0?", asked=True), Line("Why 1?", asked=True))
    assert (person.first, person.more) == ("4 questions for you", 2)


def test_question_that_was_talked_over_needs_nobody_until_it_is_shared_anew(
    nurse: StaffMember, group: Group
) -> None:
    asks = joined(group, "Green Lake")
    question = factories.team_question(learner=asks.learner, shared_at=NOW)
    talking.note_talked_over(nurse=nurse, membership=asks, question=question.key, now=at(1))
    assert sentences(page(nurse)) == {"nothing": "One person has nothing open in what they share."}
    question.shared_at = at(2)
    question.save()
    assert names(page(nurse)) == ["Green Lake"]


def test_somebody_in_two_groups_is_seen_in_each_as_she_shares_with_it(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    """What was talked over in one group is not talked over in the other."""
    friday = factories.group(nurses=[nurse], name="Friday")
    asks = joined(group, "Amber Hill", sharing=2)
    again = joined(friday, "Green Lake", learner=asks.learner, sharing=1)
    checked(asks, edition, routes_one="right")
    for each in (group, friday):
        factories.assignment(group=each, edition=edition, visit_on=TODAY)
    question = factories.team_question(learner=asks.learner, text="Why?", shared_at=NOW)
    line = Line("Why?", asked=True)
    assert [(each.group, each.lines, each.also) for each in page(nurse).people] == [
        ("Tuesday", (line,), ()),
        ("Friday", (line,), ()),
    ]
    talking.note_talked_over(nurse=nurse, membership=asks, question=question.key, now=at(1))
    assert [(each.key, each.group) for each in page(nurse).people] == [(again.key, "Friday")]
    assert names(page(nurse, about="nothing")) == ["Amber Hill"]


def test_module_before_a_visit(nurse: StaffMember, group: Group, edition: Edition) -> None:
    """Only where she shares what she finishes; the next visit counts where there are two."""
    day = TODAY + datetime.timedelta(days=9)
    waits = joined(group, "Amber Hill", sharing=2)
    done = joined(group, "Green Lake", sharing=2)
    checked(done, edition, routes_one="right")
    silent = joined(group, "Quiet Path", sharing=1)
    alone = joined(group, "Round Leaf", sharing=2)
    sooner = TODAY + datetime.timedelta(days=3)
    factories.assignment(group=group, edition=edition, visit_on=day)
    factories.assignment(group=group, edition=edition, membership=alone, visit_on=sooner)
    found = page(nurse)
    assert [(each.key, each.first, each.lines) for each in found.people] == [
        (alone.key, "a module to finish before a visit", (Line(TITLE, visit_on=sooner),)),
        (waits.key, "a module to finish before a visit", (Line(TITLE, visit_on=day),)),
    ]
    assert names(page(nurse, about="joined")) == [silent.call_name]


@pytest.mark.parametrize("change", ["far", "past", "withdrawn", "elsewhere", "taken back"])
def test_module_that_asks_for_nothing(
    nurse: StaffMember, group: Group, edition: Edition, change: str
) -> None:
    joined(group, "Amber Hill")
    days = {"far": 15, "past": -2}.get(change, 3)
    other = factories.group(nurses=[nurse], name="Other")
    factories.assignment(
        group=other if change == "elsewhere" else group,
        edition=edition,
        visit_on=TODAY + datetime.timedelta(days=days),
        withdrawn_at=NOW if change == "withdrawn" else None,
    )
    if change == "taken back":
        Edition.objects.update(withdrawn_at=NOW)
    assert page(nurse).people == ()


def test_groups_of_hers_alone_and_one_of_them(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    """S-002, S-003: another nurse's group and a closed one are not there."""
    friday = factories.group(nurses=[nurse], name="Friday")
    for each, name in ((group, "Amber Hill"), (friday, "Green Lake")):
        checked(joined(each, name), edition, routes_one="not_right")
    stranger = factories.staff_member(name="Olga Other", clinic=factories.clinic(name="Elsewhere"))
    hidden = factories.group(nurses=[stranger], name="Hidden")
    checked(joined(hidden, "Not Hers"), edition, routes_one="not_right")
    closed = factories.group(nurses=[nurse], name="Closed")
    checked(joined(closed, "Long Gone"), edition, routes_one="not_right")
    Group.objects.filter(pk=closed.pk).update(closed_at=NOW)
    found = page(nurse)
    assert [each.name for each in found.groups] == ["Friday", "Tuesday"]
    assert [(each.call_name, each.group) for each in found.people] == [
        ("Amber Hill", "Tuesday"),
        ("Green Lake", "Friday"),
    ]
    assert (found.group, found.teaching) == (None, None)
    one = page(nurse, group=friday.key)
    assert [(each.call_name, each.group) for each in one.people] == [("Green Lake", "")]
    assert one.group == friday
    for key in (hidden.key, closed.key, "no-such-group"):
        assert attention.attention_page(nurse, group=key, about="", page=1, now=NOW) is None


def test_pages(nurse: StaffMember, group: Group, edition: Edition) -> None:
    for number in range(25):
        checked(joined(group, f"Name {number:02}"), edition, routes_one="not_right")
    first, last = page(nurse), page(nurse, number=3)
    assert (first.number, first.pages, first.before, first.after) == (1, 3, None, 2)
    assert (last.number, last.before, last.after) == (3, 2, None)
    assert names(first) + names(page(nurse, number=2)) + names(last) == [
        f"Name {number:02}" for number in range(25)
    ]
    assert page(nurse, number=99) == last  # somebody may have left meanwhile


# What to teach a group


def test_what_to_teach_counts_those_who_share_their_ideas(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    """B9: n of m, safety first; from five people who share on."""
    Edition.objects.update(must_know=["steps"], digest="steps are about safety")
    for number in range(5):
        member = joined(group, f"Name {number}")
        checked(member, edition, routes_one="not_right")
        if number == 4:
            checked(member, edition, day=1, steps_one="unsure")
    joined(group, "Quiet Path", sharing=2)
    expected = Teaching(
        5, (OpenInGroup("safety", STEPS, TITLE, 1), OpenInGroup("other", ROUTES, TITLE, 5))
    )
    assert attention.open_in_group(group) == expected
    assert page(nurse).teaching == expected
    Membership.objects.filter(call_name="Name 0").update(sharing=2)
    assert attention.open_in_group(group) == Teaching(4, ())


def test_first_ideas_and_the_rest() -> None:
    ideas = tuple(OpenInGroup("other", f"Idea {number}.", TITLE, 1) for number in range(7))
    assert (Teaching(9, ideas).first, Teaching(9, ideas).rest) == (ideas[:5], ideas[5:])


# Cost


def test_the_number_of_queries_does_not_grow(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    factories.assignment(group=group, edition=edition, visit_on=TODAY + datetime.timedelta(days=3))
    page(nurse)
    found = []
    for number in range(15):
        member = joined(group, f"Name {number}")
        checked(member, edition, routes_one="not_right", steps_one="unsure")
        checked(member, edition, day=1, routes_several="right", steps_one="right")
        factories.team_question(learner=member.learner, shared_at=NOW)
        with counted() as count:
            page(nurse)
        found.append(count.all)
    assert set(found) == {found[0]}
    assert found[0] <= 10
