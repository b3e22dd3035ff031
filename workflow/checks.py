"""Checks of the table itself, run at every start: a process that cannot work does not start."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register

from pledges.models import State
from workflow.models import Task
from workflow.transitions import TRANSITIONS, Transition

Kind = Task.Kind
# Tasks of the services beside the table, which open and close them.
ELSEWHERE = {
    Kind.REVIEW_MEASURES: "intake",
    Kind.CONSULT: "programmes",
    Kind.SETTLE_ANSWERS: "programmes",
    Kind.DECIDE_REQUEST: "requests",
    Kind.ISSUE_SHEETS: "sheets",
    Kind.ANSWER_SHEET: "sheets",
    Kind.JUDGE_SHEET: "sheets",
    Kind.ACT_ON_INSTRUCTION: "instructions",
    Kind.CHECK_FIGURES: "period_closing",
    Kind.SETTLE_OBJECTIONS: "period_closing",
    Kind.CLOSE_PERIOD: "period_closing",
}
OPENED_ELSEWHERE = set(ELSEWHERE) | {Kind.ASSIGN}  # drafting is no transition of a pledge
CLOSED_ELSEWHERE = set(ELSEWHERE)


@register()
def check_table(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [Error(fault, id="workflow.E001") for fault in faults(TRANSITIONS)]


def faults(table: Iterable[Transition]) -> list[str]:
    """What is wrong with a table: unreachable states, acts that nobody may do, tasks that nothing closes."""
    rows = list(table)
    found = []
    reached, grew = {State.DRAFT}, True
    while grew:
        next_states = {row.destination for row in rows if row.destination and reached & set(row.sources)} - reached
        reached, grew = reached | next_states, bool(next_states)
    found += [f"no act leads to the state {state}" for state in State if state not in reached]
    found += [f"nobody may perform {row.name}" for row in rows if not row.who]
    opened = {opening.kind for row in rows for opening in row.opens} | OPENED_ELSEWHERE
    closed = {kind for row in rows for kind in row.closes} | CLOSED_ELSEWHERE
    found += [f"no act closes the task {kind}" for kind in sorted(opened - closed)]
    found += [f"no act opens the task {kind}" for kind in sorted(set(Task.Kind) - opened)]
    found += [
        f"{row.name} closes {kind} but leaves a state in which it is opened again at once"
        for row in rows
        for kind in row.closes
        if kind in {opening.kind for opening in row.opens if opening.when is None} and row.is_for_people
    ]
    return found
