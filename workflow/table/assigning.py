"""Rows of assigning and signing, and of what the office says about a pledge's place."""

from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, State
from workflow import assignees, needs
from workflow.context import Context
from workflow.effects import amending
from workflow.effects import assigning as effects
from workflow.needs import Need
from workflow.permissions import is_director, is_lead_unit, is_supervisor
from workflow.table.consulting import TO_ANSWER
from workflow.table.row import Kind, Opening, Transition, end_of_window, in_workdays

HEAVIEST = 100  # of a pledge's weight
OPEN = (State.ASSIGNED, State.IN_PROGRESS, State.CLAIMED, State.SUSPENDED)


def _alone(context: Context) -> bool:
    return not context.is_issuing


def _with_its_list(context: Context) -> bool:
    return context.is_issuing


TO_SIGN = Opening(Kind.SIGN, assignees.coordinator, in_workdays(5), when=_alone)

ROWS = (
    Transition(
        name="assign",
        label=_("交办"),
        sources=(State.DRAFT,),
        destination=State.ASSIGNED,
        who=(is_director,),
        needs=(
            Need("lead_unit", _("牵头单位"), needs.unit, required=True),
            Need("due_date", _("完成时限"), needs.day, required=True),
            Need("basis", _("依据"), needs.text(200), required=True),
            Need("support", _("配合单位"), needs.units_if_given, always=True),
            Need("leader", _("牵头领导"), needs.leader),
            Need("person", _("责任人"), needs.text(60)),
            Need("start_date", _("开始"), needs.day),
            Need("deliverable", _("成果"), needs.text(200)),
        ),
        effect=effects.assign,
        closes=(Kind.ASSIGN, Kind.CONSULT, Kind.SETTLE_ANSWERS),
        opens=(
            TO_SIGN,
            Opening(Kind.SIGN_LIST, assignees.coordinator, in_workdays(5), when=_with_its_list, for_list=True),
        ),
    ),
    Transition(
        name="amend",
        label=_("修改草案"),
        sources=(State.DRAFT,),
        destination=None,
        who=(is_supervisor,),
        needs=(
            Need("title", _("工作任务"), needs.or_emptied(needs.text(400)), always=True),
            Need("lead_unit", _("牵头单位"), needs.or_emptied(needs.unit), always=True),
            Need("support", _("配合单位"), needs.units_if_given, always=True),
            Need("leader", _("牵头领导"), needs.or_emptied(needs.leader), always=True),
            Need("person", _("责任人"), needs.or_emptied(needs.text(60)), always=True),
            Need("start_date", _("开始"), needs.or_emptied(needs.day), always=True),
            Need("due_date", _("完成时限"), needs.or_emptied(needs.day), always=True),
            Need("deliverable", _("成果"), needs.or_emptied(needs.text(200)), always=True),
            Need("basis", _("依据"), needs.or_emptied(needs.text(200)), always=True),
            Need("cadence", _("填报周期"), needs.or_emptied(needs.choice(Pledge.Cadence)), always=True),
            Need("weight", _("权重"), needs.or_emptied(needs.whole_number(1, HEAVIEST)), always=True),
            Need("goal", _("总目标"), needs.or_emptied(needs.text(200)), always=True),
        ),
        effect=amending.amend,
        closes=(Kind.CONSULT, Kind.SETTLE_ANSWERS),
        opens=(TO_ANSWER,),
    ),
    Transition(
        name="sign",
        label=_("签收"),
        sources=(State.ASSIGNED,),
        destination=State.IN_PROGRESS,
        who=(is_lead_unit,),
        needs=(Need("person", _("责任人"), needs.text(60), required=True),),
        effect=effects.sign,
        closes=(Kind.SIGN, Kind.SIGN_LIST),
        opens=(Opening(Kind.REPORT, assignees.coordinator, end_of_window),),
    ),
    Transition(
        name="change_lead",
        label=_("调整牵头单位"),
        sources=(State.DRAFT, State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED),
        destination=None,
        who=(is_director,),
        needs=(
            Need("lead_unit", _("牵头单位"), needs.unit, required=True),
            Need("basis", _("依据"), needs.text(200), required=True),
        ),
        effect=effects.change_lead,
        opens=(TO_ANSWER,),
    ),
    Transition(
        name="tag",
        label=_("加减标签"),
        sources=(State.DRAFT, *OPEN, State.CLOSED),
        destination=None,
        who=(is_supervisor,),
        needs=(Need("add", _("加上"), needs.words), Need("remove", _("去掉"), needs.words)),
        effect=effects.tag,
    ),
)
