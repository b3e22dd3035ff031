"""Rows of consulting the units about a draft, while the programme is out for comment."""

from django.utils.translation import gettext_lazy as _

from pledges.models import State
from workflow import assignees, needs
from workflow.effects import consulting as effects
from workflow.needs import Need
from workflow.permissions import is_lead_head, is_supervisor
from workflow.table.row import Kind, Opening, Transition, in_workdays

TO_ANSWER = Opening(
    Kind.CONSULT, assignees.head, in_workdays(effects.ANSWER_IN), when=effects.is_to_answer, for_list=True
)

ROWS: tuple[Transition, ...] = (
    Transition(
        name="answer_row",
        label=_("答复征求意见"),
        sources=(State.DRAFT,),
        destination=None,
        who=(is_lead_head,),
        needs=(
            Need("answer", _("意见"), needs.choice(effects.Answer), required=True),
            Need("words", _("建议"), needs.text(500)),
        ),
        effect=effects.answer,
        untimely=effects.not_to_answer,
        closes=(Kind.CONSULT, Kind.SETTLE_ANSWERS),
        opens=(
            Opening(
                Kind.SETTLE_ANSWERS,
                assignees.supervisor,
                in_workdays(effects.SETTLE_IN),
                when=effects.is_to_settle,
                for_list=True,
            ),
        ),
        raises_version=False,
    ),
    Transition(
        name="settle_row",
        label=_("处理意见"),
        sources=(State.DRAFT,),
        destination=None,
        who=(is_supervisor,),
        needs=(
            Need("settlement", _("处理"), needs.choice(effects.Settlement), required=True),
            Need("words", _("说明"), needs.text(500)),
            Need("lead_unit", _("牵头单位"), needs.unit),
            Need("support", _("配合单位"), needs.units_if_given, always=True),
            Need("due_date", _("完成时限"), needs.day),
            Need("title", _("工作任务"), needs.text(400)),
        ),
        effect=effects.settle,
        untimely=effects.not_to_settle,
        closes=(Kind.SETTLE_ANSWERS,),
        opens=(TO_ANSWER,),
    ),
)
