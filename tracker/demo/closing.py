"""The demo year's quarters are checked and closed: most units agree, one objects and is answered."""

import datetime
from collections.abc import Callable
from functools import partial

from pledges.actors import Actor
from pledges.models import Period, PeriodState, Programme
from pledges.working_days import Calendar, add_workdays
from tracker import snapshots
from tracker.demo.world import Happen
from workflow import period_closing
from workflow.models import Objection, Task

Act = Callable[[str], Actor]
CLOSED = ("Q1", "Q2")
OBJECTED = "Q2"
OBJECTION = {"words": "完工数请按6月底联合验收结果计", "evidence": "联合验收纪要,6月29日"}
SETTLED = "经核,验收在报表数据日期之后,本期按报表数,下期计入"


def occasions_of(programme: Programme, act: Act, calendar: Calendar) -> list[tuple[datetime.date, Happen]]:
    """For each quarter that is closed: the day its check begins, the day the units answer, the day it is closed."""
    found: list[tuple[datetime.date, Happen]] = []
    for period in programme.periods.filter(key__in=[f"{programme.year}-{quarter}" for quarter in CLOSED]):
        begins = period.closes_date + datetime.timedelta(days=1)
        answered = add_workdays(period.closes_date, 2, calendar)
        found += [
            (begins, _begin),
            (answered, partial(_answer, period, act)),
            (add_workdays(answered, 1, calendar), partial(_settle_and_close, period, act)),
        ]
    return found


def _begin(at: datetime.datetime) -> None:
    period_closing.begin_checks(at=at)


def _answer(period: Period, act: Act, at: datetime.datetime) -> None:
    asked = Task.objects.open().filter(kind=Task.Kind.CHECK_FIGURES, period=period).select_related("post__holder")
    for index, task in enumerate(list(asked.select_related("post__unit").order_by("pk"))):
        actor = Actor(user=task.post.holder, post=task.post)
        first = period_closing.items_of(period, task.post.unit).order_by("number").first()
        objects = index == 0 and period.key.endswith(OBJECTED) and first is not None
        period_closing.answer(period.pk, actor=actor, objections={first.pk: OBJECTION} if objects else {}, at=at)


def _settle_and_close(period: Period, act: Act, at: datetime.datetime) -> None:
    period.refresh_from_db()
    if period.state != PeriodState.CHECKING:
        return
    for objection in Objection.objects.filter(check_row__period=period, settled_at=None):
        period_closing.settle(period.pk, objection.pk, actor=act("supervisor"), payload={"settlement": SETTLED}, at=at)
    snapshots.close(period.pk, actor=act("director"), at=at + datetime.timedelta(minutes=30))
