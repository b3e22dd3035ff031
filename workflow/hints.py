"""Asking a worker to look now. A hint is never needed: the sweeps of the beat table do its work without."""

import logging
import time
from collections.abc import Callable

from celery import current_app
from django.db import transaction
from kombu.exceptions import ChannelError, KombuError
from kombu.pools import producers

log = logging.getLogger(__name__)

# A person waits while a hint is published. ``retry=False`` is not enough: the connection behind it tries for six
# seconds, so hints have connections of their own that try once. They are kept open: one takes longer than a hint.
ONE_TRY = {"max_retries": 0, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
DUE_EVERY = 60  # config/celery.py: by then the sweep has sent what a lost hint asked for
_quiet_until: dict[str, float] = {}  # by job


def publish(job: str, *, sweep_seconds: int) -> None:
    """Ask for a job. Where the broker is away nothing is lost but time: the sweep comes within ``sweep_seconds``, and
    until then further hints for the job are spared."""
    if time.monotonic() < _quiet_until.get(job, 0.0):
        return
    options = {**current_app.conf.broker_transport_options, **ONE_TRY}
    try:
        with producers[current_app.connection_for_write(transport_options=options)].acquire(block=True) as producer:
            current_app.send_task(job, producer=producer, retry=False, expires=sweep_seconds)
    except (KombuError, ChannelError, OSError) as trouble:
        _quiet_until[job] = time.monotonic() + sweep_seconds
        log.info("no hint for %s, the sweep will do it: %s", job, trouble)


def once_after_commit(hint: Callable[[], None]) -> None:
    """Publish after the commit, once however often it is asked for in one transaction."""
    # Django drops a hook together with the savepoint it was registered in, so looking for it there is always right.
    if all(hook is not hint for _, hook, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(hint, robust=True)


def send_due() -> None:
    """Ask for a sweep of what is to be sent."""
    publish("workflow.reminders.send_due", sweep_seconds=DUE_EVERY)
