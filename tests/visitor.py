"""A browser without scripts inside the test process: it keeps cookies, and presses buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from learning.web.access import give_device
from tests.ledger import PageForm, forms
from tests.markup import Markup, parse, seen

SLUG = "how-it-spreads"
CHECK = f"/en/modules/{SLUG}/check/"
BEFORE = f"/en/modules/{SLUG}/before/"
FORM = "application/x-www-form-urlencoded"

Chosen = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Shown:
    """A response as its reader meets it."""

    path: str
    status: int
    headers: Mapping[str, str]
    html: str

    @cached_property
    def page(self) -> Markup:
        return parse(self.html)

    @property
    def title(self) -> str:
        return self.page.title

    @property
    def heading(self) -> str:
        return self.page.heading

    @property
    def text(self) -> str:
        return seen(self.page.main)

    @property
    def links(self) -> dict[str, str]:
        return self.page.links

    @property
    def errors(self) -> list[str]:
        """What the error summary says, in its order."""
        page = self.page
        boxes = [
            element
            for element in page.root.iter()
            if element.attrib.get("class") == "error-summary"
        ]
        return [seen(item) for box in boxes for item in box.iter("li")]

    def form(self, action: str = "") -> PageForm:
        """The form of this page with that action; by default the one that is not a correction's."""
        found = [
            form
            for form in forms(self.html)
            if (form.action == action if action else "corrections" not in form.action)
        ]
        assert len(found) == 1, f"{len(found)} forms on {self.path}: {self.text}"
        return found[0]

    @property
    def checked(self) -> list[tuple[str, str]]:
        """Name and value of everything ticked, selected or carried along, tokens aside."""
        page = self.page
        found = []
        for element in page.root.iter():
            name, value = element.attrib.get("name", ""), element.attrib.get("value", "")
            if element.tag == "input" and "checked" in element.attrib:
                found.append((name, value))
            if element.tag == "select":
                found += [
                    (name, option.attrib["value"])
                    for option in element.iter("option")
                    if "selected" in option.attrib and option.attrib["value"]
                ]
        return found


def same_but_for_tokens(html: str) -> str:
    """The page with what differs at every load made the same."""
    return re.sub(r'(name="(?:csrfmiddlewaretoken|token)" value=")[^"]+', r"\1…", html)


class Visitor:
    """Somebody with a browser. Cross-site protection is on, as for readers."""

    def __init__(self, **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True, headers=headers)

    def get(self, path: str, **headers: str) -> Shown:
        return self._shown(path, self.client.get(path, headers=headers))

    def open(self, path: str) -> Shown:
        """GET, following redirects as a browser does."""
        shown = self.get(path)
        while shown.status in (302, 303):
            shown = self.get(shown.headers["Location"])
        return shown

    def post(self, path: str, data: Chosen, **headers: str) -> Shown:
        headers = {"Sec-Fetch-Site": "same-origin", **headers}
        body = urlencode(data, doseq=True)
        response = self.client.post(path, body, content_type=FORM, headers=headers)
        return self._shown(path, response)

    def press(
        self, shown: Shown, chosen: Chosen | None = None, *, action: str = "", htmx: bool = False
    ) -> Shown:
        """Send the form of this page with what was chosen. A redirect is not followed."""
        form = shown.form(action)
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(form.action, {**form.hidden, **(chosen or {})}, **headers)

    def start(self, path: str = CHECK, *, shared: bool = False) -> Shown:
        """Begin a check; the page of its first question."""
        shown = self.get(path)
        asked = "shared" in shown.form(path).choices
        chosen = {"shared": "shared" if shared else "own"} if asked else {}
        sent = self.press(shown, chosen, action=path)
        assert sent.status == 303, sent.text
        return self.open(sent.headers["Location"])

    def cookie(self, name: str) -> Any:
        """The cookie of this name as it was last set, or None."""
        return self.client.cookies.get(name)

    def forget(self, *names: str) -> None:
        """Lose these cookies; without names: all of them."""
        for name in names or list(self.client.cookies):
            self.client.cookies.pop(name, None)

    def use(self, token: str, *, shared: bool = False) -> None:
        """Be the browser that was given this device token."""
        response = HttpResponse()
        give_device(response, token, shared=shared)
        self.client.cookies.update(response.cookies)

    def _shown(self, path: str, response: Any) -> Shown:
        for name, morsel in list(self.client.cookies.items()):
            if morsel["max-age"] == 0:
                self.forget(name)
        html = b"".join(response) if response.streaming else response.content
        return Shown(path, response.status_code, response.headers, html.decode())
