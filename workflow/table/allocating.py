"""Rows of splitting a pledge among units."""

from django.utils.translation import gettext_lazy as _

from pledges.models import State
from workflow import allocation, needs
from workflow.effects import allocating as effects
from workflow.needs import Need
from workflow.permissions import may_allocate
from workflow.table.row import Transition

ROWS: tuple[Transition, ...] = (
    Transition(
        name="allocate",
        label=_("分解任务"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(may_allocate,),
        needs=(
            Need("target", _("目标"), needs.row_id),
            Need("shares", _("新增单位"), allocation.typed_by_id),
            Need("children", _("已有分解"), allocation.typed_by_id),
        ),
        effect=effects.allocate,
        untimely=allocation.not_to_allocate,
    ),
)
