"""What a whole pledge shows: its worst target, its figures, and whether it is reached."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pledges.completion import MilestoneFacts, Pace, Reason, standing
from tests.pledges.light_facts import DATA_DAY, DUE, GREEN, GREY, RED, TODAY, YELLOW, planned, pledge, target, verdict

# Several targets


def test_a_pledge_shows_its_worst_target() -> None:
    green, yellow, red = planned("70", "70"), planned("70", "55"), planned("70", "20")
    waiting = planned("70", "10", awaiting_figure=True)
    found = standing(pledge(green, yellow, red, waiting), TODAY)
    assert (found.light, found.worst, found.progress_bp, found.distance) == (RED, 2, 2000, Decimal(-80))
    assert standing(pledge(green, yellow, waiting), TODAY).worst == 1
    found = standing(pledge(green, waiting), TODAY)
    assert (found.light, found.reason, found.worst) == (GREY, Reason.AWAITING_FIGURE, 1)


def test_among_equals_the_largest_gap_speaks_then_the_first() -> None:
    assert standing(pledge(planned("70", "58"), planned("70", "50"), planned("70", "50")), TODAY).worst == 1
    assert standing(pledge(target("7", "5", kind="growth"), planned("70", "58")), TODAY).worst == 1, "a gap before none"
    assert standing(pledge(planned("70", "80"), planned("70", "75")), TODAY).worst == 1


def test_a_late_stage_outweighs_another_targets_missing_figure() -> None:
    stages = (MilestoneFacts(planned=date(2020, 3, 1)),)
    facts = pledge(planned("70", "70", awaiting_figure=True), planned("70", "70"), milestones=stages)
    assert verdict(facts) == (YELLOW, Reason.MILESTONE_LATE)


def test_a_red_without_a_gap_outweighs_a_yellow_with_one() -> None:
    occurred = target("0", "2", zero_tolerance=True)
    found = standing(pledge(planned("70", "45"), occurred), TODAY)
    assert (found.light, found.reason, found.worst, found.gap_bp) == (RED, Reason.OCCURRED, 1, None)


def test_a_yellow_without_a_gap_outweighs_a_missing_figure_and_a_green_with_one() -> None:
    short = target("7", "5", kind="growth")
    found = standing(pledge(planned("70", "65"), planned("70", "10", awaiting_figure=True), short), TODAY)
    assert (found.light, found.reason, found.worst) == (YELLOW, Reason.SHORT, 2)


# Progress, pace and reached of a whole pledge


@pytest.mark.parametrize(("reported", "expected"), [("71", Pace.AHEAD), ("70", Pace.ON), ("69.99", Pace.BEHIND)])
def test_pace_is_plainly_progress_beside_plan(reported: str, expected: Pace) -> None:
    assert standing(pledge(planned("70", reported)), TODAY).pace is expected


def test_what_is_reached_within_its_tolerance_is_not_behind() -> None:
    assert standing(pledge(planned("100", "96", comparator="approx")), TODAY).pace is Pace.ON


def test_growth_has_neither_progress_nor_pace() -> None:
    found = standing(pledge(target("7", "7.2", kind="growth")), TODAY)
    assert (found.progress_bp, found.plan_bp, found.gap_bp, found.pace) == (None, None, None, None)
    assert (found.reached, found.distance, found.data_date) == (True, Decimal("0.2"), DATA_DAY)


def test_an_unstaged_milestone_is_nothing_until_it_is_verified() -> None:
    facts = pledge(form="milestone")
    assert [standing(replace(facts, state=state), TODAY).progress_bp for state in ("in_progress", "claimed")] == [0, 0]
    closed = standing(replace(facts, state="closed"), TODAY)
    assert (closed.progress_bp, closed.plan_bp, closed.pace, closed.reached) == (10000, None, None, True)
    settled = standing(replace(facts, state="closed", settled=True), TODAY)
    assert (settled.progress_bp, settled.reached) == (0, False)


def test_stages_give_the_progress_of_a_milestone_pledge_and_of_one_without_targets() -> None:
    stages = (MilestoneFacts(planned=date(2020, 3, 1), done=date(2020, 3, 1)), MilestoneFacts(planned=DUE, weight=3))
    for form in ("milestone", "quantified"):
        found = standing(pledge(form=form, milestones=stages), TODAY)
        assert (found.progress_bp, found.plan_bp, found.pace, found.reached) == (2500, 2500, Pace.ON, False)
    with_figure = standing(pledge(target("100", "90"), form="milestone", milestones=stages), TODAY)
    assert (with_figure.progress_bp, with_figure.data_date, with_figure.worst) == (2500, DATA_DAY, 0)
    assert standing(pledge(target("100", "90"), milestones=stages), TODAY).progress_bp == 9000
    assert standing(pledge(target("100", "90"), form="milestone"), TODAY).progress_bp == 9000


def test_an_ongoing_pledge_has_no_percentage_and_no_plan_to_be_behind() -> None:
    stages = (MilestoneFacts(planned=DUE),)
    found = standing(pledge(planned("70", "5"), form="ongoing", milestones=stages), TODAY)
    assert (found.light, found.progress_bp, found.plan_bp, found.pace) == (GREEN, None, None, None)
    assert verdict(pledge(target("95", "80", kind="share"), form="ongoing")) == (YELLOW, Reason.SHORT)


def test_a_pledge_is_reached_when_all_that_can_be_measured_is() -> None:
    done, open_stage = MilestoneFacts(planned=DUE, done=TODAY), MilestoneFacts(planned=DUE)
    full, short = target("100", "100"), target("100", "99")
    assert standing(pledge(full, full, milestones=(done,)), TODAY).reached
    assert not standing(pledge(full, short), TODAY).reached
    assert not standing(pledge(full, milestones=(open_stage,)), TODAY).reached
    assert not standing(pledge(form="ongoing"), TODAY).reached
    assert not standing(pledge(), TODAY).reached
    assert standing(pledge(form="ongoing", state="closed"), TODAY).reached


def test_what_has_neither_figures_nor_stages_has_no_progress() -> None:
    found = standing(pledge(), TODAY)
    assert (found.progress_bp, found.plan_bp, found.pace, found.reached) == (None, None, None, False)


def test_the_stages_of_an_ongoing_pledge_make_no_percentage() -> None:
    stages = (MilestoneFacts(planned=date(2020, 3, 1), done=date(2020, 3, 1)), MilestoneFacts(planned=DUE))
    found = standing(pledge(form="ongoing", milestones=stages), TODAY)
    assert (found.progress_bp, found.plan_bp, found.pace, found.light) == (None, None, None, GREEN)


def test_stages_alone_reach_a_pledge_when_all_are_done() -> None:
    done = MilestoneFacts(planned=DUE, done=TODAY)
    assert standing(pledge(form="milestone", milestones=(done,)), TODAY).reached
    assert not standing(pledge(form="milestone", milestones=(done, MilestoneFacts(planned=DUE))), TODAY).reached
    assert not standing(pledge(form="milestone", milestones=(done,)), TODAY - timedelta(days=1)).reached
