"""The text of rendered content, line by line."""

from __future__ import annotations

from learning.content.schema import Library
from learning.rules.plain_text import lines_of


def test_lines_are_paragraphs_headings_and_items(library: Library) -> None:
    (section, *_) = library.modules["how-it-spreads", "en"].sections
    assert lines_of(library.section_data(section)["html"]) == (
        "Cancer can spread in three ways.",
        "next door",
        "through the lymph system (thin tubes that drain the body)",
        "Tell your team",
        "Tell us what you feel.",
    )


def test_a_link_is_told_with_its_address() -> None:
    html = '<p>See <a href="/en/help-now/">Help\n now</a> &amp; <strong>call</strong>.</p>'
    assert lines_of(html) == ("See Help now [/en/help-now/] & call.",)


def test_text_outside_of_blocks_is_kept() -> None:
    assert lines_of("Before<ul><li>one<ul><li>two</li></ul>three</li></ul>after") == (
        "Before",
        "one",
        "two",
        "three",
        "after",
    )
    assert lines_of("") == ()
