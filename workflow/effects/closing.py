"""Effects of claiming, verifying, settling and looking again."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import completion, services, standing
from pledges.errors import BadInput, WrongState
from pledges.models import Outcome, Pledge, Programme, State
from workflow import assignees, audit, proposals
from workflow.context import Context
from workflow.effects import Data, consulting
from workflow.models import Proposal, Task

CLAIMED = ("reason", "evidence")
VERIFIED = ("method", "finding", "outcome")
RECHECK_AFTER_MONTHS = 3
UNCLAIMED = {"claimed_date": None, "claim_due_date": None}


def propose_claim(context: Context, data: Data) -> dict[str, Any]:
    _demand_ground(context, data)
    proposals.propose(context, Proposal.Act.CLAIM, {name: data[name] for name in CLAIMED})
    return {}


def return_proposal(context: Context, data: Data) -> dict[str, Any]:
    proposals.close(context.pledge, at=context.at)
    return {}


def claim(context: Context, data: Data) -> dict[str, Any]:
    """What the coordinator proposed stands where the head gives nothing in its place."""
    proposals.take_over(context.pledge, Proposal.Act.CLAIM, data, CLAIMED)
    _demand_ground(context, data)
    return {"claimed_date": context.today, "claim_due_date": context.pledge.due_date}


def _demand_ground(context: Context, data: Data) -> None:
    faults: dict[str, Any] = {}
    if not data["reason"] and not _all_reached(context):
        faults["reason"] = _("还有目标没有达到,请说明为什么可以销号,或者先填报最新数据。")
    if not data["evidence"] and not context.pledge.targets.all():
        faults["evidence"] = _("这一事项没有量化目标,请写明成果的证明材料。")
    if faults:
        raise BadInput(faults)


def _all_reached(context: Context) -> bool:
    """Every target reached and every stage done, by the report that stands now; a target that an indicator measures by
    the published figure alone."""
    found = standing.facts_of(
        context.pledge,
        periods=[],
        calendar=context.calendar,
        thresholds=completion.Thresholds.from_settings(context.pledge.programme.thresholds),
        today=context.today,
    )
    return all(completion.reached(target) for target in found.targets) and all(
        stage.done is not None for stage in found.milestones
    )


def return_claim(context: Context, data: Data) -> dict[str, Any]:
    return dict(UNCLAIMED)


def draft_verification(context: Context, data: Data) -> dict[str, Any]:
    proposals.propose(context, Proposal.Act.VERIFY, {name: data[name] for name in VERIFIED})
    return {}


def no_draft(pledge: Pledge) -> Any | None:
    """Why the director cannot decide yet, or None."""
    drafted = proposals.standing(pledge, Proposal.Act.VERIFY)
    return None if drafted else _("还没有核验意见,请督查专员先拟出。")


def a_draft_stands(pledge: Pledge) -> Any | None:
    return _("核验意见已经拟出,等待主任审定。") if proposals.standing(pledge, Proposal.Act.VERIFY) else None


def no_claim_proposed(pledge: Pledge) -> Any | None:
    return None if proposals.standing(pledge, Proposal.Act.CLAIM) else _("没有等待审签的销号申请。")


def verify(context: Context, data: Data) -> dict[str, Any]:
    """What the supervisor drafted stands where the director gives nothing in its place."""
    proposals.take_over(context.pledge, Proposal.Act.VERIFY, data, VERIFIED)
    return {"outcome": data["outcome"], "closed_date": context.today}


def settle(context: Context, data: Data) -> dict[str, Any]:
    """年终结账: never counts as done."""
    year_ends = datetime.date(context.pledge.programme.year, 12, 31)
    due = context.pledge.due_date
    if context.today < year_ends and (due is None or context.today <= due):
        raise WrongState(_("年终结账在完成时限过后或年底办理。"))
    return {"outcome": Outcome.NOT_MET, "closed_date": context.today, "suspended_until": None}


def day_of_recheck(pledge: Pledge) -> datetime.date | None:
    """Three months after closing; None for what is not looked at again."""
    if pledge.closed_date is None or pledge.outcome == Outcome.NOT_MET or pledge.rechecked_date is not None:
        return None
    months = pledge.closed_date.month - 1 + RECHECK_AFTER_MONTHS
    year, month = pledge.closed_date.year + months // 12, months % 12 + 1
    day = pledge.closed_date.day
    while True:
        try:
            return datetime.date(year, month, day)
        except ValueError:
            day -= 1  # 30 November and three months is the last of February


def not_to_recheck(pledge: Pledge) -> Any | None:
    return _("年终结账为未完成的事项不作回头看。") if pledge.outcome == Outcome.NOT_MET else None


def recheck(context: Context, data: Data) -> dict[str, Any]:
    return {"rechecked_date": context.today, "recheck_held": data["held"] == "held"}


def not_to_reopen(pledge: Pledge) -> Any | None:
    return None if pledge.recheck_held is False else _("回头看没有发现反弹,不需要重新交办。")


def reopen(context: Context, data: Data) -> dict[str, Any]:
    """Back to work. What had been concluded stays in the events."""
    fields: dict[str, Any] = {
        "outcome": "",
        "closed_date": None,
        "rechecked_date": None,
        "recheck_held": None,
        **UNCLAIMED,
    }
    due = data["due_date"]
    if due is not None:
        if due < context.today:
            raise BadInput({"due_date": _("新的完成时限不能早于今天。")})
        services.extend(
            context.pledge,
            to=due,
            on=context.today,
            decided_by=str(context.actor.duty or ""),
            document_number="",
            asked_late=False,
        )
        fields["due_date"] = due
    return fields


def not_to_carry_over(pledge: Pledge) -> Any | None:
    if pledge.outcome != Outcome.NOT_MET:
        return _("只有年终结账为未完成的事项可以结转。")
    return _("这一事项已经结转。") if Pledge.objects.filter(carried_from=pledge).exists() else None


def carry_over(context: Context, data: Data) -> dict[str, Any]:
    """A draft in next year's programme with what is left to do; the pledge itself stays not done in its own year."""
    pledge = context.pledge
    following = Programme.objects.filter(government=pledge.programme.government, year=pledge.programme.year + 1).first()
    if following is None:
        raise WrongState(_("还没有下一年度的台账,请先建立再结转。"))
    due = data["due_date"]
    if due.year < following.year:
        raise BadInput({"due_date": _("请填写下一年度之内的完成时限。")})
    carried = services.carry_over(pledge, programme=following, due_date=due, on=context.today)
    audit.append(
        stream=audit.stream_of(carried),
        action="draft",
        actor=context.actor,
        at=context.at,
        payload={"input": {"carried_from": pledge.pk}, "after": {"state": State.DRAFT}, "version": carried.version},
    )
    Task.objects.create(
        kind=Task.Kind.ASSIGN,
        pledge=carried,
        post=assignees.director(carried),
        due_date=context.in_workdays(5),
        opened_at=context.at,
    )
    consulting.ask(carried, at=context.at, calendar=context.calendar)
    data["carried_to"] = carried
    return {}
