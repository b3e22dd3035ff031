"""The ladder of reminders, as data, and where a day stands on it. No database, no clock."""

import datetime
import itertools
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from django.utils import timezone

from pledges.working_days import Calendar, add_workdays
from workflow.models import Reminder
from workflow.reminder_querysets import Ladder

Kind = Reminder.Kind

# The defaults: each step holds from so many working days before the due date on, the nearest first.
LADDER: Mapping[str, int] = MappingProxyType({Kind.DUE_IN_3: 3, Kind.DUE_IN_7: 7, Kind.DUE_IN_30: 30})
# The same of a reporting window's last day. A window that opens is told on its day.
WINDOW: Mapping[str, int] = MappingProxyType({Kind.CLOSES_IN_2: 2})
ONE = datetime.timedelta(days=1)


def on(today: datetime.date, calendar: Calendar) -> Ladder:
    """Where ``today``, a working day, stands.

    ``workdays(today, due) <= n`` holds up to the day before the (n + 1)-th working day from now. What came when a far
    step had passed is not told of that step; the nearest is told of everything, so that short tasks are not missed.
    """

    def reached(days: int) -> datetime.date:
        return add_workdays(today, days + 1, calendar) - ONE

    return Ladder(
        today=today,
        morning=morning_of(today),
        due=[(Kind.OVERDUE, today - ONE), *((kind, reached(days)) for kind, days in LADDER.items())],
        windows=[(Kind.UNREPORTED, today - ONE), *((kind, reached(days)) for kind, days in WINDOW.items())],
        opens=Kind.OPENS,
        late=list(_late(today, calendar)),
    )


def _late(today: datetime.date, calendar: Calendar) -> Iterator[tuple[datetime.date, datetime.date, datetime.datetime]]:
    """For every number of working days that is still left within a far step: the due dates with just so many left,
    and the day on which the step was due for them."""
    numbers = list(LADDER.values())
    for nearer, days in itertools.pairwise(numbers):
        for left in range(nearer + 1, days + 1):
            after = add_workdays(today, left, calendar) - ONE
            until = add_workdays(today, left + 1, calendar) - ONE
            yield after, until, morning_of(add_workdays(today, left - days, calendar))


def morning_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=timezone.get_default_timezone())
