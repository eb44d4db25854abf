"""The clock of the views, handed to every action, so that a test can set it."""

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    return timezone.now()
