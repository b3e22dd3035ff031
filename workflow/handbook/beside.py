"""What stands beside the acts on a pledge: programmes, periods, requests, sheets, and every kind of task."""

from collections.abc import Iterator

from pledges.models import PeriodState, ProgrammeState
from workflow import audit, period_closing, story_words
from workflow.checks import ELSEWHERE
from workflow.handbook.acts import fields
from workflow.handbook.words import DOCUMENT, LADDERS, WHO, both
from workflow.list_tasks import WAITING
from workflow.models import Sheet, Task
from workflow.permissions import is_director, is_lead_head, is_supervisor
from workflow.programme_table import ACTS
from workflow.requests_table import KINDS
from workflow.transitions import BY_NAME, TRANSITIONS


def programme() -> Iterator[str]:
    yield "## The programme 年度台账"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in ProgrammeState:
        yield f'    state "{both(state.label)}" as {state.value}'
    yield "    [*] --> drafting"
    for act in ACTS:
        for source in act.sources:
            yield f"    {source.value} --> {act.destination.value}: {act.name} {both(act.label)}"
    yield "    issued --> [*]"
    yield "```"
    yield ""
    yield "| act 动作 | who 谁 | told 需要填写 |"
    yield "| --- | --- | --- |"
    for act in ACTS:
        who = "督查室主任 director" if act.who is is_director else "督查专员或主任 supervisor or director"
        yield f"| {act.name} {both(act.label)} | {who} | {fields(act.needs) or '–'} |"


def periods() -> Iterator[str]:
    """The state of a period moves in `workflow.period_closing`."""
    state = PeriodState
    moves = (
        ("begin_check", state.OPEN, state.CHECKING),
        (audit.CLOSE_PERIOD, state.CHECKING, state.CLOSED),
        (audit.CLOSE_PERIOD, state.OPEN, state.CLOSED),
        ("reopen_period", state.CLOSED, state.OPEN),
    )
    yield "## The period 期"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for one in state:
        yield f'    state "{both(one.label)}" as {one.value}'
    yield "    [*] --> open"
    for name, before, after in moves:
        yield f"    {before.value} --> {after.value}: {name} {both(story_words.OTHER_ACTS[name])}"
    yield "```"
    yield ""
    yield "An open period closes only after it was reopened. 填报中的期,只有重新开账以后才直接结账。"
    yield ""
    yield "| act 动作 | who 谁 | told 需要填写 |"
    yield "| --- | --- | --- |"
    objections = f"有异议时逐项 of each item objected to: {fields(period_closing.OBJECTION)}"
    reopening = f"{fields(period_closing.REOPENING)}(代录时必填 required where a secretary records it)"
    for name, who, told in (
        ("begin_check", "程序,填报窗口截止后 the system, once the window has closed", "–"),
        ("check_figures", WHO[is_lead_head], objections),
        ("settle_objection", WHO[is_supervisor], fields(period_closing.SETTLEMENT)),
        (audit.CLOSE_PERIOD, WHO[is_director], "–"),
        ("reopen_period", "市领导 leader", reopening),
    ):
        yield f"| {name} {both(story_words.OTHER_ACTS[name])} | {who} | {told} |"


def requests() -> Iterator[str]:
    yield "## Requests 申请"
    yield ""
    yield "Days are working days; what is not answered in time goes to the next."
    yield "天数为工作日;到期未答复的,自动报上一级。"
    yield ""
    yield (
        "| kind 类别 | who may ask 谁可提出 | in 状态 | told 需要填写 | who decides, who next 由谁决定"
        " | document number 文号 | granting 同意后 |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in KINDS:
        cells = (
            both(row.kind.label),
            "; ".join(WHO[predicate] for predicate in row.who),
            ", ".join(both(state.label) for state in row.sources),
            fields(row.needs),
            LADDERS[row.kind],
            DOCUMENT.get(row.kind, "–"),
            f"{row.row} {both(BY_NAME[row.row].label)}" if row.row else "答复 the answer",
        )
        yield f"| {' | '.join(cells)} |"


def sheets() -> Iterator[str]:
    """The status of a sheet moves in `workflow.sheets` and its neighbours."""
    yield "## Sheets 督办单"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for status in Sheet.Status:
        yield f'    state "{both(status.label)}" as {status.value}'
    yield "    [*] --> proposed: weekly list 每周拟发"
    yield "    proposed --> issued: issue 签发 (director 主任)"
    yield "    proposed --> dropped: drop 不予发出 (director 主任)"
    yield "    issued --> answered: every row answered 逐项回复完毕 (unit 单位)"
    yield "    answered --> closed: every answer accepted 全部认可 (supervisor 督查专员)"
    yield "    answered --> issued: an answer rejected 有不认可 (supervisor 督查专员)"
    yield "    closed --> [*]"
    yield "```"


def tasks() -> Iterator[str]:
    yield "## Tasks 待办"
    yield ""
    yield "| task 待办 | scope 范围 | opened by 产生 | closed by 办结 |"
    yield "| --- | --- | --- | --- |"
    for kind in Task.Kind:
        opened = [row.name for row in TRANSITIONS if kind in {opening.kind for opening in row.opens}]
        closed = [row.name for row in TRANSITIONS if kind in row.closes]
        beside = [f"`workflow/{ELSEWHERE[kind]}`"] if kind in ELSEWHERE else []
        scope = "清单 list" if kind in WAITING else "单项 one"
        cells = (both(kind.label), scope, ", ".join(opened + beside) or "立项 drafting", ", ".join(closed + beside))
        yield f"| {' | '.join(cells)} |"
