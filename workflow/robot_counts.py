"""What a unit's robot says once a working day: how many of the unit's tasks are overdue and how many come up."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from pledges import calendars
from workflow import ladder
from workflow.models import Delivery, Reminder, Robot, Task
from workflow.reminder_querysets import Ladder

COMING = Reminder.Kind.DUE_IN_7


@dataclass(frozen=True)
class Counts:
    """Open tasks of the unit's posts; ``coming`` within seven working days."""

    overdue: int
    coming: int


def claim(now: Ladder, *, at: datetime.datetime) -> None:
    """Write the day's message of every robot whose unit has something to be told; twice writes nothing more."""
    tasks = Task.objects.open().filter(post__unit=OuterRef("unit"))
    overdue, coming = tasks.filter(_overdue(now)), tasks.filter(_coming(now))
    said = Delivery.objects.filter(robot=OuterRef("pk"), day=now.today)
    robots = Robot.objects.filter(
        ~Exists(said), Q(Exists(overdue), wants_overdue=True) | Q(Exists(coming), wants_coming=True), is_active=True
    )
    Delivery.objects.bulk_create(
        [
            Delivery(
                robot=robot,
                day=now.today,
                channel=Delivery.Channel.ROBOT,
                key=f"robot:{robot.pk}:{now.today.isoformat()}",
                next_at=at,
            )
            for robot in robots.order_by("pk")
        ],
        ignore_conflicts=True,
    )


def of(robot: Robot, *, today: datetime.date) -> Counts:
    """What the robot has to say now; what it does not want counts nothing."""
    now = ladder.on(today, calendars.current())
    tasks = Task.objects.open().filter(post__unit=robot.unit_id)
    return Counts(
        overdue=tasks.filter(_overdue(now)).count() if robot.wants_overdue else 0,
        coming=tasks.filter(_coming(now)).count() if robot.wants_coming else 0,
    )


def _overdue(now: Ladder) -> Q:
    return Q(due_date__lt=now.today)


def _coming(now: Ladder) -> Q:
    return Q(due_date__gte=now.today, due_date__lte=dict(now.due)[COMING])
