"""``manage.py backup FILE``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from learning.management.copies import back_up


class Command(BaseCommand):
    help = "Write a copy of the database to a file, while the site is in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that is not there yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        self.stdout.write("Copying the database …")
        self.stdout.flush()
        back_up(file)
        self.stdout.write(f"{file} holds a whole copy, readable by you alone.")
