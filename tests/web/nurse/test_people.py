"""One person: what she shares, talking it over, her note, the chart, taking her out; the roster."""

from __future__ import annotations

import csv
import datetime
import io
import re

import pytest
from django.db import OperationalError
from pytest_django import Settings

from learning.actions import talking
from learning.models import (
    AuditEntry,
    Edition,
    Group,
    Membership,
    StaffMember,
    TalkedOver,
    TeachBack,
)
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.markup import faults, seen
from tests.visitor import SLUG, Shown, Visitor

ROUTES, STEPS = "How cells can move.", "What a cell does first."
NASTY = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %} & “=1+1”"


@pytest.fixture
def nora(edition: Edition) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


@pytest.fixture
def visitor(nora: StaffMember) -> Visitor:
    return factories.signed_in(nora)


@pytest.fixture
def member(group: Group, edition: Edition) -> Membership:
    """She shares everything: two open ideas, one question."""
    learner = factories.learner()
    factories.checked(
        learner=learner,
        edition=edition,
        answers={"routes-one": "not_right", "steps-one": "unsure"},
        sure="very",
    )
    factories.team_question(learner=learner, shared_at=NOW)
    return factories.membership(group=group, learner=learner, own_name="Anna", label="Slip 7")


def path(member: Membership, page: str = "") -> str:
    return f"/en/nurse/people/{member.key}/{page}"


def sound(shown: Shown, status: int = 200) -> Shown:
    assert (shown.status, faults(shown.page)) == (status, []), shown.path
    return shown


def focused(shown: Shown) -> list[str]:
    return [seen(element) for element in shown.page.with_attribute("autofocus")]


def fields(shown: Shown, *, objective: str) -> dict[str, str]:
    """The hidden fields of the form about this idea."""
    found = re.findall(r'<form[^>]*teach-back/".*?</form>', shown.html, re.DOTALL)
    form = next(form for form in found if f'name="objective" value="{objective}"' in form)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def csrf(visitor: Visitor) -> dict[str, str]:
    shown = visitor.get("/en/nurse/groups/new/")
    return {
        "csrfmiddlewaretoken": shown.form("/en/nurse/groups/new/").hidden["csrfmiddlewaretoken"]
    }


def audit() -> list[tuple[str, str]]:
    return list(
        AuditEntry.objects.filter(actor__startswith="staff").values_list("verb", "object_key")
    )


# What she shares


def test_page_says_what_she_shares_and_nothing_else(
    visitor: Visitor, member: Membership, edition: Edition
) -> None:
    """The same lines as on the page by which she joined; never how sure she was."""
    factories.assignment(
        group=member.group, edition=edition, at=NOW, visit_on=datetime.date(2026, 12, 3)
    )
    shown = sound(visitor.get(path(member)))
    module = "How breast cancer spreads"
    assert shown.text == (
        "Tuesday Green Lake Slip 7 "
        "Wants to be called Anna. In this group since November 25, 2026. Shares which modules they "
        "finished, and ideas they may want to talk over. A note for the chart, to copy "
        f"To talk over {ROUTES} The answer differed from the page, in “{module}”. "
        f"Show me what this module says: {module} "
        "How would you tell a friend the ways that cells can move? "
        "Said it in own wordsNeeds another goDid not want to talk today "
        f"{STEPS} Answered “I’m not sure”, in “{module}”. "
        f"Show me what this module says: {module} "
        "In your own words, what does a cell do first? "
        "Said it in own wordsNeeds another goDid not want to talk today "
        "Questions for you “Can I fly in May?” We talked this over "
        f"Assigned {module}, before the visit on December 3, 2026: finished on November 25, 2026 "
        "Assign modules to Green Lake "
        "What Green Lake shares You see this because they share it with this group. They can "
        "change that at any time. These are the same lines that they see: "
        f"Joined on November 25, 2026 Finished “{module}” on November 25, 2026 "
        f"May want to talk over: “{ROUTES}” The answer differed from the page, in “{module}” "
        f"May want to talk over: “{STEPS}” Answered “I’m not sure”, in “{module}” "
        "Asks: “Can I fly in May?” "
        "Your note Your own note of who this is Only you and your colleagues of this group see it. "
        "It is in the chart note and in the roster. You can leave it empty. Keep this note "
        "Take Green Lake out of the group"
    )
    assert shown.links["Assign modules to Green Lake"] == path(member, "assign/")
    assert shown.links[f"Show me what this module says: {module}"] == f"/en/modules/{SLUG}/"


def test_lines_are_those_that_she_sees_herself(visitor: Visitor, member: Membership) -> None:
    """B8: what she agrees to is what is seen."""
    token = "a-device-of-hers"
    factories.device(learner=member.learner, token=token)
    hers = Visitor()
    hers.use(token)

    def lines(shown: Shown) -> list[str]:
        found = [
            element
            for element in shown.page.root.iter()
            if element.attrib.get("class") == "shared-lines"
        ]
        return [seen(item) for item in found[0].iter("li")]

    assert lines(visitor.get(path(member))) == lines(hers.get("/en/me/sharing/"))


@pytest.mark.parametrize(("sharing", "present"), [(2, "No module finished yet"), (1, "Joined on")])
def test_what_she_does_not_share_is_absent(
    visitor: Visitor, group: Group, edition: Edition, sharing: int, present: str
) -> None:
    """At the first level only what was assigned, without how far she is with it."""
    member = factories.membership(group=group, learner=factories.learner(), sharing=sharing)
    factories.assignment(group=group, edition=edition)
    text = sound(visitor.get(path(member))).text
    assert present in text
    assert ("To talk over" in text, "Questions for you" in text) == (False, False)
    assert ("not finished yet" in text) == (sharing == 2)
    assert "hidden" not in text


def test_level_lowered_meanwhile_is_gone_at_once(visitor: Visitor, member: Membership) -> None:
    """S-008: on the page, in the note, and for a form that was open."""
    open_page = visitor.get(path(member))
    chosen = {**fields(open_page, objective="steps"), "result": "again"}
    Membership.objects.update(sharing=1)
    assert STEPS not in visitor.get(path(member)).text
    assert STEPS not in visitor.get(path(member, "note/")).html
    refused = sound(visitor.post(path(member, "teach-back/"), chosen), 422)
    assert refused.errors == ["This is no longer shared with you, so nothing was noted."]
    assert not TeachBack.objects.exists()


# Talking it over


@pytest.mark.parametrize(
    ("result", "said", "still_open"),
    [
        ("own_words", "Noted: said it in own words. This idea is no longer open.", False),
        ("again", "Noted: needs another go. The idea stays open.", True),
        ("not_today", "Noted: did not want to talk today. The idea stays open.", True),
    ],
)
def test_teach_back(
    visitor: Visitor, member: Membership, result: str, said: str, still_open: bool
) -> None:
    shown = visitor.get(path(member))
    chosen = {**fields(shown, objective="steps"), "result": result}
    sent = visitor.post(path(member, "teach-back/"), chosen)
    assert (sent.status, sent.headers["Location"]) == (303, f"{path(member)}?noted={result}")
    after = sound(visitor.open(sent.headers["Location"]))
    assert focused(after) == [said]
    assert (f"To talk over {ROUTES}" in after.text) is True
    assert ("On November 25, 2026: " in after.text) is still_open
    assert (
        f"What came of talking November 25, 2026: {STEPS} {said[7:].split('.')[0].capitalize()}."
        in (after.text)
    )
    talk = TeachBack.objects.get()
    assert (talk.membership, talk.module.slug, talk.objective, talk.result) == (
        member,
        SLUG,
        "steps",
        result,
    )


def test_teach_back_sent_twice_is_noted_once(visitor: Visitor, member: Membership) -> None:
    """Replayed: each form of the page has a token of its own."""
    shown = visitor.get(path(member))
    steps, routes = fields(shown, objective="steps"), fields(shown, objective="routes")
    for chosen in ({**steps, "result": "again"}, {**steps, "result": "own_words"}):
        assert visitor.post(path(member, "teach-back/"), chosen).status == 303
    assert list(TeachBack.objects.values_list("objective", "result")) == [("steps", "again")]
    visitor.post(path(member, "teach-back/"), {**routes, "result": "not_today"})
    assert TeachBack.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"result": ""}, "Press one of the three buttons below the idea."),
        ({"result": "very_well"}, "Press one of the three buttons below the idea."),
        ({"token": "short"}, "This page was not complete. Your answer is still here: press the "),
        ({"objective": "no-such-idea"}, "This is no longer shared with you, so nothing was noted."),
        ({"module": ""}, "This is no longer shared with you, so nothing was noted."),
        ({"module": "<b>" * 99}, "This is no longer shared with you, so nothing was noted."),
    ],
)
def test_teach_back_that_cannot_be_noted(
    visitor: Visitor, member: Membership, changes: dict[str, str], error: str
) -> None:
    given = {"token": "t" * 22, "module": SLUG, "objective": "steps", "result": "again"}
    shown = sound(
        visitor.post(path(member, "teach-back/"), {**csrf(visitor), **given, **changes}), 422
    )
    assert [text.startswith(error[:30]) for text in shown.errors] == [True]
    assert focused(shown)[0].startswith("There is a problem")
    assert not TeachBack.objects.exists()


def test_teach_back_is_taken_back(visitor: Visitor, member: Membership) -> None:
    shown = visitor.get(path(member))
    chosen = {**fields(shown, objective="steps"), "result": "own_words"}
    visitor.post(path(member, "teach-back/"), chosen)
    shown = sound(visitor.get(path(member)))
    assert "Take this back" in shown.text
    assert fields_of_take_back(shown)["token"] == chosen["token"]
    taken = {**fields_of_take_back(shown), "result": "take_back"}
    sent = visitor.post(path(member, "teach-back/"), taken)
    after = sound(visitor.open(sent.headers["Location"]))
    assert focused(after) == ["Taken back. It is as it was before."]
    assert ("What came of talking" in after.text, STEPS in after.text) == (False, True)


def fields_of_take_back(shown: Shown) -> dict[str, str]:
    found = re.findall(r'<form[^>]*teach-back/".*?</form>', shown.html, re.DOTALL)
    form = next(form for form in found if 'value="take_back"' in form)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_question_is_talked_over_and_kept_for_later(visitor: Visitor, member: Membership) -> None:
    action = path(member, f"questions/{member.learner.team_questions.get().key}/")
    shown = visitor.get(path(member))
    sent = visitor.press(shown, {"result": "talked"}, action=action)
    after = sound(visitor.open(sent.headers["Location"]))
    assert focused(after) == ["Noted: you talked this question over."]
    assert "You talked this over on November 25, 2026." in after.text
    sent = visitor.press(after, {"result": "later"}, action=action)
    after = sound(visitor.open(sent.headers["Location"]))
    assert focused(after) == ["Noted: this question is still to be talked over."]
    assert not TalkedOver.objects.exists()
    refused = sound(visitor.press(after, {"result": "never"}, action=action), 422)
    assert refused.errors == ["Press the button below the question."]


def test_question_that_is_taken_back_meanwhile(visitor: Visitor, member: Membership) -> None:
    """S-008"""
    question = member.learner.team_questions.get()
    shown = visitor.get(path(member))
    question.shared_at = None
    question.save()
    action = path(member, f"questions/{question.key}/")
    refused = sound(visitor.press(shown, {"result": "talked"}, action=action), 422)
    assert refused.errors == ["This is no longer shared with you, so nothing was noted."]
    assert "Can I fly" not in refused.text


# The nurses' own note of who this is


def test_label_is_kept_on_one_line_and_shown_as_it_is(visitor: Visitor, member: Membership) -> None:
    """S-051: what looks like markup, a template or a formula stays text."""
    shown = visitor.get(path(member))
    sent = visitor.press(shown, {"label": f"  {NASTY[:30]} \n x "}, action=path(member))
    assert sent.headers["Location"] == f"{path(member)}?noted=label"
    after = sound(visitor.open(sent.headers["Location"]))
    assert focused(after) == ["Your note is kept."]
    assert after.heading == f"Green Lake {NASTY[:30]} x"
    refused = sound(visitor.press(shown, {"label": "x" * 61}, action=path(member)), 422)
    assert refused.errors == ["Write 60 characters or fewer."]
    assert 'value="' + "x" * 61 in refused.html
    visitor.press(shown, {"label": ""}, action=path(member))
    assert Membership.objects.get().label == ""


def test_unknown_news_is_not_told(visitor: Visitor, member: Membership) -> None:
    shown = sound(visitor.get(f"{path(member)}?noted=<b>everything</b>"))
    assert (focused(shown), "everything" in shown.html) == ([], False)


# The note for the chart


def test_note_is_plain_text_in_a_box_to_select(visitor: Visitor, member: Membership) -> None:
    Membership.objects.update(label="</textarea><b>", own_name="Anna")
    shown = sound(visitor.get(path(member, "note/")))
    box = shown.page.one("textarea")
    assert ("readonly" in box.attrib, shown.page.all("script")) == (True, [])
    assert box.text == (
        "Waymark (patient education), November 25, 2026\n"
        "Group: Tuesday\n"
        "Call name: Green Lake\n"
        "Label: </textarea><b>\n"
        "\n"
        "Modules finished:\n"
        "- How breast cancer spreads, November 25, 2026\n"
        "\n"
        "Ideas to talk over:\n"
        f"- How breast cancer spreads: {ROUTES}\n"
        f"- How breast cancer spreads: {STEPS}\n"
        "\n"
        "Talked over:\n"
        "- none\n"
        "\n"
        "Questions for the team:\n"
        "- Can I fly in May?\n"
    )
    assert "Nothing is sent anywhere." in shown.text


# Taking somebody out


def test_remove_needs_one_clear_yes(visitor: Visitor, member: Membership) -> None:
    shown = sound(visitor.get(path(member, "remove/")))
    assert "They keep everything of their own" in shown.text
    refused = sound(visitor.press(shown, action=path(member, "remove/")), 422)
    assert refused.errors == ["Tick the box if you want to take this person out."]
    sent = visitor.press(shown, {"sure": "on"}, action=path(member, "remove/"))
    assert sent.headers["Location"] == f"/en/nurse/groups/{member.group.key}/"
    assert not Membership.objects.exists()
    assert visitor.get(path(member)).status == 404
    assert visitor.press(shown, {"sure": "on"}, action=path(member, "remove/")).status == 404


# The roster


def roster(visitor: Visitor, group: Group) -> Shown:
    return visitor.post(f"/en/nurse/groups/{group.key}/roster/", csrf(visitor))


def test_roster_is_a_file_of_a_fixed_name_that_nothing_keeps(
    visitor: Visitor, member: Membership
) -> None:
    """S-056, S-057, B10: the name of the group is in no header."""
    Group.objects.update(name='x"\r\nSet-Cookie: a=b')
    Membership.objects.update(label="=HYPERLINK(1)")
    shown = roster(visitor, member.group)
    assert (shown.status, shown.headers["Content-Type"]) == (
        200,
        "text/csv; charset=utf-8; header=present",
    )
    assert shown.headers["Content-Disposition"] == 'attachment; filename="waymark-roster.csv"'
    assert {"no-store", "private"} <= set(shown.headers["Cache-Control"].split(", "))
    rows = list(csv.reader(io.StringIO(shown.html[1:], newline=""), strict=True))
    assert (shown.html[0], shown.html[-2:], len(rows)) == ("\ufeff", "\r\n", 2)
    assert rows[1][:3] == ["Green Lake", "Anna", "'=HYPERLINK(1)"]
    assert audit() == [("downloaded a roster", member.group.key)]


def test_roster_of_a_group_that_is_taken_away_meanwhile(
    visitor: Visitor, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-007: between finding the group and writing the file."""
    note = talking.note_roster

    def closed_first(**given: object) -> None:
        Group.objects.update(closed_at=NOW)
        note(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(talking, "note_roster", closed_first)
    assert roster(visitor, member.group).status == 404
    assert audit() == []


# Who may, and what is noted of it


PAGES = ("", "note/", "remove/", "assign/")


def everything(visitor: Visitor, member: Membership) -> list[int]:
    """The statuses of all pages and forms about this member."""
    question = member.learner.team_questions.get().key
    given = {
        **csrf(visitor),
        "token": "t" * 22,
        "module": SLUG,
        "objective": "steps",
        "label": "Mine",
        "sure": "on",
    }
    statuses = [visitor.get(path(member, page)).status for page in PAGES]
    statuses += [
        visitor.post(path(member, action), {**given, "result": result}).status
        for action, result in (
            ("", ""),
            ("teach-back/", "again"),
            ("teach-back/", "take_back"),
            (f"questions/{question}/", "talked"),
            (f"questions/{question}/", "later"),
            ("remove/", ""),
        )
    ]
    return [*statuses, roster(visitor, member.group).status]


def test_another_nurse_finds_nobody_and_changes_nothing(
    visitor: Visitor, member: Membership
) -> None:
    """S-002, S-003, S-005: every key swapped; the same answer as for one that is not there."""
    stranger = factories.staff_member(name="Olga Other", clinic=factories.clinic(name="Elsewhere"))
    factories.group(nurses=[stranger], name="Hers")
    other = factories.signed_in(stranger)
    assert set(everything(other, member)) == {404}
    missing = other.get(f"/en/nurse/people/{'x' * 22}/")
    assert other.get(path(member)).text == missing.text
    found = Membership.objects.get()
    assert (found.label, TeachBack.objects.count(), TalkedOver.objects.count()) == ("Slip 7", 0, 0)
    assert audit() == []


def test_question_of_another_member_is_not_reached_through_this_one(
    visitor: Visitor, member: Membership, group: Group
) -> None:
    """S-002: a person of hers with a question of somebody else's."""
    other = factories.membership(group=group, learner=factories.learner(), call_name="Tall Hill")
    key = member.learner.team_questions.get().key
    given = {**csrf(visitor), "result": "talked"}
    shown = visitor.post(path(other, f"questions/{key}/"), given)
    assert (shown.status, TalkedOver.objects.count()) == (422, 0)


def test_who_left_or_was_taken_from_her_is_gone_at_once(
    visitor: Visitor, member: Membership, nora: StaffMember
) -> None:
    """S-007, S-008: the nurse is taken out, the group is closed, the member leaves."""
    member.group.nurses.remove(nora)
    assert set(everything(visitor, member)) == {404}
    member.group.nurses.add(nora)
    Group.objects.update(closed_at=NOW)
    assert set(everything(visitor, member)) == {404}
    Group.objects.update(closed_at=None)
    assert visitor.get(path(member)).status == 200
    Membership.objects.all().delete()
    assert set(everything(visitor, member)[:-1]) == {404}


def test_who_leaves_while_a_form_is_on_its_way_is_not_there(
    visitor: Visitor, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-008: found by the view, gone before the action."""
    given = {**csrf(visitor), "label": "Mine"}
    label = talking.label_member

    def gone_first(**hers: object) -> None:
        Membership.objects.all().delete()
        label(**hers)  # type: ignore[arg-type]

    monkeypatch.setattr(talking, "label_member", gone_first)
    assert visitor.post(path(member), given).status == 404


def test_reading_is_noted_by_verb_and_key_alone(
    visitor: Visitor, member: Membership, clock: Clock
) -> None:
    """B13, S-100: once an hour, with no content; the list of people is not noted."""
    for _ in range(2):
        visitor.get("/en/nurse/")
        visitor.get(path(member))
        visitor.get(path(member, "note/"))
    visitor.get(path(member, "remove/"))
    assert audit() == [
        ("read a person’s page", member.key),
        ("read a chart note", member.key),
    ]
    for _ in range(3):  # a session that idles half an hour ends
        clock.move(minutes=25)
        visitor.get("/en/nurse/")
    visitor.get(path(member))
    assert audit()[2:] == [("read a person’s page", member.key)]
    visitor.post(path(member), {**csrf(visitor), "label": "Bed 4"})
    visitor.post(
        path(member, "teach-back/"),
        {
            **csrf(visitor),
            "token": "t" * 22,
            "module": SLUG,
            "objective": "steps",
            "result": "own_words",
        },
    )
    visitor.post(path(member, "remove/"), {**csrf(visitor), "sure": "on"})
    assert audit()[3:] == [
        ("labeled a member", member.key),
        ("noted a teach-back", member.key),
        ("removed a member", member.key),
    ]


@pytest.mark.parametrize("page", ["", "note/"])
def test_reading_goes_on_while_nothing_can_be_written(
    visitor: Visitor,
    member: Membership,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
) -> None:
    """R-047: a busy database, and the read-only switch."""

    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(talking, "note_read", locked)
        assert sound(visitor.get(path(member, page))).heading
    visitor.get("/en/nurse/")
    settings.READ_ONLY = True
    shown = sound(visitor.get(path(member, page)))
    assert audit() == []
    assert [form for form in re.findall(r"<button[^>]*>", shown.html) if "result" in form] == []
    assert visitor.post(path(member, "teach-back/"), {"result": "again"}).status in (403, 503)


def test_htmx_after_the_session_ended(visitor: Visitor, member: Membership, clock: Clock) -> None:
    given = {**fields(visitor.get(path(member)), objective="steps"), "result": "again"}
    clock.move(minutes=31)
    ended = visitor.get(path(member), **{"HX-Request": "true"})
    assert (ended.status, ended.html) == (204, "")
    sent = visitor.post(path(member, "teach-back/"), given)
    assert (sent.status, sent.heading) == (401, "You were signed out")
    kept = sent.form(path(member, "teach-back/")).hidden
    assert {name: kept[name] for name in ("token", "objective", "module", "result")} == {
        name: given[name] for name in ("token", "objective", "module", "result")
    }
    assert not TeachBack.objects.exists()
