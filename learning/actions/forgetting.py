"""Removing what was only counted for some minutes."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import connection


def forget_counts(*, now: datetime.datetime) -> None:
    """Remove every entry of the shared cache whose time is over.

    The cache itself would not hand them out any more, but it leaves them in its table.
    """
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 - the name is a setting
            [connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))],
        )
