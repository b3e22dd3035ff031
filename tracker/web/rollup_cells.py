"""The figures of a roll-up as a table's cells, each with the way to the very rows that it counts."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pledges import sentences
from pledges.models import Unit
from tracker import rollups
from tracker.models import Rollup
from tracker.web import ledger_filters

Scope = Rollup.Scope
# The plain counts: the roll-up's name and its heading.
COUNTS = ("red", "yellow", "green", "grey", "unreported", "overdue", "was_red")
HEADINGS = (_("在账"), _("完成率"), _("达序时率"), *(ledger_filters.FIGURES[name][0] for name in COUNTS))


@dataclass(frozen=True)
class Cell:
    """``count`` of ``whole``, both printed; ``percent`` is empty where there are too few to say one. ``url`` opens the
    rows of ``count``; it is empty for figures that are not of today."""

    label: Any
    count: int
    name: str
    url: str = ""
    whole: int | None = None
    percent: str = ""


@dataclass(frozen=True)
class Line:
    """A row of figures. ``is_below`` marks the figures of a unit together with those under it."""

    label: str
    cells: list[Cell]
    unit: Unit | None = None
    depth: int = 0
    is_below: bool = False

    @classmethod
    def of(
        cls,
        label: str,
        rollup: Rollup,
        *,
        unit: Unit | None = None,
        depth: int = 0,
        is_below: bool = False,
        is_frozen: bool = False,
    ) -> "Line":
        """``is_frozen`` says that the figures are those of a closed period, which the rows of today do not show."""
        asked = None if is_frozen else _asked(rollup)
        return cls(str(label), _cells(rollup, asked), unit, min(depth, 3), is_below)


def _asked(rollup: Rollup) -> dict[str, str]:
    """What narrows the ledger to the roll-up's scope."""
    asked = {"programme": str(rollup.programme_id), "level": "top"}
    if rollup.unit_id is not None:
        asked |= {"unit": str(rollup.unit_id)} | ({} if rollup.scope == Scope.BELOW else {"own": "1"})
    if rollup.scope == Scope.SECTION:
        asked["section"] = rollup.section or ledger_filters.NONE
    if rollup.scope == Scope.LEADER:
        asked["leader"] = str(rollup.leader_id or ledger_filters.NONE)
    if rollup.scope == Scope.TAG:
        asked["tag"] = rollup.tag
    return asked


def _cells(rollup: Rollup, asked: dict[str, str] | None) -> list[Cell]:
    """One cell a heading, in the order of `HEADINGS`."""
    rates = rollups.rates(rollup)

    def cell(name: str, count: int, label: Any, **more: Any) -> Cell:
        opens = f"{reverse('web:ledger')}?{urlencode(asked | {'counted': name})}" if asked else ""
        return Cell(label, count, name, opens, **more)

    def rate(name: str, of: rollups.Rate, label: Any) -> Cell:
        return cell(name, of.part, label, whole=of.whole, percent=sentences.percent(of.bp))

    return [
        cell("in_force", rollup.in_force, HEADINGS[0]),
        rate("completion", rates.completion, HEADINGS[1]),
        rate("pace", rates.pace, HEADINGS[2]),
        *(cell(name, getattr(rollup, name), label) for name, label in zip(COUNTS, HEADINGS[3:], strict=True)),
    ]
