"""The quarter and its reporting window (填报期)."""

from datetime import date, timedelta
from typing import NamedTuple

from pledges import working_days


class QuarterWindow(NamedTuple):
    """The period's first and last day, and the window's. `closes` is open until 24:00 Asia/Shanghai."""

    start: date
    end: date
    opens: date
    closes: date


def quarter_window(
    year: int, quarter: int, calendar: working_days.Calendar, *, opens_day: int = 25, closes_workday: int = 5
) -> QuarterWindow:
    """The calendar quarter 1 to 4, whose window opens on the 25th of its last month and closes with the 5th working
    day of the month after.

    The fourth quarter closes in January of the next year, so it is provisional until that year is published
    (`working_days.is_provisional(closes.year)`). Raises ValueError for any other quarter.
    """
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"a year has quarters 1 to 4, not {quarter}")
    start = date(year, 3 * quarter - 2, 1)
    opens = date(year, 3 * quarter, opens_day)
    after = date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)
    closes = working_days.nth_workday_of_month(after.year, after.month, closes_workday, calendar)
    return QuarterWindow(start, after - timedelta(days=1), opens, closes)
