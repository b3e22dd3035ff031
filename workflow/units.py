"""Units as they stand: their names changed, and closed or opened again, by the system administrator.

A closed unit is offered nowhere any more; what it led and did stays on record under its name.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, Invisible, WrongState
from pledges.models import Pledge, Unit
from workflow.models import Task
from workflow.organisation import demand_administrator, record

LONGEST_NAME, LONGEST_ENGLISH = 100, 160
MOST_ALIASES, LONGEST_ALIAS = 20, 50


def change(
    unit_id: int, *, actor: Actor, at: datetime.datetime, name: str, name_en: str, aliases: Iterable[str]
) -> Unit:
    """Other names for a unit. A former name becomes an alias, so that documents that use it are still understood.

    Raises Forbidden, Invisible or BadInput with every fault.
    """
    with transaction.atomic():
        unit = _locked(unit_id, actor)
        name, name_en = name.strip(), name_en.strip()
        others = list(dict.fromkeys(one.strip() for one in aliases if one.strip()))
        if name != unit.name and unit.name not in others:
            others.append(unit.name)
        others = [one for one in others if one != name]
        wanted = {"name": name, "name_en": name_en, "aliases": others}
        before = {field: getattr(unit, field) for field in wanted if getattr(unit, field) != wanted[field]}
        faults = _faults(unit, name, name_en, others)
        if not faults and not before:
            faults[""] = _("没有改动,请修改后再提交。")
        if faults:
            raise BadInput(faults)
        after = {field: wanted[field] for field in before}
        services.change_unit(unit, **after)
        record("change_unit", actor, at, {"unit": unit.pk, "before": before, "after": after})
    return unit


def _faults(unit: Unit, name: str, name_en: str, aliases: list[str]) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if not name:
        faults["name"] = _("请填写单位名称。")
    elif len(name) > LONGEST_NAME:
        faults["name"] = _("单位名称最多 100 字。")
    elif Unit.objects.filter(parent=unit.parent_id, name=name).exclude(pk=unit.pk).exists():
        faults["name"] = _("上级单位下已有同名单位。")
    if len(name_en) > LONGEST_ENGLISH:
        faults["name_en"] = _("英文名称最多 160 个字符。")
    if len(aliases) > MOST_ALIASES or any(len(one) > LONGEST_ALIAS for one in aliases):
        faults["aliases"] = _("别名最多 20 个,每个最多 50 字。")
    return faults


def close(unit_id: int, *, actor: Actor, at: datetime.datetime) -> Unit:
    """Nothing goes to the unit any more. BadInput while it leads open pledges, has open tasks, or is needed by others;
    WrongState where it is closed already."""
    with transaction.atomic():
        unit = _locked(unit_id, actor)
        if not unit.is_active:
            raise WrongState(_("这个单位已经停用。"))
        reasons = list(_in_the_way(unit))
        if reasons:
            raise BadInput({"": " ".join(str(reason) for reason in reasons)})
        services.change_unit(unit, is_active=False)
        record("close_unit", actor, at, {"unit": unit.pk, "name": unit.name})
    return unit


def _in_the_way(unit: Unit) -> Iterable[Any]:
    leads = Pledge.objects.open().led_by(unit).count()
    if leads:
        yield ngettext_lazy(
            "它牵头的 %(count)d 项还没有办结,请先调整牵头单位。",
            "它牵头的 %(count)d 项还没有办结,请先调整牵头单位。",
            leads,
        ) % {"count": leads}
    waiting = Task.objects.open().filter(post__unit=unit).count()
    if waiting:
        yield ngettext_lazy("它还有 %(count)d 件待办没有办完。", "它还有 %(count)d 件待办没有办完。", waiting) % {
            "count": waiting
        }
    below = Unit.objects.below(unit).exclude(pk=unit.pk).filter(is_active=True).count()
    if below:
        yield ngettext_lazy(
            "它还有 %(count)d 个下级单位,请先停用。", "它还有 %(count)d 个下级单位,请先停用。", below
        ) % {"count": below}
    if unit.parent_id is None:
        yield _("它是最上级的单位,不能停用。")
    offices = Unit.objects.filter(kind=Unit.Kind.OFFICE, parent=unit.parent_id, is_active=True)
    if unit.kind == Unit.Kind.OFFICE and not offices.exclude(pk=unit.pk).exists():
        yield _("这是本级唯一的督查室,停用后任务无人交办和核验。")


def reopen(unit_id: int, *, actor: Actor, at: datetime.datetime) -> Unit:
    with transaction.atomic():
        unit = _locked(unit_id, actor)
        if unit.is_active:
            raise WrongState(_("这个单位没有停用。"))
        if unit.parent is not None and not unit.parent.is_active:
            raise BadInput({"": _("上级单位已经停用,请先启用上级单位。")})
        services.change_unit(unit, is_active=True)
        record("open_unit", actor, at, {"unit": unit.pk, "name": unit.name})
    return unit


def _locked(unit_id: int, actor: Actor) -> Unit:
    demand_administrator(actor, None)
    found: Unit | None = (
        Unit.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("parent")
        .filter(pk=unit_id)
        .first()
    )
    if found is None:
        raise Invisible()
    return found
