"""Published figures as a grid: indicators down, data periods across. What is not out yet shows its day and nothing else
to everybody but who enters it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from pledges import published
from pledges.actors import Actor
from pledges.data_periods import DataPeriod
from pledges.models import Figure, Indicator, Role
from tracker import words

QUARTERS = (3, 6, 9, 12)
PERCENT = "%"


@dataclass(frozen=True)
class Cell:
    """One indicator in one data period. ``figure`` is what counts today, None where nothing is out; ``awaited`` the row
    that comes out later, ``is_open`` whether its numbers may be shown now; ``revisions`` how many were entered."""

    period: DataPeriod
    figure: Figure | None
    awaited: Figure | None
    is_open: bool
    value: str
    year_on_year: str
    revisions: int
    is_over: bool

    @property
    def is_entered(self) -> bool:
        return self.revisions > 0


@dataclass(frozen=True)
class Line:
    indicator: Indicator
    cells: list[Cell]


def may_see_ahead(actor: Actor) -> bool:
    """Who enters figures knows them before their day; the auditor reads them in the record anyway."""
    return actor.has_role(Role.STATISTICIAN, Role.AUDITOR)


def years(indicators: Iterable[Indicator], today: datetime.date) -> list[int]:
    found = {figure.end_date.year for indicator in indicators for figure in indicator.figures.all()}
    return sorted(found | {today.year})


def columns(indicators: Iterable[Indicator], year: int) -> list[DataPeriod]:
    """The quarters, cumulative, and every other data period that some indicator has a row for."""
    found = {DataPeriod(year=year, last=month, first=1) for month in QUARTERS}
    for indicator in indicators:
        found |= {
            DataPeriod.of(one.start_date, one.end_date) for one in published.of_year(indicator.figures.all(), year)
        }
    return sorted(found)


def lines(
    indicators: Iterable[Indicator], periods: list[DataPeriod], *, actor: Actor, today: datetime.date
) -> list[Line]:
    """Indicators with their figures prefetched."""
    found = []
    for indicator in indicators:
        by_period: dict[tuple[datetime.date, datetime.date], list[Figure]] = {}
        for figure in indicator.figures.all():
            by_period.setdefault((figure.start_date, figure.end_date), []).append(figure)
        cells = [
            cell(indicator, one, by_period.get((one.start_date, one.end_date), []), actor=actor, today=today)
            for one in periods
        ]
        found.append(Line(indicator, cells))
    return found


def cell(indicator: Indicator, period: DataPeriod, rows: list[Figure], *, actor: Actor, today: datetime.date) -> Cell:
    entered = [row for row in rows if row.is_entered]
    out = max((row for row in entered if row.release_date <= today), key=published.rank_of, default=None)
    ahead = [row for row in rows if row.release_date > today or not row.is_entered]
    awaited = max(ahead, key=lambda row: row.revision, default=None)
    shown = out or (awaited if awaited and awaited.is_entered and may_see_ahead(actor) else None)
    return Cell(
        period=period,
        figure=out,
        awaited=awaited,
        is_open=shown is not None,
        value=amount(shown.value if shown else None, indicator),
        year_on_year=percent(shown.year_on_year if shown else None),
        revisions=len(entered),
        is_over=period.end_date < today,
    )


def amount(value: Decimal | None, indicator: Indicator) -> str:
    return "" if value is None else words.amount(value, unit=indicator.unit, scale=indicator.scale)


def percent(value: Decimal | None) -> str:
    """As published, with its sign: +6.4%, -2.4%."""
    return "" if value is None else f"{value.normalize():+f}{PERCENT}"


def unit_of(indicator: Indicator) -> str:
    """The unit that numbers are typed in: 亿元."""
    return f"{words.SCALES.get(indicator.scale, '')}{indicator.unit}"


def rank(figure: Figure) -> str:
    told = {"rank": figure.rank, "of": figure.rank_of}
    return _("第 %(rank)s 位(共 %(of)s)") % told if figure.rank else ""
