"""Looks at a page as it stands and says everything that would shut somebody out.

Every function returns its findings in words; an empty list is a page for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.journeys.reader import PHONE, SMALL_PHONE

ENABLED = {"enabled": True}
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # Off unless they are named: https://github.com/dequelabs/axe-core/issues/4579
    "rules": {"target-size": ENABLED},
    "resultTypes": ["violations", "incomplete"],
}

# A theme changes colours alone and the width changes none: in dark only these rules are asked, and
# at one width. They are the slowest by far.
COLOURS = ("color-contrast", "color-contrast-enhanced", "link-in-text-block")

# Both phones are on the same side of every width in the style, so nothing is shown on the one alone
# and only what lies closer together or runs out of its box can differ.
WIDTHS = ("target-size", "scrollable-region-focusable")

# What axe leaves to a person. It cannot tell what lies behind the text of a drawing; we can, so
# ``faint_labels`` measures that. Nothing else may stay undecided.
UNDECIDED = "color-contrast"

_AXE = """async (options) => {
  const found = await axe.run(document, options);
  const rows = (kind) => found[kind].flatMap((rule) => rule.nodes.map((node) => ({
    kind, rule: rule.id, target: node.target.join(" "), why: node.failureSummary || "",
    drawn: Boolean(document.querySelector(node.target[0])?.closest(".picture-drawing")),
    messages: [...node.any, ...node.all, ...node.none].map((check) => check.message),
  })));
  return [...rows("violations"), ...rows("incomplete")];
}"""

_STRUCTURE = """() => {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  if (all("h1").length !== 1) found.push(`${all("h1").length} h1`);
  const levels = all("h1,h2,h3,h4").map((heading) => Number(heading.tagName[1]));
  levels.forEach((level, i) => {
    if (i && level > levels[i - 1] + 1) found.push(`h${level} after h${levels[i - 1]}`);
  });
  for (const one of ["main", "header", "footer", "html[lang=en][dir=ltr]"])
    if (all(one).length !== 1) found.push(`${all(one).length} ${one}`);
  const regions = all("[role=status], [role=alert], [aria-live]");
  if (regions.length !== 1 || regions[0].id !== "status" || regions[0].closest("main")
      || regions[0].hasAttribute("aria-busy") || regions[0].textContent.trim())
    found.push("the status region is not one, empty, and outside main");
  const ids = all("[id]").map((element) => element.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => found.push(`id twice: ${id}`));
  for (const name of ["aria-describedby", "aria-labelledby", "for"])
    for (const element of all(`[${name}]`))
      for (const id of element.getAttribute(name).split(/\\s+/))
        if (!document.getElementById(id)) say(`${name} points nowhere`, element);
  for (const link of all("a[href^='#']"))
    if (!document.getElementById(link.hash.slice(1))) say("link to nowhere", link);
  all("[target], [style], [onclick], [accesskey]").forEach((e) => say("not here", e));
  all("[tabindex]").filter((e) => e.tabIndex > 0).forEach((e) => say("tab order set", e));
  all("form:not([novalidate])").forEach((e) => say("the browser would validate", e));
  if (all("main [autofocus]").length > 1) found.push("more than one autofocus");
  const help = all("a").filter((link) => link.textContent.trim() === "Help now");
  if (help.length < 2 || !help[0].closest("header") || help.some((e) => e.href !== help[0].href))
    found.push("help is not in its place");
  const names = new Map();
  for (const link of all("a")) {
    const name = link.textContent.trim().replace(/\\s+/g, " ");
    if (!name) say("link without a name", link);
    if (names.has(name) && names.get(name) !== link.href) say("same name, other place", link);
    names.set(name, link.href);
  }
  return found;
}"""

_SIDEWAYS = """() => {
  const page = document.documentElement;
  const found = [];
  if (page.scrollWidth > page.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((element) =>
      element.getBoundingClientRect().right > page.clientWidth + 1);
    found.push(`wider than the window: ${wide.map((e) => e.outerHTML.slice(0, 80)).slice(-3)}`);
  }
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    // What is typed into a line may be longer than the line: it scrolls.
    if (style.overflowX === "visible"
      || element.matches(".visually-hidden, .skip-link, select, input"))
      continue;
    if (element.scrollWidth > element.clientWidth + 1)
      found.push(`cut off: ${element.outerHTML.slice(0, 100)}`);
  }
  return found;
}"""

# A target is as large as the area that takes a tap for it: 22 px from its middle up and down must
# still hit it. Links inside a sentence are exempt (WCAG 2.2, 2.5.5), visited by their line.
_TARGETS = """() => {
  const found = [];
  const primary = ".option, main .button, main select";
  const inline = (element) => {
    if (getComputedStyle(element).display !== "inline") return false;
    let block = element.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    return block.innerText.trim().length > element.innerText.trim().length;
  };
  for (const element of document.querySelectorAll("a, button, select, summary, label.option")) {
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    if (element.matches(".skip-link") || inline(element)) continue;
    element.scrollIntoView({block: "center"});
    const box = element.getBoundingClientRect();
    const least = element.matches(primary) ? 48 : 44;
    const x = box.x + Math.min(box.width / 2, 100), y = box.y + box.height / 2;
    const hits = [-least / 2 + 1, least / 2 - 1].every((step) => {
      const hit = document.elementFromPoint(x, y + step);
      return hit && (element.contains(hit) || hit.contains(element) && hit.matches("label"));
    });
    if (!hits || box.width < 44 - 0.5)
      found.push(`${Math.round(box.width)}×${Math.round(box.height)} px, at least ${least}: `
        + element.outerHTML.slice(0, 100));
  }
  scrollTo(0, 0);
  return found;
}"""

_FAINT_LABELS = """() => {
  const found = [];
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const shown = (color) => color !== "none" && (numbers(color)[3] ?? 1) > 0;
  const light = (color) => {
    const [r, g, b] = numbers(color).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const text of document.querySelectorAll(".picture-drawing text")) {
    if (!text.checkVisibility()) continue;
    text.scrollIntoView({block: "center"});
    const box = text.getBoundingClientRect();
    const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      .filter((element) => !element.closest("text"));
    const paint = under.map((element) => element instanceof SVGElement
      ? getComputedStyle(element).fill : getComputedStyle(element).backgroundColor);
    const behind = paint.find((color, i) => under[i].tagName !== "svg" && shown(color));
    const pair = [getComputedStyle(text).fill, behind].map(light).sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (!(contrast >= 7)) found.push(`${contrast.toFixed(1)}:1 for “${text.textContent.trim()}”`);
  }
  scrollTo(0, 0);
  return found;
}"""

_EXTRA_STYLE = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return document.adoptedStyleSheets.length;
}"""
_NO_EXTRA_STYLE = "() => { document.adoptedStyleSheets = []; }"

TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"""
TEXT_TWICE_AS_LARGE = "html { font-size: 200% !important; }"


def axe(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """Violations of any rule, or of these only, and what axe could not decide."""
    options = {**AXE_OPTIONS, "rules": AXE_OPTIONS["rules"] | dict.fromkeys(COLOURS, ENABLED)}
    if only:
        options["runOnly"] = {"type": "rule", "values": only}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    rows: list[dict[str, Any]] = page.evaluate(_AXE, options)
    return [
        f"axe {row['kind']}: {row['rule']} at {row['target']}: {' '.join(row['messages'])}"
        for row in rows
        if row["kind"] == "violations" or not (row["rule"] == UNDECIDED and row["drawn"])
    ]


def faint_labels(page: Page) -> list[str]:
    """Text of drawings with less than 7:1 against the shape, or the page, behind it. A-074."""
    return list(page.evaluate(_FAINT_LABELS))


def structure(page: Page) -> list[str]:
    """Headings, landmarks, the status region, ids and references, names of links. A-004, A-053."""
    return list(page.evaluate(_STRUCTURE))


def sideways(page: Page) -> list[str]:
    """What does not fit the width of the window."""
    return list(page.evaluate(_SIDEWAYS))


def small_targets(page: Page) -> list[str]:
    """Targets under 48 px (answers, main buttons, selects) or 44 px (the rest). A-040."""
    return list(page.evaluate(_TARGETS))


def restyled(page: Page, rules: str) -> list[str]:
    """What does not fit once the reader's own style is added."""
    assert page.evaluate(_EXTRA_STYLE, rules) == 1
    found = sideways(page)
    page.evaluate(_NO_EXTRA_STYLE)
    return found


def show(page: Page, *, width: int, dark: bool) -> None:
    """Show the page as it stands in another window or theme, without loading it again."""
    page.set_viewport_size(SMALL_PHONE if width == SMALL_PHONE["width"] else PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark" if dark else "light")


def inspect(page: Page) -> list[str]:
    """Everything, in both themes, on a phone and on a very small one."""
    found = structure(page)
    for width in (PHONE["width"], SMALL_PHONE["width"]):
        for dark in (False, True):
            show(page, width=width, dark=dark)
            faults = faint_labels(page)
            if width == PHONE["width"]:
                faults += axe(page, only=COLOURS if dark else ())
            elif not dark:
                faults += axe(page, only=WIDTHS)
            found += [f"{width} px {'dark' if dark else 'light'}: {line}" for line in faults]
        found += [f"{width} px: {line}" for line in [*sideways(page), *small_targets(page)]]
    show(page, width=SMALL_PHONE["width"], dark=False)
    found += [f"text spacing: {line}" for line in restyled(page, TEXT_SPACING)]
    show(page, width=PHONE["width"], dark=False)
    found += [f"text at 200 %: {line}" for line in restyled(page, TEXT_TWICE_AS_LARGE)]
    return found


def inspect_once(page: Page) -> list[str]:
    """The same for a page of content: once, light, at 320 px. Its drawings in both themes."""
    show(page, width=SMALL_PHONE["width"], dark=True)
    found = [f"dark: {line}" for line in faint_labels(page)]
    show(page, width=SMALL_PHONE["width"], dark=False)
    found += [*faint_labels(page), *structure(page), *axe(page)]
    return [*found, *sideways(page), *small_targets(page)]
