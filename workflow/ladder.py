"""The ladder of reminders, as data, and where a day stands on it. No database, no clock."""

import datetime
from collections.abc import Mapping
from types import MappingProxyType

from pledges.working_days import Calendar, add_workdays
from workflow.models import Reminder
from workflow.querysets import Steps

# The defaults: each step holds from so many working days before the due date on, the nearest first.
LADDER: Mapping[str, int] = MappingProxyType({Reminder.Kind.DUE_IN_3: 3, Reminder.Kind.DUE_IN_7: 7})


def steps(today: datetime.date, calendar: Calendar) -> Steps:
    """The steps as the dates of a day, overdue first.

    ``workdays(today, due) <= n`` holds up to the day before the (n + 1)-th working day from now.
    """
    one = datetime.timedelta(days=1)
    reached = [(kind, add_workdays(today, days + 1, calendar) - one) for kind, days in LADDER.items()]
    return [(Reminder.Kind.OVERDUE, today - one), *reached]
