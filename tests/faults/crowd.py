"""A city with many bureaus, each of which has the same number of pledges to sign by the same day."""

import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from pledges.models import Pledge, Post, Role, State, Unit, User
from tests.factories import PASSWORD, Government, government, moment
from workflow.models import Task

FRIDAY = datetime.date(2020, 10, 16)  # three working days after Tuesday the 13th


def crowd(people: int, tasks_each: int) -> list[dict[str, Any]]:
    """Make it. The fields of every reminder that is due on Tuesday 13 October, one a task."""
    at = government()
    busy = [post for post in _coordinators(at, people) for _ in range(tasks_each)]
    pledges = Pledge.objects.bulk_create(
        Pledge(
            programme=at.programme,
            number=f"2020-{number:05}",
            title=f"完成{number}个行政村的管网改造",
            form=Pledge.Form.MILESTONE,
            lead_unit=post.unit,
            state=State.ASSIGNED,
            assigned_date=datetime.date(2020, 9, 1),
            due_date=datetime.date(2020, 12, 31),
        )
        for number, post in enumerate(busy, start=1)
    )
    tasks = Task.objects.bulk_create(
        Task(kind=Task.Kind.SIGN, pledge=pledge, post=post, due_date=FRIDAY, opened_at=moment("2020-09-01"))
        for pledge, post in zip(pledges, busy, strict=True)
    )
    return [{"task_id": task.pk, "recipient_id": task.post.holder_id, "kind": "due_3", "day": FRIDAY} for task in tasks]


def _coordinators(at: Government, count: int) -> list[Post]:
    numbers = range(1, count + 1)
    password = make_password(PASSWORD)
    holders = User.objects.bulk_create(
        User(username=f"many{n}", name=f"联络员{n}", email=f"many{n}@example.invalid", password=password)
        for n in numbers
    )
    units = Unit.objects.bulk_create(
        Unit(name=f"第{n}局", kind=Unit.Kind.BUREAU, parent=at.city, path=f"new-{n}", position=n) for n in numbers
    )
    for unit in units:
        unit.path = f"{at.city.path}{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"])
    return Post.objects.bulk_create(
        Post(unit=unit, role=Role.COORDINATOR, title="联络员", holder=holder)
        for unit, holder in zip(units, holders, strict=True)
    )
