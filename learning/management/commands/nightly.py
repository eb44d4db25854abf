"""``manage.py nightly``: what a cron line runs once a night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from learning.actions.leaving import forget_idle_devices
from learning.management.database import refuse_demo


class Command(BaseCommand):
    help = "Erase devices that were not used for too long, and the learners only they could open."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_demo()
        count = forget_idle_devices(today=timezone.localdate())
        self.stdout.write(f"{count} idle devices erased.")
