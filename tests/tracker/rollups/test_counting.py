"""What is counted where, and that counting twice changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Pledge, State
from tests.factories import ProgrammeFactory, perform, pledge_in
from tests.tracker.rollups.world import (
    COUNTY,
    COUNTY_BELOW,
    COUNTY_HOUSING,
    EVERYTHING,
    HOUSING,
    WATER,
    all_done,
    figures,
    fill,
    numbers,
    put,
    tell,
)
from tracker import counting, rollups
from tracker.models import FIGURES, Rollup, StaleScope
from workflow.signals import Mark

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

UNIT, BELOW, PROGRAMME = Rollup.Scope.UNIT, Rollup.Scope.BELOW, Rollup.Scope.PROGRAMME


# What is counted


def test_every_figure_is_counted_once_under_the_lead_unit(world):
    fill(world)
    rollups.sweep()
    assert figures(rollups.of_unit(world.programme, world.housing)) == HOUSING
    assert figures(rollups.of_unit(world.programme, world.water)) == WATER
    assert figures(rollups.of_unit(world.programme, world.county)) == COUNTY
    assert figures(rollups.of_unit(world.programme, world.county_housing)) == COUNTY_HOUSING


def test_figures_add_up_the_tree_to_the_programme(world):
    fill(world)
    rollups.sweep()
    assert figures(rollups.of_unit(world.programme, world.county_housing, BELOW)) == COUNTY_HOUSING
    assert figures(rollups.of_unit(world.programme, world.county, BELOW)) == COUNTY_BELOW
    assert figures(rollups.of_unit(world.programme, world.city, BELOW)) == EVERYTHING
    assert figures(rollups.of_programme(world.programme)) == EVERYTHING
    assert figures(rollups.of_unit(world.programme, world.city)) == {}


def test_open_is_the_claimed_and_the_lights_and_in_force_adds_the_outcomes(world):
    fill(world)
    rollups.sweep()
    for rollup in Rollup.objects.all():
        assert rollup.open_count == rollup.claimed + rollup.red + rollup.yellow + rollup.green + rollup.grey
        assert rollup.in_force == rollup.open_count + rollup.met + rollup.met_with_change + rollup.not_met


def test_there_is_a_count_for_every_figure():
    assert tuple(rollups.COUNTED) == FIGURES


def test_programmes_do_not_mix(world):
    fill(world)
    other = ProgrammeFactory(government=world.city, year=2021)
    put(world, world.housing, light="green", reason="on_track", programme=other)
    rollups.sweep()
    assert figures(rollups.of_programme(other)) == numbers(in_force=1, open_count=1, green=1)
    assert figures(rollups.of_unit(other, world.housing)) == numbers(in_force=1, open_count=1, green=1)
    assert figures(rollups.of_unit(world.programme, world.housing)) == HOUSING


def test_sums_of_a_county_programme_end_at_the_county(world):
    of_county = ProgrammeFactory(government=world.county, year=2020)
    put(world, world.county_housing, light="green", programme=of_county)
    rollups.sweep()
    assert figures(rollups.of_unit(of_county, world.county, BELOW)) == figures(rollups.of_programme(of_county))
    assert not Rollup.objects.filter(programme=of_county, unit=world.city).exists()


def test_a_pledge_that_moves_is_taken_from_the_old_unit_and_given_to_the_new(world):
    pledge = put(world, world.housing, light="green")
    rollups.sweep()
    before = Mark.of(pledge)
    pledge.lead_unit = world.county_housing
    pledge.save()
    tell(pledge, before)
    rollups.sweep()
    assert rollups.of_unit(world.programme, world.housing).in_force == 0
    assert rollups.of_unit(world.programme, world.housing, BELOW).in_force == 0
    assert rollups.of_unit(world.programme, world.county, BELOW).in_force == 1
    assert rollups.of_programme(world.programme).in_force == 1


def test_a_draft_without_a_lead_unit_is_nobodys(world):
    put(world, None, State.DRAFT)
    assert not StaleScope.objects.exists()
    assert rollups.sweep() == 0


# Recompute, never increment


def test_counting_twice_changes_nothing(world):
    fill(world)
    rollups.sweep()
    kept = list(Rollup.objects.order_by("pk").values())
    for pledge in Pledge.objects.all():
        tell(pledge)
    with CaptureQueriesContext(connection) as queries:
        rollups.sweep()
    assert list(Rollup.objects.order_by("pk").values()) == kept
    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert rollups.recount() == []


def test_the_stale_rows_are_taken_in_order_and_only_so_many(world):
    put(world, world.housing, light="green")
    put(world, world.water, light="red")
    assert rollups.refresh_stale(limit=1) == 1
    assert rollups.of_unit(world.programme, world.housing).green == 1
    assert rollups.of_unit(world.programme, world.water).red == 0
    assert rollups.of_programme(world.programme).in_force == 1
    assert rollups.refresh_stale(limit=1) == 1
    assert rollups.refresh_stale(limit=1) == 0
    assert rollups.of_programme(world.programme).in_force == 2


def test_a_full_recount_finds_no_drift_after_a_life_through_the_gate(world):
    pledge_in(State.ASSIGNED, world)
    pledge_in(State.IN_PROGRESS, world, reported=True)
    pledge_in(State.CLOSED, world, reported=True)
    back = pledge_in(State.CLAIMED, world, reported=True)
    rollups.sweep()
    perform("return_claim", back, world.director, at="2020-11-12", reason="现场有两处未通水")
    perform("report", back, world.coordinator, at="2020-11-13", sentence="已修复", values=all_done(back))
    rollups.sweep()
    assert rollups.recount() == []
    cell = rollups.of_unit(world.programme, world.housing)
    assert (cell.in_force, cell.open_count, cell.met, cell.claimed) == (4, 3, 1, 0)
    assert not StaleScope.objects.exists()


def test_a_full_recount_finds_and_repairs_a_drift_made_by_hand(world, caplog):
    fill(world)
    rollups.sweep()
    Rollup.objects.filter(unit=world.water, scope=UNIT).update(met=7)
    Rollup.objects.filter(scope=PROGRAMME).delete()
    drifts = {drift.key: dict(drift.figures) for drift in rollups.recount(world.programme)}
    assert drifts == {
        counting.Key(world.programme.pk, UNIT, world.water.pk): {"met": (7, 2)},
        counting.Key(world.programme.pk, PROGRAMME): {name: (0, figure) for name, figure in EVERYTHING.items()},
    }
    assert caplog.text.count("had drifted") == 2
    assert figures(rollups.of_unit(world.programme, world.water)) == WATER
    assert figures(rollups.of_programme(world.programme)) == EVERYTHING
    assert rollups.recount() == []


def test_what_still_waits_to_be_counted_is_no_drift_and_goes_on_waiting(world):
    fill(world)
    waiting = StaleScope.objects.count()
    assert rollups.recount() == []
    assert figures(rollups.of_programme(world.programme)) == EVERYTHING
    assert StaleScope.objects.count() == waiting


def test_a_full_recount_follows_a_unit_that_was_moved_in_the_tree(world):
    fill(world)
    rollups.sweep()
    world.county_housing.parent = world.city
    world.county_housing.path = f"{world.city.path}{world.county_housing.pk}/"
    world.county_housing.save()
    rollups.recount()
    assert figures(rollups.of_unit(world.programme, world.county, BELOW)) == COUNTY
    assert figures(rollups.of_programme(world.programme)) == EVERYTHING
