"""The planned course of a pledge (序时计划): trajectory points and stages, laid down before it is assigned."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, State
from workflow import audit, permissions
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
        pledge = Pledge.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=pledge_id).first()
        if pledge is None:
            raise Invisible()
        reason = permissions.is_supervisor(actor, pledge)
        if reason is not None:
            raise Forbidden(reason)
        if pledge.state != State.DRAFT:
            raise WrongState(_("事项交办以后,序时计划只能通过申请调整。"))
        if pledge.version != version:
            raise Stale()
        _demand_forward(courses, steps)
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
