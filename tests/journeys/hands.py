"""The ways a reader has to operate a page: with a mouse, by touch, or by keyboard alone."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 150


class Hands(Protocol):
    def press(self, control: Locator) -> None:
        """Activate a link, button or summary."""

    def tick(self, option: Locator) -> None:
        """Choose a radio button or a checkbox."""

    def select(self, box: Locator, text: str) -> None:
        """Choose an option of a select."""


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.click()

    def tick(self, option: Locator) -> None:
        option.locator("xpath=..").click()

    def select(self, box: Locator, text: str) -> None:
        box.select_option(label=text)


class Touch(Mouse):
    def press(self, control: Locator) -> None:
        control.tap()

    def tick(self, option: Locator) -> None:
        option.locator("xpath=..").tap()


class Keyboard:
    """Tab, Shift+Tab, Enter, Space and arrows; every key pressed is counted."""

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

    def _tab_to(self, control: Locator, arrived: str) -> None:
        element = control.element_handle()
        for _ in range(MOST_TABS):
            if element.evaluate(f"element => {arrived}"):
                return
            self.key("Tab")
        raise AssertionError(f"no way to {control} with {MOST_TABS} tabs")
