"""YAML as a tree in which every value knows its place, and every wrong one says so.

A ``Cursor`` stands on one value. Its methods give the value as the type that is asked for; where
it is something else they note a fault and give a dull value of that type, so that reading goes on
and finds every fault. Nothing made from a file with a fault is ever published.

Values are read from the composed nodes, not from Python objects: this keeps the place of each,
shows keys that are there twice, and builds nothing that a tag or an alias asks for.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from learning.content.files import File, decoded, unbroken
from learning.content.schema import Severity

DEEPEST = 20
MOST_VALUES = 10_000
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_SLUG = 60
_ENDLESS = 1_000_000
_TAG = "tag:yaml.org,2002:"
_STR = f"{_TAG}str"
_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}


def open_file(file: File, data: bytes) -> Cursor | None:
    """The cursor on the top of a YAML file, or None where nothing in it can be read."""
    text = decoded(file, data)
    if text is None:
        return None
    file.lines = text.split("\n")
    try:
        root = _yaml().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        deep = isinstance(error, MaxDepthExceededError)
        what = ", ".join(filter(None, [error.context, error.problem]))
        what = "nested too deeply" if deep else what
        file.note(line, column, "", f"this is not YAML: {what}")
        return None
    except (YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        # The parser lets some errors of its own through, without a place and in changing words.
        file.note(1, 1, "", "this is not YAML: something in it, such as an escape, has no meaning")
        return None
    if root is None or root.tag == f"{_TAG}null":
        file.note(1, 1, "", "the file is empty")
        return None
    anchored = _anchored(root)
    for node in anchored:
        place = node.start_mark
        file.note(
            place.line + 1,
            place.column + 1,
            "",
            f"anchor “&{node.anchor}”; write the value out wherever it is needed",
        )
    return None if anchored else Cursor(file, root, "")


class _Counting(Composer):
    """Stops a file that holds more values than anybody writes, before it takes long to read."""

    values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.values += 1
        if self.values > MOST_VALUES:
            mark = self.parser.peek_event().start_mark
            raise ComposerError(None, None, f"more than {MOST_VALUES:,} values", mark)
        return super().compose_node(parent, index)


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Counting
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False  # every anchor is a fault already
    return yaml


def _anchored(root: Node) -> list[Node]:
    """The nodes with an anchor, each once; aliases make the same node appear again."""
    found: dict[int, Node] = {}
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.anchor:
            found[id(node)] = node
        if isinstance(node, MappingNode):
            waiting.extend(part for pair in node.value for part in pair)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.value)
    return sorted(found.values(), key=lambda node: (node.start_mark.line, node.start_mark.column))


@dataclass(frozen=True)
class Cursor:
    """One value of a file, with the path of keys that leads to it."""

    file: File
    node: Node
    path: str

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    @property
    def column(self) -> int:
        return int(self.node.start_mark.column) + 1

    def fault(self, text: str) -> None:
        self.file.note(self.line, self.column, self.path, text)

    def warn(self, text: str) -> None:
        self.file.note(self.line, self.column, self.path, text, "warning")

    def what(self) -> str:
        """What kind of value stands here, in words."""
        if isinstance(self.node, MappingNode):
            return "keys with values"
        if isinstance(self.node, SequenceNode):
            return "a list"
        return _KINDS.get(str(self.node.tag).rpartition(":")[2], "text")

    def shown(self) -> str:
        """The value as written where it is a single one, else what kind it is."""
        single = isinstance(self.node, ScalarNode) and str(self.node.value).strip()
        return f"“{self.node.value}”" if single else self.what()

    # Values

    def text(self, *, most: int = 5000) -> str:
        """A text of one paragraph; typographic signs are expected in it, marks are not."""
        value = self.raw_text()
        words = unbroken(" ".join(value.split()))
        if len(words) > most:
            self.fault(f"{len(words)} characters; expected {most} at most")
        if found := re.search(r"\[\[|\]\]|[{}]", words):
            self.fault(f"“{found[0]}” has no meaning here; marks belong in texts of sections")
        if "'" in words or '"' in words:
            self.warn("a straight quotation mark; write ’ “ ”")
        return words

    def raw_text(self) -> str:
        """A text exactly as written."""
        if not isinstance(self.node, ScalarNode) or self.node.tag != _STR:
            hint = "; put it in quotation marks" if self.what() in ("a number", "a date") else ""
            self.fault(f"expected text, found {self.what()}{hint}")
            return ""
        value = str(self.node.value)
        if not value.strip():
            self.fault("expected text, found nothing")
        return value

    def slug(self) -> str:
        """A key made of small letters, digits and hyphens."""
        value = self.raw_text()
        if value and not (SLUG.fullmatch(value) and len(value) <= LONGEST_SLUG):
            self.fault(
                f"“{value}” is no key; expected at most {LONGEST_SLUG} small letters, digits and "
                "single hyphens"
            )
        return value

    def one_of(self, allowed: Collection[str]) -> str:
        """The text, or "" where it is none of these. With nothing allowed, the list that is missing
        or empty is the fault, and it is named at its own place.
        """
        value = self.raw_text()
        if value in allowed:
            return value
        if value and allowed:
            self.fault(f"“{value}” is not known; {_expected(value, allowed)}")
        return ""

    def number(self, least: int, most: int) -> int:
        plain = isinstance(self.node, ScalarNode) and str(self.node.tag).endswith(":int")
        written = str(self.node.value) if plain else ""
        if not re.fullmatch(r"[0-9]{1,9}", written):
            quoted = self.what() == "text" and str(self.node.value).isdecimal()
            hint = "; leave out the quotation marks" if quoted else ""
            expected = f"expected a whole number from {least} to {most}"
            self.fault(f"{expected}, found {self.shown()}{hint}")
            return least
        value = int(written)
        if not least <= value <= most:
            self.fault(f"{value} is out of range; expected {least} to {most}")
        return value

    def flag(self) -> bool:
        value = str(self.node.value) if isinstance(self.node, ScalarNode) else ""
        if value not in ("true", "false") or self.node.tag == _STR:
            self.fault(f"expected true or false, found {self.shown()}")
        return value == "true"

    def date(self) -> datetime.date:
        value = str(self.node.value) if isinstance(self.node, ScalarNode) else ""
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
                raise ValueError(value)
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fault(f"expected a date such as 2026-11-25, found {self.shown()}")
            return datetime.date.max

    # Values that hold others

    def each(self, *, least: int = 0, most: int = _ENDLESS) -> list[Cursor]:
        """The values of a list."""
        if not isinstance(self.node, SequenceNode):
            self.fault(f"expected a list, found {self.what()}")
            return []
        count = len(self.node.value)
        if not least <= count <= most:
            wanted = f"at least {least}" if most == _ENDLESS else f"{least} to {most}"
            self.fault(f"{count} in this list; expected {wanted}")
        return self.each_quietly()

    def entries(self, *, least: int = 0) -> dict[str, Entry]:
        """The values of a mapping with any keys, by key."""
        if not isinstance(self.node, MappingNode):
            self.fault(f"expected keys with values, found {self.what()}")
            return {}
        if len(self.node.value) < least:
            self.fault(f"{len(self.node.value)} keys here; expected at least {least}")
        found: dict[str, Entry] = {}
        for key_node, value_node in self.node.value:
            key = Cursor(self.file, key_node, self.path)
            if not isinstance(key_node, ScalarNode) or key_node.tag != _STR:
                key.fault(f"expected a word as key, found {key.what()}")
                continue
            name = str(key_node.value)
            path = f"{self.path}.{name}" if self.path else name
            key = Cursor(self.file, key_node, path)
            if name in found:
                key.fault(f"this key is there twice; first in line {found[name].key.line}")
                continue
            found[name] = Entry(key, Cursor(self.file, value_node, path))
        return found

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> Fields:
        """The values of a mapping with these keys and no others."""
        entries = self.entries()
        required = list(required)
        known = [*required, *optional]
        if isinstance(self.node, MappingNode):
            for name, entry in entries.items():
                if name not in known:
                    entry.key.fault(f"this key is not known here; {_expected(name, known)}")
            missing = [name for name in required if name not in entries]
            for name in missing:
                self.fault(f"“{name}” is missing")
        return Fields({name: entries[name].value for name in known if name in entries})

    # Looks ahead, which note nothing

    def each_quietly(self) -> list[Cursor]:
        """The values of a list; none where there is no list."""
        nodes = self.node.value if isinstance(self.node, SequenceNode) else []
        return [
            Cursor(self.file, node, f"{self.path}[{number}]") for number, node in enumerate(nodes)
        ]

    def entries_quietly(self) -> dict[str, str]:
        """The single values of a mapping as written."""
        pairs = self.node.value if isinstance(self.node, MappingNode) else []
        return {
            str(key.value): str(value.value)
            for key, value in pairs
            if isinstance(key, ScalarNode) and isinstance(value, ScalarNode)
        }

    # Places inside a text

    def inside(self, line: int, column: int) -> tuple[int, int]:
        """Where a place inside this text (both from 1) stands in the file.

        Exact for blocks that begin with | and for texts on one line; else where the text begins.
        """
        if isinstance(self.node, ScalarNode) and self.node.style == "|":
            written = str(self.node.value).split("\n")[line - 1]
            number = self.line + line
            return number, column + len(self.file.lines[number - 1]) - len(written)
        if self.node.start_mark.line == self.node.end_mark.line:
            rest = self.file.lines[self.line - 1][self.column - 1 :]
            shift = rest.find(str(self.node.value).split("\n")[0])
            return self.line, self.column + column - 1 + max(shift, 0)
        return self.line, self.column

    def note_inside(self, line: int, column: int, text: str, severity: Severity = "fault") -> None:
        self.file.note(*self.inside(line, column), self.path, text, severity)


@dataclass(frozen=True)
class Entry:
    """A key of a mapping and its value."""

    key: Cursor
    value: Cursor


@dataclass(frozen=True)
class Fields:
    """The values of a mapping that has only known keys. What is missing gives a dull value."""

    values: Mapping[str, Cursor] = field(default_factory=dict)

    def get(self, name: str) -> Cursor | None:
        return self.values.get(name)

    def text(self, name: str, *, most: int = 5000) -> str:
        return self.values[name].text(most=most) if name in self.values else ""

    def slug(self, name: str) -> str:
        return self.values[name].slug() if name in self.values else ""

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        return self.values[name].one_of(allowed) if name in self.values else ""

    def number(self, name: str, least: int, most: int) -> int:
        return self.values[name].number(least, most) if name in self.values else least

    def flag(self, name: str) -> bool:
        return self.values[name].flag() if name in self.values else False

    def date(self, name: str) -> datetime.date:
        return self.values[name].date() if name in self.values else datetime.date.max

    def each(self, name: str, *, least: int = 0, most: int = _ENDLESS) -> list[Cursor]:
        return self.values[name].each(least=least, most=most) if name in self.values else []

    def each_quietly(self, name: str) -> list[Cursor]:
        return self.values[name].each_quietly() if name in self.values else []

    def entries(self, name: str, *, least: int = 0) -> dict[str, Entry]:
        return self.values[name].entries(least=least) if name in self.values else {}


def _expected(wrong: str, allowed: Collection[str]) -> str:
    near = difflib.get_close_matches(wrong, allowed, n=1)
    if near:
        return f"did you mean “{near[0]}”?"
    return f"expected {', '.join(sorted(allowed))}" if len(allowed) <= 24 else "nothing is like it"


def unique(cursors: Iterable[tuple[Cursor, str]], what: str) -> None:
    """Note each value that was there before; empty values are noted elsewhere."""
    seen: set[str] = set()
    for cursor, value in cursors:
        if value and value in seen:
            cursor.fault(f"{what} “{value}” is there twice")
        seen.add(value)
