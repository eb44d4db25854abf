"""Markdown of a section into safe HTML, with its facts, its glossary words, and its faults.

CommonMark without code, quotations, pictures and tables; raw HTML is text. Four containers, marks
for glossary words (``[[key]]``, ``[[key|text as written]]``), and at the end of each paragraph and
list item the ids of its facts (``{D-2.13 T-1.2}``) or ``{–}`` where it claims nothing.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from learning.content.files import unbroken
from learning.content.phrases import PHRASES
from learning.content.schema import Severity, Word

CARDS = ("emergency", "call-now", "tell")
DO_DONT = "do-dont"
_IDS = re.compile(r"\s*\{([^{}]*)\}\s*\Z")
_NOT_HERE = {
    "fence": "code",
    "code_block": "code (a line that begins with four spaces)",
    "blockquote_open": "a quotation",
    "hr": "a ruled line",
    "image": "a picture",
    "code_inline": "code",
}


@dataclass(frozen=True)
class Mark:
    """An id, a glossary word or a link in a text, and where it stands (line and column from 1)."""

    key: str
    line: int
    column: int


@dataclass(frozen=True)
class Trouble:
    line: int
    column: int
    text: str
    severity: Severity = "fault"


@dataclass
class Rendered:
    """A text as HTML and as plain blocks, with what it cites and what is wrong with it."""

    html: str = ""
    facts: list[Mark] = field(default_factory=list)
    words: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)
    blocks: list[Mark] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def render(source: str, *, language: str, words: Mapping[str, Word]) -> Rendered:
    """The text rendered for readers of this language. Words that are not known stay plain."""
    source = re.sub(r"\r\n?", "\n", source)
    lines = source.split("\n")
    env: dict[str, Any] = {"language": language, "words": words, "explained": set()}
    # The container rule looks at the first letter of each line, so the last one needs an end.
    tokens = _MARKDOWN.parse(f"{source}\n", env)
    found = Rendered()
    _check_blocks(tokens, lines, found)
    _check_containers(tokens, lines, found)
    for number, token in enumerate(tokens):
        if token.type == "inline":
            _name_words(token, words)
            _read_inline(tokens[number - 1], token, lines, language, found)
    shown = _with_do_and_dont(tokens, found)
    found.html = unbroken(_clean(_MARKDOWN.renderer.render(shown, _MARKDOWN.options, env)).strip())
    return found


# Parsing


def _take_ids(state: StateCore) -> None:
    """Take the ids off the end of each paragraph before its text is parsed."""
    for token in state.tokens:
        if token.type == "inline":
            ids = _IDS.search(token.content)
            token.meta = {"written": token.content, "ids": ids}
            if ids:
                token.content = token.content[: ids.start()]


def _glossary_mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 – as it is called
    if not state.src.startswith("[[", state.pos):
        return False
    end = state.src.find("]]", state.pos + 2, state.posMax)
    if end < 0:
        return False
    if not silent:
        key, _, text = state.src[state.pos + 2 : end].partition("|")
        token = state.push("word", "", 0)
        token.meta = {"key": key.strip(), "offset": state.pos}
        token.content = " ".join(text.split())
    state.pos = end + 2
    return True


def _show_word(
    self: Any, tokens: Sequence[Token], number: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    token = tokens[number]
    word = env["words"].get(token.meta["key"])
    text = html.escape(token.content)
    if word is None or word.key in env["explained"]:
        return text
    env["explained"].add(word.key)
    address = html.escape(f"/{env['language']}/words/#{word.key}")
    return (
        f'<dfn class="word"><a href="{address}">{text}</a></dfn> '
        f'<span class="word-short">({html.escape(word.short)})</span>'
    )


def _show_card(
    self: Any, tokens: Sequence[Token], number: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    token = tokens[number]
    if token.nesting < 0:
        return "</div></div>\n"
    kind = token.info.strip()
    title = html.escape(PHRASES[env["language"]].cards[kind])
    return (
        f'<div class="card card-{kind}"><h2 class="card-title">{title}</h2>'
        '<div class="card-body">\n'
    )


def _show_do_dont(
    self: Any, tokens: Sequence[Token], number: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    """The frame of a do-and-don’t list; ``_with_do_and_dont`` has put its halves in order."""
    phrases = PHRASES[env["language"]]
    return {
        "open": f'<div class="do-dont"><div class="do"><h2>{html.escape(phrases.do)}</h2><ul>\n',
        "turn": f'</ul></div><div class="dont"><h2>{html.escape(phrases.dont)}</h2><ul>\n',
        "close": "</ul></div></div>\n",
    }[tokens[number].info]


def _opens(name: str, parameters: str, _markup: str) -> bool:
    return parameters.strip() == name


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.core.ruler.after("block", "ids", _take_ids)
    markdown.inline.ruler.before("link", "word", _glossary_mark)
    markdown.add_render_rule("word", _show_word)
    for name in (*CARDS, DO_DONT):
        container_plugin(
            markdown,
            name,
            validate=functools.partial(_opens, name),
            render=_show_card,
        )
    markdown.add_render_rule("do_dont", _show_do_dont)
    return markdown


_MARKDOWN = _build()


def _name_words(token: Token, words: Mapping[str, Word]) -> None:
    """A mark without a text of its own shows the word as the glossary writes it."""
    for child in token.children or []:
        if child.type == "word" and not child.content:
            key = child.meta["key"]
            child.content = words[key].word if key in words else key


# Checking


def _check_blocks(tokens: Sequence[Token], lines: Sequence[str], found: Rendered) -> None:
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        line = token.map[0] + 1 if token.map else 1
        column = _indent(lines, line)
        if token.type in _NOT_HERE:
            found.troubles.append(
                Trouble(line, column, f"{_NOT_HERE[token.type]}; expected paragraphs and lists")
            )
        elif token.type == "heading_open" and token.tag != "h2":
            found.troubles.append(
                Trouble(line, column, f"a heading of level {token.tag[1]}; expected ## only")
            )
        elif token.type == "list_item_open" and following and following.type == "list_item_close":
            found.troubles.append(Trouble(line, column, "this list item is empty"))


def _check_containers(tokens: Sequence[Token], lines: Sequence[str], found: Rendered) -> None:
    depth = 0
    for token in tokens:
        if token.type.startswith("container_"):
            depth += token.nesting
            if token.nesting > 0 and token.map:
                first, after = token.map[0] + 1, token.map[1]
                column = _indent(lines, first)
                if depth > 1 or token.level > 0:
                    text = "a box inside a list or another box; expected it on its own"
                    found.troubles.append(Trouble(first, column, text))
                last = lines[after].strip() if after < len(lines) else ""
                if set(last) != {":"}:
                    text = "this box is not closed; expected a line of ::: after it"
                    found.troubles.append(Trouble(first, column, text))
        elif token.type == "heading_open" and depth and token.map:
            line = token.map[0] + 1
            found.troubles.append(
                Trouble(line, _indent(lines, line), "a heading in a box; the box has its own")
            )


def _read_inline(
    before: Token, token: Token, lines: Sequence[str], language: str, found: Rendered
) -> None:
    where = _Where(token, lines)
    line, column = where(0)
    ids = token.meta["ids"]
    if before.type == "paragraph_open":
        if token.content.startswith(":::"):
            boxes = ", ".join((*CARDS, DO_DONT))
            found.troubles.append(
                Trouble(line, column, f"this opens or closes no box; expected ::: with {boxes}")
            )
        elif ids is None:
            text = "no fact ids at the end; expected such as {D-2.13}, or {–} if it claims nothing"
            found.troubles.append(Trouble(line, column, text))
        found.blocks.append(Mark(_plain(token.children or []), line, column))
    if ids is not None:
        _read_ids(ids, where, found)
    for child in token.children or []:
        if child.type == "word":
            found.words.append(Mark(child.meta["key"], *where(child.meta["offset"])))
        elif child.type in _NOT_HERE:
            found.troubles.append(Trouble(line, column, f"{_NOT_HERE[child.type]} has no place"))
        elif child.type == "link_open":
            href = str(child.attrGet("href"))
            _check_link(href, language, *where(max(token.content.find(f"({href}"), 0)), found)
    if not token.content.startswith(":::"):
        _check_leftovers(token, where, found)


def _read_ids(ids: re.Match[str], where: _Where, found: Rendered) -> None:
    keys = list(re.finditer(r"\S+", ids[1]))
    if not keys:
        found.troubles.append(
            Trouble(*where(ids.start(1) - 1), "no fact ids in {}; expected ids or {–}")
        )
    for key in keys:
        place = where(ids.start(1) + key.start())
        if key[0] != "–":
            found.facts.append(Mark(key[0], *place))
        elif len(keys) > 1:
            found.troubles.append(Trouble(*place, "– means that nothing is claimed; expected ids"))


def _check_link(href: str, language: str, line: int, column: int, found: Rendered) -> None:
    if not re.fullmatch(rf"/{re.escape(language)}/[a-z0-9/#-]*", href):
        text = f"a link to “{href}”; expected a page of this site such as /{language}/help-now/"
        found.troubles.append(Trouble(line, column, text))
    else:
        found.links.append(Mark(href, line, column))


def _check_leftovers(token: Token, where: _Where, found: Rendered) -> None:
    """Marks that were not understood and would be read as they stand."""
    checks: list[tuple[str, str, Severity]] = [
        (r"[{}]", "{ and } hold fact ids at the end of a paragraph or list item only", "fault"),
        (r"\]\(", "this link cannot be made; expected [text](/…/)", "fault"),
        (r"<[a-zA-Z/!]", "HTML is shown as text", "warning"),
        (r"['\"]", "a straight quotation mark; write ’ “ ”", "warning"),
    ]
    outside = re.sub(r"\[\[.*?\]\]", lambda mark: " " * len(mark[0]), token.content, flags=re.S)
    shown = _plain(token.children or [])
    checks.append((r"\[\[|\]\]", "a glossary mark is not whole; expected [[key|text]]", "fault"))
    for pattern, text, severity in checks:
        mark = re.search(pattern, outside)
        if mark and re.search(pattern, shown):
            found.troubles.append(Trouble(*where(mark.start()), text, severity))


class _Where:
    """Where a letter of a block stands in the source, by its offset in the block."""

    def __init__(self, token: Token, lines: Sequence[str]) -> None:
        self._written = token.meta["written"]
        self._first = token.map[0] if token.map else 0
        self._lines = lines

    def __call__(self, offset: int) -> tuple[int, int]:
        head = self._written[:offset]
        number = self._first + head.count("\n")
        part = self._written.split("\n")[head.count("\n")].rstrip()
        start = self._lines[number].rfind(part)
        return number + 1, max(start, 0) + len(head.rpartition("\n")[2]) + 1


def _indent(lines: Sequence[str], line: int) -> int:
    text = lines[line - 1]
    return len(text) - len(text.lstrip()) + 1


def _plain(children: Sequence[Token]) -> str:
    return "".join(_plain_parts(children))


def _plain_parts(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            yield "\n"
        else:
            yield child.content


# Rendering


def _with_do_and_dont(tokens: Sequence[Token], found: Rendered) -> list[Token]:
    """The tokens with each do-and-don’t box in two halves: what + marks, then what - marks."""
    shown: list[Token] = []
    inside: list[Token] | None = None
    for token in tokens:
        if token.type == f"container_{DO_DONT}_open":
            inside = []
            opening = token
        elif token.type == f"container_{DO_DONT}_close" and inside is not None:
            shown.extend(_halves(opening, inside, found))
            inside = None
        elif inside is None:
            shown.append(token)
        else:
            inside.append(token)
    return shown


def _halves(opening: Token, inside: Sequence[Token], found: Rendered) -> list[Token]:
    items: dict[str, list[Token]] = {"+": [], "-": []}
    current: list[Token] | None = None
    for token in inside:
        if token.level == opening.level + 1:
            current = items.get(token.markup) if token.type.startswith("bullet_list") else None
            if current is None:
                text = "expected only list items that begin with + (do) or - (don’t)"
                if token.map:
                    found.troubles.append(Trouble(token.map[0] + 1, 1, text))
        elif current is not None:
            token.hidden = False  # each item keeps its paragraph, which the style lays out
            current.append(token)
    if not all(items.values()) and opening.map:
        text = "expected list items that begin with + (do) and others with - (don’t)"
        found.troubles.append(Trouble(opening.map[0] + 1, 1, text))
    frame = {name: Token("do_dont", "", 0, info=name) for name in ("open", "turn", "close")}
    return [frame["open"], *items["+"], frame["turn"], *items["-"], frame["close"]]


def _clean(unsafe: str) -> str:
    """The HTML with nothing in it that a section may not hold, whatever made it."""
    return nh3.clean(
        unsafe,
        tags={"p", "ul", "ol", "li", "h2", "strong", "em", "br", "a", "dfn", "span", "div"},
        clean_content_tags={"script", "style"},
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        allowed_classes={
            "div": {
                "card",
                *(f"card-{kind}" for kind in CARDS),
                "card-body",
                DO_DONT,
                "do",
                "dont",
            },
            "h2": {"card-title"},
            "dfn": {"word"},
            "span": {"word-short"},
        },
        attribute_filter=_kept_attribute,
        link_rel=None,
        url_schemes=set(),
    )


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if re.fullmatch(r"/[a-z0-9][a-z0-9/#-]*", value) else None
    return value
