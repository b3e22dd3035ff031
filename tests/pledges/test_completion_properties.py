"""What must hold of every pledge, whatever its numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pledges.completion import (
    Light,
    MilestoneFacts,
    PledgeFacts,
    Reason,
    TargetFacts,
    distance,
    is_near,
    plan_at,
    progress,
    reached,
    standing,
)

DUE = date(2020, 12, 31)
SEVERITY = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2}

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


@given(ordinary_targets(), values, open_days, st.sampled_from(["firm", "aim"]))
def test_a_light_never_improves_when_a_value_falls(
    target: TargetFacts, other: Decimal, today: date, firmness: str
) -> None:
    assert target.reported is not None
    low, high = sorted((target.reported, other))
    lower = standing(running(replace(target, reported=low), firmness=firmness), today)
    higher = standing(running(replace(target, reported=high), firmness=firmness), today)
    assert lower.light is not None
    assert higher.light is not None
    assert SEVERITY[lower.light] <= SEVERITY[higher.light]


@given(ordinary_targets(), days)
def test_a_light_never_worsens_with_a_softer_word(target: TargetFacts, today: date) -> None:
    firm, soft = (standing(running(target, firmness=word), today).light for word in ("firm", "aim"))
    assert firm == soft or (firm, soft) == (Light.RED, Light.YELLOW)


@given(any_target, days, st.booleans())
def test_soft_wording_is_never_red_on_a_narrow_miss(target: TargetFacts, today: date, is_aim: bool) -> None:
    soft = target if is_aim else replace(target, comparator="approx")
    if is_near(soft):
        assert standing(running(soft, firmness="aim" if is_aim else "firm"), today).light is not Light.RED


@given(any_pledge, days, st.integers(1, 9))
def test_not_reporting_never_stays_green(facts: PledgeFacts, today: date, missed: int) -> None:
    assert standing(replace(facts, missed=missed), today).light is not Light.GREEN


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
