"""Rows of reporting: the unit reports, its head approves, the office (or who allocated the share) checks."""

from django.utils.translation import gettext_lazy as _

from pledges.models import Report, State
from workflow import assignees, needs, sheet_needs, special_sheets
from workflow import effects as plain
from workflow.effects import reporting as effects
from workflow.needs import Need
from workflow.permissions import (
    is_lead_coordinator,
    is_lead_head,
    is_lead_unit,
    is_report_checker,
    is_system,
    may_return_report,
)
from workflow.table.row import Kind, Opening, Transition, end_of_window, in_workdays

REVIEWED = (State.IN_PROGRESS, State.CLAIMED)
TO_APPROVE = Opening(Kind.APPROVE, assignees.head, in_workdays(3), when=effects.is_to_approve, for_list=True)
TO_CHECK = Opening(Kind.REVIEW_REPORT, assignees.report_checker, in_workdays(3), when=effects.is_to_check)
TO_REPORT = Opening(Kind.REPORT, assignees.coordinator, end_of_window, when=effects.is_to_report)

ROWS = (
    Transition(
        name="open_window",
        label=_("开始填报"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(is_system,),
        effect=plain.nothing,
        closes=(Kind.REPORT,),
        opens=(Opening(Kind.REPORT, assignees.coordinator, end_of_window),),
        raises_version=False,
        is_for_people=False,
    ),
    Transition(
        name="report",
        label=_("填报"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(is_lead_coordinator,),
        needs=(
            Need("sentence", _("进展情况"), needs.text(500), required=True),
            Need("values", _("累计完成"), needs.values, always=True),
            Need("stages", _("节点"), needs.stages),
            Need("period", _("期"), needs.period),
            Need("data_date", _("数据日期"), needs.past_day),
            Need("problem_kind", _("问题类别"), needs.choice(Report.Problem)),
            Need("problem", _("存在问题"), needs.text(500)),
            Need("next_step", _("下步措施"), needs.text(500)),
            Need("needs_coordination", _("需协调事项"), needs.text(500)),
            Need("outlook", _("全年预判"), needs.choice(Report.Outlook)),
            Need("fall_reason", _("数值下降原因"), needs.text(200)),
            Need("evidence", _("佐证"), needs.text(1000)),
            Need("evidence_link", _("佐证链接"), needs.link),
            Need("project", _("重点项目台账"), sheet_needs.sheet(special_sheets.PROJECT)),
            Need("livelihood", _("民生实事台账"), sheet_needs.sheet(special_sheets.LIVELIHOOD)),
            Need("seen", _("打开时的最新填报"), needs.row_id),
            Need("asked", _("已核对的问题"), sheet_needs.codes),
        ),
        effect=effects.report,
        closes=(Kind.REPORT, Kind.SUPPLEMENT, Kind.ANSWER_URGE, Kind.REVIEW_REPORT),
        opens=(TO_APPROVE, TO_CHECK),
        raises_version=False,
    ),
    Transition(
        name="approve",
        label=_("审签"),
        sources=REVIEWED,
        destination=None,
        who=(is_lead_head,),
        effect=effects.approve,
        untimely=effects.a_report_waits_for_approval,
        closes=(Kind.APPROVE,),
        opens=(TO_CHECK,),
        raises_version=False,
    ),
    Transition(
        name="record_approval",
        label=_("登记线下审签"),
        sources=REVIEWED,
        destination=None,
        who=(is_lead_unit,),
        needs=(Need("signed_page", _("签字页"), needs.signed_page, required=True),),
        effect=effects.approve,
        untimely=effects.a_report_waits_for_approval,
        closes=(Kind.APPROVE,),
        opens=(TO_CHECK,),
        raises_version=False,
    ),
    Transition(
        name="accept",
        label=_("审核通过"),
        sources=REVIEWED,
        destination=None,
        who=(is_report_checker,),
        needs=(Need("judged_behind", _("评定滞后"), needs.flag),),
        effect=effects.accept,
        untimely=effects.an_approved_report_waits,
        closes=(Kind.REVIEW_REPORT,),
        raises_version=False,
    ),
    Transition(
        name="return_report",
        label=_("退回补充"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(may_return_report,),
        needs=(Need("reason", _("退回理由"), needs.text(200), required=True),),
        effect=effects.return_report,
        untimely=effects.a_report_waits,
        closes=(Kind.APPROVE, Kind.REVIEW_REPORT),
        opens=(Opening(Kind.SUPPLEMENT, assignees.coordinator, in_workdays(3)),),
        raises_version=False,
    ),
)
