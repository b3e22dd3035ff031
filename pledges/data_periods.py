"""Data periods (数据期): the months that a published figure is about. 1—2月 is 1 January to the end of February."""

import calendar
import datetime
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

YEARS = (1990, 2200)
MONTHS = 12


@dataclass(frozen=True, order=True)
class DataPeriod:
    """Whole months of one year, from ``first`` to ``last``. Ordered by year, then by the month in which it ends."""

    year: int
    last: int
    first: int

    @classmethod
    def of(cls, start: datetime.date, end: datetime.date) -> "DataPeriod":
        """The period between two days; ValueError where they are not the first and last day of months of one year."""
        found = cls(year=start.year, last=end.month, first=start.month)
        if (start.year, found.start_date, found.end_date) != (end.year, start, end) or start > end:
            raise ValueError(f"not whole months of one year: {start} to {end}")
        return found

    @classmethod
    def parse(cls, key: str) -> "DataPeriod":
        """``2020-1-2``; ValueError for anything else."""
        written = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", key, re.ASCII)
        if written is None:
            raise ValueError(f"no data period: {key!r}")
        year, first, last = map(int, written.groups())
        if not (YEARS[0] <= year <= YEARS[1] and 1 <= first <= last <= MONTHS):
            raise ValueError(f"no data period: {key!r}")
        return cls(year=year, last=last, first=first)

    @property
    def start_date(self) -> datetime.date:
        return datetime.date(self.year, self.first, 1)

    @property
    def end_date(self) -> datetime.date:
        return datetime.date(self.year, self.last, calendar.monthrange(self.year, self.last)[1])

    @property
    def key(self) -> str:
        return f"{self.year}-{self.first}-{self.last}"

    @property
    def label(self) -> str:
        """1月, 1—2月, in the reader's language."""
        if self.first == self.last:
            return _("%(month)d月") % {"month": self.first}
        return _("%(first)d—%(last)d月") % {"first": self.first, "last": self.last}

    @property
    def full_label(self) -> str:
        return _("%(year)d年%(months)s") % {"year": self.year, "months": self.label}


def quarter_end(day: datetime.date) -> datetime.date:
    """The last day of the quarter that a day falls into."""
    month = (day.month + 2) // 3 * 3
    return datetime.date(day.year, month, calendar.monthrange(day.year, month)[1])
