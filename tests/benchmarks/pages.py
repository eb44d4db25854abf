"""The pages to measure: of all that are published, the section and the question that weigh most."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.benchmarks.checks import Question, get, offered_modules, open_checks, page_text
from tests.benchmarks.connections import Visit, go
from tests.benchmarks.site import Site

_NOT_SECTIONS = ("/check/", "/before/", "/print/")


@dataclass(frozen=True)
class Weighed:
    """A page by its address, with the bytes of its packed HTML, and the question it asks."""

    path: str
    bytes: int
    question: Question | None = None

    @property
    def cookies(self) -> dict[str, str]:
        return self.question.check.learner.cookies if self.question else {}


def sections(site: Site) -> list[Weighed]:
    """Every published section, heaviest first, doors open."""
    paths: list[str] = []
    found: list[Weighed] = []
    slugs = offered_modules(site)

    def outline() -> Visit:
        for slug in slugs:
            text = page_text((yield get(f"/en/modules/{slug}/")))
            links = re.findall(rf'href="(/en/modules/{slug}/[a-z0-9-]+/)', text)
            paths.extend(dict.fromkeys(link for link in links if not link.endswith(_NOT_SECTIONS)))

    def weigh() -> Visit:
        for path in paths:
            reply = yield get(f"{path}?open=1")
            page_text(reply)
            assert reply is not None
            found.append(Weighed(f"{path}?open=1", len(reply.content)))

    go(site.port, [outline()])
    go(site.port, [weigh()])
    return sorted(found, key=lambda page: page.bytes, reverse=True)


def questions(site: Site, *, seed: int, at_least: int = 1) -> list[Weighed]:
    """Every question of one check or more of each module, heaviest first, none answered yet."""
    checks = open_checks(site, max(at_least, len(offered_modules(site))), seed=seed)
    found: list[Weighed] = []

    def weigh() -> Visit:
        for check in checks:
            for question in check.questions:
                reply = yield question.view
                assert reply is not None
                found.append(Weighed(question.path, len(reply.content), question))

    go(site.port, [weigh()])
    return sorted(found, key=lambda page: page.bytes, reverse=True)
