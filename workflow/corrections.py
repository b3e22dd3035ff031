"""更正说明: what was revised after a period had been closed. The frozen period itself stays as it is."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from pledges import published
from pledges.data_periods import DataPeriod
from pledges.models import Figure, FigureNumber, Indicator, Period, Pledge, Report, ReportStatus, Target
from workflow.context import day_of

FROZEN = (ReportStatus.APPROVED, ReportStatus.ACCEPTED)


@dataclass(frozen=True)
class Correction:
    """One number that reads otherwise now, in base units. Of an indicator (``indicator``, ``data_period``, ``uses``),
    or of what a unit reported (``pledge``, ``target``). ``at`` is when the newer one was entered."""

    before: Decimal
    after: Decimal
    reason: str
    at: datetime.datetime | None
    indicator: Indicator | None = None
    data_period: DataPeriod | None = None
    uses: str = ""
    pledge: Pledge | None = None
    target: Target | None = None


def corrections(period: Period, *, today: datetime.date) -> list[Correction]:
    """Figures first, by indicator and data period, then reports by pledge; nothing while the period is open.

    A figure counts where its data period ended by the period's end, a pledge of the programme uses it, and the revision
    is out by ``today``. What was missing at the closing and came later is no correction. Five queries.
    """
    if period.closed_at is None:
        return []
    return [*_of_figures(period, period.closed_at, today), *_of_reports(period, period.closed_at)]


def _of_figures(period: Period, closed_at: datetime.datetime, today: datetime.date) -> Iterator[Correction]:
    targets = Target.objects.filter(pledge__programme=period.programme_id, indicator__isnull=False)
    used = sorted(set(targets.order_by().values_list("indicator", "uses")))
    rows = (
        Figure.objects.filter(
            indicator__in={indicator for indicator, _uses in used},
            end_date__range=(datetime.date(period.end_date.year, 1, 1), period.end_date),
            entered_at__isnull=False,
            release_date__lte=today,
        )
        .select_related("indicator")
        .order_by("indicator__position", "indicator", "end_date", "start_date", "revision")
    )
    for (_pk, start, end), many in groupby(rows, key=lambda one: (one.indicator_id, one.start_date, one.end_date)):
        figures = list(many)
        was_out = [one for one in figures if _at(one) <= closed_at and one.release_date <= day_of(closed_at)]
        if not was_out:
            continue
        before, after = max(was_out, key=published.rank_of), max(figures, key=published.rank_of)
        for uses in FigureNumber.values:
            old, new = getattr(before, uses), getattr(after, uses)
            if (after.indicator_id, uses) in used and old is not None and new is not None and old != new:
                yield Correction(
                    before=old,
                    after=new,
                    reason=after.reason,
                    at=after.entered_at,
                    indicator=after.indicator,
                    data_period=DataPeriod.of(start, end),
                    uses=uses,
                )


def _at(figure: Figure) -> datetime.datetime:
    return figure.entered_at or datetime.datetime.max.replace(tzinfo=datetime.UTC)


def _of_reports(period: Period, closed_at: datetime.datetime) -> Iterator[Correction]:
    """The newest approved report of the period now, against the newest approved one made before the closing."""
    later = Report.objects.filter(period=period, submitted_at__gt=closed_at, status__in=FROZEN).values("pledge")
    rows = (
        Report.objects.filter(period=period, status__in=FROZEN, pledge__in=later)
        .select_related("pledge")
        .prefetch_related("values__target")
        .order_by("pledge__number", "pledge", "revision")
    )
    for _pk, many in groupby(rows, key=lambda one: one.pledge_id):
        reports = list(many)
        frozen = [one for one in reports if one.submitted_at <= closed_at]
        if not frozen:
            continue
        newest, old = reports[-1], {value.target_id: value.value for value in frozen[-1].values.all()}
        for value in newest.values.all():
            was = old.get(value.target_id)
            if was is not None and was != value.value and value.target.indicator_id is None:
                yield Correction(
                    before=was,
                    after=value.value,
                    reason=newest.fall_reason or newest.sentence,
                    at=newest.submitted_at,
                    pledge=newest.pledge,
                    target=value.target,
                )
