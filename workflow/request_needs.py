"""What a request is told: readers of its own fields, and how they are kept until somebody decides."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput
from pledges.models import Pledge, Target, Unit
from workflow import needs
from workflow.context import Context
from workflow.needs import Unreadable

LONGEST_SUSPENSION = 12  # months


def later_due_date(raw: Any, context: Context) -> datetime.date:
    value, now = needs.day(raw, context), context.pledge.due_date
    if now is not None and value <= now:
        raise Unreadable(_("新的时限应晚于现在的时限 %(day)s。") % {"day": now.isoformat()})
    return _not_past(value, context)


def coming_day(raw: Any, context: Context) -> datetime.date:
    return _not_past(needs.day(raw, context), context)


def within_a_year(raw: Any, context: Context) -> datetime.date:
    """A day after today, at most twelve months on."""
    value, today = needs.day(raw, context), context.today
    if value <= today:
        raise Unreadable(_("暂缓的截止日应晚于今天。"))
    if (value.year, value.month, value.day) > (today.year + 1, today.month, today.day):
        raise Unreadable(_("一次暂缓最长 %(months)d 个月。") % {"months": LONGEST_SUSPENSION})
    return value


def _not_past(value: datetime.date, context: Context) -> datetime.date:
    if value < context.today:
        raise Unreadable(_("日期不能早于今天。"))
    return value


def other_unit(raw: Any, context: Context) -> Unit:
    unit = needs.unit(raw, context)
    if unit == context.pledge.lead_unit:
        raise Unreadable(_("这一事项已由这个单位牵头。"))
    return unit


def target(raw: Any, context: Context) -> Target:
    """One of the pledge's targets, by id."""
    wanted = needs.row_id(raw, context)
    found: Target | None = next((one for one in context.pledge.targets.all() if one.pk == wanted), None)
    if found is None:
        raise Unreadable(_("这一事项没有这个目标。"))
    return found


def typed_number(raw: Any, context: Context) -> str:
    """Kept as typed until the target, and with it the unit, is known (`settle_target`)."""
    return str(raw).strip()


def settle_target(context: Context, data: dict[str, Any]) -> None:
    """Turn the typed values into base units of the target. BadInput where that makes no sound target, or no change."""
    chosen: Target | None = data["target"]
    if chosen is None and not data["title"]:
        raise BadInput({"target": _("请选择要调整的目标,或者填写新的工作任务。")})
    if chosen is None:
        if data["value"] or data["value_max"]:
            raise BadInput({"target": _("请选择要调整的目标。")})
        if data["title"] == context.pledge.title:
            raise BadInput({"title": _("与现在的工作任务相同。")})
        return
    is_range = chosen.comparator == Target.Comparator.RANGE
    faults: dict[str, Any] = {}
    for name in ("value", "value_max") if is_range else ("value",):
        if not data[name]:
            faults[name] = _("请填写新的目标值。")
            continue
        try:
            data[name] = needs.number(data[name], chosen)
        except Unreadable as refusal:
            faults[name] = refusal.fields[""]
    if not is_range and data["value_max"]:
        faults["value_max"] = _("这个目标只有一个值。")
    if not faults:
        faults = _unsound(chosen, data["value"], data["value_max"])
    if faults:
        raise BadInput(faults)


def _unsound(chosen: Target, value: Decimal, value_max: Decimal | None) -> dict[str, Any]:
    if value == chosen.baseline:
        return {"value": _("目标值不能与基数相同。")}
    if value_max is not None and value_max < value:
        return {"value_max": _("目标上限不能小于目标值。")}
    if (value, value_max) == (chosen.value, chosen.value_max):
        return {"value": _("与现在的目标值相同。")}
    return {}


def is_easier(chosen: Target, value: Decimal, value_max: Decimal | None) -> bool:
    """Whether another value is easier to reach: lower, or higher where less is better."""
    if chosen.comparator == Target.Comparator.RANGE:
        is_above = chosen.more_is_worse and value_max is not None and value_max > (chosen.value_max or chosen.value)
        return value < chosen.value or is_above
    less_is_better = chosen.more_is_worse or chosen.comparator == Target.Comparator.LE
    return value > chosen.value if less_is_better else value < chosen.value


# Keeping what was asked for, as JSON, and reading it back as values.


def kept(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _kept(value) for name, value in data.items() if value is not None and name != "reason"}


def _kept(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


READ_BACK: dict[str, Callable[[Any, Pledge], Any]] = {
    "due_date": lambda kept, pledge: datetime.date.fromisoformat(kept),
    "until": lambda kept, pledge: datetime.date.fromisoformat(kept),
    "wanted_by": lambda kept, pledge: datetime.date.fromisoformat(kept),
    "lead_unit": lambda kept, pledge: Unit.objects.get(pk=kept),
    "target": lambda kept, pledge: Target.objects.get(pk=kept, pledge=pledge),
    "value": lambda kept, pledge: Decimal(kept),
    "value_max": lambda kept, pledge: Decimal(kept),
}


def read_back(given: Mapping[str, Any], pledge: Pledge) -> dict[str, Any]:
    """What `kept` kept, as values again."""
    return {name: READ_BACK[name](value, pledge) if name in READ_BACK else value for name, value in given.items()}
