"""A page as a tree: what a reader sees of it, and whether its markup is sound."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "headers")
HIDDEN = ("script", "style", "template", "svg")


@dataclass(frozen=True)
class Markup:
    root: Element
    errors: list[Any]

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.root.iter() if element.tag in tags]

    def one(self, tag: str) -> Element:
        found = self.all(tag)
        assert len(found) == 1, f"{len(found)} elements <{tag}>"
        return found[0]

    def with_attribute(self, name: str) -> list[Element]:
        return [element for element in self.root.iter() if name in element.attrib]

    @property
    def title(self) -> str:
        """The title of the document; an SVG has titles of its own."""
        return seen(self.one("head").find("title"))

    @property
    def heading(self) -> str:
        return seen(self.one("h1"))

    @property
    def main(self) -> Element:
        return self.one("main")

    @property
    def links(self) -> dict[str, str]:
        """Where each link of the main part leads, by what it says."""
        return {
            seen(link): link.attrib["href"] for link in self.main.iter("a") if "href" in link.attrib
        }


def parse(text: str) -> Markup:
    parser: Any = HTMLParser(namespace_html_elements=False)
    parser._parse(text)
    return Markup(parser.tree.get_document(), list(parser.errors))


def seen(element: Element | None) -> str:
    """The text of an element as it is read, with single spaces; drawings are not read."""
    if element is None:
        return ""
    return re.sub(r"\s+", " ", "".join(_pieces(element))).strip()


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in HIDDEN or "hidden" in element.attrib or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        if child.tag in ("p", "li", "h1", "h2", "h3", "div", "dt", "dd", "legend", "label", "br"):
            yield " "
        yield from _pieces(child)
        yield child.tail or ""


def faults(page: Markup) -> list[str]:
    """Everything unsound about a page that can be seen without a browser."""
    found = [f"parse error: {error}" for error in page.errors]
    found += _id_faults(page) + _heading_faults(page) + _focus_faults(page)
    if not page.root.attrib.get("lang"):
        found.append("no language")
    if not page.title:
        found.append("no title")
    for tag in ("main", "header", "footer", "h1"):
        if len(page.all(tag)) != 1:
            found.append(f"{len(page.all(tag))} elements <{tag}>")
    found += [f"{name} handler" for name in _attributes(page) if name.startswith("on")]
    found += ["style attribute" for name in _attributes(page) if name == "style"]
    found += ["inline script" for script in page.all("script") if not _is_data_or_file(script)]
    found += ["inline style" for style in page.all("style") if style.text]
    return found


def _is_data_or_file(script: Element) -> bool:
    """A browser runs no block of this type: it is data for a script that is a file."""
    return "src" in script.attrib or script.attrib.get("type") == "application/json"


def _attributes(page: Markup) -> Iterator[str]:
    for element in page.root.iter():
        yield from element.attrib


def _id_faults(page: Markup) -> list[str]:
    ids = Counter(element.attrib["id"] for element in page.with_attribute("id"))
    found = [f"id “{name}” {count} times" for name, count in ids.items() if count > 1]
    for attribute in REFERENCES:
        for element in page.with_attribute(attribute):
            names = element.attrib[attribute].split()
            if not names:
                found.append(f"empty {attribute} on <{element.tag}>")
            found += [f"{attribute} leads nowhere: “{name}”" for name in names if name not in ids]
    for link in page.with_attribute("href"):
        href = link.attrib["href"]
        if href.startswith("#") and href[1:] not in ids:
            found.append(f"link leads nowhere: “{href}”")
    return found


def _heading_faults(page: Markup) -> list[str]:
    found, level = [], 1
    for heading in page.all(*HEADINGS):
        here = int(heading.tag[1])
        if here > level + 1:
            found.append(f"<h{here}> after <h{level}>: “{seen(heading)}”")
        if not seen(heading):
            found.append(f"empty <h{here}>")
        level = here
    return found


def _focus_faults(page: Markup) -> list[str]:
    focused = page.with_attribute("autofocus")
    found = [f"{len(focused)} elements take the focus"] if len(focused) > 1 else []
    if any(element.attrib.get("tabindex") != "-1" for element in focused):
        found.append("what takes the focus has no tabindex=-1")
    return found
