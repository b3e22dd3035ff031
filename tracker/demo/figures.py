"""The published figures of the demo year: three indicators, named for the targets that they measure, entered on the
days on which they come out. The third quarter's gross product is to come out on 20 October, so that on the 15th it is
awaited.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tracker.demo.world import Happen, World
from workflow import indicators, target_sources

NAMED_ON = "01-29"


@dataclass(frozen=True)
class Published:
    """One indicator: which pledge's target it measures, by which number, and its figures as (months from January, day
    of release, value in the shown unit or "", year-on-year)."""

    name: str
    unit: str
    scale: int
    publisher: str
    pledge: str
    uses: str
    figures: tuple[tuple[int, str, str, str], ...]


EVERY = (
    Published(
        name="地区生产总值",
        unit="元",
        scale=100_000_000,
        publisher="市统计局",
        pledge="地区生产总值增长6.5%左右",
        uses="year_on_year",
        figures=(
            (3, "04-20", "286.4", "6.2"),
            (6, "07-18", "612.7", "6.3"),
            (9, "10-20", "941.5", "6.4"),
        ),
    ),
    Published(
        name="外贸进出口总额",
        unit="元",
        scale=100_000_000,
        publisher="泽川海关",
        pledge="外贸进出口总额增长8%以上",
        uses="year_on_year",
        figures=(
            (2, "03-16", "18.9", "7.1"),
            (3, "04-14", "29.6", "6.1"),
            (6, "07-14", "61.8", "5.8"),
            (9, "10-14", "94.3", "5.2"),
        ),
    ),
    Published(
        name="工业技改投资",
        unit="元",
        scale=100_000_000,
        publisher="市统计局",
        pledge="完成工业技改投资320亿元",
        uses="value",
        figures=(
            (3, "04-09", "46", "3.4"),
            (6, "07-10", "128", "5.1"),
            (9, "10-12", "193", "4.7"),
        ),
    ),
)


def of_the_year(world: World, year: int) -> list[tuple[datetime.date, Happen]]:
    """When each figure is entered, with its day; the first occasion sets the indicators up and names them."""
    found: list[tuple[datetime.date, Callable[[datetime.datetime], None]]] = [
        (_day(year, NAMED_ON), partial(_set_up, world, year))
    ]
    for one in EVERY:
        for figure in one.figures:
            found.append((_day(year, figure[1]), partial(_enter, world, one, figure, year)))
    return found


def _set_up(world: World, year: int, at: datetime.datetime) -> None:
    statistician = world.actor("statistician")
    for one in EVERY:
        given = {"name": one.name, "unit": one.unit, "scale": one.scale, "publisher": one.publisher}
        made = indicators.add(actor=statistician, payload=given, at=at)
        for months, on, _value, _change in one.figures:
            planned = {"period": f"{year}-1-{months}", "release_date": _day(year, on).isoformat()}
            indicators.plan_release(made.pk, actor=statistician, payload=planned, at=at)
        pledge = world.pledge(one.pledge)
        if pledge is not None:
            named = {
                "target": pledge.targets.get().pk,
                "source": "indicator",
                "indicator": made.pk,
                "uses": one.uses,
            }
            target_sources.name(
                pledge.pk, actor=world.actor("supervisor"), version=pledge.version, payload=named, at=at
            )


def _enter(world: World, one: Published, figure: tuple[int, str, str, str], year: int, at: datetime.datetime) -> None:
    months, _on, value, change = figure
    government = world.programme.government
    indicator = government.indicators.get(name=one.name)
    given = {"period": f"{year}-1-{months}", "value": value, "year_on_year": change}
    indicators.enter(indicator.pk, actor=world.actor("statistician"), payload=given, at=at)


def _day(year: int, day: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{year}-{day}")
