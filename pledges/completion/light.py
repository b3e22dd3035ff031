"""The light of a pledge: the table of the specification, first match, read from the top.

Rules 1 to 3 look at the pledge and hold for the whole of it. Rules 4 to 6 are asked of each target, and the pledge
shows its worst. A target's figure is compared with the plan at its own data date: compared with today's plan, every
item would slide to yellow between two windows. Due dates and stages are compared with today.
"""

from dataclasses import dataclass
from datetime import date

from pledges.completion import arithmetic
from pledges.completion.rules import (
    DEFAULTS,
    FULL_BP,
    Light,
    Pace,
    PledgeFacts,
    Reason,
    Standing,
    TargetFacts,
    Thresholds,
)

Verdict = tuple[Light, Reason]

RESTING = frozenset({"draft", "suspended", "withdrawn"})
HANDED_IN = frozenset({"claimed", "closed"})

# 红、黄、未报送、待发布、绿、未到期: the order in which one target speaks for several.
WORST_FIRST: dict[Light | Reason, int] = {
    Light.RED: 0,
    Light.YELLOW: 1,
    Reason.UNREPORTED: 2,
    Reason.AWAITING_FIGURE: 3,
    Light.GREEN: 4,
    Reason.NOT_DUE: 5,
}


@dataclass(frozen=True)
class Reading:
    """One target with its plan, and what rules 4 to 6 say of it."""

    index: int
    target: TargetFacts
    progress_bp: int | None
    plan_bp: int | None
    verdict: Verdict

    @property
    def severity(self) -> tuple[int, bool, int, int]:
        gap_bp = _gap(self.progress_bp, self.plan_bp)
        return _rank(self.verdict), gap_bp is None, -(gap_bp or 0), self.index


def standing(facts: PledgeFacts, today: date, thresholds: Thresholds = DEFAULTS) -> Standing:
    """Where the pledge stands at the end of `today`.

    The figures do not depend on the state: claiming, closing or suspending a pledge takes the light away and leaves
    its progress, plan and pace as they were. (The exception is an unstaged milestone, done by being verified.)
    """
    otherwise = _of_the_whole(facts, today)
    readings = [_read(facts, index, otherwise, today, thresholds) for index in range(len(facts.targets))]
    worst = min(readings, key=lambda reading: reading.severity, default=None)
    is_overdue = _is_overdue(facts, today, thresholds)

    verdict = _first_rules(facts, today, thresholds, is_overdue) or (worst.verdict if worst else otherwise)
    light, reason = (None, None) if facts.state in HANDED_IN else verdict

    if _is_staged(facts):
        progress_bp, plan_bp = _staged_progress(facts, today), arithmetic.stages_planned(facts.milestones, today)
        is_reached = progress_bp == FULL_BP
    elif worst:
        progress_bp, plan_bp = worst.progress_bp, worst.plan_bp
        is_reached = arithmetic.reached(worst.target, thresholds)
    else:
        progress_bp, plan_bp, is_reached = None, None, False
    return Standing(
        light=light,
        reason=reason,
        progress_bp=progress_bp,
        plan_bp=plan_bp,
        gap_bp=_gap(progress_bp, plan_bp),
        pace=_pace(progress_bp, plan_bp, is_reached=is_reached),
        data_date=worst.target.data_date if worst else None,
        distance=arithmetic.distance(worst.target) if worst else None,
        reached=_is_all_reached(facts, today, thresholds),
        worst=worst.index if worst else None,
        missed=facts.missed,
        days_overdue=(today - facts.due_date).days if reason is Reason.OVERDUE else 0,
    )


def _first_rules(facts: PledgeFacts, today: date, thresholds: Thresholds, is_overdue: bool) -> Verdict | None:
    """Rules 1 to 3: what the pledge itself says, whatever its figures are."""
    if facts.state in RESTING or _may_still_be_signed(facts, today) or today < facts.start_date:
        return Light.GREY, Reason.NOT_DUE
    if is_overdue:
        is_soft = _is_narrowly_missed(facts, today, thresholds)
        return Light.YELLOW if is_soft else Light.RED, Reason.OVERDUE
    if facts.missed > 0:
        return Light.GREY, Reason.UNREPORTED
    return None


def _may_still_be_signed(facts: PledgeFacts, today: date) -> bool:
    return facts.state == "assigned" and (facts.grace_ends_on is None or today < facts.grace_ends_on)


def _is_overdue(facts: PledgeFacts, today: date, thresholds: Thresholds) -> bool:
    """Rule 2: past the due date, unless nothing is missing but figures that somebody else has not published."""
    if today <= facts.due_date:
        return False
    waits = any(target.awaiting_figure for target in facts.targets)
    others = all(target.awaiting_figure or arithmetic.reached(target, thresholds) for target in facts.targets)
    return not (waits and others and _are_stages_done(facts, today))


def _is_narrowly_missed(facts: PledgeFacts, today: date, thresholds: Thresholds) -> bool:
    """Soft wording throughout, every value within the soft tolerance, every stage done."""
    return (
        bool(facts.targets)
        and all(_is_soft(facts, target) and arithmetic.is_near(target, thresholds) for target in facts.targets)
        and _are_stages_done(facts, today)
    )


def _is_soft(facts: PledgeFacts, target: TargetFacts) -> bool:
    return facts.firmness == "aim" or target.comparator == "approx"


def _of_the_whole(facts: PledgeFacts, today: date) -> Verdict:
    """The end of rule 6, which looks at the pledge and not at a value; and rule 7."""
    if any(stage.planned < today and not arithmetic.is_done(stage, today) for stage in facts.milestones):
        return Light.YELLOW, Reason.MILESTONE_LATE
    if facts.judged_behind:
        return Light.YELLOW, Reason.JUDGED_BEHIND
    if facts.state == "assigned":
        # Rule 1 has let it pass, so the days for signing are over.
        return Light.YELLOW, Reason.UNSIGNED
    return Light.GREEN, Reason.ON_TRACK


def _read(facts: PledgeFacts, index: int, otherwise: Verdict, today: date, thresholds: Thresholds) -> Reading:
    target = facts.targets[index]
    progress_bp = plan_bp = None
    if facts.form != "ongoing" and target.reported is not None:
        progress_bp = arithmetic.progress(target)
        plan_bp = arithmetic.plan_at(facts, target, target.data_date or today)
    verdict = _by_value(facts, target, progress_bp, plan_bp, thresholds) or otherwise
    return Reading(index, target, progress_bp, plan_bp, verdict)


def _by_value(
    facts: PledgeFacts, target: TargetFacts, progress_bp: int | None, plan_bp: int | None, thresholds: Thresholds
) -> Verdict | None:
    """Rules 4, 5 and the part of 6 that looks at a value; None where none of them matches."""
    if target.awaiting_figure:
        return Light.GREY, Reason.AWAITING_FIGURE
    if target.reported is None:
        return None
    if target.zero_tolerance:
        # The value promised is none at all: no wording softens an occurrence.
        return (Light.RED, Reason.OCCURRED) if target.reported > 0 else None
    if progress_bp is not None and plan_bp is not None:
        is_soft_miss = _is_soft(facts, target) and arithmetic.is_near(target, thresholds)
        if _is_far_behind(progress_bp, plan_bp, thresholds) and not is_soft_miss:
            return Light.RED, Reason.FAR_BEHIND
        if arithmetic.share_of(target, target.reported) == 0 and plan_bp > 0:
            return Light.YELLOW, Reason.NOTHING_DONE
        if _is_behind(progress_bp, plan_bp, thresholds):
            return Light.YELLOW, Reason.BEHIND
    has_limit_to_keep = not arithmetic.has_way(target) or arithmetic.is_over_its_top(target)
    if has_limit_to_keep and not arithmetic.is_near(target, thresholds):
        return Light.YELLOW, Reason.SHORT
    return None


def _is_far_behind(progress_bp: int, plan_bp: int, thresholds: Thresholds) -> bool:
    if plan_bp - progress_bp > thresholds.far_behind_bp:
        return True
    return plan_bp >= thresholds.half_of_plan_from_bp and progress_bp * FULL_BP < plan_bp * thresholds.far_ratio_bp


def _is_behind(progress_bp: int, plan_bp: int, thresholds: Thresholds) -> bool:
    if plan_bp - progress_bp >= max(thresholds.behind_bp, 1):  # set to 0 it means: any lag at all
        return True
    return progress_bp * FULL_BP < plan_bp * thresholds.behind_ratio_bp


def _is_staged(facts: PledgeFacts) -> bool:
    """Whether progress is that of the stages: a milestone pledge, or a quantified one with stages but no target."""
    if facts.form == "milestone":
        return bool(facts.milestones) or not facts.targets
    return facts.form == "quantified" and bool(facts.milestones) and not facts.targets


def _staged_progress(facts: PledgeFacts, today: date) -> int | None:
    if facts.milestones:
        return arithmetic.stages_done(facts.milestones, today)
    return FULL_BP if _is_verified(facts) else 0


def _is_verified(facts: PledgeFacts) -> bool:
    return facts.state == "closed" and not facts.settled


def _are_stages_done(facts: PledgeFacts, today: date) -> bool:
    return all(arithmetic.is_done(stage, today) for stage in facts.milestones)


def _is_all_reached(facts: PledgeFacts, today: date, thresholds: Thresholds) -> bool:
    """Every target reached and every stage done; where nothing can be measured, only verifying says so."""
    if not facts.targets and not facts.milestones:
        return _is_verified(facts)
    return all(arithmetic.reached(target, thresholds) for target in facts.targets) and _are_stages_done(facts, today)


def _pace(progress_bp: int | None, plan_bp: int | None, *, is_reached: bool) -> Pace | None:
    """序时. What is reached within its tolerance is never behind, though its share may be a little below the plan."""
    if progress_bp is None or plan_bp is None:
        return None
    if progress_bp > plan_bp:
        return Pace.AHEAD
    return Pace.ON if is_reached or progress_bp == plan_bp else Pace.BEHIND


def _gap(progress_bp: int | None, plan_bp: int | None) -> int | None:
    return None if progress_bp is None or plan_bp is None else plan_bp - progress_bp


def _rank(verdict: Verdict) -> int:
    light, reason = verdict
    return WORST_FIRST[reason] if light is Light.GREY else WORST_FIRST[light]
