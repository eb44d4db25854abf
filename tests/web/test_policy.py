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
from tests import factories
from tests.visitor import SLUG, Visitor
from tests.web.conftest import Reader

MODULE = {"language": "en", "slug": SLUG}
NO_MODULE = {"language": "en", "slug": "no-such-module"}
LANGUAGE = {"language": "en"}
MISSING = "x" * 22
CHECK = {"language": "en", "key": "<check>"}
NO_CHECK = {"language": "en", "key": MISSING}

LEARNERS = ("learner", "another learner")
ROLES = (
    "anybody",
    *LEARNERS,
    "nurse",  # of the group that the learner is in
    "another nurse",  # of another clinic
    "overview",
    "newcomer",  # a nurse who has no second factor yet
)
Statuses = tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True)
class Rule:
    """What an address answers to each of ``ROLES``, by method.

    ``post`` is an empty form: 422 means that it was let in and found incomplete. ``missing`` are
    the answers for an object that is not there, asked by GET. A value of ``given`` in angle
    brackets stands for something of the learner or her nurse, see ``World.values``.
    """

    role: str
    get: Statuses
    post: Statuses
    given: dict[str, Any] = field(default_factory=lambda: dict(LANGUAGE))
    absent: dict[str, Any] | None = None
    missing: Statuses = (404,) * 7


def to_all(status: int) -> Statuses:
    return (status,) * 7


def to_readers(anybody: int, learner: int, another: int) -> Statuses:
    """Staff are anybody here."""
    return (anybody, learner, another, *(anybody,) * 4)


def to_nurse(mine: int, others: int) -> Statuses:
    """Whoever is not signed in, or has no second factor, is led there first (GET)."""
    return (303, 303, 303, mine, others, 403, 303)


def from_nurse(mine: int, others: int) -> Statuses:
    """A form of somebody who is not signed in comes back to her, to be sent again (POST)."""
    return (401, 401, 401, mine, others, 403, 303)


def to_overview(status: int) -> Statuses:
    return (303, 303, 303, 403, 403, status, 303)


def from_overview(status: int) -> Statuses:
    return (401, 401, 401, 403, 403, status, 303)


ALL_READ = to_all(200)
NO_POST = to_all(405)
POLICY = {
    "front_door": Rule("public", to_all(302), NO_POST, {}),
    "healthz": Rule("operator", ALL_READ, NO_POST, {}),
    "readyz": Rule("operator", ALL_READ, NO_POST, {}),
    "public:home": Rule("public", ALL_READ, NO_POST),
    "public:modules": Rule("public", ALL_READ, NO_POST),
    "public:module": Rule("public", ALL_READ, NO_POST, MODULE, NO_MODULE),
    "public:section": Rule(
        "public",
        ALL_READ,
        to_all(303),
        {**MODULE, "section": "three-routes"},
        {**MODULE, "section": "no-such-section"},
    ),
    "public:print": Rule("public", ALL_READ, NO_POST, MODULE, NO_MODULE),
    "public:words": Rule("public", ALL_READ, NO_POST),
    "public:sources": Rule("public", ALL_READ, NO_POST),
    "public:promises": Rule("public", ALL_READ, NO_POST),
    "public:about": Rule("public", ALL_READ, NO_POST),
    "public:help_now": Rule("public", ALL_READ, NO_POST),
    "learner:before": Rule("public", ALL_READ, to_all(422), MODULE, NO_MODULE),
    "learner:check": Rule("public", ALL_READ, to_all(422), MODULE, NO_MODULE),
    "learner:results": Rule("learner", to_readers(404, 200, 404), NO_POST, CHECK, NO_CHECK),
    "learner:question": Rule(
        "learner",
        to_readers(404, 200, 404),
        to_readers(404, 422, 404),
        {**CHECK, "number": 1},
        {**NO_CHECK, "number": 1},
    ),
    "learner:progress": Rule("public", ALL_READ, NO_POST),
    "learner:places": Rule("public", ALL_READ, to_all(422)),
    "learner:download": Rule("learner", to_readers(404, 200, 200), NO_POST),
    "learner:erase": Rule("learner", to_readers(404, 200, 200), to_readers(404, 422, 422)),
    "learner:clear": Rule("public", ALL_READ, to_all(303)),
    "learner:gone": Rule("public", ALL_READ, NO_POST),
    "learner:corrections_seen": Rule("learner", NO_POST, to_readers(404, 303, 303)),
}


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


@dataclass(frozen=True)
class World:
    """One visitor for each role, with the cookie and token that a form needs."""

    people: dict[str, Visitor]
    values: dict[str, str]

    def address(self, name: str, given: dict[str, Any]) -> str:
        return reverse(name, kwargs={key: self.values.get(v, v) for key, v in given.items()})


@pytest.fixture
def world(edition: Edition, anna: Reader, bella: Reader) -> World:
    clinic = factories.clinic(name="First Clinic")
    nurse = factories.staff_member(name="Nora Nurse", clinic=clinic)
    other = factories.staff_member(name="Olga Other", clinic=factories.clinic(name="Elsewhere"))
    group = factories.group(nurses=[nurse])
    factories.group(nurses=[other])
    member = factories.membership(group=group, learner=anna.learner)
    found = {
        "anybody": Visitor(),
        "learner": anna.visitor,
        "another learner": bella.visitor,
        "nurse": factories.signed_in(nurse),
        "another nurse": factories.signed_in(other),
        "overview": factories.signed_in(factories.staff_member(name="Vera View", overview=True)),
        "newcomer": factories.signed_in(
            factories.staff_member(name="Nina New", clinic=clinic, second_factor=False)
        ),
    }
    for visitor in found.values():
        visitor.get("/en/me/clear/")
    return World(found, {"<check>": anna.check.key, "<group>": group.key, "<person>": member.key})


@pytest.mark.parametrize("name", POLICY)
@pytest.mark.parametrize("htmx", [False, True])
def test_address_answers_each_role_as_the_table_says(world: World, name: str, htmx: bool) -> None:
    """S-001, S-004, S-015, S-016: by GET and HEAD, own, another's and missing; nothing written."""
    rule, before = POLICY[name], rows()
    headers = {"HX-Request": "true", "HX-Target": "main#main"} if htmx else {}
    path = world.address(name, rule.given)
    got = {role: world.people[role].get(path, **headers).status for role in ROLES}
    assert got == dict(zip(ROLES, rule.get, strict=True))
    heads = {
        role: world.people[role].client.head(path, headers=headers).status_code for role in ROLES
    }
    assert heads == got
    if rule.absent:
        path = world.address(name, rule.absent)
        absent = {role: world.people[role].get(path, **headers).status for role in ROLES}
        assert absent == dict(zip(ROLES, rule.missing, strict=True))
    assert rows() == before


@pytest.mark.parametrize("name", POLICY)
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_address_answers_an_empty_form_as_the_table_says(
    world: World, name: str, role: str, htmx: bool
) -> None:
    """S-001, S-015"""
    rule, before, visitor = POLICY[name], rows(), world.people[role]
    token = visitor.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
    headers = {"HX-Request": "true"} if htmx else {}
    path = world.address(name, rule.given)
    shown = visitor.post(path, {"csrfmiddlewaretoken": token}, **headers)
    assert shown.status == rule.post[ROLES.index(role)]
    if name == "learner:clear":
        gone = 1 if role in LEARNERS else 0
        assert before["Learner"] - rows()["Learner"] == gone
    elif name == "public:section":
        assert rows()["SectionRead"] == (1 if role in LEARNERS else 0)
    else:
        assert rows() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_change_nothing(world: World, method: str) -> None:
    """S-015: with the cross-site token 405; without it, the same refusal as for a form."""
    before = rows()
    for name, role in itertools.product(POLICY, ROLES):
        visitor = world.people[role]
        token = visitor.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
        path = world.address(name, POLICY[name].given)
        response = getattr(visitor.client, method)(path, headers={"X-CSRFToken": token})
        assert response.status_code == 405, (name, role)
        bare = getattr(visitor.client, method)(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert bare.status_code == (405 if method == "trace" else 403), (name, role)
    assert rows() == before


def test_method_override_is_ignored(anna: Reader) -> None:
    """S-015"""
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        response = anna.visitor.client.get("/en/me/erase/?_method=POST", headers={header: "POST"})
        assert response.status_code == 200
    assert anna.learner.devices.exists()
    assert settings.DEBUG is False
