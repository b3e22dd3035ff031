"""What a person may correct in a measure before it becomes a pledge, and how each correction is read."""

import datetime
from collections.abc import Mapping, Sequence
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
        given_targets = payload["targets"]
        if not isinstance(given_targets, list | tuple):
            faults["targets"], given_targets = _("请按目标逐项填写。"), []
        for index, raw in enumerate(given_targets):
            try:
                edits["targets"].append(_read_target(raw, measure))
            except Unreadable as refusal:
                faults |= {f"targets.{index}.{part}": message for part, message in refusal.fields.items()}
    if faults:
        raise BadInput(faults)
    return edits


def as_measure(edits: Mapping[str, Any]) -> dict[str, Any]:
    """The corrections as a measure keeps them: units by name, the due date as its deadline."""
    kept = {name: edits[name] for name in ("title", "form", "firmness", "person", "targets") if name in edits}
    if "due_date" in edits:
        kept["deadline"] = edits["due_date"]
    if "lead_unit" in edits:
        kept["lead"] = [edits["lead_unit"].name]
    if "support_units" in edits:
        kept["support"] = [unit.name for unit in edits["support_units"]]
    return kept


def demand_sound_targets(targets: Sequence[Mapping[str, Any]]) -> None:
    """BadInput for targets that extraction read so and nobody corrected, but that no pledge can have."""
    faults: dict[str, Any] = {}
    for index, target in enumerate(targets):
        scale = Decimal(target["scale"])
        typed = {
            name: str(Decimal(target[name]) / scale)
            for name in ("value", "value_max", "baseline")
            if target.get(name) is not None
        }
        try:
            _read_target({**target, **typed})
        except Unreadable as refusal:
            faults |= {f"targets.{index}.{part}": message for part, message in refusal.fields.items()}
    if faults:
        raise BadInput(faults)


def _read_target(raw: Any, measure: Measure | None = None) -> dict[str, Any]:
    """One target as typed. Where it was read in the document is taken from the measure, never from what is sent."""
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
    known = measure.targets if measure else ()
    origin: Mapping[str, Any] = next((one for one in known if _place(one) == _place(raw)), {})
    provenance = {name: origin[name] for name in ("start", "end", "quote", "deadline") if origin.get(name) is not None}
    return {**found, "object": str(raw.get("object") or "")[:120], **provenance}


def _place(target: Mapping[str, Any]) -> tuple[str, str]:
    """Where a target stands in the text, whether it comes from a form or from the API."""
    return str(target.get("start")), str(target.get("end"))


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
