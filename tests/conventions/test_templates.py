"""The rules for HTMX and for a strict policy, held by every template and script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
ALLOWED = {"data-hx-post", "data-hx-get", "data-hx-target", "data-hx-select", "data-hx-swap"} | {
    "data-hx-sync"
}
ALL = sorted(TEMPLATES.rglob("*.html"))


def tags(path: Path, name: str = r"[a-z][\w-]*") -> list[str]:
    """Each start tag of a template, with Django's own tags inside it left as they are."""
    source = path.read_text(encoding="utf-8")
    return re.findall(rf"<{name}\b(?:{{%.*?%}}|{{{{.*?}}}}|\"[^\"]*\"|'[^']*'|[^>\"'])*>", source)


def attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'(?<![\w-]){name}="((?:{{%.*?%}}|{{{{.*?}}}}|[^"])*)"', tag)
    return found[1] if found else None


def test_there_are_templates() -> None:
    assert len(ALL) > 30


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_keeps_the_rules(path: Path) -> None:
    """Architecture, HTMX 1 to 8; A3 of the policy: nothing inline, nothing from elsewhere."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<!data-)\bhx-[a-z]", source.replace("data-hx", "")), "bare hx-"
    assert "hx-on" not in source
    assert "hx-boost" not in source
    assert "hx-vals" not in source
    assert "javascript:" not in source
    for tag in tags(path):
        names = set(re.findall(r"\s(data-hx-[\w-]+)", tag))
        assert names <= ALLOWED, tag
        assert not re.search(r"\s(style|on[a-z]+)=", tag), tag
        if tag.startswith("<script"):
            # What allauth's scripts read is data, which no browser runs.
            data = attribute(tag, "type") == "application/json" and " src=" not in tag
            assert data or (attribute(tag, "src") and " defer" in tag), tag
        assert not tag.startswith(("<style", "<iframe", "<object", "<embed", "<base")), tag
        for name in ("src", "action", "data-hx-post", "data-hx-get"):
            assert not (attribute(tag, name) or "").startswith(("http", "//")), tag
        if names:
            assert attribute(tag, "data-hx-swap") == "outerHTML", tag
            assert attribute(tag, "data-hx-select") == attribute(tag, "data-hx-target"), tag
    for form in tags(path, "form"):
        assert attribute(form, "action"), form
        assert attribute(form, "method") in ("post", "get"), form
        if attribute(form, "data-hx-post") is not None:
            assert attribute(form, "method") == "post"
            assert attribute(form, "data-hx-post") == attribute(form, "action"), form
            assert attribute(form, "data-hx-sync") == "this:drop", form
    for link in tags(path, "a"):
        if attribute(link, "data-hx-get") is not None:
            assert attribute(link, "data-hx-get") == attribute(link, "href"), link


def test_every_form_that_posts_carries_the_cross_site_token() -> None:
    for path in ALL:
        source = path.read_text(encoding="utf-8")
        posts = len(re.findall(r'<form[^>]*method="post"', source))
        assert source.count("{% csrf_token %}") == posts, path


def test_scripts_are_only_where_a_region_is_replaced_or_a_code_taken() -> None:
    """Section pages carry no script."""
    sources = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in ALL}
    users = {name for name, source in sources.items() if "components/scripts.html" in source}
    swappers = {name for name, source in sources.items() if "data-hx-" in source}
    takers = {"learner/join.html", "learner/return.html"}  # a code that a link brought along
    assert users == swappers | takers
    lists = {"nurse/home.html", "overview/audit.html", "overview/report.html"}
    assert swappers == {"learner/question.html", *lists}


def test_htmx_evaluates_nothing_and_adds_no_style() -> None:
    """HTMX 6"""
    source = (TEMPLATES / "components" / "scripts.html").read_text(encoding="utf-8")
    assert '"includeIndicatorCSS":false' in source
    assert '"history":false' in source
    assert "allowEval" not in source or '"allowEval":false' in source


@pytest.mark.parametrize("path", ["front/waymark.js", "static/lists.js", "static/passkey.js"])
def test_own_script_uses_no_evaluation_and_stores_nothing(path: str) -> None:
    """S-029"""
    source = (ROOT / path).read_text(encoding="utf-8")
    for word in ("eval(", "Function(", "innerHTML", "localStorage", "sessionStorage", "http"):
        assert word not in source
    assert not re.search(r"document\.cookie|indexedDB|navigator\.sendBeacon", source)


def test_how_long_something_is_kept_is_said_by_the_settings_alone() -> None:
    """An operator may set another number, and a page that promises ours would lie."""
    numbers = r"\b(180|30|six|half)\b[^.<]{0,30}\b(days?|months?|years?|minutes? without)\b"
    found = [
        (str(path.relative_to(TEMPLATES)), match[0])
        for path in ALL
        for match in re.finditer(numbers, path.read_text(encoding="utf-8"))
    ]
    assert found == []
