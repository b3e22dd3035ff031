"""Claiming what is due and gathering it into digests, by the calendar of October 2020.

1–8 October (Thursday to Thursday) are off; Sunday 27 September and Saturday 10 October are worked for it.
"""

import datetime
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from pledges.models import Pledge, Post
from tests.factories import (
    Government,
    UserFactory,
    actor,
    government,
    make_deputy,
    moment,
    payload_for,
    perform,
    pledge_in,
)
from tests.workflow.reminder_world import FRIDAY, claim, run, task
from workflow import reminders
from workflow.models import Delivery, Digest, Reminder, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


# The ladder


@pytest.mark.parametrize(
    ("on", "kinds"),
    [
        ("2020-09-29", []),  # 8 working days: 30 September, 9, 10, 12–16 October
        ("2020-09-30", ["due_7"]),
        ("2020-10-05", []),  # off
        ("2020-10-09", ["due_7"]),  # 6
        ("2020-10-10", ["due_7"]),  # 5, on a Saturday that is worked
        ("2020-10-11", []),  # Sunday
        ("2020-10-12", ["due_7"]),  # 4
        ("2020-10-13", ["due_3"]),
        ("2020-10-16", ["due_3"]),  # the day itself
        ("2020-10-17", []),  # Saturday
        ("2020-10-19", ["overdue"]),
        ("2020-12-01", ["overdue"]),
    ],
)
def test_the_first_claim_takes_the_step_of_its_day(at, on, kinds):
    task(at)
    assert [kind for who, kind in claim(on) if who == at.coordinator.holder.name] == kinds


def test_each_step_is_claimed_once_on_its_first_day(at):
    task(at)
    days = [datetime.date(2020, 9, 21) + datetime.timedelta(days=n) for n in range(40)]
    claimed = {day.isoformat(): kinds for day in days if (kinds := [kind for _, kind in claim(day.isoformat())])}
    assert claimed == {
        "2020-09-30": ["due_7"],
        "2020-10-13": ["due_3"],
        "2020-10-19": ["overdue", "overdue"],  # the coordinator, and the head's copy
    }


def test_a_due_date_within_a_holiday_is_counted_from_the_days_worked_before(at):
    task(at, "2020-10-05")
    assert [kind for _, kind in claim("2020-09-25")] == ["due_7"]  # 4: 27 (Sunday, worked), 28, 29, 30 September
    assert [kind for _, kind in claim("2020-09-27")] == ["due_3"]
    assert claim("2020-09-30") == []
    assert claim("2020-10-08") == []
    assert [kind for _, kind in claim("2020-10-09")] == ["overdue", "overdue"]


def test_after_missed_days_only_the_latest_step_fires(at):
    task(at)
    assert run("2020-10-21") == [(at.coordinator.holder.name, "overdue"), (at.head.holder.name, "overdue")]
    assert Reminder.objects.count() == 2


def test_a_task_opened_close_to_its_due_date_fires_its_latest_step_the_next_morning(at):
    task(at, opened="2020-10-14")
    assert claim("2020-10-14") == []
    assert claim("2020-10-15") == [(at.coordinator.holder.name, "due_3")]
    assert claim("2020-10-16") == []


def test_claiming_twice_claims_nothing_new(at):
    task(at)
    assert len(claim("2020-10-13")) == 1
    assert claim("2020-10-13") == []
    assert claim("2020-10-14") == []


def test_a_postponed_task_is_reminded_of_anew(at):
    late = task(at)
    assert run("2020-10-13") == [(at.coordinator.holder.name, "due_3")]
    Task.objects.filter(pk=late.pk).update(due_date="2020-10-30")
    assert claim("2020-10-19") == [(at.coordinator.holder.name, "due_30")]  # 9 working days: the step of thirty holds
    assert run("2020-10-21") == [(at.coordinator.holder.name, "due_7")]
    assert run("2020-10-27") == [(at.coordinator.holder.name, "due_3")]


def test_a_closed_task_is_silent(at):
    done = task(at)
    Task.objects.filter(pk=done.pk).update(closed_at=moment("2020-10-12"))
    assert claim("2020-10-19") == []


def test_an_act_through_the_gate_silences_its_task(at):
    pledge = pledge_in("assigned", at)  # on 3 February; to be signed by the 10th
    assert [kind for _, kind in claim("2020-02-05")] == ["due_3"]
    perform("sign", pledge, at.coordinator, at="2020-02-10", **payload_for("sign", at, pledge))
    assert claim("2020-02-11") == []


# To whom


def test_a_deputy_of_today_is_told_beside_the_holder(at):
    deputy = UserFactory(name="代办人")
    make_deputy(at.coordinator, deputy, "2020-10-13", "2020-10-13")
    make_deputy(at.coordinator, UserFactory(name="以前的"), "2020-10-01", "2020-10-12")
    make_deputy(at.coordinator, UserFactory(name="以后的"), "2020-10-14", "2020-10-31")
    task(at)
    assert claim("2020-10-13") == sorted([(at.coordinator.holder.name, "due_3"), ("代办人", "due_3")])


def test_what_is_overdue_is_copied_to_the_head_of_the_unit_alone(at):
    task(at)
    assert claim("2020-10-16") == [(at.coordinator.holder.name, "due_3")]
    assert set(claim("2020-10-19")) == {(at.coordinator.holder.name, "overdue"), (at.head.holder.name, "overdue")}
    assert list(Reminder.objects.filter(is_copy=True).values_list("recipient", flat=True)) == [at.head.holder.pk]


def test_a_head_who_holds_the_post_too_is_told_once_as_their_own(at):
    task(at, post=at.head)
    assert claim("2020-10-19") == [(at.head.holder.name, "overdue")]
    assert not Reminder.objects.get().is_copy


def test_a_successor_is_told_of_the_step_that_holds(at):
    task(at)
    claim("2020-10-13")
    successor = UserFactory(name="继任者")
    Post.objects.filter(pk=at.coordinator.pk).update(holder=successor)
    assert claim("2020-10-15") == [("继任者", "due_3")]


def test_a_post_without_a_holder_reminds_nobody_and_is_logged(at, caplog):
    task(at)
    Post.objects.filter(pk=at.coordinator.pk).update(holder=None)
    with caplog.at_level(logging.WARNING, "workflow.reminders"):
        assert claim("2020-10-13") == []
    assert f"[{at.coordinator.pk}]" in caplog.text
    caplog.clear()
    make_deputy(at.coordinator, UserFactory(name="代办人"), "2020-10-14", "2020-10-20")
    assert claim("2020-10-14") == [("代办人", "due_3")]
    assert not caplog.records


def test_an_inactive_account_gets_nothing(at, caplog):
    for post in (at.coordinator, at.head):
        post.holder.is_active = False
        post.holder.save()
    deputy = UserFactory(is_active=False)
    make_deputy(at.coordinator, deputy, "2020-10-01", "2020-10-31")
    task(at)
    assert claim("2020-10-19") == []
    assert f"[{at.coordinator.pk}]" in caplog.text


# Digests


def test_a_digest_gathers_all_of_a_person_s_day(at):
    task(at), task(at, "2020-10-20"), task(at, "2020-10-12"), task(at, post=at.supervisor)
    run("2020-10-13")
    digest = Digest.objects.get(recipient=at.coordinator.holder)
    assert digest.day == datetime.date(2020, 10, 13)
    assert sorted(digest.reminders.values_list("kind", flat=True)) == ["due_3", "due_7", "overdue"]
    assert Digest.objects.count() == 3  # the supervisor's, and the head's copy
    assert sorted(Delivery.objects.values_list("key", flat=True)) == sorted(
        f"digest:{post.holder.pk}:2020-10-13:email" for post in (at.coordinator, at.head, at.supervisor)
    )


def test_nobody_gets_a_digest_of_nothing(at):
    task(at, "2020-12-01")
    assert run("2020-10-13") == []
    assert not Digest.objects.exists()


def test_a_person_without_an_address_has_the_digest_in_the_product_alone(at):
    at.coordinator.holder.email = ""
    at.coordinator.holder.save()
    task(at)
    assert run("2020-10-13") == [(at.coordinator.holder.name, "due_3")]
    assert not Delivery.objects.exists()


def test_what_was_done_in_between_is_dropped(at):
    done, postponed = task(at), task(at)
    claim("2020-10-13")
    Task.objects.filter(pk=done.pk).update(closed_at=moment("2020-10-13"))
    Task.objects.filter(pk=postponed.pk).update(due_date="2020-12-31")
    assert reminders.gather(at=moment("2020-10-13")) == 0
    assert Reminder.objects.filter(dropped_at=moment("2020-10-13")).count() == 2
    assert not Digest.objects.exists()


def test_what_is_claimed_after_the_digest_waits_for_the_next_working_day(at):
    task(at)
    run("2020-10-16")
    task(at, "2020-10-20", opened="2020-10-15")
    assert claim("2020-10-16") == [(at.coordinator.holder.name, "due_3")]
    assert reminders.gather(at=moment("2020-10-16")) == 0
    assert reminders.gather(at=moment("2020-10-17")) == 0  # Saturday
    assert (at.coordinator.holder.name, "due_3") in run("2020-10-19")
    assert Digest.objects.filter(recipient=at.coordinator.holder).count() == 2


def test_the_first_sweep_of_a_day_does_not_run_ahead_of_its_claim(at):
    """Otherwise midnight would use up the day's one digest on what was left over from the day before."""
    task(at)
    run("2020-10-15")
    task(at, "2020-10-20")
    claim("2020-10-15")
    assert reminders.gather(at=moment("2020-10-16")) == 0
    assert len(run("2020-10-16")) == 1


def test_what_waited_over_a_later_step_is_said_as_it_is_now(at):
    task(at, "2020-10-30")
    run("2020-10-21")
    waited = task(at, "2020-10-26", opened="2020-10-20")
    assert claim("2020-10-21") == [(at.coordinator.holder.name, "due_3")]
    Task.objects.filter(pk=waited.pk).update(closed_at=moment("2020-10-21"))
    task(at, "2020-10-21", opened="2020-10-20")
    assert claim("2020-10-21") == [(at.coordinator.holder.name, "due_3")]
    assert run("2020-10-22") == [(at.coordinator.holder.name, "overdue"), (at.head.holder.name, "overdue")]
    assert not Reminder.objects.waiting().exists()


def test_one_person_s_trouble_does_not_stop_the_others(at, monkeypatch, caplog):
    task(at), task(at, post=at.supervisor)
    claim("2020-10-13")
    original = Digest.objects.create

    def create(**fields):
        if fields["recipient"] == at.supervisor.holder:
            raise RuntimeError("disk full")
        return original(**fields)

    monkeypatch.setattr(Digest.objects, "create", create)
    assert reminders.gather(at=moment("2020-10-13")) == 1
    assert Digest.objects.get().recipient == at.coordinator.holder
    assert "disk full" in caplog.text
    monkeypatch.undo()
    assert reminders.gather(at=moment("2020-10-13")) == 1
    assert Digest.objects.filter(recipient=at.supervisor.holder).exists()


def test_reading_marks_one_s_own_digests_alone(at):
    task(at), task(at, post=at.supervisor)
    run("2020-10-13")
    assert reminders.mark_read(actor=actor(at.coordinator), at=moment("2020-10-14")) == 1
    assert Digest.objects.get(recipient=at.coordinator.holder).read_at == moment("2020-10-14")
    assert Digest.objects.unread().get().recipient == at.supervisor.holder
    assert reminders.mark_read(actor=actor(at.coordinator), at=moment("2020-10-15")) == 0


# How many, and at once


def test_claiming_asks_the_same_questions_for_3_tasks_and_for_300(at):
    def many(count: int) -> None:
        pledges = Pledge.objects.bulk_create(
            Pledge(programme=at.programme, number=f"x-{Pledge.objects.count() + n}", title="修路", form="milestone")
            for n in range(count)
        )
        Task.objects.bulk_create(
            Task(kind="sign", pledge=pledge, post=at.coordinator, due_date=FRIDAY, opened_at=moment("2020-09-01"))
            for pledge in pledges
        )

    def asked(on: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            claimed.append(reminders.claim(at=moment(on)))
        return len(queries)

    claimed: list[int] = []
    many(3)
    few = asked("2020-10-13")
    many(297)
    assert asked("2020-10-19") == few
    assert claimed == [3, 600]  # with the head's copies


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_claim_once():
    at = government()
    for _ in range(20):
        task(at)
    together = Barrier(2)

    def one(_: int) -> int:
        try:
            together.wait()
            return reminders.claim(at=moment("2020-10-19")) + reminders.gather(at=moment("2020-10-19"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, range(2))) == 40 + 2
    assert Reminder.objects.count() == 40
    assert Digest.objects.count() == 2
    assert not Reminder.objects.waiting().exists()
