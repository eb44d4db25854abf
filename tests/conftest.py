"""What every test needs."""

from __future__ import annotations

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Collect the static files once, so that tests see the names and links that readers get."""
    if hasattr(session.config, "workerinput"):
        return
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
