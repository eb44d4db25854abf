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
from django.urls import reverse
from django.utils import timezone

from learning import local
from learning.actions.demo import new_links
from learning.management.database import mark_as_demo
from learning.management.earlier import publish_earlier
from learning.management.population import populate
from learning.management.serving import serve
from learning.management.simulated import simulate
from learning.models import StaffMember

MOST_PEOPLE = 100_000
COUNT_EVERY = 1000


class Command(BaseCommand):
    help = "Set up and serve a demo of Waymark on this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("port", nargs="?", type=int, default=8000, help="default: 8000")
        parser.add_argument(
            "--people",
            type=int,
            metavar="N",
            help="on the first start: how many simulated people the figures are about, to 100,000",
        )

    def handle(self, *args: Any, port: int, people: int | None, **options: Any) -> None:
        if os.name == "nt":
            raise CommandError("The demo needs Linux or macOS; on Windows run it inside WSL.")
        refuse_busy_port(port)
        if people is not None and not 0 <= people <= MOST_PEOPLE:
            raise CommandError(f"--people takes a number from 0 to {MOST_PEOPLE:,}.")
        self.say("Preparing the demo’s own database …")
        make_folder(Path(settings.DATABASES["default"]["NAME"]).parent)
        mark_as_demo()
        local.keep_secret(settings.SECRET_KEY)
        call_command("migrate", verbosity=0)
        self.say("Publishing the modules …")
        now = timezone.now()
        publish_earlier(settings.CONTENT_DIR, now=now)
        # Nobody's figures hang on a demo, so rewording needs no second look here.
        call_command("content", "publish", "--same-meaning", stdout=io.StringIO())
        self.say("Simulating two clinics and their people …")
        if simulate(settings.CONTENT_DIR / "demo.yaml", now=now):
            file = settings.CONTENT_DIR / "population.yaml"
            populate(file, people=people, now=now, say=self.count)
        elif people is not None:
            self.say("This demo has its people already. Delete var/demo.sqlite3 to begin anew.")
        self.say("Collecting styles, fonts and pictures …")
        call_command("collectstatic", interactive=False, verbosity=0)
        address = f"http://localhost:{port}"
        links = sign_in_links(address)
        serve(port, lambda: self.say(welcome(address, links)))

    def count(self, made: int, total: int) -> None:
        if made == total or made % COUNT_EVERY == 0:
            self.say(f"  {made:,} of {total:,} people behind the figures")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def sign_in_links(address: str) -> list[tuple[str, str]]:
    """For each member of staff who she is, and a new link that signs in as her once."""
    links = []
    for someone, token in new_links():
        role = f"nurse, {someone.clinic}" if someone.clinic else _without_clinic(someone)
        path = reverse("account:demo", kwargs={"token": token})
        links.append((f"{someone.name} ({role})", address + path))
    return links


def _without_clinic(someone: StaffMember) -> str:
    rights = (("overview", someone.overview), ("publishing", someone.publisher))
    return f"{' and '.join(word for word, given in rights if given)}, simulated"


def welcome(address: str, links: list[tuple[str, str]]) -> str:
    """What is said once the demo serves: where to look around, as a patient and as staff."""
    lines = ["", f"For patients: {address}/", "", "For staff, each link signs in once:"]
    for who, link in links:
        lines += ["", f"  {who}", f"  {link}"]
    return "\n".join([*lines, "", f"Waymark is at {address}/ – stop it with Ctrl-C."])


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
