"""One address, one representation: HTMX gets what a reload would show."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from learning.models import Edition
from learning.web.htmx import done
from tests.visitor import BEFORE, CHECK, SLUG, Visitor, same_but_for_tokens
from tests.web.conftest import Reader

HTMX = {
    "HX-Request": "true",
    "HX-Target": "main#main",
    "HX-Current-URL": "https://evil.example/",
    "HX-History-Restore-Request": "true",
    "HX-Boosted": "true",
}
PAGES = [
    "/en/",
    "/en/modules/",
    f"/en/modules/{SLUG}/",
    f"/en/modules/{SLUG}/three-routes/",
    CHECK,
    BEFORE,
    "/en/words/",
    "/en/sources/",
    "/en/promises/",
    "/en/about/",
    "/en/help-now/",
    "/en/me/",
    "/en/me/erase/",
    "/en/me/clear/",
    "/en/me/gone/",
    "/en/no-such-page/",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_the_same_for_htmx(anna: Reader, path: str) -> None:
    """S-016: no header of HTMX makes another page of an address."""
    plain, htmx = anna.visitor.get(path), anna.visitor.get(path, **HTMX)
    assert htmx.status == plain.status
    assert same_but_for_tokens(htmx.html) == same_but_for_tokens(plain.html)


def test_start_by_htmx_is_still_sent_on(visitor: Visitor, edition: Edition) -> None:
    sent = visitor.press(visitor.get(CHECK), {"shared": "own"}, htmx=True)
    assert sent.status == 303
    assert sent.headers["Location"].startswith("/en/checks/")


def test_every_page_is_marked_as_ours(anna: Reader) -> None:
    """R-015: what a hotel's network puts in between has no such mark."""
    for path in (*PAGES, "/healthz", "/readyz"):
        assert anna.visitor.get(path).headers["Waymark-Page"] == "1", path


def test_done_sends_a_plain_request_on_without_showing_anything() -> None:
    request = RequestFactory().post("/")
    response = done(request, "/there/", lambda: pytest.fail("shown"))
    assert (response.status_code, response["Location"]) == (303, "/there/")
    assert response["Vary"] == "HX-Request"
    assert not response.has_header("Content-Location")


def test_done_shows_htmx_the_page_and_its_address() -> None:
    request = RequestFactory().post("/")
    request.htmx = SimpleNamespace()  # type: ignore[attr-defined]
    response = done(request, "/there/", lambda: HttpResponse("the page"))
    assert (response.status_code, response.content) == (200, b"the page")
    assert response["Content-Location"] == "/there/"
    assert response["Vary"] == "HX-Request"
