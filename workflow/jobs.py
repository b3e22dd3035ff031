"""Celery entry points of the process. Each is a hint to do what stands in the database; each is safe to repeat."""

import datetime
import logging
from pathlib import Path
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from config import clock
from workflow import broker, duties, period_closing, periods, posts, rechecks, reminders, requests, sheets, standing

log = logging.getLogger(__name__)


@shared_task(name="workflow.standing.refresh")
def refresh_standing() -> None:
    standing.refresh(at=clock.now())


@shared_task(name="workflow.periods.open_windows")
def open_windows() -> None:
    periods.open_windows(at=clock.now())


@shared_task(name="workflow.periods.begin_checks")
def begin_checks() -> None:
    """Windows that have closed go to their check; checks that are over go to the director."""
    period_closing.begin_checks(at=clock.now())


@shared_task(name="workflow.reminders.claim")
def claim_reminders() -> None:
    """Claim, and send at once; what a crash leaves between the two is found by the next `send_due_reminders`."""
    at = clock.now()
    reminders.claim(at=at)
    reminders.send_due(at=at)


@shared_task(name="workflow.reminders.send_due")
def send_due_reminders() -> None:
    reminders.send_due(at=clock.now())


@shared_task(name="workflow.rechecks.open_due")
def open_rechecks() -> None:
    rechecks.open_due(at=clock.now())


@shared_task(name="workflow.requests.pass_on")
def pass_on_requests() -> None:
    requests.pass_on(at=clock.now())


@shared_task(name="workflow.duties.restore")
def restore_tasks() -> None:
    """Every night: a task that should be open and is not is opened, and said so."""
    for fault in duties.restore(at=clock.now()):
        log.error("task %s", fault)


@worker_ready.connect
def check_tasks(**kwargs: Any) -> None:
    """At a worker's start: say what is wrong. The night's job sets it right, once and not by every worker."""
    for fault in duties.faults(at=clock.now()):
        log.warning("task %s", fault)
    for sentence in posts.faults(today=clock.today()):
        log.warning("post %s", sentence)


@shared_task(name="workflow.sheets.propose")
def propose_sheets() -> None:
    """The weekly list; a week that has had it is left alone."""
    sheets.propose(at=clock.now())


@shared_task(name="workflow.broker.purge")
def purge_broker() -> None:
    """Remove what was delivered more than a day ago; a broker with a server keeps nothing."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if "processed_folder" in options:
        broker.purge(Path(str(options["processed_folder"])), keep=datetime.timedelta(days=1))
