"""docs/workflow.md, written from the table of transitions: manage.py workflow_table > docs/workflow.md"""

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from pledges.models import State
from workflow import assignees, permissions
from workflow.checks import LATER
from workflow.models import Task
from workflow.needs import Need
from workflow.transitions import TRANSITIONS, Opening, Transition

# Words for what the table holds as functions; a new function without words fails the test of this page.
WHO: dict[permissions.Predicate, str] = {
    permissions.is_director: "督查室主任 director",
    permissions.is_supervisor: "督查专员或主任 supervisor or director",
    permissions.is_lead_coordinator: (
        "牵头单位联络员(没有联络员时为负责人) lead unit's coordinator (its head where there is none)"
    ),
    permissions.is_lead_unit: "牵头单位联络员或负责人 lead unit's coordinator or head",
    permissions.is_outside_claiming_unit: "不属于申请销号的单位 nobody of the claiming unit",
    permissions.is_system: "程序 the system",
}
WHOSE: dict[Callable[..., Any], str] = {
    assignees.director: "督查室主任 director",
    assignees.supervisor: "对口督查专员 the unit's supervisor",
    assignees.coordinator: "牵头单位联络员 lead unit's coordinator",
}
HEAD = """# The life of a pledge 任务事项流程

Written by `manage.py workflow_table` from `workflow/transitions.py`; a test keeps it fresh. Change the table, not this.
由程序按流程表生成,请勿手工修改。

"""


class _Probe:
    """Stands in for the context, so that a due date tells its rule instead of a day."""

    def in_workdays(self, days: int) -> str:
        return f"{days} 个工作日 working days"

    def period_due(self) -> SimpleNamespace:
        return SimpleNamespace(closes_date="填报截止日 the window's last day")


def render() -> str:
    """The whole page; Chinese words are those of the interface, English ones those of the code."""
    with translation.override("zh-hans"):
        return HEAD + "\n".join([*_diagram(), "", *_acts(), "", *_needs(), "", *_refusals()]) + "\n"


def _state(state: State) -> str:
    return f"{state.value} {state.label}"


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in State:
        yield f'    state "{_state(state)}" as {state.value}'
    yield "    [*] --> draft: accept_measure 立项"
    for row in TRANSITIONS:
        for source in row.sources:
            yield f"    {source.value} --> {(row.destination or source).value}: {row.name} {row.label}"
    yield "    closed --> [*]"
    yield "```"
    yield ""
    names = "、".join(_state(state) for state in State if state in LATER)
    yield f"No act leads to {names} yet: 申请 requests will."


def _acts() -> Iterator[str]:
    yield "## Acts 动作"
    yield ""
    yield "| act 动作 | from → to 状态 | who 谁 | opens 产生待办 | closes 办结待办 | version 版本 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in TRANSITIONS:
        cells = (
            f"{row.name} {row.label}",
            _move(row),
            "; ".join(WHO[predicate] for predicate in row.who),
            "; ".join(_opening(opening) for opening in row.opens) or "–",
            "; ".join(_task(kind) for kind in row.closes) or "–",
            "+1" if row.raises_version else "=",
        )
        yield f"| {' | '.join(cells)} |"


def _move(row: Transition) -> str:
    sources = ", ".join(_state(state) for state in row.sources)
    return f"{sources} → {_state(row.destination) if row.destination else 'same 不变'}"


def _task(kind: Task.Kind) -> str:
    return f"{kind.value} {kind.label}"


def _opening(opening: Opening) -> str:
    due: Any = opening.due(_Probe())  # type: ignore[arg-type]
    return f"{_task(opening.kind)} → {WHOSE[opening.to]}, {due}"


def _needs() -> Iterator[str]:
    yield "## What each act is told 需要填写"
    yield ""
    yield "Required ones in bold 必填项加粗."
    yield ""
    for row in TRANSITIONS:
        if row.needs:
            yield f"- {row.name} {row.label}: {_fields(row.needs)}"


def _fields(needs: Iterable[Need]) -> str:
    return ", ".join(
        f"**{need.name} {need.label}**" if need.required else f"{need.name} {need.label}" for need in needs
    )


def _refusals() -> Iterator[str]:
    yield "## How the gate refuses 拒绝的次序"
    yield ""
    yield "1. invisible 看不到 (404): the actor may not know of it; nothing else is said."
    yield "2. forbidden 无权 (403): with the reason."
    yield "3. wrong state 状态不符, stale 已被修改 (409): with what changed since."
    yield "4. bad input 填写有误 (400, 422): every fault, each with its field."
    yield ""
    yield "A refusal changes nothing: no row, no event, no task. 拒绝时不产生任何变化。"


class Command(BaseCommand):
    help = "按流程表生成 docs/workflow.md。 Print docs/workflow.md from the table."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(render(), ending="")
