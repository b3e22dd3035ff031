"""The quarter's page of a closed period: the figures as they were frozen, and the change since the period before."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from pledges import sentences
from pledges.actors import Actor
from pledges.models import Pledge, Programme, Unit
from pledges.querysets import OWN_UNIT
from tracker.models import Rollup
from tracker.snapshots import Frozen
from tracker.web import rollup_cells

LIT = ("assigned", "in_progress", "suspended")
ORDER = {"red": 0, "yellow": 1}


@dataclass(frozen=True)
class Change:
    """A figure of the page with what it was more or less than in the period before; empty where nothing compares."""

    cell: rollup_cells.Cell
    change: str


@dataclass(frozen=True)
class Group:
    label: Any
    lines: list[rollup_cells.Line]


def total_of(frozen: Frozen, actor: Actor) -> Rollup:
    """The whole of what the reader sees: the programme, or for a unit's people the unit and below."""
    if actor.role in OWN_UNIT and actor.unit is not None:
        return frozen.rollup(Rollup.Scope.BELOW, unit=actor.unit.pk)
    return frozen.rollup(Rollup.Scope.PROGRAMME)


def changes(total: rollup_cells.Line, before: Frozen | None, actor: Actor) -> list[Change]:
    if before is None:
        return [Change(cell, "") for cell in total.cells]
    was = rollup_cells.Line.of("", total_of(before, actor), is_frozen=True)
    return [
        Change(cell, f"{cell.count - last.count:+d}" if cell.count != last.count else "±0")
        for cell, last in zip(total.cells, was.cells, strict=True)
    ]


def groups(frozen: Frozen, actor: Actor) -> list[Group]:
    """The units' own figures under the names that they had; no figure leads to the rows of today."""
    seen = {unit.pk: unit for unit in Unit.objects.visible_to(actor)}
    if actor.role in OWN_UNIT and actor.unit is not None:
        seen = {pk: unit for pk, unit in seen.items() if unit.path.startswith(actor.unit.path)}
    found = [
        (seen[told["unit"]["id"]], told["unit"]["name"], rollup)
        for told, rollup in frozen.rollups(Rollup.Scope.UNIT)
        if told["unit"]["id"] in seen and rollup.in_force
    ]
    lines = [
        rollup_cells.Line.of(name, rollup, unit=unit, is_frozen=True)
        for unit, name, rollup in sorted(found, key=lambda one: (one[0].position, one[0].pk))
    ]
    return [Group("", lines)] if lines else []


def rows(frozen: Frozen, programme: Programme, actor: Actor) -> list[dict[str, Any]]:
    """The ledger's pledges that the reader sees, as they were printed."""
    seen = set(Pledge.objects.visible_to(actor).filter(programme=programme).values_list("pk", flat=True))
    return [
        {
            **told,
            "progress": sentences.percent(told["progress_bp"]),
            "light_words": told["row"]["light"],
            "due": told["row"]["due_date"],
        }
        for told in frozen.pledges
        if told["in_ledger"] and told["id"] in seen and told["state"] in LIT
    ]


def alight(found: list[dict[str, Any]], page: str | None, size: int) -> Page[Any]:
    wrong = [one for one in found if one["light"] in ORDER]
    return Paginator(sorted(wrong, key=lambda one: ORDER[one["light"]]), size).get_page(page)


def unreported(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["reason"] == "unreported"]


def stamp(frozen: Frozen) -> str:
    told = {"version": frozen.snapshot.version, "digest": frozen.snapshot.digest[:12]}
    stamped = _("已冻结,版本 %(version)d,摘要 %(digest)s。") % told
    erased = frozen.snapshot.erased_places
    return f"{stamped}{_('其中 %(count)d 处文字已清除,数字不变。') % {'count': erased}}" if erased else str(stamped)
