"""Settings for work on one's own machine: the demo, the tests, checking content.

They are given as environment variables, like every other setting, so that ``settings.py`` has one
way to read them. What is set already stays.
"""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO_DATABASE = BASE_DIR / "var" / "demo.sqlite3"


def set_up(*, demo: bool = False) -> None:
    """Fill the environment with what a clone needs to run on this machine alone."""
    local = {
        "WAYMARK_SECRET_KEY": secrets.token_urlsafe(50),
        "WAYMARK_ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "WAYMARK_PLAIN_HTTP": "yes",
    }
    if demo:
        # The demo never touches the database of real work, whatever is set.
        os.environ["DATABASE_URL"] = f"sqlite:///{DEMO_DATABASE}"
        os.environ["WAYMARK_DEMO"] = "yes"
    for name, value in local.items():
        os.environ.setdefault(name, value)
