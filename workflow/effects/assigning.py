"""Effects of assigning, signing, and of what the supervision office says about a pledge's place."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.errors import BadInput
from pledges.models import Party, Pledge, State, Unit
from workflow.context import Context
from workflow.effects import Data


def assign(context: Context, data: Data) -> dict[str, Any]:
    """What was settled when the measure was accepted stands where nothing is given in its place."""
    start, due = data["start_date"] or context.pledge.start_date, data["due_date"]
    if start and start > due:
        raise BadInput({"start_date": _("开始日期不能晚于完成时限。")})
    deliverable = data["deliverable"] or context.pledge.deliverable
    if context.pledge.form == Pledge.Form.ONGOING and not deliverable:
        raise BadInput({"deliverable": _("持续性事项请写明成果,核验时以它为准。")})
    support = data["support"]
    services.set_parties(
        context.pledge, lead=data["lead_unit"], support=supporting(context.pledge) if support is None else support
    )
    return {
        "lead_unit": data["lead_unit"],
        "leader": data["leader"] or context.pledge.leader,
        "start_date": start,
        "due_date": due,
        "original_due_date": due,
        "basis": data["basis"],
        "deliverable": deliverable,
        "person": data["person"] or context.pledge.person,
        "assigned_date": context.today,
    }


def supporting(pledge: Pledge) -> list[Unit]:
    parties = pledge.parties.select_related("unit").filter(part=Party.Part.SUPPORT)
    return [party.unit for party in parties]


def sign(context: Context, data: Data) -> dict[str, Any]:
    return {"person": data["person"], "signed_date": context.today}


def change_lead(context: Context, data: Data) -> dict[str, Any]:
    """Another unit leads; the former lead, if the pledge was its duty already, goes on as a supporting one unless it is
    told otherwise later."""
    former, lead = context.pledge.lead_unit, data["lead_unit"]
    if former == lead:
        raise BadInput({"lead_unit": _("这一事项已由这个单位牵头。")})
    support = [unit for unit in supporting(context.pledge) if unit != lead]
    if former is not None and context.pledge.state != State.DRAFT:
        support.append(former)
    services.set_parties(context.pledge, lead=lead, support=support)
    return {"lead_unit": lead}


def tag(context: Context, data: Data) -> dict[str, Any]:
    added, removed = data["add"] or [], data["remove"] or []
    if not added and not removed:
        raise BadInput({"add": _("请填写要加上或去掉的标签。")})
    kept = [one for one in context.pledge.tags if one not in removed]
    return {"tags": [*kept, *(one for one in added if one not in kept)]}
