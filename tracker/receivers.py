"""After every change of a pledge: write down which cells to count anew, and hint that there is something to do."""

from collections.abc import Iterable
from typing import Any

from tracker import jobs
from tracker.models import StaleScope
from workflow import hints
from workflow.signals import Mark

SWEEP_SECONDS = 20  # config/celery.py


def mark_stale(*, before: Mark, after: Mark, **kwargs: Any) -> None:
    """`workflow.signals.changed`: the cell the pledge left and the one it is in, in the transaction of the change."""
    mark_all_stale(marks=(before, after))


def mark_all_stale(*, marks: Iterable[Mark], **kwargs: Any) -> None:
    """`workflow.signals.moved`: the cells of many pledges at once.

    However many pledges change in one transaction, it publishes one hint.
    """
    places = {
        (mark.programme_id, mark.lead_unit_id, mark.section, mark.leader_id or 0, mark.tags)
        for mark in marks
        if mark.lead_unit_id is not None
    }
    StaleScope.objects.bulk_create(
        StaleScope(programme_id=programme, unit_id=unit, section=section, leader=leader, tags=list(tags))
        for programme, unit, section, leader, tags in sorted(places, key=str)
    )
    hints.once_after_commit(publish_hint)


def publish_hint() -> None:
    """Ask a worker to sweep now."""
    hints.publish(jobs.sweep.name, sweep_seconds=SWEEP_SECONDS)
