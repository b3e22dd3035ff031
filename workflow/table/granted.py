"""Rows that a granted request brings about; through the gate they refuse everybody.

Which request leads to which row stands in `workflow.requests_table`.
"""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pledges.models import State
from workflow import assignees
from workflow.context import Context
from workflow.effects import assigning, granted
from workflow.permissions import by_granted_request
from workflow.table.closing import SUPPLEMENT
from workflow.table.reporting import TO_APPROVE, TO_CHECK, TO_REPORT
from workflow.table.row import WHILE_OPEN, Kind, Opening, Transition

UNCLAIMED = (State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED)
GRANTED = (by_granted_request,)


def _suspended_until(context: Context) -> datetime.date | None:
    return context.pledge.suspended_until


ROWS = (
    Transition(
        name="extend",
        label=_("延期"),
        # A claim keeps the due date of its own day; the new one holds should the claim come back.
        sources=(*UNCLAIMED, State.CLAIMED),
        destination=None,
        who=GRANTED,
        effect=granted.extend,
        is_for_people=False,
    ),
    Transition(
        name="reassign",
        label=_("调整责任"),
        sources=UNCLAIMED,
        destination=None,
        who=GRANTED,
        effect=assigning.change_lead,
        is_for_people=False,
    ),
    Transition(
        name="change_target",
        label=_("调整目标"),
        sources=UNCLAIMED,
        destination=None,
        who=GRANTED,
        effect=granted.change_target,
        is_for_people=False,
    ),
    Transition(
        name="change_person",
        label=_("调整责任人"),
        sources=UNCLAIMED,
        destination=None,
        who=GRANTED,
        effect=granted.change_person,
        is_for_people=False,
    ),
    Transition(
        name="suspend",
        label=pgettext_lazy("act", "暂缓"),
        sources=(State.IN_PROGRESS,),
        destination=State.SUSPENDED,
        who=GRANTED,
        effect=granted.suspend,
        closes=tuple(kind for kind in WHILE_OPEN if kind != Kind.CHECK_SUSPENSION),
        opens=(Opening(Kind.CHECK_SUSPENSION, assignees.supervisor, _suspended_until),),
        is_for_people=False,
    ),
    Transition(
        name="resume",
        label=_("恢复推进"),
        sources=(State.SUSPENDED,),
        destination=State.IN_PROGRESS,
        who=GRANTED,
        effect=granted.resume,
        closes=(Kind.CHECK_SUSPENSION,),
        opens=(TO_REPORT, TO_CHECK, TO_APPROVE),
        is_for_people=False,
    ),
    Transition(
        name="withdraw",
        label=_("撤销"),
        sources=(*UNCLAIMED, State.CLAIMED),
        destination=State.WITHDRAWN,
        who=GRANTED,
        effect=granted.withdraw,
        closes=WHILE_OPEN,
        is_for_people=False,
    ),
    Transition(
        name="revise_conclusion",
        label=_("更改结论"),
        sources=(State.CLOSED,),
        destination=None,
        who=GRANTED,
        effect=granted.revise_conclusion,
        untimely=granted.carried_over,
        closes=(Kind.RECHECK,),  # where the new conclusion asks for it, its day brings it back
        is_for_people=False,
    ),
    Transition(
        name="reopen_on_review",
        label=_("复核后重新交办"),
        sources=(State.CLOSED,),
        destination=State.IN_PROGRESS,
        who=GRANTED,
        effect=granted.reopen_on_review,
        untimely=granted.carried_over,
        closes=(Kind.RECHECK, Kind.REOPEN),
        opens=(TO_REPORT, SUPPLEMENT, TO_CHECK, TO_APPROVE),
        is_for_people=False,
    ),
)
