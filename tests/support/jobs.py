"""Jobs that only the tests' worker knows, to prove that it runs and sees the test database."""

import time

from celery import shared_task

from workflow.models import Stream


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
