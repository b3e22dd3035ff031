"""A target's course over the year as the numbers of a small SVG: what was planned, what was reported."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from pledges import completion, published
from pledges.models import Figure, Report, Target
from tracker import words
from tracker.web import figures

WIDTH, HEIGHT = 600, 200
RIGHT, TOP, BOTTOM = 580, 20, 168
LETTER, IDEOGRAPH = 9, 16  # how wide a character of a label may become on a narrow screen


@dataclass(frozen=True)
class Chart:
    """Everything that `components/chart.html` draws; coordinates are text, with a point in every language."""

    words: str
    levels: list[dict[str, str]]
    days: list[dict[str, str]]
    plan: str
    values: str
    dots: list[dict[str, str]]
    goal: str | None
    now: str | None
    left: int
    label_x: int
    width: int = WIDTH
    height: int = HEIGHT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM
    day_y: int = HEIGHT - 12


@dataclass(frozen=True)
class Scale:
    """From days and values to places on the drawing."""

    first: datetime.date
    last: datetime.date
    low: Decimal
    high: Decimal
    left: int

    def x(self, day: datetime.date) -> str:
        whole = max((self.last - self.first).days, 1)
        passed = min(max((day - self.first).days, 0), whole)
        return f"{self.left + Decimal(RIGHT - self.left) * passed / whole:.1f}"

    def y(self, value: Decimal) -> str:
        return f"{BOTTOM - Decimal(BOTTOM - TOP) * (value - self.low) / (self.high - self.low):.1f}"


def chart_of(
    target: Target,
    facts: completion.PledgeFacts,
    one: completion.TargetFacts,
    reports: Iterable[Report],
    *,
    today: datetime.date,
) -> Chart | None:
    """None where nothing has been reported yet and nothing was planned in steps."""
    reported = _published(target, facts, today) if target.indicator else _reported(target, reports)
    planned = _planned(target, facts, one)
    if not reported and not one.trajectory:
        return None
    scale = _scale(target, facts, planned, reported)
    return Chart(
        words=_words(target, reported),
        levels=_levels(target, scale),
        days=_days(scale),
        plan=_line(planned, scale),
        values=_line(reported, scale) if len(reported) > 1 else "",
        dots=_dots(target, reported, scale),
        goal=scale.y(target.value),
        now=scale.x(today) if scale.first <= today <= scale.last else None,
        left=scale.left,
        label_x=scale.left - 8,
    )


def _reported(target: Target, reports: Iterable[Report]) -> list[tuple[datetime.date, Decimal]]:
    """The value that counts at each data date, in order; of several for one day the newest."""
    found: dict[datetime.date, Decimal] = {}
    for report in reports:  # newest first
        for value in report.values.all():
            if value.target_id == target.pk:
                found.setdefault(report.data_date, value.value)
    return sorted(found.items())


def _published(
    target: Target, facts: completion.PledgeFacts, today: datetime.date
) -> list[tuple[datetime.date, Decimal]]:
    """The figures of the plan year that are out, at the ends of their data periods."""
    by_end: dict[datetime.date, list[Figure]] = {}
    for figure in published.of_year(target.indicator.figures.all() if target.indicator else (), facts.plan_year):
        by_end.setdefault(figure.end_date, []).append(figure)
    newest = {day: published.newest_released(many, target, today=today) for day, many in sorted(by_end.items())}
    numbers = [(day, published.number_for(target, figure)) for day, figure in newest.items() if figure is not None]
    return [(day, number) for day, number in numbers if number is not None]


def _planned(
    target: Target, facts: completion.PledgeFacts, one: completion.TargetFacts
) -> list[tuple[datetime.date, Decimal]]:
    days = [facts.start_date, *(day for day, _value in one.trajectory), facts.due_date]
    points = [(day, figures.planned_value(facts, one, target, day)) for day in sorted(set(days))]
    return [(day, value) for day, value in points if value is not None]


def _scale(
    target: Target,
    facts: completion.PledgeFacts,
    planned: list[tuple[datetime.date, Decimal]],
    reported: list[tuple[datetime.date, Decimal]],
) -> Scale:
    values = [target.value, *(value for _day, value in (*planned, *reported))]
    if target.quantity_kind in (Target.QuantityKind.AMOUNT, Target.QuantityKind.REDUCTION) and planned:
        values.append(min(Decimal(0), *values))
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 1, high + 1
    margin = (high - low) / 10
    days = [facts.start_date, facts.due_date, *(day for day, _value in (*planned, *reported))]
    return Scale(min(days), max(days), low if low == 0 else low - margin, high + margin, _room_for_labels(target))


def _room_for_labels(target: Target) -> int:
    label = words.of_target(target.value, target)
    return max(56, 16 + sum(LETTER if character.isascii() else IDEOGRAPH for character in label))


def _line(points: list[tuple[datetime.date, Decimal]], scale: Scale) -> str:
    return " ".join(f"{scale.x(day)},{scale.y(value)}" for day, value in points)


def _levels(target: Target, scale: Scale) -> list[dict[str, str]]:
    shown = sorted({Decimal(0), target.value} if scale.low <= 0 else {target.value})
    return [
        {"y": scale.y(value), "text_y": f"{Decimal(scale.y(value)) + 4}", "text": words.of_target(value, target)}
        for value in shown
    ]


def _days(scale: Scale) -> list[dict[str, str]]:
    """The quarters' ends that the drawing spans, and its last day."""
    year = scale.first.year
    ends = [datetime.date(year, 3, 31), datetime.date(year, 6, 30), datetime.date(year, 9, 30)]
    room = datetime.timedelta(days=40)
    inner = [day for day in ends if scale.first + room < day < scale.last - room]
    ticks = [(scale.first, "start"), *((day, "middle") for day in inner), (scale.last, "end")]
    return [{"x": scale.x(day), "text": f"{day:%m-%d}", "anchor": anchor} for day, anchor in ticks]


def _dots(target: Target, reported: list[tuple[datetime.date, Decimal]], scale: Scale) -> list[dict[str, str]]:
    dots = []
    for index, (day, value) in enumerate(reported):
        y = Decimal(scale.y(value))
        is_last = index == len(reported) - 1
        dots.append(
            {
                "x": scale.x(day),
                "y": str(y),
                "text_y": str(y - 8 if y > TOP + 16 else y + 18),
                "anchor": "end" if is_last and Decimal(scale.x(day)) > RIGHT - 40 else "middle",
                "text": words.number(value, target.scale),
                "words": _("%(day)s 累计 %(amount)s") % {"day": day, "amount": words.of_target(value, target)},
            }
        )
    return dots


def _words(target: Target, reported: list[tuple[datetime.date, Decimal]]) -> str:
    name = words.goal(target)
    if not reported:
        return _("“%(target)s”的计划曲线,尚无填报") % {"target": name}
    day, value = reported[-1]
    return _("“%(target)s”的计划与填报曲线,最新 %(day)s 累计 %(amount)s") % {
        "target": name,
        "day": day,
        "amount": words.of_target(value, target),
    }
