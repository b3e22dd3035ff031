"""Effect of splitting a pledge among units: its shares are made, assigned, or changed. All of it, or nothing."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.allocation import written
from pledges.errors import BadInput
from pledges.models import Pledge, State, Target, Unit
from workflow import allocation, assignees, audit
from workflow.context import Context
from workflow.effects import Data
from workflow.models import Task
from workflow.needs import Unreadable, number
from workflow.signals import Mark, changed


def allocate(context: Context, data: Data) -> dict[str, Any]:
    """New shares by unit and other amounts for shares that are there, typed in the target's shown unit.

    A share that is not named stays as it is.
    """
    parent = context.pledge
    shares = {share.pk: share for share in allocation.shares_of(parent).select_for_update(of=("self",))}
    target = allocation.target_of(parent, shares.values(), data["target"])
    faults: dict[str, Any] = {}
    changes = _changes(target, shares, data["children"] or {}, faults)
    new = _new(context, target, shares, data["shares"] or {}, faults)
    if not new and not changes and not faults:
        faults["shares"] = _("请填写至少一个单位的数量。")
    if faults:
        raise BadInput(faults)
    for share, amount in changes.items():
        _change(context, share, target, amount)
    for unit, amount in new.items():
        _make(context, target, unit, amount)
    data |= {"target": target, "shares": new, "children": changes}
    return {}


def _changes(
    target: Target, shares: dict[int, Pledge], typed: dict[int, Any], faults: dict[str, Any]
) -> dict[Pledge, Decimal]:
    """Those of the shares named whose amount differs."""
    found: dict[Pledge, Decimal] = {}
    for pk, one in typed.items():
        name, share = f"children.{pk}", shares.get(pk)
        own = allocation.own_target(share, target) if share is not None else None
        if share is None or own is None:
            faults[name] = _("没有这一份分解任务,请刷新页面后重试。")
            continue
        amount = _amount(one, own, name, faults)
        if amount is None or amount == 0:
            faults.setdefault(name, _("收回分解任务须走撤销申请,经批准后撤销;这里请填大于 0 的数。"))
        elif amount != own.value and share.state not in allocation.CHANGEABLE:
            told = {"number": share.number, "state": State(share.state).label}
            faults[name] = _("%(number)s 现为“%(state)s”,不能再改分解数。") % told
        elif amount != own.value:
            found[share] = amount
    return found


def _new(
    context: Context, target: Target, shares: dict[int, Pledge], typed: dict[int, Any], faults: dict[str, Any]
) -> dict[Unit, Decimal]:
    """New shares by unit; a box left empty is none."""
    units = {unit.pk: unit for unit in allocation.units_for(context.pledge)}
    held = {share.lead_unit_id: share for share in shares.values()}
    found: dict[Unit, Decimal] = {}
    for pk, one in typed.items():
        name, unit = f"shares.{pk}", units.get(pk)
        if one is None or str(one).strip() == "":
            continue
        if unit is None:
            faults[name] = _("没有这个单位,或者这个单位还没有联络员,请从列表中选择。")
            continue
        if pk in held:
            told = {"number": held[pk].number}
            faults[name] = _("这个单位已有分解任务 %(number)s,请直接改它的分解数。") % told
            continue
        amount = _amount(one, target, name, faults)
        if amount == 0:
            faults[name] = _("分解数应当大于 0;不分给这个单位的,请留空。")
        elif amount is not None:
            found[unit] = amount
    return found


def _amount(typed: Any, target: Target, name: str, faults: dict[str, Any]) -> Decimal | None:
    if typed is None or str(typed).strip() == "":
        return None
    try:
        return number(typed, target)
    except Unreadable as refusal:
        faults[name] = refusal.fields[""]
        return None


def _make(context: Context, target: Target, unit: Unit, amount: Decimal) -> None:
    from workflow import services as gate  # the gate reads the table, and the table this

    child = services.add_share(context.pledge, target, unit=unit, share=amount)
    audit.append(
        stream=audit.stream_of(child),
        action="draft",
        actor=context.actor,
        at=context.at,
        payload={
            "input": {"title": child.title, "parent": context.pledge.pk},
            "number": child.number,
            "version": child.version,
        },
    )
    gate.carry_out(
        gate.BY_NAME["assign"],
        Context(actor=context.actor, pledge=services.with_facts(child.pk), at=context.at, calendar=context.calendar),
        {
            "lead_unit": unit,
            "due_date": child.due_date,
            "basis": child.basis,
            "support": [],
            "leader": child.leader,
            "person": None,
            "start_date": child.start_date,
            "deliverable": child.deliverable,
        },
    )


def _change(context: Context, share: Pledge, target: Target, amount: Decimal) -> None:
    own = allocation.own_target(share, target)
    was = own.value if own is not None else Decimal(0)
    before = Mark.of(share)
    title = services.change_share(share, target, share=amount)
    services.change_pledge(share, title=title)
    told = [written(value, unit=target.unit, scale=target.scale) for value in (was, amount)]
    audit.append(
        stream=audit.stream_of(share),
        action="change_share",
        actor=context.actor,
        at=context.at,
        payload={
            "input": {"words": " → ".join(told)},
            "before": {"value": was},
            "after": {"value": amount},
            "version": share.version,
        },
    )
    pledge = services.keep_standing(share.pk, calendar=context.calendar, today=context.today)
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=before, after=Mark.of(pledge))


def hand_over(parent: Pledge) -> None:
    """Another unit leads a pledge: it sees the shares now, and checks their reports."""
    if parent.lead_unit is None:
        return
    for share in Pledge.objects.filter(parent=parent):
        services.set_allocator(share, parent.lead_unit)
    waiting = Task.objects.open().filter(pledge__parent=parent, kind=Task.Kind.REVIEW_REPORT)
    if waiting.exists():
        waiting.update(post=assignees.coordinator(parent))
