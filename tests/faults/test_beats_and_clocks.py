"""Two beats that run at once do nothing twice, and after a jump of the clock nobody is told of the steps between."""

import contextlib
from collections import Counter

import pytest
from django.apps import apps
from django.db import transaction

from config.celery import app
from pledges.models import State
from tests import factories
from tests.factories import moment, perform, pledge_in
from tests.support import post_office
from tests.support.jobs import note
from tests.support.workers import Beat
from tests.workflow.reminder_world import task
from tracker import rollups
from workflow import jobs, reminders
from workflow.models import Delivery, Event, Reminder, Stream, Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 6  # of the whole beat table, from each beat


# Two beats


def test_two_beats_do_nothing_twice(needs_postgres, tuesday, set_today, unstarted_worker, tmp_path):
    set_today("2020-12-25")  # the last quarter's window opens, and what was due on the 15th is overdue
    busy_city()
    expected = what_one_beat_would_leave()
    unstarted_worker.start()

    with two_beats(tmp_path) as beats:
        for beat in beats:
            beat.wait_until(lambda beat=beat: beat.rounds() >= ROUNDS, timeout=90)
    everything_is_taken(unstarted_worker)
    unstarted_worker.stop(timeout=60)

    left = rows()
    assert (left - expected, expected - left) == ({}, {})
    assert rollups.recount() == []
    mailed = post_office.mailed()
    assert set(mailed) == set(Delivery.objects.values_list("key", flat=True))
    assert set(mailed.values()) == {1}
    assert "Traceback" not in unstarted_worker.log()


class HurriedBeat(Beat):
    def command(self):
        return ["celery", "-A", "tests.support.hurried_beat", "beat", "--loglevel", "INFO"]

    def rounds(self):
        return self.log().count("Sending due task claim reminders")


@contextlib.contextmanager
def two_beats(folder):
    """Started as somebody starts a second one by mistake: with the same settings, in the same place."""
    beats = []
    try:
        for name in ("first", "second"):
            (folder / name).mkdir()
            beats.append(HurriedBeat(folder / name))
            beats[-1].start()
        yield beats
    finally:
        for beat in beats:
            beat.stop()


def busy_city():
    """Something to do for every job of the table but those of requests and of the second look."""
    world = factories.government()
    with transaction.atomic():
        for _ in range(5):
            pledge_in(State.ASSIGNED, world)
            pledge_in(State.CLAIMED, world, reported=True)
            urged = pledge_in(State.IN_PROGRESS, world, reported=True)
            perform("urge", urged, world.supervisor, at="2020-12-10", words="请尽快填报")
    Task.objects.filter(kind=Task.Kind.SIGN).delete()  # missing: the nightly check is to open them again


class Undone(Exception):
    pass


def what_one_beat_would_leave():
    """What the table's jobs leave after one after the other, thrice; undone."""
    left = Counter()
    with contextlib.suppress(Undone), transaction.atomic():
        for _ in range(3):
            for entry in app.conf.beat_schedule.values():
                app.tasks[entry["task"]]()
        left = rows()
        raise Undone
    return left


def rows():
    """How many rows each model has, and how often each act is on record."""
    models = [model for name in ("pledges", "workflow", "tracker") for model in apps.get_app_config(name).get_models()]
    acts = Counter(Event.objects.values_list("action", flat=True))
    return acts + Counter({model.__name__: model.objects.count() for model in models})


def everything_is_taken(worker):
    """The worker has begun whatever was asked of it before."""
    note.delay("last")
    worker.wait_until(Stream.objects.filter(name="last").exists, timeout=60)
    Stream.objects.filter(name="last").delete()


# A clock that jumps


def test_after_a_jump_of_three_days_only_the_latest_step_is_told_and_once(tuesday, set_today, unstarted_worker):
    world, worker = factories.government(), unstarted_worker
    soon, later = task(world, "2020-10-14"), task(world, "2020-10-19")
    swept(worker)
    holder, head = world.coordinator.holder, world.head.holder
    assert told("2020-10-13") == {(holder, "due_3", soon), (holder, "due_7", later)}
    stranded = task(world, "2020-10-15")
    assert reminders.claim(at=moment("2020-10-13")) == 1  # due in three days; the day's digest is out already

    set_today("2020-10-16")
    swept(worker)
    swept(worker)
    assert told("2020-10-16") == {
        (holder, "due_3", later),
        (holder, "overdue", soon),
        (holder, "overdue", stranded),
        (head, "overdue", soon),
        (head, "overdue", stranded),
    }
    assert Reminder.objects.count() == 2 + 5
    mailed = post_office.mailed()
    assert set(mailed) == set(Delivery.objects.values_list("key", flat=True))
    assert list(mailed.values()) == [1, 1, 1]


def swept(worker):
    """A worker of the day takes two claims and two sweeps at once, as after a pause, and ends."""
    worker.start()
    for _ in range(2):
        jobs.claim_reminders.delay()
        jobs.send_due_reminders.delay()
    everything_is_taken(worker)
    worker.stop(timeout=60)


def told(day):
    reminders_of_day = Reminder.objects.filter(digest__day=day).select_related("digest__recipient", "task")
    found = [(one.digest.recipient, one.kind, one.task) for one in reminders_of_day]
    assert len(found) == len(set(found))
    return set(found)
