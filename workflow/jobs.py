"""Celery entry points of the process. Each is a hint to do what stands in the database; each is safe to repeat."""

import datetime
from pathlib import Path

from celery import shared_task
from django.conf import settings

from config import clock
from workflow import broker, periods, reminders, standing


@shared_task(name="workflow.standing.refresh")
def refresh_standing() -> None:
    standing.refresh(at=clock.now())


@shared_task(name="workflow.periods.open_windows")
def open_windows() -> None:
    periods.open_windows(at=clock.now())


@shared_task(name="workflow.reminders.claim")
def claim_reminders() -> None:
    """Claim, and send at once; what a crash leaves between the two is found by the next `send_due_reminders`."""
    at = clock.now()
    reminders.claim(at=at)
    reminders.send_due(at=at)


@shared_task(name="workflow.reminders.send_due")
def send_due_reminders() -> None:
    reminders.send_due(at=clock.now())


@shared_task(name="workflow.broker.purge")
def purge_broker() -> None:
    """Remove what was delivered more than a day ago; a broker with a server keeps nothing."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if "processed_folder" in options:
        broker.purge(Path(str(options["processed_folder"])), keep=datetime.timedelta(days=1))
