"""Writes indicators, their figures, and where a target's numbers come from."""

import datetime
from typing import Any

from django.db.models import Max

from pledges.data_periods import DataPeriod
from pledges.models import Figure, Indicator, Target, Unit


def add_indicator(*, government: Unit, **fields: Any) -> Indicator:
    last = Indicator.objects.filter(government=government).aggregate(last=Max("position"))["last"] or 0
    return Indicator.objects.create(government=government, position=last + 1, **fields)


def change_indicator(indicator: Indicator, **changes: Any) -> Indicator:
    for name, value in changes.items():
        setattr(indicator, name, value)
    indicator.save(update_fields=list(changes))
    return indicator


def plan_release(indicator: Indicator, period: DataPeriod, *, release_date: datetime.date) -> Figure:
    """The day on which the period's first figure is to come out."""
    figure, _made = Figure.objects.update_or_create(
        indicator=indicator,
        start_date=period.start_date,
        end_date=period.end_date,
        revision=1,
        defaults={"release_date": release_date},
    )
    return figure


def enter_figure(indicator: Indicator, period: DataPeriod, **fields: Any) -> Figure:
    """The period's first figure, in the place of its plan where there is one."""
    figure, _made = Figure.objects.update_or_create(
        indicator=indicator, start_date=period.start_date, end_date=period.end_date, revision=1, defaults=fields
    )
    return figure


def revise_figure(figure: Figure, **fields: Any) -> Figure:
    """One more revision beside the others, which stay."""
    return Figure.objects.create(
        indicator_id=figure.indicator_id,
        start_date=figure.start_date,
        end_date=figure.end_date,
        revision=figure.revision + 1,
        **fields,
    )


def set_source(
    target: Target, *, source: str, source_unit: Unit | None, indicator: Indicator | None, uses: str
) -> Target:
    target.source, target.source_unit, target.indicator, target.uses = source, source_unit, indicator, uses
    target.save(update_fields=["source", "source_unit", "indicator", "uses"])
    return target
