"""Whatever is sent: never a 500, and nothing saved half."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.models import Group, Invitation, Learner, Sitting, StaffMember
from learning.web.learner.joining import ticket_for
from tests import factories
from tests.counting import rows
from tests.visitor import BEFORE, CHECK, FORM, Visitor
from tests.web.conftest import Reader

PRINT = "/en/modules/how-it-spreads/print/"
ANSWERED = {200, 302, 303, 400, 403, 404, 405, 413, 422}
NASTY = [
    "",
    "\0",
    "unsure",
    "1",
    "-1",
    "0",
    "9" * 400,
    "१",  # a digit, but not ours
    "1e9",
    "NaN",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "a" * 5000,
    "on",
    "own",
    "x" * 22,
]
texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
names = st.sampled_from(
    [
        "answer",
        "item-1",
        "item-2",
        "item-99",
        "sure",
        "token",
        "shared",
        "module",
        "retried",
        *("code", "level", "own_name", "step"),
        "learner",
        "is_staff",
        "number",
        "csrfmiddlewaretoken",
    ]
)
posted = st.dictionaries(names, st.lists(texts, max_size=4), max_size=6)
segments = texts.filter(lambda text: text not in (".", ".."))
queries = st.dictionaries(
    st.sampled_from(["again", "kept", "open", "json", "with", "page", "order_by", "next"]), texts
)
often = settings(
    max_examples=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def nothing_half() -> None:
    """What is there is whole: each check with all its questions, each learner with a device."""
    for sitting in Sitting.objects.all():
        numbers = list(sitting.questions.values_list("number", flat=True))
        assert numbers == list(range(1, sitting.size + 1))
        for place in sitting.questions.all():
            tries = list(place.answers.values_list("number", flat=True))
            assert tries == list(range(1, len(tries) + 1))
    assert not Learner.objects.filter(devices__isnull=True).exists()


def whole_form(visitor: Visitor, path: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser would send them."""
    return dict(visitor.get(path).form().hidden)


@often
@given(number=st.integers(1, 4), data=posted, htmx=st.booleans())
def test_answer_form_takes_anything(
    anna: Reader, number: int, data: dict[str, list[str]], htmx: bool
) -> None:
    path = f"{anna.path(number)}?again=1"
    before = rows()
    hidden = {"csrfmiddlewaretoken": whole_form(anna.visitor, path)["csrfmiddlewaretoken"]}
    shown = anna.visitor.post(path, {**hidden, **data}, **({"HX-Request": "true"} if htmx else {}))
    assert shown.status in ANSWERED
    kept = rows()["Answer"] - before["Answer"]
    assert kept == (1 if shown.status == (200 if htmx else 303) else 0)
    assert {**rows(), "Answer": 0} == {**before, "Answer": 0}
    nothing_half()


@often
@given(path=st.sampled_from([CHECK, BEFORE]), data=posted)
def test_start_form_takes_anything(anna: Reader, path: str, data: dict[str, list[str]]) -> None:
    stranger = Visitor()
    before = rows()
    hidden = whole_form(stranger, path)
    shown = stranger.post(path, {**hidden, **data})
    assert shown.status in ANSWERED
    begun = rows()["Sitting"] - before["Sitting"]
    assert begun == (1 if shown.status == 303 else 0)
    assert rows()["Learner"] - before["Learner"] == begun
    assert rows()["Device"] - before["Device"] == begun
    nothing_half()


@often
@given(
    path=st.sampled_from(
        ["/en/me/erase/", "/en/me/corrections/", "/en/modules/how-it-spreads/three-routes/"]
    ),
    data=posted,
)
def test_other_forms_take_anything(anna: Reader, path: str, data: dict[str, list[str]]) -> None:
    token = whole_form(anna.visitor, "/en/me/clear/")
    data = {name: values for name, values in data.items() if name != "sure"}
    before = rows()
    shown = anna.visitor.post(path, {**token, **data})
    assert shown.status in ANSWERED
    assert {**rows(), "SectionRead": 0} == {**before, "SectionRead": 0}
    nothing_half()


@often
@given(
    page=st.sampled_from(["join", "ticket", "return", "keep", "membership", "leave"]),
    data=posted,
    known=st.booleans(),
)
def test_forms_of_joining_and_returning_take_anything(
    anna: Reader, page: str, data: dict[str, list[str]], known: bool
) -> None:
    """S-055"""
    nurse = StaffMember.objects.first() or factories.staff_member(clinic=factories.clinic())
    group = Group.objects.first() or factories.group(nurses=[nurse])
    way_in = Invitation.objects.first() or factories.invitation(group=group)
    member = anna.learner.memberships.first() or factories.membership(
        group=factories.group(nurses=[nurse], name="Other"), learner=anna.learner
    )
    path = {
        "join": "/en/join/",
        "ticket": f"/en/join/{ticket_for(way_in)}/",
        "return": "/en/return/",
        "keep": "/en/me/keep/",
        "membership": f"/en/me/sharing/{member.key}/",
        "leave": f"/en/me/sharing/{member.key}/leave/",
    }[page]
    visitor = anna.visitor if known else Visitor()
    before = rows()
    shown = visitor.post(path, {**whole_form(visitor, "/en/me/clear/"), **data})
    assert shown.status in ANSWERED
    if shown.status == 303:
        new = rows()["Learner"] - before["Learner"]
        assert rows()["Device"] - before["Device"] == new
        assert new <= (0 if known else 1)
    else:
        assert rows() == before
    nothing_half()


@often
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(
        [
            FORM,
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "text/plain",
            "application/x-www-form-urlencoded; charset=utf-7",
            "application/x-www-form-urlencoded; charset=no-such-charset",
            "",
            "\xff/\xff",
        ]
    ),
    path=st.sampled_from(["question", CHECK, "/en/me/erase/", "/en/me/clear/", "/en/"]),
)
def test_any_body_of_any_type_is_answered(anna: Reader, body: bytes, kind: str, path: str) -> None:
    before = rows()
    path = anna.path(1) if path == "question" else path
    response = anna.visitor.client.generic(
        "POST", path, body, content_type=kind, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert response.status_code in ANSWERED
    assert rows() == before


@often
@given(
    start=st.sampled_from(["/", "/en/", "/en/modules/", "/en/checks/", "check"]),
    parts=st.lists(segments, min_size=1, max_size=4),
    query=queries,
)
def test_any_address_is_answered(
    anna: Reader, start: str, parts: list[str], query: dict[str, str]
) -> None:
    """S-055"""
    before = rows()
    start = anna.path() if start == "check" else start
    tail = "/".join(quote(part, safe="") for part in parts)
    shown = anna.visitor.get(f"{start}{tail}/?{urlencode(query)}")
    assert shown.status in ANSWERED
    assert rows() == before


@often
@given(
    path=st.sampled_from(
        ["question", "results", "/en/me/download/", "/en/me/", CHECK, PRINT, "/en/"]
    ),
    query=queries,
)
def test_any_query_is_answered(anna: Reader, path: str, query: dict[str, str]) -> None:
    before = rows()
    path = {"question": anna.path(1), "results": anna.path()}.get(path, path)
    assert anna.visitor.get(f"{path}?{urlencode(query)}").status == 200
    assert rows() == before


@often
@given(
    value=st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=200),
    name=st.sampled_from([django_settings.DEVICE_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME]),
)
def test_any_cookie_is_answered(anna: Reader, value: str, name: str) -> None:
    stranger = Visitor()
    response = stranger.client.get(anna.path(1), headers={"Cookie": f"{name}={value}"})
    assert response.status_code == 404
    response = stranger.client.post(
        anna.path(1),
        "answer=1",
        content_type=FORM,
        headers={"Cookie": f"{name}={value}", "Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code in ANSWERED
    assert rows()["Answer"] == 0


@pytest.mark.parametrize("value", [string.printable, *NASTY])
def test_what_was_sent_is_never_shown_as_markup(anna: Reader, value: str) -> None:
    """S-052, S-053: carried along where it must be, and then as plain text."""
    question = anna.question(1)
    anna.visitor.forget(django_settings.CSRF_COOKIE_NAME)
    pages: list[Any] = [
        anna.visitor.press(question, {"answer": value, "sure": value}),
        anna.visitor.post("/en/me/erase/", {"token": value, "answer": [value, value]}),
        anna.visitor.get(f"/en/{quote(value, safe='')}/"),
    ]
    for shown in pages:
        assert "<script>alert(1)" not in shown.html
        assert "49" not in shown.text
        assert "a" not in anna.visitor.client.cookies
