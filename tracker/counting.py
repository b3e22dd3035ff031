"""How roll-ups are counted: cells from the pledges, everything else summed from cells (docs/adr/0007).

A cell is what one unit leads in one section under one leader; beside the cells, a unit's tags. `some` counts the cells
that changed and sums upwards from them; `tracker.full_count` counts whole programmes. Whoever writes a cell holds the
programme's total, so no sum is ever made of half-written cells.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import add
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from pledges.models import Outcome, Pledge, Programme, Report, State, Unit
from pledges.querysets import OPEN_STATES, shown_as
from tracker import holding
from tracker.holding import ZEROS, Cell, Drift, Figures, Key
from tracker.models import FIGURES, Rollup

Scope = Rollup.Scope
FEW_CHAINS = 8  # above this the units are read once instead of summed one by one

# States that show a light: in force, neither handed in for verification nor closed.
_LIT = Q(state__in=(State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED))
_REPORTED = Q(Exists(Report.objects.standing().order_by().filter(pledge=OuterRef("pk"))))
_TOO_LATE = Q(Exists(Report.objects.filter(pledge=OuterRef("pk"), revision=1, late=True)))
# A milestone pledge has a pace from its first day; only a report makes it one to be counted.
_PACED = ~Q(pace="") & _REPORTED

# What each figure counts among the top-level pledges in force (all but draft and withdrawn). Grey counts every grey
# light; ``unreported`` is the part of it that a unit could have prevented. ``overdue`` is a part of red, and of yellow
# for soft wording; but both are facts, which stay what they are under a light set by decision. ``late`` counts claims
# made after the due date of that day, verified or not. ``on_time`` counts those reported whose reports all came before
# their windows closed; ``extended`` those whose due date was put off.
COUNTED: dict[str, Q] = {
    "in_force": Q(),
    "open_count": Q(state__in=OPEN_STATES),
    "claimed": Q(state=State.CLAIMED),
    "met": Q(outcome=Outcome.MET),
    "met_with_change": Q(outcome=Outcome.MET_WITH_CHANGE),
    "not_met": Q(outcome=Outcome.NOT_MET),
    "late": Q(claimed_date__gt=F("claim_due_date")),
    "overdue": _LIT & Q(light_reason="overdue"),
    "red": _LIT & shown_as("red"),
    "yellow": _LIT & shown_as("yellow"),
    "green": _LIT & shown_as("green"),
    "grey": _LIT & shown_as("grey"),
    "unreported": _LIT & Q(light_reason="unreported"),
    "with_pace": _PACED,
    "on_pace": Q(pace__in=("on", "ahead")) & _REPORTED,
    "was_red": Q(was_red__gt=0),
    "reported": _REPORTED,
    "on_time": Q(missed=0) & _REPORTED & ~_TOO_LATE,
    "extended": Q(due_date__gt=F("original_due_date")),
}


@dataclass(frozen=True)
class Touched:
    """What is to be counted: cells, tags as (programme, unit, tag), and whole units as (programme, unit)."""

    cells: frozenset[Cell]
    tags: frozenset[tuple[int, int, str]]
    units: frozenset[tuple[int, int]]

    @classmethod
    def by(cls, stale: Iterable[tuple[int, int, str | None, int, list[str]]]) -> "Touched":
        """From stale scopes: programme, unit, section (None: the whole unit), leader, tags."""
        rows = list(stale)
        return cls(
            cells=frozenset(Cell(row[0], row[1], row[2], row[3]) for row in rows if row[2] is not None),
            tags=frozenset((row[0], row[1], tag) for row in rows for tag in row[4]),
            units=frozenset((row[0], row[1]) for row in rows if row[2] is None),
        )


def keys_of(touched: Touched) -> set[Key]:
    """The roll-ups that depend on what was touched, with all that a touched unit has now or had when last counted."""
    cells, tags = set(touched.cells), set(touched.tags)
    if touched.units:
        wanted = {unit for _programme, unit in touched.units}
        programmes = {programme for programme, _unit in touched.units}
        pledges = Pledge.objects.filter(programme__in=programmes, lead_unit__in=wanted).order_by()
        seen = pledges.values_list("programme", "lead_unit", "section", "leader", "tags").distinct()
        for programme, unit, section, leader, marks in seen:
            cells.add(Cell(programme, unit, section, leader or 0))
            tags.update((programme, unit, tag) for tag in marks)
        for key in holding.kept(Rollup.objects.filter(programme__in=programmes, unit__in=wanted)):
            if key.scope == Scope.CELL:
                cells.add(Cell(key.programme_id, key.unit_id, key.section, key.leader_id))
            elif key.scope == Scope.TAG:
                tags.add((key.programme_id, key.unit_id, key.tag))
    places = {(cell.programme_id, cell.unit_id) for cell in cells} | {(tag[0], tag[1]) for tag in tags}
    return set(_keys(cells, tags, _chains({*places, *touched.units})))


def some(touched: Touched) -> list[Drift]:
    """Count what was touched and sum upwards from it; returns what was different. Call inside a transaction."""
    keys = keys_of(touched)
    held = holding.hold(keys)
    bottom = [key for key in keys if key.scope == Scope.CELL or (key.scope == Scope.TAG and key.unit_id)]
    counted = _count(bottom)
    wrong = holding.keep(held, {key: counted[key] for key in bottom})
    within = _within_units({key for key in keys if key.unit_id and key.scope in WITHIN})
    wrong += holding.keep(held, within)
    over = [key for key in keys if not key.unit_id or key.scope == Scope.BELOW]
    return wrong + holding.keep(held, _over_units(over))


def sums_of(counted: Mapping[Key, Figures]) -> dict[Key, Figures]:
    """Cells and units' tags with everything that they sum up to."""
    return _summed(counted, _chains({(key.programme_id, key.unit_id) for key in counted}))


def names_of(units: set[int]) -> dict[int, str]:
    return {unit.pk: str(unit) for unit in Unit.objects.filter(pk__in=units)}


def _summed(counted: Mapping[Key, Figures], chains: "Chains") -> dict[Key, Figures]:
    found: dict[Key, Figures] = defaultdict(lambda: ZEROS)
    for key, figures in counted.items():
        for one in _sums_of(key, chains):
            found[one] = tuple(map(add, found[one], figures))
    return dict(found)


def places_of(pledges: Any) -> dict[str, Any]:
    """The annotations that count `FIGURES` over a queryset of top-level pledges in force."""
    return {f"n_{name}": Count("pk", filter=COUNTED[name]) for name in FIGURES}


# Which sums a cell enters

WITHIN = (Scope.UNIT, Scope.SECTION, Scope.LEADER)
Chains = Mapping[tuple[int, int], tuple[int, ...]]


def _chains(places: Iterable[tuple[int, int]]) -> Chains:
    """For each unit of a programme the units it is summed into: itself and those above, up to the government."""
    wanted = set(places)
    paths = dict(Unit.objects.filter(pk__in={unit for _programme, unit in wanted}).values_list("pk", "path"))
    programmes = Programme.objects.filter(pk__in={programme for programme, _unit in wanted})
    governments = dict(programmes.values_list("pk", "government_id"))
    found = {}
    for programme, unit in wanted:
        chain = tuple(int(part) for part in paths.get(unit, "").split("/") if part)
        if governments[programme] in chain:
            chain = chain[chain.index(governments[programme]) :]
        found[programme, unit] = chain
    return found


def _keys(cells: Iterable[Cell], tags: Iterable[tuple[int, int, str]], chains: Chains) -> Iterator[Key]:
    for cell in cells:
        yield from _sums_of(Key(cell.programme_id, Scope.CELL, cell.unit_id, cell.section, cell.leader_id), chains)
    for programme, unit, tag in tags:
        yield from _sums_of(Key(programme, Scope.TAG, unit, tag=tag), chains)


def _sums_of(key: Key, chains: Chains) -> Iterator[Key]:
    """A cell, or a unit's tag, and every sum it enters."""
    programme, unit = key.programme_id, key.unit_id
    yield key
    if key.scope == Scope.TAG:
        yield Key(programme, Scope.TAG, tag=key.tag)
        return
    yield Key(programme, Scope.UNIT, unit)
    for above in chains[programme, unit]:
        yield Key(programme, Scope.BELOW, above)
    yield Key(programme, Scope.PROGRAMME)
    for of in (unit, 0):
        yield Key(programme, Scope.SECTION, of, section=key.section)
        yield Key(programme, Scope.LEADER, of, leader_id=key.leader_id)


# Counting and summing


def _count(keys: Iterable[Key]) -> dict[Key, Figures]:
    """The figures of cells and of units' tags from the pledges; one query where no tag is concerned, else two."""
    wanted = list(keys)
    cells = [key for key in wanted if key.scope == Scope.CELL]
    tags = [key for key in wanted if key.scope == Scope.TAG]
    found: dict[Key, Figures] = dict.fromkeys(wanted, ZEROS)
    in_cells = Q(section__in={key.section for key in cells}) & holding.leaders({key.leader_id for key in cells})
    for key, figures in _grouped(cells, in_cells, "section", "leader"):
        if key in found:
            found[key] = figures
    for key, figures in _grouped(tags, ~Q(tags=[]), "tags"):
        if key in found:
            found[key] = tuple(map(add, found[key], figures))
    return found


def _grouped(keys: list[Key], within: Q, *by: str) -> Iterator[tuple[Key, Figures]]:
    """Groups of pledges as the keys that they count for; a group of several tags counts for each of them."""
    if not keys:
        return
    pledges = Pledge.objects.top_level().in_force().filter(within)
    pledges = pledges.filter(
        programme__in={key.programme_id for key in keys}, lead_unit__in={key.unit_id for key in keys}
    )
    counted = pledges.order_by().values("programme_id", "lead_unit_id", *by).annotate(**places_of(pledges))
    for row in counted:
        figures = tuple(row[f"n_{name}"] for name in FIGURES)
        programme, unit = row["programme_id"], row["lead_unit_id"]
        if "tags" in by:
            for tag in set(row["tags"]):
                yield Key(programme, Scope.TAG, unit, tag=tag), figures
        else:
            yield Key(programme, Scope.CELL, unit, row["section"], row["leader"] or 0), figures


def _within_units(keys: set[Key]) -> dict[Key, Figures]:
    """A unit's own figures, whole and by section and leader, from its cells: one query."""
    found: dict[Key, Figures] = dict.fromkeys(keys, ZEROS)
    cells = Rollup.objects.filter(
        programme__in={key.programme_id for key in keys}, unit__in={key.unit_id for key in keys}, scope=Scope.CELL
    )
    for programme, unit, section, leader, *figures in cells.order_by().values_list(
        "programme", "unit", "section", "leader", *FIGURES
    ):
        for key in (
            Key(programme, Scope.UNIT, unit),
            Key(programme, Scope.SECTION, unit, section=section),
            Key(programme, Scope.LEADER, unit, leader_id=leader or 0),
        ):
            if key in found:
                found[key] = tuple(map(add, found[key], figures))
    return found


def _below(keys: list[Key]) -> dict[Key, Figures]:
    """The same for many units at once, from all units' figures."""
    found: dict[Key, Figures] = dict.fromkeys(keys, ZEROS)
    own = Rollup.objects.filter(programme__in={key.programme_id for key in keys}, scope=Scope.UNIT).order_by()
    for programme, path, *figures in own.values_list("programme", "unit__path", *FIGURES).iterator():
        for part in path.split("/"):
            key = Key(programme, Scope.BELOW, int(part or 0))
            if key in found:
                found[key] = tuple(map(add, found[key], figures))
    return found


def _over_units(keys: list[Key]) -> dict[Key, Figures]:
    """Sums over units, made by the database: one query a scope, and one for each of a few units with those below."""
    found: dict[Key, Figures] = dict.fromkeys(keys, ZEROS)
    by_scope: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        by_scope[key.scope].append(key)
    paths = dict(Unit.objects.filter(pk__in={key.unit_id for key in by_scope[Scope.BELOW]}).values_list("pk", "path"))
    sums = {f"n_{name}": Sum(name) for name in FIGURES}
    below_keys = by_scope.pop(Scope.BELOW, [])
    if len(below_keys) > FEW_CHAINS:
        found |= _below(below_keys)
        below_keys = []
    for key in below_keys:
        below = Rollup.objects.filter(programme=key.programme_id, scope=Scope.UNIT)
        row = below.filter(unit__path__startswith=paths[key.unit_id]).order_by().aggregate(**sums)
        found[key] = tuple(row[f"n_{name}"] or 0 for name in FIGURES)
    for scope, asked in by_scope.items():
        parts = Rollup.objects.filter(programme__in={key.programme_id for key in asked}, unit__isnull=False)
        if scope == Scope.SECTION:
            parts = parts.filter(section__in={key.section for key in asked})
        elif scope == Scope.LEADER:
            parts = parts.filter(holding.leaders({key.leader_id for key in asked}))
        elif scope == Scope.TAG:
            parts = parts.filter(tag__in={key.tag for key in asked})
        parts = parts.filter(scope=Scope.UNIT if scope == Scope.PROGRAMME else scope)
        grouped: Any = parts.order_by().values("programme_id", "section", "leader_id", "tag").annotate(**sums)
        for one in grouped:
            key = Key(one["programme_id"], scope, 0, one["section"], one["leader_id"] or 0, one["tag"])
            if key in found:
                found[key] = tuple(one[f"n_{name}"] for name in FIGURES)
    return found
