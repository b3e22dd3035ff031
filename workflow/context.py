"""What an action knows while it is being performed."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from pledges.actors import Actor
from pledges.models import Period, Pledge
from pledges.working_days import Calendar, add_workdays


@dataclass(frozen=True)
class Context:
    """``is_issuing``: the act is part of issuing the whole programme, so units sign for their lists."""

    actor: Actor
    pledge: Pledge
    at: datetime.datetime
    calendar: Calendar
    is_issuing: bool = False

    @property
    def today(self) -> datetime.date:
        return day_of(self.at)

    def in_workdays(self, days: int) -> datetime.date:
        return add_workdays(self.today, days, self.calendar)

    def period_due(self) -> Period | None:
        """The period that a report made now is for: the earliest whose window has not closed; None after the last."""
        open_windows = [period for period in self.pledge.programme.periods.all() if period.closes_date >= self.today]
        return open_windows[0] if open_windows else None


def day_of(at: datetime.datetime) -> datetime.date:
    """The day of a moment in Asia/Shanghai."""
    return at.astimezone(timezone.get_default_timezone()).date()
