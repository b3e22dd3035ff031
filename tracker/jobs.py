"""Celery entry points of the roll-ups. A job is a hint: what is to be counted stands in `StaleScope`."""

from celery import shared_task

from tracker import rollups


@shared_task(name="tracker.rollups.sweep")
def sweep() -> int:
    """Count what is stale. Run by a hint after each change, and every 20 seconds for the hints that were lost."""
    return rollups.sweep()


@shared_task(name="tracker.rollups.recount")
def recount() -> int:
    """Count everything anew, nightly; returns how many roll-ups had drifted (each is logged)."""
    return len(rollups.recount())
