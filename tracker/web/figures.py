"""Targets beside what was reported, as rows and pages show them. The arithmetic is `pledges.completion`'s."""

import datetime
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from pledges import completion, published, standing
from pledges.data_periods import DataPeriod
from pledges.models import Milestone, Pledge, Report, ReportStage, Target
from pledges.published import Published
from pledges.working_days import Calendar
from tracker import words


@dataclass(frozen=True)
class Figure:
    """A target and its newest value, in words: "120" of "355个". ``reported`` is empty before the first report."""

    target: Target
    reported: str
    goal: str


@dataclass(frozen=True)
class TargetStanding:
    """One target with everything its page shows. ``planned`` is the planned cumulative value on the data date.

    ``published`` is None where no indicator measures the target; ``estimate`` is then what the unit reported (预计).
    """

    figure: Figure
    facts: completion.TargetFacts
    progress_bp: int | None
    plan_bp: int | None
    gap: str
    is_behind: bool
    is_reached: bool
    planned: str
    data_date: datetime.date | None
    published: Published | None = None
    estimate: str = ""
    estimate_date: datetime.date | None = None

    @property
    def period(self) -> DataPeriod | None:
        """The data period of the published figure."""
        figure = self.published.figure if self.published else None
        return DataPeriod.of(figure.start_date, figure.end_date) if figure else None


@dataclass(frozen=True)
class Stage:
    milestone: Milestone
    done_date: datetime.date | None
    is_late: bool


def figures_of(pledge: Pledge, *, today: datetime.date) -> list[Figure]:
    """Every target of a pledge from `PledgeQuerySet.with_latest_report`, without a further query: what was published
    where an indicator measures it, else what was reported."""
    values = values_of(standing.newest_report(pledge))
    found = []
    for target in pledge.targets.all():
        known = published.of_target(target, year=pledge.programme.year, due=pledge.due_date, today=today)
        found.append(figure_of(target, known.number if known else values.get(target.pk)))
    return found


def figure_of(target: Target, value: Decimal | None) -> Figure:
    return Figure(target=target, reported=bare(value, target), goal=goal_of(target))


def bare(value: Decimal | None, target: Target) -> str:
    """The number as it stands before "/ 355个": without the unit, but a share keeps its sign."""
    if value is None:
        return ""
    return words.of_target(value, target) if target.unit == "%" else words.number(value, target.scale)


def goal_of(target: Target) -> str:
    """What the target asks for, without its name."""
    return words.wanted(
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
        scale=target.scale,
        comparator=target.comparator,
        quantity_kind=target.quantity_kind,
    )


def unit_of(target: Target) -> str:
    """The unit that numbers are typed in: 万户."""
    return f"{words.SCALES.get(target.scale, '')}{target.unit}"


def values_of(report: Report | None) -> dict[int, Decimal]:
    return {value.target_id: value.value for value in report.values.all()} if report else {}


def standings_of(pledge: Pledge, *, calendar: Calendar, today: datetime.date) -> list[TargetStanding]:
    """Every target of a pledge from `PledgeQuerySet.with_facts`."""
    facts = facts_of(pledge, calendar=calendar, today=today)
    thresholds = completion.Thresholds.from_settings(pledge.programme.thresholds)
    newest = standing.newest_report(pledge)
    values = values_of(newest)
    found = []
    for target, one in zip(pledge.targets.all(), facts.targets, strict=True):
        known = published.of_target(target, year=pledge.programme.year, due=pledge.due_date, today=today)
        is_estimate = known is not None and newest is not None and target.pk in values
        found.append(
            replace(
                _standing(target, facts, one, thresholds, today),
                published=known,
                estimate=words.of_target(values[target.pk], target) if is_estimate else "",
                estimate_date=newest.data_date if is_estimate and newest else None,
            )
        )
    return found


def facts_of(pledge: Pledge, *, calendar: Calendar, today: datetime.date) -> completion.PledgeFacts:
    return standing.facts_of(
        pledge,
        periods=list(pledge.programme.periods.all()),
        calendar=calendar,
        thresholds=completion.Thresholds.from_settings(pledge.programme.thresholds),
        today=today,
    )


def _standing(
    target: Target,
    facts: completion.PledgeFacts,
    one: completion.TargetFacts,
    thresholds: completion.Thresholds,
    today: datetime.date,
) -> TargetStanding:
    day = one.data_date or today
    progress, plan, distance = completion.progress(one), completion.plan_at(facts, one, day), completion.distance(one)
    planned = planned_value(facts, one, target, day)
    return TargetStanding(
        figure=figure_of(target, one.reported),
        facts=one,
        progress_bp=progress,
        plan_bp=plan,
        gap="" if distance is None else words.of_target(abs(distance), target),
        is_behind=distance is not None and distance < 0,
        is_reached=completion.reached(one, thresholds),
        planned="" if planned is None else words.of_target(planned, target),
        data_date=one.data_date,
    )


def planned_value(
    facts: completion.PledgeFacts, one: completion.TargetFacts, target: Target, day: datetime.date
) -> Decimal | None:
    """The planned cumulative value at the end of a day as it is shown: no finer than the target is written."""
    planned = completion.planned_value(facts, one, day)
    if planned is None or day in dict(one.trajectory):
        return planned
    step = Decimal(1).scaleb(min(_exponent(one.value / target.scale), 0))
    return (planned / target.scale).quantize(step, ROUND_HALF_UP) * target.scale


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def stages_of(pledge: Pledge, *, today: datetime.date) -> list[Stage]:
    newest = standing.newest_report(pledge)
    reported: list[ReportStage] = list(newest.stages.all()) if newest else []
    done = {stage.milestone_id: stage.done_date for stage in reported}
    return [
        Stage(
            milestone=milestone,
            done_date=done.get(milestone.pk),
            is_late=(done.get(milestone.pk) or today) > milestone.planned_date,
        )
        for milestone in pledge.milestones.all()
    ]
