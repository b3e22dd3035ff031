"""The light table, rule by rule. The day is 12 October 2020 and the figure of 15 September unless a test says so."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pledges.completion import Light, MilestoneFacts, Pace, Reason, Standing, TargetFacts, standing
from tests.pledges.light_facts import (
    AGAINST_THE_PLAN,
    DATA_DAY,
    DUE,
    GREEN,
    GREY,
    RED,
    TODAY,
    YELLOW,
    planned,
    pledge,
    target,
    verdict,
)


def test_the_villages_of_the_sample_report_are_far_behind() -> None:
    assert standing(pledge(target("355", "120")), TODAY) == Standing(
        light=RED,
        reason=Reason.FAR_BEHIND,
        progress_bp=3380,
        plan_bp=7077,
        gap_bp=3697,
        pace=Pace.BEHIND,
        data_date=DATA_DAY,
        distance=Decimal(-235),
        reached=False,
        worst=0,
        missed=0,
        days_overdue=0,
    )


# Rule 1


@pytest.mark.parametrize("state", ["draft", "suspended", "withdrawn"])
def test_a_resting_pledge_is_grey_however_late_or_bad(state: str) -> None:
    facts = pledge(target("355", "1"), state=state, missed=2)
    assert verdict(facts, date(2021, 3, 1)) == (GREY, Reason.NOT_DUE)


def test_an_assigned_pledge_has_its_days_for_signing() -> None:
    facts = pledge(target(), state="assigned", grace_ends_on=date(2020, 10, 13))
    assert verdict(facts) == (GREY, Reason.NOT_DUE)
    assert verdict(facts, date(2020, 10, 13)) == (YELLOW, Reason.UNSIGNED)
    assert verdict(replace(facts, grace_ends_on=None)) == (GREY, Reason.NOT_DUE)


def test_a_signed_pledge_is_judged_at_once_though_assigned_today() -> None:
    facts = pledge(target("355", "120"), assigned_on=TODAY, grace_ends_on=date(2020, 10, 19))
    assert verdict(facts) == (RED, Reason.FAR_BEHIND)


def test_before_its_start_nothing_is_due() -> None:
    assert verdict(pledge(target(), start=date(2020, 10, 13))) == (GREY, Reason.NOT_DUE)
    assert verdict(pledge(target(), start=TODAY)) == (GREEN, Reason.ON_TRACK)
    assert verdict(pledge(target()), date(2019, 12, 31)) == (GREY, Reason.NOT_DUE)


# Rule 2


def test_the_due_date_itself_is_not_overdue_and_the_day_after_is() -> None:
    facts = pledge(planned("60", "60"))
    assert verdict(facts, DUE) == (GREEN, Reason.ON_TRACK)
    assert standing(facts, DUE).days_overdue == 0
    late = standing(facts, date(2021, 1, 10))
    assert (late.light, late.reason, late.days_overdue) == (RED, Reason.OVERDUE, 10)


def test_without_a_due_date_a_pledge_is_due_with_its_year() -> None:
    facts = pledge(target("100", "100"), due=None)
    assert verdict(facts, date(2020, 12, 31)) == (GREEN, Reason.ON_TRACK)
    assert verdict(facts, date(2021, 1, 1)) == (RED, Reason.OVERDUE)


def test_a_reached_but_unclaimed_pledge_is_overdue_all_the_same() -> None:
    found = standing(pledge(target("100", "100")), date(2021, 1, 1))
    assert (found.light, found.reason, found.reached) == (RED, Reason.OVERDUE, True)


def test_overdue_comes_before_unreported_and_before_unsigned() -> None:
    after = date(2021, 1, 4)
    assert verdict(pledge(target(), missed=1), after) == (RED, Reason.OVERDUE)
    assert verdict(pledge(target(), state="assigned", grace_ends_on=TODAY), after) == (RED, Reason.OVERDUE)
    assert verdict(pledge(target(), state="assigned"), after) == (GREY, Reason.NOT_DUE), "still to be signed"


def test_what_only_waits_for_a_published_figure_is_not_overdue() -> None:
    after = date(2021, 1, 10)
    waiting = target("7", "6.5", kind="growth", awaiting_figure=True)
    found = standing(pledge(waiting), after)
    assert (found.light, found.reason, found.days_overdue) == (GREY, Reason.AWAITING_FIGURE, 0)
    assert verdict(pledge(waiting, target("100", "100")), after) == (GREY, Reason.AWAITING_FIGURE)
    assert verdict(pledge(waiting, target("100", "99")), after) == (RED, Reason.OVERDUE)
    open_stage = MilestoneFacts(planned=DUE)
    assert verdict(pledge(waiting, milestones=(open_stage,)), after) == (RED, Reason.OVERDUE)
    assert verdict(pledge(waiting, missed=1), after) == (GREY, Reason.UNREPORTED)


# Rule 3


@pytest.mark.parametrize("reported", [None, "100", "1"])
def test_a_missed_window_hides_every_figure_behind_grey(reported: str | None) -> None:
    found = standing(pledge(target("100", reported), missed=2), TODAY)
    assert (found.light, found.reason, found.missed) == (GREY, Reason.UNREPORTED, 2)


def test_before_the_first_window_closes_silence_is_green_without_figures() -> None:
    assert standing(pledge(target("355")), TODAY) == Standing(light=GREEN, reason=Reason.ON_TRACK, worst=0)


# Rule 4


def test_an_unpublished_figure_comes_before_what_the_last_one_says() -> None:
    waiting = target("100", "1", awaiting_figure=True)
    assert verdict(pledge(waiting)) == (GREY, Reason.AWAITING_FIGURE)
    assert verdict(pledge(waiting, judged_behind=True)) == (GREY, Reason.AWAITING_FIGURE)
    assert standing(pledge(waiting), TODAY).progress_bp == 100, "the last figure stays to be seen"


# Rules 5, 6 and 7 by value


@pytest.mark.parametrize(("plan", "reported", "expected"), AGAINST_THE_PLAN)
def test_progress_against_the_plan(plan: str, reported: str, expected: tuple[Light, Reason]) -> None:
    assert verdict(pledge(planned(plan, reported))) == expected


def test_the_bands_are_settings() -> None:
    facts = pledge(planned("70", "50"))
    assert verdict(facts, far_behind_bp=1999) == (RED, Reason.FAR_BEHIND)
    assert verdict(facts, behind_bp=2001, behind_ratio_bp=7000) == (GREEN, Reason.ON_TRACK)
    assert verdict(facts, far_ratio_bp=7500) == (RED, Reason.FAR_BEHIND)
    assert verdict(facts, far_ratio_bp=7500, half_of_plan_from_bp=7001) == (YELLOW, Reason.BEHIND)
    on_plan = pledge(planned("70", "70"))
    assert verdict(on_plan, behind_bp=0) == (GREEN, Reason.ON_TRACK), "no lag is no lag at any setting"
    assert verdict(pledge(planned("70", "69.99")), behind_bp=0) == (YELLOW, Reason.BEHIND), "and one point in 10,000 is"


@pytest.mark.parametrize("today", [DATA_DAY, TODAY, DUE])
def test_a_figure_is_held_against_the_plan_of_its_own_data_date(today: date) -> None:
    facts = pledge(target("366", "230"))
    found = standing(facts, today)
    assert (found.light, found.plan_bp, found.gap_bp) == (GREEN, 7077, 793)


def test_a_figure_from_before_the_start_or_after_the_due_date_meets_the_plans_end() -> None:
    early = pledge(target("100", "0", data_date=date(2020, 3, 1)), start=date(2020, 4, 1))
    assert (verdict(early), standing(early, TODAY).plan_bp) == ((GREEN, Reason.ON_TRACK), 0)
    late = pledge(target("100", "80", data_date=date(2021, 2, 1)), due=date(2021, 3, 1), state="claimed")
    assert standing(replace(late, due=DUE), date(2021, 2, 2)).plan_bp == 10000


def test_a_figure_without_a_data_date_meets_todays_plan() -> None:
    assert standing(pledge(target("355", "120", data_date=None)), DATA_DAY).plan_bp == 7077


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (target("7", "6.65", kind="growth"), GREEN),  # short by exactly 5% of seven
        (target("7", "6.64", kind="growth"), YELLOW),
        (target("7", "-3", kind="growth"), YELLOW),
        (target("95", "95", kind="share"), GREEN),
        (target("95", "80", kind="share"), YELLOW),
        (target("10", "10.5", comparator="le"), GREEN),
        (target("10", "10.6", comparator="le"), YELLOW),
        (target("0", "1", comparator="le"), YELLOW),
        (target("6", "7.5", comparator="range", value_max="7", kind="growth"), GREEN),
        (target("6", "5.7", comparator="range", value_max="7", kind="growth"), GREEN),  # short by exactly 5% of six
        (target("6", "5.69", comparator="range", value_max="7", kind="growth"), YELLOW),
        (target("6", "7.35", comparator="range", value_max="7", kind="growth", more_is_worse=True), GREEN),
        (target("6", "7.36", comparator="range", value_max="7", kind="growth", more_is_worse=True), YELLOW),
        (target("6", "7.5", comparator="range", value_max="7", kind="growth", more_is_worse=True), YELLOW),
        (target("40", "53", comparator="range", value_max="50", more_is_worse=True), YELLOW),  # climbed past the top
        (target("40", "52", comparator="range", value_max="50", more_is_worse=True), GREEN),
        (
            target("40", "30", comparator="range", value_max="50", more_is_worse=True),
            GREEN,
        ),  # three quarters of the way
        (
            target("40", "60", baseline="90", comparator="range", value_max="50", more_is_worse=True),
            GREEN,
        ),  # coming down
    ],
)
def test_what_has_no_plan_is_yellow_when_short_and_never_red(facts: TargetFacts, expected: Light) -> None:
    assert verdict(pledge(facts)) == (expected, Reason.SHORT if expected is YELLOW else Reason.ON_TRACK)


def test_an_occurrence_where_none_is_tolerated_is_red_whatever_the_wording() -> None:
    facts = target("0", "1", zero_tolerance=True, comparator="approx")
    assert verdict(pledge(facts, firmness="aim", form="ongoing")) == (RED, Reason.OCCURRED)
    assert verdict(pledge(replace(facts, reported=Decimal(0)))) == (GREEN, Reason.ON_TRACK)


# Soft wording


def test_a_narrow_miss_of_a_soft_promise_is_yellow_where_a_firm_one_is_red() -> None:
    narrow = planned("100", "95", baseline="90")  # half of the way, within 5% of the value
    assert verdict(pledge(narrow)) == (RED, Reason.FAR_BEHIND)
    assert verdict(pledge(narrow, firmness="process")) == (RED, Reason.FAR_BEHIND)
    assert verdict(pledge(narrow, firmness="aim")) == (YELLOW, Reason.BEHIND)
    assert verdict(pledge(replace(narrow, comparator="approx"))) == (YELLOW, Reason.BEHIND)
    wide = replace(narrow, reported=Decimal("94.9"))
    assert verdict(pledge(wide, firmness="aim")) == (RED, Reason.FAR_BEHIND)


def test_a_narrow_miss_of_a_soft_promise_past_its_date_is_yellow_and_counts_its_days() -> None:
    after = date(2021, 1, 2)
    found = standing(pledge(target("100", "95"), firmness="aim"), after)
    assert (found.light, found.reason, found.days_overdue) == (YELLOW, Reason.OVERDUE, 2)
    assert verdict(pledge(target("100", "95", comparator="approx")), after) == (YELLOW, Reason.OVERDUE)
    assert verdict(pledge(target("100", "94"), firmness="aim"), after) == (RED, Reason.OVERDUE)
    assert verdict(pledge(target("100"), firmness="aim"), after) == (RED, Reason.OVERDUE)
    assert verdict(pledge(firmness="aim"), after) == (RED, Reason.OVERDUE), "nothing to be near to"
    both = (target("100", "96", comparator="approx"), target("100", "100"))
    assert verdict(pledge(*both), after) == (RED, Reason.OVERDUE), "the firm one is overdue too"
    assert verdict(pledge(*both, firmness="aim"), after) == (YELLOW, Reason.OVERDUE)
    stages = (MilestoneFacts(planned=DUE),)
    assert verdict(pledge(both[1], firmness="aim", milestones=stages), after) == (RED, Reason.OVERDUE)


# Rule 6 by the whole


def test_a_stage_is_late_from_the_day_after_its_planned_day() -> None:
    stages = (MilestoneFacts(planned=TODAY), MilestoneFacts(planned=DUE))
    facts = pledge(form="milestone", milestones=stages)
    assert verdict(facts) == (GREEN, Reason.ON_TRACK)
    assert verdict(facts, date(2020, 10, 13)) == (YELLOW, Reason.MILESTONE_LATE)
    done = replace(facts, milestones=(replace(stages[0], done=date(2020, 10, 14)), stages[1]))
    assert verdict(done, date(2020, 10, 13)) == (YELLOW, Reason.MILESTONE_LATE), "done only the day after"
    assert verdict(done, date(2020, 10, 14)) == (GREEN, Reason.ON_TRACK)


def test_late_stages_are_yellow_and_never_red_before_the_due_date() -> None:
    stages = tuple(MilestoneFacts(planned=date(2020, month, 1)) for month in (2, 4, 6, 12))
    found = standing(pledge(form="milestone", milestones=stages), TODAY)
    assert (found.light, found.progress_bp, found.plan_bp, found.gap_bp) == (YELLOW, 0, 7500, 7500)
    assert found.pace is Pace.BEHIND


def test_judgement_speaks_for_what_has_no_figure() -> None:
    ongoing = pledge(form="ongoing")
    assert verdict(ongoing) == (GREEN, Reason.ON_TRACK)
    assert verdict(replace(ongoing, judged_behind=True)) == (YELLOW, Reason.JUDGED_BEHIND)


def test_a_value_comes_before_a_late_stage_and_a_late_stage_before_judgement() -> None:
    stages = (MilestoneFacts(planned=date(2020, 3, 1)),)
    assert verdict(pledge(planned("70", "50"), milestones=stages)) == (YELLOW, Reason.BEHIND)
    assert verdict(pledge(planned("70", "70"), milestones=stages, judged_behind=True)) == (
        YELLOW,
        Reason.MILESTONE_LATE,
    )


# States without a light


@pytest.mark.parametrize("state", ["claimed", "closed"])
def test_claiming_and_closing_take_the_light_and_leave_the_figures(state: str) -> None:
    before = pledge(planned("70", "50"), planned("70", "66"), target("7", "6", kind="growth"), missed=1)
    was, now = standing(before, TODAY), standing(replace(before, state=state), TODAY)
    assert (now.light, now.reason) == (None, None)
    assert replace(now, light=was.light, reason=was.reason) == was
    assert standing(replace(before, state=state), date(2021, 3, 1)).days_overdue == 0
