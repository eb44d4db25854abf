"""The settings contract, line by line, and the README's table of them."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "learning" / "settings.py"
KEY = "k3-Vh8w_Qz5rT1yB7nM4pL9xC2dF6gJ0sA-eU_iO8aE5tR1wQ7zX3v"
PRODUCTION = {
    "WAYMARK_SECRET_KEY": KEY,
    "WAYMARK_ALLOWED_HOSTS": "waymark.example.org",
    "WAYMARK_BEHIND_PROXY": "yes",
    "DATABASE_URL": "sqlite://:memory:",
}
OURS = ("WAYMARK_", "DATABASE_URL", "EMAIL_URL", "DJANGO_")


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of a real site, with these variables changed or left out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {
        name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None
    }


def loaded(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    """The settings as this environment makes them."""
    with monkeypatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in environment(**changes).items():
            patch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))


def in_production(code: str, **changes: str | None) -> str:
    """What this code prints in a process of its own with the settings of a real site."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="learning.settings", **changes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# The contract


def test_check_for_deployment_finds_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("System check identified no issues")


def test_contract_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """B3: each line that no response shows."""
    found = loaded(monkeypatch, WAYMARK_OLD_SECRET_KEYS="old-one older-one")
    wanted = {
        "DEBUG": False,
        "SECRET_KEY": KEY,
        "SECRET_KEY_FALLBACKS": ["old-one", "older-one"],
        "ALLOWED_HOSTS": ["waymark.example.org"],
        "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "CSRF_COOKIE_NAME": "__Host-form",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_AGE": None,
        "CSRF_FAILURE_VIEW": "learning.web.trouble.csrf_failed",
        "SESSION_ENGINE": "learning.web.account.sessions",
        "SESSION_COOKIE_NAME": "__Host-staff",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 12 * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "STAFF_IDLE_MINUTES": 30,
        "STAFF_INVITATION_HOURS": 72,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "SENDS_MAIL": False,
        "DEVICE_COOKIE_NAME": "__Host-device",
        "DEVICE_DAYS": 180,
        "SHARED_DEVICE_MINUTES": 30,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 5,
        "FILE_UPLOAD_PERMISSIONS": 0o640,
        "ADMINS": [],
        "READ_ONLY": False,
        "SMALLEST_GROUP": 11,
        "DEMO": False,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
    }
    assert {name: found[name] for name in wanted} == wanted
    assert "django.contrib.admin" not in found["INSTALLED_APPS"]
    assert found["PASSWORD_HASHERS"][0].endswith(".Argon2PasswordHasher")


def test_proxy_is_believed_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in loaded(monkeypatch, WAYMARK_BEHIND_PROXY=None)


def test_plain_http_is_for_ones_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over plain HTTP no browser would keep a __Host- cookie."""
    found = loaded(monkeypatch, WAYMARK_PLAIN_HTTP="yes")
    assert (found["CSRF_COOKIE_NAME"], found["DEVICE_COOKIE_NAME"]) == ("form", "device")
    assert (found["SECURE_SSL_REDIRECT"], found["SECURE_HSTS_SECONDS"]) == (False, 0)
    assert found["CSRF_COOKIE_SECURE"] is False


def test_databases_keep_what_is_called_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-044, R-047: flushed at every commit, locked from the beginning, and no endless waiting."""
    sqlite = loaded(monkeypatch)["DATABASES"]["default"]
    assert sqlite["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    postgres = loaded(monkeypatch, DATABASE_URL="postgres://a:b@c/d?sslmode=require")
    options = postgres["DATABASES"]["default"]["OPTIONS"]
    assert options["sslmode"] == "require"
    for option in (
        "synchronous_commit=on",
        "statement_timeout=5000",
        "lock_timeout=3000",
        "idle_in_transaction_session_timeout=20000",
    ):
        assert f"-c {option}" in options["options"]
    for found in (sqlite, postgres["DATABASES"]["default"]):
        assert "ATOMIC_REQUESTS" not in found
        assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (None, True)


@pytest.mark.django_db
def test_open_database_has_these_settings() -> None:
    from django.db import connection

    wanted = (
        {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
        if connection.vendor == "sqlite"
        else {"synchronous_commit": "on", "statement_timeout": "5s", "lock_timeout": "3s"}
    )
    show = "PRAGMA" if connection.vendor == "sqlite" else "SHOW"
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            cursor.execute(f"{show} {name}")
            assert cursor.fetchone() == (value,), name


POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "upgrade-insecure-requests",
}
SHOWN = """
import json, django
django.setup()
from django.http import HttpResponse
from django.test import Client
from learning.web import access
client, found = Client(), {}
for name, path, secure in [
    ("page", "/en/promises/", True), ("form", "/en/me/clear/", True),
    ("missing", "/no/", True), ("health", "/healthz", True), ("static", "/static/waymark.js", True),
    ("plain", "/en/promises/", False), ("plain health", "/healthz", False),
]:
    client.cookies.clear()
    response = client.get(path, secure=secure, headers={"Host": "waymark.example.org"})
    if response.streaming:
        list(response)
    found[name] = [response.status_code, dict(response.headers), response.cookies.output(header="")]
for name, shared in [("own", False), ("shared", True)]:
    response = HttpResponse()
    access.give_device(response, "token", shared=shared)
    found[name] = [200, {}, response.cookies.output(header="")]
response = HttpResponse()
access.take_device(response)
found["taken"] = [200, dict(response.headers), response.cookies.output(header="")]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def shown() -> dict[str, tuple[int, dict[str, str], str]]:
    """Real responses of a real site: status, headers, cookies."""
    found: dict[str, tuple[int, dict[str, str], str]] = json.loads(in_production(SHOWN))
    return found


def directives(policy: str) -> set[str]:
    return {directive.strip() for directive in policy.split(";") if directive.strip()}


@pytest.mark.parametrize("name", ["page", "form", "missing", "health", "static"])
def test_every_response_is_guarded(
    shown: dict[str, tuple[int, dict[str, str], str]], name: str
) -> None:
    """S-070, S-085, S-087, S-089: pages, errors and files alike."""
    status, headers, _ = shown[name]
    assert status == (404 if name == "missing" else 200)
    wanted = {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": (
            "browsing-topics=(), camera=(), geolocation=(), interest-cohort=(), microphone=()"
        ),
    }
    if name != "static":
        wanted["X-Frame-Options"] = "DENY"
    assert {header: headers.get(header) for header in wanted} == wanted
    assert directives(headers["Content-Security-Policy"]) == POLICY
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers


def test_plain_http_is_sent_to_https_but_for_the_operators_tools(
    shown: dict[str, tuple[int, dict[str, str], str]],
) -> None:
    assert shown["plain"][0] == 301
    assert shown["plain"][1]["Location"] == "https://waymark.example.org/en/promises/"
    assert shown["plain health"][0] == 200


def cookie_parts(text: str) -> tuple[str, set[str]]:
    first, *rest = (part.strip() for part in text.split(";"))
    return first.split("=")[0], {part for part in rest if not part.startswith("expires")}


def test_cookies_are_of_this_host_alone(
    shown: dict[str, tuple[int, dict[str, str], str]],
) -> None:
    """S-021: __Host- means Secure, Path=/ and no Domain, or no browser keeps it."""
    bare = {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    assert shown["page"][2] == ""
    assert cookie_parts(shown["form"][2]) == ("__Host-form", bare)
    assert cookie_parts(shown["own"][2]) == ("__Host-device", bare | {"Max-Age=15552000"})
    assert cookie_parts(shown["shared"][2]) == ("__Host-device", bare)
    assert shown["taken"][1]["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    gone = sorted(cookie_parts(line) for line in shown["taken"][2].splitlines())
    parts = {"Max-Age=0", "Path=/", "SameSite=Lax", "Secure"}
    assert gone == [("__Host-device", parts), ("__Host-form", parts)]


# A wrong value stops the start and says what is accepted


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"WAYMARK_SECRET_KEY": None}, "WAYMARK_SECRET_KEY is missing or too short."),
        ({"WAYMARK_SECRET_KEY": "short"}, "Set it to at least 50 random characters"),
        (
            {"WAYMARK_SECRET_KEY_FILE": "/no/such/file"},
            "WAYMARK_SECRET_KEY_FILE cannot be read: No such file or directory.",
        ),
        (
            {"DATABASE_URL_FILE": "/no/such/file"},
            "DATABASE_URL_FILE cannot be read: No such file or directory.",
        ),
        ({"WAYMARK_ALLOWED_HOSTS": None}, "WAYMARK_ALLOWED_HOSTS must name the hosts"),
        ({"WAYMARK_ALLOWED_HOSTS": "a.example.org, *"}, "must name the hosts of this site"),
        ({"WAYMARK_PLAIN_HTTP": "true"}, "WAYMARK_PLAIN_HTTP is “true”. Write yes or no."),
        ({"WAYMARK_BEHIND_PROXY": "1"}, "WAYMARK_BEHIND_PROXY is “1”. Write yes or no."),
        ({"WAYMARK_DEMO": "on"}, "WAYMARK_DEMO is “on”. Write yes or no."),
        ({"WAYMARK_READ_ONLY": ""}, "WAYMARK_READ_ONLY is “”. Write yes or no."),
        ({"EMAIL_URL": "carrier-pigeon://home"}, "EMAIL_URL cannot be read."),
        ({"WAYMARK_SMALLEST_GROUP": "4"}, "WAYMARK_SMALLEST_GROUP must be a whole number"),
        ({"WAYMARK_SMALLEST_GROUP": "few"}, "WAYMARK_SMALLEST_GROUP must be a whole number"),
        *(
            (
                {"WAYMARK_DAYS_KEPT": text},
                "WAYMARK_DAYS_KEPT must be a whole number from 30 to 730.",
            )
            for text in ("29", "731", "-90", "90.5", "", "half a year")
        ),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL must begin with “sqlite:///”"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must begin with “sqlite:///”"),
        ({"DATABASE_URL": "postgres://a:b@c:port/d"}, "DATABASE_URL cannot be read."),
    ],
)
def test_wrong_value_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        loaded(monkeypatch, **changes)
    assert sentence in str(stopped.value)


def test_secrets_can_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n", encoding="utf-8")
    (tmp_path / "url").write_text("postgres://a:b@c/d\n", encoding="utf-8")
    found = loaded(
        monkeypatch,
        WAYMARK_SECRET_KEY=None,
        WAYMARK_SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
    )
    assert found["SECRET_KEY"] == KEY
    assert found["DATABASES"]["default"]["NAME"] == "d"


def test_database_is_a_file_of_this_folder_where_none_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = loaded(monkeypatch, DATABASE_URL=None)
    assert found["DATABASES"]["default"]["NAME"] == str(ROOT / "var" / "waymark.sqlite3")


# Every setting is documented, once


def variables_read() -> set[str]:
    """The variables that the settings ask for, by their readers."""
    found = set()
    for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_text", "_flag", "_whole_number", "_words", "_secret")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            name = str(node.args[0].value)
            found |= {name, f"{name}_FILE"} if node.func.id == "_secret" else {name}
    return found


def test_readme_lists_every_setting_once() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("\n## Settings\n", 1)[1].split("\n## ", 1)[0]
    listed = Counter(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert listed == Counter(variables_read())


def test_only_the_settings_read_the_environment() -> None:
    allowed = {
        "learning/settings.py": "reads",
        "learning/local.py": "sets what a clone needs",
        "learning/wsgi.py": "names the settings",
        "learning/management/copies.py": "hands a password to PostgreSQL’s own programs",
    }
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "learning").rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    }
    assert found == set(allowed)
