"""What one statement is told: the day, each programme's numbers and closed windows, and the published figures."""

import datetime
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pledges import published
from pledges.completion import Thresholds
from pledges.light_sql.dialects import Dialect
from pledges.models import Figure, FigureNumber, Period, Programme, Target
from pledges.working_days import Calendar, add_workdays

DAY = datetime.timedelta(days=1)


# What is told of each programme, beside its windows; and of each number of an indicator that a programme uses.
RULE = {
    "programme_id": "bigint", "year_start": "date", "year_end": "date", "signing_since": "date",
    "far_behind": "int", "behind": "int", "half_from": "int", "far_ratio": "int", "behind_ratio": "int",
    "soft": "int", "approx": "int",
}  # fmt: skip
PUBLISHED = {
    "programme_id": "bigint", "indicator_id": "bigint", "uses": "text", "number": "numeric", "data_date": "date",
    "finished": "date", "next_quarter": "date",
}  # fmt: skip


@dataclass(frozen=True)
class Parameters:
    """``values`` are the statement's named parameters; ``windows`` is the most that any of its programmes has of
    windows that have closed: they stand in its rule as window_0_closes, window_0_starts, …"""

    values: dict[str, Any]
    windows: int

    @property
    def rule(self) -> dict[str, str]:
        """The columns of a programme's rule and their types."""
        return RULE | {f"window_{n}_{end}": "date" for n in range(self.windows) for end in ("closes", "starts")}


def parameters(
    programmes: Iterable[Programme], *, ids: list[int], calendar: Calendar, today: datetime.date, dialect: Dialect
) -> Parameters:
    """For the pledges ``ids`` of some programmes; the periods are read through the programmes, so prefetch them."""
    told = list(programmes)
    closed = {one.pk: [period for period in one.periods.all() if period.closes_date < today] for one in told}
    rules = [_rule(one, closed[one.pk], calendar=calendar, today=today) for one in told]
    figures = published_figures(told, ids=ids, today=today, dialect=dialect)
    values = {"today": dialect.day(today), "ids": dialect.ids(ids), "first": min(ids), "last": max(ids)}
    values |= {"rules": json.dumps(rules, default=str), "published": json.dumps(figures)}
    return Parameters(values=values, windows=max(map(len, closed.values()), default=0))


def _rule(programme: Programme, closed: list[Period], *, calendar: Calendar, today: datetime.date) -> dict[str, Any]:
    thresholds = Thresholds.from_settings(programme.thresholds)
    windows = {
        f"window_{number}_{end}": day
        for number, period in enumerate(closed)
        for end, day in (("closes", period.closes_date), ("starts", period.start_date))
    }
    return {
        "programme_id": programme.pk,
        "year_start": datetime.date(programme.year, 1, 1),
        "year_end": datetime.date(programme.year, 12, 31),
        "signing_since": signing_since(today, thresholds.grace_working_days, calendar),
        "far_behind": thresholds.far_behind_bp,
        "behind": max(thresholds.behind_bp, 1),  # set to 0 it means: any lag at all
        "half_from": thresholds.half_of_plan_from_bp,
        "far_ratio": thresholds.far_ratio_bp,
        "behind_ratio": thresholds.behind_ratio_bp,
        "soft": thresholds.soft_tolerance_bp,
        "approx": thresholds.approx_tolerance_bp,
    } | windows


def signing_since(today: datetime.date, grace_working_days: int, calendar: Calendar) -> datetime.date:
    """The earliest day of assignment whose working days for signing are not over: `add_workdays(day, n) > today`
    exactly for the days from this one on."""
    return add_workdays(today + DAY, -grace_working_days, calendar)


def published_figures(
    programmes: list[Programme], *, ids: list[int], today: datetime.date, dialect: Dialect
) -> list[dict[str, Any]]:
    """What `published.of_target` knows of each indicator that a programme's pledges name and each of its numbers,
    before it looks at a target. ``next_quarter`` is the first due date that, once it has passed, asks for a later
    figure than the newest."""
    within = Target.objects.filter(pledge__gte=min(ids), pledge__lte=max(ids), indicator__isnull=False).order_by()
    named = set(within.values_list("pledge__programme", "indicator").distinct())
    of_year: dict[tuple[int, int], list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(indicator__in={indicator for _programme, indicator in named}):
        of_year[figure.indicator_id, figure.end_date.year].append(figure)
    rows = []
    for programme, uses in itertools.product(programmes, FigureNumber.values):
        user = Target(uses=uses)  # of an amount: the statement turns the sign for a reduction
        for indicator in sorted(indicator for of, indicator in named if of == programme.pk):
            figures = of_year[indicator, programme.year]
            newest = published.newest_released(figures, user, today=today)
            number = published.number_for(user, newest) if newest else None
            if newest is None or number is None:
                continue  # no row means: nothing is out, so it is awaited
            days = {
                "data_date": newest.end_date,
                "finished": published.finished_by(figures, year=programme.year, today=today),
                "next_quarter": _quarter_start(newest.end_date + DAY),
            }
            row = {"programme_id": programme.pk, "indicator_id": indicator, "uses": uses}
            row |= {"number": dialect.number(number)}
            rows.append(row | {name: found and found.isoformat() for name, found in days.items()})
    return rows


def _quarter_start(day: datetime.date) -> datetime.date:
    return datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
