"""Roll-ups with a real worker: a hint is taken, and a worker killed in the middle of a count leaves nothing half-done.

The killed worker is stopped at a known point, the removal of the stale rows, when all figures are written and nothing
is committed: on PostgreSQL by a lock that the test holds on such a row, on SQLite by a trigger that takes for ever.
"""

import contextlib
import time

import pytest
from django.db import OperationalError, connection, transaction

from pledges.models import State
from tests import factories
from tests.factories import payload_for, perform, pledge_in
from tests.support.locks import somebody_waits_for_us, wait_until_the_dead_are_gone
from tracker import jobs, rollups
from tracker.models import StaleScope
from workflow import hints

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _hints_flow(monkeypatch):
    monkeypatch.setattr(hints, "_quiet_until", {})


def counts(world):
    """What the city's page shows: in force, met, claimed, of the unit and of the programme."""
    cell, whole = rollups.of_unit(world.programme, world.housing), rollups.of_programme(world.programme)
    assert [cell.in_force, cell.met, cell.claimed] == [whole.in_force, whole.met, whole.claimed]
    return whole.in_force, whole.met, whole.claimed


@pytest.mark.postgres
def test_a_real_worker_takes_the_hint_and_the_figures_become_right(real_worker):
    world = factories.government()
    with transaction.atomic():
        pledge = pledge_in(State.CLAIMED, world, reported=True)
        pledge_in(State.IN_PROGRESS, world)
    real_worker.wait_until(lambda: not StaleScope.objects.exists())
    assert counts(world) == (2, 0, 1)
    drafted = payload_for("draft_verification", world, pledge)
    perform("draft_verification", pledge, world.supervisor, at="2020-11-16", **drafted)
    perform("verify", pledge, world.director, at="2020-11-20")
    real_worker.wait_until(lambda: not StaleScope.objects.exists())
    assert counts(world) == (2, 1, 0)
    assert rollups.recount() == []


@pytest.mark.postgres
def test_a_worker_killed_while_it_counts_leaves_the_old_figures_and_the_next_one_counts_right(real_worker):
    world = factories.government()
    with transaction.atomic():
        pledge_in(State.IN_PROGRESS, world)
    real_worker.wait_until(lambda: not StaleScope.objects.exists())
    real_worker.stop()
    with transaction.atomic():
        pledge_in(State.CLOSED, world, reported=True)
    waiting = StaleScope.objects.count()

    with held_up_while_removing_stale_rows() as is_held_up:
        real_worker.start()
        jobs.sweep.delay()
        real_worker.wait_until(is_held_up)
        real_worker.kill()

    assert counts(world) == (1, 0, 0)
    assert StaleScope.objects.count() == waiting
    real_worker.start()
    jobs.sweep.delay()  # the dead worker took its hints with it; the beat gives one every 20 seconds
    real_worker.wait_until(lambda: not StaleScope.objects.exists())
    assert counts(world) == (2, 1, 0)
    assert rollups.recount() == []


def held_up_while_removing_stale_rows():
    """Within it whoever removes stale rows hangs; gives a predicate that says whether somebody does."""
    return _held_up_by_a_lock() if connection.vendor == "postgresql" else _held_up_by_a_trigger()


@contextlib.contextmanager
def _held_up_by_a_lock():
    with transaction.atomic():
        assert StaleScope.objects.select_for_update().order_by("pk").first()
        yield somebody_waits_for_us
    wait_until_the_dead_are_gone()


@contextlib.contextmanager
def _held_up_by_a_trigger():
    """A join of 10^15 rows before a stale row is removed."""
    execute("CREATE TABLE held_up (n INTEGER)")
    execute(
        "INSERT INTO held_up WITH RECURSIVE counter (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM counter LIMIT 1000)"
        " SELECT n FROM counter"
    )
    execute(
        "CREATE TRIGGER hold_up BEFORE DELETE ON tracker_stalescope BEGIN"
        " SELECT count(*) FROM held_up a, held_up b, held_up c, held_up d, held_up e; END"
    )
    try:
        yield lambda: all(_is_write_locked() for _ in range(20))
    finally:
        execute("DROP TRIGGER hold_up")
        execute("DROP TABLE held_up")


def _is_write_locked():
    """Whether somebody writes, asked without waiting. Twenty times in a second in a row means: held up."""
    time.sleep(0.05)
    execute("PRAGMA busy_timeout = 0")
    try:
        with transaction.atomic():
            return False
    except OperationalError:
        return True
    finally:
        execute("PRAGMA busy_timeout = 20000")


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
