"""Roll-ups: what is counted where, that counting twice changes nothing, and that nobody's change is lost."""

import socket
import threading
import time

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from pledges.models import Outcome, Pledge, Report, ReportStatus, Role, State
from tests import factories
from tests.factories import PledgeFactory, PostFactory, ProgrammeFactory, UnitFactory, day, moment, perform, pledge_in
from tracker import receivers, rollups
from tracker.models import FIGURES, Rollup, StaleScope
from workflow.signals import Mark, changed

pytestmark = pytest.mark.django_db

UNIT, BELOW, PROGRAMME = Rollup.Scope.UNIT, Rollup.Scope.BELOW, Rollup.Scope.PROGRAMME


@pytest.fixture
def world():
    return factories.government()


@pytest.fixture(autouse=True)
def _hints_flow(monkeypatch):
    monkeypatch.setattr(receivers, "_quiet_until", 0.0)


def put(world, unit, state=State.IN_PROGRESS, *, reported=None, light="", reason="", **facts):
    """A pledge as it stands in the table, with the receiver told of it; ``reported`` is the status of its report."""
    assigned = {} if state == State.DRAFT else {"assigned_date": day("2020-02-03")}
    usual = {"programme": world.programme, "due_date": day("2020-12-15"), **assigned}
    pledge = PledgeFactory(lead_unit=unit, state=state, light=light, light_reason=reason, **(usual | facts))
    if reported is not None:
        Report.objects.create(
            pledge=pledge,
            period=pledge.programme.periods.first(),
            data_date=day("2020-03-20"),
            sentence="已完成一半",
            status=reported,
            return_reason="请补充" if reported == ReportStatus.RETURNED else "",
            submitted_at=moment("2020-03-20"),
        )
    tell(pledge)
    return pledge


def tell(pledge, before=None):
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=before or Mark.of(pledge), after=Mark.of(pledge))


def closed(world, unit, outcome, *, on, **facts):
    dates = {"claimed_date": day(on), "claim_due_date": day("2020-12-15"), "closed_date": day("2020-12-30")}
    return put(world, unit, State.CLOSED, outcome=outcome, **dates, **facts)


def fill(world):
    """Fourteen pledges in force, and a draft, a withdrawn one and a child that no figure may count."""
    sent, accepted, returned = ReportStatus.SUBMITTED, ReportStatus.ACCEPTED, ReportStatus.RETURNED
    unit = world.housing
    put(world, unit, State.DRAFT, light="grey", reason="not_due")
    put(world, unit, State.WITHDRAWN, light="grey", reason="not_due", was_red=1)
    put(world, unit, State.ASSIGNED, light="grey", reason="not_due")
    parent = put(world, unit, light="red", reason="far_behind", pace="behind", reported=sent, was_red=2)
    put(world, unit, light="red", reason="overdue", pace="behind", reported=sent, was_red=1)
    put(world, unit, light="yellow", reason="overdue")
    put(world, unit, State.SUSPENDED, light="grey", reason="not_due", pace="on", reported=accepted, was_red=1)
    put(
        world,
        unit,
        State.CLAIMED,
        pace="ahead",
        reported=accepted,
        claimed_date=day("2020-12-20"),
        claim_due_date=day("2020-12-15"),
    )
    unit = world.water
    closed(world, unit, Outcome.MET, on="2020-12-01", pace="ahead", reported=accepted)
    closed(world, unit, Outcome.MET, on="2020-12-16", pace="on", reported=accepted, was_red=1)
    closed(world, unit, Outcome.MET_WITH_CHANGE, on="2020-12-15", pace="behind", reported=accepted)
    put(world, unit, State.CLOSED, outcome=Outcome.NOT_MET)
    put(world, unit, light="green", reason="on_track", pace="on", reported=returned)
    put(world, world.county, light="grey", reason="unreported", pace="behind", reported=accepted)
    unit = world.county_housing
    put(world, unit, light="yellow", reason="behind", pace="behind", reported=sent)
    put(world, unit, light="green", reason="on_track", pace="on", reported=sent)
    put(world, unit, light="red", reason="far_behind", pace="behind", reported=sent, parent=parent, was_red=1)


def figures(rollup):
    """The figures that are not zero."""
    return {name: getattr(rollup, name) for name in FIGURES if getattr(rollup, name)}


def numbers(**figures):
    return figures


HOUSING = numbers(
    in_force=6, open_count=6, claimed=1, late=1, overdue=2, red=2, yellow=1, grey=2, with_pace=4, on_pace=2, was_red=3
)
WATER = numbers(
    in_force=5, open_count=1, met=2, met_with_change=1, not_met=1, late=1, green=1, with_pace=3, on_pace=2, was_red=1
)
COUNTY = numbers(in_force=1, open_count=1, grey=1, unreported=1, with_pace=1)
COUNTY_HOUSING = numbers(in_force=2, open_count=2, yellow=1, green=1, with_pace=2, on_pace=1)
COUNTY_BELOW = numbers(in_force=3, open_count=3, yellow=1, green=1, grey=1, unreported=1, with_pace=3, on_pace=1)
# fmt: off
EVERYTHING = numbers(
    in_force=14, open_count=10, claimed=1, met=2, met_with_change=1, not_met=1, late=2, overdue=2,
    red=2, yellow=2, green=2, grey=3, unreported=1, with_pace=10, on_pace=5, was_red=4,
)
# fmt: on


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


def all_done(pledge):
    return {str(target.pk): "355" for target in pledge.targets.all()}


def test_a_full_recount_finds_and_repairs_a_drift_made_by_hand(world, caplog):
    fill(world)
    rollups.sweep()
    Rollup.objects.filter(unit=world.water, scope=UNIT).update(met=7)
    Rollup.objects.filter(scope=PROGRAMME).delete()
    drifts = {drift.key: dict(drift.figures) for drift in rollups.recount(world.programme)}
    assert drifts == {
        (world.programme.pk, UNIT, world.water.pk): {"met": (7, 2)},
        (world.programme.pk, PROGRAMME, 0): {name: (0, figure) for name, figure in EVERYTHING.items()},
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


# The receiver


@transaction.atomic
def then_fail(act):
    act()
    assert StaleScope.objects.exists()
    raise RuntimeError


def test_a_change_that_is_rolled_back_leaves_no_stale_row(world):
    pledge = pledge_in(State.IN_PROGRESS, world)
    rollups.sweep()
    values = all_done(pledge)
    with pytest.raises(RuntimeError):
        then_fail(lambda: perform("report", pledge, world.coordinator, sentence="在建", values=values))
    assert not StaleScope.objects.exists()


@pytest.fixture
def hints(monkeypatch):
    published = []
    monkeypatch.setattr(receivers, "publish_hint", lambda: published.append(1))
    return published


@pytest.mark.django_db(transaction=True)
def test_one_transaction_publishes_one_hint_however_many_pledges_change(world, hints):
    with transaction.atomic():
        for _ in range(5):
            put(world, world.housing)
        assert hints == []
    assert hints == [1]
    put(world, world.housing)
    assert hints == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_that_fails_takes_its_hint_with_it_and_no_other(world, hints):
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            then_fail(lambda: put(world, world.housing))
        assert not StaleScope.objects.exists()
    assert hints == []
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            then_fail(lambda: put(world, world.housing))
        put(world, world.water)
    assert hints == [1]


@pytest.fixture
def silent_server():
    """The address of a server that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["refuses", "is silent"])
def test_a_broker_that_is_away_neither_fails_nor_holds_up_a_report(world, monkeypatch, caplog, silent_server, broker):
    with transaction.atomic():
        pledge = pledge_in(State.IN_PROGRESS, world)
    rollups.sweep()
    caplog.set_level("INFO", logger="tracker.receivers")
    away = "redis://127.0.0.1:1/0" if broker == "refuses" else silent_server
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", away)
    began = time.monotonic()
    perform("report", pledge, world.coordinator, sentence="在建", values=all_done(pledge))
    perform("accept", pledge, world.supervisor)
    assert time.monotonic() - began < 3
    assert caplog.text.count("no hint") == 1  # the second act did not even try
    assert rollups.sweep() == 2
    assert rollups.of_unit(world.programme, world.housing).on_pace == 1


# Two at once


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_committed_after_the_count_waits_for_the_next_round(world, monkeypatch):
    put(world, world.housing, light="green")
    count = rollups._count
    late = []

    def count_then_change(cells):
        counted = count(cells)
        if not late:
            late.append(in_thread(lambda: put(world, world.housing, light="red")))
            if connection.vendor == "postgresql":
                late[0].join()  # on SQLite it waits for our transaction to end
        return counted

    monkeypatch.setattr(rollups, "_count", count_then_change)
    assert rollups.refresh_stale() == 1
    late[0].join()
    assert rollups.of_programme(world.programme).in_force == 1
    assert StaleScope.objects.count() == 1
    rollups.sweep()
    assert figures(rollups.of_programme(world.programme)) == numbers(in_force=2, open_count=2, green=1, red=1)
    assert rollups.recount() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_sum_waits_for_the_cells_that_another_is_writing(world, monkeypatch, needs_postgres):
    put(world, world.housing, light="green")
    put(world, world.water, light="green")
    rollups.sweep()
    put(world, world.housing, light="red")
    count = rollups._count
    counted, go_on = threading.Event(), threading.Event()

    def count_and_wait(cells):
        found = count(cells)
        if not counted.is_set():
            counted.set()
            assert go_on.wait(10)
        return found

    monkeypatch.setattr(rollups, "_count", count_and_wait)
    first = in_thread(rollups.refresh_stale)
    assert counted.wait(10)
    StaleScope.objects.all().delete()  # what the first has seen; the second must not count it too
    put(world, world.water, light="yellow")
    second = in_thread(rollups.refresh_stale)
    second.join(0.5)
    assert second.is_alive()
    go_on.set()
    first.join()
    second.join()
    assert figures(rollups.of_programme(world.programme)) == numbers(in_force=4, open_count=4, green=2, red=1, yellow=1)
    assert rollups.recount() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_reporters_and_refreshers_at_once_end_right(world, hints):
    units = [world.housing, world.water, world.county, world.county_housing]
    start = threading.Barrier(8)

    def report(unit):
        start.wait()
        for light in ("red", "green", "yellow"):
            put_in_own_number(world, unit, light)
            rollups.refresh_stale()

    def refresh(limit):
        start.wait()
        for _ in range(12):
            rollups.refresh_stale(limit=limit)

    threads = [in_thread(lambda unit=unit: report(unit)) for unit in units]
    threads += [in_thread(lambda limit=limit: refresh(limit)) for limit in (1, 2, 3, 100)]
    for thread in threads:
        thread.join()
    rollups.sweep()
    assert not StaleScope.objects.exists()
    assert rollups.of_programme(world.programme).in_force == 12
    assert rollups.of_unit(world.programme, world.county, BELOW).in_force == 6
    assert rollups.recount() == []


def put_in_own_number(world, unit, light):
    with transaction.atomic():
        put(world, unit, light=light, number=f"2020-{unit.pk}-{light}")


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
    put(world, world.housing, light="green")
    rollups.sweep()
    put(world, world.housing, light="green")
    few = queries_of(rollups.refresh_stale)
    for _ in range(40):
        put(world, world.housing, light="green")
        put(world, world.county_housing, light="red")
    rollups.recount()  # makes the rows
    for pledge in Pledge.objects.all():
        tell(pledge)
    Rollup.objects.update(green=0)
    assert queries_of(rollups.refresh_stale) <= few
