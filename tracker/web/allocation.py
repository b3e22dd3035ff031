"""分解任务: the page that splits a pledge's target among units. The amounts are typed, spread equally or pasted into
one table, which is looked at before anything is laid down; what is wrong with them the gate says.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges import allocation as arithmetic
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Pledge, State, Target, Unit
from tracker import shares, words
from tracker.web import figures
from tracker.web.fields import Field
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from workflow import allocation, needs, permissions, services
from workflow.transitions import BY_NAME

ACT = BY_NAME["allocate"]
MOST_UNITS = 500


@dataclass(frozen=True)
class Row:
    """A box of the table: a share that is there, or a unit that is to get one."""

    name: str
    unit: Unit
    value: str
    fault: Any = ""
    share: Pledge | None = None
    was: str = ""


@dataclass
class Typed:
    """What stands on the page: amounts as typed by share and by unit, units ticked, and the pasted column."""

    target: str = ""
    children: dict[int, str] = field(default_factory=dict)
    new: dict[int, str] = field(default_factory=dict)
    units: list[int] = field(default_factory=list)
    column: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> "Typed":
        return cls(
            target=data.get("target", ""),
            children=_boxes(data, "children."),
            new=_boxes(data, "shares."),
            units=[int(one) for one in data.getlist("units") if one.isdecimal() and len(one) < 19],
            column=data.get("column", ""),
        )


def _boxes(data: QueryDict, prefix: str) -> dict[int, str]:
    found = {name.removeprefix(prefix): str(value) for name, value in data.items() if name.startswith(prefix)}
    return {int(key): value for key, value in found.items() if key.isdecimal() and len(key) < 19}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def allocate(request: PageRequest, pk: int) -> HttpResponse:
    """Stands in the place of the act's plain form. ``step`` says which button was pressed; only ``save`` changes."""
    pledge = visible(pk, request.actor)
    typed = Typed.of(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and request.POST.get("step") == "save":
        return _save(request, pk, typed)
    _demand_allowed(pledge, request)
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        return _page(request, pledge, typed)
    try:
        step(pledge, typed)
    except BadInput as refusal:
        return _page(request, pledge, typed, faults=refusal.fields, status=422)
    return _page(request, pledge, typed, is_preview=True)


def _save(request: PageRequest, pk: int, typed: Typed) -> HttpResponse:
    version = request.POST.get("version", "")
    before = Pledge.objects.filter(parent=pk).count()
    try:
        pledge = services.perform(
            ACT.name,
            pledge_id=pk,
            actor=request.actor,
            payload={"target": typed.target, "shares": typed.new, "children": typed.children},
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            at=clock.now(),
        )
    except BadInput as refusal:
        return _page(request, visible(pk, request.actor), typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _page(request, visible(pk, request.actor), typed, refusal=refusal, status=409)
    made = Pledge.objects.filter(parent=pk).count() - before
    told = ngettext("已分解,新增 %(count)d 份分解任务。", "已分解,新增 %(count)d 份分解任务。", made) % {"count": made}
    messages.success(request, told if made else _("%(number)s 的分解数已改。") % {"number": pledge.number})
    return redirect("web:pledge", pk=pk)


# The buttons that only fill the table


def _add(pledge: Pledge, typed: Typed) -> None:
    if not typed.units:
        raise BadInput({"units": _("请勾选要分解到的单位。")})
    for unit in typed.units:
        typed.new.setdefault(unit, "")
    typed.units = []


def _spread(pledge: Pledge, typed: Typed) -> None:
    """What is not allotted yet, in equal parts among the units ticked, or those whose boxes are empty."""
    chosen = list(dict.fromkeys(typed.units)) or [unit for unit, one in typed.new.items() if not one.strip()]
    if not chosen:
        raise BadInput({"units": _("请勾选要平均分给哪些单位。")})
    target, held = _split(pledge, typed)
    kept = Typed(children=typed.children, new={unit: one for unit, one in typed.new.items() if unit not in chosen})
    left = target.value - _allotted(kept, target, held)
    if left <= 0:
        raise BadInput({"units": _("目标已经分完;要重新分,请先改小已有的数。")})
    parts = arithmetic.equal_shares(left, len(chosen), scale=target.scale, written=target.value)
    if not parts:
        told = {"left": words.of_target(left, target), "count": len(chosen)}
        raise BadInput({"units": _("%(left)s 不够 %(count)d 个单位平均分,请减少单位或逐个填写。") % told})
    for unit, part in zip(chosen, parts, strict=True):
        typed.new[unit] = words.number(part, target.scale)
    typed.units = []


def _paste(pledge: Pledge, typed: Typed) -> None:
    """All lines of the column, or none of them."""
    target, held = _split(pledge, typed)
    by_unit: dict[int | None, list[Pledge]] = {}
    for share in held:
        by_unit.setdefault(share.lead_unit_id, []).append(share)
    lines = allocation.read_column(typed.column, pledge, target)
    several = {
        f"column.{line.number}": _("第 %(line)d 行:这个单位有几份分解任务,请在表中逐份修改。") % {"line": line.number}
        for line in lines
        if len(by_unit.get(line.unit_id, [])) > 1
    }
    if several:
        raise BadInput(several)
    for line in lines:
        amount = words.number(line.value, target.scale)
        if line.unit_id in by_unit:
            typed.children[by_unit[line.unit_id][0].pk] = amount
        else:
            typed.new[line.unit_id] = amount
    typed.column = ""


def _check(pledge: Pledge, typed: Typed) -> None:
    """The sum is shown whatever was typed; the boxes that cannot be read are named."""
    target, _held = _split(pledge, typed)
    faults = {}
    boxes = [(f"children.{pk}", one) for pk, one in typed.children.items()]
    boxes += [(f"shares.{pk}", one) for pk, one in typed.new.items()]
    for name, one in boxes:
        if one.strip():
            try:
                needs.number(one, target)
            except needs.Unreadable as refusal:
                faults[name] = refusal.fields[""]
    if faults:
        raise BadInput(faults)


STEPS = {"add": _add, "equal": _spread, "paste": _paste, "check": _check}


def _split(pledge: Pledge, typed: Typed) -> tuple[Target, list[Pledge]]:
    held = list(allocation.shares_of(pledge))
    return allocation.target_of(pledge, held, typed.target), held


def _allotted(typed: Typed, target: Target, held: list[Pledge]) -> Decimal:
    """The sum of the table as it stands: a box that cannot be read counts nothing, a share without one what it has."""
    total = Decimal(0)
    for share in held:
        own = allocation.own_target(share, target)
        total += _number(typed.children.get(share.pk), target, own.value if own is not None else Decimal(0))
    return total + sum((_number(one, target, Decimal(0)) for one in typed.new.values()), Decimal(0))


def _number(one: str | None, target: Target, otherwise: Decimal) -> Decimal:
    if one is None:
        return otherwise
    try:
        return needs.number(one, target) if one.strip() else Decimal(0)
    except needs.Unreadable:
        return Decimal(0)


def _demand_allowed(pledge: Pledge, request: PageRequest) -> None:
    """The gate's own order: who, then when."""
    reason = permissions.first_refusal(ACT.who, request.actor, pledge)
    if reason is not None:
        raise Forbidden(reason)
    if pledge.state not in ACT.sources:
        raise WrongState(
            _("事项现为“%(state)s”,不能%(act)s。") % {"state": State(pledge.state).label, "act": ACT.label}
        )
    untimely = allocation.not_to_allocate(pledge)
    if untimely is not None:
        raise WrongState(untimely)


def _page(
    request: PageRequest,
    pledge: Pledge,
    typed: Typed,
    *,
    faults: dict[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    is_preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    faults = faults or {}
    held = list(allocation.shares_of(pledge))
    try:
        target = allocation.target_of(pledge, held, typed.target)
    except BadInput as unclear:
        target = None
        faults = faults or (unclear.fields if typed.target or typed.new else {})
    units = allocation.units_for(pledge)
    rows = _rows(typed, target, held, units, faults)
    boxes = {row.name for row in rows}
    allotted = _allotted(typed, target, held) if target else Decimal(0)
    offer = [(str(unit.pk), str(unit)) for unit in units]
    taken = {str(share.lead_unit_id) for share in held} | {str(unit) for unit in typed.new}
    context = {
        "pledge": pledge,
        "targets": [one for one in pledge.targets.all() if allocation.is_divisible(one)] if not held else [],
        "target": target,
        "unit_of_target": figures.unit_of(target) if target else "",
        "goal": figures.goal_of(target) if target else "",
        "rows": rows,
        "gap": shares.gap_sentence(target, allotted=allotted, total=target.value) if target and rows else "",
        "has_gap": target is not None and allotted != target.value,
        "units": Field(
            name="units",
            label=_("分解到哪些单位"),
            widget="checks",
            value=[str(one) for one in typed.units],
            fault=faults.get("units", ""),
            options=[(pk, name) for pk, name in offer if pk not in taken],
        ),
        "column": typed.column,
        "faults": [(name if name in boxes else name.partition(".")[0], fault) for name, fault in faults.items()],
        "column_faults": [fault for name, fault in faults.items() if name.partition(".")[0] == "column"],
        "target_fault": faults.get("target", ""),
        "refusal": refusal,
        "changes": refusal.changes if isinstance(refusal, Stale) else [],
        "is_allowed": ACT in services.allowed(pledge, request.actor),
        "is_preview": is_preview,
    }
    return render(request, "tracker/allocation/page.html", context, status=status)


def _rows(
    typed: Typed, target: Target | None, held: list[Pledge], units: list[Unit], faults: dict[str, Any]
) -> list[Row]:
    rows = []
    for share in held:
        own = allocation.own_target(share, target) if target else None
        was = words.number(own.value, target.scale) if own is not None and target else ""
        name = f"children.{share.pk}"
        value = typed.children.get(share.pk, was)
        if share.lead_unit is not None:
            rows.append(Row(name, share.lead_unit, value, fault=faults.get(name, ""), share=share, was=was))
    known = {unit.pk: unit for unit in units}
    for pk, value in list(typed.new.items())[:MOST_UNITS]:
        name = f"shares.{pk}"
        if pk in known:
            rows.append(Row(name, known[pk], value, fault=faults.get(name, "")))
    return rows
