"""Handing messages to their channels: at least once, each try claimed before it is made."""

import datetime
import logging
import time

from workflow import channels
from workflow.models import Delivery
from workflow.wording import compose

log = logging.getLogger(__name__)

# How long a message rests after its first, second … try; after the last one it is left alone. The shortest rest is
# longer than a sweep and its last message can take, so nobody else begins a try that is still being made.
BACK_OFF = tuple(datetime.timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 480))
TRIES = len(BACK_OFF)
SWEEP_SECONDS = 50
ABOUT = ("digest__recipient", "alert__recipient", "alert__robot", "robot")


def deliver(*, at: datetime.datetime) -> int:
    """Try every message that is due; returns how many were taken by their channel.

    One message's failure is recorded with it and does not stop the others. Where a server cannot be reached at all,
    the sweep passes over whatever else would go there, so that an outage neither uses up everyone's tries nor the
    time of those who can be reached; the next sweep begins with the next one.
    """
    sent, began, away = 0, time.monotonic(), set[str]()
    due = Delivery.objects.due(at, tries=TRIES)
    for delivery in due.select_related(*ABOUT).order_by("next_at", "pk"):
        if time.monotonic() - began > SWEEP_SECONDS:
            break  # the next sweep goes on
        route = channels.route(delivery)
        if route in away:
            continue
        try:
            sent += _try(delivery, at=at)
        except channels.Unreachable:
            away.add(route)
        except Exception:
            log.exception("message %s", delivery.key)
    return sent


def _try(delivery: Delivery, *, at: datetime.datetime) -> bool:
    """Claim one try, make it, record how it went. No transaction is open while the channel works: on SQLite it would
    keep everybody from writing for as long as a mail server takes."""
    this, attempt = Delivery.objects.filter(pk=delivery.pk), delivery.attempts + 1
    unclaimed = this.due(at, tries=TRIES).filter(attempts=delivery.attempts)
    if not unclaimed.update(attempts=attempt, next_at=at + BACK_OFF[delivery.attempts]):
        return False  # another sweep has it
    message = compose(delivery, at=at)
    if message is None:
        this.update(dropped_at=at)
        return False
    try:
        channels.SEND[delivery.channel](message)
    except Exception as error:
        log.warning("message %s failed at try %s: %s", delivery.key, attempt, error)
        this.update(error=f"{type(error).__name__}: {error}"[:300])
        if isinstance(error, channels.Unreachable):
            raise
        return False
    this.update(sent_at=at, error="")
    return True
