"""工作日: counting by the State Council's calendar, which is data handed in. No Django, no clock.

A day works if it is Monday to Friday, unless the calendar says otherwise: a public holiday (False) or a weekend day
that is worked to make up for one (True, 调休上班). Dates never move; only counting looks at the calendar.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import holidays

_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The days that differ from their weekday, and the years whose yearly notice is out.

    `exceptions`: True = worked, False = day off. The mapping is copied. A year outside `published_years` is
    provisional: its counts may change when the State Council publishes it.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict, hash=False)
    published_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "exceptions", dict(self.exceptions))

    @cached_property
    def days_off(self) -> list[date]:
        """Weekdays that are not worked, in order."""
        return sorted(day for day, works in self.exceptions.items() if not works and not _is_weekend(day))

    @cached_property
    def make_up_days(self) -> list[date]:
        """Weekend days that are worked, in order."""
        return sorted(day for day, works in self.exceptions.items() if works and _is_weekend(day))


def is_working(day: date, calendar: Calendar) -> bool:
    return calendar.exceptions.get(day, not _is_weekend(day))


def workdays(a: date, b: date, calendar: Calendar) -> int:
    """The working days in (a, b]; negative when b < a: `workdays(a, b) == -workdays(b, a)`."""
    return _worked_until(b, calendar) - _worked_until(a, calendar)


def add_workdays(day: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after `day`, or before it where n is negative; `day` itself for 0.

    Forwards it undoes counting: `workdays(day, add_workdays(day, n)) == n`. Backwards it does so from working days
    only: one working day before a Sunday is the Friday, and (Friday, Sunday] holds none. "N before a due date" is
    therefore asked with `workdays(today, due) == N`, never with this.
    """
    # A stride of as many days as are still missing can never pass too many working days; and when the last one misses
    # none, its final day works.
    one = timedelta(days=1)
    while n > 0:
        later = day + n * one
        n -= workdays(day, later, calendar)
        day = later
    while n < 0:
        earlier = day + n * one
        n += workdays(earlier - one, day - one, calendar)
        day = earlier
    return day


def nth_workday_of_month(year: int, month: int, n: int, calendar: Calendar) -> date:
    """The n-th working day of a month, from 1. Raises ValueError where the month has no such day."""
    if n < 1:
        raise ValueError(f"the first working day is number 1, not {n}")
    first = date(year, month, 1)
    day = add_workdays(first - timedelta(days=1), n, calendar)
    if (day.year, day.month) != (year, month):
        raise ValueError(f"{year}-{month:02} has fewer than {n} working days")
    return day


def is_provisional(year: int, calendar: Calendar) -> bool:
    """Whether the year's holidays are a guess (暂定) because its notice is not out."""
    return year not in calendar.published_years


def defaults_for(year: int) -> dict[date, bool]:
    """What the `holidays` package (0.109) knows of a year: public holidays off, make-up days worked.

    It holds the State Council's notices of 2001 to 2026, with the extension of the Spring Festival to 2 February 2020
    and the make-up days (its `weekend_workdays`); checked against the notices of 2019 to 2026 in the tests. A weekend
    day within a long holiday is listed only if it is a holiday by law. For a year without a notice it derives the
    legal holidays from the lunar calendar and moves those on weekends to the next weekday: no make-up days, and the
    long weekends will differ; `is_published` tells. It does not know half-day holidays as days off, local decisions,
    nor a make-up day in late December that the next year's notice will set.
    """
    chinese = holidays.country_holidays("CN", years=year)
    days = {day: False for day in chinese if day.year == year}
    days.update({day: True for day in chinese.weekend_workdays if day.year == year})
    return dict(sorted(days.items()))


def is_published(year: int) -> bool:
    """Whether `defaults_for` rests on the year's notice; otherwise it is provisional."""
    # Every notice moves some days, so the package has an entry of moved days for each year it has read one for.
    return year in holidays.country_holidays("CN", years=year).special_public_holidays


def default_calendar(years: Iterable[int]) -> Calendar:
    """The calendar of the years, from the package alone: for tests and for a table that has not been filled."""
    wanted = list(years)
    exceptions = {day: works for year in wanted for day, works in defaults_for(year).items()}
    return Calendar(exceptions, frozenset(filter(is_published, wanted)))


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def _worked_until(day: date, calendar: Calendar) -> int:
    """The working days from 1 January 1 (a Monday) to `day`: a difference of two of these counts any span at once."""
    weeks, rest = divmod(day.toordinal(), 7)
    weekdays = 5 * weeks + min(rest, 5)
    return weekdays - bisect_right(calendar.days_off, day) + bisect_right(calendar.make_up_days, day)
