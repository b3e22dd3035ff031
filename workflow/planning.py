"""The planned course of a pledge (序时计划): trajectory points and stages, laid down before it is assigned."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, State
from workflow import audit, permissions, plan_reading
from workflow.context import day_of
from workflow.signals import Mark, changed

Points = Iterable[tuple[datetime.date, Decimal]]
Stages = Iterable[tuple[str, datetime.date, int]]


def plan(
    pledge_id: int,
    *,
    actor: Actor,
    version: int,
    trajectories: Mapping[int, Points],
    stages: Stages,
    at: datetime.datetime,
) -> Pledge:
    """Replace a draft's plan: per target position its (day, cumulative base value), and (title, day, weight) stages."""
    courses = {position: list(points) for position, points in trajectories.items()}
    steps = list(stages)
    with transaction.atomic():
        pledge = _locked(pledge_id, actor, version)
        _demand_forward(courses, steps)
        return _lay_down(pledge, courses, steps, actor=actor, at=at)


def plan_as_typed(
    pledge_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Pledge:
    """The same from what was typed on the page or sent to the API: see `workflow.plan_reading.read`."""
    with transaction.atomic():
        pledge = _locked(pledge_id, actor, version)
        courses, steps = plan_reading.read(pledge, payload)
        return _lay_down(pledge, courses, steps, actor=actor, at=at)


def not_to_plan(pledge: Pledge, actor: Actor) -> Forbidden | WrongState | None:
    """Why this person cannot plan this pledge now, or None."""
    reason = permissions.is_supervisor(actor, pledge)
    if reason is not None:
        return Forbidden(reason)
    if pledge.state != State.DRAFT:
        return WrongState(_("事项交办以后,序时计划只能通过申请调整。"))
    return None


def _locked(pledge_id: int, actor: Actor, version: int | None) -> Pledge:
    pledge: Pledge | None = (
        Pledge.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=pledge_id).first()
    )
    if pledge is None:
        raise Invisible()
    refusal = not_to_plan(pledge, actor)
    if refusal is not None:
        raise refusal
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if pledge.version != version:
        raise Stale()
    return pledge


def _lay_down(
    pledge: Pledge,
    courses: dict[int, list[tuple[datetime.date, Decimal]]],
    steps: list[tuple[str, datetime.date, int]],
    *,
    actor: Actor,
    at: datetime.datetime,
) -> Pledge:
    services.plan_pledge(pledge, trajectories=courses, stages=steps)
    services.change_pledge(pledge)
    audit.append(
        stream=audit.stream_of(pledge),
        action="plan",
        actor=actor,
        at=at,
        payload={
            "input": {"trajectories": {str(key): points for key, points in courses.items()}, "stages": steps},
            "version": pledge.version,
        },
    )
    services.keep_standing(pledge.pk, calendar=calendars.current(), today=day_of(at))
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=Mark.of(pledge), after=Mark.of(pledge))
    return pledge


def _demand_forward(
    trajectories: Mapping[int, list[tuple[datetime.date, Decimal]]], stages: list[tuple[str, datetime.date, int]]
) -> None:
    for points in trajectories.values():
        days = [day for day, _value in points]
        if days != sorted(set(days)):
            raise BadInput({"trajectories": _("序时计划的日期应由早到晚,且不重复。")})
    if any(weight < 1 for _title, _day, weight in stages):
        raise BadInput({"stages": _("节点的权重至少是 1。")})
