"""docs/workflow.md says what the table says."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from workflow.management.commands.workflow_table import render
from workflow.transitions import TRANSITIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: manage.py workflow_table > docs/workflow.md"


def test_the_command_prints_the_page() -> None:
    out = io.StringIO()
    call_command("workflow_table", stdout=out)
    assert out.getvalue() == render()


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.name)
def test_every_act_is_in_the_diagram_and_in_the_table(row: "object") -> None:
    page = render()
    name = getattr(row, "name", "")
    assert f": {name} " in page
    assert f"| {name} " in page
