"""docs/workflow.md says what the table says."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from workflow.handbook import render
from workflow.requests_table import KINDS, RequestKind
from workflow.transitions import TRANSITIONS, Transition

PAGE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: manage.py workflow_table > docs/workflow.md"


def test_the_command_prints_the_page() -> None:
    out = io.StringIO()
    call_command("workflow_table", stdout=out)
    assert out.getvalue() == render()


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.name)
def test_every_act_is_in_the_table_and_every_move_in_the_diagram(row: Transition) -> None:
    page = render()
    assert f"| {row.name} " in page
    assert (f": {row.name} " in page) == (row.destination is not None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_request_is_in_its_table_in_both_languages(kind: RequestKind) -> None:
    with translation.override("en"):
        english = str(kind.kind.label)
    assert f"| {kind.kind.label} {english} |" in render()
