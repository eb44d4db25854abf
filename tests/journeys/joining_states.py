"""The states of joining a nurse's group, of sharing with it, and of coming back."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.answers import NOT_QUITE, UNSURE
from tests.journeys.reader import PHONE_WAY, Reader, Way
from tests.journeys.sites import READ_ONLY, SIMULATED
from tests.journeys.states import SLUG, States, World

JOINING = States()
NURSE = "Nurse Demo North"
GROUP = "Tuesday clinic"
LONG_NAME = "Wilhelmina-Alexandra of the Long Lane Nr7"


@dataclass(frozen=True)
class Code:
    """The code of a group as a nurse hands it out."""

    typed: str
    link: str


def code_of_the_group(world: World) -> Code:
    """What stands on the nurse's page; she makes a new code where none is open."""
    nurse = world.staff(NURSE)
    nurse.open("/en/nurse/groups/")
    nurse.follow(GROUP)
    nurse.follow("Code, link and slips")
    if nurse.page.locator(".invitation").count() == 0:
        nurse.follow("Make a new code")
        nurse.follow("Make a new code")
    link = nurse.page.locator(".code-link")
    return Code(nurse.page.locator(".code").first.inner_text(), link.text_content() or "")


def typed_in(world: World, way: Way = PHONE_WAY) -> Reader:
    """Somebody unknown on the page that says what would be shared."""
    code = code_of_the_group(world)
    reader = world.reader(way, site=SIMULATED)
    reader.open("/en/join/")
    reader.page.get_by_label("Your code").fill(code.typed)
    reader.follow("Go on")
    assert reader.heading() == f"Join the group “{GROUP}”"
    return reader


def level(reader: Reader, words: str) -> None:
    reader.hands.tick(reader.page.get_by_role("radio", name=words))


@JOINING.of("learner/join.html")
def join(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/join/")
    return reader


@JOINING.of("learner/join.html")
def join_with_a_code_that_is_none(world: World) -> Reader:
    reader = join(world)
    reader.page.get_by_label("Your code").fill("ABCD-EFGH")
    reader.follow("Go on")
    assert reader.focused().startswith("There is a problem")
    return reader


@JOINING.of("learner/join.html")
def join_again_after_a_while(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/join/over/", status=404)
    return reader


@JOINING.of("learner/join.html")
def join_while_others_guess(world: World) -> Reader:
    """On a site of its own: what is counted shuts nobody else out of the other states."""
    reader = world.reader(site=world.sites.copy_of_real())
    reader.open("/en/join/")
    form: dict[str, str | float | bool] = {
        "csrfmiddlewaretoken": reader.page.locator("[name=csrfmiddlewaretoken]").input_value(),
        "code": "ABCD-EFGH",
    }
    for _ in range(100):
        reader.page.request.post("/en/join/", form=form, headers={"Sec-Fetch-Site": "same-origin"})
    reader.page.get_by_label("Your code").fill("ABCD-EFGH")
    reader.follow("Go on")
    assert reader.focused().startswith("Please wait")
    return reader


@JOINING.of("learner/join.html")
def join_while_saving_is_off(world: World) -> Reader:
    reader = world.reader(site=READ_ONLY)
    reader.open("/en/join/")
    return reader


@JOINING.of("learner/joining.html")
def joining(world: World) -> Reader:
    return typed_in(world)


@JOINING.of("learner/joining.html")
def joining_with_work_done_before(world: World) -> Reader:
    code = code_of_the_group(world)
    reader = world.reader(site=SIMULATED)
    reader.begin(SLUG)
    reader.answer(world.key, UNSURE)
    reader.follow("Continue")
    reader.answer(world.key, NOT_QUITE)
    reader.open("/en/join/")
    reader.page.get_by_label("Your code").fill(code.typed)
    reader.follow("Go on")
    assert "Answered “I’m not sure”" in reader.text()
    return reader


@JOINING.of("learner/joining.html")
def joining_without_a_level(world: World) -> Reader:
    """No radio button can be cleared by hand, but a browser may restore an odd form."""
    reader = typed_in(world)
    reader.page.evaluate("document.querySelector('[name=level]:checked').checked = false")
    reader.follow("Join this group")
    assert reader.focused().startswith("There is a problem")
    return reader


@JOINING.of("learner/keep.html")
def joined(world: World) -> Reader:
    reader = typed_in(world)
    level(reader, "Also ideas I may want to talk over")
    reader.page.get_by_label("What should your nurse call you?").fill(LONG_NAME[:40])
    reader.follow("Join this group")
    assert reader.heading() == "You have joined. Write this down before you close the page"
    return reader


@JOINING.of("learner/keep.html")
def keep_for_nobody(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/me/keep/")
    return reader


@JOINING.of("learner/keep.html")
def keep(world: World) -> Reader:
    reader = keep_for_nobody(world)
    reader.follow("Make my return code")
    assert reader.page.locator(".keep .code").count() == 1
    return reader


@JOINING.of("learner/keep.html")
def keep_while_saving_is_off(world: World) -> Reader:
    reader = world.reader(site=READ_ONLY)
    reader.open("/en/me/keep/")
    return reader


@JOINING.of("learner/return.html")
def come_back(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/return/")
    return reader


@JOINING.of("learner/return.html")
def come_back_with_a_code_that_is_none(world: World) -> Reader:
    reader = come_back(world)
    reader.page.get_by_label("Your return code").fill("ABCD-EFGH-JKMN-PQRS-TVWX")
    reader.follow("Go to my place")
    assert reader.focused().startswith("There is a problem")
    return reader


@JOINING.of("learner/return.html")
def come_back_where_somebody_else_was(world: World) -> Reader:
    code = keep(world).page.locator(".keep .code").inner_text()
    reader = world.reader()
    reader.begin(SLUG)
    reader.open("/en/return/")
    reader.page.get_by_label("Your return code").fill(code)
    reader.follow("Go to my place")
    assert reader.focused().startswith("There is a problem")
    return reader


@JOINING.of("learner/sharing.html")
def sharing_nothing(world: World) -> Reader:
    reader = keep(world)
    reader.open("/en/me/sharing/")
    return reader


@JOINING.of("learner/sharing.html")
def sharing(world: World) -> Reader:
    reader = joined(world)
    reader.follow("What I share with my nurse")
    return reader


@JOINING.of("learner/membership.html")
def membership(world: World) -> Reader:
    reader = sharing(world)
    reader.follow(reader.page.get_by_role("link", name="Change this"))
    return reader


@JOINING.of("learner/leave.html")
def leave(world: World) -> Reader:
    reader = membership(world)
    reader.follow("Leave this group")
    return reader


@JOINING.of("learner/leave.html")
def leave_without_a_yes(world: World) -> Reader:
    reader = leave(world)
    reader.follow("Leave this group")
    assert reader.focused().startswith("There is a problem")
    return reader


@JOINING.of("learner/clear.html")
def clear_with_a_return_code(world: World) -> Reader:
    reader = keep(world)
    reader.open("/en/me/clear/")
    return reader


@JOINING.of("learner/download.html")
def download_of_a_member(world: World) -> Reader:
    reader = joined(world)
    reader.open("/en/me/download/")
    return reader
