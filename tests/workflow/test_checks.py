"""A process that cannot work does not start: the checks of the table find what was broken on purpose."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks

from pledges.models import State
from workflow.checks import faults
from workflow.models import Task
from workflow.transitions import BY_NAME, TRANSITIONS, Transition


def with_rows(*names: str, **changes: object) -> list[Transition]:
    return [replace(row, **changes) if row.name in names else row for row in TRANSITIONS]  # type: ignore[arg-type]


def without(*names: str) -> list[Transition]:
    return [row for row in TRANSITIONS if row.name not in names]


def test_the_table_as_it_stands_has_no_fault() -> None:
    assert faults(TRANSITIONS) == []
    assert [message for message in run_checks() if message.id and message.id.startswith("workflow.")] == []


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (without("verify", "settle"), "no act leads to the state closed"),
        (with_rows("verify", "settle", destination=State.IN_PROGRESS), "no act leads to the state closed"),
        (with_rows("verify", "settle", sources=(State.CLOSED,)), "no act leads to the state closed"),
        (without("sign"), "no act leads to the state in_progress"),
        (with_rows("sign", who=()), "nobody may perform sign"),
        (with_rows("assign", closes=()), "no act closes the task assign"),
        (without("verify"), None),
        (without("accept"), None),
        (with_rows("verify", closes=()), None),
        (with_rows("return_report", opens=()), None),
        (with_rows("claim", opens=()), "no act opens the task draft_verification"),
        (with_rows("draft_verification", opens=()), "no act opens the task verify"),
        (with_rows("assign", opens=()), "no act opens the task sign"),
        (
            with_rows("sign", closes=(Task.Kind.SIGN, Task.Kind.REPORT)),
            "sign closes report but leaves a state in which it is opened again at once",
        ),
    ],
)
def test_a_broken_table_is_named(table: list[Transition], fault: str | None) -> None:
    found = faults(table)
    if fault is None:  # still whole: another row does the same
        assert found == []
    else:
        assert fault in found


def test_a_task_that_nothing_closes_is_named() -> None:
    table = [replace(row, closes=tuple(kind for kind in row.closes if kind != Task.Kind.VERIFY)) for row in TRANSITIONS]
    assert faults(table) == ["no act closes the task verify"]


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(TRANSITIONS)
