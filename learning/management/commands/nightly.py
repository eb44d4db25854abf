"""``manage.py nightly``: what a cron line runs once a night."""

import os
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from learning.actions.closing import close_due
from learning.actions.forgetting import forget_counts
from learning.actions.leaving import forget_idle_devices
from learning.actions.staffing import forget_invitations
from learning.actions.uploading import forget_drafts
from learning.management.database import refuse_demo

RESTS = 6  # times as long as the work before it


class Command(BaseCommand):
    help = "Close the periods that are due, then erase what was not used for too long."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_demo()
        if self._called_from_command_line:  # type: ignore[attr-defined]  # the stubs lack it
            os.nice(10)  # people who answer meanwhile come first
        self.since = time.monotonic()
        close_due(now=timezone.now(), say=self.say_and_rest)
        count = forget_idle_devices(today=timezone.localdate())
        forget_counts(now=timezone.now())
        forget_invitations(now=timezone.now())
        forget_drafts(now=timezone.now())
        call_command("clearsessions", verbosity=0)
        self.stdout.write(f"{count} idle devices erased.")

    def say_and_rest(self, line: str) -> None:
        """Leave most of the time between two periods to those who answer meanwhile.

        The database counts in processes of its own, which know nothing of our being nice.
        """
        self.stdout.write(line)
        time.sleep(RESTS * (time.monotonic() - self.since))
        self.since = time.monotonic()
