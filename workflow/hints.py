"""Asking a worker to look now. A hint is never needed: the sweep of the beat table does its work without."""

import logging
import time

from celery import current_app
from kombu.exceptions import ChannelError, KombuError

log = logging.getLogger(__name__)

# A person waits while a hint is published. ``retry=False`` is not enough: the connection behind it tries for six
# seconds, so the hint has a connection of its own that tries once.
ONE_TRY = {"max_retries": 0, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
SWEEP_SECONDS = 60  # config/celery.py: by then the sweep has done what a lost hint asked for
_quiet_until = 0.0


def send_due() -> None:
    """Ask for a sweep of what is to be sent. Where the broker is away, the next hints are spared."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    options = {**current_app.conf.broker_transport_options, **ONE_TRY}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(
                "workflow.reminders.send_due", connection=connection, retry=False, expires=SWEEP_SECONDS
            )
    except (KombuError, ChannelError, OSError) as trouble:
        _quiet_until = time.monotonic() + SWEEP_SECONDS
        log.info("no hint to send at once, the sweep will: %s", trouble)
