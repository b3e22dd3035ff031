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

# The plain counts: the roll-up's name, its heading, and what the ledger is asked for; None where it cannot show
# exactly these rows.
COUNTS: tuple[tuple[str, Any, dict[str, str] | None], ...] = (
    ("red", _("红灯"), {"light": "red"}),
    ("yellow", _("黄灯"), {"light": "yellow"}),
    ("green", _("绿灯"), {"light": "green"}),
    ("grey", _("灰灯"), None),
    ("unreported", _("未报送"), {"light": "unreported"}),
    ("overdue", _("逾期"), {"overdue": "1"}),
    ("was_red", _("曾亮红灯"), None),
)
HEADINGS = (_("在账"), _("完成率"), _("达序时率"), *(label for _name, label, _query in COUNTS))


@dataclass(frozen=True)
class Cell:
    """``count`` of ``whole``, both printed; ``percent`` is empty where there are too few to say one, ``url`` where
    no page shows just these rows."""

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
        has_below: bool = False,
        more: dict[str, str] | None = None,
    ) -> "Line":
        """``has_below`` says that the figures are a unit's own though there are units under it; the ledger filters by
        a unit and all below, so these cells lead nowhere. ``more`` narrows the ledger further."""
        asked = {"programme": str(rollup.programme_id), "level": "top"} | ({"unit": str(unit.pk)} if unit else {})
        asked |= more or {}
        return cls(str(label), _cells(rollup, None if has_below else asked), unit, min(depth, 3), is_below)


def _cells(rollup: Rollup, asked: dict[str, str] | None) -> list[Cell]:
    """One cell a heading, in the order of `HEADINGS`. ``asked`` narrows the ledger to the roll-up's scope."""
    rates = rollups.rates(rollup)

    def address(query: dict[str, str] | None) -> str:
        if asked is None or query is None:
            return ""
        return f"{reverse('web:ledger')}?{urlencode(asked | query)}"

    return [
        Cell(HEADINGS[0], rollup.in_force, "in_force"),
        _rate(HEADINGS[1], rates.completion, "completion"),
        _rate(HEADINGS[2], rates.pace, "pace"),
        *(Cell(label, getattr(rollup, name), name, address(query)) for name, label, query in COUNTS),
    ]


def _rate(label: Any, rate: rollups.Rate, name: str) -> Cell:
    return Cell(label, rate.part, name, whole=rate.whole, percent=sentences.percent(rate.bp))
