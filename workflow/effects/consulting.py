"""Effects of consulting the units about a draft: their answer, and what the supervision office makes of it."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.errors import BadInput
from pledges.models import Party, Pledge, Programme, ProgrammeState, State, Unit
from pledges.working_days import Calendar, add_workdays
from workflow import assignees, list_tasks
from workflow.context import Context, day_of
from workflow.effects import Data
from workflow.effects.assigning import supporting
from workflow.models import ConsultationAnswer, Task

ANSWER_IN, SETTLE_IN = 5, 3  # working days
Answer, Settlement = ConsultationAnswer.Answer, ConsultationAnswer.Settlement


def answer(context: Context, data: Data) -> dict[str, Any]:
    """The lead unit's word on its row, in the place of what it said before."""
    words = data["words"] or ""
    if data["answer"] == Answer.ADJUST and not words:
        raise BadInput({"words": _("请写明建议怎样调整,例如改由哪个单位牵头,或者时限改到哪一天。")})
    ConsultationAnswer.objects.update_or_create(
        pledge=context.pledge,
        unit=context.pledge.lead_unit,
        defaults={
            "answer": data["answer"],
            "words": words,
            "by": context.actor.user,
            "post": context.actor.duty,
            "at": context.at,
        },
    )
    return {}


def not_to_answer(pledge: Pledge) -> Any | None:
    """None while the unit may answer, or change an answer that nobody has settled yet."""
    programme = pledge.programme
    if programme.state != ProgrammeState.CONSULTING:
        return _("年度台账现为“%(state)s”,不在征求意见。") % {"state": ProgrammeState(programme.state).label}
    settled = pledge.consultation_answers.filter(unit=pledge.lead_unit).exclude(settlement="")
    return _("督查室已经处理了这条意见。") if settled.exists() else None


def unsettled(pledge: Pledge) -> ConsultationAnswer | None:
    """The 建议调整 that waits to be settled, with its unit; None without one."""
    waiting = pledge.consultation_answers.filter(answer=Answer.ADJUST, settlement="")
    found: ConsultationAnswer | None = waiting.select_related("unit", "by", "post").order_by("pk").first()
    return found


def not_to_settle(pledge: Pledge) -> Any | None:
    return None if unsettled(pledge) else _("没有等待处理的反馈意见。")


def settle(context: Context, data: Data) -> dict[str, Any]:
    """What was suggested is taken over or not. Another lead unit is asked anew, whatever it said of the row before."""
    pledge, found = context.pledge, unsettled(context.pledge)
    _demand_sound(context, data)
    lead = data["lead_unit"] or pledge.lead_unit
    write_parts(pledge, lead=lead, support=data["support"])
    if found is not None:
        ConsultationAnswer.objects.filter(pk=found.pk).update(
            settlement=data["settlement"],
            settlement_words=data["words"] or "",
            settled_by=context.actor.user,
            settled_at=context.at,
        )
    due = data["due_date"] or pledge.due_date
    wanted = {"lead_unit": lead, "title": data["title"] or pledge.title, "due_date": due}
    changed = {name: value for name, value in wanted.items() if value != getattr(pledge, name)}
    return changed | ({"original_due_date": due} if "due_date" in changed else {})


def write_parts(pledge: Pledge, *, lead: Unit | None, support: list[Unit] | None) -> None:
    """Who leads and who supports a draft; ``support`` None leaves it. Another lead is asked anew, whatever it said
    before."""
    if lead is None:
        return
    if lead != pledge.lead_unit:
        ConsultationAnswer.objects.filter(pledge=pledge, unit=lead).delete()
    if lead != pledge.lead_unit or support is not None:
        kept = supporting(pledge) if support is None else support
        services.set_parties(pledge, lead=lead, support=[unit for unit in kept if unit != lead])


def _demand_sound(context: Context, data: Data) -> None:
    faults: dict[str, Any] = {}
    if data["settlement"] != Settlement.ADOPTED and not data["words"]:
        faults["words"] = _("没有全部采纳的,请说明理由。")
    start, due = context.pledge.start_date, data["due_date"]
    if start and due and start > due:
        faults["due_date"] = _("完成时限不能早于开始日期。")
    if faults:
        raise BadInput(faults)


def is_to_settle(context: Context) -> bool:
    return unsettled(context.pledge) is not None


def is_to_answer(context: Context) -> bool:
    return _waits_for_answer(context.pledge)


def ask(pledge: Pledge, *, at: datetime.datetime, calendar: Calendar) -> None:
    """A draft made while the programme is out for comment is put to its lead unit too."""
    if _waits_for_answer(pledge):
        write_lead(pledge)
        list_tasks.ensure(
            Task.Kind.CONSULT,
            programme=pledge.programme,
            post=assignees.head(pledge),
            due_date=add_workdays(day_of(at), ANSWER_IN, calendar),
            at=at,
        )


def write_lead(pledge: Pledge) -> None:
    """Units see what they have a part in, and a draft may have been made without one."""
    lead = pledge.lead_unit
    if lead is not None and not pledge.parties.filter(unit=lead, part=Party.Part.LEAD).exists():
        services.set_parties(pledge, lead=lead, support=[unit for unit in supporting(pledge) if unit != lead])


def _waits_for_answer(pledge: Pledge) -> bool:
    if pledge.state != State.DRAFT or pledge.lead_unit_id is None:
        return False
    # Asked of the table: the programme at hand may have been read before somebody else moved it on.
    asked = Programme.objects.filter(pk=pledge.programme_id, state=ProgrammeState.CONSULTING)
    answered = ConsultationAnswer.objects.filter(pledge=pledge, unit=pledge.lead_unit_id)
    return asked.exists() and not answered.exists()
