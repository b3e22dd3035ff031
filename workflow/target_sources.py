"""数据来源: whose number counts for a target, named while the pledge is a draft.

The unit itself, another department, or an indicator whose published figures then count alone.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import FigureNumber, Indicator, Pledge, State, Target
from workflow import audit, needs, permissions
from workflow.context import Context
from workflow.needs import Need, read_all
from workflow.signals import Mark, changed

Source = Target.Source
PERCENT = "%"
RATES = (Target.QuantityKind.GROWTH, Target.QuantityKind.REDUCTION)
NEEDS = (
    Need("target", _("目标"), needs.row_id, required=True),
    Need("source", _("数据来源"), needs.choice(Source), required=True),
    Need("source_unit", _("提供数据的部门"), needs.unit),
    Need("indicator", _("统计指标"), needs.row_id),
    Need("uses", _("所用数字"), needs.choice(FigureNumber)),
)


def name(
    pledge_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Pledge:
    """``target`` (its id), ``source``, and for a department ``source_unit``, for an indicator ``indicator`` (its id)
    and ``uses``: value or year_on_year."""
    with transaction.atomic():
        pledge = _locked(pledge_id, actor, version)
        context = Context(actor=actor, pledge=pledge, at=at, calendar=calendars.current())
        data = read_all(NEEDS, payload, context)
        target = next((one for one in pledge.targets.all() if one.pk == data["target"]), None)
        if target is None:
            raise BadInput({"target": _("这一事项没有这个目标。")})
        chosen = _chosen(pledge, target, data)
        services.set_source(target, **chosen)
        services.change_pledge(pledge)
        named = chosen["indicator"] or chosen["source_unit"]
        told = {"words": f"{target.name or target}:{named.name if named else Source.UNIT.label}", "target": target.pk}
        given = told | {"source": chosen["source"], "uses": chosen["uses"], "indicator": chosen["indicator"]}
        audit.append(
            stream=audit.stream_of(pledge),
            action="name_source",
            actor=actor,
            at=at,
            payload={"input": given, "version": pledge.version},
        )
        services.keep_standing(pledge.pk, calendar=context.calendar, today=context.today)
        changed.send(sender=Pledge, pledge_id=pledge.pk, before=Mark.of(pledge), after=Mark.of(pledge), at=at)
    return pledge


def refusal(pledge: Pledge, actor: Actor) -> Forbidden | WrongState | None:
    """Why this person cannot name a source now, or None."""
    reason = permissions.is_supervisor(actor, pledge)
    if reason is not None:
        return Forbidden(reason)
    if pledge.state != State.DRAFT:
        return WrongState(_("事项交办以后,数据来源不再更改。"))
    return None


def offered(pledge: Pledge, target: Target) -> list[Indicator]:
    """The government's indicators that can measure the target."""
    government = pledge.programme.government_id
    found = Indicator.objects.filter(government=government, is_active=True)
    return [indicator for indicator in found if any(fits(indicator, one, target) for one in FigureNumber.values)]


def fits(indicator: Indicator, uses: str, target: Target) -> bool:
    """Whether that number of the indicator is of the target's kind and unit."""
    if uses == FigureNumber.YEAR_ON_YEAR:
        return target.quantity_kind in RATES and target.unit == PERCENT
    return indicator.quantity_kind == target.quantity_kind and indicator.unit == target.unit


def _locked(pledge_id: int, actor: Actor, version: int | None) -> Pledge:
    pledge: Pledge | None = (
        Pledge.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=pledge_id).first()
    )
    if pledge is None:
        raise Invisible()
    refused = refusal(pledge, actor)
    if refused is not None:
        raise refused
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if pledge.version != version:
        raise Stale()
    return pledge


def _chosen(pledge: Pledge, target: Target, data: Mapping[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {"source": data["source"], "source_unit": None, "indicator": None, "uses": ""}
    if data["source"] == Source.DEPARTMENT:
        if data["source_unit"] is None:
            raise BadInput({"source_unit": _("请选择提供数据的部门。")})
        return chosen | {"source_unit": data["source_unit"]}
    if data["source"] != Source.INDICATOR:
        return chosen
    known = Indicator.objects.filter(government=pledge.programme.government_id, is_active=True)
    indicator = known.filter(pk=data["indicator"] or 0).first()
    if indicator is None:
        raise BadInput({"indicator": _("没有这个指标,请从列表中选择。")})
    if not data["uses"]:
        raise BadInput({"uses": _("请选择用数值还是用同比。")})
    if not fits(indicator, data["uses"], target):
        raise BadInput({"uses": _("指标的这个数字与目标的单位或类别不同,不能用来衡量这个目标。")})
    return chosen | {"indicator": indicator, "uses": data["uses"]}
