"""What must hold of every pledge, whatever its numbers."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from pledges.completion import (
    Light,
    MilestoneFacts,
    PledgeFacts,
    Reason,
    Standing,
    TargetFacts,
    Thresholds,
    distance,
    plan_at,
    progress,
    reached,
    stages_done,
    stages_planned,
    standing,
)

DUE = date(2020, 12, 31)
WORST_FIRST = [Light.RED, Light.YELLOW, Reason.UNREPORTED, Reason.AWAITING_FIGURE, Light.GREEN, Reason.NOT_DUE]

days = st.dates(min_value=date(2019, 10, 1), max_value=date(2021, 6, 30))
open_days = st.dates(min_value=date(2020, 1, 1), max_value=DUE)
values = st.decimals(min_value=-500, max_value=2000, places=2)
positive = st.decimals(min_value=1, max_value=1000, places=2)
trajectories = st.lists(st.tuples(open_days, values), max_size=4).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def ordinary_targets(draw: st.DrawFn) -> TargetFacts:
    """More is better and the way leads up: what nearly every promise is."""
    kind = draw(st.sampled_from(["amount", "reduction", "growth", "share"]))
    value = draw(positive)
    baseline = draw(maybe(st.decimals(min_value=0, max_value=1, places=2).map(lambda part: value * part - 1)))
    return TargetFacts(
        value=value,
        comparator=draw(st.sampled_from(["ge", "eq", "approx"])),
        kind=kind,
        baseline=baseline if kind == "amount" else None,
        trajectory=draw(trajectories),
        reported=draw(values),
        data_date=draw(days),
    )


any_target = st.builds(
    TargetFacts,
    value=values,
    value_max=maybe(values),
    comparator=st.sampled_from(["ge", "le", "eq", "approx", "range"]),
    kind=st.sampled_from(["amount", "growth", "reduction", "share"]),
    baseline=maybe(values),
    more_is_worse=st.booleans(),
    zero_tolerance=st.booleans(),
    trajectory=trajectories,
    reported=maybe(values),
    data_date=maybe(days),
    awaiting_figure=st.booleans(),
)
any_pledge = st.builds(
    PledgeFacts,
    state=st.sampled_from(["draft", "assigned", "in_progress", "claimed", "closed", "suspended", "withdrawn"]),
    plan_year=st.just(2020),
    form=st.sampled_from(["quantified", "milestone", "ongoing"]),
    firmness=st.sampled_from(["firm", "aim", "process"]),
    start=maybe(days),
    due=maybe(days),
    grace_ends_on=maybe(days),
    targets=st.lists(any_target, max_size=3).map(tuple),
    milestones=st.lists(
        st.builds(MilestoneFacts, planned=days, weight=st.integers(1, 9), done=maybe(days)), max_size=3
    ).map(tuple),
    missed=st.integers(0, 3),
    judged_behind=st.booleans(),
    settled=st.booleans(),
)


@st.composite
def any_thresholds(draw: st.DrawFn) -> Thresholds:
    bands = sorted(draw(st.tuples(st.integers(0, 10000), st.integers(0, 10000))))
    ratios = sorted(draw(st.tuples(st.integers(0, 10000), st.integers(0, 10000))))
    return Thresholds(
        behind_bp=bands[0],
        far_behind_bp=bands[1],
        far_ratio_bp=ratios[0],
        behind_ratio_bp=ratios[1],
        half_of_plan_from_bp=draw(st.integers(0, 10000)),
        soft_tolerance_bp=draw(st.integers(0, 2000)),
        approx_tolerance_bp=draw(st.integers(0, 2000)),
    )


def is_two_ended(target: TargetFacts) -> bool:
    """A range with an upper end to keep."""
    if target.comparator != "range" or target.zero_tolerance or target.kind == "reduction":
        return False
    return target.more_is_worse and target.value_max is not None


def is_lower_better(target: TargetFacts) -> bool:
    """le, none at all, more is worse; an amount or share that begins above its value. A reduction never."""
    if target.zero_tolerance or target.comparator == "le":
        return True
    if target.comparator in ("ge", "range") or target.kind == "reduction":
        return False
    start = Decimal(0) if target.kind == "amount" else target.value
    begins_above = (start if target.baseline is None else target.baseline) > target.value
    return target.more_is_worse or (begins_above and target.kind in ("amount", "share"))


@st.composite
def moving_away(draw: st.DrawFn) -> tuple[TargetFacts, TargetFacts]:
    """A target of any kind twice: with a figure, and with one that lies farther from the value, on the same side."""
    target = draw(any_target)
    if target.value_max is not None:
        target = replace(target, value_max=target.value + draw(st.decimals(min_value=0, max_value=500, places=2)))
    low, high = sorted(draw(st.tuples(values, values)))
    nearer, farther = (low, high) if is_lower_better(target) else (high, low)
    if is_two_ended(target):
        assert target.value_max is not None
        side = draw(st.sampled_from(["too low", "too high"]))
        if side == "too low":
            nearer, farther = min(high, target.value_max), min(low, target.value_max)
        else:
            nearer, farther = max(low, target.value), max(high, target.value)
    return replace(target, reported=nearer), replace(target, reported=farther)


def severity(found: Standing) -> int:
    if found.light is None:
        return -1  # claimed and closed show none, whatever the figures
    key = found.reason if found.light is Light.GREY else found.light
    return next(place for place, one in enumerate(WORST_FIRST) if one is key)


def running(target: TargetFacts, **facts: Any) -> PledgeFacts:
    return PledgeFacts(**{"state": "in_progress", "plan_year": 2020, "due": DUE, "targets": (target,), **facts})


@given(any_pledge, days)
def test_every_pledge_has_a_standing_that_agrees_with_itself(facts: PledgeFacts, today: date) -> None:
    found = standing(facts, today)
    assert (found.light is None) == (found.reason is None) == (facts.state in ("claimed", "closed"))
    assert (found.reason is Reason.ON_TRACK) == (found.light is Light.GREEN)
    assert (found.days_overdue > 0) == (found.reason is Reason.OVERDUE)
    assert (found.worst is None) == (not facts.targets)
    for share in (found.progress_bp, found.plan_bp):
        assert share is None or 0 <= share <= 10000
    if found.progress_bp is not None and found.plan_bp is not None:
        assert found.gap_bp == found.plan_bp - found.progress_bp
        assert found.pace is not None
    else:
        assert found.gap_bp is None
        assert found.pace is None


@given(any_target, values, values)
def test_progress_is_monotone_in_the_value(target: TargetFacts, one: Decimal, other: Decimal) -> None:
    shares = [progress(replace(target, reported=value)) for value in sorted((one, other))]
    if shares[0] is None or shares[1] is None:
        assert shares == [None, None]
    elif target.kind == "amount" and (target.baseline or 0) > target.value:
        assert shares[0] >= shares[1], "on a way down"
    else:
        assert shares[0] <= shares[1]


@given(st.lists(st.builds(MilestoneFacts, planned=days, weight=st.integers(1, 9), done=maybe(days)), max_size=4), days)
def test_progress_by_stages_is_monotone_in_the_stages_done_and_in_time(stages: list[MilestoneFacts], day: date) -> None:
    for place, stage in enumerate(stages):
        without = [*stages[:place], replace(stage, done=None), *stages[place + 1 :]]
        assert (stages_done(without, day) or 0) <= (stages_done(stages, day) or 0)
    assert (stages_done(stages, day) or 0) <= (stages_done(stages, day + timedelta(days=1)) or 0)
    assert (stages_planned(stages, day) or 0) <= (stages_planned(stages, day + timedelta(days=1)) or 0)


@given(any_pledge, moving_away(), days, any_thresholds())
def test_a_light_never_improves_when_a_value_falls_or_otherwise_moves_away_from_the_target(
    facts: PledgeFacts, target: tuple[TargetFacts, TargetFacts], today: date, thresholds: Thresholds
) -> None:
    """Whatever the pledge is: of other targets, with stages, in any state, under any settings."""
    place = len(facts.targets) // 2
    nearer, farther = (replace(facts, targets=(*facts.targets[:place], one, *facts.targets[place:])) for one in target)
    assert severity(standing(farther, today, thresholds)) <= severity(standing(nearer, today, thresholds))


@given(any_pledge.filter(lambda facts: facts.milestones), days)
def test_a_light_never_improves_when_a_stage_is_undone(facts: PledgeFacts, today: date) -> None:
    for place, stage in enumerate(facts.milestones):
        undone = (*facts.milestones[:place], replace(stage, done=None), *facts.milestones[place + 1 :])
        assert severity(standing(replace(facts, milestones=undone), today)) <= severity(standing(facts, today))


@given(ordinary_targets(), days)
def test_a_light_never_worsens_with_a_softer_word(target: TargetFacts, today: date) -> None:
    firm, soft = (standing(running(target, firmness=word), today).light for word in ("firm", "aim"))
    assert firm == soft or (firm, soft) == (Light.RED, Light.YELLOW)


@st.composite
def narrow_misses(draw: st.DrawFn) -> PledgeFacts:
    """Pledges of every kind whose every target is soft, with a figure within 5% of its value."""
    facts = draw(any_pledge)
    targets = []
    for target in draw(st.lists(any_target, min_size=1, max_size=3)):
        near = target.value * draw(st.integers(9500, 10500)) / 10000
        top = None if target.value_max is None else max(target.value_max, target.value)
        word = target.comparator if facts.firmness == "aim" else "approx"
        targets.append(replace(target, reported=near, value_max=top, comparator=word, zero_tolerance=False))
    return replace(facts, targets=tuple(targets))


@given(narrow_misses(), days)
def test_soft_wording_is_never_red_on_a_narrow_miss(facts: PledgeFacts, today: date) -> None:
    is_open_stage_overdue = today > facts.due_date and any(
        stage.done is None or stage.done > today for stage in facts.milestones
    )
    assume(not is_open_stage_overdue)  # no wording softens a stage that is not done by the due date
    assert standing(facts, today).light is not Light.RED


@given(any_pledge, days, st.integers(1, 9))
def test_not_reporting_never_stays_green(facts: PledgeFacts, today: date, missed: int) -> None:
    silent = standing(replace(facts, missed=missed), today)
    assert silent.light is not Light.GREEN
    told = standing(replace(facts, missed=0), today)
    if told.light is Light.GREEN:
        assert (silent.light, silent.reason, silent.missed) == (Light.GREY, Reason.UNREPORTED, missed)


@given(ordinary_targets(), days, open_days)
def test_between_two_reports_a_light_does_not_slide(target: TargetFacts, data_date: date, today: date) -> None:
    facts = running(replace(target, data_date=data_date))
    assert standing(facts, today) == standing(facts, DUE)


@given(any_pledge, days)
def test_a_state_without_a_light_keeps_the_figures(facts: PledgeFacts, today: date) -> None:
    was = standing(replace(facts, state="in_progress"), today)
    now = standing(replace(facts, state="closed", settled=True), today)
    assert replace(now, light=was.light, reason=was.reason, days_overdue=was.days_overdue) == was


@given(any_pledge, days, days)
def test_what_is_done_later_changes_no_light_of_the_past(facts: PledgeFacts, today: date, done: date) -> None:
    if done > today:
        now = replace(facts, milestones=tuple(replace(stage, done=None) for stage in facts.milestones))
        later = replace(facts, milestones=tuple(replace(stage, done=done) for stage in facts.milestones))
        assert standing(later, today) == standing(now, today)


@given(any_target.filter(lambda target: target.comparator != "approx" and target.reported is not None))
def test_a_target_is_reached_exactly_when_its_distance_is_not_negative(target: TargetFacts) -> None:
    published = replace(target, awaiting_figure=False)
    gap = distance(published)
    assert gap is not None
    assert reached(published) == (gap >= 0)


@given(ordinary_targets(), days, days)
def test_a_plan_without_a_trajectory_only_climbs(target: TargetFacts, one: date, other: date) -> None:
    facts = running(replace(target, trajectory=()))
    plans = [plan_at(facts, facts.targets[0], day) for day in sorted((one, other))]
    if plans[0] is None or plans[1] is None:
        assert plans == [None, None]
    else:
        assert plans[0] <= plans[1]


@given(ordinary_targets(), open_days)
def test_a_full_figure_is_green_on_every_day_of_the_year(target: TargetFacts, today: date) -> None:
    full = replace(target, reported=target.value)
    assert standing(running(full), today).light is Light.GREEN
