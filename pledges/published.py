"""Which published figure counts for a target, and whether one is awaited (待发布).

Pure but for the rows it is given: a target with its indicator and the indicator's figures prefetched. Why the rule is
as it is: docs/adr/0013-published-figures.md; `pledges.light_sql` says the same in SQL.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pledges.data_periods import DataPeriod, quarter_end
from pledges.models import Figure, FigureNumber, Target


@dataclass(frozen=True)
class Published:
    """What is known of a target's indicator on a day: the figure that counts, its number for this target, and whether
    a later figure should be out and is not. ``next_release`` is the planned day of the one that is awaited."""

    figure: Figure | None
    number: Decimal | None
    is_awaiting: bool
    next_release: datetime.date | None = None

    @property
    def data_date(self) -> datetime.date | None:
        return self.figure.end_date if self.figure else None


def of_target(
    target: Target,
    *,
    year: int,
    due: datetime.date | None,
    today: datetime.date,
    until: datetime.date | None = None,
) -> Published | None:
    """None for a target that no indicator measures. ``due`` is the pledge's due date. ``until`` is for looking at one
    period: data periods that end later do not exist, and the last one is awaited whatever the due date."""
    if target.indicator is None:
        return None
    figures = of_year(target.indicator.figures.all(), year)
    if until is not None:
        figures = [figure for figure in figures if figure.end_date <= until]
    newest = newest_released(figures, target, today=today)
    if until is not None:
        finished = finished_by(figures, year=year, today=until + datetime.timedelta(days=1))
    else:
        finished = last_finished(figures, year=year, due=due, today=today)
    is_awaiting = newest is None or (finished is not None and newest.end_date < finished)
    return Published(
        figure=newest,
        number=number_for(target, newest) if newest else None,
        is_awaiting=is_awaiting,
        next_release=_next_release(figures, newest, today) if is_awaiting else None,
    )


def of_year(figures: Iterable[Figure], year: int) -> list[Figure]:
    """Those whose data period ends within the plan year."""
    return [figure for figure in figures if figure.end_date.year == year]


def newest_released(figures: Iterable[Figure], target: Target, *, today: datetime.date) -> Figure | None:
    """Of the figures that are out and have the number this target uses: the latest data period, of two that end on one
    day the longer; of one period the final before the provisional, and the last revision."""
    out = [figure for figure in figures if figure.release_date <= today and number_for(target, figure) is not None]
    return max(out, key=rank_of, default=None)


def rank_of(figure: Figure) -> tuple[datetime.date, int, bool, int]:
    """The greatest is the one that counts."""
    return figure.end_date, -figure.start_date.toordinal(), figure.stage == Figure.Stage.FINAL, figure.revision


def number_for(target: Target, figure: Figure) -> Decimal | None:
    """The number that the target uses. What fell by 2.4% year on year is a reduction of 2.4 achieved."""
    if target.uses == FigureNumber.VALUE:
        return figure.value
    if figure.year_on_year is None:
        return None
    return -figure.year_on_year if target.quantity_kind == Target.QuantityKind.REDUCTION else figure.year_on_year


def last_finished(
    figures: Iterable[Figure], *, year: int, due: datetime.date | None, today: datetime.date
) -> datetime.date | None:
    """The end of the last data period whose figure should be out before the target is judged; None before the first.

    Data periods are the quarters and whatever periods of the year the indicator has a row for, planned or entered.
    They count from the day after they end. Once the due date has passed the period up to the end of its quarter is
    asked for and no later one: later figures say nothing of whether it was kept.
    """
    year_end = datetime.date(year, 12, 31)
    due = min(due or year_end, year_end)
    return finished_by(figures, year=year, today=today) if today <= due else quarter_end(due)


def finished_by(figures: Iterable[Figure], *, year: int, today: datetime.date) -> datetime.date | None:
    """The end of the last data period of the year that was over before ``today``: a quarter, or one with a row."""
    quarters = [DataPeriod(year, month, 1).end_date for month in (3, 6, 9, 12)]
    ends = [day for day in (*quarters, *(figure.end_date for figure in figures)) if day < today]
    return max(ends, default=None)


def _next_release(figures: list[Figure], newest: Figure | None, today: datetime.date) -> datetime.date | None:
    """When the first figure after the newest is to come out, where a day for it is known."""
    later = [
        figure.release_date
        for figure in figures
        if (newest is None or figure.end_date > newest.end_date) and figure.release_date > today
    ]
    return min(later, default=None)
