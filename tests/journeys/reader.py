"""One reader with one browser profile, and what her browser asked for and complained about."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from learning.content.schema import Question
from tests.journeys.answers import UNSURE_LABEL, AnswerKey, Picked, response
from tests.journeys.hands import Hands, Keyboard, Mouse, Touch
from tests.ledger import forms

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}

HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>")

# The browser's own note on a response that is no page of success. Tests look at the response.
STATUS_NOTE = re.compile(r"Failed to load resource: the server responded with a status of \d+")
# After a swap htmx has moved the focus by the time the browser would have done so.
FOCUS_NOTE = "Autofocus processing was blocked because a document already has a focused element."
CLEARED_NOTE = re.compile(r"Clear-Site-Data header on '[^']+': Cleared data types: ")
NETWORK_NOTE = re.compile(
    r"Failed to load resource: net::ERR_\w+|htmx: htmx:error: Failed to fetch"
)

_FOCUSED = """() => {
  const at = document.activeElement;
  if (at !== document.body) return [at.innerText, false];
  return ["BODY", document.querySelector("[autofocus]") !== null];
}"""

NO_POINTER = """addEventListener("pointerdown", (event) =>
  console.error("no keyboard:", event.target.outerHTML.slice(0, 100)), true);"""


@dataclass(frozen=True)
class Way:
    """How a reader comes: her window, her hands, and whether scripts run."""

    name: str
    hands: type[Mouse | Keyboard] = Mouse
    scripts: bool = True
    blocked: bool = False
    options: dict[str, Any] = field(default_factory=lambda: {"viewport": DESK})


MOUSE = Way("mouse")
PHONE_WAY = Way("phone", options={"viewport": PHONE})
KEYBOARD = Way("keyboard", hands=Keyboard)
NO_SCRIPTS = Way(
    "no scripts", scripts=False, options={"viewport": PHONE, "java_script_enabled": False}
)
BLOCKED = Way("script files blocked", scripts=False, blocked=True, options={"viewport": PHONE})
NARROW = Way(
    "320 px",
    hands=Touch,
    options={"viewport": SMALL_PHONE, "is_mobile": True, "has_touch": True},
)
ZOOMED = Way(
    "400 % zoom",
    options={"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
)
WAYS = (MOUSE, KEYBOARD, NO_SCRIPTS, BLOCKED, NARROW, ZOOMED)


class Reader:
    """She opens pages and acts on them. ``faults`` is what no journey may meet."""

    def __init__(self, browser: Browser, address: str, way: Way = MOUSE, **options: Any) -> None:
        self.address = self._home = address
        self.way = way
        self.faults: list[str] = []
        self.posts: list[str] = []
        self.line_is_bad = way.blocked
        self.context = browser.new_context(base_url=address, **{**way.options, **options})
        self.context.set_default_timeout(20_000)
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.context.on("console", self._complained)
        self.context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        if way.hands is Keyboard:
            self.context.add_init_script(NO_POINTER)
        if way.blocked:
            self.context.route("**/*.js", lambda route: route.abort())
        self.page = self.context.new_page()
        self.hands: Hands = way.hands(self.page)
        self._sessions: list[CDPSession] = []

    def leave(self) -> None:
        """Leave the tab to somebody else, as if nobody had used it.

        The first page in a new browser takes longer than all that is looked at on it.
        """
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        for session in self._sessions:
            session.detach()
        self.page.unroute_all()
        self.context.clear_cookies()
        self.page.goto("about:blank")
        self.page.set_viewport_size(self.way.options["viewport"])
        self.page.emulate_media(media="null", color_scheme="null")
        self.address, self.line_is_bad = self._home, self.way.blocked
        for noted in (self.faults, self.posts, self._sessions):
            noted.clear()

    # What the browser tells

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:", "blob:")):
            self.faults.append(f"asked somebody else: {request.url}")
        if request.method == "POST":
            self.posts.append(request.url)

    def _answered(self, answer: Response) -> None:
        if "/static/" in answer.url and answer.status >= 400:
            self.faults.append(f"{answer.status} for {answer.url}")

    def _complained(self, message: ConsoleMessage) -> None:
        text = message.text
        if STATUS_NOTE.match(text) or CLEARED_NOTE.match(text) or text == FOCUS_NOTE:
            return
        if self.line_is_bad and NETWORK_NOTE.match(text):
            return
        self.faults.append(f"console: {text}")

    def devtools(self) -> CDPSession:
        """What the browser takes from nobody but a developer, until she leaves."""
        self._sessions.append(self.context.new_cdp_session(self.page))
        return self._sessions[-1]

    # Moving

    def open(self, path: str, *, status: int = 200) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{answer.status} for {path}"

    def other_tab(self) -> Page:
        """A second tab at the same address."""
        page = self.context.new_page()
        page.goto(self.page.url)
        return page

    def control(self, name: str | re.Pattern[str], *, within: str = "main") -> Locator:
        """The link or button of this name."""
        scope = self.page.locator(within)
        exact = isinstance(name, str)
        link = scope.get_by_role("link", name=name, exact=exact)
        return link.or_(scope.get_by_role("button", name=name, exact=exact)).first

    def follow(self, what: str | re.Pattern[str] | Locator, *, within: str = "main") -> None:
        """Press what leads to another page, by its name or itself, and wait for that page."""
        control = what if isinstance(what, Locator) else self.control(what, within=within)
        with self.page.expect_navigation():
            self.hands.press(control)

    def write(self, label: str, text: str) -> None:
        """Write this into the field of this label, which may say more."""
        self.hands.write(self.page.get_by_label(label), text)

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def focused(self) -> str:
        """The text of the element that has the focus; “BODY” where nothing has it.

        What a page is to begin at takes the focus with the first frame that is drawn after loading,
        so where a page names something it is waited for.
        """
        until = time.monotonic() + 5
        while True:
            text, to_come = self.page.evaluate(_FOCUSED)
            if not to_come or time.monotonic() > until:
                return " ".join(text.split())
            self.page.wait_for_timeout(20)

    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    # Checks

    def begin(self, slug: str, *, before: bool = False) -> None:
        """Begin a check, or go on with an open one; lands on a question."""
        self.open(f"/en/modules/{slug}/{'before' if before else 'check'}/")
        self.follow(re.compile("Begin the |Go on with question"))

    def choose(self, picked: Picked) -> None:
        for text in picked.ticked:
            name = re.compile(f"^{re.escape(text)}$")
            field = self.page.locator("fieldset.question")
            option = field.get_by_role("radio", name=name).or_(
                field.get_by_role("checkbox", name=name)
            )
            self.hands.tick(option)
        for item, place in picked.placed:
            self.hands.select(self.page.get_by_label(item, exact=True), place)

    def send(self, name: str = "Check my answer", *, until: str = "#feedback") -> None:
        """Press the button of the question, and wait for what comes of it."""
        if not self.way.scripts:
            self.follow(name)
        else:
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                self.hands.press(self.control(name))
        self.page.locator(until).wait_for()

    def answer(self, key: AnswerKey, verdict: str) -> Question:
        """Answer the question on this page so that it gets this verdict; the question."""
        question = key.question(self.heading())
        self.choose(response(question, verdict))
        self.send()
        return question

    def seek(self, slug: str, fits: Callable[[str], bool]) -> None:
        """Open the question of this module whose stem fits, in a check begun for it.

        Two checks one after the other ask every question, because the second draws the other
        form of each objective.
        """
        for _ in range(2):
            self.begin(slug)
            check = self.page.url.rsplit("/", 2)[0]
            size = int(re.findall(r"of (\d+)", self.page.title())[0])
            addresses = [f"{check}/{number}/" for number in range(1, size + 1)]
            for address in addresses:
                found = HEADING.search(self.page.request.get(address).text())
                assert found is not None
                if fits(html.unescape(found[1])):
                    self.page.goto(address)
                    return
            for address in addresses:
                self._skip(address)
        raise AssertionError(f"no check of {slug} asks it")

    def _skip(self, url: str) -> None:
        """Answer the question at this address with "I’m not sure"."""
        form = next(f for f in forms(self.page.request.get(url).text()) if "token" in f.hidden)
        chosen = {name: "unsure" for name in form.choices if name != "sure"}
        sent = self.page.request.post(
            url, form={**form.hidden, **chosen}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert "Saved." in sent.text(), UNSURE_LABEL

    def kept(self) -> Any:
        """Everything that is kept about her, as she can download it."""
        answer = self.page.request.get("/en/me/download/?json=1")
        assert answer.status == 200
        return json.loads(answer.text())

    def kept_answers(self) -> list[tuple[str, int, tuple[str, ...], str]]:
        """Her answers in their order: the question, the try, what was chosen, the result."""
        return [
            (row["question"], row["try"], tuple(row["you_chose"]), row["result"])
            for check in self.kept()["checks"]
            for row in check["answers"]
        ]

    def lasting_cookies(self) -> list[Any]:
        """The cookies that are still there after the browser was closed and opened again."""
        return [cookie for cookie in self.context.cookies() if cookie["expires"] > 0]
