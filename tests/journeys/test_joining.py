"""A patient joins on her phone, comes back on another device, and stays in charge of it all."""

from __future__ import annotations

import re

import pytest

from tests.journeys.answers import RIGHT, UNSURE, AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.joining_states import GROUP, code_of_the_group, level
from tests.journeys.reader import KEYBOARD, NO_SCRIPTS, PHONE_WAY, Way
from tests.journeys.sites import SIMULATED, Sites
from tests.journeys.states import SLUG, World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(new_reader: NewReader, key: AnswerKey, sites: Sites) -> World:
    return World(new_reader, key, sites)


def test_code_of_a_link_goes_into_the_field_and_out_of_the_address(world: World) -> None:
    """S-044, S-029: it is in no address, no history and no storage, and never leaves by itself."""
    code = code_of_the_group(world)
    path, letters = code.link[code.link.index("/en/") :].split("#")
    reader = world.reader(site=SIMULATED)
    reader.open("/en/")
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.open(f"{path}#{letters}")
    assert reader.page.get_by_label("Your code").input_value() == letters
    assert reader.page.url == f"{reader.address}{path}"
    assert not any(letters in url for url in asked)
    assert reader.posts == []
    assert reader.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    reader.page.evaluate("location.hash = 'ABCD-EFGH'")
    reader.page.wait_for_function("location.hash === ''")
    assert reader.page.get_by_label("Your code").input_value() == "ABCD-EFGH"
    for fragment in ("main", "x=<img>", "id_code", "ABCDE", "A" * 41):
        reader.open("/en/about/")
        reader.open(f"{path}#{fragment}")
        assert reader.page.get_by_label("Your code").input_value() == ""
    reader.open("/en/about/")
    reader.open(f"{path}#{letters}")
    reader.follow("Go on")
    assert reader.heading() == f"Join the group “{GROUP}”"
    reader.page.go_back()
    assert letters not in reader.page.url


@pytest.mark.parametrize("way", [KEYBOARD, NO_SCRIPTS], ids=lambda way: way.name)
def test_patient_joins_and_comes_back_on_another_device(way: Way, world: World) -> None:
    """Without an account, by her code, to the exact place. By touch: see the whole way."""
    code = code_of_the_group(world)
    phone = world.reader(way, site=SIMULATED)
    phone.open("/en/")
    phone.follow("I have a code from my nurse")
    phone.write("Your code", code.typed.lower())
    phone.follow("Go on")
    assert phone.page.get_by_role("radio", name="Only that I joined").is_checked()
    level(phone, "Also ideas I may want to talk over")
    phone.write("What should your nurse call you?", "Ann")
    phone.follow("Join this group")
    letters = phone.page.locator(".keep .code").inner_text()
    assert "Its nurses know you as" in phone.text()
    phone.begin(SLUG)
    phone.answer(world.key, UNSURE)
    phone.follow("Continue")
    stopped = phone.page.url
    tablet = world.reader(way, site=SIMULATED)
    tablet.open("/en/return/")
    tablet.write("Your return code", letters)
    tablet.follow("Go to my place")
    assert tablet.page.url == stopped
    tablet.open("/en/me/sharing/")
    assert "Answered “I’m not sure”" in tablet.text()
    tablet.follow(re.compile("^Change this"))
    level(tablet, "Only that I joined")
    tablet.follow("Keep this")
    assert "Answered" not in tablet.text()
    phone.open("/en/me/sharing/")
    assert "Answered" not in phone.text()
    assert len(phone.kept()["groups"][0]["what_you_chose_to_share"]) == 2
    phone.follow(re.compile("^Leave this group"))
    phone.hands.tick(phone.page.get_by_role("checkbox"))
    phone.follow("Leave this group")
    assert "nobody sees anything of you" in phone.text()
    tablet.open("/en/me/download/")
    assert tablet.kept()["groups"] == []


def test_cleared_phone_is_found_again_by_the_return_code(world: World) -> None:
    phone = world.reader(PHONE_WAY)
    phone.begin(SLUG)
    question = phone.answer(world.key, RIGHT)
    phone.open("/en/me/keep/")
    phone.follow("Make my return code")
    link = phone.page.locator(".code-link").inner_text()
    phone.open("/en/me/clear/")
    phone.follow("Clear this device")
    phone.page.goto(link)
    phone.follow("Go to my place")
    assert phone.page.title().startswith("Question 2")
    assert phone.kept_answers()[0][0] == question.stem
    assert link.split("#")[1] not in phone.page.url


def test_return_code_prints_without_buttons(world: World) -> None:
    reader = world.reader(PHONE_WAY)
    reader.open("/en/me/keep/")
    reader.follow("Make my return code")
    reader.page.emulate_media(media="print")
    assert reader.page.locator(".keep .code").is_visible()
    assert reader.page.locator(".keep .qr").is_visible()
    assert not reader.page.get_by_role("button", name="Stop using this code").is_visible()
    assert reader.page.pdf().startswith(b"%PDF")
