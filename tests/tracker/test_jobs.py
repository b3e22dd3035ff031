"""The entry points of the roll-ups' jobs."""

import functools

import pytest

from config.celery import app
from pledges.models import State
from tests import factories
from tests.factories import pledge_in
from tracker import jobs, receivers, rollups
from tracker.models import Rollup, StaleScope


def test_the_beat_table_names_both_jobs():
    in_beat = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {jobs.sweep.name, jobs.recount.name} <= in_beat
    assert app.conf.beat_schedule["sweep stale roll-ups"]["schedule"] == receivers.SWEEP_SECONDS


@pytest.mark.django_db
def test_the_sweep_counts_until_nothing_is_left(monkeypatch):
    monkeypatch.setattr(rollups, "refresh_stale", functools.partial(rollups.refresh_stale, limit=1))
    world = factories.government()
    pledge_in(State.IN_PROGRESS, world)
    waiting = StaleScope.objects.count()
    assert waiting > 1
    assert jobs.sweep() == waiting
    assert not StaleScope.objects.exists()
    assert jobs.sweep() == 0
    assert rollups.of_programme(world.programme).in_force == 1


@pytest.mark.django_db
def test_a_sweep_that_is_outrun_ends_all_the_same(monkeypatch):
    monkeypatch.setattr(rollups, "refresh_stale", lambda: 1)
    assert jobs.sweep() == rollups.ROUNDS


@pytest.mark.django_db
def test_the_nightly_recount_says_how_many_had_drifted():
    world = factories.government()
    pledge_in(State.IN_PROGRESS, world)
    jobs.sweep()
    assert jobs.recount() == 0
    Rollup.objects.filter(scope=Rollup.Scope.PROGRAMME).update(in_force=9)
    assert jobs.recount() == 1
    assert rollups.of_programme(world.programme).in_force == 1
