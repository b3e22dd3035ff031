"""Rows of setting a light by decision for one period, and of lifting that decision."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.models import LightOverride, Period
from pledges.overrides import DECIDABLE
from workflow import needs
from workflow.context import Context
from workflow.effects import lighting as effects
from workflow.needs import Need, Unreadable
from workflow.permissions import is_director
from workflow.table.row import Transition


def _period(raw: Any, context: Context) -> Period:
    found = next((one for one in effects.decidable(context) if one.key == raw), None)
    if found is None:
        raise Unreadable(_("请选择已经开始、还没有结账的一期。"))
    return found


ROWS: tuple[Transition, ...] = (
    Transition(
        name="override_light",
        label=_("调整亮灯"),
        sources=DECIDABLE,
        destination=None,
        who=(is_director,),
        needs=(
            Need("light", _("调整为"), needs.choice(LightOverride.Light), required=True),
            Need("period", _("期"), _period),
            Need("reason", _("理由"), needs.text(300), required=True),
            Need("basis", _("依据"), needs.text(200)),
        ),
        effect=effects.override_light,
        raises_version=False,
    ),
    Transition(
        name="lift_override",
        label=_("取消亮灯调整"),
        sources=DECIDABLE,
        destination=None,
        who=(is_director,),
        needs=(
            Need("period", _("期"), _period),
            Need("reason", _("理由"), needs.text(300), required=True),
        ),
        effect=effects.lift_override,
        untimely=effects.nothing_to_lift,
        raises_version=False,
    ),
)
