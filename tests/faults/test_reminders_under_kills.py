"""A run of 2,000 reminders whose worker is killed again and again: nothing is lost, and nobody is told twice.

Ten kills; a hundred with ``--long``. A kill comes when the run has come so far, not after so long, and a few
milliseconds later than that; all of it is drawn from one seed. A failure prints the seed: ``FAULT_SEED=… bin/test …``
takes the same moments again, as far as a machine can.
"""

import contextlib
import datetime
import os
import random
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from tests.factories import moment
from tests.faults.crowd import crowd
from tests.support import post_office
from tests.support.locks import end_who_waits_for_us, somebody_waits_for_us, wait_until_the_dead_are_gone
from workflow import jobs
from workflow.models import Delivery, Digest, Reminder

PEOPLE, TASKS_EACH = 250, 8
STEPS = 2 * PEOPLE  # a digest and a mail for each person
PATIENCE = 60
SWEEPS = (jobs.claim_reminders, jobs.send_due_reminders)  # either goes on where the last one died

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1800)]


@pytest.fixture
def chance():
    seed = os.environ.get("FAULT_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"FAULT_SEED={seed}")
    return random.Random(seed)


@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.long)])
def test_no_reminder_is_lost_and_a_kill_repeats_one_mail_at_most(
    kills, needs_postgres, tuesday, unstarted_worker, set_today, chance
):
    due, worker, struck = crowd(PEOPLE, TASKS_EACH), unstarted_worker, Counter()
    fifth = kills // 5
    goals = spread(chance, kills - 2 * fifth)
    for _ in range(fifth):
        killed_in_the_middle_of_a_claim(worker, chance.choice(due))
        assert not Reminder.objects.exists()
    for goal in goals[: len(goals) // 2]:
        struck[killed_at(goal, worker, chance)] += 1
    for _ in range(fifth):
        killed_between_mailing_and_noting_it(worker)
    for goal in goals[len(goals) // 2 :]:
        struck[killed_at(goal, worker, chance)] += 1
    run_to_the_end(worker, set_today)

    print(f"kills: {fifth} in a claim, {fifth} after a mail, {dict(struck)}")
    assert struck["after the end"] <= kills // 5
    assert struck["gathering"] > 0 < struck["sending"]
    everything_is_told_once(due, at_least_repeated=fifth, kills=kills)


# Killing


def killed_in_the_middle_of_a_claim(worker, reminder):
    """The claim's one statement waits when it comes to a row that somebody else is writing."""
    with contextlib.suppress(Undone), transaction.atomic():
        Reminder.objects.create(**reminder, claimed_at=moment("2020-10-13"))
        worker.start()
        jobs.claim_reminders.delay()
        worker.wait_until(somebody_waits_for_us)
        worker.kill()
        raise Undone
    wait_until_the_dead_are_gone()


class Undone(Exception):
    pass


def killed_between_mailing_and_noting_it(worker):
    """The worst moment: the mail server has the mail, and nothing says so."""
    before = post_office.mailed().total()
    with noting_hangs():
        worker.start()
        jobs.send_due_reminders.delay()
        worker.wait_until(somebody_waits_for_us)
        worker.kill()
        end_who_waits_for_us()
    assert post_office.mailed().total() == before + 1


@contextlib.contextmanager
def noting_hangs():
    """Whoever notes that a message was sent waits for us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")
        cursor.execute(
            "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hang BEFORE UPDATE ON workflow_delivery FOR EACH ROW"
            " WHEN (NEW.sent_at IS NOT NULL) EXECUTE FUNCTION hang()"
        )
        try:
            yield
        finally:
            wait_until_the_dead_are_gone()
            cursor.execute("DROP TRIGGER hang ON workflow_delivery")
            cursor.execute("DROP FUNCTION hang")
            cursor.execute("SELECT pg_advisory_unlock(1)")


def spread(chance, count):
    """How far the run is to come before each kill: one moment in each of ``count`` equal parts."""
    part = STEPS / count
    return [int(part * (number + chance.random())) for number in range(count)]


def killed_at(goal, worker, chance):
    """Run until so many steps are made, kill, and say what was going on."""
    worker.start()
    began = steps()
    sweep = chance.choice(SWEEPS) if Reminder.objects.exists() else jobs.claim_reminders
    sweep.delay()
    until(lambda: steps() >= max(goal, began + 1), worker)
    time.sleep(chance.uniform(0, 0.01))
    worker.kill()
    wait_until_the_dead_are_gone()
    ended = steps()
    return "after the end" if ended == STEPS else "sending" if ended > PEOPLE else "gathering"


def steps():
    return Digest.objects.count() + Delivery.objects.filter(attempts__gt=0).count()


def until(is_true, worker):
    """Looks a thousand times a second, unlike ``wait_until``: a step takes a few milliseconds."""
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, f"it does not go on; the worker's log:\n{worker.log()[-4000:]}"
        time.sleep(0.001)


def run_to_the_end(worker, set_today):
    worker.start()
    jobs.claim_reminders.delay()
    until(lambda: steps() == STEPS, worker)
    worker.stop()
    set_today("2020-10-18")  # a Sunday: what rested after a broken try has rested enough, and nothing new is claimed
    worker.start()
    jobs.send_due_reminders.delay()
    until(lambda: not Delivery.objects.filter(sent_at=None).exists(), worker)
    worker.stop()


# Counting


def everything_is_told_once(due, *, at_least_repeated, kills):
    claimed = Reminder.objects.values("task_id", "recipient_id", "kind", "day")
    assert in_order(claimed) == in_order(due)
    gathered = Reminder.objects.filter(dropped_at=None).values_list("digest__recipient", "digest__day", "recipient")
    people = {reminder["recipient_id"] for reminder in due}
    tuesday = datetime.date(2020, 10, 13)
    assert Counter(gathered) == {(person, tuesday, person): TASKS_EACH for person in people}
    assert Digest.objects.count() == PEOPLE

    tries = dict(Delivery.objects.values_list("key", "attempts"))
    mailed = post_office.mailed()
    assert set(tries) == {f"digest:{person}:2020-10-13:email" for person in people}
    assert set(mailed) == set(tries)
    assert {letter["Subject"] for letter in post_office.letters()} == {f"任务提醒:{TASKS_EACH} 项将到期"}

    broken, repeats = sum(tries.values()) - PEOPLE, mailed.total() - PEOPLE
    print(f"tries broken by a kill: {broken}, of which mailed before it: {repeats}")
    assert at_least_repeated <= repeats <= broken <= kills
    assert not [key for key, count in mailed.items() if count > tries[key]]


def in_order(reminders):
    return sorted(reminders, key=lambda reminder: (reminder["task_id"], reminder["recipient_id"]))
