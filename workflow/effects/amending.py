"""The effect of amending a draft: what was settled when the measure was accepted is put right before it is assigned."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput
from pledges.models import Pledge, Unit
from workflow.context import Context
from workflow.effects import Data
from workflow.effects.assigning import supporting
from workflow.effects.consulting import write_parts

# What may be emptied, and what then stands there; a draft keeps its other fields once they are filled.
EMPTY: dict[str, Any] = {
    "leader": None,
    "start_date": None,
    "person": "",
    "deliverable": "",
    "basis": "",
    "goal": "",
}
FIELDS = ("title", "lead_unit", "due_date", "cadence", "weight", *EMPTY)


def amend(context: Context, data: Data) -> dict[str, Any]:
    """Only what differs is written, and kept by the event. While the programme is out for comment another lead unit is
    asked about the row."""
    pledge, faults = context.pledge, dict[str, Any]()
    changed: dict[str, Any] = {}
    for name in FIELDS:
        was, given = getattr(pledge, name), data[name]
        if given == "" and name not in EMPTY and was:
            faults[name] = _("这一项已经填写,可以更改,不能清空。")
        elif given is not None and (given != "" or name in EMPTY):
            value = EMPTY[name] if given == "" else given
            if value != was:
                changed[name] = value
        data[name] = given if name in changed else None
    support = _other_support(pledge, changed.get("lead_unit", pledge.lead_unit), data["support"])
    data["support"] = support
    _demand_sound(pledge, changed, support, faults)
    write_parts(pledge, lead=changed.get("lead_unit", pledge.lead_unit), support=support)
    return changed | ({"original_due_date": changed["due_date"]} if "due_date" in changed else {})


def _other_support(pledge: Pledge, lead: Unit | None, support: list[Unit] | None) -> list[Unit] | None:
    """The supporting units without the lead, or None where they are those that support it already."""
    if support is None:
        return None
    wanted = [unit for unit in support if unit != lead]
    return None if {unit.pk for unit in wanted} == {unit.pk for unit in supporting(pledge)} - {_id(lead)} else wanted


def _id(unit: Unit | None) -> int | None:
    return unit.pk if unit is not None else None


def _demand_sound(pledge: Pledge, changed: dict[str, Any], support: list[Unit] | None, faults: dict[str, Any]) -> None:
    start = changed.get("start_date", pledge.start_date)
    due = changed.get("due_date", pledge.due_date)
    if start and due and start > due and changed.keys() & {"start_date", "due_date"}:
        faults["start_date" if "start_date" in changed else "due_date"] = _("开始日期不能晚于完成时限。")
    if support is not None and changed.get("lead_unit", pledge.lead_unit) is None:
        faults["lead_unit"] = _("请先选定牵头单位,再写配合单位。")
    if not faults and not changed and support is None:
        faults[""] = _("没有改动,请修改后再提交。")
    if faults:
        raise BadInput(faults)
