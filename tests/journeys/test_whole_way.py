"""The whole way, from a site that nobody has used yet to a patient who takes her leave.

The operator lets somebody in who looks after staff, she invites a nurse, the nurse makes a group
and prints slips, a patient joins by one of them on her phone, and decides what the nurse sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.journeys.account_states import (
    accept,
    invitation,
    set_up_app,
    set_up_passkey,
    with_authenticator,
)
from tests.journeys.answers import RIGHT, UNSURE, AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.hands import Touch
from tests.journeys.joining_states import level
from tests.journeys.paper import words
from tests.journeys.reader import DESK, KEYBOARD, PHONE, Reader, Way
from tests.journeys.sites import FRESH, Sites
from tests.journeys.states import SLUG, World

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]

OVERVIEW, NURSE, CLINIC, GROUP = "Vera View", "Nora Nurse", "Green Clinic", "Everybody of mine"
NEXT = "what-it-is"
DESK_WAY = Way("desk", options={"viewport": DESK})
TOUCH = Way(
    "phone",
    hands=Touch,
    options={"viewport": PHONE, "is_mobile": True, "has_touch": True},
)


def overview_comes_in(world: World) -> Reader:
    """The first member of staff, let in by the operator's command."""
    vera = world.reader(DESK_WAY, site=FRESH)
    accept(vera, invitation(world, "--overview", name=OVERVIEW, site=FRESH))
    set_up_app(vera)
    return vera


def nurse_is_invited(vera: Reader) -> str:
    """By the one who looks after staff, into a clinic that she adds; the link for the nurse."""
    vera.follow("Clinics", within=".staff-nav")
    vera.follow("Add a clinic")
    vera.write("Name of the clinic", CLINIC)
    vera.write("Number to call by day", "555-0100")
    vera.write("Number to call at night", "555-0101")
    vera.follow("Add this clinic")
    vera.follow("Staff", within=".staff-nav")
    vera.follow("Invite somebody")
    vera.write("Name", NURSE)
    vera.write("Email address", "nora@example.org")
    vera.hands.select(vera.page.get_by_label("Nurse of which clinic?"), CLINIC)
    vera.follow("Make the link")
    assert vera.heading() == f"{NURSE} is invited"
    return vera.page.locator(".code-link").inner_text()


def nurse_comes_in(world: World, link: str) -> Reader:
    """By keyboard alone, as everything of hers: a password, a passkey, out, and in by it alone."""
    nora = world.reader(KEYBOARD, site=FRESH)
    with_authenticator(nora)
    set_up_passkey(nora, link[link.index("/en/") :])
    nora.follow(f"Sign out, {NURSE}", within=".staff-nav")
    assert nora.heading() == "Sign in"
    nora.follow("Sign in with a passkey")
    assert nora.page.url == f"{nora.address}/en/nurse/"
    return nora


def nurse_prints_slips(nora: Reader) -> list[str]:
    """She makes her first group; the codes of its slips, which are all on the paper."""
    nora.follow("Make your first group")
    nora.write("Name of the group", GROUP)
    nora.follow("Make the group")
    nora.write("How many slips?", "3")
    nora.write("Your own notes for them", "Bed 3")
    nora.follow("Make slips")
    page = nora.page
    codes = page.locator(".slip-way .code").all_inner_texts()
    assert len(set(codes)) == 3
    printed = words(page.pdf())
    assert [printed.count(code) for code in codes] == [2, 2, 2]  # one stays with the nurse
    assert [printed.count(text) for text in ("Everybodyofmine", "Bed3")] == [3, 1]
    for button in ("Stopthisslip", "Signout"):
        assert button not in printed
    return codes


def patient_joins(world: World, code: str) -> Reader:
    """On a phone, without an account, sharing as little as possible."""
    ann = world.reader(TOUCH, site=FRESH)
    ann.open("/")
    ann.follow("I have a code from my nurse")
    ann.write("Your code", code)
    ann.follow("Go on")
    assert ann.heading() == f"Join the group “{GROUP}”"
    assert ann.page.get_by_role("radio", name="Only that I joined").is_checked()
    ann.write("What should your nurse call you?", "Ann")
    ann.follow("Join this group")
    assert ann.heading() == "You have joined. Write this down before you close the page"
    return ann


def finish(ann: Reader, key: AnswerKey) -> str:
    """Read a part, and finish a check with one “I’m not sure”; the idea that was about."""
    module = key.library.modules[SLUG, "en"]
    ann.open("/en/modules/")
    ann.follow(module.title)
    ann.follow("Start reading")
    ann.follow(re.compile("^Next: "))
    ann.begin(SLUG)
    unsure = ann.answer(key, UNSURE)
    ann.follow("Continue")
    while ann.page.title().startswith("Question"):
        ann.answer(key, RIGHT)
        ann.follow("Continue")
    assert ann.heading() == "You have finished this module"
    return module.objectives[unsure.objective]


def begin_another(ann: Reader, key: AnswerKey) -> str:
    """Answer the first question of another check; the place where she stops."""
    ann.begin(NEXT)
    ann.answer(key, RIGHT)
    ann.follow("Continue")
    return ann.page.url


def lines(reader: Reader) -> list[str]:
    """What is shared, as this page says it, without the days."""
    found = reader.page.locator(".shared-lines > li").all_inner_texts()
    return [re.sub(r" on \w+ \d+, \d{4}", "", " ".join(line.split())) for line in found]


def share(ann: Reader, level_words: str) -> list[str]:
    """Choose what is shared; the lines that she is told the nurse sees."""
    ann.open("/en/me/sharing/")
    ann.follow(re.compile("^Change this"))
    level(ann, level_words)
    ann.follow("Keep this")
    return lines(ann)


@dataclass(frozen=True)
class Seen:
    """What the nurse sees: the first words of her page, and what stands on that of one person."""

    first: str
    lines: list[str]
    to_talk_over: list[str]


def seen_by(nora: Reader, name: str) -> Seen:
    nora.follow("Who needs me", within=".staff-nav")
    first = nora.page.locator("#who h2").first.inner_text()
    nora.follow("Groups", within=".staff-nav")
    nora.follow(GROUP)
    nora.follow(name)
    return Seen(first, lines(nora), nora.page.locator(".talk h3").all_inner_texts())


def test_nurse_and_patient_from_an_empty_site_to_the_leave(
    new_reader: NewReader, key: AnswerKey, sites: Sites
) -> None:
    world = World(new_reader, key, sites)
    nora = nurse_comes_in(world, nurse_is_invited(overview_comes_in(world)))
    codes = nurse_prints_slips(nora)

    ann = patient_joins(world, codes[0])
    letters = ann.page.locator(".keep .code").inner_text()
    name = ann.page.locator("main strong").first.inner_text().strip("“”")
    idea = finish(ann, key)
    stopped = begin_another(ann, key)

    title = key.library.modules[SLUG, "en"].title
    joined, finished = "Joined", f"Finished “{title}”"
    unsure = f"May want to talk over: “{idea}” Answered “I’m not sure”, in “{title}”"
    calm, needing = "Nothing needs you today", "Who may need you first"
    assert seen_by(nora, name) == Seen(calm, [joined], [])
    assert "Wants to be called Ann." in nora.text()
    assert share(ann, "Also which modules I finished") == [joined, finished]
    assert seen_by(nora, name) == Seen(calm, [joined, finished], [])
    assert share(ann, "Also ideas I may want to talk over") == [joined, finished, unsure]
    assert seen_by(nora, name) == Seen(needing, [joined, finished, unsure], [idea])
    assert share(ann, "Only that I joined") == [joined]
    assert seen_by(nora, name) == Seen(calm, [joined], [])
    person = nora.page.url

    tablet = world.reader(DESK_WAY, site=FRESH)
    tablet.open("/en/return/")
    tablet.write("Your return code", letters)
    tablet.follow("Go to my place")
    assert tablet.page.url == stopped
    assert tablet.kept_answers() == ann.kept_answers()

    ann.open("/en/me/sharing/")
    ann.follow(re.compile("^Leave this group"))
    ann.hands.tick(ann.page.get_by_role("checkbox"))
    ann.follow("Leave this group")
    assert "nobody sees anything of you" in ann.text()
    assert ann.kept()["groups"] == []
    nora.follow("Who needs me", within=".staff-nav")
    assert "Nobody has joined yet." in nora.text()
    assert name not in nora.page.content()
    nora.open(person, status=404)
    tablet.page.reload()
    assert tablet.page.url == stopped  # what is her own stays hers
    tablet.open("/en/me/sharing/")
    assert "nobody sees anything of you" in tablet.text()
