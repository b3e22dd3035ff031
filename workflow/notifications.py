"""Putting a digest into words and handing it to its channel: at least once, each try claimed before it is made."""

import datetime
import logging
import time
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import channels
from workflow.ladder import LADDER
from workflow.models import Delivery, Reminder

log = logging.getLogger(__name__)

# How long a message rests after its first, second … try; after the last one it is left alone. The shortest rest is
# longer than a sweep and its last message can take, so nobody else begins a try that is still being made.
BACK_OFF = tuple(datetime.timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 480))
SWEEP_SECONDS = 50


def deliver(*, at: datetime.datetime) -> int:
    """Try every message that is due; returns how many were taken by their channel.

    One message's failure is recorded with it and does not stop the others. Where a channel cannot be reached at all
    the sweep ends there, so that an outage does not use up everyone's tries; the next sweep begins with the next one.
    """
    sent, began = 0, time.monotonic()
    due = Delivery.objects.due(at, tries=len(BACK_OFF)).select_related("digest__recipient")
    for delivery in due.order_by("next_at", "pk"):
        if time.monotonic() - began > SWEEP_SECONDS:
            break  # the next sweep goes on
        try:
            sent += _try(delivery, at=at)
        except channels.Unreachable:
            break
        except Exception:
            log.exception("message %s", delivery.key)
    return sent


def _try(delivery: Delivery, *, at: datetime.datetime) -> bool:
    """Claim one try, make it, record how it went. No transaction is open while the channel works: on SQLite it would
    keep everybody from writing for as long as a mail server takes."""
    this, attempt = Delivery.objects.filter(pk=delivery.pk), delivery.attempts + 1
    unclaimed = this.due(at, tries=len(BACK_OFF)).filter(attempts=delivery.attempts)
    if not unclaimed.update(attempts=attempt, next_at=at + BACK_OFF[delivery.attempts]):
        return False  # another sweep has it
    message = compose(delivery)
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


def compose(delivery: Delivery) -> channels.Message | None:
    """The message in its recipient's language; None when nothing is left to say or nobody to say it to."""
    recipient = delivery.digest.recipient
    counts = Counter(delivery.digest.reminders.standing().values_list("kind", "is_copy"))
    if not (counts and recipient.is_active and recipient.email):
        return None
    with translation.override(recipient.language):
        context = {
            "day": delivery.digest.day,
            "lines": list(_lines(counts)),
            "url": settings.SITE_URL + reverse("web:desk"),
        }
        return channels.Message(
            key=delivery.key,
            address=recipient.email,
            subject=_("任务提醒:%(counts)s") % {"counts": _(",").join(_parts(counts))},
            text=render_to_string("workflow/digest.txt", context),
            html=render_to_string("workflow/digest.html", context),
        )


Counts = Counter[tuple[str, bool]]


def _parts(counts: Counts) -> Iterator[str]:
    """What the subject counts: one's own overdue, one's own to come, the unit's overdue."""
    overdue, copies = counts[Reminder.Kind.OVERDUE, False], counts[Reminder.Kind.OVERDUE, True]
    coming = sum(counts[kind, False] for kind in LADDER)
    if overdue:
        yield ngettext("%(count)d 项逾期", "%(count)d 项逾期", overdue) % {"count": overdue}
    if coming:
        yield ngettext("%(count)d 项将到期", "%(count)d 项将到期", coming) % {"count": coming}
    if copies:
        yield ngettext("本单位 %(count)d 项逾期", "本单位 %(count)d 项逾期", copies) % {"count": copies}


def _lines(counts: Counts) -> Iterator[str]:
    """The body: one line a kind, the most urgent first."""
    overdue, copies = counts[Reminder.Kind.OVERDUE, False], counts[Reminder.Kind.OVERDUE, True]
    if overdue:
        yield ngettext("%(count)d 项已逾期", "%(count)d 项已逾期", overdue) % {"count": overdue}
    for kind, days in LADDER.items():
        if number := counts[kind, False]:
            text = ngettext("%(count)d 项 %(days)d 个工作日内到期", "%(count)d 项 %(days)d 个工作日内到期", number)
            yield text % {"count": number, "days": days}
    if copies:
        text = ngettext("抄送:本单位 %(count)d 项已逾期", "抄送:本单位 %(count)d 项已逾期", copies)
        yield text % {"count": copies}
