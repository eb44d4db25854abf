"""Settings. Only this file reads the environment; the README lists every variable once.

Each variable stands for one difference in behavior. A missing or misspelt value stops the start
and says what is accepted.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

_FLAGS = {"yes": True, "no": False}


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def _flag(name: str) -> bool:
    value = _text(name, "no").lower()
    if value not in _FLAGS:
        raise ImproperlyConfigured(f"{name} is “{value}”. Write yes or no.")
    return _FLAGS[value]


def _whole_number(name: str, default: int, *, least: int, most: int | None = None) -> int:
    text = _text(name, str(default))
    if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
        end = "up" if most is None else f"to {most}"
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} {end}.")
    return int(text)


def _words(name: str) -> list[str]:
    return [word for word in _text(name).replace(",", " ").split() if word]


def _secret(name: str) -> str:
    """The value of a secret, or of the file that ``NAME_FILE`` points to."""
    path = _text(f"{name}_FILE")
    if not path:
        return _text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error


# Who may ask, and over what

SECRET_KEY = _secret("WAYMARK_SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "WAYMARK_SECRET_KEY is missing or too short. Set it to at least 50 random characters, or "
        "WAYMARK_SECRET_KEY_FILE to a file that holds them."
    )
SECRET_KEY_FALLBACKS = _words("WAYMARK_OLD_SECRET_KEYS")
ALLOWED_HOSTS = _words("WAYMARK_ALLOWED_HOSTS")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "WAYMARK_ALLOWED_HOSTS must name the hosts of this site, for example “waymark.example.org”."
    )
_plain_http = _flag("WAYMARK_PLAIN_HTTP")
BEHIND_PROXY = _flag("WAYMARK_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What this copy is

DEBUG = False
DEMO = _flag("WAYMARK_DEMO")
READ_ONLY = _flag("WAYMARK_READ_ONLY")
OPERATOR = {
    "name": _text("WAYMARK_OPERATOR_NAME"),
    "contact": _text("WAYMARK_OPERATOR_CONTACT"),
}
CONTENT_DIR = BASE_DIR / "fixtures"
DEVICE_DAYS = _whole_number("WAYMARK_DAYS_KEPT", 180, least=30, most=730)
SHARED_DEVICE_MINUTES = 30

# Figures about everybody: a smaller group is never told of

SMALLEST_GROUP = _whole_number("WAYMARK_SMALLEST_GROUP", 11, least=5)

# Parts

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "learning",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "learning.web.headers.more_headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # its files are packed already
    "django.middleware.gzip.GZipMiddleware",
    "learning.web.trouble.Trouble",
    "django.contrib.sessions.middleware.SessionMiddleware",  # looked at on staff pages alone
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "learning.urls"
WSGI_APPLICATION = "learning.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "learning.web.context.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# Database: an answer shown as saved is on disk, so both flush at every commit. SQLite takes the
# write lock as a transaction begins: waiting works then, while upgrading a lock fails at once.

VAR_DIR = BASE_DIR / "var"
DATABASE_URL = _secret("DATABASE_URL")
if not DATABASE_URL:
    DATABASE_URL = f"sqlite:///{VAR_DIR / 'waymark.sqlite3'}"
    with contextlib.suppress(OSError):  # a folder that cannot be made is named by SQLite itself
        VAR_DIR.mkdir(exist_ok=True)
_scheme = DATABASE_URL.partition(":")[0]
if _scheme not in ("sqlite", "postgres", "postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must begin with “sqlite:///” or “postgres://”.")
try:
    _database = environ.Env.db_url_config(DATABASE_URL)
except (ValueError, environ.ImproperlyConfigured) as error:
    raise ImproperlyConfigured("DATABASE_URL cannot be read.") from error
_options = _database.setdefault("OPTIONS", {})
if _scheme == "sqlite":
    _options |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _options["options"] = (
        "-c synchronous_commit=on -c statement_timeout=5000 -c lock_timeout=3000 "
        "-c idle_in_transaction_session_timeout=20000"
    )
DATABASES = {
    "default": _database | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True},
}

# Language and time

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English")]
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# Cookies. With plain HTTP (the demo, tests) no browser would keep a __Host- cookie.

_host = "" if _plain_http else "__Host-"
CSRF_COOKIE_NAME = f"{_host}form"
DEVICE_COOKIE_NAME = f"{_host}device"
CSRF_COOKIE_SECURE = not _plain_http
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "learning.web.trouble.csrf_failed"

# Staff: accounts by invitation, a second factor or a passkey, sessions in the database so that they
# can be ended. Learners have no session.

AUTH_USER_MODEL = "learning.StaffMember"
AUTHENTICATION_BACKENDS = ["learning.web.account.sessions.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
STAFF_IDLE_MINUTES = 30
STAFF_SESSION_HOURS = 12
STAFF_INVITATION_HOURS = 72
SESSION_ENGINE = "learning.web.account.sessions"
SESSION_COOKIE_NAME = f"{_host}staff"
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = not _plain_http
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account:home"
LOGOUT_REDIRECT_URL = LOGIN_URL

ACCOUNT_ADAPTER = "learning.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation reached its address already
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end, because their hash has changed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if _plain_http else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
ACCOUNT_RATE_LIMITS = {
    # A hospital is one address to the outside: high for a network, low for one account from it.
    "login": "120/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/15m/key",
}
ACCOUNT_FORMS = {
    "login": "learning.web.account.forms.SignInForm",
    "reauthenticate": "learning.web.account.forms.ConfirmForm",
    "change_password": "learning.web.account.forms.ChangePasswordForm",
    "set_password": "learning.web.account.forms.SetPasswordForm",
    "reset_password": "learning.web.account.forms.ForgottenForm",
    "reset_password_from_key": "learning.web.account.forms.NewPasswordForm",
}
MFA_ADAPTER = "learning.web.account.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "learning.web.account.forms.CodeForm",
    "reauthenticate": "learning.web.account.forms.ConfirmCodeForm",
    "activate_totp": "learning.web.account.forms.AppForm",
    "login_webauthn": "learning.web.account.forms.PasskeySignInForm",
    "authenticate_webauthn": "learning.web.account.forms.PasskeyForm",
    "reauthenticate_webauthn": "learning.web.account.forms.ConfirmPasskeyForm",
    "add_webauthn": "learning.web.account.forms.AddPasskeyForm",
    "edit_webauthn": "learning.web.account.forms.RenamePasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Waymark"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _plain_http

# Limits on guessing are counted here, by every process of the site.

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # With few entries, whoever has many addresses could push her own count out.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Mail goes to staff alone: how to set a new password, and what changed in their account.

_mail_url = _secret("EMAIL_URL")
if _mail_url:
    try:
        _mail = environ.Env.email_url_config(_mail_url)
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured("EMAIL_URL cannot be read.") from error
    vars().update(_mail)
else:
    _where = "console" if DEMO else "dummy"
    EMAIL_BACKEND = f"django.core.mail.backends.{_where}.EmailBackend"
SENDS_MAIL = bool(_mail_url) or DEMO
DEFAULT_FROM_EMAIL = _text("WAYMARK_MAIL_FROM", "waymark@localhost")
EMAIL_TIMEOUT = 10

# Safety of the page

SECURE_SSL_REDIRECT = not _plain_http
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if _plain_http else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": not _plain_http,
    }
}
SILENCED_SYSTEM_CHECKS = [
    # Being on the browsers' preload list is the operator's choice for her whole domain.
    "security.W021",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o640
ADMINS: list[tuple[str, str]] = []

# Static files: named by their digest, so a browser may keep them for good

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = BASE_DIR / ".staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Logs say what broke and where in the code, never who asked or for what (see web/logs.py)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": "learning.web.logs.PrivateFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
LOGGING_CONFIG = "logging.config.dictConfig"
