"""Reminders: what is due is claimed once, gathered into one digest a person a working day, and handed on.

`claim`, then `send_due`. Each is safe to repeat and to run twice at once (docs/adr/0008-claim-then-send.md).
"""

import datetime
import logging

from django.db import transaction

from pledges import calendars
from pledges.actors import Actor
from pledges.models import User
from pledges.working_days import is_working
from workflow import alerts, ladder, notifications, preferences, robot_counts
from workflow.context import day_of
from workflow.ladder import morning_of
from workflow.models import Alert, Delivery, Digest, Reminder, Task
from workflow.reminder_querysets import unclaimed_pledges

log = logging.getLogger(__name__)


def claim(*, at: datetime.datetime) -> int:
    """Claim what every open task and every unclaimed pledge has come to by the day of ``at``; returns how many
    reminders are new. Units with a robot get their message of the day.

    Only on a working day; of the steps that days off passed over, the latest alone is claimed. A task opened today
    is first reminded of tomorrow, but a window that opens today is told today. What was claimed on an earlier day and
    not gathered counts as claimed today if it still holds, and is let go if it was overtaken: done, postponed, or now
    at a later step.
    """
    today, calendar = day_of(at), calendars.current()
    if not is_working(today, calendar):
        return 0
    now = ladder.on(today, calendar)
    near = Task.objects.open().filter(now.tasks())
    with transaction.atomic():  # or a sweep in between would see half of a person's day
        left = Reminder.objects.waiting().filter(claimed_at__lt=now.morning)
        left.standing().at_step(now).update(claimed_at=at)
        left.delete()
        claimed = Reminder.objects.claim_tasks(near, ladder=now, at=at)
        claimed += Reminder.objects.claim_pledges(unclaimed_pledges().filter(now.pledges()), ladder=now, at=at)
        robot_counts.claim(now, at=at)
    unheard = near.reminding_nobody(today).order_by("post")
    posts = list(unheard.values_list("post", flat=True).distinct())
    if posts:
        log.warning("tasks are due of which nobody is reminded: no active holder in the posts %s", posts)
    return claimed


def send_due(*, at: datetime.datetime) -> int:
    """Gather what is to be told at once and what was claimed today, and send what is to be sent; returns how many
    messages went out."""
    alerts.sweep(at=at)
    gather(at=at)
    return notifications.deliver(at=at)


def gather(*, at: datetime.datetime) -> int:
    """Write today's digest of everyone for whom reminders wait; returns how many were written.

    A person has one digest a working day: what is claimed after it was written waits for the next. One person's
    trouble is logged and does not stop the others.
    """
    today = day_of(at)
    if not is_working(today, calendars.current()):
        return 0
    waiting = (
        Reminder.objects.waiting()
        .filter(claimed_at__gte=morning_of(today), recipient__is_active=True)
        .exclude(recipient__digests__day=today)
    )
    written = 0
    for user_id in waiting.order_by("recipient").values_list("recipient", flat=True).distinct():
        try:
            written += _gather(user_id, today=today, at=at)
        except Exception:
            log.exception("no digest for user %s", user_id)
    return written


@transaction.atomic
def _gather(user_id: int, *, today: datetime.date, at: datetime.datetime) -> bool:
    # The reminders are locked and the tasks are not: two sweeps exclude each other, while nobody's act ever waits for
    # a sweep. A task done a moment later is like one done a moment after sending.
    waiting = list(
        Reminder.objects.waiting()
        .filter(recipient=user_id, claimed_at__gte=morning_of(today))
        .select_for_update()
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not waiting or Digest.objects.filter(recipient=user_id, day=today).exists():
        return False
    mine = Reminder.objects.filter(pk__in=waiting)
    standing = list(mine.standing().values_list("pk", "kind", "is_copy"))
    kept = [pk for pk, _kind, _is_copy in standing]
    mine.exclude(pk__in=kept).update(dropped_at=at)
    if not standing:
        return False
    user = User.objects.get(pk=user_id)
    digest = Digest.objects.create(recipient=user, day=today, created_at=at)
    mine.filter(pk__in=kept).update(digest=digest)
    groups = {preferences.group_of(kind, is_copy) for _pk, kind, is_copy in standing}
    if user.email and groups - preferences.silenced(user):
        channel = Delivery.Channel.EMAIL
        key = f"digest:{user.pk}:{today.isoformat()}:{channel.value}"
        Delivery.objects.create(digest=digest, channel=channel, key=key, next_at=at)
    return True


def unread(actor: Actor) -> int:
    """How many digests, and things told at once that are still to be done, the actor has not seen."""
    digests = Digest.objects.visible_to(actor).unread().count()
    return int(digests + Alert.objects.visible_to(actor).unread().standing().count())


def mark_read(*, actor: Actor, at: datetime.datetime) -> int:
    """Mark the actor's own digests and alerts as read; returns how many were not."""
    alerts_read = Alert.objects.visible_to(actor).unread().update(read_at=at)
    return alerts_read + Digest.objects.visible_to(actor).unread().update(read_at=at)
