"""The only place that reads the clock.

Rules never ask for the time: they are given ``at=`` (a moment) and ``today=`` (a day) by the edges — views, jobs,
commands — which take them from here. ``PLEDGES_TODAY`` (an ISO day) fixes the day for demonstrations and tests; the
time of day goes on running.
"""

import datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime.datetime:
    """The present moment, aware; on the fixed day when ``PLEDGES_TODAY`` is set."""
    moment = timezone.localtime()  # the one sanctioned reading of the wall clock
    fixed = fixed_day()
    return moment if fixed is None else moment.replace(year=fixed.year, month=fixed.month, day=fixed.day)


def today() -> datetime.date:
    """The present day in Asia/Shanghai."""
    return now().date()


def fixed_day() -> datetime.date | None:
    """The day that ``PLEDGES_TODAY`` names, or None when the clock runs freely."""
    day: datetime.date | None = settings.PLEDGES_TODAY
    return day
