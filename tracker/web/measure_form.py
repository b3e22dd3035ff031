"""A measure as a person reads and corrects it: its words, the form's values, and the way back to the decisions.

The form's names are those of `workflow.measure_edits`; a target's fields are ``targets.<row>.<field>``. Whatever was
typed comes back as typed, so that nothing is lost when it cannot be taken.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pledges import matching
from pledges.models import Measure, Pledge, Target, Unit
from tracker import words
from workflow.measure_edits import SCALES

TEXTS = ("title", "form", "firmness", "due_date", "lead_unit", "leader", "person", "deliverable", "reason", "at_offset")
TARGET_TEXTS = ("value", "value_max", "unit", "scale", "comparator", "quantity_kind", "object", "baseline", "origin")
ALL_TARGETS = re.compile(r"targets\.(\d{1,3})\.value")
PRINCIPLE = "principle"

SCALE_CHOICES = tuple((str(scale), words.SCALES.get(scale, "×1")) for scale in SCALES)
DOUBTS = {
    "long_clause": _("句子较长,可能含几件事"),
    "vague_number": _("数字不确切"),
    "unsure_trackable": _("能否核验请再看"),
    "many_targets": _("目标超过三个"),
    "range": _("目标是区间"),
    "unread_deadline": _("时限没有读懂"),
    "no_lead": _("没有写明牵头单位"),
    "merged_deadlines": _("合并的两条时限不同,取了较晚的"),
}
FORMS = {**dict(Pledge.Form.choices), PRINCIPLE: _("原则性表述")}


@dataclass(frozen=True)
class Words:
    """What the list shows of one measure."""

    measure: Measure
    form: str
    firmness: str
    targets: list[str]
    doubts: list[str]
    owners: list[tuple[str, str]]

    @property
    def is_principle(self) -> bool:
        return self.measure.form == PRINCIPLE

    @property
    def is_pending(self) -> bool:
        return self.measure.fate == "pending"


def words_of(measure: Measure) -> Words:
    owners = ((_("牵头"), measure.lead), (_("配合"), measure.support), (_("责任人"), measure.person))
    return Words(
        measure=measure,
        form=str(FORMS.get(measure.form, measure.form)),
        firmness=str(dict(Pledge.Firmness.choices).get(measure.firmness, measure.firmness)),
        targets=[target_words(target) for target in measure.targets],
        doubts=[str(DOUBTS.get(code, code)) for code in measure.doubts],
        owners=[(str(label), "、".join(names)) for label, names in owners if names],
    )


def target_words(target: Mapping[str, Any]) -> str:
    """What one target asks for, as pledges show it: 355个, 不少于7.5万户, 增长8%."""
    return words.wanted(
        value=Decimal(str(target["value"])),
        value_max=None if target.get("value_max") is None else Decimal(str(target["value_max"])),
        unit=target["unit"],
        scale=target.get("scale") or 1,
        comparator=target["comparator"],
        quantity_kind=target.get("quantity_kind") or Target.QuantityKind.AMOUNT,
    )


def shown(value: Any, scale: int) -> str:
    """A number in base units as it is typed: 75000 at 10000 is 7.5."""
    return words.number(Decimal(str(value)), scale)


def initial(measure: Measure, *, year: int, units: Iterable[Unit]) -> dict[str, Any]:
    """The form before anybody typed: the measure itself, its owners matched to units, the year's end as due date."""
    units = list(units)
    lead = matching_unit(measure.lead, units)
    support = [unit for name in measure.support if (unit := matching_unit([name], units))]
    return {
        "title": measure.title,
        "form": measure.form,
        "firmness": measure.firmness,
        "due_date": (measure.deadline or datetime.date(year, 12, 31)).isoformat(),
        "lead_unit": str(lead.pk) if lead else "",
        "support_units": [str(unit.pk) for unit in support],
        "leader": "",
        "person": "、".join(measure.person),
        "deliverable": "",
        "reason": "",
        "targets": [*(_target_row(index, target) for index, target in enumerate(measure.targets)), _blank_row()],
        "suggestion": lead,
    }


def _target_row(index: int, target: Mapping[str, Any]) -> dict[str, Any]:
    scale = target.get("scale") or 1
    row: dict[str, Any] = {name: target.get(name) or "" for name in TARGET_TEXTS}
    for name in ("value", "value_max", "baseline"):
        row[name] = "" if target.get(name) is None else shown(target[name], scale)
    return {**row, "scale": str(scale), "origin": str(index), "quote": target.get("quote") or ""}


def _blank_row() -> dict[str, Any]:
    blank = dict.fromkeys(TARGET_TEXTS, "")
    return {**blank, "scale": "1", "comparator": "eq", "quantity_kind": "amount"}


def matching_unit(names: Iterable[str], units: Iterable[Unit]) -> Unit | None:
    """The unit that the first clear name means; None when in doubt (`pledges.matching`)."""
    known = {unit.pk: unit for unit in units}
    found = matching.the_unit(list(names), matching.directory_of(known.values()))
    return known[found] if found is not None else None


def read(typed: QueryDict, measure: Measure) -> dict[str, Any]:
    """What was typed, as typed. A target's quote is taken from the measure, never from the form."""
    found: dict[str, Any] = {name: typed.get(name, "").strip() for name in TEXTS}
    found["support_units"] = typed.getlist("support_units")
    rows = sorted({int(match[1]) for name in typed if (match := ALL_TARGETS.fullmatch(name))})
    found["targets"] = []
    for row in rows:
        target = {name: typed.get(f"targets.{row}.{name}", "").strip() for name in TARGET_TEXTS}
        target["quote"] = (_origin(target, measure) or {}).get("quote") or ""
        found["targets"].append(target | {"removed": bool(typed.get(f"targets.{row}.removed"))})
    if not any(_is_blank(target) for target in found["targets"]):
        found["targets"].append(_blank_row())
    return found


def _origin(target: Mapping[str, Any], measure: Measure) -> dict[str, Any] | None:
    index = target.get("origin", "")
    return measure.targets[int(index)] if index.isdecimal() and int(index) < len(measure.targets) else None


def _is_blank(target: Mapping[str, Any]) -> bool:
    return not any(target[name] for name in ("value", "value_max", "unit", "object", "baseline", "origin"))


def _kept(typed: Mapping[str, Any]) -> list[int]:
    """The rows of the form that are to be targets: neither struck out nor left blank."""
    return [row for row, target in enumerate(typed["targets"]) if not target.get("removed") and not _is_blank(target)]


def payload(typed: Mapping[str, Any], measure: Measure, *, names: Iterable[str]) -> dict[str, Any]:
    """What `workflow.measure_decisions` is given: the named fields, and the targets with where they came from."""
    found: dict[str, Any] = {name: typed[name] for name in names}
    found["targets"] = []
    for row in _kept(typed):
        target = typed["targets"][row]
        origin = _origin(target, measure) or {}
        provenance = {name: origin.get(name) for name in ("start", "end", "quote", "deadline")}
        found["targets"].append({**{name: target[name] for name in TARGET_TEXTS if name != "origin"}, **provenance})
    return found


def at_the_fields(errors: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Errors under the names of the form: targets are numbered as given, rows as shown."""
    rows = _kept(typed)
    found: dict[str, Any] = {}
    for name, message in errors.items():
        head, _dot, rest = name.partition(".")
        if head == "targets" and rest:
            index, _dot, field = rest.partition(".")
            found.setdefault("rows", {}).setdefault(rows[int(index)], {})[field] = message
        else:
            found[name] = message
    return found
