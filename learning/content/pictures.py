"""SVG pictures that may stand inside a page: shapes, words and names of classes, nothing else.

Colors come from the style sheet by class, so a picture follows the reader's theme. The file is
read with the standard library's parser and written out again from what is allowed.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

SVG = "http://www.w3.org/2000/svg"
LARGEST_PICTURE = 100_000
# Where white space can be seen. Between shapes it is only the file's own layout.
_LETTERED = {"text", "tspan", "title", "desc"}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _names(
    "svg g path circle ellipse rect line polyline polygon text tspan title desc defs marker use"
)
# The names that the style sheet gives colors, lines and letters to.
CLASSES = _names(
    """
    ink line fill-a fill-b fill-c accent danger quiet label label-strong on-strong arrow
    emergency call-now tell
    """
)
_GEOMETRY = _names(
    """
    viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points dx dy transform pathLength
    preserveAspectRatio refX refY markerWidth markerHeight markerUnits orient font-size
    stroke-width stroke-linecap stroke-linejoin stroke-dasharray
    """
)
_PLAIN = re.compile(r"[\w\s.,+%()-]*", re.ASCII)
_ID = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_LOCAL = re.compile(r"#([A-Za-z][\w-]*)", re.ASCII)
_LOCAL_URL = re.compile(r"url\(#([A-Za-z][\w-]*)\)", re.ASCII)
_ONE_OF = {
    "text-anchor": {"start", "middle", "end"},
    "dominant-baseline": {"auto", "middle", "central", "hanging"},
    "fill": {"none", "currentColor"},
    "stroke": {"none", "currentColor"},
    "role": {"img"},
    "aria-hidden": {"true"},
    "focusable": {"false"},
}
_MARKERS = {"marker-start", "marker-mid", "marker-end"}


@dataclass
class Drawn:
    """A picture ready for a page, and what is wrong with its file: (line, column, text)."""

    svg: str = ""
    troubles: list[tuple[int, int, str]] = field(default_factory=list)


def draw(data: bytes, *, prefix: str) -> Drawn:
    """The picture with its ids made its own by ``prefix``, so that several fit on one page."""
    found = Drawn()
    if len(data) > LARGEST_PICTURE:
        found.troubles.append((1, 1, f"larger than {LARGEST_PICTURE // 1000} KB; draw it simpler"))
        return found
    drawing = _Drawing(prefix, found)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    drawing.parser = parser
    parser.StartDoctypeDeclHandler = drawing.refuse_doctype
    parser.StartElementHandler = drawing.open
    parser.EndElementHandler = drawing.close
    parser.CharacterDataHandler = drawing.text
    parser.ProcessingInstructionHandler = drawing.instruction
    try:
        with contextlib.suppress(_Doctype):
            parser.Parse(data, True)  # noqa: FBT003 – its name for "this is all" is no keyword
            drawing.check_links()
    except expat.ExpatError as error:
        text = f"this is not XML: {expat.ErrorString(error.code)}"
        found.troubles.append((error.lineno, error.offset + 1, text))
    found.troubles.sort()
    found.svg = "" if found.troubles else "".join(drawing.written).strip()
    return found


class _Doctype(Exception):
    """The file has a document type, which could define entities."""


class _Drawing:
    parser: expat.XMLParserType

    def __init__(self, prefix: str, found: Drawn) -> None:
        self._prefix = prefix
        self._found = found
        self._open: list[tuple[str, int]] = []  # each tag, and its place in what is written
        self._ids: set[str] = set()
        self._links: list[tuple[int, int, str]] = []
        self.written: list[str] = []

    def trouble(self, text: str) -> None:
        place = (self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        self._found.troubles.append((*place, text))

    def refuse_doctype(self, *_declared: object) -> None:
        self.trouble("a document type; expected <svg> alone")
        raise _Doctype

    def instruction(self, target: str, _data: str) -> None:
        self.trouble(f"an instruction <?{target}?>; expected none")

    def open(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if space not in ("", SVG) or tag not in ELEMENTS:
            self.trouble(f"element <{tag}> is not allowed; expected shapes and text of SVG")
        elif (tag == "svg") is bool(self._open):
            self.trouble("expected <svg> as the outermost element and nowhere else")
        elif tag == "svg" and not space:
            self.trouble(f"<svg> lacks xmlns=“{SVG}”")
        elif tag == "svg" and "viewBox" not in attributes:
            self.trouble("<svg> lacks a viewBox")
        self._open.append((tag, len(self.written)))
        kept = "".join(self._attribute(key, value) for key, value in attributes.items())
        self.written.append(f"<{tag}{kept}>")

    def close(self, _name: str) -> None:
        tag, place = self._open.pop()
        if place == len(self.written) - 1:
            self.written[-1] = self.written[-1].removesuffix(">") + "/>"
        else:
            self.written.append(f"</{tag}>")

    def text(self, text: str) -> None:
        if text.strip() or self._open[-1][0] in _LETTERED:
            self.written.append(escape(text))

    def _attribute(self, name: str, value: str) -> str:
        if trouble := self._wrong(name, value):
            self.trouble(trouble)
            return ""
        if name == "id":
            if value in self._ids:
                self.trouble(f"id “{value}” is there twice")
            self._ids.add(value)
            value = f"{self._prefix}-{value}"
        elif name in {"href", "aria-labelledby", *_MARKERS}:
            value = self._link(name, value)
        return f" {name}={quoteattr(value)}"

    def _link(self, name: str, value: str) -> str:
        """The value with its local names made this picture's own."""
        names = re.findall(r"[A-Za-z][\w-]*", value.removeprefix("url("), re.ASCII)
        place = (self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        self._links.extend((*place, target) for target in names)
        own = [f"{self._prefix}-{target}" for target in names]
        return {"href": f"#{own[0]}", "aria-labelledby": " ".join(own)}.get(name, f"url(#{own[0]})")

    def check_links(self) -> None:
        """Every name that is pointed to must be there."""
        for line, column, target in self._links:
            if target not in self._ids:
                self._found.troubles.append((line, column, f"nothing has the id “{target}”"))

    def _wrong(self, name: str, value: str) -> str:
        """What is wrong with an attribute, or nothing."""
        if name == "class":
            unknown = [word for word in value.split() if word not in CLASSES]
            expected = ", ".join(sorted(CLASSES))
            return f"class “{unknown[0]}” is not known; expected {expected}" if unknown else ""
        if name in _ONE_OF:
            expected = " or ".join(sorted(_ONE_OF[name]))
            fits = value in _ONE_OF[name]
        elif name in _GEOMETRY:
            expected, fits = "numbers and words of SVG", bool(_PLAIN.fullmatch(value))
        elif name == "aria-label":
            expected, fits = "words", bool(value.strip())
        elif name == "id":
            expected, fits = "a letter, then letters, digits or -", bool(_ID.fullmatch(value))
        elif name == "aria-labelledby":
            expected, fits = "ids of this picture", all(map(_ID.fullmatch, value.split() or [""]))
        elif name == "href":
            expected, fits = "a part of this picture such as #a", bool(_LOCAL.fullmatch(value))
        elif name in _MARKERS:
            expected, fits = "a marker such as url(#a)", bool(_LOCAL_URL.fullmatch(value))
        else:
            return f"attribute {name.rpartition(' ')[2]} is not allowed"
        return "" if fits else f"{name}=“{value}” is not allowed; expected {expected}"
