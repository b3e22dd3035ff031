"""Lights set by decision: the boxes of the two acts, and what a pledge's page tells of them."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pledges import overrides, sentences
from pledges.completion import Light, Reason
from pledges.models import LightOverride, Period, PeriodState, Pledge
from tracker.web.fields import Option
from workflow.context import Context
from workflow.effects import lighting


def _decidable(context: Context) -> list[Option]:
    decided = {one.period_id for one in lighting.standing(context.pledge)}
    return [
        (period.key, _("%(period)s(填报截止 %(closes)s)") % {"period": period.key, "closes": period.closes_date})
        for period in lighting.decidable(context)
        if period.pk not in decided
    ]


def _decided(context: Context) -> list[Option]:
    return [
        (
            one.period.key,
            _("%(period)s(%(light)s)") % {"period": one.period.key, "light": _words(one)},
        )
        for one in lighting.standing(context.pledge)
    ]


OFFERS: dict[tuple[str, str], Callable[[Context], list[Option]]] = {
    ("override_light", "period"): _decidable,
    ("lift_override", "period"): _decided,
}


def first_period(act: str, context: Context) -> str:
    """The period that the form begins with, by its key: the running one where it is offered. Another one is chosen by
    hand, but for the only decision that can be lifted."""
    offered = [key for key, _label in OFFERS[act, "period"](context)]
    running = overrides.running(context.pledge.programme.periods.all(), context.today)
    if running is not None and running.key in offered:
        return running.key
    return offered[0] if act == "lift_override" and len(offered) == 1 else ""


@dataclass(frozen=True)
class Decision:
    """One decision with its light, what the rules gave when it was made, and whether it counts: ``status`` in words,
    ``is_over`` for one that counts no more."""

    override: LightOverride
    words: str
    rule_words: str
    status: str
    is_over: bool


def decisions(pledge: Pledge, today: datetime.date) -> list[Decision]:
    """Every decision about a pledge with its periods prefetched, the newest first."""
    found = pledge.light_overrides.select_related("period", "decided_by", "post__unit").order_by("-pk")
    running = overrides.running(pledge.programme.periods.all(), today)
    return [_decision(one, pledge, running) for one in found]


def _decision(override: LightOverride, pledge: Pledge, running: Period | None) -> Decision:
    status, is_over = _status(override, pledge, running)
    rule_words = f"{sentences.LIGHTS[Light(override.rule_light)]} {sentences.REASONS[Reason(override.rule_reason)]}"
    return Decision(override, _words(override), rule_words, status, is_over)


def _words(override: LightOverride) -> str:
    return sentences.decided_words(override.light, override.rule_light)


def _status(override: LightOverride, pledge: Pledge, running: Period | None) -> tuple[str, bool]:
    period = override.period
    if override.withdrawn_at is not None:
        return _("已取消"), True
    if period.state == PeriodState.CLOSED:
        return _("本期已结账"), True
    if running is not None and period.start_date > running.start_date:
        return _("下一期生效"), False
    if running is None or period.pk != running.pk:
        return _("计入本期结账数据"), False
    return (_("生效中"), False) if pledge.decided_light else (_("现在的状态不亮灯"), False)
