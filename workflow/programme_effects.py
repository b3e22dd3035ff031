"""What each act on a programme changes. Called with the programme locked and every check passed.

An effect returns the fields of the programme that change, and what else its event is to tell. It refuses with a domain
error where the facts forbid the act. ``context.pledge`` is an unsaved one that stands for any pledge of the programme.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from pledges.errors import BadInput
from pledges.models import Pledge, Post, Programme, Role, State, Unit
from pledges.working_days import add_workdays
from workflow import assignees, list_tasks
from workflow.context import Context
from workflow.effects.consulting import ANSWER_IN, SETTLE_IN, Answer, write_lead
from workflow.models import ConsultationAnswer, Task
from workflow.services import carry_out
from workflow.transitions import BY_NAME

Kind = Task.Kind
Told = dict[str, Any]
Effect = Callable[[Context, dict[str, Any]], tuple[dict[str, Any], Told]]
SHOWN_NUMBERS = 20


def drafts_of(programme: Programme, *, lock: bool = False) -> Any:
    """The programme's drafts by id, which is the order in which they are locked everywhere."""
    drafts = Pledge.objects.filter(programme=programme, state=State.DRAFT).order_by("pk")
    return drafts.select_for_update(of=("self",)) if lock else drafts


def unanswered_in(programme: Programme) -> Any:
    """The drafts whose proposed lead unit has not answered."""
    answers = ConsultationAnswer.objects.filter(pledge=OuterRef("pk"), unit=OuterRef("lead_unit"))
    return drafts_of(programme).filter(~Exists(answers), lead_unit__isnull=False)


def unsettled_in(programme: Programme) -> Any:
    """The 建议调整 on drafts that nobody has settled."""
    return ConsultationAnswer.objects.filter(
        pledge__programme=programme, pledge__state=State.DRAFT, answer=Answer.ADJUST, settlement=""
    )


# 征求意见


def nothing_drafted(programme: Programme, today: datetime.date) -> Any | None:
    return None if drafts_of(programme).exists() else _("台账里还没有待交办的事项,请先立项。")


def begin_consulting(context: Context, data: dict[str, Any]) -> tuple[dict[str, Any], Told]:
    """Every lead unit is asked about its rows. What was answered in an earlier round stands: nothing is asked twice."""
    programme = context.pledge.programme
    drafts = list(drafts_of(programme, lock=True))
    demand_leads_and_days(drafts)
    for draft in drafts:
        write_lead(draft)
    units = list(Unit.objects.filter(led_pledges__in=unanswered_in(programme)).distinct().order_by("pk"))
    faults = {}
    for unit in units:
        try:
            post = assignees.head(Pledge(programme=programme, lead_unit=unit))
        except BadInput:
            mine = [draft.number for draft in drafts if draft.lead_unit_id == unit.pk]
            faults[f"units.{unit.pk}"] = _("%(unit)s还没有联络员或负责人,请先在组织机构中设立(%(numbers)s)。") % {
                "unit": unit,
                "numbers": _listed(mine),
            }
        else:
            _ensure(Kind.CONSULT, post, context, ANSWER_IN)
    if faults:
        raise BadInput(faults)
    for answer in unsettled_in(programme).select_related("pledge__programme__government").order_by("pk"):
        _ensure(Kind.SETTLE_ANSWERS, assignees.supervisor(answer.pledge), context, SETTLE_IN)
    return {}, {"pledges": len(drafts), "units": len(units)}


def demand_leads_and_days(drafts: Iterable[Pledge]) -> None:
    """BadInput with the numbers of the drafts that lack a proposed lead unit or a due date."""
    rows = list(drafts)
    leaderless = [draft.number for draft in rows if draft.lead_unit_id is None]
    dayless = [draft.number for draft in rows if draft.due_date is None]
    faults = {}
    if leaderless:
        faults["lead_unit"] = _("下列事项还没有拟定牵头单位:%(numbers)s。") % {"numbers": _listed(leaderless)}
    if dayless:
        faults["due_date"] = _("下列事项还没有完成时限:%(numbers)s。") % {"numbers": _listed(dayless)}
    if faults:
        raise BadInput(faults)


def _listed(numbers: list[str]) -> str:
    shown = "、".join(sorted(numbers)[:SHOWN_NUMBERS])
    return f"{shown} … ({len(numbers)})" if len(numbers) > SHOWN_NUMBERS else shown


def _ensure(kind: Kind, post: Any, context: Context, days: int) -> None:
    due = add_workdays(context.today, days, context.calendar)
    list_tasks.ensure(kind, programme=context.pledge.programme, post=post, due_date=due, at=context.at)


# 审定


def too_early_to_approve(programme: Programme, today: datetime.date) -> Any | None:
    """An objection waits, or a unit that has not answered still has time to."""
    waiting = unsettled_in(programme).count()
    if waiting:
        return ngettext_lazy(
            "还有 %(count)d 条“建议调整”没有处理,处理后才能审定。",
            "还有 %(count)d 条“建议调整”没有处理,处理后才能审定。",
            waiting,
        ) % {"count": waiting}
    left = unanswered_in(programme).count()
    last_day = _last_day_to_answer(programme)
    if left and last_day is not None and today <= last_day:
        return ngettext_lazy(
            "还有 %(count)d 项没有答复,答复期限到 %(day)s;逾期未答复的视为同意。",
            "还有 %(count)d 项没有答复,答复期限到 %(day)s;逾期未答复的视为同意。",
            left,
        ) % {"count": left, "day": last_day.isoformat()}
    return None


def _last_day_to_answer(programme: Programme) -> datetime.date | None:
    asked = Task.objects.open().filter(programme=programme, kind=Kind.CONSULT)
    found: datetime.date | None = asked.aggregate(last=Max("due_date"))["last"]
    return found


def approve(context: Context, data: dict[str, Any]) -> tuple[dict[str, Any], Told]:
    programme = context.pledge.programme
    drafts = list(drafts_of(programme, lock=True))
    demand_leads_and_days(drafts)
    return dict(data), {"pledges": len(drafts), "unanswered": unanswered_in(programme).count()}


# 印发


def issue(context: Context, data: dict[str, Any]) -> tuple[dict[str, Any], Told]:
    """Every draft is assigned on the strength of the document, or none. A pledge that was assigned before, on a basis
    of its own, stays as it is."""
    programme = context.pledge.programme
    if programme.approved_date and data["issued_date"] < programme.approved_date:
        raise BadInput({"issued_date": _("印发日期不能早于审定日期。")})
    ids = [draft.pk for draft in drafts_of(programme, lock=True)]
    drafts = list(Pledge.objects.filter(pk__in=ids).with_facts().prefetch_related("programme__periods").order_by("pk"))
    _demand_assignable(drafts)
    for draft in drafts:
        given = {"lead_unit": draft.lead_unit, "due_date": draft.due_date, "basis": data["document_number"]}
        more = dict.fromkeys(("support", "leader", "person", "start_date", "deliverable"))
        issuing = Context(context.actor, draft, context.at, context.calendar, is_issuing=True)
        carry_out(BY_NAME["assign"], issuing, given | more)
    units = len({draft.lead_unit_id for draft in drafts})
    return dict(data), {"pledges": len(drafts), "units": units}


def _demand_assignable(drafts: list[Pledge]) -> None:
    found = obstacles(drafts)
    faults = {
        f"pledges.{draft.pk}": _("%(number)s:%(faults)s")
        % {"number": draft.number, "faults": "、".join(str(fault) for fault in found[draft.pk])}
        for draft in drafts
        if draft.pk in found
    }
    if faults:
        raise BadInput(faults)


def obstacles(drafts: Iterable[Pledge]) -> dict[int, list[Any]]:
    """Why drafts cannot be assigned as they stand, by id; those with nothing in the way are not there. Wants
    ``lead_unit`` fetched; asks the database once."""
    rows = list(drafts)
    reporting = Post.objects.filter(role__in=(Role.COORDINATOR, Role.HEAD), is_active=True)
    manned = set(
        reporting.filter(unit__in={row.lead_unit_id for row in rows}).order_by().values_list("unit", flat=True)
    )
    found = {row.pk: _obstacles(row, has_post=row.lead_unit_id in manned) for row in rows}
    return {pk: faults for pk, faults in found.items() if faults}


def _obstacles(draft: Pledge, *, has_post: bool) -> list[Any]:
    """Why this draft cannot be assigned as it stands."""
    found: list[Any] = []
    if draft.lead_unit is None:
        found.append(_("还没有牵头单位"))
    elif not draft.lead_unit.is_active:
        found.append(_("牵头单位已经停用"))
    elif not has_post:
        found.append(_("牵头单位还没有联络员或负责人"))
    if draft.due_date is None:
        found.append(_("还没有完成时限"))
    elif draft.start_date is not None and draft.start_date > draft.due_date:
        found.append(_("开始日期晚于完成时限"))
    if draft.form == Pledge.Form.ONGOING and not draft.deliverable:
        found.append(_("持续性事项还没有写明成果"))
    return found


# 退回拟分解


def back_to_drafting(context: Context, data: dict[str, Any]) -> tuple[dict[str, Any], Told]:
    """What was approved no longer stands; the event keeps it."""
    return {"approved_by": "", "approval_document": "", "approved_date": None}, {}
