"""Jobs that only the tests' worker knows: to prove that it runs and sees the test database, and to hurry it."""

import datetime
import time

from celery import shared_task

from workflow import reminders, webhooks
from workflow.models import Stream


@shared_task(name="tests.nothing")
def nothing() -> None:
    """What a job costs that does nothing."""


@shared_task(name="tests.note")
def note(name: str) -> None:
    """Leave a row that a test can look for."""
    Stream.objects.get_or_create(name=name)


@shared_task(name="tests.note_slowly")
def note_slowly(name: str, seconds: float) -> None:
    """Leave ``name``-begun at once and ``name``-done after a while, so that a test can kill the worker between."""
    Stream.objects.get_or_create(name=f"{name}-begun")
    time.sleep(seconds)
    Stream.objects.get_or_create(name=f"{name}-done")


@shared_task(name="tests.send_due")
def send_due(moment: str, patience: float) -> None:
    """The sweep of a later moment, from now on waiting ``patience`` seconds for a robot's server instead of ten."""
    webhooks.READ_SECONDS = patience  # type: ignore[assignment]
    reminders.send_due(at=datetime.datetime.fromisoformat(moment))
