"""How a plan is typed: planned values by target and day, and stages with title, day and weight. BadInput by box."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput
from pledges.models import Pledge, Target
from workflow.needs import CUMULATIVE, Unreadable, number

Trajectories = dict[int, list[tuple[datetime.date, Decimal]]]
Stages = list[tuple[str, datetime.date, int]]
MOST_STAGES = 50
LONGEST_TITLE = 100
HEAVIEST = 100


def read(pledge: Pledge, payload: Mapping[str, Any]) -> tuple[Trajectories, Stages]:
    """``points``: {target id: {day: cumulative value in the target's shown unit}}; ``stages``: [{title, day, weight}].

    Empty boxes and empty rows are left out; a target without a point follows a straight line. Faults are named
    ``points.<target>.<day>`` and ``stages.<row>.<field>``.
    """
    faults: dict[str, Any] = {}
    trajectories = _points(pledge, payload.get("points") or {}, faults)
    stages = _stages(pledge, payload.get("stages") or [], faults)
    if faults:
        raise BadInput(faults)
    return trajectories, stages


def can_be_planned(target: Target) -> bool:
    """Growth, shares and ceilings have no course, only a distance."""
    return target.quantity_kind in CUMULATIVE


def _points(pledge: Pledge, given: Any, faults: dict[str, Any]) -> Trajectories:
    if not isinstance(given, Mapping):
        faults["points"] = _("请按目标逐项填写计划数。")
        return {}
    targets = {str(target.pk): target for target in pledge.targets.all() if can_be_planned(target)}
    found: Trajectories = {}
    for key, typed in given.items():
        target = targets.get(str(key))
        if target is None or not isinstance(typed, Mapping):
            faults[f"points.{key}"] = _("这一事项没有这个可以编制计划的目标。")
            continue
        found[target.position] = _course(pledge, target, typed, faults)
    return found


def _course(
    pledge: Pledge, target: Target, typed: Mapping[Any, Any], faults: dict[str, Any]
) -> list[tuple[datetime.date, Decimal]]:
    points: dict[datetime.date, Decimal] = {}
    for key, one in typed.items():
        name = f"points.{target.pk}.{key}"
        if one is None or str(one).strip() == "":
            continue
        day = _day(key)
        fault = _("请按“2020-09-15”的样式填写日期。") if day is None else _outside(pledge, day)
        if fault is not None or day is None:
            faults[name] = fault
            continue
        try:
            points[day] = number(one, target)
        except Unreadable as refusal:
            faults[name] = refusal.fields[""]
    course = sorted(points.items())
    falls = target.more_is_worse or target.baseline is not None
    for (_before, less), (day, value) in pairwise(course):
        if value < less and not falls:
            faults.setdefault(f"points.{target.pk}.{day}", _("计划累计数不能比前一个日期少。"))
    return course


def _stages(pledge: Pledge, given: Any, faults: dict[str, Any]) -> Stages:
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        faults["stages"] = _("请按节点逐行填写。")
        return []
    if len(given) > MOST_STAGES:
        faults["stages"] = _("节点最多 %(most)d 个。") % {"most": MOST_STAGES}
        return []
    found: Stages = []
    for row, one in enumerate(given):
        title, typed_day = str(one.get("title") or "").strip(), one.get("day")
        if not title and typed_day in (None, ""):
            continue
        name = f"stages.{row}"
        if not title or len(title) > LONGEST_TITLE:
            faults[f"{name}.title"] = _("请填写节点名称,最多 %(most)d 字。") % {"most": LONGEST_TITLE}
        day = _day(typed_day)
        if day is None:
            faults[f"{name}.day"] = _("请按“2020-09-15”的样式填写日期。")
        elif (fault := _outside(pledge, day)) is not None:
            faults[f"{name}.day"] = fault
        elif found and day < found[-1][1]:
            faults[f"{name}.day"] = _("不能早于上一个节点的日期。")
        weight = _weight(one.get("weight"))
        if weight is None:
            faults[f"{name}.weight"] = _("权重请填 1 到 %(most)d 的整数。") % {"most": HEAVIEST}
        if day is not None:
            found.append((title, day, weight or 1))
    return found


def _outside(pledge: Pledge, day: datetime.date) -> Any | None:
    if pledge.due_date is not None and day > pledge.due_date:
        return _("不能晚于完成时限 %(due)s。") % {"due": pledge.due_date.isoformat()}
    if pledge.start_date is not None and day < pledge.start_date:
        return _("不能早于开始日期 %(start)s。") % {"start": pledge.start_date.isoformat()}
    if day.year < pledge.programme.year:
        return _("不能早于计划年度。")
    return None


def _day(raw: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(raw))
    except ValueError:
        return None


def _weight(raw: Any) -> int | None:
    """1 where nothing was typed."""
    if raw is None or str(raw).strip() == "":
        return 1
    written = str(raw).strip()
    value = int(written) if written.isascii() and written.isdecimal() and len(written) < 5 else 0
    return value if 1 <= value <= HEAVIEST else None
