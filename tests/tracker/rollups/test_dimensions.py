"""Roll-ups by section, leader and tag, counted by hand in the small world of `world`."""

import pytest

from pledges.models import Outcome, Pledge, ReportStatus, State
from tests import factories
from tests.factories import day
from tests.tracker.rollups.world import closed, figures, numbers, put, tell
from tracker import rollups
from tracker.models import Rollup, StaleScope
from workflow.signals import Mark

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SECTION, LEADER, TAG = Rollup.Scope.SECTION, Rollup.Scope.LEADER, Rollup.Scope.TAG
FARMING, INDUSTRY = "农业农村", "工业"
LIVELIHOOD, KEY = "民生实事", "重点项目"


def spread(world):
    """Three units and a county with a child unit; nine in force, and a draft, a withdrawn one and a share beside them.

    leader A has farming, nobody has industry, but for one pledge of water's that A has too.
    """
    sent, accepted = ReportStatus.SUBMITTED, ReportStatus.ACCEPTED
    farming = {"section": FARMING, "leader": world.leader}
    industry = {"section": INDUSTRY}
    put(world, world.housing, State.DRAFT, **farming)
    put(world, world.housing, State.WITHDRAWN, tags=[KEY], **farming)
    parent = put(
        world, world.housing, light="red", reason="far_behind", tags=[LIVELIHOOD, KEY], reported=sent, **farming
    )
    put(world, world.housing, State.SUSPENDED, light="grey", reason="not_due", tags=[KEY], **industry)
    put(world, world.county_housing, light="red", reason="far_behind", parent=parent, tags=[KEY], **farming)
    closed(world, world.water, Outcome.MET, on="2020-12-16", tags=[LIVELIHOOD], reported=accepted, **farming)
    closed(world, world.water, Outcome.MET_WITH_CHANGE, on="2020-12-01", reported=accepted, **farming)
    put(world, world.water, State.CLOSED, outcome=Outcome.NOT_MET, leader=world.leader, **industry)
    put(
        world,
        world.water,
        light="green",
        reason="on_track",
        pace="on",
        reported=accepted,
        original_due_date=day("2020-11-30"),
        **industry,
    )
    carried = put(world, world.county, State.CLOSED, outcome=Outcome.NOT_MET, tags=[LIVELIHOOD], **farming)
    put(
        world, world.county, light="grey", reason="unreported", missed=1, carried_from=carried, reported=sent, **farming
    )
    put(world, world.county_housing, light="yellow", reason="behind", pace="behind", reported=sent)


FARMING_ALL = numbers(
    in_force=5, open_count=2, met=1, met_with_change=1, not_met=1, late=1, red=1, grey=1, unreported=1,
    reported=4, on_time=3,
)  # fmt: skip
INDUSTRY_ALL = numbers(
    in_force=3, open_count=2, not_met=1, green=1, grey=1, with_pace=1, on_pace=1, reported=1, on_time=1, extended=1
)
NO_SECTION = numbers(in_force=1, open_count=1, yellow=1, with_pace=1, reported=1, on_time=1)
LEADER_A = numbers(
    in_force=6, open_count=2, met=1, met_with_change=1, not_met=2, late=1, red=1, grey=1, unreported=1,
    reported=4, on_time=3,
)  # fmt: skip
NO_LEADER = numbers(
    in_force=3, open_count=3, yellow=1, green=1, grey=1, with_pace=2, on_pace=1, reported=2, on_time=2, extended=1
)
WITH_LIVELIHOOD = numbers(in_force=3, open_count=1, met=1, not_met=1, late=1, red=1, reported=2, on_time=2)
WITH_KEY = numbers(in_force=2, open_count=2, red=1, grey=1, reported=1, on_time=1)


def by(world, scope, post=None):
    found = rollups.by(scope, world.programme, factories.actor(post or world.director))
    names = {SECTION: lambda one: one.section, LEADER: lambda one: one.leader, TAG: lambda one: one.tag}
    return {names[scope](one): figures(one) for one in found}


def test_every_dimension_counts_what_the_hand_counts(world):
    spread(world)
    rollups.sweep()
    assert by(world, SECTION) == {FARMING: FARMING_ALL, INDUSTRY: INDUSTRY_ALL, "": NO_SECTION}
    assert by(world, LEADER) == {world.leader: LEADER_A, None: NO_LEADER}
    assert by(world, TAG) == {LIVELIHOOD: WITH_LIVELIHOOD, KEY: WITH_KEY}
    assert rollups.recount() == []


def test_a_full_recount_finds_the_same_as_the_sweep(world):
    spread(world)
    StaleScope.objects.all().delete()
    assert rollups.recount() != []
    assert by(world, SECTION) == {FARMING: FARMING_ALL, INDUSTRY: INDUSTRY_ALL, "": NO_SECTION}
    assert by(world, LEADER) == {world.leader: LEADER_A, None: NO_LEADER}
    assert by(world, TAG) == {LIVELIHOOD: WITH_LIVELIHOOD, KEY: WITH_KEY}
    assert rollups.recount() == []


def test_sections_and_leaders_add_up_to_the_programme(world):
    spread(world)
    rollups.sweep()
    whole = rollups.of_programme(world.programme).in_force
    assert whole == 9
    for scope in (SECTION, LEADER):
        assert sum(one["in_force"] for one in by(world, scope).values()) == whole


def test_a_unit_s_people_see_their_own_unit_by_every_dimension(world):
    spread(world)
    rollups.sweep()
    assert {name: one["in_force"] for name, one in by(world, SECTION, world.head).items()} == {FARMING: 1, INDUSTRY: 1}
    assert {name: one["in_force"] for name, one in by(world, TAG, world.head).items()} == {LIVELIHOOD: 1, KEY: 2}
    assert by(world, TAG, world.county_housing_coordinator) == {}


def test_leaving_a_section_a_leader_and_a_tag_recounts_the_old_ones_too(world):
    spread(world)
    rollups.sweep()
    moved = Pledge.objects.get(section=FARMING, light="red", parent=None)
    before = Mark.of(moved)
    Pledge.objects.filter(pk=moved.pk).update(section=INDUSTRY, leader=None, tags=["挂牌督办"])
    moved.refresh_from_db()
    tell(moved, before)
    rollups.sweep()
    counts = {name: one["in_force"] for name, one in by(world, SECTION).items()}
    assert counts == {FARMING: 4, INDUSTRY: 4, "": 1}
    assert {name: one["in_force"] for name, one in by(world, LEADER).items()} == {world.leader: 5, None: 4}
    assert {name: one["in_force"] for name, one in by(world, TAG).items()} == {
        LIVELIHOOD: 2,
        KEY: 1,
        "挂牌督办": 1,
    }
    assert rollups.recount() == []


def test_one_change_marks_one_small_cell(world):
    pledge = put(world, world.housing, section=FARMING, leader=world.leader, tags=[KEY])
    assert list(StaleScope.objects.values_list("unit", "section", "leader", "tags")) == [
        (world.housing.pk, FARMING, world.leader.pk, [KEY])
    ]
    assert pledge.pk


def test_a_stale_scope_without_a_section_counts_the_whole_unit(world):
    spread(world)
    StaleScope.objects.all().delete()
    for unit in (world.housing, world.water, world.county, world.county_housing):
        StaleScope.objects.create(programme=world.programme, unit=unit)
    rollups.sweep()
    assert by(world, SECTION) == {FARMING: FARMING_ALL, INDUSTRY: INDUSTRY_ALL, "": NO_SECTION}
    assert rollups.recount() == []


def test_a_tag_given_twice_counts_once(world):
    put(world, world.housing, light="green", tags=[KEY, KEY])
    rollups.sweep()
    assert by(world, TAG) == {KEY: numbers(in_force=1, open_count=1, green=1)}
    assert rollups.recount() == []


def test_a_drift_in_a_section_is_found_and_repaired(world):
    spread(world)
    rollups.sweep()
    Rollup.objects.filter(scope=SECTION, unit=None, section=FARMING).update(met=9)
    (drift,) = rollups.recount()
    assert (drift.key.scope, drift.key.section, dict(drift.figures)) == (SECTION, FARMING, {"met": (9, 1)})
    assert by(world, SECTION)[FARMING] == FARMING_ALL


def test_few_items_get_no_percentage(world):
    spread(world)
    rollups.sweep()
    rates = {
        one.section: rollups.rates(one) for one in rollups.by(SECTION, world.programme, factories.actor(world.leader))
    }
    assert (rates[FARMING].completion.part, rates[FARMING].completion.whole, rates[FARMING].completion.bp) == (
        2,
        5,
        4000,
    )
    assert rates[INDUSTRY].completion.bp is None
    assert (rates[FARMING].on_time.part, rates[FARMING].on_time.whole, rates[FARMING].on_time.bp) == (3, 4, None)
