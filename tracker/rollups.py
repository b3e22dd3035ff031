"""Roll-ups: every figure is counted anew from the pledges, never incremented (docs/adr/0007).

    sweep(), refresh_stale()     count the scopes that `changed` marked as stale
    recount()                    count everything, and say what had drifted
    table(), by(), of_unit(), of_programme(), rates()      what pages, exports and the API read

How they are counted stands in `tracker.counting` and, for everything at once, in `tracker.full_count`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction

from config.progress import Watch, unwatched
from pledges.actors import Actor
from pledges.models import Programme, Unit
from pledges.querysets import OWN_UNIT
from tracker import counting, full_count
from tracker.counting import COUNTED, Drift
from tracker.models import Rollup, StaleScope

__all__ = [
    "COUNTED",
    "Drift",
    "Rate",
    "Rates",
    "Row",
    "Table",
    "by",
    "of_programme",
    "of_unit",
    "rates",
    "recount",
    "refresh_stale",
    "sweep",
    "table",
]

log = logging.getLogger(__name__)

STALE_AT_ONCE = 1000
PROGRAMMES_AT_ONCE = 50
ROUNDS = 100
FEWEST_FOR_A_PERCENTAGE = 5
FULL_BP = 10_000
PLACE = ("programme_id", "unit_id", "section", "leader", "tags")

Scope = Rollup.Scope


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
        stale = list(StaleScope.objects.order_by("pk").values_list("pk", *PLACE)[:limit])
        counting.some(counting.Touched.by(tuple(row[1:]) for row in stale))
        StaleScope.objects.filter(pk__in=[row[0] for row in stale]).delete()
    return len(stale)


def recount(programme: Programme | None = None, *, watch: Watch = unwatched) -> list[Drift]:
    """Count everything anew, of one programme or of all; returns and logs the roll-ups that were wrong (none).

    A scope that still waits in the stale rows is corrected but is no drift. Also corrects what a move in the tree of
    units left behind.
    """
    wanted = Programme.objects.order_by("pk") if programme is None else Programme.objects.filter(pk=programme.pk)
    programmes = list(wanted.values_list("pk", flat=True))
    drifts: list[Drift] = []
    starts = range(0, len(programmes), PROGRAMMES_AT_ONCE)
    for first in watch(starts, lambda: len(starts)):
        some = programmes[first : first + PROGRAMMES_AT_ONCE]
        with transaction.atomic():
            wrong = full_count.everything(some)
            # Read after the pledges, while the totals are held: a change that was counted is still marked here.
            waiting = StaleScope.objects.filter(programme__in=some).values_list(*PLACE)
            awaited = counting.keys_of(counting.Touched.by(waiting)) if wrong else set()
        drifts += [drift for drift in wrong if drift.key not in awaited]
    for drift in drifts:
        log.warning("roll-up %s had drifted (kept, counted): %s", tuple(drift.key), dict(drift.figures))
    return drifts


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
    """完成率: met, also with change, of those in force. 达序时率: on or ahead, of those with a plan and a report.
    按时填报率: reported in time throughout, of those that reported."""

    completion: Rate
    pace: Rate
    on_time: Rate


def rates(rollup: Rollup) -> Rates:
    return Rates(
        completion=Rate.of(rollup.met + rollup.met_with_change, rollup.in_force),
        pace=Rate.of(rollup.on_pace, rollup.with_pace),
        on_time=Rate.of(rollup.on_time, rollup.reported),
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


OF_UNITS = (Scope.UNIT, Scope.BELOW, Scope.PROGRAMME)
DIMENSIONS = (Scope.SECTION, Scope.LEADER, Scope.TAG)


def by(scope: str, programme: Programme, actor: Actor) -> list[Rollup]:
    """The figures by section, leader or tag that have something in force: of the programme for who sees the whole of
    it, else of the actor's own unit. One query. Sections and tags in the order of their first pledge, leaders by post.
    """
    found = Rollup.objects.visible_to(actor).filter(programme=programme, scope=scope, in_force__gt=0)
    own = actor.role in OWN_UNIT and actor.unit is not None
    found = found.filter(unit=actor.unit) if own else found.filter(unit=None)
    return list(found.select_related("leader__holder", "leader__unit").order_by("leader", "pk"))


def table(programme: Programme, actor: Actor) -> Table:
    """The units that have pledges in force, in the tree's order, as far as the actor sees them. One query.

    A unit that leads nothing itself has a row when a unit under it does; the government only for what it leads itself,
    since what is below it is the total.
    """
    own: dict[int, Rollup] = {}
    below: dict[int, Rollup] = {}
    total = None
    of_units = Rollup.objects.visible_to(actor).filter(programme=programme, scope__in=OF_UNITS)
    for rollup in of_units.select_related("unit").order_by("pk"):
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


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]
