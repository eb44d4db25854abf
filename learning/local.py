"""Settings for work on one's own machine: the demo, the tests, checking content.

They are given as environment variables, like every other setting, so that ``settings.py`` has one
way to read them. What is set already stays.
"""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO_DATABASE = BASE_DIR / "var" / "demo.sqlite3"
OF_REAL_WORK = ("DATABASE_URL_FILE", "WAYMARK_SECRET_KEY_FILE", "EMAIL_URL", "EMAIL_URL_FILE")


def set_up(*, demo: bool = False) -> None:
    """Fill the environment with what a clone needs to run on this machine alone."""
    local = {
        "WAYMARK_SECRET_KEY": new_secret(),
        "WAYMARK_ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "WAYMARK_PLAIN_HTTP": "yes",
    }
    if demo:
        # The demo never touches the database, secret or mail of real work, whatever is set.
        os.environ["DATABASE_URL"] = f"sqlite:///{DEMO_DATABASE}"
        os.environ["WAYMARK_SECRET_KEY"] = kept_secret() or new_secret()
        for name in OF_REAL_WORK:
            os.environ.pop(name, None)
        os.environ["WAYMARK_DEMO"] = "yes"
    for name, value in local.items():
        os.environ.setdefault(name, value)


def new_secret() -> str:
    """A secret of 400 random bits."""
    return secrets.token_urlsafe(50)


def secret_file() -> Path:
    """Where the demo keeps its secret, so that the codes it showed hold when it starts again."""
    return DEMO_DATABASE.with_suffix(".secret")


def kept_secret() -> str:
    """The demo's secret of an earlier start; empty where there is none that can be used."""
    try:
        secret = secret_file().read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return secret if len(secret) == len(new_secret()) else ""


def keep_secret(secret: str) -> None:
    """Keep it for the next start, for its owner's eyes alone."""
    file = secret_file()
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(secret, encoding="utf-8")
