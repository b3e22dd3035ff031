"""Effects of setting a light by decision for one period, and of lifting that decision (docs/adr/0016)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import overrides, services
from pledges.errors import BadInput, WrongState
from pledges.models import LightOverride, Period, PeriodState, Pledge
from pledges.sentences import LIGHTS
from workflow.context import Context
from workflow.effects import Data


def decidable(context: Context) -> list[Period]:
    """The periods that have begun and are not closed."""
    periods = context.pledge.programme.periods.all()
    return [one for one in periods if one.start_date <= context.today and one.state != PeriodState.CLOSED]


def standing(pledge: Pledge) -> list[LightOverride]:
    """What has been decided for periods that are not closed, and not been lifted; the earliest period first."""
    found = LightOverride.objects.standing().filter(pledge=pledge).exclude(period__state=PeriodState.CLOSED)
    return list(found.select_related("period").order_by("period__start_date"))


def nothing_to_lift(pledge: Pledge) -> Any | None:
    return None if standing(pledge) else _("没有可以取消的亮灯调整。")


def override_light(context: Context, data: Data) -> dict[str, Any]:
    """Without a period the running one. The event keeps what the rules say beside what is decided."""
    pledge, actor = context.pledge, context.actor
    period = _locked(data["period"] or overrides.running(pledge.programme.periods.all(), context.today))
    if any(one.period_id == period.pk for one in standing(pledge)):
        raise WrongState(_("%(period)s 的亮灯已经调整,请先取消,再重新调整。") % {"period": period.key})
    found = overrides.light_of_rules(pledge, period, calendar=context.calendar, today=context.today)
    if found.light == data["light"]:
        raise BadInput({"light": _("%(period)s 规则判定就是%(light)s,不需要调整。") % _told(period, found.light)})
    override = services.override_light(
        pledge,
        period,
        found=found,
        light=data["light"],
        reason=data["reason"],
        basis=data["basis"] or "",
        decided_by=actor.user,
        post=actor.duty,
        decided_at=context.at,
    )
    data["period"] = period
    for name in ("rule_light", "rule_reason", "rules_version"):
        data[name] = getattr(override, name)
    return {}


def lift_override(context: Context, data: Data) -> dict[str, Any]:
    """Without a period the decision for the earliest."""
    decided = standing(context.pledge)
    period = _locked(data["period"] or decided[0].period)
    override = next((one for one in decided if one.period_id == period.pk), None)
    if override is None:
        raise WrongState(_("%(period)s 没有亮灯调整。") % {"period": period.key})
    services.withdraw_override(override, at=context.at)
    data["period"], data["light"] = period, override.light
    return {}


def _locked(period: Period | None) -> Period:
    """The period as it is, held still against its closing. (The programme's row is not for who holds a pledge's: others
    hold it and write rows of pledges.)"""
    if period is None:
        raise WrongState(_("现在没有正在进行的期,不能调整亮灯。"))
    period = Period.objects.select_for_update(of=("self",), no_key=True).get(pk=period.pk)
    if period.state == PeriodState.CLOSED:
        raise WrongState(_("%(period)s 已经结账,亮灯不再调整。") % {"period": period.key})
    return period


def _told(period: Period, light: Any) -> dict[str, Any]:
    return {"period": period.key, "light": LIGHTS[light]}
