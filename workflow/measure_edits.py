"""What a person may correct in a measure before it becomes a pledge, and how each correction is read."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.models import Measure, Pledge, Target
from workflow import needs
from workflow.context import Context
from workflow.needs import Need, Unreadable

NEEDS = (
    Need("title", _("工作任务"), needs.text(400)),
    Need("form", _("类型"), needs.choice(Pledge.Form)),
    Need("firmness", _("措辞"), needs.choice(Pledge.Firmness)),
    Need("due_date", _("完成时限"), needs.day),
    Need("lead_unit", _("牵头单位"), needs.unit),
    Need("support_units", _("配合单位"), needs.units),
    Need("leader", _("牵头领导"), needs.leader),
    Need("person", _("责任人"), needs.text(60)),
    Need("deliverable", _("成果"), needs.text(200)),
    Need("tags", _("标签"), needs.words),
)
SCALES = (1, 10_000, 100_000_000)


def read_edits(payload: Mapping[str, Any], *, measure: Measure, actor: Actor, at: datetime.datetime) -> dict[str, Any]:
    """The corrections given, by name; a name left out stays as it is. BadInput with every fault.

    ``targets`` is the whole new list: ``{value, value_max, unit, scale, comparator, quantity_kind, object, baseline,
    quote}``, numbers typed in the shown unit (``scale`` times the base unit), kept in base units.
    """
    context = Context(
        actor=actor,
        pledge=Pledge(programme=measure.document.programme),  # the pledge being drafted
        at=at,
        calendar=calendars.current(),
    )
    faults: dict[str, Any] = {}
    edits: dict[str, Any] = {}
    try:
        given = needs.read_all(NEEDS, payload, context)
        edits = {name: value for name, value in given.items() if value is not None}
    except BadInput as refusal:
        faults |= refusal.fields
    if "person" in edits:
        edits["person"] = [edits["person"]]
    if "targets" in payload:
        edits["targets"] = []
        for index, raw in enumerate(payload["targets"]):
            try:
                edits["targets"].append(_read_target(raw))
            except Unreadable as refusal:
                faults |= {f"targets.{index}.{part}": message for part, message in refusal.fields.items()}
    if faults:
        raise BadInput(faults)
    return edits


def _read_target(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise Unreadable(fields={"value": _("请填写目标值。")})
    scale = raw.get("scale", 1)
    if str(scale) not in map(str, SCALES):
        raise Unreadable(fields={"scale": _("单位的倍数只能是个、万、亿。")})
    draft = Target(scale=int(scale), quantity_kind=raw.get("quantity_kind") or "amount")
    found: dict[str, Any] = {"scale": draft.scale}
    faults: dict[str, Any] = {}
    for name in ("value", "value_max", "baseline"):
        typed = raw.get(name)
        if typed in (None, ""):
            found[name] = None
            continue
        try:
            found[name] = needs.number(typed, draft)
        except Unreadable as refusal:
            faults[name] = refusal.fields[""]
    if found.get("value", 0) is None:
        faults["value"] = _("请填写目标值。")
    found["unit"] = str(raw.get("unit") or "").strip()
    if not found["unit"] or len(found["unit"]) > 20:
        faults["unit"] = _("请填写单位,例如 个、户、公里、元、%。")
    for name, choices in (("comparator", Target.Comparator), ("quantity_kind", Target.QuantityKind)):
        found[name] = raw.get(name) or choices.values[2 if name == "comparator" else 0]
        if found[name] not in choices.values:
            faults[name] = _("请从列表中选择。")
    faults |= _contradictions(found) if not faults else {}
    if faults:
        raise Unreadable(fields=faults)
    for name in ("value", "value_max", "baseline"):
        found[name] = None if found[name] is None else f"{found[name].normalize():f}"
    provenance = {name: raw[name] for name in ("start", "end", "quote", "deadline") if raw.get(name) is not None}
    return {**found, "object": str(raw.get("object") or "")[:120], **provenance}


def _contradictions(found: Mapping[str, Decimal | Any]) -> dict[str, Any]:
    if found["comparator"] == Target.Comparator.RANGE:
        if found["value_max"] is None or found["value_max"] < found["value"]:
            return {"value_max": _("区间请填写上限,且不小于下限。")}
    elif found["value_max"] is not None:
        return {"value_max": _("只有“区间”才有上限。")}
    if found["baseline"] is not None and found["baseline"] == found["value"]:
        return {"baseline": _("基数不能等于目标值。")}
    if found["quantity_kind"] in ("amount", "reduction") and found["value"] == 0 and found["comparator"] != "le":
        return {"value": _("目标值不能是 0。")}
    return {}
