"""A file that is being read: its text, and the faults found in it so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from learning.content.schema import Fault, Severity

LARGEST_FILE = 1_000_000
# Control characters, and those that change how others are shown or where a line ends.
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


@dataclass
class File:
    """A file that is being read: its name in messages, its lines, and the faults found so far."""

    path: str
    faults: list[Fault]
    lines: Sequence[str] = ()

    def note(
        self, line: int, column: int, key_path: str, text: str, severity: Severity = "fault"
    ) -> None:
        self.faults.append(Fault(self.path, line, column, key_path, text, severity))


def decoded(file: File, data: bytes) -> str | None:
    """The text of a file, with what cannot be seen noted and made a space; None if unreadable."""
    if len(data) > LARGEST_FILE:
        file.note(1, 1, "", f"larger than {LARGEST_FILE // 1_000_000} MB; split it")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        file.note(line, column, "", "not UTF-8 text; save the file as UTF-8")
        return None
    text = _with_plain_line_ends(text)
    for number, written in enumerate(text.split("\n"), start=1):
        for found in _UNSEEN.finditer(written):
            code = ord(found[0])
            what = "a tab; use spaces" if code == 9 else f"character U+{code:04X} cannot be seen"
            file.note(number, found.start() + 1, "", what)
    return _UNSEEN.sub(" ", text)


def lines_as_read(text: str) -> list[str]:
    """The lines of a file as its faults count them, with a space for what cannot be seen."""
    return [_UNSEEN.sub(" ", line) for line in _with_plain_line_ends(text).split("\n")]


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n")


def unbroken(text: str) -> str:
    """The text with each degree sign kept beside its number where a line ends."""
    return re.sub(r" (?=[°º])", "\N{NO-BREAK SPACE}", text)
