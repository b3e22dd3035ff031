"""Requests as one table: who may ask, with what, who answers and decides by when, who is next when nobody does, and
which row of `workflow/table/granted.py` granting carries out. `workflow.requests` enforces it.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, Post, State
from workflow import needs, request_posts
from workflow import request_needs as own
from workflow.context import Context
from workflow.models import Request, RequestStep
from workflow.needs import Need
from workflow.permissions import Predicate, is_lead_head, is_lead_unit
from workflow.request_posts import Given

Kind = Request.Kind
Step = RequestStep.Name
Condition = Callable[[Pledge, Given], bool]


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: what is wanted there, of whom, within how many working days (``calendar_days``: days)."""

    name: RequestStep.Name
    find: Callable[[Pledge, Given], Post]
    days: int
    calendar_days: bool = False


@dataclass(frozen=True)
class RequestKind:
    """One row. ``ladder`` gives the rungs from the bottom; what is not answered in time goes to the next one, and the
    last one keeps it. ``row`` is what granting carries out (None: the answer is all). ``settle`` completes what was
    typed or refuses it; ``untimely`` says why the moment is wrong although the state is right.
    """

    kind: Request.Kind
    who: tuple[Predicate, ...]
    sources: tuple[State, ...]
    needs: tuple[Need, ...]
    ladder: Callable[[Pledge, Given], tuple[Rung, ...]]
    row: str | None
    needs_document: Condition = lambda pledge, given: False
    settle: Callable[[Context, Given], None] = lambda context, given: None
    untimely: Callable[[Pledge, datetime.date], Any | None] = lambda pledge, today: None
    wanted_by: str = ""  # the need that names the day by which the asker wants an answer
    is_review: bool = False  # of a conclusion: its authors stand aside


UNCLAIMED = (State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED)
LEADER, CHIEF = Rung(Step.DECISION, request_posts.leader, 5), Rung(Step.DECISION, request_posts.chief, 5)
REVIEW_DAYS = 30


def _reason(label: Any) -> Need:
    return Need("reason", label, needs.text(500), required=True)


REASON = _reason(_("理由"))


def _always(pledge: Pledge, given: Given) -> bool:
    return True


def _leader_first(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    return LEADER, CHIEF


def _chief_alone(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    return (CHIEF,)


def _is_past_the_year(pledge: Pledge, given: Given) -> bool:
    return bool(given["due_date"].year > pledge.programme.year)


def _by_due_date(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    return (CHIEF,) if _is_past_the_year(pledge, given) else (LEADER, CHIEF)


def _is_lower(pledge: Pledge, given: Given) -> bool:
    target = given.get("target")
    return target is not None and own.is_easier(target, given["value"], given.get("value_max"))


def _by_height(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    return (CHIEF,) if _is_lower(pledge, given) else (LEADER, CHIEF)


def _three_steps(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    """Ten working days in all."""
    return (
        Rung(Step.CONSULTATION, request_posts.proposed_head, 3),
        Rung(Step.COORDINATION, request_posts.director, 3),
        Rung(Step.DECISION, request_posts.leader, 4),
        Rung(Step.DECISION, request_posts.chief, 4),
    )


def _those_above(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    allocating = (Rung(Step.DECISION, request_posts.allocating_head, 5),) if pledge.parent is not None else ()
    return (*allocating, LEADER, CHIEF)


def _reviewers(pledge: Pledge, given: Given) -> tuple[Rung, ...]:
    """Thirty days for whoever is not recused; who is next then has five working days."""
    finders = (request_posts.director, request_posts.leader, request_posts.chief)
    unbiased = [find for find in finders if not request_posts.is_recused(find(pledge, given), pledge)]
    return tuple(
        Rung(Step.DECISION, find, REVIEW_DAYS, calendar_days=True) if first == 0 else Rung(Step.DECISION, find, 5)
        for first, find in enumerate(unbiased)
    )


def _after_thirty_days(pledge: Pledge, today: datetime.date) -> Any | None:
    closed = pledge.closed_date
    if closed is None or today <= closed + datetime.timedelta(days=REVIEW_DAYS):
        return None
    return _("结论作出已超过 30 天,不能再申请复核。")


KINDS: tuple[RequestKind, ...] = (
    RequestKind(
        kind=Kind.EXTENSION,
        who=(is_lead_unit,),
        sources=UNCLAIMED,
        needs=(Need("due_date", _("新的完成时限"), own.later_due_date, required=True), REASON),
        ladder=_by_due_date,
        row="extend",
        needs_document=_is_past_the_year,
    ),
    RequestKind(
        kind=Kind.REASSIGNMENT,
        who=(is_lead_head,),
        sources=UNCLAIMED,
        needs=(Need("lead_unit", _("建议的牵头单位"), own.other_unit, required=True), REASON),
        ladder=_three_steps,
        row="reassign",
    ),
    RequestKind(
        kind=Kind.TARGET_CHANGE,
        who=(is_lead_head,),
        sources=UNCLAIMED,
        needs=(
            Need("target", _("目标"), own.target),
            Need("value", _("新的目标值"), own.typed_number),
            Need("value_max", _("新的目标上限"), own.typed_number),
            Need("title", _("新的工作任务"), needs.text(400)),
            REASON,
        ),
        ladder=_by_height,
        row="change_target",
        needs_document=_is_lower,
        settle=own.settle_target,
    ),
    RequestKind(
        kind=Kind.COORDINATION,
        who=(is_lead_unit,),
        sources=(*UNCLAIMED, State.CLAIMED),
        needs=(
            _reason(_("需要上级协调、决定的事")),
            Need("wanted_by", _("希望何时答复"), own.coming_day, required=True),
        ),
        ladder=_those_above,
        row=None,
        wanted_by="wanted_by",
    ),
    RequestKind(
        kind=Kind.PERSON_CHANGE,
        who=(request_posts.is_lead_unit_or_supporting_head,),
        sources=UNCLAIMED,
        needs=(Need("person", _("新的责任人"), needs.text(60), required=True), REASON),
        ladder=_leader_first,
        row="change_person",
    ),
    RequestKind(
        kind=Kind.SUSPENSION,
        who=(is_lead_head,),
        sources=(State.IN_PROGRESS,),
        needs=(Need("until", _("暂缓至"), own.within_a_year, required=True), REASON),
        ladder=_leader_first,
        row="suspend",
        needs_document=_always,
    ),
    RequestKind(
        kind=Kind.RESUMPTION,
        who=(request_posts.is_lead_head_or_supervisor,),
        sources=(State.SUSPENDED,),
        needs=(REASON,),
        ladder=_leader_first,
        row="resume",
    ),
    RequestKind(
        kind=Kind.WITHDRAWAL,
        who=(request_posts.is_lead_head_or_director,),
        sources=(*UNCLAIMED, State.CLAIMED),
        needs=(REASON,),
        ladder=_chief_alone,
        row="withdraw",
        needs_document=_always,
    ),
    RequestKind(
        kind=Kind.CONCLUSION_REVIEW,
        who=(is_lead_head,),
        sources=(State.CLOSED,),
        needs=(REASON,),
        ladder=_reviewers,
        row="revise_conclusion",  # or, where the decision says so, "reopen_on_review"
        untimely=_after_thirty_days,
        is_review=True,
    ),
)
REOPENING = "reopen_on_review"
BY_KIND: dict[str, RequestKind] = {row.kind: row for row in KINDS}
