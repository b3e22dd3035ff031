"""Roll-ups: every figure is counted anew from the pledges, never incremented (docs/adr/0007).

    sweep(), refresh_stale()     count the scopes that `changed` marked as stale
    recount()                    count everything, and say what had drifted
    table(), of_unit(), of_programme(), rates()      what pages, exports and the API read

A cell (what one unit leads in one programme) is counted from the pledges; BELOW and PROGRAMME are sums of cells.
Whoever writes a cell holds the rows of all the sums above it, so no sum is ever made of half-written cells.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from pledges.actors import Actor
from pledges.models import Outcome, Pledge, Programme, Report, State, Unit
from pledges.querysets import OPEN_STATES, OWN_UNIT
from tracker.models import FIGURES, Rollup, StaleScope

log = logging.getLogger(__name__)

STALE_AT_ONCE = 1000
ROUNDS = 100
FEWEST_FOR_A_PERCENTAGE = 5
FULL_BP = 10_000

Scope = Rollup.Scope
Figures = dict[str, int]

# States that show a light: in force, neither handed in for verification nor closed.
_LIT = Q(state__in=(State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED))
# A milestone pledge has a pace from its first day; only a report makes it one to be counted.
_PACED = ~Q(pace="") & Q(Exists(Report.objects.standing().order_by().filter(pledge=OuterRef("pk"))))

# What each figure counts among the top-level pledges in force (all but draft and withdrawn). Grey counts every grey
# light; ``unreported`` is the part of it that a unit could have prevented. ``overdue`` is a part of red, and of yellow
# for soft wording. ``late`` counts claims made after the due date of that day, verified or not.
COUNTED: dict[str, Q] = {
    "in_force": Q(),
    "open_count": Q(state__in=OPEN_STATES),
    "claimed": Q(state=State.CLAIMED),
    "met": Q(outcome=Outcome.MET),
    "met_with_change": Q(outcome=Outcome.MET_WITH_CHANGE),
    "not_met": Q(outcome=Outcome.NOT_MET),
    "late": Q(claimed_date__gt=F("claim_due_date")),
    "overdue": _LIT & Q(light_reason="overdue"),
    "red": _LIT & Q(light="red"),
    "yellow": _LIT & Q(light="yellow"),
    "green": _LIT & Q(light="green"),
    "grey": _LIT & Q(light="grey"),
    "unreported": _LIT & Q(light_reason="unreported"),
    "with_pace": _PACED,
    "on_pace": _PACED & Q(pace__in=("on", "ahead")),
    "was_red": Q(was_red__gt=0),
}


class Cell(NamedTuple):
    programme_id: int
    unit_id: int


class Key(NamedTuple):
    """Which roll-up; ``unit_id`` 0 for the programme, so that keys sort."""

    programme_id: int
    scope: str
    unit_id: int


@dataclass(frozen=True)
class Drift:
    """A roll-up that did not agree with the pledges: figure by figure what was kept and what was counted."""

    key: Key
    figures: Mapping[str, tuple[int, int]]


# Counting


def sweep() -> int:
    """Count what is stale until nothing is left; returns how many stale rows were dealt with."""
    total = 0
    for _ in range(ROUNDS):
        done = refresh_stale()
        total += done
        if not done:
            break
    return total


def refresh_stale(*, limit: int = STALE_AT_ONCE) -> int:
    """Count the oldest stale scopes anew, in one transaction; returns how many stale rows it dealt with.

    Deletes exactly the rows it saw: one that is committed later, even with a lower id, is left for the next round.
    """
    if not StaleScope.objects.exists():
        return 0  # on SQLite the transaction would take the write lock merely to look
    with transaction.atomic():
        stale = list(StaleScope.objects.order_by("pk").values_list("pk", "programme_id", "unit_id")[:limit])
        _count_anew({Cell(programme, unit) for _, programme, unit in stale})
        StaleScope.objects.filter(pk__in=[pk for pk, _, _ in stale]).delete()
    return len(stale)


def recount(programme: Programme | None = None) -> list[Drift]:
    """Count everything anew, of one programme or of all; returns and logs the roll-ups that were wrong (none).

    A scope that still waits in the stale rows is corrected but is no drift. Also corrects what a move in the tree of
    units left behind.
    """
    wanted = Programme.objects.order_by("pk") if programme is None else Programme.objects.filter(pk=programme.pk)
    drifts: list[Drift] = []
    for pk in list(wanted.values_list("pk", flat=True)):
        with transaction.atomic():
            kept = _keys_of(Rollup.objects.filter(programme=pk))
            leading = Pledge.objects.filter(programme=pk, lead_unit__isnull=False).order_by()
            cells = {Cell(pk, unit) for unit in leading.values_list("lead_unit", flat=True).distinct()}
            cells |= {Cell(pk, key.unit_id) for key in kept if key.scope == Scope.UNIT}
            wrong = _count_anew(cells, and_also=kept)
            # Read after the pledges, while the scopes are held: a change that was counted is still marked here.
            waiting = StaleScope.objects.filter(programme=pk).values_list("unit", flat=True)
            awaited = _keys_for({Cell(pk, unit) for unit in waiting})
        drifts += [drift for drift in wrong if drift.key not in awaited]
    for drift in drifts:
        log.warning("roll-up %s had drifted (kept, counted): %s", tuple(drift.key), dict(drift.figures))
    return drifts


def _count_anew(cells: set[Cell], and_also: Iterable[Key] = ()) -> list[Drift]:
    """Count the cells from the pledges and all sums above them from the cells; returns what was different."""
    keys = _keys_for(cells) | set(and_also)
    held = _hold(keys)
    counted = _count(cells)
    wrong = _keep(held, {Key(cell.programme_id, Scope.UNIT, cell.unit_id): counted[cell] for cell in cells})
    sums = _sums({key.programme_id for key in keys})
    return wrong + _keep(held, {key: sums[key] for key in keys if key.scope != Scope.UNIT})


def _hold(keys: set[Key]) -> dict[Key, Rollup]:
    """The roll-ups under row locks, taken in id order; those that do not exist yet are made first.

    Nothing is locked while rows are being made, and rows are made in one order, so two who do this cannot block each
    other. Statements after this one see whatever another holder committed.
    """
    of_these = Rollup.objects.filter(programme__in={key.programme_id for key in keys})
    missing = sorted(keys - _keys_of(of_these))
    Rollup.objects.bulk_create(
        [Rollup(programme_id=key.programme_id, scope=key.scope, unit_id=key.unit_id or None) for key in missing],
        ignore_conflicts=True,
    )
    scopes = Q(scope=Scope.PROGRAMME)
    for scope in (Scope.UNIT, Scope.BELOW):
        scopes |= Q(scope=scope, unit__in={key.unit_id for key in keys if key.scope == scope})
    locked = {_key_of(rollup): rollup for rollup in of_these.filter(scopes).select_for_update().order_by("pk")}
    return {key: locked[key] for key in keys}


def _count(cells: set[Cell]) -> dict[Cell, Figures]:
    """The figures of all cells, in one query over the pledges; a cell without pledges is all zeros."""
    counted: dict[Cell, Figures] = defaultdict(_zeros)
    rows = (
        Pledge.objects.top_level()
        .in_force()
        .filter(
            programme__in={cell.programme_id for cell in cells},
            lead_unit__in={cell.unit_id for cell in cells},
        )
        .order_by()
        .values("programme_id", "lead_unit_id")
        .annotate(**{f"n_{name}": Count("pk", filter=COUNTED[name]) for name in FIGURES})
    )
    for row in rows:
        counted[Cell(row["programme_id"], row["lead_unit_id"])] = {name: row[f"n_{name}"] for name in FIGURES}
    return counted


def _sums(programmes: set[int]) -> dict[Key, Figures]:
    """BELOW of every unit with a cell at or under it, and PROGRAMME, summed from the cells."""
    sums: dict[Key, Figures] = defaultdict(_zeros)
    cells = Rollup.objects.filter(programme__in=programmes, scope=Scope.UNIT).order_by()
    place = ("programme_id", "unit_id", "unit__path", "programme__government_id")
    for programme, unit, path, government, *figures in cells.values_list(*place, *FIGURES):
        for key in _keys_above(Cell(programme, unit), path, government):
            total = sums[key]
            for name, figure in zip(FIGURES, figures, strict=True):
                total[name] += figure
    return sums


def _keep(held: Mapping[Key, Rollup], right: Mapping[Key, Figures]) -> list[Drift]:
    """Write the figures that differ from what is kept, and nothing else; returns the differences."""
    drifts = []
    for key, figures in sorted(right.items()):
        kept = {name: getattr(held[key], name) for name in FIGURES}
        differences = {name: (kept[name], figures[name]) for name in FIGURES if kept[name] != figures[name]}
        if differences:
            drifts.append(Drift(key, differences))
            for name, (_, counted) in differences.items():
                setattr(held[key], name, counted)
    names = {name for drift in drifts for name in drift.figures}
    if names:
        Rollup.objects.bulk_update([held[drift.key] for drift in drifts], sorted(names))
    return drifts


def _keys_for(cells: set[Cell]) -> set[Key]:
    """The roll-ups that depend on these cells, the cells' own among them."""
    paths = dict(Unit.objects.filter(pk__in={cell.unit_id for cell in cells}).values_list("pk", "path"))
    programmes = Programme.objects.filter(pk__in={cell.programme_id for cell in cells})
    governments = dict(programmes.values_list("pk", "government_id"))
    keys = {Key(cell.programme_id, Scope.UNIT, cell.unit_id) for cell in cells}
    for cell in cells:
        keys.update(_keys_above(cell, paths[cell.unit_id], governments[cell.programme_id]))
    return keys


def _keys_above(cell: Cell, path: str, government_id: int) -> list[Key]:
    """The sums that a cell enters: BELOW of its unit and of each unit above it up to the government, and PROGRAMME."""
    chain = _ids(path)
    if government_id in chain:
        chain = chain[chain.index(government_id) :]
    below = [Key(cell.programme_id, Scope.BELOW, unit) for unit in chain]
    return [*below, Key(cell.programme_id, Scope.PROGRAMME, 0)]


def _keys_of(rollups: Iterable[Rollup]) -> set[Key]:
    return {_key_of(rollup) for rollup in rollups}


def _key_of(rollup: Rollup) -> Key:
    return Key(rollup.programme_id, rollup.scope, rollup.unit_id or 0)


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]


def _zeros() -> Figures:
    return dict.fromkeys(FIGURES, 0)


# Reading


class Rate(NamedTuple):
    """``part`` of ``whole``, both to be printed; ``bp`` in basis points, half up, None when there are too few."""

    part: int
    whole: int
    bp: int | None

    @classmethod
    def of(cls, part: int, whole: int) -> Rate:
        enough = whole >= FEWEST_FOR_A_PERCENTAGE
        return cls(part, whole, (2 * part * FULL_BP + whole) // (2 * whole) if enough else None)


@dataclass(frozen=True)
class Rates:
    """完成率: met, also with change, of those in force. 达序时率: on or ahead, of those with a plan and a report."""

    completion: Rate
    pace: Rate


def rates(rollup: Rollup) -> Rates:
    return Rates(
        completion=Rate.of(rollup.met + rollup.met_with_change, rollup.in_force),
        pace=Rate.of(rollup.on_pace, rollup.with_pace),
    )


@dataclass(frozen=True)
class Row:
    """One unit of the table: ``own`` what it leads itself; ``below`` with the units under it, None where none has any.

    ``depth`` counts from the uppermost unit that the reader sees, for indenting.
    """

    unit: Unit
    depth: int
    own: Rollup
    below: Rollup | None

    @property
    def rates(self) -> Rates:
        return rates(self.own)

    @property
    def below_rates(self) -> Rates | None:
        return rates(self.below) if self.below else None


@dataclass(frozen=True)
class Table:
    """``total`` is the whole of what the reader sees: the programme, or for a unit's people the unit and below."""

    total: Rollup
    rows: list[Row] = field(default_factory=list)

    @property
    def rates(self) -> Rates:
        return rates(self.total)


def table(programme: Programme, actor: Actor) -> Table:
    """The units that have pledges in force, in the tree's order, as far as the actor sees them. One query.

    A unit that leads nothing itself has a row when a unit under it does; the government only for what it leads itself,
    since what is below it is the total.
    """
    own: dict[int, Rollup] = {}
    below: dict[int, Rollup] = {}
    total = None
    for rollup in Rollup.objects.visible_to(actor).filter(programme=programme).select_related("unit").order_by("pk"):
        if rollup.scope == Scope.PROGRAMME:
            total = rollup
        else:
            (own if rollup.scope == Scope.UNIT else below)[rollup.unit_id] = rollup
    units = {pk: rollup.unit for pk, rollup in below.items() if rollup.unit and rollup.in_force}
    rows = []
    for unit in sorted(units.values(), key=lambda unit: _order(unit, units)):
        cell = own.get(unit.pk) or Rollup(programme=programme, scope=Scope.UNIT, unit=unit)
        has_more = below[unit.pk].in_force > cell.in_force
        if cell.in_force or (has_more and unit.pk != programme.government_id):
            depth = sum(1 for above in _ids(unit.path) if above in units) - 1
            rows.append(Row(unit, depth, own=cell, below=below[unit.pk] if has_more else None))
    if actor.role in OWN_UNIT and actor.unit is not None:
        total = below.get(actor.unit.pk) or Rollup(programme=programme, scope=Scope.BELOW, unit=actor.unit)
    return Table(total or Rollup(programme=programme, scope=Scope.PROGRAMME), rows)


def _order(unit: Unit, units: Mapping[int, Unit]) -> list[tuple[int, int]]:
    """Where a unit comes in the tree read downwards: the positions from the top to the unit."""
    return [(units[pk].position, pk) for pk in _ids(unit.path) if pk in units]


def of_unit(programme: Programme, unit: Unit, scope: str = Scope.UNIT) -> Rollup:
    """The figures of a unit (``UNIT`` or ``BELOW``); all zeros where nothing was ever counted.

    Asks nobody's rights: a page for people has found the unit through what its reader may see.
    """
    found: Rollup | None = Rollup.objects.filter(programme=programme, unit=unit, scope=scope).first()
    return found or Rollup(programme=programme, scope=scope, unit=unit)


def of_programme(programme: Programme) -> Rollup:
    """The figures of the whole programme; all zeros where nothing was ever counted."""
    found: Rollup | None = Rollup.objects.filter(programme=programme, scope=Scope.PROGRAMME).first()
    return found or Rollup(programme=programme, scope=Scope.PROGRAMME)
