"""Where a figure begins and ends: one pledge just on either side of each line."""

import pytest

from pledges.models import Outcome, Pledge, Report, ReportStatus, State
from tests.factories import day, moment
from tests.tracker.rollups.world import COUNTY_BELOW, EVERYTHING, HOUSING, closed, figures, fill, put
from tracker import counting, rollups
from tracker.models import Rollup, StaleScope

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

BELOW = Rollup.Scope.BELOW
SENT = ReportStatus.SUBMITTED


def of_programme(world):
    rollups.sweep()
    assert rollups.recount() == []
    return rollups.of_programme(world.programme)


def report(pledge, *, revision, late, status=SENT):
    Report.objects.create(
        pledge=pledge,
        period=pledge.programme.periods.first(),
        revision=revision,
        late=late,
        data_date=day("2020-03-20"),
        sentence="已完成一半",
        status=status,
        return_reason="请补充" if status == ReportStatus.RETURNED else "",
        submitted_at=moment("2020-04-10"),
    )


def test_on_time_is_who_reported_before_the_window_closed_whatever_was_added_later(world):
    put(world, world.housing, missed=1, reported=SENT)  # a window since has closed without one
    late = put(world, world.housing)
    report(late, revision=1, late=True)
    corrected = put(world, world.housing, reported=SENT)
    report(corrected, revision=2, late=True)
    put(world, world.housing)  # nothing was asked yet, and nothing came
    assert (of_programme(world).reported, of_programme(world).on_time) == (3, 1)


def test_late_is_the_day_after_the_due_date_of_that_day_and_survives_an_extension(world):
    closed(world, world.water, Outcome.MET, on="2020-12-15")
    closed(world, world.water, Outcome.MET, on="2020-12-16", due_date=day("2020-12-31"))
    put(world, world.water, State.CLOSED, outcome=Outcome.NOT_MET)
    assert (of_programme(world).late, of_programme(world).in_force) == (1, 3)


def test_extended_is_a_due_date_put_off_and_not_one_kept_or_brought_forward(world):
    for due in ("2020-12-14", "2020-12-15", "2020-12-16"):
        put(world, world.water, due_date=day(due), original_due_date=day("2020-12-15"))
    assert of_programme(world).extended == 1


def test_a_pace_without_a_standing_report_is_not_counted(world):
    """A milestone item has a pace from its first day."""
    for reported in (None, ReportStatus.RETURNED, SENT):
        put(world, world.water, pace="on", reported=reported)
    put(world, world.water, pace="", reported=SENT)
    found = of_programme(world)
    assert (found.with_pace, found.on_pace, found.reported) == (1, 1, 2)


def test_not_met_and_met_with_change_stay_apart_and_only_met_ones_complete(world):
    closed(world, world.water, Outcome.MET, on="2020-12-01")
    closed(world, world.water, Outcome.MET_WITH_CHANGE, on="2020-12-01")
    for _ in range(2):
        put(world, world.water, State.CLOSED, outcome=Outcome.NOT_MET)
    put(world, world.water, State.SUSPENDED, light="grey", reason="not_due")
    put(world, world.water, State.WITHDRAWN)
    put(world, world.water, State.DRAFT)
    found = of_programme(world)
    assert (found.met, found.met_with_change, found.not_met, found.in_force) == (1, 1, 2, 5)
    assert rollups.rates(found).completion == (2, 5, 4000)


def test_the_sums_over_many_units_are_those_over_few(world, monkeypatch):
    monkeypatch.setattr(counting, "FEW_CHAINS", 0)
    fill(world)
    rollups.sweep()
    assert figures(rollups.of_unit(world.programme, world.county, BELOW)) == COUNTY_BELOW
    assert figures(rollups.of_unit(world.programme, world.housing, BELOW)) == HOUSING
    assert figures(rollups.of_unit(world.programme, world.city, BELOW)) == EVERYTHING
    assert rollups.recount() == []


def test_counting_a_whole_unit_takes_away_what_is_no_longer_there(world):
    put(world, world.water, light="green", section="工业", leader=world.leader, tags=["重点项目"])
    rollups.sweep()
    Pledge.objects.update(section="农业农村", leader=None, tags=[])
    StaleScope.objects.create(programme=world.programme, unit=world.water)
    rollups.sweep()
    left = Rollup.objects.filter(in_force__gt=0).exclude(section="", leader=None, tag="")
    assert set(left.values_list("scope", "section", "leader", "tag")) == {
        (Rollup.Scope.CELL, "农业农村", None, ""),
        (Rollup.Scope.SECTION, "农业农村", None, ""),
    }
    assert rollups.recount() == []
