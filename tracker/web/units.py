"""部门: every unit's figures side by side, and one unit's page. The figures are `tracker.rollups`' own."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pledges.actors import Actor
from pledges.errors import Forbidden, Invisible
from pledges.models import Pledge, Programme, Unit
from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME, PledgeQuerySet, UnitQuerySet
from tracker import rollups
from tracker.models import Rollup
from tracker.web import context, dimensions, instructions, rollup_cells
from tracker.web.requests import PageRequest

PAGE_SIZE = 50


@dataclass(frozen=True)
class Group:
    label: Any
    lines: list[rollup_cells.Line]


@login_required
@require_safe
def units(request: PageRequest) -> HttpResponse:
    """All units that lead something, as far as the actor sees them, bureaus and counties apart; the programme last."""
    _demand_reader(request.actor)
    programme = context.programme_of(request)
    table = rollups.table(programme, request.actor) if programme else None
    by = request.GET.get("by", "")
    if programme is not None and by in dimensions.LABELS:
        shown: list[Any] = [Group("", dimensions.lines(by, programme, request.actor))]
    else:
        by, shown = "", groups(table) if table else []
    return render(
        request,
        "tracker/units/list.html",
        {
            "programme": programme,
            "why": _why(table),
            "headings": rollup_cells.HEADINGS,
            "groups": [group for group in shown if group.lines],
            "by": by,
            "first": dimensions.LABELS.get(by, gettext_lazy("单位")),
            "tabs": dimensions.tabs(by),
            "total": rollup_cells.Line.of(_("合计"), table.total) if table and table.rows else None,
        },
    )


@login_required
@require_safe
def unit(request: PageRequest, pk: int) -> HttpResponse:
    """One unit: its figures and those with the units below it, what it leads, and the units below."""
    found: Unit | None = _units_for(request.actor).select_related("parent").filter(pk=pk).first()
    if found is None:
        raise Invisible()
    programme = context.programme_of(request)
    below = [row for row in rollups.table(programme, request.actor).rows if row.unit.pk != pk] if programme else []
    below = [row for row in below if row.unit.path.startswith(found.path)]
    led = Pledge.objects.visible_to(request.actor).filter(programme=programme).led_by(found).in_force()
    apart = led.filter(parent__isnull=False)
    page = Paginator(led.top_level().for_list().order_by("number"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "tracker/units/unit.html",
        {
            "unit": found,
            "instructions": instructions.block("unit", found.pk, request.actor),
            "parent": found.parent if _units_for(request.actor).filter(pk=found.parent_id).exists() else None,
            "programme": programme,
            "headings": rollup_cells.HEADINGS,
            "own": _line(programme, found, Rollup.Scope.UNIT, _("本单位")),
            "with_below": _line(programme, found, Rollup.Scope.BELOW, _("本单位及下属")) if below else None,
            "below_groups": [Group("", [line for row in below for line in lines_of(row)])] if below else [],
            "page": page,
            "shares": _shares(apart),
        },
    )


def _shares(apart: PledgeQuerySet) -> dict[str, Any]:
    """分解任务, a second set beside what the unit leads: how many, by light, and the first of them."""
    names = ("in_force", "met", "met_with_change", "red", "yellow", "green", "grey", "unreported", "overdue")
    counts = apart.aggregate(**{f"n_{name}": Count("pk", filter=rollups.COUNTED[name]) for name in names})
    told = {name: counts[f"n_{name}"] for name in names}
    told["done"] = told["met"] + told["met_with_change"]
    return {"counts": told, "rows": list(apart.for_list().order_by("number")[:PAGE_SIZE]) if told["in_force"] else []}


def groups(table: rollups.Table) -> list[Group]:
    """Bureaus and offices, then the counties with all that is in them; each in the units' own order."""
    counties = {row.unit.pk for row in table.rows if row.unit.kind == Unit.Kind.COUNTY}
    bureaus, within = Group(gettext_lazy("市直部门"), []), Group(gettext_lazy("县区"), [])
    for row in table.rows:
        is_within = any(int(part) in counties for part in row.unit.path.strip("/").split("/"))
        (within if is_within else bureaus).lines.extend(lines_of(row))
    return [group for group in (bureaus, within) if group.lines]


def lines_of(row: rollups.Row) -> list[rollup_cells.Line]:
    """The unit's own figures, and beneath them those with its subordinates where it has any."""
    lines = [rollup_cells.Line.of(str(row.unit), row.own, unit=row.unit, depth=row.depth)]
    if row.below is not None:
        lines.append(rollup_cells.Line.of(_("含下属"), row.below, unit=row.unit, depth=row.depth, is_below=True))
    return lines


def _line(programme: Programme | None, unit: Unit, scope: str, label: str) -> rollup_cells.Line | None:
    if programme is None:
        return None
    rollup = rollups.of_unit(programme, unit, scope)
    return rollup_cells.Line.of(label, rollup, unit=unit, is_below=scope == Rollup.Scope.BELOW)


def _demand_reader(actor: Actor) -> None:
    if actor.role not in (*WHOLE_PROGRAMME, *OWN_UNIT):
        raise Forbidden(_("您的岗位不查看任务事项的情况。"))


def _units_for(actor: Actor) -> UnitQuerySet:
    """The units whose page a person may open: all for who sees the whole programme, else their own and those below."""
    if actor.role in WHOLE_PROGRAMME:
        visible: UnitQuerySet = Unit.objects.visible_to(actor)
        return visible
    if actor.role in OWN_UNIT and actor.unit is not None:
        below: UnitQuerySet = Unit.objects.below(actor.unit)
        return below
    nothing: UnitQuerySet = Unit.objects.none()
    return nothing


def _why(table: rollups.Table | None) -> str:
    if table is None or not table.rows:
        return _("还没有交办的事项。")
    return _(
        "在账 %(in_force)d 项,逾期 %(overdue)d 项,红灯 %(red)d 项,黄灯 %(yellow)d 项,未报送 %(unreported)d 项。"
    ) % {name: getattr(table.total, name) for name in ("in_force", "overdue", "red", "yellow", "unreported")}
