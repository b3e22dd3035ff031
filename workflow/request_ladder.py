"""The rungs of one request: opening the first, answering, going on to the next. Called inside the request's
transaction; every open step has its task, and nothing else has.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput
from pledges.models import Pledge, Post
from pledges.working_days import Calendar, add_workdays
from workflow import audit
from workflow.context import day_of
from workflow.models import Request, RequestStep, Task
from workflow.request_needs import read_back
from workflow.request_posts import Given
from workflow.requests_table import BY_KIND, RequestKind, Rung

Step = RequestStep.Name


@dataclass(frozen=True)
class Next:
    """A rung that somebody can take: its place on the ladder (from 1) and whose it is."""

    position: int
    rung: Rung
    post: Post


def first(row: RequestKind, pledge: Pledge, given: Given) -> Next:
    """Where a request begins. BadInput where nobody could decide it."""
    found = _after(row, pledge, given, 0, None)
    if found is None:
        raise BadInput({"": _("现在没有可以办理这一申请的人,请先联系督查室。")})
    return found


def following(request: Request, pledge: Pledge, step: RequestStep) -> Next | None:
    """The rung after a step; None on the last one, or where nobody else stands above."""
    row = BY_KIND[request.kind]
    try:
        return _after(row, pledge, read_back(request.given, pledge), step.position, step)
    except BadInput:  # a post above has gone: whoever has it keeps it
        return None


def _after(row: RequestKind, pledge: Pledge, given: Given, position: int, step: RequestStep | None) -> Next | None:
    for place, rung in enumerate(row.ladder(pledge, given), start=1):
        if place <= position:
            continue
        post = rung.find(pledge, given)
        is_same = step is not None and step.name == rung.name == Step.DECISION and step.post_id == post.pk
        if not is_same:
            return Next(place, rung, post)
    return None


def days_of(rung: Rung, start: datetime.date, calendar: Calendar) -> datetime.date:
    if rung.calendar_days:
        return start + datetime.timedelta(days=rung.days)
    return add_workdays(start, rung.days, calendar)


def decided_by(
    row: RequestKind, pledge: Pledge, given: Given, today: datetime.date, calendar: Calendar
) -> datetime.date:
    """The day of the whole decision: as asked for, else that of the first rung that decides, the steps before it each
    taking their days."""
    if row.wanted_by:
        wanted: datetime.date = given[row.wanted_by]
        return wanted
    day = today
    for rung in row.ladder(pledge, given):
        day = days_of(rung, day, calendar)
        if rung.name == Step.DECISION:
            break
    return day


def open_step(request: Request, pledge: Pledge, to: Next, due: datetime.date, at: datetime.datetime) -> RequestStep:
    step = RequestStep.objects.create(
        request=request, position=to.position, name=to.rung.name, post=to.post, opened_at=at, due_date=due
    )
    Task.objects.create(
        kind=Task.Kind.DECIDE_REQUEST, post=to.post, pledge=pledge, request=request, due_date=due, opened_at=at
    )
    return step


def current(request: Request) -> RequestStep | None:
    """The step that waits, or None."""
    found: RequestStep | None = (
        request.steps.filter(answered_at=None, passed_on_at=None).select_related("post__unit").last()
        if request.status == Request.Status.OPEN
        else None
    )
    return found


def answer(step: RequestStep, *, actor: Actor, words: str, agrees: bool | None, at: datetime.datetime) -> None:
    step.words, step.agrees, step.answered_by, step.answered_at = words, agrees, actor.user, at
    step.save(update_fields=["words", "agrees", "answered_by", "answered_at"])


def close_tasks(request: Request, at: datetime.datetime) -> None:
    Task.objects.open().filter(request=request).update(closed_at=at)


def go_on(request: Request, pledge: Pledge, to: Next, at: datetime.datetime, calendar: Calendar) -> RequestStep:
    """After an answer: the next rung has its days from now."""
    close_tasks(request, at)
    return open_step(request, pledge, to, days_of(to.rung, day_of(at), calendar), at)


def pass_on(request: Request, pledge: Pledge, at: datetime.datetime, calendar: Calendar) -> bool:
    """What was not answered in time goes to the next rung, with days from the day on which it should have been, so that
    the whole keeps its time; never with less than none left. False where nothing is late or nobody is above."""
    step, today = current(request), day_of(at)
    if step is None or step.due_date >= today:
        return False
    to = following(request, pledge, step)
    if to is None:
        return False
    due = days_of(to.rung, step.due_date, calendar)
    if due <= today:  # the job has slept
        due = days_of(to.rung, today, calendar)
    step.passed_on_at = at
    step.save(update_fields=["passed_on_at"])
    close_tasks(request, at)
    open_step(request, pledge, to, due, at)
    request.version += 1
    request.save(update_fields=["version"])
    record(
        request,
        pledge,
        "pass_on_request",
        SYSTEM,
        at,
        {"words": f"{named(step.post)} → {named(to.post)}", "from": step.post_id, "to": to.post.pk},
    )
    return True


def named(post: Post) -> str:
    """A post as the record names it, whatever language somebody reads in."""
    return f"{post.unit.name}{post.title}"


def record(
    request: Request, pledge: Pledge, action: str, actor: Actor, at: datetime.datetime, told: Mapping[str, object]
) -> None:
    """One event on the pledge's stream; the pledge's version stays."""
    told = {key: value for key, value in told.items() if value not in (None, "")}
    audit.append(
        stream=audit.stream_of(pledge),
        action=action,
        actor=actor,
        at=at,
        payload={"input": {"request": request.pk, "kind": request.kind, **told}, "version": pledge.version},
    )
