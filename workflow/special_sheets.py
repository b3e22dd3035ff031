"""Project and livelihood sheets: which a pledge has, what is asked for them, and what is known already.

A pledge has a sheet when it carries its tag. What a target, a stage or a report says is taken from there and never
asked: 本年完成投资 from a target in yuan, 开工 and 竣工 and 手续 from the stages of those names, 形象进度 from the
newest report's sentence. Reads what `PledgeQuerySet.with_facts` prefetches and the sheet's own row.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges import standing
from pledges.models import LivelihoodSheet, Milestone, Pledge, ProjectSheet, Target

WAN = 10_000  # people type and read 万元; rows hold yuan
YUAN = "元"
INVESTMENT = "投资"
PROCEDURES = ("立项", "可研", "用地", "规划", "环评", "能评", "施工许可", "手续")


@dataclass(frozen=True)
class Column:
    """``kind`` is one of money, text, choice, day, past_day, count."""

    name: str
    kind: str


@dataclass(frozen=True)
class Kind:
    """One of the two sheets. ``name`` is that of its Need; ``tag`` makes a pledge have it."""

    name: str
    tag: str
    label: Any
    model: type[Model]
    columns: tuple[Column, ...]

    def label_of(self, column: str) -> str:
        return str(self.model._meta.get_field(column).verbose_name)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Row:
    """One line of a sheet as it is shown. ``value`` is a decimal in yuan, a day, a number or a text; None: unknown."""

    name: str
    label: str
    value: Any
    shown: str
    is_derived: bool


PROJECT = Kind(
    name="project",
    tag="重点项目",
    label=gettext_lazy("重点项目"),
    model=ProjectSheet,
    columns=(
        Column("nature", "choice"),
        Column("place", "text"),
        Column("scale", "text"),
        Column("total_investment", "money"),
        Column("invested_before", "money"),
        Column("planned_investment", "money"),
        Column("invested", "money"),
        Column("funded", "money"),
        Column("planned_start", "day"),
        Column("actual_start", "past_day"),
        Column("planned_finish", "day"),
        Column("actual_finish", "past_day"),
        Column("procedures", "text"),
    ),
)
LIVELIHOOD = Kind(
    name="livelihood",
    tag="民生实事",
    label=gettext_lazy("民生实事"),
    model=LivelihoodSheet,
    columns=(
        Column("vote_number", "text"),
        Column("budget", "money"),
        Column("funded", "money"),
        Column("spent", "money"),
        Column("sites", "text"),
        Column("beneficiaries", "count"),
    ),
)
KINDS = {kind.name: kind for kind in (PROJECT, LIVELIHOOD)}


def kinds_of(pledge: Pledge) -> list[Kind]:
    return [kind for kind in KINDS.values() if kind.tag in pledge.tags]


def kept(pledge: Pledge, kind: Kind) -> dict[str, Any]:
    """What the sheet's row holds; every column empty before the first report that filled any."""
    row = getattr(pledge, f"{kind.name}_sheet", None) or kind.model()
    return {column.name: getattr(row, column.name) for column in kind.columns}


def investment_target(pledge: Pledge) -> Target | None:
    """The target that says 本年完成投资: an amount in yuan, one called 投资 before any other."""
    in_yuan = [
        target
        for target in pledge.targets.all()
        if target.unit == YUAN and target.quantity_kind == Target.QuantityKind.AMOUNT and not target.more_is_worse
    ]
    return next((target for target in in_yuan if INVESTMENT in target.name), in_yuan[0] if in_yuan else None)


def derived(pledge: Pledge, kind: Kind) -> dict[str, Any]:
    """The columns that other facts answer, with what they say now; None where they say nothing yet."""
    if kind is LIVELIHOOD:
        return {"funded": kept(pledge, PROJECT)["funded"]} if PROJECT in kinds_of(pledge) else {}
    newest = standing.newest_report(pledge)
    found: dict[str, Any] = {}
    target = investment_target(pledge)
    if target is not None:
        values = {value.target_id: value.value for value in newest.values.all()} if newest else {}
        found["invested"] = values.get(target.pk)
    done = {stage.milestone_id: stage.done_date for stage in newest.stages.all()} if newest else {}
    for title, ending in (("开工", "start"), ("竣工", "finish")):
        stage = _stage_called(pledge, title)
        if stage is not None:
            found[f"planned_{ending}"] = stage.planned_date
            found[f"actual_{ending}"] = done.get(stage.pk)
    steps = [stage for stage in pledge.milestones.all() if any(word in stage.title for word in PROCEDURES)]
    if steps:
        found["procedures"] = _("、").join(_step_told(stage, done.get(stage.pk)) for stage in steps)
    return found


def asked(pledge: Pledge, kind: Kind) -> list[Column]:
    """The columns that nothing else answers."""
    answered = derived(pledge, kind)
    return [column for column in kind.columns if column.name not in answered]


def rows(pledge: Pledge, kind: Kind) -> list[Row]:
    """The whole sheet in its order, with 形象进度 at the end of a project's."""
    answered = derived(pledge, kind)
    known = kept(pledge, kind) | answered
    found = [
        Row(
            name=column.name,
            label=kind.label_of(column.name),
            value=None if known[column.name] == "" else known[column.name],
            shown=_shown(known[column.name], column, kind),
            is_derived=column.name in answered,
        )
        for column in kind.columns
    ]
    if kind is PROJECT:
        newest = standing.newest_report(pledge)
        sentence = newest.sentence if newest else ""
        label = _("形象进度")
        found.append(Row(name="progress", label=label, value=sentence or None, shown=sentence, is_derived=True))
    return found


def shown(pledge: Pledge) -> list[tuple[str, str]]:
    """Label and words of everything known of a pledge's sheets; [] for a pledge without one."""
    return [(row.label, row.shown) for kind in kinds_of(pledge) for row in rows(pledge, kind) if row.shown]


def boxes(pledge: Pledge, kind: Kind) -> dict[str, str]:
    """What the boxes of the columns that are asked begin with, as people type it."""
    known = kept(pledge, kind)
    if kind is PROJECT and known["planned_investment"] is None:
        target = investment_target(pledge)
        if target is not None and INVESTMENT in f"{target.name}{pledge.title}":
            known["planned_investment"] = target.value
    return {column.name: _typed(known[column.name], column) for column in asked(pledge, kind)}


def in_wan(value: Decimal) -> str:
    """12000000 yuan as "1200万元"."""
    return f"{_plain(value / WAN)}万元"


def _typed(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return _plain(value / WAN)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _shown(value: Any, column: Column, kind: Kind) -> str:
    if value is None or value == "":
        return ""
    if column.kind == "money":
        return in_wan(value)
    if column.kind == "choice":
        return str(dict(kind.model._meta.get_field(column.name).flatchoices)[value])  # type: ignore[union-attr]
    if column.kind == "count":
        return _("%(count)d 人") % {"count": value}
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _stage_called(pledge: Pledge, title: str) -> Milestone | None:
    stages = list(pledge.milestones.all())
    exact = [stage for stage in stages if stage.title == title]
    return next((stage for stage in (*exact, *stages) if title in stage.title), None)


def _step_told(stage: Milestone, done: datetime.date | None) -> str:
    if done is not None:
        return _("%(step)s %(day)s 已办") % {"step": stage.title, "day": done.isoformat()}
    return _("%(step)s 未办") % {"step": stage.title}
