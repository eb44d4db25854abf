from __future__ import annotations

import pytest
from django.test import RequestFactory

from learning.web.keeping import kept_fields


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/en/join/", [("code", "ABCD"), ("level", "2"), ("level", "3")]),
        ("/en/account/second-step/", [("level", "2"), ("level", "3")]),
    ],
)
def test_what_travels_along_is_never_a_secret(path: str, kept: list[tuple[str, str]]) -> None:
    sent = {
        "code": "ABCD",
        "level": ["2", "3"],
        "password": "x",
        "csrfmiddlewaretoken": "x",
        "learner": "x",
    }
    assert kept_fields(RequestFactory().post(path, sent)) == kept
