"""Readers of what a report is told for project and livelihood sheets, and of the questions that were answered."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from pledges.models import ProjectSheet, Target
from workflow import needs, special_sheets
from workflow.context import Context
from workflow.needs import Reader, Unreadable
from workflow.special_sheets import Column, Kind

# Amounts are typed in 万元 whatever their size; the sign is judged here, in words that fit.
IN_WAN = Target(unit=special_sheets.YUAN, scale=special_sheets.WAN, quantity_kind=Target.QuantityKind.GROWTH)
MOST_PEOPLE = 2_000_000_000
ORDER = (
    ("planned_start", "planned_finish", _("计划竣工不能早于计划开工(%(start)s)。")),
    ("actual_start", "actual_finish", _("实际竣工不能早于实际开工(%(start)s)。")),
)
CODE = re.compile(r"[a-z_]{1,30}(?::[a-z_]{1,30}(?:\.[a-z0-9_]{1,30})?)?")
MOST_CODES = 60


def sheet(kind: Kind) -> Reader:
    """Reads ``{column: typed}``. Columns that are not given stay as they are; an empty one is emptied."""

    def read(raw: Any, context: Context) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            raise Unreadable(_("请逐项填写。"))
        if kind not in special_sheets.kinds_of(context.pledge):
            raise Unreadable(_("这一事项没有“%(tag)s”标签,不用填这些内容。") % {"tag": kind.label})
        asked = {column.name: column for column in special_sheets.asked(context.pledge, kind)}
        found: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for name, typed in raw.items():
            column = asked.get(str(name))
            if column is None:
                faults[str(name)] = _("这一项不用填:没有这一项,或者已从目标、节点和填报中取得。")
                continue
            try:
                found[column.name] = _read(typed, column, kind, context)
            except Unreadable as refusal:
                faults[column.name] = refusal.fields[""]
        faults |= {name: words for name, words in _out_of_order(found, kind, context).items() if name not in faults}
        if faults:
            raise Unreadable(fields=faults)
        return found

    return read


def _read(typed: Any, column: Column, kind: Kind, context: Context) -> Any:
    field: Any = kind.model._meta.get_field(column.name)
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return "" if isinstance(field, CharField) else None
    if column.kind == "money":
        value = needs.number(typed, IN_WAN)
        if value < 0:
            raise Unreadable(_("金额不能是负数。"))
        return value
    if column.kind == "count":
        return _count(typed)
    if column.kind == "choice":
        return needs.choice(ProjectSheet.Nature)(typed, context)
    if column.kind == "day":
        return needs.day(typed, context)
    if column.kind == "past_day":
        return needs.past_day(typed, context)
    return needs.text(field.max_length)(typed, context)


def _count(typed: Any) -> int:
    plain = unicodedata.normalize("NFKC", str(typed)).strip().replace(",", "")
    if plain.startswith(("-", "\u2212")):
        raise Unreadable(_("人数不能是负数。"))
    if isinstance(typed, bool) or not (plain.isascii() and plain.isdecimal() and len(plain) < 19):
        raise Unreadable(_("请填写人数,只填整数。"))
    if int(plain) > MOST_PEOPLE:
        raise Unreadable(_("这个数太大,请核对。"))
    return int(plain)


def _out_of_order(found: Mapping[str, Any], kind: Kind, context: Context) -> dict[str, Any]:
    """A finish before its start; the fault stands at whichever of the two is asked, the finish first."""
    if kind is not special_sheets.PROJECT:
        return {}
    pledge = context.pledge
    known = special_sheets.kept(pledge, kind) | special_sheets.derived(pledge, kind) | dict(found)
    faults = {}
    for start, finish, words in ORDER:
        first, last = known[start], known[finish]
        is_given = start in found or finish in found
        if is_given and isinstance(first, datetime.date) and isinstance(last, datetime.date) and last < first:
            faults[finish if finish in found else start] = words % {"start": first.isoformat()}
    return faults


def codes(raw: Any, context: Context) -> list[str]:
    """The codes of the questions that were shown and answered; given as a list or as text set apart by commas."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise Unreadable(_("请给出已核对问题的代码。"))
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(found) > MOST_CODES or not all(CODE.fullmatch(part) for part in found):
        raise Unreadable(_("请给出已核对问题的代码。"))
    return found


def merged(sheet_read: Mapping[str, Any] | None, context: Context, kind: Kind) -> dict[str, Any]:
    """The sheet as it will stand with what was read just now."""
    known = special_sheets.kept(context.pledge, kind) | special_sheets.derived(context.pledge, kind)
    return known | dict(sheet_read or {})
