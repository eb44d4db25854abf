"""The text of rendered content as lines: one for each paragraph, heading and list item."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "li", "ul", "ol", "div", "h2", "h3", "h4", "br", "dt", "dd"})


def lines_of(html: str) -> tuple[str, ...]:
    """What is read, without marks of style. A link is followed by its address in brackets, unless
    it only leads to the meaning of a word.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_line()
    return tuple(reader.lines)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.text = ""
        self.href = ""
        self.in_word = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_line()
        elif tag == "dfn":
            self.in_word = True
        elif tag == "a" and not self.in_word:
            self.href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line()
        elif tag == "dfn":
            self.in_word = False
        elif tag == "a" and self.href:
            self.text += f" [{self.href}]"
            self.href = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def end_line(self) -> None:
        line = " ".join(self.text.split())
        if line:
            self.lines.append(line)
        self.text = ""
