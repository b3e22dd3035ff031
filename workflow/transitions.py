"""The process as one table, read downwards: which act, from which states, by whom, with what, and what it leads to.

Web buttons, API actions, jobs and docs/workflow.md read these rows; `workflow.services.perform` enforces them. Acts
that come later (approval by the head, requests, settling, suspending, the second look) are rows to be added here.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from pledges.models import Outcome, Pledge, Post, Report, State
from workflow import assignees, effects, needs
from workflow.context import Context
from workflow.models import Task
from workflow.needs import Need
from workflow.permissions import (
    Predicate,
    is_director,
    is_lead_coordinator,
    is_lead_unit,
    is_outside_claiming_unit,
    is_supervisor,
    is_system,
)

Kind = Task.Kind


class Method(TextChoices):
    DOCUMENTS = "documents", _("资料核验")
    SITE = "site", _("现场核验")
    DATA = "data", _("数据比对")
    SAMPLE = "sample", _("抽查")


@dataclass(frozen=True)
class Opening:
    """A task that the act opens: of which kind, for whose post, due when. ``due`` None: no task this time."""

    kind: Task.Kind
    to: Callable[[Pledge], Post]
    due: Callable[[Context], datetime.date | None]


@dataclass(frozen=True)
class Transition:
    """One row. ``destination`` None leaves the state as it is; every predicate of ``who`` must agree.

    ``untimely`` gives the reason why the moment is wrong although the state is right, or None. ``raises_version`` is
    False for acts on reports, which must not make other people's open forms stale.
    """

    name: str
    label: Any
    sources: tuple[State, ...]
    destination: State | None
    who: tuple[Predicate, ...]
    effect: effects.Effect
    needs: tuple[Need, ...] = ()
    opens: tuple[Opening, ...] = ()
    closes: tuple[Task.Kind, ...] = ()
    untimely: Callable[[Pledge], Any | None] | None = None
    raises_version: bool = True
    is_for_people: bool = True


def _in(days: int) -> Callable[[Context], datetime.date]:
    return lambda context: context.in_workdays(days)


def _end_of_window(context: Context) -> datetime.date | None:
    period = context.period_due()
    return period.closes_date if period else None


TRANSITIONS = (
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
        closes=(Kind.ASSIGN,),
        opens=(Opening(Kind.SIGN, assignees.coordinator, _in(5)),),
    ),
    Transition(
        name="sign",
        label=_("签收"),
        sources=(State.ASSIGNED,),
        destination=State.IN_PROGRESS,
        who=(is_lead_unit,),
        needs=(Need("person", _("责任人"), needs.text(60), required=True),),
        effect=effects.sign,
        closes=(Kind.SIGN,),
        opens=(Opening(Kind.REPORT, assignees.coordinator, _end_of_window),),
    ),
    Transition(
        name="open_window",
        label=_("开始填报"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(is_system,),
        effect=effects.open_window,
        closes=(Kind.REPORT,),
        opens=(Opening(Kind.REPORT, assignees.coordinator, _end_of_window),),
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
        ),
        effect=effects.report,
        closes=(Kind.REPORT, Kind.SUPPLEMENT),
        opens=(Opening(Kind.REVIEW_REPORT, assignees.supervisor, _in(3)),),
        raises_version=False,
    ),
    Transition(
        name="accept",
        label=_("审核通过"),
        sources=(State.IN_PROGRESS, State.CLAIMED),
        destination=None,
        who=(is_supervisor,),
        needs=(Need("judged_behind", _("评定滞后"), needs.flag),),
        effect=effects.accept,
        untimely=effects.a_report_waits,
        closes=(Kind.REVIEW_REPORT,),
        raises_version=False,
    ),
    Transition(
        name="return_report",
        label=_("退回补充"),
        sources=(State.IN_PROGRESS,),
        destination=None,
        who=(is_supervisor,),
        needs=(Need("reason", _("退回理由"), needs.text(200), required=True),),
        effect=effects.return_report,
        untimely=effects.a_report_waits,
        closes=(Kind.REVIEW_REPORT,),
        opens=(Opening(Kind.SUPPLEMENT, assignees.coordinator, _in(3)),),
        raises_version=False,
    ),
    Transition(
        name="claim",
        label=_("申请销号"),
        sources=(State.IN_PROGRESS,),
        destination=State.CLAIMED,
        who=(is_lead_unit,),
        needs=(
            Need("reason", _("说明"), needs.text(500)),
            Need("evidence", _("成果证明"), needs.text(1000)),
        ),
        effect=effects.claim,
        closes=(Kind.REPORT, Kind.SUPPLEMENT),
        opens=(Opening(Kind.VERIFY, assignees.director, _in(10)),),
    ),
    Transition(
        name="return_claim",
        label=_("退回补充"),
        sources=(State.CLAIMED,),
        destination=State.IN_PROGRESS,
        who=(is_supervisor, is_outside_claiming_unit),
        needs=(Need("reason", _("退回理由"), needs.text(200), required=True),),
        effect=effects.return_claim,
        closes=(Kind.VERIFY,),
        opens=(Opening(Kind.SUPPLEMENT, assignees.coordinator, _in(5)),),
    ),
    Transition(
        name="verify",
        label=_("核验通过"),
        sources=(State.CLAIMED,),
        destination=State.CLOSED,
        who=(is_director, is_outside_claiming_unit),
        needs=(
            Need("method", _("核验方式"), needs.choice(Method), required=True),
            Need("finding", _("核验结论"), needs.text(500), required=True),
            Need(
                "outcome",
                _("结论"),
                needs.choice(Outcome, only=(Outcome.MET, Outcome.MET_WITH_CHANGE)),
                required=True,
            ),
        ),
        effect=effects.verify,
        closes=(Kind.VERIFY, Kind.REVIEW_REPORT),
    ),
)

BY_NAME = {transition.name: transition for transition in TRANSITIONS}
