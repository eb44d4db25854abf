"""What comes from others is what its list says: version, digest, licence, and nothing besides."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
STYLE_BUDGET = 14 * 1024


class Vendored(NamedTuple):
    path: str
    what: str
    version: str
    licence: str
    licence_path: str
    digest: str


def vendored() -> list[Vendored]:
    rows = re.findall(r"^\| (.+) \|$", (VENDOR / "README.md").read_text("utf-8"), re.MULTILINE)
    return [Vendored(*row.split(" | ")) for row in rows[2:]]


def package(name: str) -> Any:
    return json.loads((ROOT / "front" / name).read_text("utf-8"))


def test_vendored_files_have_the_digests_of_the_list() -> None:
    listed = {row.path: row.digest for row in vendored()}
    found = {path: hashlib.sha256((STATIC / path).read_bytes()).hexdigest() for path in listed}
    assert found == listed


def test_vendor_folder_holds_nothing_that_is_not_listed() -> None:
    listed = {row.path for row in vendored()} | {row.licence_path for row in vendored()}
    found = {path.relative_to(STATIC).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found - {"vendor/README.md"} == listed - {"waymark.css"}


def test_each_licence_text_is_the_licence_of_the_list() -> None:
    opening = {"0BSD": "Zero-Clause BSD", "MIT": "MIT License", "OFL-1.1": "SIL Open Font License"}
    texts = {row.path: (STATIC / row.licence_path).read_text("utf-8") for row in vendored()}
    assert {row.path for row in vendored() if opening[row.licence] in texts[row.path]} == {
        "vendor/htmx/htmx.min.js",
        "vendor/font/atkinson-hyperlegible-next-400.woff2",
        "vendor/font/atkinson-hyperlegible-next-700.woff2",
        "waymark.css",
    }


def test_listed_versions_are_the_pinned_ones() -> None:
    pinned = package("package.json")["devDependencies"]
    font = pinned["@fontsource/atkinson-hyperlegible-next"]
    assert {(row.path, row.version) for row in vendored()} == {
        ("vendor/htmx/htmx.min.js", pinned["htmx.org"]),
        ("vendor/font/atkinson-hyperlegible-next-400.woff2", font),
        ("vendor/font/atkinson-hyperlegible-next-700.woff2", font),
        ("waymark.css", pinned["nhsuk-frontend"]),
    }


def test_lock_file_names_no_package_host_and_has_a_digest_for_each_package() -> None:
    locked = package("package-lock.json")["packages"]
    packages = {name: entry for name, entry in locked.items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_script_is_htmx_and_then_our_own() -> None:
    htmx = (VENDOR / "htmx" / "htmx.min.js").read_text("utf-8").rstrip()
    own = (ROOT / "front" / "waymark.js").read_text("utf-8")
    assert (STATIC / "waymark.js").read_text("utf-8") == f"{htmx}\n{own}"


def test_style_sheet_keeps_its_notice_its_budget_and_to_itself() -> None:
    style = (STATIC / "waymark.css").read_text("utf-8")
    assert style.startswith("/*! Waymark. Contains parts of NHS.UK frontend ")
    assert len(gzip.compress(style.encode())) <= STYLE_BUDGET
    assert sorted(set(re.findall(r"url\(\"?([^)\"]+)", style))) == [
        "vendor/font/atkinson-hyperlegible-next-400.woff2",
        "vendor/font/atkinson-hyperlegible-next-700.woff2",
    ]
    assert re.findall(r"nhsuk-|Frutiger|https?://", style.split("*/", 1)[1]) == []


def test_style_sheet_animates_nothing() -> None:
    """A-077, A-078."""
    style = (STATIC / "waymark.css").read_text("utf-8")
    moving = re.findall(r"(?:animation|transition|scroll-behavior)[^;}]*|@keyframes", style)
    assert moving == []


def test_style_sheet_was_rebuilt_since_a_template_began_to_use_a_class() -> None:
    style = (STATIC / "waymark.css").read_text("utf-8")
    source = (ROOT / "front" / "waymark.scss").read_text("utf-8")
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("learning/content/*.py")]
    used = {
        name
        for page in pages
        for value in re.findall(r'class="([^"]*)"', page.read_text("utf-8"))
        for name in re.sub(r"{[%{].*?[%}]}", " ", value).split()
    }
    styled = set(re.findall(r"\.([a-z][\w-]*)", source))
    built = set(re.findall(r"\.([a-z][\w-]*)", style))
    assert sorted((used & styled) - built) == []
