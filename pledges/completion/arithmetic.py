"""How far a target or a set of stages has come, and how far it should have come: exact shares, rounded once.

Every share is a Fraction until it is handed out as basis points, half up. A target either has a *way* from where it
starts to where it must get (amounts and reductions), and then progress and a plan, or it has none (growth, shares,
ceilings, floors that already hold, zero tolerance), and then only a distance.
"""

import math
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pledges.completion.rules import DEFAULTS, FULL_BP, MilestoneFacts, PledgeFacts, TargetFacts, Thresholds


def basis_points(share: Fraction) -> int:
    """A share as whole basis points, half up: Fraction(259, 366) → 7077."""
    return math.floor(share * FULL_BP + Fraction(1, 2))


def progress(target: TargetFacts) -> int | None:
    """完成率 in basis points, 0 to 10000; None before the first figure and for a target without a way."""
    share = share_of(target, target.reported)
    return None if share is None else basis_points(share)


def share_of(target: TargetFacts, value: Decimal | None) -> Fraction | None:
    """The exact share of the target's way that `value` has come, clamped to 0..1. None as for `progress`."""
    way = _way(target)
    if way is None or value is None:
        return None
    origin, goal = way
    return min(max((Fraction(value) - origin) / (goal - origin), Fraction(0)), Fraction(1))


def has_way(target: TargetFacts) -> bool:
    """Whether the target is measured as a share of a way, so that progress and a plan make sense."""
    return _way(target) is not None


def _way(target: TargetFacts) -> tuple[Fraction, Fraction] | None:
    """Where the target starts and where it must get; None where there is no way from one to the other."""
    if target.zero_tolerance or target.comparator == "le" or target.kind in ("growth", "share"):
        return None
    goal = Fraction(target.value)
    if target.kind == "reduction":
        return (Fraction(0), goal) if goal > 0 else None
    origin = Fraction(target.baseline or 0)
    if origin < goal:
        # "控制在 10 起" as an equality: every further one is worse, so it is a ceiling however it was entered.
        is_ceiling = target.more_is_worse and target.comparator in ("eq", "approx")
        return None if is_ceiling else (origin, goal)
    if target.comparator == "range":
        # The way down leads to the range's upper end; without one, or inside the range, it only has to hold.
        top = None if target.value_max is None else Fraction(target.value_max)
        return (origin, top) if target.more_is_worse and top is not None and top < origin else None
    if target.comparator == "ge" or origin == goal:
        return None
    return origin, goal


def _is_lower_better(target: TargetFacts) -> bool:
    """Whether falling short means being too high. A range has two ends and is not asked."""
    if target.zero_tolerance or target.comparator == "le":
        return True
    if target.comparator == "ge" or target.kind == "reduction":
        # What a reduction reports is the reduction itself: more of it is better whatever is being reduced.
        return False
    # A growth rate is no way down from last year's rate; an amount or a share is.
    falls = target.kind in ("amount", "share") and target.baseline is not None and target.baseline > target.value
    return target.more_is_worse or falls


def _has_top(target: TargetFacts) -> bool:
    return target.more_is_worse and target.kind != "reduction" and target.value_max is not None


def _meets(target: TargetFacts, tolerance_bp: int) -> bool:
    """Whether the reported figure meets the value, give or take a share of the value itself."""
    if target.reported is None:
        return False
    value, tolerance = Fraction(target.reported), Fraction(tolerance_bp, FULL_BP)
    if target.zero_tolerance:
        return value <= 0
    goal = Fraction(target.value)
    if target.comparator == "range":
        if target.value_max is not None and _has_top(target):
            top = Fraction(target.value_max)
            if value > top + abs(top) * tolerance:
                return False
        return value >= goal - abs(goal) * tolerance
    slack = abs(goal) * tolerance
    return value <= goal + slack if _is_lower_better(target) else value >= goal - slack


def reached(target: TargetFacts, thresholds: Thresholds = DEFAULTS) -> bool:
    """Whether the newest figure reaches the target: ge, eq v ≥ t; le v ≤ t; approx within its tolerance; range
    min ≤ v and, where more is worse, v ≤ max. Where lower is better, eq and approx are read downwards. Nothing is
    reached before the first figure, nor while an indicator's figure is awaited.
    """
    tolerance_bp = thresholds.approx_tolerance_bp if target.comparator == "approx" else 0
    return not target.awaiting_figure and _meets(target, tolerance_bp)


def is_near(target: TargetFacts, thresholds: Thresholds = DEFAULTS) -> bool:
    """Whether the figure meets the value or misses it narrowly (soft tolerance). Zero tolerance knows no near."""
    return _meets(target, thresholds.soft_tolerance_bp) or reached(target, thresholds)


def is_over_its_top(target: TargetFacts) -> bool:
    """Whether a range that climbs to its lower end has passed its upper end, where more is worse."""
    way = _way(target)
    if way is None or way[0] > way[1] or target.comparator != "range":
        return False
    if target.reported is None or target.value_max is None:
        return False
    return _has_top(target) and target.reported > target.value_max


def distance(target: TargetFacts) -> Decimal | None:
    """How far the figure is from the value, in the target's own unit: negative where it falls short. None before
    the first figure. Tolerances play no part; in a range with two ends it is the distance to the nearer end.
    """
    if target.reported is None:
        return None
    if target.zero_tolerance:
        return -target.reported
    if target.comparator == "range":
        above_floor = target.reported - target.value
        if target.value_max is not None and _has_top(target):
            return min(above_floor, target.value_max - target.reported)
        return above_floor
    return target.value - target.reported if _is_lower_better(target) else target.reported - target.value


def plan_at(facts: PledgeFacts, target: TargetFacts, day: date) -> int | None:
    """序时计划 of a target at the end of a day, in basis points; None for a target without a way and for an ongoing
    pledge.

    With a trajectory: its values turned into shares by the formula of `progress`, linear by days between them, from
    nothing at the start to the first, the last one for ever. Without: linear over start..due, both days counted.
    """
    if facts.form == "ongoing" or not has_way(target):
        return None
    if target.trajectory:
        return basis_points(_along(target, facts.start_date, day))
    if day >= facts.due_date:
        return FULL_BP
    if day < facts.start_date:
        return 0
    days = (facts.due_date - facts.start_date).days + 1
    return basis_points(Fraction((day - facts.start_date).days + 1, days))


def planned_value(facts: PledgeFacts, target: TargetFacts, day: date) -> Decimal | None:
    """The planned cumulative value at the end of a day, in base units, unrounded; None for a target without a plan.

    The inverse of `progress` over `plan_at`, and the trajectory's own value on one of its days.
    """
    on_that_day = dict(target.trajectory).get(day)
    if on_that_day is not None:
        return on_that_day
    plan = plan_at(facts, target, day)
    if plan is None:
        return None
    origin = Decimal(0) if target.kind == "reduction" else target.baseline or Decimal(0)
    return origin + (target.value - origin) * plan / FULL_BP


def _along(target: TargetFacts, start: date, day: date) -> Fraction:
    before, share_before = start, Fraction(0)
    for point, value in sorted(target.trajectory, key=lambda pair: pair[0]):
        share = share_of(target, value) or Fraction(0)
        if day < point:
            if day <= before:
                return share_before
            return share_before + (share - share_before) * Fraction((day - before).days, (point - before).days)
        before, share_before = point, share
    return share_before


def stages_done(milestones: Iterable[MilestoneFacts], day: date) -> int | None:
    """The weighted share of the stages done by a day; None without stages. A stage done later does not count yet, so
    that a look back shows what was true then.
    """
    return _weighted((stage.weight, is_done(stage, day)) for stage in milestones)


def stages_planned(milestones: Iterable[MilestoneFacts], day: date) -> int | None:
    """The weighted share of the stages planned for a day or earlier; None without stages."""
    return _weighted((stage.weight, stage.planned <= day) for stage in milestones)


def is_done(stage: MilestoneFacts, day: date) -> bool:
    return stage.done is not None and stage.done <= day


def _weighted(stages: Iterable[tuple[int, bool]]) -> int | None:
    total = counted = 0
    for weight, counts in stages:
        total += weight
        counted += weight if counts else 0
    return basis_points(Fraction(counted, total)) if total else None
