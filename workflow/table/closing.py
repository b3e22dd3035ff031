"""Rows of claiming, verifying by two people, settling the year, and looking again."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from pledges.models import Outcome, State
from workflow import assignees, needs
from workflow import effects as plain
from workflow.context import Context
from workflow.effects import closing as effects
from workflow.needs import Need
from workflow.permissions import (
    is_director,
    is_lead_coordinator,
    is_lead_head,
    is_outside_claiming_unit,
    is_second_person,
    is_supervisor,
    is_system,
)
from workflow.table.reporting import TO_APPROVE, TO_CHECK, TO_REPORT
from workflow.table.row import WHILE_OPEN, Kind, Opening, Transition, in_workdays


class Method(TextChoices):
    DOCUMENTS = "documents", _("资料核验")
    SITE = "site", _("现场核验")
    DATA = "data", _("数据比对")
    SAMPLE = "sample", _("抽查")


class Held(TextChoices):
    HELD = "held", _("成果巩固")
    SLIPPED = "slipped", _("出现反弹")


def _slipped(context: Context) -> bool:
    return context.pledge.recheck_held is False


CLAIM = (Need("reason", _("说明"), needs.text(500)), Need("evidence", _("成果证明"), needs.text(1000)))
METHOD = needs.choice(Method)
FINDING = needs.text(500)
OUTCOME = needs.choice(Outcome, only=(Outcome.MET, Outcome.MET_WITH_CHANGE))
SUPPLEMENT = Opening(Kind.SUPPLEMENT, assignees.coordinator, in_workdays(5))

ROWS = (
    Transition(
        name="propose_claim",
        label=_("提请销号"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(is_lead_coordinator,),
        needs=CLAIM,
        effect=effects.propose_claim,
        opens=(Opening(Kind.APPROVE_CLAIM, assignees.head, in_workdays(3)),),
    ),
    Transition(
        name="return_proposal",
        label=_("退回销号提请"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(is_lead_head,),
        needs=(Need("reason", _("退回理由"), needs.text(200), required=True),),
        effect=effects.return_proposal,
        untimely=effects.no_claim_proposed,
        closes=(Kind.APPROVE_CLAIM,),
        opens=(SUPPLEMENT,),
    ),
    Transition(
        name="claim",
        label=_("申请销号"),
        sources=(State.IN_PROGRESS,),
        destination=State.CLAIMED,
        who=(is_lead_head,),
        needs=CLAIM,
        effect=effects.claim,
        closes=(Kind.APPROVE_CLAIM, Kind.REPORT, Kind.SUPPLEMENT, Kind.ANSWER_URGE),
        opens=(Opening(Kind.DRAFT_VERIFICATION, assignees.supervisor, in_workdays(5)),),
    ),
    Transition(
        name="draft_verification",
        label=_("拟核验意见"),
        sources=(State.CLAIMED,),
        destination=None,
        who=(is_supervisor, is_outside_claiming_unit),
        needs=(
            Need("method", _("核验方式"), METHOD, required=True),
            Need("finding", _("核验情况"), FINDING, required=True),
            Need("outcome", _("结论"), OUTCOME, required=True),
        ),
        effect=effects.draft_verification,
        untimely=effects.a_draft_stands,
        closes=(Kind.DRAFT_VERIFICATION,),
        opens=(Opening(Kind.VERIFY, assignees.director, in_workdays(5)),),
    ),
    Transition(
        name="return_claim",
        label=_("退回补充"),
        sources=(State.CLAIMED,),
        destination=State.IN_PROGRESS,
        who=(is_supervisor, is_outside_claiming_unit),
        needs=(Need("reason", _("退回理由"), needs.text(200), required=True),),
        effect=effects.return_claim,
        closes=(Kind.DRAFT_VERIFICATION, Kind.VERIFY),
        opens=(SUPPLEMENT,),
    ),
    Transition(
        name="verify",
        label=_("核验通过"),
        sources=(State.CLAIMED,),
        destination=State.CLOSED,
        who=(is_director, is_outside_claiming_unit, is_second_person),
        needs=(
            Need("method", _("核验方式"), METHOD),
            Need("finding", _("核验情况"), FINDING),
            Need("outcome", _("结论"), OUTCOME),
        ),
        effect=effects.verify,
        untimely=effects.no_draft,
        closes=(Kind.VERIFY, Kind.APPROVE, Kind.REVIEW_REPORT),
    ),
    Transition(
        name="settle",
        label=_("年终结账"),
        sources=(State.IN_PROGRESS, State.SUSPENDED),
        destination=State.CLOSED,
        who=(is_director,),
        needs=(Need("reason", _("未完成的原因"), needs.text(500), required=True),),
        effect=effects.settle,
        closes=WHILE_OPEN,
    ),
    Transition(
        name="carry_over",
        label=_("结转"),
        sources=(State.CLOSED,),
        destination=None,
        who=(is_director,),
        needs=(Need("due_date", _("结转后的完成时限"), needs.day, required=True),),
        effect=effects.carry_over,
        untimely=effects.not_to_carry_over,
    ),
    Transition(
        name="open_recheck",
        label=_("安排回头看"),
        sources=(State.CLOSED,),
        destination=None,
        who=(is_system,),
        effect=plain.nothing,
        untimely=effects.not_to_recheck,
        opens=(Opening(Kind.RECHECK, assignees.supervisor, in_workdays(10)),),
        raises_version=False,
        is_for_people=False,
    ),
    Transition(
        name="recheck",
        label=_("回头看"),
        sources=(State.CLOSED,),
        destination=None,
        who=(is_supervisor, is_outside_claiming_unit),
        needs=(
            Need("held", _("情况"), needs.choice(Held), required=True),
            Need("finding", _("回头看发现"), FINDING, required=True),
        ),
        effect=effects.recheck,
        untimely=effects.not_to_recheck,
        closes=(Kind.RECHECK, Kind.REOPEN),
        opens=(Opening(Kind.REOPEN, assignees.director, in_workdays(5), when=_slipped),),
    ),
    Transition(
        name="reopen",
        label=_("重新交办"),
        sources=(State.CLOSED,),
        destination=State.IN_PROGRESS,
        who=(is_director,),
        needs=(
            Need("reason", _("理由"), needs.text(200), required=True),
            Need("due_date", _("新的完成时限"), needs.day),
        ),
        effect=effects.reopen,
        untimely=effects.not_to_reopen,
        closes=(Kind.REOPEN,),
        opens=(TO_REPORT, SUPPLEMENT, TO_CHECK, TO_APPROVE),
    ),
)
