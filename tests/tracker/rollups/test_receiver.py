"""The receiver of changes, and two at once: nobody's change is lost."""

import socket
import threading
import time

import pytest
from django.db import connection, connections, transaction

from pledges.models import State
from tests.factories import perform, pledge_in
from tests.tracker.rollups.world import (
    all_done,
    figures,
    numbers,
    put,
)
from tracker import counting, receivers, rollups
from tracker.models import Rollup, StaleScope

pytestmark = pytest.mark.django_db

UNIT, BELOW, PROGRAMME = Rollup.Scope.UNIT, Rollup.Scope.BELOW, Rollup.Scope.PROGRAMME


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
    caplog.set_level("INFO", logger="workflow.hints")
    away = "redis://127.0.0.1:1/0" if broker == "refuses" else silent_server
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", away)
    began = time.monotonic()
    perform("report", pledge, world.coordinator, sentence="在建", values=all_done(pledge))
    perform("approve", pledge, world.head)
    perform("accept", pledge, world.supervisor)
    assert time.monotonic() - began < 3
    assert caplog.text.count("no hint") == 1  # the other acts did not even try
    assert rollups.sweep() == 3
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
    count = counting._count
    late = []

    def count_then_change(cells):
        counted = count(cells)
        if not late:
            late.append(in_thread(lambda: put(world, world.housing, light="red")))
            if connection.vendor == "postgresql":
                late[0].join()  # on SQLite it waits for our transaction to end
        return counted

    monkeypatch.setattr(counting, "_count", count_then_change)
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
    count = counting._count
    counted, go_on = threading.Event(), threading.Event()

    def count_and_wait(cells):
        found = count(cells)
        if not counted.is_set():
            counted.set()
            assert go_on.wait(10)
        return found

    monkeypatch.setattr(counting, "_count", count_and_wait)
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
