"""``manage.py restore FILE``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from learning.management.copies import put_back


class Command(BaseCommand):
    help = "Make the database what it was when a backup was made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that “backup” made")
        parser.add_argument(
            "--replace", action="store_true", help="also where the database holds something"
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        self.stdout.write("Putting the database back …")
        self.stdout.flush()
        put_back(file, replace=replace)
        self.stdout.write(
            "Done. Run “migrate” if this copy is of an older version, then start the site. Who was "
            "erased after this copy was made is in it again: see the README."
        )
