"""Who may call what: one table for every address, and nothing besides it."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from learning.actions.staffing import invite_staff
from learning.models import Edition
from learning.web.learner.joining import ticket_for
from tests import factories
from tests.counting import rows
from tests.visitor import SLUG, Visitor
from tests.web.conftest import Reader

MODULE = {"language": "en", "slug": SLUG}
NO_MODULE = {"language": "en", "slug": "no-such-module"}
LANGUAGE = {"language": "en"}
MISSING = "x" * 22
CHECK = {"language": "en", "key": "<check>"}
NO_CHECK = {"language": "en", "key": MISSING}
ASKED = {"language": "en", "key": "<question>"}
NOT_ASKED = {"language": "en", "key": MISSING}
PERSON = {"language": "en", "key": "<person>"}
NO_PERSON = {"language": "en", "key": MISSING}
GROUP = {"language": "en", "key": "<group>"}
NO_GROUP = {"language": "en", "key": MISSING}
DRAFT = {"language": "en", "key": "<draft>"}

LEARNERS = ("learner", "another learner")
ROLES = (
    "anybody",
    *LEARNERS,
    "nurse",  # of the group that the learner is in
    "another nurse",  # of another clinic
    "overview",
    "publisher",  # who is neither a nurse nor of the overview
    "newcomer",  # a nurse who has no second factor yet
)
Statuses = tuple[int, int, int, int, int, int, int, int]


@dataclass(frozen=True)
class Rule:
    """What an address answers to each of ``ROLES``, by method.

    ``post`` is an empty form: 422 means that it was let in and found incomplete. ``missing`` are
    the answers for an object that is not there, asked by GET. A value of ``given`` in angle
    brackets stands for something of the learner or her nurse, see ``World.values``. Where reading
    is ``noted``, a nurse leaves one line in the audit log.
    """

    role: str
    get: Statuses
    post: Statuses
    given: dict[str, Any] = field(default_factory=lambda: dict(LANGUAGE))
    absent: dict[str, Any] | None = None
    missing: Statuses = (404,) * 8
    noted: bool = False


def to_all(status: int) -> Statuses:
    return (status,) * 8


def to_readers(anybody: int, learner: int, another: int) -> Statuses:
    """Staff are anybody here."""
    return (anybody, learner, another, *(anybody,) * 5)


def to_nurse(mine: int, others: int) -> Statuses:
    """Whoever is not signed in, or has no second factor, is led there first (GET)."""
    return (303, 303, 303, mine, others, 403, 403, 303)


def from_nurse(mine: int, others: int) -> Statuses:
    """A form of somebody who is not signed in comes back to her, to be sent again (POST)."""
    return (401, 401, 401, mine, others, 403, 403, 303)


def to_overview(status: int) -> Statuses:
    return (303, 303, 303, 403, 403, status, 403, 303)


def from_overview(status: int) -> Statuses:
    return (401, 401, 401, 403, 403, status, 403, 303)


def to_desk(overview: int, publisher: int) -> Statuses:
    return (303, 303, 303, 403, 403, overview, publisher, 303)


def from_desk(overview: int, publisher: int) -> Statuses:
    return (401, 401, 401, 403, 403, overview, publisher, 303)


def of_group(
    post: Statuses, given: dict[str, Any] | None = None, absent: dict[str, Any] | None = None
) -> Rule:
    """A page of a group, for its nurses alone; ``given`` is what else its address names."""
    return Rule(
        "nurse",
        to_nurse(200, 404),
        post,
        {**GROUP, **(given or {})},
        {**NO_GROUP, **(given or {})} if absent is None else {**GROUP, **absent},
        to_nurse(404, 404),
    )


def of_person(post: Statuses, *, noted: bool = False) -> Rule:
    """A page of one member, for the nurses of her group alone."""
    missing = to_nurse(404, 404)
    return Rule("nurse", to_nurse(200, 404), post, PERSON, NO_PERSON, missing, noted)


def to_account(signed_in: int, newcomer: int | None = None, *, others: int = 303) -> Statuses:
    """A page of an account. ``others`` are not signed in: most are sent to do so."""
    new = signed_in if newcomer is None else newcomer
    return (others, others, others, *(signed_in,) * 4, new)


def of_account(get: Statuses, post: Statuses, given: dict[str, Any] | None = None) -> Rule:
    """The people here have no password. A newcomer has nothing to show that it is she, too."""
    return Rule("account", get, post, given or {})


def of_staff_member(get: Statuses, post: Statuses) -> Rule:
    """One colleague, for those who look after accounts."""
    found = {"language": "en", "key": "<colleague>"}
    return Rule("overview", get, post, found)


def of_module(role: str, overview: int, post: Statuses, **given: Any) -> Rule:
    """A page of the content desk about one module."""
    missing = 404 if overview == 200 else overview
    return Rule(
        role,
        to_desk(overview, 200),
        post,
        {**MODULE, **given},
        {**NO_MODULE, **given},
        to_desk(missing, 404),
    )


def of_draft(role: str, get: Statuses, post: Statuses, **given: Any) -> Rule:
    """A page of an upload."""
    missing = tuple(404 if status == 200 else status for status in get)
    absent = {"language": "en", "key": MISSING, **given}
    return Rule(role, get, post, {**DRAFT, **given}, absent, missing)  # type: ignore[arg-type]


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
    "learner:questions": Rule("public", ALL_READ, to_all(422)),
    "learner:team_question": Rule(
        "learner", to_readers(404, 200, 404), to_readers(404, 422, 404), ASKED, NOT_ASKED
    ),
    "learner:share_question": Rule("learner", NO_POST, to_readers(404, 303, 404), ASKED),
    "learner:unshare_question": Rule("learner", NO_POST, to_readers(404, 303, 404), ASKED),
    "learner:drop_question": Rule("learner", NO_POST, to_readers(404, 303, 404), ASKED),
    "learner:visit": Rule("public", ALL_READ, NO_POST),
    "learner:card": Rule("public", ALL_READ, NO_POST),
    "learner:team": Rule("public", ALL_READ, to_all(422)),
    "learner:corrections_seen": Rule("learner", NO_POST, to_readers(404, 303, 303)),
    "learner:join": Rule("public", ALL_READ, to_all(422)),
    "learner:joining": Rule(
        "public",
        ALL_READ,
        to_all(422),
        {"language": "en", "ticket": "<ticket>"},
        {"language": "en", "ticket": MISSING},
    ),
    "learner:return": Rule("public", ALL_READ, to_all(422)),
    "learner:keep": Rule("public", ALL_READ, to_all(422)),
    "learner:sharing": Rule("learner", to_readers(404, 200, 200), NO_POST),
    "learner:membership": Rule(
        "learner", to_readers(404, 200, 404), to_readers(404, 422, 404), PERSON, NO_PERSON
    ),
    "learner:leave": Rule(
        "learner", to_readers(404, 200, 404), to_readers(404, 422, 404), PERSON, NO_PERSON
    ),
    "account_login": of_account(to_account(303, others=200), to_account(303, others=422)),
    "account_logout": of_account(to_account(200), to_all(303)),
    "account_signup": of_account(to_account(303, others=200), to_account(303, others=200)),
    "account_inactive": of_account(ALL_READ, NO_POST),
    "account_reauthenticate": of_account(to_account(303, 403), to_account(303, 403)),
    "account_change_password": of_account(to_all(303), to_all(303)),
    "account_set_password": of_account(to_account(200), to_account(422)),
    "account_reset_password": of_account(ALL_READ, to_all(422)),
    "account_reset_password_done": of_account(ALL_READ, NO_POST),
    "account_reset_password_from_key": of_account(
        to_all(404), to_all(404), {"uidb36": "1", "key": MISSING}
    ),
    "account_reset_password_from_key_done": of_account(ALL_READ, NO_POST),
    "mfa_authenticate": of_account(to_all(303), to_all(303)),
    "mfa_reauthenticate": of_account(to_account(200, 403), to_account(422, 403)),
    "mfa_index": of_account(to_account(200), to_account(405)),
    "mfa_activate_totp": of_account(to_account(303, 200), to_account(303, 422)),
    "mfa_deactivate_totp": of_account(to_account(303, 404), to_account(303, 404)),
    "mfa_view_recovery_codes": of_account(to_account(404), to_account(405)),
    "mfa_generate_recovery_codes": of_account(to_account(303, 200), to_account(303, 422)),
    "mfa_download_recovery_codes": of_account(to_account(404), to_account(404)),
    "mfa_list_webauthn": of_account(to_account(200), to_account(405)),
    "mfa_add_webauthn": of_account(to_account(303, 200), to_account(303, 422)),
    "mfa_edit_webauthn": of_account(to_account(303, 404), to_account(303, 404), {"pk": 1}),
    "mfa_remove_webauthn": of_account(to_account(303, 404), to_account(303, 404), {"pk": 1}),
    "mfa_login_webauthn": of_account(to_all(303), to_all(303)),
    "mfa_reauthenticate_webauthn": of_account(to_account(303, 403), to_account(303, 403)),
    "account:home": Rule("staff", to_all(303), NO_POST, {}),
    "account:invited": Rule(
        "account", ALL_READ, to_all(422), {"token": "<link>"}, {"token": MISSING}
    ),
    "account:demo": Rule("account", to_all(404), to_all(404), {"token": MISSING}),
    "overview:home": Rule("overview", to_overview(200), NO_POST),
    "overview:report": Rule(
        "overview",
        to_overview(200),
        NO_POST,
        {"language": "en", "name": "objectives"},
        {"language": "en", "name": "answers"},
        to_overview(404),
    ),
    "overview:report_file": Rule(
        "overview", NO_POST, from_overview(200), {"language": "en", "name": "objectives"}
    ),
    "overview:question": Rule(
        "desk",
        to_desk(200, 200),
        NO_POST,
        {**MODULE, "key": "routes-one", "version": 1},
        {**MODULE, "key": "routes-one", "version": 2},
        to_desk(404, 404),
    ),
    "nurse:home": Rule("nurse", to_nurse(200, 200), NO_POST),
    "nurse:person": of_person(from_nurse(303, 404), noted=True),
    "nurse:teach_back": Rule("nurse", NO_POST, from_nurse(422, 404), PERSON),
    "nurse:talked_over": Rule(
        "nurse", NO_POST, from_nurse(422, 404), {**PERSON, "question": "<question>"}
    ),
    "nurse:note": of_person(NO_POST, noted=True),
    "nurse:remove_person": of_person(from_nurse(422, 404)),
    "nurse:roster": Rule("nurse", NO_POST, from_nurse(200, 404), GROUP),
    "nurse:groups": Rule("nurse", to_nurse(200, 200), NO_POST),
    "nurse:new_group": Rule("nurse", to_nurse(200, 200), from_nurse(422, 422)),
    "nurse:group": of_group(NO_POST),
    "nurse:assign": of_group(from_nurse(422, 404)),
    "nurse:colleagues": of_group(from_nurse(422, 404)),
    "nurse:leave_group": of_group(from_nurse(422, 404)),
    "nurse:close_group": of_group(from_nurse(422, 404)),
    "nurse:invitations": of_group(from_nurse(422, 404)),
    "nurse:renew_invitation": of_group(from_nurse(422, 404)),
    "nurse:slips": of_group(NO_POST, {"sheet": "<sheet>"}, {"sheet": MISSING}),
    "nurse:revoke_invitation": Rule(
        "nurse", NO_POST, from_nurse(422, 404), {"language": "en", "key": "<invitation>"}
    ),
    "nurse:assign_person": Rule(
        "nurse", to_nurse(200, 404), from_nurse(422, 404), PERSON, NO_PERSON, to_nurse(404, 404)
    ),
    "nurse:assignment": Rule(
        "nurse",
        to_nurse(200, 404),
        from_nurse(422, 404),
        {"language": "en", "key": "<assignment>"},
        {"language": "en", "key": MISSING},
        to_nurse(404, 404),
    ),
    "overview:audit": Rule("overview", to_overview(200), NO_POST),
    "overview:audit_file": Rule("overview", NO_POST, from_overview(200)),
    "overview:staff": Rule("overview", to_overview(200), NO_POST),
    "overview:invite": Rule("overview", to_overview(200), from_overview(422)),
    "overview:invited": Rule(
        "overview",
        to_overview(200),
        NO_POST,
        {"language": "en", "token": "i" * 22},
        {"language": "en", "token": MISSING},
        to_overview(404),
    ),
    "overview:revoke_invitation": Rule(
        "overview", NO_POST, from_overview(303), {"language": "en", "key": "<staff invitation>"}
    ),
    "overview:hand_over": Rule(
        "overview",
        to_overview(200),
        from_overview(422),
        {"language": "en", "key": "<left alone>"},
        {"language": "en", "key": "<group>"},
        to_overview(404),
    ),
    "overview:staff_member": Rule(
        "overview",
        to_overview(200),
        NO_POST,
        {"language": "en", "key": "<colleague>"},
        {"language": "en", "key": MISSING},
        to_overview(404),
    ),
    "overview:deactivate": of_staff_member(NO_POST, from_overview(303)),
    "overview:reactivate": of_staff_member(NO_POST, from_overview(303)),
    "overview:begin_anew": of_staff_member(NO_POST, from_overview(422)),
    "overview:content": Rule("desk", to_desk(200, 200), NO_POST),
    "overview:content_module": of_module("desk", 200, NO_POST),
    "overview:changes": of_module("desk", 200, NO_POST),
    "overview:withdraw_module": of_module("publisher", 403, from_desk(403, 422)),
    "overview:sign_off": of_module("publisher", 403, from_desk(403, 422), number=1),
    "overview:take_back": of_module("publisher", 403, from_desk(403, 422), key="<sign-off>"),
    "overview:withdraw_question": of_module(
        "publisher", 403, from_desk(403, 422), key="routes-one", version=1
    ),
    "overview:uploads": Rule("desk", to_desk(200, 200), from_desk(422, 422)),
    "overview:module_file": Rule(
        "desk",
        to_desk(200, 200),
        NO_POST,
        {"language": "en", "slug": "bones"},
        NO_MODULE,
        to_desk(404, 404),
    ),
    "overview:draft": of_draft("desk", to_desk(200, 200), NO_POST),
    "overview:discard_draft": Rule("desk", NO_POST, from_desk(303, 303), DRAFT),
    "overview:draft_changes": of_draft("desk", to_desk(200, 200), NO_POST),
    "overview:publish_draft": of_draft("publisher", to_desk(403, 200), from_desk(403, 422)),
    "overview:preview": of_draft("desk", to_desk(200, 200), NO_POST),
    "overview:preview_section": of_draft(
        "desk", to_desk(200, 200), NO_POST, section="three-routes"
    ),
    "overview:preview_question": of_draft("desk", to_desk(200, 200), NO_POST, number=1),
    "overview:clinics": Rule("overview", to_overview(200), NO_POST),
    "overview:new_clinic": Rule("overview", to_overview(200), from_overview(422)),
    "overview:clinic": Rule(
        "overview",
        to_overview(200),
        from_overview(422),
        {"language": "en", "key": "<clinic>"},
        {"language": "en", "key": MISSING},
        to_overview(404),
    ),
}


def every_pattern(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from every_pattern(pattern, prefix + inner)
        else:
            yield f"{prefix}{pattern.name}", pattern


# The rows of the table by the role that they state; those of one role share a world.
AUDIENCES = {
    role: {name: rule for name, rule in POLICY.items() if rule.role == role}
    for role in sorted({rule.role for rule in POLICY.values()})
}


def test_every_address_is_in_the_table_and_states_its_role() -> None:
    """S-001: an address that is new fails here until its policy is written down."""
    found = dict(every_pattern(get_resolver()))
    assert set(found) == set(POLICY)
    stated = {name: getattr(pattern.callback, "role", None) for name, pattern in found.items()}
    assert stated == {name: rule.role for name, rule in POLICY.items()}


@dataclass(frozen=True)
class World:
    """One visitor for each role with the cookie that a form needs, and the token that fits it."""

    people: dict[str, Visitor]
    tokens: dict[str, str]
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
    ticket = ticket_for(factories.invitation(group=group))
    slip = factories.invitation(group=group, limit=1, sheet="s" * 22)
    gone = factories.staff_member(name="Gina Gone", clinic=clinic, is_active=False)
    invited, word = invite_staff(
        inviter=None,
        email="ines@example.org",
        name="Ines Invited",
        clinic=clinic,
        overview=False,
        publisher=False,
        token="i" * 22,
        now=factories.NOW,
    )
    found = {
        "anybody": Visitor(),
        "learner": anna.visitor,
        "another learner": bella.visitor,
        "nurse": factories.signed_in(nurse),
        "another nurse": factories.signed_in(other),
        "overview": factories.signed_in(factories.staff_member(name="Vera View", overview=True)),
        "publisher": factories.signed_in(
            factories.staff_member(name="Paula Publisher", publisher=True)
        ),
        "newcomer": factories.signed_in(
            factories.staff_member(name="Nina New", clinic=clinic, second_factor=False)
        ),
    }
    uploaded = factories.draft(
        by=nurse,
        text=(settings.CONTENT_DIR / "modules/how-it-spreads/en.yaml").read_text(encoding="utf-8"),
    )
    tokens = {
        role: visitor.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
        for role, visitor in found.items()
    }
    return World(
        found,
        tokens,
        {
            "<check>": anna.check.key,
            "<group>": group.key,
            "<person>": member.key,
            "<ticket>": ticket,
            "<question>": factories.team_question(learner=anna.learner).key,
            "<clinic>": clinic.key,
            "<colleague>": nurse.key,
            "<left alone>": factories.group(nurses=[gone], name="Left").key,
            "<link>": word,
            "<staff invitation>": invited.key,
            "<invitation>": slip.key,
            "<sheet>": slip.sheet,
            "<draft>": uploaded.key,
            "<sign-off>": factories.sign_off(edition=edition).key,
            "<assignment>": factories.assignment(group=group, edition=edition).key,
        },
    )


def answered(statuses: Statuses, rule: Rule, *, htmx: bool) -> dict[str, int]:
    """What each role is answered. Who must sign in first is sent there, under HTMX by a 204."""
    expected = dict(zip(ROLES, statuses, strict=True))
    if htmx and rule.role in ("nurse", "overview", "desk", "publisher", "staff"):
        outside = ("anybody", *LEARNERS, "newcomer")
        expected |= {role: 204 for role in outside if expected[role] == 303}
    return expected


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_addresses_answer_each_role_as_the_table_says(
    world: World, audience: str, htmx: bool
) -> None:
    """S-001, S-004, S-015, S-016: by GET and HEAD, own, another's and missing; nothing written."""
    headers = {"HX-Request": "true", "HX-Target": "main#main"} if htmx else {}
    for name, rule in AUDIENCES[audience].items():
        before = rows()
        path = world.address(name, rule.given)
        got = {role: world.people[role].get(path, **headers).status for role in ROLES}
        assert got == answered(rule.get, rule, htmx=htmx), name
        heads = {
            role: world.people[role].client.head(path, headers=headers).status_code
            for role in ROLES
        }
        assert heads == got, name
        if rule.absent:
            path = world.address(name, rule.absent)
            absent = {role: world.people[role].get(path, **headers).status for role in ROLES}
            assert absent == answered(rule.missing, rule, htmx=htmx), name
        noted = {"AuditEntry": before["AuditEntry"] + rule.noted}
        assert rows() == before | noted, name


def sent_and_undone(
    world: World, role: str, path: str, *, htmx: bool
) -> tuple[int, dict[str, int]]:
    """The answer to an empty form and the rows after it; then all is as it was."""
    visitor, token = world.people[role], world.tokens[role]
    headers = {"HX-Request": "true"} if htmx else {}
    cookies = copy.deepcopy(visitor.client.cookies)
    with transaction.atomic():
        shown = visitor.post(path, {"csrfmiddlewaretoken": token}, **headers)
        after = rows()
        transaction.set_rollback(True)
    visitor.client.cookies = cookies
    return shown.status, after


# What even an empty form changes, by role: the rows that are more or fewer than before.
LEARNERS_OWN = dict.fromkeys(LEARNERS, 1)
CHANGES: dict[str, dict[str, dict[str, int]]] = {
    "public:section": {"SectionRead": LEARNERS_OWN},
    "learner:drop_question": {"TeamQuestion": {"learner": -1}},
    "nurse:roster": {"AuditEntry": {"nurse": 1}},
    "overview:report_file": {"AuditEntry": {"overview": 1}},
    "overview:audit_file": {"AuditEntry": {"overview": 1}},
    "overview:revoke_invitation": {"AuditEntry": {"overview": 1}},
    "overview:discard_draft": {"AuditEntry": {"overview": 1, "publisher": 1}},
    "overview:deactivate": {"AuditEntry": {"overview": 1}},
}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_addresses_answer_an_empty_form_as_the_table_says(world: World, audience: str) -> None:
    """S-001, S-015"""
    before = rows()
    asked = itertools.product(AUDIENCES[audience].items(), ROLES, (False, True))
    for (name, rule), role, htmx in asked:
        path = world.address(name, rule.given)
        status, after = sent_and_undone(world, role, path, htmx=htmx)
        assert status == answered(rule.post, rule, htmx=htmx)[role], (name, role, htmx)
        if name == "learner:clear":
            assert before["Device"] - after["Device"] == (1 if role in LEARNERS else 0)
            continue
        changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
        expected = {model: by[role] for model, by in CHANGES.get(name, {}).items() if role in by}
        assert changed == expected, (name, role, htmx)
    assert rows() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_change_nothing(world: World, method: str) -> None:
    """S-015: with the cross-site token 405; without it, the same refusal as for a form."""
    before = rows()
    for name, role in itertools.product(POLICY, ROLES):
        visitor = world.people[role]
        path = world.address(name, POLICY[name].given)
        token = {"X-CSRFToken": world.tokens[role]}
        response = getattr(visitor.client, method)(path, headers=token)
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
