"""Writes units, people, posts and programmes."""

import datetime
import uuid
from typing import Any

from pledges.models import (
    Deputy,
    Period,
    PeriodState,
    Post,
    Programme,
    ProgrammeState,
    Unit,
    User,
    WorkingDay,
)
from pledges.quarter_calendar import quarter_window
from pledges.working_days import Calendar


def create_unit(*, parent: Unit | None, **fields: Any) -> Unit:
    """A unit in its place in the tree; its path needs its own id, so it is written in two steps."""
    unit = Unit.objects.create(parent=parent, path=f"new-{uuid.uuid4()}", **fields)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def change_unit(unit: Unit, **fields: Any) -> Unit:
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(fields))
    return unit


def create_user(*, encoded: str, **fields: Any) -> User:
    return User.objects.create(password=encoded, **fields)


def set_user_active(user: User, *, is_active: bool) -> User:
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    return user


def set_password(user: User, *, encoded: str) -> User:
    user.password = encoded
    user.save(update_fields=["password"])
    return user


def fill_post(*, unit: Unit, role: str, title: str, holder: User | None, is_chief: bool | None = None) -> Post:
    """``is_chief`` None leaves it as it is."""
    fields: dict[str, Any] = {"holder": holder} | ({} if is_chief is None else {"is_chief": is_chief})
    post, _ = Post.objects.update_or_create(unit=unit, role=role, title=title, defaults=fields)
    return post


def add_deputy(*, post: Post, user: User, start_date: datetime.date, end_date: datetime.date) -> Deputy:
    return Deputy.objects.create(post=post, user=user, start_date=start_date, end_date=end_date)


def end_deputy(deputy: Deputy, *, last_date: datetime.date) -> None:
    """The deputy's last day; one that has not begun by then is taken away."""
    if deputy.start_date > last_date:
        deputy.delete()
        return
    deputy.end_date = last_date
    deputy.save(update_fields=["end_date"])


def set_working_day(day: datetime.date, *, is_working: bool, note: str) -> WorkingDay:
    """A day that differs from its weekday, as a person says; no longer provisional."""
    fields = {"is_working": is_working, "note": note, "provisional": False}
    row, _ = WorkingDay.objects.update_or_create(day=day, defaults=fields)
    return row


def clear_working_day(day: datetime.date) -> None:
    """The day is what its weekday says again."""
    WorkingDay.objects.filter(day=day).delete()


def confirm_working_days(year: int) -> int:
    """None of the year's days is provisional any more; returns how many were."""
    return WorkingDay.objects.filter(day__year=year, provisional=True).update(provisional=False)


def create_programme(*, government: Unit, year: int, calendar: Calendar) -> Programme:
    """A new programme in drafting with its four quarters."""
    programme = Programme.objects.create(
        government=government, year=year, title=f"{government.name}{year}年度政府工作报告任务台账"
    )
    for quarter in (1, 2, 3, 4):
        start, end, opens, closes = quarter_window(year, quarter, calendar)
        Period.objects.create(
            programme=programme,
            key=f"{year}-Q{quarter}",
            start_date=start,
            end_date=end,
            opens_date=opens,
            closes_date=closes,
        )
    return programme


def change_programme(programme: Programme, *, state: ProgrammeState | None = None, **changes: Any) -> Programme:
    """Write fields of a programme and, where given, its state, and raise its version. Call with the row locked; the
    only place that assigns a programme's state."""
    if state is not None:
        programme.state = state
    for name, value in changes.items():
        setattr(programme, name, value)
    programme.version += 1
    programme.save(update_fields=["state", "version", *changes])
    return programme


def change_period(period: Period, *, state: PeriodState, **changes: Any) -> Period:
    """Write a period's state and what goes with it. Call with its programme's row locked; the only place that does."""
    period.state = state
    for name, value in changes.items():
        setattr(period, name, value)
    period.save(update_fields=["state", *changes])
    return period
