"""The broker goes away while reports come in: nobody notices, nothing is lost, and the figures catch up by themselves.

Web server, worker and beat are real processes, and so is the broker, which the test ends or freezes.
"""

import time

import pytest

from config.celery import app as celery
from pledges.models import Pledge, Report
from tests import factories
from tests.faults import reporting
from tests.support import servers
from tests.support.jobs import note_slowly
from tests.support.workers import Beat, WebServer, Worker
from tracker import jobs, receivers, rollups
from tracker.models import StaleScope
from workflow.models import Stream

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

BEFORE, AFTER = 5, 3  # seconds of reports while the broker is there
HANGING, STOPPED = 8, 30  # seconds without it; with ``--long`` longer
LONG = 4
REST = 0.4  # seconds between two reports of one person: at work, and the machine not at its limit
USUAL = 3  # so many times the usual median is still the usual speed, on a machine that does other things too


@pytest.fixture
def broker():
    with servers.stoppable_redis() as server:
        yield server


@pytest.fixture
def running(needs_postgres, transactional_db, broker, tmp_path, set_today):
    """Web server, worker and beat, sharing the test's database and its private broker."""
    set_today(reporting.TODAY)
    processes = [kind(tmp_path) for kind in (WebServer, Worker, Beat)]
    try:
        for process in processes:
            process.start(env={"REDIS_URL": broker.url, "PLEDGES_VAR": str(tmp_path), "LOG_LEVEL": "INFO"})
        yield processes
    finally:
        for process in processes:
            process.kill()


@pytest.mark.parametrize("times", [1, pytest.param(LONG, marks=pytest.mark.long)])
def test_reports_go_on_while_the_broker_hangs_or_is_stopped_and_the_figures_catch_up(running, broker, times):
    web, worker, beat = running
    world = factories.government()
    desks = reporting.desks(world)
    asked = [reporting.reports(post, pledges) for post, pledges in desks.items()]

    reports_while(broker.freeze, broker.thaw, HANGING * times, web, worker, asked)
    reports_while(broker.kill, broker.start, STOPPED * times, web, worker, asked)

    reporting.nothing_is_half_done()
    for post in desks:
        with_a_report = Pledge.objects.filter(lead_unit=post.unit).exclude(reports=None)
        assert rollups.of_unit(world.programme, post.unit).reported == with_a_report.count() > 0
    assert all(process.is_alive() for process in (web, worker, beat))


def test_a_worker_that_holds_more_than_it_does_outlives_the_broker(running, broker):
    _web, worker, _beat = running
    ask(broker, (f"slow-{number}" for number in range(12)), seconds=3)
    worker.wait_until(lambda: Stream.objects.filter(name__endswith="-begun").count() >= 4)
    broker.kill()
    worker.wait_until(lambda: "Connection to broker lost" in worker.log())
    time.sleep(2)  # it closes what it had, and tries anew
    broker.start()
    worker.wait_until(lambda: worker.is_alive() and "Connected to" in worker.log().split("broker lost")[-1], timeout=30)
    ask(broker, ["after"], seconds=0)
    worker.wait_until(lambda: Stream.objects.filter(name="after-done").exists(), timeout=30)
    assert worker.is_alive()


def ask(broker, names, *, seconds):
    with celery.connection_for_write(broker.url) as connection:
        for name in names:
            note_slowly.apply_async((name, seconds), connection=connection)


def reports_while(go, come_back, seconds, web, worker, asked):
    """Reports before, during and after an outage: answered as fast as ever, kept once, and the figures become right."""
    kept_before, tried_before = Report.objects.count(), tries(web)
    with reporting.Asking(web.port, REST) as asking:
        for requests in asked:
            asking.begin(requests)
        time.sleep(BEFORE)
        asking.phase = "away"
        go()
        time.sleep(seconds)
        assert StaleScope.objects.exists()  # nobody could ask the worker to count
        asking.phase = "after"
        come_back()
        back = time.monotonic()
        time.sleep(AFTER)
    reporting.within_a_minute(back, worker.wait_until)

    assert set(asking.statuses()) == {200}
    kept = Report.objects.order_by("pk").values_list("sentence", flat=True)[kept_before:]
    assert sorted(kept) == sorted(asking.sentences())
    usual, away, tried = asking.median("before", "after"), asking.median("away"), tries(web) - tried_before
    print(
        f"{go.__name__} for {seconds} s, {len(kept)} reports, {tried} of them tried to hint;"
        f" median answer {usual:.3f} s with the broker, {away:.3f} s without"
    )
    assert away <= USUAL * usual
    # One try for a sweep's time is meant to be all, but everybody may be in the middle of it, in every process.
    assert 0 < tried <= len(asked) * WebServer.PROCESSES * (1 + seconds // receivers.SWEEP_SECONDS)


def tries(web):
    """How many reports waited for a broker that did not take their hint."""
    return web.log().count(f"no hint for {jobs.sweep.name}")
