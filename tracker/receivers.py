"""After every change of a pledge: write down which cells to count anew, and hint that there is something to do."""

import logging
import time
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import ChannelError, KombuError

from tracker import jobs
from tracker.models import StaleScope
from workflow.signals import Mark

log = logging.getLogger(__name__)

# A person waits while a hint is published. ``retry=False`` is not enough: the connection behind it tries for six
# seconds, so the hint has a connection of its own that tries once.
ONE_TRY = {"max_retries": 0, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
SWEEP_SECONDS = 20  # config/celery.py: by then the sweep has done what a lost hint asked for
_quiet_until = 0.0


def mark_stale(*, before: Mark, after: Mark, **kwargs: Any) -> None:
    """`workflow.signals.changed`: the cell the pledge left and the one it is in, in the transaction of the change.

    However many pledges change in one transaction, it publishes one hint.
    """
    places = {
        (mark.programme_id, mark.lead_unit_id, mark.section, mark.leader_id or 0, mark.tags)
        for mark in (before, after)
        if mark.lead_unit_id is not None
    }
    StaleScope.objects.bulk_create(
        StaleScope(programme_id=programme, unit_id=unit, section=section, leader=leader, tags=list(tags))
        for programme, unit, section, leader, tags in sorted(places, key=str)
    )
    # Django drops a hook together with the savepoint it was registered in, so looking for it there is always right.
    if all(hook is not publish_hint for _, hook, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(publish_hint, robust=True)


def publish_hint() -> None:
    """Ask a worker to sweep now. Where the broker is away nothing is lost but time, and the next hints are spared."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    options = {**current_app.conf.broker_transport_options, **ONE_TRY}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(jobs.sweep.name, connection=connection, retry=False, expires=SWEEP_SECONDS)
    except (KombuError, ChannelError, OSError) as trouble:
        _quiet_until = time.monotonic() + SWEEP_SECONDS
        log.info("no hint to count the roll-ups, the sweep will: %s", trouble)
