"""``manage.py demo [port]``: the whole of Waymark on this machine, with one command."""

from __future__ import annotations

import io
import os
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from learning.management.database import mark_as_demo
from learning.management.serving import serve


class Command(BaseCommand):
    help = "Set up and serve a demo of Waymark on this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("port", nargs="?", type=int, default=8000, help="default: 8000")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if os.name == "nt":
            raise CommandError("The demo needs Linux or macOS; on Windows run it inside WSL.")
        refuse_busy_port(port)
        self.say("Preparing the demo’s own database …")
        make_folder(Path(settings.DATABASES["default"]["NAME"]).parent)
        mark_as_demo()
        call_command("migrate", verbosity=0)
        self.say("Publishing the modules …")
        # Nobody's figures hang on a demo, so rewording needs no second look here.
        call_command("content", "publish", "--same-meaning", stdout=io.StringIO())
        self.say("Collecting styles, fonts and pictures …")
        call_command("collectstatic", interactive=False, verbosity=0)
        address = f"http://localhost:{port}/"
        serve(port, lambda: self.say(f"Waymark is at {address} – stop it with Ctrl-C."))

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def refuse_busy_port(port: int) -> None:
    """Raise CommandError where nothing can listen on this port."""
    if not 1 <= port <= 65535:
        raise CommandError(f"{port} is not a port. Choose a number from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CommandError(f"Port {port} is the system’s. Choose one from 1024 up.") from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use. Choose another one, for example: "
                f"python3 manage.py demo {port + 1}"
            ) from error


def make_folder(folder: Path) -> None:
    """The folder, made where it is missing; CommandError where it cannot be written."""
    try:
        folder.mkdir(exist_ok=True)
        (folder / ".write-test").touch()
        (folder / ".write-test").unlink()
    except OSError as error:
        raise CommandError(
            f"{folder} cannot be written ({error.strerror}). Clone Waymark to a folder of your own."
        ) from error
