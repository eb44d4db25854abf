"""What somebody has besides her password: passkeys, an app, recovery codes."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from pytest_django import Settings

from learning.models import AuditEntry, StaffMember
from tests import factories
from tests.passkeys import Passkey, asked
from tests.visitor import Shown, Visitor
from tests.web.account.people import (
    PASSWORD,
    SECOND,
    SECURITY,
    SIGN_IN,
    SIGN_OUT,
    STAFF,
    by_code,
    by_password,
    code,
    give_app,
    signed_in,
    somebody,
)

APP, ADD = f"{SECURITY}app/", f"{SECURITY}passkeys/add/"
LIST, CODES = f"{SECURITY}passkeys/", f"{SECURITY}recovery-codes/"
PASSKEY_IN, PASSKEY_AGAIN = f"{LIST}sign-in/", f"{LIST}again/"
CONFIRM, CONFIRM_CODE = "/en/account/confirm-it-is-you/", f"{SECOND}again/"
NOT_RIGHT = ["That code is not right, or was used before. Wait for the next one."]


def token(shown: Shown) -> dict[str, str]:
    """The cross-site token of a page with several forms."""
    mark = 'name="csrfmiddlewaretoken" value="'
    return {"csrfmiddlewaretoken": shown.html.split(mark)[1].split('"')[0]}


def confirm(visitor: Visitor, path: str) -> Shown:
    """Ask for a page that matters, and show by password that it is she."""
    shown = visitor.get(path)
    if shown.status == 303:
        sent = visitor.press(
            visitor.get(shown.headers["Location"]), {"password": PASSWORD}, action=CONFIRM
        )
        assert (sent.status, sent.headers["Location"]) == (303, path)
        shown = visitor.get(path)
    return shown


def add_passkey(visitor: Visitor, *, alone: bool = True, name: str = "my phone") -> Passkey:
    passkey, page = Passkey(), confirm(visitor, ADD)
    data = {**token(page), "name": name, "credential": passkey.made_for(page, alone=alone)}
    sent = visitor.post(ADD, {**data, "passwordless": "on"} if alone else data)
    assert sent.status == 303, sent.errors
    return passkey


def sign_in_with(visitor: Visitor, passkey: Passkey, **more: str) -> Shown:
    page = visitor.get(SIGN_IN)
    options = visitor.get(PASSKEY_IN, Accept="application/json")
    data = {**token(page), "credential": passkey.used_for(options), **more}
    return visitor.post(PASSKEY_IN, data)


@pytest.fixture
def newcomer(vera: StaffMember) -> Visitor:
    """Signed in by password; no second factor yet."""
    visitor = Visitor()
    by_password(visitor, vera)
    return visitor


def verbs() -> list[str]:
    return list(AuditEntry.objects.values_list("verb", flat=True))


# Without one


def test_without_second_factor_only_the_pages_to_set_one_up_open(
    newcomer: Visitor, vera: StaffMember
) -> None:
    """S-037"""
    shown = newcomer.get(SECURITY)
    assert (shown.status, shown.heading) == (200, "Set up a passkey or an authenticator app first")
    assert shown.links == {"Set up a passkey": ADD, "Set up an app": APP}
    assert "Signed in as Vera View" in shown.html
    assert 'aria-label="Staff"' not in shown.html
    clinic = factories.clinic()
    for path in (STAFF, f"{STAFF}invite/", f"{STAFF}{vera.key}/", "/en/overview/clinics/"):
        for headers in ({}, {"HX-Request": "true"}):
            shown = newcomer.get(path, **headers)
            assert shown.headers.get("Location", shown.headers.get("HX-Redirect")) == SECURITY
    for path in (f"{STAFF}invite/", f"{STAFF}{vera.key}/deactivate/"):
        sent = newcomer.post(path, token(newcomer.get(SIGN_OUT)))
        assert (sent.status, sent.headers["Location"]) == (303, SECURITY)
    StaffMember.objects.update(clinic=clinic)
    assert newcomer.get("/en/nurse/groups/").headers["Location"] == SECURITY


def test_recovery_codes_alone_are_no_second_factor(newcomer: Visitor, vera: StaffMember) -> None:
    Authenticator.objects.create(
        user=vera, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    assert newcomer.get(STAFF).headers["Location"] == SECURITY
    assert newcomer.get(SECURITY).heading == "Set up a passkey or an authenticator app first"


# An authenticator app


def test_app_is_set_up_by_a_picture_of_our_own_or_a_key(newcomer: Visitor) -> None:
    """The policy of the page allows no picture from data; the code is part of the page."""
    shown = newcomer.get(APP)
    assert shown.headers["Location"] == f"{CONFIRM}?next=%2Fen%2Faccount%2Fsecurity%2Fapp%2F"
    page = confirm(newcomer, APP)
    secret = newcomer.client.session["mfa.totp.secret"]
    assert 'role="img" aria-label="QR code for your authenticator app"' in page.html
    assert "data:" not in page.html
    assert " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)) in page.text
    href = page.links["The app is on this device: open it there"]
    assert href == f"otpauth://totp/vera.view%40example.org?secret={secret}&issuer=Waymark"
    wrong = newcomer.press(page, {"code": "12345"}, action=APP)
    assert (wrong.status, wrong.errors) == (422, NOT_RIGHT)
    assert newcomer.client.session["mfa.totp.secret"] == secret
    assert newcomer.press(page, {}, action=APP).errors == ["Write the code."]
    done = newcomer.press(page, {"code": f" {code(secret)} "}, action=APP)
    assert (done.status, done.headers["Location"]) == (303, CODES)
    assert newcomer.get(STAFF).status == 200
    assert verbs() == ["signed in", "added an authenticator app", "added recovery codes"]
    assert newcomer.get(APP).headers["Location"] == f"{SECURITY}app/remove/"


def test_code_of_an_app_works_once(vera: StaffMember) -> None:
    """S-036: not again within the ninety seconds in which it would hold."""
    secret = give_app(vera)
    used = code(secret, periods=1)
    first, second = Visitor(), Visitor()
    by_password(first, vera)
    by_password(second, vera)
    assert by_code(first, used).status == 303
    for typed in (used, f"{used[:3]} {used[3:]}"):
        again = by_code(second, typed)
        assert (again.status, again.errors) == (422, NOT_RIGHT)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shared_cache WHERE cache_key LIKE '%totp.used%'")
    assert by_code(second, used).status == 422
    assert by_code(second, code(secret)).status == 303


def test_code_of_an_app_may_be_one_step_off(vera: StaffMember) -> None:
    """S-036: clocks of phones drift."""
    secret = give_app(vera)
    found = {}
    for steps in (-3, -1, 0, 1, 3):
        visitor = Visitor()
        by_password(visitor, vera)
        found[steps] = by_code(visitor, code(secret, periods=steps)).status
    assert found == {-3: 422, -1: 303, 0: 303, 1: 303, 3: 422}


def test_code_that_set_the_app_up_signs_nobody_in(newcomer: Visitor, vera: StaffMember) -> None:
    page = confirm(newcomer, APP)
    used = code(newcomer.client.session["mfa.totp.secret"])
    newcomer.press(page, {"code": used}, action=APP)
    visitor = Visitor()
    by_password(visitor, vera)
    assert by_code(visitor, used).status == 422


def test_secrets_lie_sealed_in_the_database(vera: StaffMember, settings: Settings) -> None:
    """B12: who reads the database alone signs in as nobody."""
    secret = give_app(vera)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    visitor = Visitor()
    by_password(visitor, vera)
    assert by_code(visitor, code(secret)).status == 303
    settings.SECRET_KEY_FALLBACKS = []
    visitor = Visitor()
    by_password(visitor, vera)
    assert by_code(visitor, code(secret, periods=1)).status == 422


def test_removing_the_app_closes_the_pages_again(vera: StaffMember) -> None:
    visitor = signed_in(vera, give_app(vera))
    page = confirm(visitor, f"{APP}remove/")
    assert page.heading == "Remove the authenticator app?"
    done = visitor.press(page, action=f"{APP}remove/")
    assert (done.status, done.headers["Location"]) == (303, SECURITY)
    assert visitor.get(STAFF).headers["Location"] == SECURITY
    assert visitor.get(f"{APP}remove/").status == 404
    assert not Authenticator.objects.exists()
    assert verbs()[1:] == ["removed an authenticator app"]


def test_factor_that_goes_in_the_middle_of_signing_in_leads_in_no_circle(
    vera: StaffMember,
) -> None:
    give_app(vera)
    visitor = Visitor()
    by_password(visitor, vera)
    Authenticator.objects.all().delete()
    assert visitor.open(SECOND).heading == "Sign in"
    assert by_password(visitor, vera).headers["Location"] == "/en/account/"


def test_begin_again_leaves_the_second_step(vera: StaffMember) -> None:
    give_app(vera)
    visitor = Visitor()
    by_password(visitor, vera)
    assert visitor.get(SIGN_IN).headers["Location"] == SECOND
    done = visitor.press(visitor.get(SECOND), action=SIGN_OUT)
    assert (done.status, done.headers["Location"]) == (303, SIGN_IN)
    assert visitor.get(SIGN_IN).heading == "Sign in"
    assert visitor.get(SECOND).headers["Location"] == SIGN_IN


# Recovery codes


def test_recovery_code_lets_in_once_in_place_of_the_app(vera: StaffMember) -> None:
    visitor = signed_in(vera, give_app(vera))
    new = confirm(visitor, f"{CODES}new/")
    assert "They let you in when you have neither" in new.text
    done = visitor.press(new, action=f"{CODES}new/")
    assert (done.status, done.headers["Location"]) == (303, CODES)
    shown = visitor.get(CODES)
    codes = [item.text for item in shown.page.main.iter("li") if (item.text or "").isdigit()]
    assert len(codes) == len(set(codes)) == 10
    file = visitor.get(f"{CODES}file/")
    assert file.headers["Content-Type"].startswith("text/plain")
    assert " ".join(file.html.split()) == (
        f"Recovery codes for testserver Each works once. {' '.join(map(str, codes))}"
    )
    other = Visitor()
    by_password(other, vera)
    assert by_code(other, str(codes[0])).status == 303
    other = Visitor()
    by_password(other, vera)
    assert by_code(other, str(codes[0])).status == 422
    assert "9 codes left." in visitor.get(SECURITY).text
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.startswith("gAAAA")  # sealed
    assert verbs()[1] == "added recovery codes"
    visitor.press(visitor.get(f"{CODES}new/"), action=f"{CODES}new/")
    assert set(verbs()) == {"signed in", "added recovery codes", "removed recovery codes"}


def test_page_of_recovery_codes_is_not_there_before_a_second_factor(newcomer: Visitor) -> None:
    assert newcomer.get(CODES).status == 404
    assert newcomer.get(f"{CODES}file/").status == 404


# Passkeys


def test_passkey_signs_in_alone(newcomer: Visitor, vera: StaffMember) -> None:
    """It is the second factor too: a device and a finger."""
    page = confirm(newcomer, ADD)
    assert 'name="passwordless" aria-describedby="id_passwordless_helptext"' in page.html
    assert page.checked[:1] == [("passwordless", "")]
    options = asked(page)
    assert (options["rp"], options["user"]["name"]) == (
        {"id": "testserver", "name": "Waymark"},
        vera.email,
    )
    passkey = add_passkey(newcomer)
    assert newcomer.get(STAFF).status == 200
    assert verbs() == ["signed in", "added a passkey", "added recovery codes"]
    visitor = Visitor()
    shown = sign_in_with(visitor, passkey)
    assert (shown.status, shown.headers["Location"]) == (303, "/en/account/")
    assert visitor.get(STAFF).status == 200
    shown = sign_in_with(Visitor(), passkey, next="/en/overview/clinics/")
    assert shown.headers["Location"] == "/en/overview/clinics/"
    shown = sign_in_with(Visitor(), passkey, next="https://evil.example/")
    assert shown.headers["Location"] == "/en/account/"


def test_name_that_closes_a_script_stays_text(newcomer: Visitor, vera: StaffMember) -> None:
    """S-059: what the browser's passkey dialog is given holds her name, on a page with scripts."""
    name = '</script><script>x()</script>"&'
    StaffMember.objects.filter(pk=vera.pk).update(name=name)
    page = confirm(newcomer, ADD)
    assert "<script>x()" not in page.html
    assert name in json.dumps(asked(page), ensure_ascii=False).replace('\\"', '"')


def test_passkey_is_the_second_step_after_a_password(newcomer: Visitor, vera: StaffMember) -> None:
    passkey = add_passkey(newcomer, alone=False)
    assert "Used after your password" in newcomer.get(LIST).text
    visitor = Visitor()
    by_password(visitor, vera)
    page = visitor.get(SECOND)
    assert "Use my passkey" in page.html
    other = Passkey()
    sent = visitor.post(SECOND, {**token(page), "credential": other.used_for(page)})
    assert (sent.status, sent.errors) == (422, NOT_RIGHT)
    page = visitor.get(SECOND)
    sent = visitor.post(SECOND, {**token(page), "credential": passkey.used_for(page)})
    assert (sent.status, sent.headers["Location"]) == (303, "/en/account/")


def test_second_step_offers_no_passkey_to_who_has_none(vera: StaffMember) -> None:
    give_app(vera)
    visitor = Visitor()
    by_password(visitor, vera)
    assert "Use my passkey" not in visitor.get(SECOND).html


@pytest.mark.parametrize(
    "sent",
    ["", "{}", "nonsense", '{"id": "x"}', "[]", "7", '{"id": "", "rawId": "", "response": {}}']
    + [
        '{"id": "eA", "rawId": "eA", "type": "public-key", "clientExtensionResults": {}, '
        f'"response": {{"clientDataJSON": "{data}", "attestationObject": "{data}", '
        f'"authenticatorData": "{data}", "signature": "{data}", "userHandle": "{data}"}}}}'
        for data in ("", "!", "e30", "gIGBgYGBgQ", "X3Rvb19zaG9ydA")
    ],
)
def test_passkey_that_does_not_fit_is_said_on_the_page(
    vera: StaffMember, newcomer: Visitor, sent: str
) -> None:
    page = confirm(newcomer, ADD)
    shown = newcomer.post(ADD, {**token(page), "name": "x", "credential": sent})
    assert (shown.status, len(shown.errors)) == (422, 1)
    visitor = Visitor()
    page = visitor.get(f"{SIGN_IN}?next=/en/overview/clinics/")
    visitor.get(PASSKEY_IN, Accept="application/json")
    data = {**token(page), "credential": sent, "next": "/en/overview/clinics/"}
    shown = visitor.post(PASSKEY_IN, data)
    assert shown.status == 303
    page = visitor.get(shown.headers["Location"])
    assert "That passkey did not work" in page.text
    assert page.form(SIGN_IN).hidden["next"] == "/en/overview/clinics/"


def test_passkey_answer_is_not_taken_twice(newcomer: Visitor) -> None:
    """What was answered to one question answers no other one."""
    passkey = add_passkey(newcomer)
    visitor = Visitor()
    page = visitor.get(SIGN_IN)
    answer = passkey.used_for(visitor.get(PASSKEY_IN, Accept="application/json"))
    other = Visitor()
    other.get(PASSKEY_IN, Accept="application/json")
    for somebody_else in (other, Visitor()):
        page = somebody_else.get(SIGN_IN)
        shown = somebody_else.post(PASSKEY_IN, {**token(page), "credential": answer})
        assert shown.headers["Location"] == f"{SIGN_IN}?problem=1"


def test_passkey_of_an_account_that_is_off_signs_nobody_in(
    newcomer: Visitor, vera: StaffMember
) -> None:
    passkey = add_passkey(newcomer)
    StaffMember.objects.update(is_active=False)
    visitor = Visitor()
    shown = sign_in_with(visitor, passkey)
    assert (shown.status, shown.headers["Location"]) == (303, "/en/account/not-active/")
    assert visitor.get(STAFF).status == 303


def test_asking_for_a_passkey_without_a_script_leads_to_the_sign_in_page(db: None) -> None:
    assert Visitor().get(PASSKEY_IN).headers["Location"] == SIGN_IN
    page = Visitor().get(SIGN_IN)
    assert "Sign in with your password, then with a code of your app" in page.text


def test_passkeys_are_named_and_removed(newcomer: Visitor, vera: StaffMember) -> None:
    for name in ("my phone", "", "desk"):
        add_passkey(newcomer, name=name)
    assert newcomer.get(LIST).text.count("Signs in alone") == 3
    first, second, third = Authenticator.objects.filter(type="webauthn").order_by("pk")
    assert [str(one) for one in (first, second, third)] == ["my phone", "Passkey 2", "desk"]
    edit, remove = f"{LIST}{first.pk}/", f"{LIST}{first.pk}/remove/"
    page = newcomer.get(edit)
    assert newcomer.press(page, {"name": ""}, action=edit).errors == ["Write a name."]
    assert newcomer.press(page, {"name": "N" * 61}, action=edit).errors == [
        "Write a name of 60 characters or fewer."
    ]
    done = newcomer.press(page, {"name": "my new phone"}, action=edit)
    assert (done.status, done.headers["Location"]) == (303, LIST)
    page = newcomer.get(remove)
    assert page.heading == "Remove “my new phone”?"
    done = newcomer.press(page, action=remove)
    assert (done.status, done.headers["Location"]) == (303, LIST)
    assert "my new phone" not in newcomer.get(LIST).text
    assert "You have 2 passkeys." in newcomer.get(SECURITY).text
    assert newcomer.get(remove).status == newcomer.get(edit).status == 404
    assert verbs()[-1] == "removed a passkey"


def test_passkey_of_somebody_else_is_not_there(newcomer: Visitor, vera: StaffMember) -> None:
    """S-004"""
    add_passkey(newcomer)
    key = Authenticator.objects.get(type="webauthn").pk
    olga = somebody("Olga Other")
    visitor = signed_in(olga, give_app(olga))
    for path in (f"{LIST}{key}/", f"{LIST}{key}/remove/"):
        shown = confirm_by_any(visitor, path)
        assert shown.status == 404
        assert visitor.post(path, {**token(visitor.get(SIGN_OUT)), "name": "x"}).status == 404
    assert Authenticator.objects.get(pk=key).data["name"] == "my phone"


def confirm_by_any(visitor: Visitor, path: str) -> Shown:
    shown = visitor.get(path)
    if shown.status == 303:
        page = visitor.get(shown.headers["Location"])
        visitor.press(page, {"password": PASSWORD}, action=CONFIRM)
        shown = visitor.get(path)
    return shown


# Showing once more that it is she


def test_what_changes_the_way_in_asks_once_more(vera: StaffMember) -> None:
    """B12: a screen that was left open changes nothing."""
    secret = give_app(vera)
    visitor = signed_in(vera, secret)
    asks = (APP + "remove/", CODES + "new/", ADD, f"{LIST}1/", f"{LIST}1/remove/")
    for path, method in itertools.product(asks, ("get", "post")):
        data: dict[str, Any] = {} if method == "get" else token(visitor.get(SIGN_OUT))
        shown = visitor.get(path) if method == "get" else visitor.post(path, data)
        assert (shown.status, shown.headers["Location"].split("?")[0]) == (303, CONFIRM), path
    page = visitor.get(f"{CONFIRM}?next={ADD}")
    assert page.links["Use a code of my app, or a recovery code"].split("?")[0] == CONFIRM_CODE
    wrong = visitor.press(page, {"password": "x"}, action=CONFIRM)
    assert (wrong.status, wrong.errors) == (422, ["That is not your password. Try again."])
    page = visitor.get(f"{CONFIRM_CODE}?next={ADD}")
    wrong = visitor.press(page, {"code": "x"}, action=CONFIRM_CODE)
    assert (wrong.status, wrong.errors) == (422, NOT_RIGHT)
    done = visitor.press(page, {"code": code(secret, periods=1)}, action=CONFIRM_CODE)
    assert (done.status, done.headers["Location"]) == (303, ADD)
    assert visitor.get(ADD).heading == "Add a passkey"


def test_who_signed_in_by_passkey_shows_that_it_is_she_by_passkey(newcomer: Visitor) -> None:
    passkey = add_passkey(newcomer)
    visitor = Visitor()
    sign_in_with(visitor, passkey)
    asks = visitor.get(ADD).headers["Location"]
    assert asks == f"{PASSKEY_AGAIN}?next=%2Fen%2Faccount%2Fsecurity%2Fpasskeys%2Fadd%2F"
    page = visitor.get(asks)
    data = {**token(page), "next": ADD}
    wrong = visitor.post(PASSKEY_AGAIN, {**data, "credential": Passkey().used_for(page)})
    assert wrong.headers["Location"] == (
        f"{PASSKEY_AGAIN}?problem=1&next=%2Fen%2Faccount%2Fsecurity%2Fpasskeys%2Fadd%2F"
    )
    page = visitor.get(wrong.headers["Location"])
    assert "That passkey did not work" in page.text
    done = visitor.post(PASSKEY_AGAIN, {**data, "credential": passkey.used_for(page)})
    assert (done.status, done.headers["Location"]) == (303, ADD)


def test_form_that_came_too_late_is_never_kept(newcomer: Visitor, vera: StaffMember) -> None:
    """What a form holds is not put aside in the session while she shows that it is she."""
    page = newcomer.get(SIGN_OUT)
    newcomer.post(ADD, {**token(page), "name": "canary", "credential": "{}"})
    assert "canary" not in str(dict(newcomer.client.session))
    assert "HTTP_COOKIE" not in str(dict(newcomer.client.session))


def test_first_password_of_somebody_who_never_had_one(db: None) -> None:
    """Who begins in another way than by password can have one later."""
    someone = factories.staff_member(overview=True)
    visitor = factories.signed_in(someone)
    assert "Choose a password" in visitor.get(SECURITY).text
    path = "/en/account/password/first/"
    assert visitor.get("/en/account/password/").headers["Location"] == path
    page = visitor.get(path)
    done = visitor.press(page, {"password1": PASSWORD}, action=path)
    assert (done.status, done.headers["Location"]) == (303, f"{SECURITY}?done=password")
    assert visitor.get(path).headers["Location"] == "/en/account/password/"
    assert verbs() == ["set a new password"]
