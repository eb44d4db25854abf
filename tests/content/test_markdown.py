"""Markdown into HTML: what it makes, what it finds, and that nothing hostile gets through."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.markdown import CARDS, Mark, Rendered, Trouble, render
from learning.content.phrases import PHRASES
from learning.content.schema import Word

WORDS = {
    "lymph-node": Word("lymph-node", "lymph node", "", "a small <filter>", "A filter.", (), ()),
}


def rendered(source: str) -> Rendered:
    return render(source, language="en", words=WORDS)


def html(source: str) -> str:
    found = rendered(source)
    assert found.troubles == []
    return found.html


def test_paragraphs_and_lists_lose_their_ids() -> None:
    found = rendered("One **idea**. {D-2.1 NEW-3}\n\n1. *First* {–}\n2. then\n   more {T-1.2}\n")
    assert found.html == (
        "<p>One <strong>idea</strong>.</p>\n"
        "<ol>\n<li><em>First</em></li>\n<li>then\nmore</li>\n</ol>"
    )
    assert found.facts == [Mark("D-2.1", 1, 16), Mark("NEW-3", 1, 22), Mark("T-1.2", 5, 10)]
    assert found.blocks == [
        Mark("One idea.", 1, 1),
        Mark("First", 3, 4),
        Mark("then\nmore", 4, 4),
    ]
    assert found.troubles == []


def test_degrees_stay_beside_their_number() -> None:
    shown = html("At 38.0 °C (100.4 °F) or **38 °C**, call. {D-2.1}")
    space = "\N{NO-BREAK SPACE}"
    assert shown == (
        f"<p>At 38.0{space}°C (100.4{space}°F) or <strong>38{space}°C</strong>, call.</p>"
    )


def test_heading_of_level_two_needs_no_ids_and_loses_those_it_has() -> None:
    assert html("## What it is\n") == "<h2>What it is</h2>"
    found = rendered("## What it is {D-2.1}\n")
    assert (found.html, found.facts) == ("<h2>What it is</h2>", [Mark("D-2.1", 1, 16)])


def test_box_in_a_quotation_that_ends_with_an_empty_line_is_a_fault() -> None:
    assert [trouble.text for trouble in rendered("> ::: tell\n>").troubles] == [
        "a quotation; expected paragraphs and lists",
        "a box inside a list or another box; expected it on its own",
        "this box is not closed; expected a line of ::: after it",
    ]


def test_line_breaks_and_links_inside_the_site() -> None:
    assert html("One\\\n[two](/en/help-now/) {–}") == (
        '<p>One<br>\n<a href="/en/help-now/">two</a></p>'
    )


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("emergency", "Emergency: call your local emergency number now"),
        ("call-now", "Call your cancer team now, day or night"),
        ("tell", "Tell your team"),
    ],
)
def test_cards_bring_their_own_title(kind: str, title: str) -> None:
    assert html(f"::: {kind}\nSay so. {{–}}\n:::\n") == (
        f'<div class="card card-{kind}"><h2 class="card-title">{title}</h2>'
        '<div class="card-body">\n<p>Say so.</p>\n</div></div>'
    )


def test_do_and_dont_are_put_in_two_halves() -> None:
    source = "::: do-dont\n- smoke {–}\n\n+ *rest* {D-2.1}\n+ sleep {–}\n\n- run {–}\n:::\n"
    assert html(source) == (
        '<div class="do-dont"><div class="do"><h2>Do</h2><ul>\n'
        "<li>\n<p><em>rest</em></p>\n</li>\n<li>\n<p>sleep</p>\n</li>\n"
        '</ul></div><div class="dont"><h2>Don’t</h2><ul>\n'
        "<li>\n<p>smoke</p>\n</li>\n<li>\n<p>run</p>\n</li>\n"
        "</ul></div></div>"
    )


def test_glossary_word_is_explained_at_its_first_use_only() -> None:
    found = rendered("[[lymph-node|Lymph\nnodes]] and a [[lymph-node]]. {–}")
    assert found.html == (
        '<p><dfn class="word"><a href="/en/words/#lymph-node">Lymph nodes</a></dfn> '
        '<span class="word-short">(a small &lt;filter&gt;)</span> and a lymph node.</p>'
    )
    assert found.words == [Mark("lymph-node", 1, 1), Mark("lymph-node", 2, 15)]
    assert found.blocks == [Mark("Lymph nodes and a lymph node.", 1, 1)]


def test_glossary_word_that_is_not_known_stays_plain() -> None:
    found = rendered("**A [[nod|node]]** and a [[nod]]. {–}")
    assert found.html == "<p><strong>A node</strong> and a nod.</p>"
    assert found.words == [Mark("nod", 1, 5), Mark("nod", 1, 26)]


def test_glossary_word_in_a_link_is_a_fault() -> None:
    found = rendered("[a [[lymph-node]]](/en/about/) {–}")
    assert found.troubles == [Trouble(1, 18, "this link cannot be made; expected [text](/…/)")]
    assert_inert(found.html)


def test_addresses_follow_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PHRASES, "es", PHRASES["en"])
    found = render("[[lymph-node]] [x](/es/a/) [y](/en/a/) {–}", language="es", words=WORDS)
    assert 'href="/es/words/#lymph-node"' in found.html
    assert [trouble.text for trouble in found.troubles] == [
        "a link to “/en/a/”; expected a page of this site such as /es/help-now/"
    ]


def test_straight_quotes_and_html_are_warnings() -> None:
    found = rendered("It's <b>bold</b>. {–}")
    assert found.html == "<p>It's &lt;b&gt;bold&lt;/b&gt;.</p>"
    assert found.troubles == [
        Trouble(1, 6, "HTML is shown as text", "warning"),
        Trouble(1, 3, "a straight quotation mark; write ’ “ ”", "warning"),
    ]


def test_lines_may_end_as_on_windows_or_an_old_mac() -> None:
    assert (
        html("One. {–}\r\n\r\nTwo. {–}\r\rThree. {–}") == "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>"
    )


HOSTILE = [
    "<script>alert(1)</script> {–}",
    "<script>\nalert(1)\n</script>\n\nx {–}",
    "<img src=x onerror=alert(1)> {–}",
    '<a href="javascript:alert(1)">x</a> {–}',
    "[x](javascript:alert(1)) {–}",
    "[x](JaVaScRiPt:alert(1)) {–}",
    "[x](&#106;avascript:alert(1)) {–}",
    "[x](data:text/html;base64,PHNjcmlwdD4=) {–}",
    "[x](vbscript:x) {–}",
    "[x](//example.org/) {–}",
    "[x](/\\example.org/) {–}",
    "[x](https://example.org/) {–}",
    "[x](/en/../../x) {–}",
    "<https://example.org/> {–}",
    "![x](https://example.org/x.png) {–}",
    "[x]\n\n[x]: javascript:alert(1)\n",
    '<button data-hx-get="/en/me/erase/" data-hx-trigger="load">x</button> {–}',
    '<div hx-on:click="x()" style="position:fixed">x</div> {–}',
    '<form action="https://example.org/"><input name=a></form> {–}',
    '<svg onload="alert(1)"><use href="#x"/></svg> {–}',
    "<iframe srcdoc='<script>1</script>'></iframe> {–}",
    '[x](/en/ "onmouseover=alert(1)") {–}',
    '[x](/en/a"onclick="alert) {–}',
    '[[lymph-node|"><script>alert(1)</script>]] {–}',
    "[[<script>|<script>]] {–}",
    '[["onload="x]] {–}',
    "::: tell <script>\nx {–}\n:::\n",
    '::: emergency"onclick=\nx {–}\n:::\n',
    "`<script>` {–}",
    "```<script>\n<script>\n```\n",
    "    <script>alert(1)</script>\n",
    "&lt;script&gt;alert(1)&lt;/script&gt; {–}",
    "<!-- --><!DOCTYPE x><?php ?><![CDATA[x]]> {–}",
    "# <style>*{display:none}</style>\n",
]
ALLOWED = {
    "p": set(),
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "h2": {"class"},
    "strong": set(),
    "em": set(),
    "br": set(),
    "a": {"href"},
    "dfn": {"class"},
    "span": {"class"},
    "div": {"class"},
}
CLASSES = {
    "card",
    *(f"card-{kind}" for kind in CARDS),
    "card-title",
    "card-body",
    "do-dont",
    "do",
    "dont",
    "word",
    "word-short",
}


class Tags(HTMLParser):
    """Every tag as a browser reads it, with what must hold for each."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        for name, value in attrs:
            assert value is not None
            if name == "class":
                assert set(value.split()) <= CLASSES
            if name == "href":
                assert re.fullmatch(r"/en/[a-z0-9/#-]*", value)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def assert_inert(text: str) -> None:
    parser = Tags()
    parser.feed(text)
    parser.close()


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_is_inert(source: str) -> None:
    """S-054, S-060, S-068: text, known tags and classes, and addresses of this site come out."""
    assert_inert(rendered(source).html)


def test_hostile_glossary_entry_is_inert() -> None:
    bad = Word("a", '"><script>', "", "<img onerror=x>", "", (), ())
    assert_inert(render("[[a]] and [[a|b]] {–}", language="en", words={"a": bad}).html)


@settings(max_examples=200)
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                *(
                    "<",
                    ">",
                    "script",
                    "a href=",
                    '"',
                    "'",
                    "javascript:",
                    "onerror=x",
                    "&lt;",
                    "&#",
                ),
                *("[", "](", ")", "[[", "]]", "|", "lymph-node", "{D-1.1}", "{–}", "{", "}", "`"),
                *("::: tell\n", "::: do-dont\n", ":::\n", "- ", "+ ", "1. ", "## ", "> ", "    "),
                *("\n", "\n\n", "*", "**", "![x](y)", "<b>", "\\", "text", "’", "<!--", "]: /x\n"),
            ]
        ),
        max_size=25,
    )
)
def test_any_text_is_inert_and_its_marks_are_where_they_are_said_to_be(pieces: list[str]) -> None:
    source = "".join(pieces)
    lines = source.split("\n")
    found = rendered(source)
    assert_inert(found.html)
    for mark in found.facts:
        assert lines[mark.line - 1][mark.column - 1 :].startswith(mark.key)
    for mark in found.words:
        assert lines[mark.line - 1][mark.column - 1 :].startswith("[[")
    places = [(mark.line, mark.column) for mark in found.blocks]
    places += [(trouble.line, trouble.column) for trouble in found.troubles]
    for line, column in places:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
