"""The ground the other tests stand on."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, connections

from config import clock
from config.celery import app
from tests.support import jobs
from workflow import audit
from workflow.models import Stream


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_test_database():
    Stream.objects.create(name="seen")

    def look():
        try:
            return Stream.objects.filter(name="seen").exists()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(look).result()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_flush_passes_the_triggers_and_leaves_them_standing():
    audit.install_triggers()
    Stream.objects.create(name="gone")
    call_command("flush", interactive=False, verbosity=0)
    assert not Stream.objects.exists()
    assert audit.installed()


@pytest.mark.postgres
@pytest.mark.django_db
def test_needs_postgres_runs_there_alone(needs_postgres):
    assert connection.vendor == "postgresql"


def test_the_day_can_be_set(set_today):
    set_today("2020-09-15")
    assert clock.today() == datetime.date(2020, 9, 15)


@pytest.mark.postgres
def test_a_real_worker_works_on_the_test_database(real_worker):
    jobs.note.delay("noted")
    real_worker.wait_until(lambda: Stream.objects.filter(name="noted").exists())


@pytest.mark.postgres
def test_a_killed_worker_leaves_its_job_undone_and_a_new_one_goes_on(real_worker):
    jobs.note_slowly.delay("slow", 30)
    real_worker.wait_until(lambda: Stream.objects.filter(name="slow-begun").exists())
    real_worker.kill()
    assert not real_worker.is_alive()
    real_worker.restart()
    jobs.note.delay("after")
    real_worker.wait_until(lambda: Stream.objects.filter(name="after").exists())
    assert not Stream.objects.filter(name="slow-done").exists()


@pytest.mark.postgres
def test_a_stopped_worker_finishes_what_it_began(real_worker):
    jobs.note_slowly.delay("slow", 1)
    real_worker.wait_until(lambda: Stream.objects.filter(name="slow-begun").exists())
    real_worker.stop()
    assert Stream.objects.filter(name="slow-done").exists()


def test_no_hint_leaves_this_process_group():
    options = app.conf.broker_transport_options
    if app.conf.broker_url == "filesystem://":
        assert "pledges-tests-" in options["data_folder_in"]
