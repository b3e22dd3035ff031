"""What goes at once: an urge, an issued sheet, an instruction to act.

The alerts are written in the transaction that opens the task (`workflow.receivers`); the sweep finds those that were
not, and makes one message of all that wait for the same person or robot.
"""

import datetime
import logging

from django.db import transaction

from workflow import hints, preferences
from workflow.context import day_of
from workflow.models import Alert, Delivery, Preference, Task

log = logging.getLogger(__name__)

AT_ONCE = (Task.Kind.ANSWER_URGE, Task.Kind.ANSWER_SHEET, Task.Kind.ACT_ON_INSTRUCTION)
# What was opened longer ago is left to the ladder.
WITHIN = datetime.timedelta(days=7)


def open_for(task: Task) -> None:
    """Alert whoever is to do ``task``, which has just been opened; a hint follows the commit."""
    tasks = Task.objects.open().filter(pk=task.pk, kind__in=AT_ONCE)
    Alert.objects.raise_for(tasks, today=day_of(task.opened_at), at=task.opened_at)
    # Django drops a hook together with the savepoint it was registered in, so looking for it there is always right.
    hints.once_after_commit(hints.send_due)


def sweep(*, at: datetime.datetime) -> int:
    """Alert of tasks that nobody was told of, and write the messages that wait to be written; returns how many.

    One recipient's trouble is logged and does not stop the others.
    """
    recent = Task.objects.open().filter(kind__in=AT_ONCE, opened_at__gt=at - WITHIN, opened_at__lte=at)
    Alert.objects.raise_for(recent, today=day_of(at), at=at)
    written = 0
    waiting = Alert.objects.waiting().order_by("recipient", "robot").values_list("recipient", "robot").distinct()
    for recipient_id, robot_id in waiting:
        try:
            written += _write(recipient_id, robot_id, at=at)
        except Exception:
            log.exception("no message for user %s, robot %s", recipient_id, robot_id)
    return written


@transaction.atomic
def _write(recipient_id: int | None, robot_id: int | None, *, at: datetime.datetime) -> bool:
    """One message for all alerts that wait for one person or one robot."""
    own = Alert.objects.waiting().filter(recipient=recipient_id, robot=robot_id)
    waiting = list(own.select_for_update(of=("self",)).select_related("task", "recipient", "robot").order_by("pk"))
    if not waiting:
        return False
    first = waiting[0]
    Alert.objects.filter(pk__in=[alert.pk for alert in waiting]).update(told_with=first)
    if all(alert.task.closed_at for alert in waiting) or not _wants(first):
        return False
    channel = Delivery.Channel.ROBOT if first.robot else Delivery.Channel.EMAIL
    Delivery.objects.create(alert=first, channel=channel, key=f"alert:{first.pk}:{channel.value}", next_at=at)
    return True


def _wants(alert: Alert) -> bool:
    if alert.robot is not None:
        return alert.robot.is_active and alert.robot.wants_at_once
    user = alert.recipient
    return bool(
        user is not None
        and user.is_active
        and user.email
        and Preference.Group.AT_ONCE not in preferences.silenced(user)
    )
