"""What the rows say. Nothing is drawn: every number follows from the place of its pledge, the same each time.

A government has its departments, some of them with units of their own, an office of supervision and eight leaders; the
years before the last are closed but for a few, the last one is in its fourth quarter.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from benchmarks.scale.copying import copy, settle, text

YEARS = (2016, 2017, 2018, 2019, 2020)
TODAY = datetime.date(2020, 10, 20)
LEADERS, DEPARTMENTS, OFFICE = 8, 40, 1  # of a government's units the first 40 stand under it, 1 is the office
SECTIONS = ("稳增长", "调结构", "促改革", "抓项目", "惠民生", "防风险", "优环境", "强作风")
NULL = text(None)


@dataclass(frozen=True)
class Size:
    """``units`` of one government, itself included; ``pledges`` of one government in one year."""

    governments: int
    units: int
    pledges: int

    @property
    def all_units(self) -> int:
        return self.governments * self.units

    @property
    def all_pledges(self) -> int:
        return self.governments * len(YEARS) * self.pledges


PROVINCE = Size(governments=40, units=50, pledges=1_000)
DISTRICT = Size(governments=1, units=20, pledges=400)  # as many pledges a unit


class Place(NamedTuple):
    """One pledge: ``number`` within its programme, which is that of the government and the year."""

    id: int
    government: int
    year: int
    number: int
    unit: int
    programme: int
    periods: tuple[int, ...]


def fill(size: Size) -> None:
    """Write everything. Progress is shown on the terminal."""
    from config import progress
    from pledges.models import (
        Milestone,
        Party,
        Pledge,
        Post,
        Report,
        ReportStage,
        ReportValue,
        Target,
        TrajectoryPoint,
        Unit,
        User,
    )

    _people(size)
    places = Places(size, _programmes(size))
    steps = [_pledges, _parties, _targets, _trajectories, _milestones, _reports]
    for step in progress.bar("tables")(steps, lambda: len(steps)):
        step(places)
    settle(
        Unit, User, Post, Pledge, Party, Target, TrajectoryPoint, Milestone, Report, ReportValue, ReportStage
    )  # fmt: skip


def unit_id(size: Size, government: int, unit: int) -> int:
    return 1 + government * size.units + unit


# Who there is


def _people(size: Size) -> None:
    """Units, a coordinator and a head in each, the leaders, the office's two; every programme with its periods."""
    from pledges.models import Post, Unit, User

    posts = [
        (unit_id(size, government, unit), role, title)
        for government in range(size.governments)
        for unit in range(size.units)
        for role, title in _posts_of(unit)
    ]
    copy(Unit, _units(size), "id", "name", "kind", "parent_id", "path", "position")
    users = ((n, f"person-{n}", f"干部{n}", f"person-{n}@example.invalid") for n in range(1, len(posts) + 1))
    copy(User, users, "id", "username", "name", "email", password="!")
    numbered = ((n, unit, role, title, n) for n, (unit, role, title) in enumerate(posts, 1))
    copy(Post, numbered, "id", "unit_id", "role", "title", "holder_id")
    settle(Unit, User, Post)


def _posts_of(unit: int) -> Iterator[tuple[str, str]]:
    yield "coordinator", "联络员"
    yield "head", "负责人"
    if unit == 0:
        for number in range(LEADERS):
            yield "leader", f"领导{number}"
    if unit == OFFICE:
        yield "director", "主任"
        yield "supervisor", "督查专员"


def _units(size: Size) -> Iterator[tuple[Any, ...]]:
    """The province, nine cities under it, and counties under the cities."""
    paths: dict[int, str] = {}
    for government in range(size.governments):
        for unit in range(size.units):
            above = None
            if unit:
                above = unit_id(size, government, 0 if unit < DEPARTMENTS else unit - DEPARTMENTS + 2)
            elif government:
                above = unit_id(size, 0 if government < 10 else 1 + (government - 10) % 9, 0)
            pk = unit_id(size, government, unit)
            paths[pk] = f"{paths[above] if above else '/'}{pk}/"
            kind = "city" if unit == 0 else "office" if unit == OFFICE else "bureau"
            yield pk, f"单位{pk}", kind, above or NULL, paths[pk], unit


# What was promised


class Years(NamedTuple):
    """A programme and its periods."""

    government: int
    year: int
    programme: int
    periods: tuple[int, ...]


@dataclass(frozen=True)
class Places:
    """Every pledge's place, one after another; none is kept."""

    size: Size
    programmes: list[Years]

    def __iter__(self) -> Iterator[Place]:
        pk = 0
        for government, year, programme, periods in self.programmes:
            for number in range(self.size.pledges):
                pk += 1
                unit = unit_id(self.size, government, number % self.size.units)
                yield Place(pk, government, year, number, unit, programme, periods)


def _programmes(size: Size) -> list[Years]:
    from pledges import calendars, services
    from pledges.models import Programme, Unit

    for year in (*YEARS, YEARS[-1] + 1):
        calendars.ensure_year(year)
    calendar = calendars.current()
    made = []
    for government in range(size.governments):
        city = Unit.objects.get(pk=unit_id(size, government, 0))
        for year in YEARS:
            programme = services.create_programme(government=city, year=year, calendar=calendar)
            periods = tuple(programme.periods.values_list("pk", flat=True))
            made.append(Years(government, year, programme.pk, periods))
    Programme.objects.update(state="issued", next_number=size.pledges + 1)
    return made


def _life(place: Place) -> tuple[str, str]:
    """State and outcome. Of a year that is over 97 of 100 are closed."""
    share = (place.number * 37 + place.year) % 100
    if place.year < YEARS[-1]:
        return ("closed", ("met", "met", "met", "met_with_change", "not_met")[share % 5]) if share < 97 else (
            "in_progress", "",
        )  # fmt: skip
    for state, until in (("closed", 8), ("claimed", 12), ("suspended", 14), ("withdrawn", 15), ("assigned", 18)):
        if share < until:
            return state, "met" if state == "closed" else ""
    return "in_progress", ""


def _pledges(places: Places) -> None:
    from pledges.models import Pledge, Post

    leaders: dict[int, list[int]] = {}
    by_government = Post.objects.filter(role="leader").order_by("pk").values_list("pk", "unit__position", "unit")
    for pk, _position, unit in by_government:
        leaders.setdefault(unit, []).append(pk)
    heads = list(leaders.values())

    def rows() -> Iterator[tuple[Any, ...]]:
        for place in places:
            state, outcome = _life(place)
            section = SECTIONS[(place.unit + place.number // 50 % 3) % len(SECTIONS)]
            leader = heads[place.government][place.unit % LEADERS]
            due = f"{place.year}-{'12-15' if place.number % 4 else '09-30'}"
            tags = '["民生实事"]' if place.number % 5 == 0 else '["重点项目"]' if place.number % 9 == 0 else "[]"
            claimed = (f"{place.year}-12-{10 + place.number % 10}", due) if outcome else (NULL, NULL)
            yield (
                place.id, place.programme, f"{place.year}-{place.number + 1:03d}", section, place.unit, leader, due,
                due, tags, state, outcome, f"{place.year}-02-03", *claimed,
            )  # fmt: skip

    copy(
        Pledge, rows(), "id", "programme_id", "number", "section", "lead_unit_id", "leader_id", "due_date",
        "original_due_date", "tags", "state", "outcome", "assigned_date", "claimed_date", "claim_due_date",
        title="完成一批行政村的管网改造", quote="完成一批行政村的管网改造。", form="quantified", basis="政府工作报告",
    )  # fmt: skip


def _parties(places: Places) -> None:
    from pledges.models import Party

    copy(Party, ((place.id, place.id, place.unit) for place in places), "id", "pledge_id", "unit_id", part="lead")


def _targets(places: Places) -> None:
    from pledges.models import Target

    copy(Target, ((place.id, place.id) for place in places), "id", "pledge_id", value=1000, unit="个")


def _trajectories(places: Places) -> None:
    """Every third has a course of its own."""
    from pledges.models import TrajectoryPoint

    course = (("06-30", 300), ("12-15", 1000))
    rows = (
        (place.id * 2 + at, place.id, f"{place.year}-{day}", value)
        for place in places
        if place.number % 3 == 0
        for at, (day, value) in enumerate(course)
    )
    copy(TrajectoryPoint, rows, "id", "target_id", "day", "value")


def _milestones(places: Places) -> None:
    """Every tenth has two stages beside its target."""
    from pledges.models import Milestone

    rows = (
        (place.id * 2 + at, place.id, at + 1, f"{place.year}-{day}")
        for place in places
        if place.number % 10 == 0
        for at, day in enumerate(("06-30", "11-30"))
    )
    copy(Milestone, rows, "id", "pledge_id", "position", "planned_date", title="节点")


def _reports(places: Places) -> None:
    """A report a quarter; of the running year three quarters, every eleventh missing."""
    from pledges.models import Report, ReportStage, ReportValue

    ends = ("03-31", "06-30", "09-30", "12-31")

    def of(place: Place) -> Iterator[int]:
        for quarter in range(3 if place.year == YEARS[-1] else 4):
            if (place.number + quarter) % 11:
                yield quarter

    reports = (
        (
            place.id * 4 + quarter, place.id, place.periods[quarter], f"{place.year}-{ends[quarter]}",
            "t" if place.number % 40 == 0 else "f", f"{place.year}-{ends[quarter]} 10:00+08",
        )
        for place in places
        for quarter in of(place)
    )  # fmt: skip
    copy(
        Report, reports, "id", "pledge_id", "period_id", "data_date", "late", "submitted_at", sentence="按计划推进。",
        status="accepted",
    )  # fmt: skip
    values = (
        (place.id * 4 + quarter, place.id * 4 + quarter, place.id, (place.number * 7 % 340) * (quarter + 1))
        for place in places
        for quarter in of(place)
    )
    copy(ReportValue, values, "id", "report_id", "target_id", "value")
    stages = (
        (place.id * 4 + quarter, place.id * 4 + quarter, place.id * 2, f"{place.year}-06-20")
        for place in places
        if place.number % 10 == 0
        for quarter in of(place)
        if quarter
    )
    copy(ReportStage, stages, "id", "report_id", "milestone_id", "done_date")
