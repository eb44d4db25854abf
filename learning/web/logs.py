"""Log lines that cannot tell on anybody.

Addresses name checks and pages of a person, and the text of an exception can hold what she typed.
So a line says which part of the code spoke, with which status, and where in the code it broke;
never an address, an answer, an IP, or the text of an exception.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

# These write addresses, hosts or addresses of clients into their messages.
_TALKATIVE = ("django.request", "django.security", "django.server", "gunicorn")
_HARMLESS = (
    "Starting gunicorn",
    "Listening at",
    "Using worker",
    "Booting worker",
    "Worker (pid:",
    "Worker exiting (pid:",
    "WORKER TIMEOUT (pid:",
    "Shutting down",
)


class PrivateFormatter(logging.Formatter):
    """``time level logger message``; for talkative loggers the status and view instead."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        if record.name.startswith(_TALKATIVE) and not record.message.startswith(_HARMLESS):
            record.message = _without_people(record)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        kind, error, _ = ei
        lines = []
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            lines.append(type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\n".join(lines or [kind.__qualname__])

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002
        return ""


def _without_people(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    view = f" in {match.view_name}" if match and match.view_name else ""
    return f"status {status}{view}" if status else "message left out, it may name a person"
