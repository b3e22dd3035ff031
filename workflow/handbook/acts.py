"""The acts on a pledge: diagram, table, what each is told, and how the gate refuses."""

from collections.abc import Iterable, Iterator
from typing import Any

from pledges.models import State
from workflow.handbook.words import WHO, WHOSE, Probe, both
from workflow.models import Task
from workflow.needs import Need
from workflow.transitions import TRANSITIONS, Opening, Transition


def diagram() -> Iterator[str]:
    """Acts that leave the state as it is stand in the table alone, or nobody could read the picture."""
    yield "## The life of a pledge 任务事项流程"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in State:
        yield f'    state "{both(state.label)}" as {state.value}'
    yield "    [*] --> draft: accept_measure 立项"
    for row in TRANSITIONS:
        for source in row.sources if row.destination else ():
            yield f"    {source.value} --> {row.destination}: {row.name} {both(row.label)}"
    yield "    closed --> [*]"
    yield "    withdrawn --> [*]"
    yield "```"


def table() -> Iterator[str]:
    yield "## Acts 动作"
    yield ""
    yield "| act 动作 | from → to 状态 | who 谁 | opens 产生待办 | closes 办结待办 | version 版本 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in TRANSITIONS:
        cells = (
            f"{row.name} {both(row.label)}",
            _move(row),
            "; ".join(WHO[predicate] for predicate in row.who),
            "; ".join(_opening(opening) for opening in row.opens) or "–",
            "; ".join(task(kind) for kind in row.closes) or "–",
            "+1" if row.raises_version else "=",
        )
        yield f"| {' | '.join(cells)} |"


def _move(row: Transition) -> str:
    sources = ", ".join(both(state.label) for state in row.sources)
    return f"{sources} → {both(row.destination.label) if row.destination else '不变 same'}"


def task(kind: Task.Kind) -> str:
    return both(kind.label)


def _opening(opening: Opening) -> str:
    due: Any = opening.due(Probe())  # type: ignore[arg-type]
    scope = "(整个清单 the whole list)" if opening.for_list else ""
    return f"{task(opening.kind)}{scope} → {WHOSE[opening.to]}, {due}"


def needs() -> Iterator[str]:
    yield "## What each act is told 需要填写"
    yield ""
    yield "Required ones in bold 必填项加粗."
    yield ""
    for row in TRANSITIONS:
        if row.needs:
            yield f"- {row.name} {both(row.label)}: {fields(row.needs)}"


def fields(asked: Iterable[Need]) -> str:
    return ", ".join(
        f"**{need.name} {both(need.label)}**" if need.required else f"{need.name} {both(need.label)}" for need in asked
    )


def refusals() -> Iterator[str]:
    yield "## How the gate refuses 拒绝的次序"
    yield ""
    yield "1. invisible 看不到 (404): the actor may not know of it; nothing else is said."
    yield "2. forbidden 无权 (403): with the reason."
    yield "3. wrong state 状态不符, stale 已被修改 (409): with what changed since."
    yield "4. bad input 填写有误 (400, 422): every fault, each with its field."
    yield ""
    yield "A refusal changes nothing: no row, no event, no task. 拒绝时不产生任何变化。"
