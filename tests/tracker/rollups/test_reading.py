"""What people are shown of the roll-ups, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Pledge, Role, State
from tests import factories
from tests.factories import PostFactory, UnitFactory
from tests.tracker.rollups.world import COUNTY_BELOW, EVERYTHING, HOUSING, figures, fill, put, tell
from tracker import rollups
from tracker.models import Rollup

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

UNIT, BELOW, PROGRAMME = Rollup.Scope.UNIT, Rollup.Scope.BELOW, Rollup.Scope.PROGRAMME


# Reading


def shown(table):
    return [
        (row.unit.name, row.depth, row.own.in_force, row.below.in_force if row.below else None) for row in table.rows
    ]


def test_who_sees_the_whole_sees_every_unit_that_has_pledges_and_the_total(world):
    fill(world)
    rollups.sweep()
    rows = [
        ("住房城乡建设局", 0, 6, None),
        ("水务局", 0, 5, None),
        ("清河县", 0, 1, 3),
        ("县住房城乡建设局", 1, 2, None),
    ]
    for post in (world.leader, world.supervisor, world.director, world.auditor):
        table = rollups.table(world.programme, factories.actor(post))
        assert [(name, depth - 1, own, below) for name, depth, own, below in shown(table)] == rows
        assert figures(table.total) == EVERYTHING


def test_a_units_people_see_their_unit_and_those_below(world):
    fill(world)
    rollups.sweep()
    table = rollups.table(world.programme, factories.actor(world.county_coordinator))
    assert shown(table) == [("清河县", 0, 1, 3), ("县住房城乡建设局", 1, 2, None)]
    assert (table.total.scope, figures(table.total)) == (BELOW, COUNTY_BELOW)
    table = rollups.table(world.programme, factories.actor(world.head))
    assert shown(table) == [("住房城乡建设局", 0, 6, None)]
    assert figures(table.total) == HOUSING


def test_others_see_no_figures(world):
    fill(world)
    rollups.sweep()
    elsewhere = PostFactory(unit=factories.CityFactory(), role=Role.LEADER)
    for post in (world.statistician, world.system_admin, world.security_admin, elsewhere):
        table = rollups.table(world.programme, factories.actor(post))
        assert (table.rows, figures(table.total)) == ([], {})


def test_a_unit_that_leads_nothing_has_a_row_for_what_is_below_it(world):
    put(world, world.county_housing, light="green")
    put(world, world.water, State.DRAFT)
    rollups.sweep()
    table = rollups.table(world.programme, factories.actor(world.leader))
    assert [row[0] for row in shown(table)] == ["清河县", "县住房城乡建设局"]
    assert [row[2:] for row in shown(table)] == [(0, 1), (1, None)]


def test_a_government_has_a_row_only_for_what_it_leads_itself(world):
    put(world, world.water, light="green")
    put(world, world.city, light="green")
    rollups.sweep()
    table = rollups.table(world.programme, factories.actor(world.leader))
    assert shown(table) == [(world.city.name, 0, 1, 2), ("水务局", 1, 1, None)]


def test_a_programme_that_was_never_counted_shows_zeros(world):
    assert rollups.recount() == []
    table = rollups.table(world.programme, factories.actor(world.leader))
    assert (table.rows, figures(table.total)) == ([], {})
    assert figures(rollups.of_unit(world.programme, world.water, BELOW)) == {}
    assert rollups.rates(table.total).completion == (0, 0, None)


def test_rates_print_both_numbers_and_no_percentage_below_five_items(world):
    fill(world)
    rollups.sweep()
    whole = rollups.rates(rollups.of_programme(world.programme))
    assert whole.completion == (3, 14, 2143)  # 3/14 = 21.4286 %
    assert whole.pace == (5, 10, 5000)
    water = rollups.rates(rollups.of_unit(world.programme, world.water))
    assert water.completion == (3, 5, 6000)
    assert water.pace == (2, 3, None)
    county = rollups.rates(rollups.of_unit(world.programme, world.county, BELOW))
    assert county.completion == (0, 3, None)


@pytest.mark.parametrize(
    ("part", "whole", "bp"),
    [(0, 5, 0), (5, 5, 10_000), (4, 4, None), (1, 32, 313), (1, 6, 1667), (2, 6, 3333), (0, 0, None)],
)
def test_a_rate_is_rounded_half_up(part, whole, bp):
    assert rollups.Rate.of(part, whole) == (part, whole, bp)


# Cost


def queries_of(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_the_table_is_one_query_for_few_units_and_for_many(world):
    leader = factories.actor(world.leader)
    leader.unit  # noqa: B018  the post's unit is fetched before we count
    for _ in range(2):
        for _ in range(20):
            put(world, UnitFactory(parent=world.county), light="green")
        rollups.sweep()
        with CaptureQueriesContext(connection) as queries:
            for row in rollups.table(world.programme, leader).rows:
                assert row.unit.name
                assert row.own.unit_id
        assert len(queries) == 1


def test_a_refresh_costs_the_same_for_few_pledges_and_for_many(world):
    for unit in (world.housing, world.county_housing):
        put(world, unit, light="green")
    rollups.sweep()
    for unit in (world.housing, world.county_housing):
        put(world, unit, light="green")
    few = queries_of(rollups.refresh_stale)
    for _ in range(40):
        put(world, world.housing, light="green")
        put(world, world.county_housing, light="red")
    rollups.recount()  # makes the rows
    for pledge in Pledge.objects.all():
        tell(pledge)
    Rollup.objects.update(green=0)
    assert queries_of(rollups.refresh_stale) <= few
