"""Pictures: what is kept of an SVG file. What is refused is in tests/content/broken/picture."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.pictures import LARGEST_PICTURE, draw

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"'


def test_picture_is_written_out_with_ids_of_its_own() -> None:
    source = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
{HEAD} role="img" aria-labelledby="t d" aria-label="A &quot;line&quot;">
<title id="t">One &amp; two</title><desc id="d"><![CDATA[<b>]]></desc>
<defs><marker id="head" orient="auto"><path fill="currentColor" d="M0,0 L1,1"/></marker></defs>
<path class="line arrow" marker-end="url(#head)" stroke-dasharray="3 6" d="M0 0"/>
<use href="#head"/><text text-anchor="middle" font-size="12">a &lt; b <tspan>c</tspan> d</text>
<g>
  <g></g>
</g>
</svg>
"""
    drawn = draw(source.encode(), prefix="three-routes")
    assert drawn.troubles == []
    assert drawn.svg == (
        '<svg viewBox="0 0 9 9" role="img" aria-labelledby="three-routes-t three-routes-d"'
        " aria-label='A \"line\"'>"
        '<title id="three-routes-t">One &amp; two</title>'
        '<desc id="three-routes-d">&lt;b&gt;</desc>'
        '<defs><marker id="three-routes-head" orient="auto">'
        '<path fill="currentColor" d="M0,0 L1,1"/></marker></defs>'
        '<path class="line arrow" marker-end="url(#three-routes-head)" stroke-dasharray="3 6"'
        ' d="M0 0"/>'
        '<use href="#three-routes-head"/>'
        '<text text-anchor="middle" font-size="12">a &lt; b <tspan>c</tspan> d</text>'
        "<g><g/></g></svg>"
    )


def test_picture_with_a_fault_is_not_shown() -> None:
    drawn = draw(f'{HEAD}><path style="x"/></svg>'.encode(), prefix="a")
    assert (drawn.svg, drawn.troubles) == (
        "",
        [(1, len(HEAD) + 2, "attribute style is not allowed")],
    )


def test_picture_that_is_too_large_is_not_read() -> None:
    drawn = draw(b" " * (LARGEST_PICTURE + 1), prefix="a")
    assert drawn.troubles == [(1, 1, "larger than 100 KB; draw it simpler")]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<svg", b"\x00", b"<a>\xe9</a>"])
def test_picture_that_is_no_xml_has_a_fault(data: bytes) -> None:
    drawn = draw(data, prefix="a")
    assert drawn.svg == ""
    assert drawn.troubles[-1][2].startswith("this is not XML: ") or (
        "not well-formed" in drawn.troubles[-1][2]
    )


@settings(max_examples=200)
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                HEAD,
                *(
                    ">",
                    "</svg>",
                    "<g",
                    "<g>",
                    "</g>",
                    "<script>",
                    "<!--",
                    "-->",
                    "<![CDATA[",
                    "]]>",
                ),
                *(' id="a"', ' href="#a"', ' onload="x"', ' class="line"', ' marker-end="url(#a)"'),
                *(' style="x"', "<!DOCTYPE a>", "<?x?>", "&lt;", "&x;", "text", "\n", '"', "/>"),
            ]
        ),
        max_size=15,
    )
)
def test_any_picture_is_harmless_or_refused(pieces: list[str]) -> None:
    drawn = draw("".join(pieces).encode(), prefix="p")
    assert bool(drawn.svg) is not bool(drawn.troubles)
    for word in ("<script", "onload", "style=", "<!", "<?", "http"):
        assert word not in drawn.svg
