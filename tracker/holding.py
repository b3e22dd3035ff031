"""Roll-ups as rows: which there are, holding them under locks, and writing down what was counted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q

from tracker.models import FIGURES, Rollup

Scope = Rollup.Scope
Figures = tuple[int, ...]  # in the order of FIGURES
ZEROS: Figures = (0,) * len(FIGURES)
AT_ONCE = 500


class Cell(NamedTuple):
    """What one unit leads in one section under one leader (0: none named)."""

    programme_id: int
    unit_id: int
    section: str
    leader_id: int


class Key(NamedTuple):
    """Which roll-up; 0 and "" for what its scope does not name, so that keys sort."""

    programme_id: int
    scope: str
    unit_id: int = 0
    section: str = ""
    leader_id: int = 0
    tag: str = ""


@dataclass(frozen=True)
class Drift:
    """A roll-up that did not agree with the pledges: figure by figure what was kept and what was counted."""

    key: Key
    figures: Mapping[str, tuple[int, int]]

    @classmethod
    def between(cls, key: Key, kept: Figures, counted: Figures) -> "Drift":
        pairs = zip(FIGURES, kept, counted, strict=True)
        return cls(key, {name: (was, now) for name, was, now in pairs if was != now})


def leaders(ids: set[int]) -> Q:
    named = Q(leader__in=ids - {0})
    return named | Q(leader=None) if 0 in ids else named


Held = Mapping[Key, tuple[int, Figures]]


def hold_programmes(programmes: set[int]) -> None:
    """Whoever counts anything of a programme holds the row of its total until the end of the transaction, so two never
    count one programme at once; statements after this one see whatever another holder committed.

    Rows that do not exist yet are made first, in one order and before anything is locked, and the locks are taken in
    one order too: two who do this wait for each other and never block each other.
    """
    totals = Rollup.objects.filter(programme__in=programmes, scope=Scope.PROGRAMME)
    missing = programmes - set(totals.values_list("programme_id", flat=True))
    Rollup.objects.bulk_create(
        [Rollup(programme_id=pk, scope=Scope.PROGRAMME) for pk in sorted(missing)], ignore_conflicts=True
    )
    list(totals.select_for_update().order_by("pk").values_list("pk"))


def hold(keys: set[Key]) -> Held:
    """The roll-ups, held through their programmes; those that do not exist yet are made."""
    hold_programmes({key.programme_id for key in keys})
    wanted = Rollup.objects.filter(_these(keys))
    Rollup.objects.bulk_create(
        [
            Rollup(
                programme_id=key.programme_id,
                scope=key.scope,
                unit_id=key.unit_id or None,
                section=key.section,
                leader_id=key.leader_id or None,
                tag=key.tag,
            )
            for key in sorted(keys - set(kept(wanted)))
        ],
        batch_size=AT_ONCE,
    )
    rows = wanted.order_by().values_list("pk", *PLACE, *FIGURES)
    found = {key_of(row[1 : 1 + len(PLACE)]): (row[0], row[1 + len(PLACE) :]) for row in rows.iterator()}
    return {key: found[key] for key in keys}


PLACE = ("programme_id", "scope", "unit_id", "section", "leader_id", "tag")


def _these(keys: set[Key]) -> Q:
    """Rows with these keys. A few others may be among them where several cells are counted at once."""
    by_shape: dict[tuple[str, bool], list[Key]] = defaultdict(list)
    for key in keys:
        by_shape[key.scope, bool(key.unit_id)].append(key)
    found = Q(pk__in=())
    for (scope, has_unit), some_keys in by_shape.items():
        one = Q(scope=scope, programme__in={key.programme_id for key in some_keys})
        one &= Q(unit__in={key.unit_id for key in some_keys}) if has_unit else Q(unit=None)
        if scope in (Scope.CELL, Scope.SECTION):
            one &= Q(section__in={key.section for key in some_keys})
        if scope in (Scope.CELL, Scope.LEADER):
            one &= leaders({key.leader_id for key in some_keys})
        if scope == Scope.TAG:
            one &= Q(tag__in={key.tag for key in some_keys})
        found |= one
    return found


def kept(rollups: Any) -> Iterator[Key]:
    for row in rollups.order_by().values_list(*PLACE).iterator():
        yield key_of(row)


def key_of(row: Sequence[Any]) -> Key:
    programme, scope, unit, section, leader, tag = row
    return Key(programme, scope, unit or 0, section, leader or 0, tag)


def keep(held: Held, right: Mapping[Key, Figures]) -> list[Drift]:
    """Write the figures that differ from what is kept, and nothing else; returns the differences."""
    drifts, changed, names = [], [], set()
    for key, figures in right.items():
        pk, kept = held[key]
        if kept == figures:
            continue
        drift = Drift.between(key, kept, figures)
        drifts.append(drift)
        changed.append(Rollup(pk=pk, **dict(zip(FIGURES, figures, strict=True))))
        names |= set(drift.figures)
    if changed:
        changed.sort(key=lambda rollup: rollup.pk)
        Rollup.objects.bulk_update(changed, sorted(names), batch_size=AT_ONCE)
    return sorted(drifts, key=lambda drift: drift.key)
