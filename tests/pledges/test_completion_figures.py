"""Progress, plan, distance and reached of one target; the stages of a milestone. Figures worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pledges.completion import (
    MilestoneFacts,
    PledgeFacts,
    TargetFacts,
    Thresholds,
    distance,
    is_near,
    plan_at,
    planned_value,
    progress,
    reached,
    stages_done,
    stages_planned,
)
from pledges.completion.arithmetic import basis_points


def target(value: str, reported: str | None = None, **facts: Any) -> TargetFacts:
    for name in ("value_max", "baseline"):
        if name in facts:
            facts[name] = Decimal(facts[name])
    return TargetFacts(value=Decimal(value), reported=None if reported is None else Decimal(reported), **facts)


def in_2020(*targets: TargetFacts, **facts: Any) -> PledgeFacts:
    return PledgeFacts(**{"state": "in_progress", "plan_year": 2020, "targets": targets, **facts})


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Fraction(0), 0),
        (Fraction(1), 10000),
        (Fraction(1, 20000), 1),  # exactly half a basis point goes up
        (Fraction(1, 20001), 0),
        (Fraction(259, 366), 7077),  # 7076.5027…
        (Fraction(2, 3), 6667),
    ],
)
def test_shares_are_rounded_half_up(share: Fraction, expected: int) -> None:
    assert basis_points(share) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (target("355", "120"), 3380),
        (target("355", "0"), 0),
        (target("355", "355"), 10000),
        (target("355", "400"), 10000),  # more than promised is still all of it
        (target("355", "-5"), 0),
        (target("355"), None),  # nothing reported
        (target("75000", "30000.0001"), 4000),
        (target("200", "150", baseline="100"), 5000),
        (target("200", "90", baseline="100"), 0),
        (target("100", "40", comparator="approx"), 4000),
        (target("100", "40", comparator="eq"), 4000),
        (target("40", "45", baseline="50", comparator="eq"), 5000),  # the way down
        (target("40", "38", baseline="50", comparator="approx"), 10000),
        (target("-10", "-15", baseline="-20", comparator="ge"), 5000),
        (target("3", "1.5", kind="reduction"), 5000),
        (target("3", "-1", kind="reduction"), 0),
        (target("0.5", "0.25", kind="reduction"), 5000),
        (target("3", "1.5", kind="reduction", baseline="100", more_is_worse=True), 5000),  # v/t, whatever it reduces
        (target("40", "20", value_max="50", comparator="range"), 5000),  # towards the lower end
        (target("40", "20", comparator="range"), 5000),
        (target("40", "20", value_max="50", comparator="range", more_is_worse=True), 5000),
        (target("40", "10", more_is_worse=True), 2500),  # a floor is climbed to, whatever more of it means
        (target("40", "70", value_max="50", comparator="range", baseline="90", more_is_worse=True), 5000),
    ],
)
def test_progress_is_the_share_of_the_way(facts: TargetFacts, expected: int | None) -> None:
    assert progress(facts) == expected


@pytest.mark.parametrize(
    "facts",
    [
        target("7", "5", kind="growth"),
        target("95", "60", kind="share"),
        target("10", "5", comparator="le"),
        target("40", "45", comparator="le", baseline="50"),
        target("3", "2", comparator="le", kind="reduction"),
        target("10", "5", more_is_worse=True, comparator="eq"),
        target("10", "5", more_is_worse=True, comparator="approx"),
        target("0", "0", zero_tolerance=True),
        target("3", "1", zero_tolerance=True),
        target("0", "0"),  # the value is the baseline: refused when entered, harmless here
        target("40", "40", baseline="40"),
        target("40", "41", baseline="40", comparator="eq"),
        target("0", "0", kind="reduction"),
        target("40", "45", baseline="50", comparator="ge"),  # a floor that already holds
        target("40", "45", value_max="60", baseline="50", comparator="range"),
        target("40", "45", value_max="50", baseline="90", comparator="range"),  # nothing says that it has to come down
        target("40", "45", value_max="60", baseline="50", comparator="range", more_is_worse=True),
        target("40", "45", value_max="60", baseline="60", comparator="range", more_is_worse=True),
    ],
)
def test_growth_shares_and_ceilings_have_a_distance_and_no_progress(facts: TargetFacts) -> None:
    assert progress(facts) is None
    assert plan_at(in_2020(facts), facts, date(2020, 6, 30)) is None
    assert distance(facts) is not None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (target("355", "355"), True),
        (target("355", "354.9999"), False),
        (target("355", "355", comparator="eq"), True),
        (target("355", "360", comparator="eq"), True),
        (target("10", "10", comparator="le"), True),
        (target("10", "10.0001", comparator="le"), False),
        (target("100", "95", comparator="approx"), True),
        (target("100", "94.9999", comparator="approx"), False),
        (target("100", "105", comparator="approx", more_is_worse=True), True),
        (target("100", "105.0001", comparator="approx", more_is_worse=True), False),
        (target("-2", "-2.1", comparator="approx"), True),  # the tolerance lies below a negative value too
        (target("-2", "-2.2", comparator="approx"), False),
        (target("6", "5.9", value_max="7", comparator="range", kind="growth"), False),
        (target("6", "6", value_max="7", comparator="range", kind="growth"), True),
        (target("6", "8", value_max="7", comparator="range", kind="growth"), True),
        (target("6", "8", value_max="7", comparator="range", kind="growth", more_is_worse=True), False),
        (target("6", "7", value_max="7", comparator="range", kind="growth", more_is_worse=True), True),
        (target("6", "8", comparator="range", more_is_worse=True), True),
        (target("3", "3.2", kind="reduction", comparator="eq", more_is_worse=True), True),
        (target("3", "6", value_max="5", kind="reduction", comparator="range", more_is_worse=True), True),
        (target("3", "2.8", kind="reduction", comparator="eq", more_is_worse=True), False),
        (target("40", "45", baseline="50", comparator="eq"), False),  # still above on the way down
        (target("40", "40", baseline="50", comparator="eq"), True),
        (target("40", "45", baseline="50"), True),  # ge is a floor, wherever the year began
        (target("40", "39", baseline="50"), False),
        (target("40", "39", more_is_worse=True), False),
        (target("40", "41", more_is_worse=True), True),
        (target("200", "150", baseline="100", comparator="eq"), False),  # on the way up
        (target("200", "250", baseline="100", comparator="eq"), True),
        (target("200", "190", baseline="200", comparator="approx"), True),
        (target("200", "211", baseline="200", comparator="approx"), True),
        (target("1", "2", baseline="3", comparator="eq", kind="share"), False),
        (target("6", "6.5", baseline="8", comparator="eq", kind="growth"), True),  # last year's rate is no way down
        (target("0", "0", zero_tolerance=True), True),
        (target("0", "1", zero_tolerance=True, comparator="ge"), False),
        (target("3", "1", zero_tolerance=True, comparator="le"), False),  # none at all, whatever stands as its value
        (target("355"), False),
        (target("355", "400", awaiting_figure=True), False),
    ],
)
def test_reached_is_read_in_the_direction_of_the_promise(facts: TargetFacts, expected: bool) -> None:
    assert reached(facts) is expected


def test_what_counts_as_about_is_a_setting() -> None:
    assert not reached(target("100", "92", comparator="approx"))
    assert reached(target("100", "92", comparator="approx"), Thresholds(approx_tolerance_bp=1000))
    assert is_near(target("100", "92", comparator="approx"), Thresholds(approx_tolerance_bp=1000))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (target("355", "120"), "-235"),
        (target("7", "6.8", kind="growth"), "-0.2"),
        (target("7", "7.5", kind="growth"), "0.5"),
        (target("10", "12", comparator="le"), "-2"),
        (target("10", "8", comparator="le"), "2"),
        (target("6", "5.5", value_max="7", comparator="range", kind="growth"), "-0.5"),
        (target("6", "8", value_max="7", comparator="range", kind="growth"), "2"),
        (target("6", "8", value_max="7", comparator="range", kind="growth", more_is_worse=True), "-1"),
        (target("6", "6.2", value_max="7", comparator="range", kind="growth", more_is_worse=True), "0.2"),
        (target("0", "2", zero_tolerance=True, comparator="ge"), "-2"),
        (target("3", "2", zero_tolerance=True, comparator="le"), "-2"),
    ],
)
def test_distance_is_negative_where_a_target_falls_short(facts: TargetFacts, expected: str) -> None:
    assert distance(facts) == Decimal(expected)


def test_there_is_no_distance_before_the_first_figure() -> None:
    assert distance(target("7", kind="growth")) is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 12, 31), 0),
        (date(2020, 1, 1), 27),  # 1/366
        (date(2020, 9, 15), 7077),  # 259/366
        (date(2020, 12, 31), 10000),
        (date(2021, 6, 1), 10000),
    ],
)
def test_without_a_trajectory_the_plan_is_linear_over_the_year_both_ends_counted(day: date, expected: int) -> None:
    facts = target("355")
    assert plan_at(in_2020(facts), facts, day) == expected


def test_the_line_runs_from_the_pledges_own_start_to_its_due_date() -> None:
    facts = target("3", kind="reduction")
    pledge = in_2020(facts, start=date(2020, 4, 1), due=date(2020, 4, 10))
    assert plan_at(pledge, facts, date(2020, 3, 31)) == 0
    assert plan_at(pledge, facts, date(2020, 4, 1)) == 1000
    assert plan_at(pledge, facts, date(2020, 4, 7)) == 7000
    assert plan_at(pledge, facts, date(2020, 4, 10)) == 10000


def test_a_pledge_due_on_the_day_it_starts_or_before_its_plan_year_has_a_plan_all_the_same() -> None:
    facts = target("10")
    one_day = in_2020(facts, start=date(2020, 4, 1), due=date(2020, 4, 1))
    assert [plan_at(one_day, facts, date(2020, 3, 31)), plan_at(one_day, facts, date(2020, 4, 1))] == [0, 10000]
    early = in_2020(facts, due=date(2019, 12, 31))
    assert plan_at(early, facts, date(2019, 12, 30)) == 9973  # 364/365


def test_a_plan_over_several_years_runs_to_its_own_end() -> None:
    facts = target("10")
    assert plan_at(in_2020(facts, due=date(2021, 12, 31)), facts, date(2020, 12, 31)) == 5007  # 366/731


TRAJECTORY = (
    (date(2020, 9, 30), Decimal(300)),  # in any order
    (date(2020, 3, 31), Decimal(40)),
    (date(2020, 6, 30), Decimal(120)),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 12, 1), 0),
        (date(2020, 1, 1), 0),  # nothing at the start
        (date(2020, 2, 15), 500),  # 45 of 90 days to the first point
        (date(2020, 3, 31), 1000),
        (date(2020, 5, 1), 1681),  # 1000 + 2000·31/91
        (date(2020, 6, 30), 3000),
        (date(2020, 8, 15), 5250),  # 3000 + 4500·46/92
        (date(2020, 9, 30), 7500),
        (date(2020, 12, 31), 7500),  # the last point holds
    ],
)
def test_a_trajectory_is_linear_between_its_points(day: date, expected: int) -> None:
    facts = target("400", trajectory=TRAJECTORY)
    assert plan_at(in_2020(facts), facts, day) == expected


def test_a_trajectory_counts_from_the_baseline_like_progress_does() -> None:
    points = ((date(2020, 6, 30), Decimal(130)), (date(2020, 12, 31), Decimal(220)))
    facts = target("200", baseline="100", trajectory=points)
    assert plan_at(in_2020(facts), facts, date(2020, 6, 30)) == 3000
    assert plan_at(in_2020(facts), facts, date(2020, 12, 31)) == 10000, "never more than all of it"


def test_a_trajectory_on_the_way_down_is_followed_by_its_days() -> None:
    points = ((date(2020, 3, 31), Decimal(48)), (date(2020, 9, 30), Decimal(41)), (date(2020, 6, 30), Decimal(44)))
    facts = target("40", baseline="50", comparator="eq", trajectory=points)
    plans = [plan_at(in_2020(facts), facts, date(2020, month, 30)) for month in (6, 9, 12)]
    assert plans == [6000, 9000, 9000]


def test_a_point_on_or_before_the_start_is_where_the_plan_begins() -> None:
    points = ((date(2020, 3, 1), Decimal(10)), (date(2020, 4, 10), Decimal(50)))
    facts = target("100", trajectory=points)
    pledge = in_2020(facts, start=date(2020, 4, 1))
    assert plan_at(pledge, facts, date(2020, 2, 1)) == 0
    assert plan_at(pledge, facts, date(2020, 3, 1)) == 1000
    assert plan_at(pledge, facts, date(2020, 3, 21)) == 3000


def test_growth_has_no_plan_even_with_a_trajectory_and_an_ongoing_pledge_has_none_at_all() -> None:
    growth = target("7", kind="growth", trajectory=((date(2020, 6, 30), Decimal(6)),))
    assert plan_at(in_2020(growth), growth, date(2020, 6, 30)) is None
    amount = target("400")
    assert plan_at(in_2020(amount, form="ongoing", due=date(2020, 12, 31)), amount, date(2020, 6, 30)) is None


STAGES = (
    MilestoneFacts(planned=date(2020, 3, 31), weight=1, done=date(2020, 4, 2)),
    MilestoneFacts(planned=date(2020, 6, 30), weight=2),
    MilestoneFacts(planned=date(2020, 12, 31), weight=3),
)


def test_stages_count_by_weight_on_the_day_they_are_done() -> None:
    assert stages_done(STAGES, date(2020, 4, 1)) == 0
    assert stages_done(STAGES, date(2020, 4, 2)) == 1667
    assert stages_done((STAGES[0], replace(STAGES[1], done=date(2020, 4, 2))), date(2020, 4, 2)) == 10000


def test_stages_are_planned_from_their_planned_day() -> None:
    assert stages_planned(STAGES, date(2020, 3, 30)) == 0
    assert stages_planned(STAGES, date(2020, 3, 31)) == 1667
    assert stages_planned(STAGES, date(2020, 6, 30)) == 5000
    assert stages_planned(STAGES, date(2020, 12, 31)) == 10000


def test_without_stages_there_is_no_share() -> None:
    assert stages_done((), date(2020, 6, 30)) is None
    assert stages_planned((), date(2020, 6, 30)) is None
    assert stages_done((MilestoneFacts(planned=date(2020, 3, 31), weight=0),), date(2020, 6, 30)) is None


@pytest.mark.parametrize("wrong", [{"comparator": "gt"}, {"kind": "rank"}])
def test_a_target_of_an_unknown_kind_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="unknown"):
        target("1", **wrong)


@pytest.mark.parametrize("wrong", [{"state": "done"}, {"form": "vague"}, {"firmness": "soft"}])
def test_a_pledge_in_an_unknown_state_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="unknown"):
        in_2020(**wrong)


def test_the_planned_value_is_the_plan_in_base_units() -> None:
    facts = PledgeFacts(state="in_progress", plan_year=2020, start=date(2020, 1, 1), due=date(2020, 12, 31))
    assert planned_value(facts, TargetFacts(value=Decimal(355)), date(2020, 9, 15)) == Decimal("251.2335")  # 70.77%
    raised = TargetFacts(value=Decimal(300), baseline=Decimal(100))
    assert planned_value(facts, raised, date(2020, 12, 31)) == 300
    assert planned_value(facts, raised, date(2020, 9, 15)) == Decimal("241.54")
    cut = TargetFacts(value=Decimal(3), kind="reduction", baseline=Decimal(100))
    assert planned_value(facts, cut, date(2020, 9, 15)) == Decimal("2.1231"), "what is reduced by, from nothing"
    planned = TargetFacts(value=Decimal(300), trajectory=((date(2020, 6, 30), Decimal("100.3333")),))
    assert planned_value(facts, planned, date(2020, 6, 30)) == Decimal("100.3333"), "as entered, not by way of 33.44%"
    assert planned_value(facts, TargetFacts(value=Decimal(8), kind="growth"), date(2020, 6, 30)) is None
