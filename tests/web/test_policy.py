"""Who may call what: one table for every address, and nothing besides it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from learning.models import Edition
from tests.visitor import SLUG, Visitor
from tests.web.conftest import Reader

MODULE = {"language": "en", "slug": SLUG}
NO_MODULE = {"language": "en", "slug": "no-such-module"}
LANGUAGE = {"language": "en"}
MINE, MISSING = "the key of anna’s check", "x" * 22
CHECK = {"language": "en", "key": MINE}
NO_CHECK = {"language": "en", "key": MISSING}


@dataclass(frozen=True)
class Rule:
    """What an address answers to anybody, to its learner and to another one, by method.

    ``post`` is an empty form: 422 means that it was let in and found incomplete. ``missing`` are
    the same three for an object that is not there, asked by GET.
    """

    role: str
    get: tuple[int, int, int]
    post: tuple[int, int, int]
    given: dict[str, Any] = field(default_factory=lambda: dict(LANGUAGE))
    absent: dict[str, Any] | None = None
    missing: tuple[int, int, int] = (404, 404, 404)


ALL_READ = (200, 200, 200)
NO_POST = (405, 405, 405)
POLICY = {
    "front_door": Rule("public", (302, 302, 302), NO_POST, {}),
    "healthz": Rule("operator", ALL_READ, NO_POST, {}),
    "readyz": Rule("operator", ALL_READ, NO_POST, {}),
    "public:home": Rule("public", ALL_READ, NO_POST),
    "public:modules": Rule("public", ALL_READ, NO_POST),
    "public:module": Rule("public", ALL_READ, NO_POST, MODULE, NO_MODULE),
    "public:section": Rule(
        "public",
        ALL_READ,
        (303, 303, 303),
        {**MODULE, "section": "three-routes"},
        {**MODULE, "section": "no-such-section"},
    ),
    "public:print": Rule("public", ALL_READ, NO_POST, MODULE, NO_MODULE),
    "public:words": Rule("public", ALL_READ, NO_POST),
    "public:sources": Rule("public", ALL_READ, NO_POST),
    "public:promises": Rule("public", ALL_READ, NO_POST),
    "public:about": Rule("public", ALL_READ, NO_POST),
    "public:help_now": Rule("public", ALL_READ, NO_POST),
    "learner:before": Rule("public", ALL_READ, (422, 422, 422), MODULE, NO_MODULE),
    "learner:check": Rule("public", ALL_READ, (422, 422, 422), MODULE, NO_MODULE),
    "learner:results": Rule("learner", (404, 200, 404), NO_POST, CHECK, NO_CHECK),
    "learner:question": Rule(
        "learner",
        (404, 200, 404),
        (404, 422, 404),
        {**CHECK, "number": 1},
        {**NO_CHECK, "number": 1},
    ),
    "learner:progress": Rule("public", ALL_READ, NO_POST),
    "learner:places": Rule("public", ALL_READ, (422, 422, 422)),
    "learner:download": Rule("learner", (404, 200, 200), NO_POST),
    "learner:erase": Rule("learner", (404, 200, 200), (404, 422, 422)),
    "learner:clear": Rule("public", ALL_READ, (303, 303, 303)),
    "learner:gone": Rule("public", ALL_READ, NO_POST),
    "learner:corrections_seen": Rule("learner", NO_POST, (404, 303, 303)),
}
ROLES = ("anybody", "learner", "another learner")


def every_pattern(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from every_pattern(pattern, prefix + inner)
        else:
            yield f"{prefix}{pattern.name}", pattern


def rows() -> dict[str, int]:
    models = apps.get_app_config("learning").get_models()
    return {model.__name__: model._default_manager.count() for model in models}


def test_every_address_is_in_the_table_and_states_its_role() -> None:
    """S-001: an address that is new fails here until its policy is written down."""
    found = dict(every_pattern(get_resolver()))
    assert set(found) == set(POLICY)
    stated = {name: getattr(pattern.callback, "role", None) for name, pattern in found.items()}
    assert stated == {name: rule.role for name, rule in POLICY.items()}


@pytest.fixture
def people(edition: Edition, anna: Reader, bella: Reader) -> dict[str, Visitor]:
    """Everybody has been given the cookie and token that a form needs."""
    found = {"anybody": Visitor(), "learner": anna.visitor, "another learner": bella.visitor}
    for visitor in found.values():
        visitor.get("/en/me/clear/")
    return found


def address(name: str, given: dict[str, Any], anna: Reader) -> str:
    values = {key: anna.check.key if value == MINE else value for key, value in given.items()}
    return reverse(name, kwargs=values)


@pytest.mark.parametrize("name", POLICY)
@pytest.mark.parametrize("htmx", [False, True])
def test_address_answers_each_role_as_the_table_says(
    people: dict[str, Visitor], anna: Reader, name: str, htmx: bool
) -> None:
    """S-001, S-004, S-015, S-016: by GET and HEAD, own, another's and missing; nothing written."""
    rule, before = POLICY[name], rows()
    headers = {"HX-Request": "true", "HX-Target": "main#main"} if htmx else {}
    path = address(name, rule.given, anna)
    got = {role: people[role].get(path, **headers).status for role in ROLES}
    assert got == dict(zip(ROLES, rule.get, strict=True))
    heads = {role: people[role].client.head(path, headers=headers).status_code for role in ROLES}
    assert heads == got
    if rule.absent:
        path = address(name, rule.absent, anna)
        absent = {role: people[role].get(path, **headers).status for role in ROLES}
        assert absent == dict(zip(ROLES, rule.missing, strict=True))
    assert rows() == before


@pytest.mark.parametrize("name", POLICY)
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_address_answers_an_empty_form_as_the_table_says(
    people: dict[str, Visitor], anna: Reader, name: str, role: str, htmx: bool
) -> None:
    """S-001, S-015"""
    rule, before, visitor = POLICY[name], rows(), people[role]
    token = visitor.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
    headers = {"HX-Request": "true"} if htmx else {}
    path = address(name, rule.given, anna)
    shown = visitor.post(path, {"csrfmiddlewaretoken": token}, **headers)
    assert shown.status == rule.post[ROLES.index(role)]
    if name == "learner:clear":
        gone = 0 if role == "anybody" else 1
        assert before["Learner"] - rows()["Learner"] == gone
    elif name == "public:section":
        assert rows()["SectionRead"] == (0 if role == "anybody" else 1)
    else:
        assert rows() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_change_nothing(
    people: dict[str, Visitor], anna: Reader, method: str
) -> None:
    """S-015: with the cross-site token 405; without it, the same refusal as for a form."""
    before = rows()
    for name, role in itertools.product(POLICY, ROLES):
        visitor = people[role]
        token = visitor.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
        path = address(name, POLICY[name].given, anna)
        response = getattr(visitor.client, method)(path, headers={"X-CSRFToken": token})
        assert response.status_code == 405, (name, role)
        bare = getattr(visitor.client, method)(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert bare.status_code == (405 if method == "trace" else 403), (name, role)
    assert rows() == before


def test_method_override_is_ignored(people: dict[str, Visitor], anna: Reader) -> None:
    """S-015"""
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        response = anna.visitor.client.get("/en/me/erase/?_method=POST", headers={header: "POST"})
        assert response.status_code == 200
    assert anna.learner.devices.exists()
    assert settings.DEBUG is False
