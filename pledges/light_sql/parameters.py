"""What one statement is told: the day, the programme's numbers, its closed windows, and the published figures."""

import datetime
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from pledges import published
from pledges.completion import Thresholds
from pledges.light_sql.dialects import Dialect
from pledges.models import Figure, FigureNumber, Programme, Target
from pledges.working_days import Calendar, add_workdays

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Parameters:
    """``values`` are the statement's named parameters, all but the ids of its pledges; ``windows`` is how many of them
    are windows that have closed: window_0_closes, window_0_starts, …"""

    values: dict[str, Any]
    windows: int


def parameters(
    programme: Programme, *, ids: list[int], calendar: Calendar, today: datetime.date, dialect: Dialect
) -> Parameters:
    """For the pledges ``ids`` of one programme; the periods are read through the programme, so prefetch them."""
    thresholds = Thresholds.from_settings(programme.thresholds)
    closed = [period for period in programme.periods.all() if period.closes_date < today]
    windows = {
        f"window_{number}_{name}": day
        for number, period in enumerate(closed)
        for name, day in (("closes", period.closes_date), ("starts", period.start_date))
    }
    days = {
        "today": today,
        "year_start": datetime.date(programme.year, 1, 1),
        "year_end": datetime.date(programme.year, 12, 31),
        "signing_since": signing_since(today, thresholds.grace_working_days, calendar),
    }
    numbers = {
        "far_behind": thresholds.far_behind_bp,
        "behind": max(thresholds.behind_bp, 1),  # set to 0 it means: any lag at all
        "half_from": thresholds.half_of_plan_from_bp,
        "far_ratio": thresholds.far_ratio_bp,
        "behind_ratio": thresholds.behind_ratio_bp,
        "soft": thresholds.soft_tolerance_bp,
        "approx": thresholds.approx_tolerance_bp,
    }
    spelt = {name: dialect.day(day) for name, day in (days | windows).items()}
    figures = json.dumps(published_figures(programme, ids=ids, today=today, dialect=dialect))
    return Parameters(values={**spelt, **numbers, "ids": dialect.ids(ids), "published": figures}, windows=len(closed))


def signing_since(today: datetime.date, grace_working_days: int, calendar: Calendar) -> datetime.date:
    """The earliest day of assignment whose working days for signing are not over: `add_workdays(day, n) > today`
    exactly for the days from this one on."""
    return add_workdays(today + DAY, -grace_working_days, calendar)


def published_figures(
    programme: Programme, *, ids: list[int], today: datetime.date, dialect: Dialect
) -> list[dict[str, Any]]:
    """What `published.of_target` knows of each indicator of the pledges and each of its numbers, before it looks at a
    target. ``next_quarter`` is the first due date that, once it has passed, asks for a later figure than the newest."""
    named = Target.objects.filter(
        pledge__programme=programme, pledge__gte=min(ids), pledge__lte=max(ids), indicator__isnull=False
    )
    by_indicator: dict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(end_date__year=programme.year, indicator__in=named.values("indicator")):
        by_indicator[figure.indicator_id].append(figure)
    rows = []
    for (indicator, figures), uses in itertools.product(by_indicator.items(), FigureNumber.values):
        user = Target(uses=uses)  # of an amount: the statement turns the sign for a reduction
        newest = published.newest_released(figures, user, today=today)
        number = published.number_for(user, newest) if newest else None
        if newest is None or number is None:
            continue  # no row means: nothing is out, so it is awaited
        days = {
            "data_date": newest.end_date,
            "finished": published.finished_by(figures, year=programme.year, today=today),
            "next_quarter": _quarter_start(newest.end_date + DAY),
        }
        row = {"indicator_id": indicator, "uses": uses, "number": dialect.number(number)}
        rows.append(row | {name: found and found.isoformat() for name, found in days.items()})
    return rows


def _quarter_start(day: datetime.date) -> datetime.date:
    return datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
