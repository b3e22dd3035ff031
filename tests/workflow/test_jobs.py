"""The Celery entry points: their names, their hours, and that a real worker does the work."""

import datetime
import email
import os
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab

from config.celery import app
from tests.factories import PledgeFactory, government, moment, pledge_in
from workflow import broker, jobs
from workflow.models import Delivery, Digest, Reminder, Task

OURS = {
    "workflow.standing.refresh": jobs.refresh_standing,
    "workflow.periods.open_windows": jobs.open_windows,
    "workflow.reminders.claim": jobs.claim_reminders,
    "workflow.reminders.send_due": jobs.send_due_reminders,
    "workflow.broker.purge": jobs.purge_broker,
}
SHANGHAI = ZoneInfo("Asia/Shanghai")


def schedule_of(name: str) -> Any:
    (entry,) = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == name]
    return entry["schedule"]


def due_task(at: Any) -> Task:
    return Task.objects.create(
        kind=Task.Kind.SIGN,
        pledge=PledgeFactory(programme=at.programme),
        post=at.coordinator,
        due_date="2020-10-16",
        opened_at=moment("2020-09-01"),
    )


@pytest.mark.parametrize("name", OURS)
def test_each_job_has_the_name_that_the_beat_table_calls(name):
    assert OURS[name].name == name
    assert schedule_of(name)


@pytest.mark.parametrize("name", ["workflow.standing.refresh", "workflow.periods.open_windows"])
def test_a_machine_that_slept_over_midnight_catches_up_within_the_hour(name):
    assert schedule_of(name).hour == set(range(24))
    assert len(schedule_of(name).minute) == 1


def test_reminders_are_claimed_every_hour_of_the_office_day():
    assert schedule_of("workflow.reminders.claim") == crontab(hour="8-18", minute=0)


def test_claiming_sends_at_once(db, set_today, mailoutbox):
    set_today("2020-10-13")
    due_task(government())
    jobs.claim_reminders()
    assert [letter.subject for letter in mailoutbox] == ["任务提醒:1 项将到期"]
    jobs.claim_reminders()
    assert len(mailoutbox) == 1


def test_the_sweep_finds_what_a_crash_left_between_claiming_and_sending(db, set_today, mailoutbox, monkeypatch):
    set_today("2020-10-13")
    due_task(government())
    with monkeypatch.context() as crash:
        crash.setattr("workflow.reminders.send_due", lambda *, at: None)
        jobs.claim_reminders()
    assert not mailoutbox
    jobs.send_due_reminders()
    assert len(mailoutbox) == 1


def test_windows_are_opened_on_their_day(db, set_today):
    pledge = pledge_in("in_progress", government(), reported=True)
    set_today("2020-06-24")
    jobs.open_windows()
    assert not Task.objects.open().filter(pledge=pledge, kind=Task.Kind.REPORT, period__key="2020-Q2").exists()
    set_today("2020-06-25")
    jobs.open_windows()
    jobs.open_windows()
    assert Task.objects.open().filter(pledge=pledge, kind=Task.Kind.REPORT, period__key="2020-Q2").count() == 1


def test_a_light_changes_with_the_day(db, set_today):
    pledge = pledge_in("in_progress", government(), reported=True)
    set_today("2020-12-16")  # the day after its due date
    jobs.refresh_standing()
    pledge.refresh_from_db()
    assert (pledge.light, pledge.light_reason) == ("red", "overdue")


def aged(folder: Path, name: str, age: datetime.timedelta) -> Path:
    path = folder / name
    path.write_text("{}")
    moment_ = time.time() - age.total_seconds()
    os.utime(path, (moment_, moment_))
    return path


def test_the_purge_removes_what_was_delivered_more_than_a_day_before(tmp_path):
    now = aged(tmp_path, "now.msg", datetime.timedelta(0))
    kept = aged(tmp_path, "kept.msg", datetime.timedelta(hours=23))
    old = aged(tmp_path, "old.msg", datetime.timedelta(hours=25))
    (tmp_path / "folder").mkdir()
    assert broker.purge(tmp_path, keep=datetime.timedelta(days=1)) == 1
    assert now.exists()
    assert kept.exists()
    assert not old.exists()


def test_an_empty_folder_is_left_alone(tmp_path):
    assert broker.purge(tmp_path, keep=datetime.timedelta(days=1)) == 0


def test_the_purge_touches_the_delivered_messages_alone(settings, tmp_path, set_today):
    set_today("2020-10-13")  # the files' age does not follow the fixed day
    folders = {name: tmp_path / name for name in ("queue", "processed")}
    for folder in folders.values():
        folder.mkdir()
        aged(folder, "now.msg", datetime.timedelta(0))
        aged(folder, "old.msg", datetime.timedelta(days=3))
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(folders["queue"]),
        "processed_folder": str(folders["processed"]),
    }
    jobs.purge_broker()
    assert sorted(path.name for path in folders["queue"].iterdir()) == ["now.msg", "old.msg"]
    assert [path.name for path in folders["processed"].iterdir()] == ["now.msg"]


def test_a_broker_with_a_server_has_nothing_to_purge(settings):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5}
    jobs.purge_broker()


@pytest.mark.postgres
def test_a_real_worker_claims_and_the_mail_lies_in_its_folder(real_worker, settings):
    at = government()
    due_task(at)
    real_worker.restart(env={"PLEDGES_TODAY": "2020-10-13"})
    folder = Path(settings.VAR_DIR) / "mail"
    before = set(folder.iterdir())
    jobs.claim_reminders.delay()
    jobs.claim_reminders.delay()
    real_worker.wait_until(lambda: Delivery.objects.filter(sent_at__isnull=False).exists(), 30)
    (path,) = set(folder.iterdir()) - before
    letter = email.message_from_bytes(path.read_bytes())
    assert letter["To"] == at.coordinator.holder.email
    assert letter["X-Idempotency-Key"] == f"digest:{at.coordinator.holder.pk}:2020-10-13:email"
    assert Digest.objects.get().reminders.get() == Reminder.objects.get()
    sent_at = Delivery.objects.get().sent_at
    assert sent_at is not None
    assert sent_at.astimezone(SHANGHAI).date() == datetime.date(2020, 10, 13)
