"""The ways a reader has to operate a page: with a mouse, by touch, or by keyboard alone."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 150

# What hides the focus, or nothing. A ring is drawn by the element, by what stands for the whole of
# its row, or by the box around a radio button.
_UNSEEN = """() => {
  const element = document.activeElement;
  const target = element.closest("label") || element;
  const box = element.getBoundingClientRect();
  if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth)
    return `Outside the window: ${element.outerHTML.slice(0, 100)}`;
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!hit || !(target.contains(hit) || hit.contains(target)))
    return `Behind ${hit?.outerHTML.slice(0, 100)}`;
  const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3;
  const drawn = [[element], [element, "::after"], [target]];
  if (!element.matches(":focus-visible") || !drawn.some((at) => ring(getComputedStyle(...at))))
    return `No ring: ${element.outerHTML.slice(0, 100)}`;
  return "";
}"""


class Hands(Protocol):
    def press(self, control: Locator) -> None:
        """Activate a link, button or summary."""

    def tick(self, option: Locator) -> None:
        """Choose a radio button or a checkbox."""

    def select(self, box: Locator, text: str) -> None:
        """Choose an option of a select."""

    def write(self, box: Locator, text: str) -> None:
        """Write this into a field, instead of what stood there."""


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.click()

    def tick(self, option: Locator) -> None:
        option.locator("xpath=..").click()

    def select(self, box: Locator, text: str) -> None:
        box.select_option(label=text)

    def write(self, box: Locator, text: str) -> None:
        box.fill(text)


class Touch(Mouse):
    def press(self, control: Locator) -> None:
        control.tap()

    def tick(self, option: Locator) -> None:
        option.locator("xpath=..").tap()


class Keyboard:
    """Tab, Enter, Space, arrows and letters; every key but letters is counted.

    Wherever it acts, the focus is seen: inside the window, behind nothing, and with a ring.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def key(self, name: str) -> None:
        self.page.keyboard.press(name)
        self.keys += 1

    def press(self, control: Locator) -> None:
        self._tab_to(control, "element === document.activeElement")
        self.key("Enter")

    def tick(self, option: Locator) -> None:
        if option.get_attribute("type") == "checkbox":
            self._tab_to(option, "element === document.activeElement")
            self.key("Space")
            return
        self._tab_to(option, "element.name === document.activeElement.name")
        for _ in range(10):
            if option.evaluate("element => element === document.activeElement"):
                break
            self.key("ArrowDown")
        if not option.is_checked():
            self.key("Space")

    def select(self, box: Locator, text: str) -> None:
        self._tab_to(box, "element === document.activeElement")
        for _ in range(20):
            chosen = box.evaluate("element => element.selectedOptions[0].label")
            if chosen == text:
                return
            self.key("ArrowDown")
        raise AssertionError(f"“{text}” cannot be chosen by keyboard")

    def write(self, box: Locator, text: str) -> None:
        self._tab_to(box, "element === document.activeElement")
        self.key("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def _tab_to(self, control: Locator, arrived: str) -> None:
        element = control.element_handle()
        for _ in range(MOST_TABS):
            if element.evaluate(f"element => {arrived}"):
                unseen = self.page.evaluate(_UNSEEN)
                assert not unseen, f"{unseen} the focus is not seen at {self.page.url}"
                return
            self.key("Tab")
        raise AssertionError(f"no way to {control} with {MOST_TABS} tabs")
