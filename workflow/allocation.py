"""Allocation 分解: one amount target of a pledge split among units, as shares that live like any pledge.

The act is the row ``allocate`` of the table (its effect: `workflow.effects.allocating`). Here stand the questions:
what can be split, what has been, and what came of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import matching, share_column
from pledges.allocation import Part, Summary
from pledges.errors import BadInput
from pledges.models import Pledge, Report, ReportStatus, ReportValue, Role, State, Target, Unit
from pledges.querysets import PledgeQuerySet
from workflow.context import Context
from workflow.needs import LONGEST_ID, Unreadable

CHANGEABLE = (State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED)
LONGEST_COLUMN = 20_000


def is_divisible(target: Target) -> bool:
    """Whether shares of a target sum to it: an amount with one value, counted from nothing."""
    return (
        target.quantity_kind == Target.QuantityKind.AMOUNT
        and target.comparator != Target.Comparator.RANGE
        and target.baseline is None
        and target.value > 0
    )


def not_to_allocate(pledge: Pledge) -> Any | None:
    """Why a pledge cannot be allocated, or None."""
    if pledge.parent_id is not None:
        return _("分解任务不能再次分解。")
    if pledge.form != Pledge.Form.QUANTIFIED or not any(is_divisible(target) for target in pledge.targets.all()):
        return _("只有量化任务的数量目标可以分解。")
    return None


def shares_of(pledge: Pledge) -> PledgeQuerySet:
    """The pledge's shares but for the withdrawn ones, in the order of their numbers."""
    found: PledgeQuerySet = (
        Pledge.objects.filter(parent=pledge)
        .exclude(state=State.WITHDRAWN)
        .select_related("lead_unit")
        .prefetch_related("targets")
        .order_by("pk")
    )
    return found


def target_of(pledge: Pledge, shares: Iterable[Pledge], asked: Any = None) -> Target:
    """The target that is split: the one that the shares are of, else the one asked for, else the only one.

    BadInput (``target``) where that is none or several, or where the shares are of another.
    """
    targets = {target.position: target for target in pledge.targets.all() if is_divisible(target)}
    positions = {target.position for share in shares for target in share.targets.all()}
    taken = [targets[position] for position in sorted(positions) if position in targets]
    wanted = next((one for one in targets.values() if str(one.pk) == str(asked)), None)
    if asked not in (None, "") and wanted is None:
        raise BadInput({"target": _("这一事项没有这个可以分解的目标。")})
    if taken:
        if wanted is not None and wanted not in taken:
            raise BadInput({"target": _("这一事项已按另一个目标分解,一个事项只分解一个目标。")})
        return taken[0]
    if wanted is None and len(targets) != 1:
        raise BadInput({"target": _("请选择要分解的目标。")})
    return wanted or next(iter(targets.values()))


def own_target(share: Pledge, target: Target) -> Target | None:
    """A share's part of the target."""
    return next((one for one in share.targets.all() if one.position == target.position), None)


def summary(pledge: Pledge) -> tuple[Target, Summary] | None:
    """What has been allotted and what came of it; None for a pledge that is not split. Four queries at most."""
    found = parts(pledge)
    return None if found is None else (found[0], Summary(total=found[0].value, parts=tuple(found[1].values())))


def parts(pledge: Pledge) -> tuple[Target, dict[int, Part]] | None:
    """The split target, and by share its part; None for a pledge that is not split."""
    shares = [] if pledge.parent_id is not None else list(shares_of(pledge))
    if not shares:
        return None
    try:
        target = target_of(pledge, shares)
    except BadInput:
        return None
    accepted, newest = _values(pledge, target)
    found = {}
    for share in shares:
        own = own_target(share, target)
        if own is not None:
            value, is_checked = newest.get(share.pk, (None, True))
            found[share.pk] = Part(
                share=own.value,
                accepted=accepted.get(share.pk),
                newest=value,
                is_checked=is_checked,
                missed=share.missed,
            )
    return target, found


def _values(pledge: Pledge, target: Target) -> tuple[dict[int, Any], dict[int, tuple[Any, bool]]]:
    """By share: the newest accepted value, and the newest value of all with whether it is accepted. One query."""
    accepted: dict[int, Any] = {}
    newest: dict[int, tuple[Any, bool]] = {}
    standing = Report.objects.standing().order_by().filter(pledge__parent=pledge)
    values = ReportValue.objects.filter(report__in=standing, target__position=target.position)
    for share, status, value in values.order_by("report__period__start_date", "report__revision").values_list(
        "report__pledge", "report__status", "value"
    ):
        is_checked = status == ReportStatus.ACCEPTED
        newest[share] = (value, is_checked)
        if is_checked:
            accepted[share] = value
    return accepted, newest


def units_for(pledge: Pledge) -> list[Unit]:
    """The units that a share can go to: of the programme's government, with somebody to report."""
    below = Unit.objects.below(pledge.programme.government)
    manned = below.filter(posts__role__in=(Role.COORDINATOR, Role.HEAD), posts__is_active=True, is_active=True)
    return list(manned.distinct().order_by("position", "pk"))


def read_column(text: Any, pledge: Pledge, target: Target) -> list[share_column.Line]:
    """A pasted column as shares, or BadInput with a fault for each line that is not understood (``column.<line>``)."""
    if not isinstance(text, str) or len(text) > LONGEST_COLUMN:
        raise BadInput({"column": _("粘贴的内容太长,请分几次粘贴。")})
    units = Unit.objects.below(pledge.programme.government).filter(is_active=True)
    column = share_column.read(text, matching.directory_of(units), unit=target.unit, scale=target.scale)
    if column.faults:
        raise BadInput({f"column.{line}" if line else "column": fault for line, fault in sorted(column.faults.items())})
    return column.lines


def typed_by_id(raw: Any, context: Context) -> dict[int, Any]:
    """A reader: ``{id: what was typed}``. The amounts are for the effect to read, which knows the target."""
    if not isinstance(raw, Mapping):
        raise Unreadable(_("请按单位逐项填写数量。"))
    unknown = [key for key in raw if not str(key).isdecimal() or len(str(key)) > LONGEST_ID]
    if unknown:
        raise Unreadable(fields={str(unknown[0])[:20]: _("没有这个单位,请从列表中选择。")})
    return {int(key): typed for key, typed in raw.items()}
