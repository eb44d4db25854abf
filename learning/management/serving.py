"""The server of the demo: gunicorn, as for real, on this machine's loopback address alone."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return get_wsgi_application()


def serve(port: int, when_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C with the settings of ``gunicorn.conf.py``; call ``when_ready`` once."""
    connections.close_all()  # the workers are forks, and a connection must not be shared
    options = runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))
    known = ("workers", "worker_class", "threads", "timeout", "control_socket_disable")
    chosen = {name: options[name] for name in known}
    logging = options["logconfig_dict"]
    logging["loggers"]["gunicorn.error"]["level"] = "WARNING"
    _Server(
        chosen
        | {
            "bind": f"127.0.0.1:{port}",
            "logconfig_dict": logging,
            "when_ready": lambda _server: when_ready(),
        }
    ).run()
