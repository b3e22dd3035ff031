"""A pasted column of shares: a unit and an amount a line, set apart by a tab, a space, a comma or 、.

Read as a whole: either every line is understood, or the faults say by line what is in the way.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import matching
from pledges.extraction import numerals

APART = re.compile(r"[\s,，、;；:：]+")
SERIAL = re.compile(r"^\d{1,4}[\s.、．,，]+")
HEADINGS = frozenset(["单位", "单位名称", "名称", "部门", "县区", "县市区", "区县", "责任单位", "牵头单位", "承办单位"])
TOTALS = frozenset(["合计", "总计", "全市", "全市合计", "小计"])
MOST_LINES = 500


@dataclass(frozen=True)
class Line:
    """``value`` in base units."""

    number: int
    unit_id: int
    value: Decimal


@dataclass(frozen=True)
class Column:
    """``faults``: line number → sentence; 0 for the column as a whole."""

    lines: list[Line]
    faults: dict[int, Any]


def read(text: str, directory: matching.Directory, *, unit: str, scale: int) -> Column:
    """The shares of a column. A number alone is in the target's shown unit; one with 万, 亿 or the unit says itself
    what it is. A heading in the first line is passed over; a total in the last must be the sum."""
    written = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not written:
        return Column([], {0: _("请粘贴两列:单位和数量,每行一个单位。")})
    if len(written) > MOST_LINES:
        return Column([], {0: _("一次最多粘贴 %(most)d 行。") % {"most": MOST_LINES}})
    lines: list[Line] = []
    faults: dict[int, Any] = {}
    seen: dict[int, int] = {}
    for place, (number, line) in enumerate(written):
        name, cell, value = _parted(line, unit, scale)
        if place == 0 and value is None and name in HEADINGS:
            continue
        if value is None:
            told = {"line": number, "cell": (cell or line)[:20], "unit": unit}
            faults[number] = _("第 %(line)d 行:“%(cell)s”读不出以“%(unit)s”计的数量。") % told
            continue
        if place == len(written) - 1 and matching.squeezed(name) in TOTALS:
            if not faults and value != sum(one.value for one in lines):
                faults[number] = _("第 %(line)d 行:合计与各行之和不一致,请核对。") % {"line": number}
            continue
        found, fault = _unit(name, directory, number)
        if found is None:
            faults[number] = fault
        elif found in seen:
            told = {"line": number, "name": name[:30], "first": seen[found]}
            faults[number] = _("第 %(line)d 行:“%(name)s”在第 %(first)d 行已经有了。") % told
        else:
            seen[found] = number
            lines.append(Line(number, found, value))
    if not lines and not faults:
        faults[0] = _("请粘贴两列:单位和数量,每行一个单位。")
    return Column([] if faults else lines, faults)


def amount_of(cell: str, *, unit: str, scale: int) -> Decimal | None:
    """An amount in base units, None when the cell holds none: at 万户, "7.5", "7.5万", "75000户" and "七万五千户"."""
    plain = "".join(unicodedata.normalize("NFKC", cell).split())
    counted = "".join(unicodedata.normalize("NFKC", unit).split())
    body = plain.removesuffix(counted) if counted else plain
    value = numerals.value_of(body) if body else None
    if value is None:
        return None
    has_multiplier = any(char in "万亿" for char in body) or (body[0].isascii() and not body.isascii())
    return value if body != plain or has_multiplier else value * scale


def _parted(line: str, unit: str, scale: int) -> tuple[str, str, Decimal | None]:
    """Name, amount as written, and its value: parted where what follows is an amount, else at the last gap."""
    name, cell = line, ""
    for gap in APART.finditer(line):
        name, cell = line[: gap.start()], line[gap.end() :]
        value = amount_of(cell, unit=unit, scale=scale)
        if name and value is not None:
            return name, cell, value
    return name, cell, None


def _unit(name: str, directory: matching.Directory, number: int) -> tuple[int | None, Any]:
    found = matching.the_unit([name], directory)
    if found is None and SERIAL.match(name):
        found = matching.the_unit([SERIAL.sub("", name)], directory)
    if found is not None:
        return found, ""
    names = {entry.id: entry.name for entry in directory.entries}
    near = [names[one.unit_id] for one in matching.match(name, directory) if one.unit_id is not None]
    if near:
        told = {"line": number, "name": name[:30], "near": "、".join(near[:3])}
        return None, _("第 %(line)d 行:“%(name)s”不能确定是哪个单位,可能是:%(near)s。") % told
    return None, _("第 %(line)d 行:没有找到单位“%(name)s”,请按单位名称填写。") % {"line": number, "name": name[:30]}
