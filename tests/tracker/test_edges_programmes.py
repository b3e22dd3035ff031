"""A programme's acts at both edges: the wrong state, a stale version, and what was answered badly, literally."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.urls import reverse

from pledges.models import Programme
from tests.factories import Government, government
from tests.tracker.edges import browser_of, rest_of, standing_facts
from tests.workflow import programme_life
from workflow.programme_table import ACTS


@pytest.fixture
def at(db: None) -> Government:
    return government()


@dataclass(frozen=True)
class Amiss:
    """A programme's act in the wrong state, and a bad answer in the right one."""

    name: str
    slug: str
    wrong: str
    words: str
    right: str = ""
    bad: dict[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


AMISS = (
    Amiss("begin_consulting", "begin-consulting", "consulting", "年度台账现为“征求意见”,不能征求意见。"),
    Amiss("approve_programme", "approve", "drafting", "年度台账现为“拟分解”,不能审定。",
          "consulting", {"approved_by": "", "approval_document": "3号纪要", "approved_date": "2020-13-01"},
          ("approved_by", "approved_date")),
    Amiss("issue_programme", "issue", "consulting", "年度台账现为“征求意见”,不能印发。",
          "approved", {"document_number": "", "issued_date": "2020-02-12"}, ("document_number",)),
    Amiss("back_to_drafting", "back-to-drafting", "issued", "年度台账现为“印发”,不能退回拟分解。",
          "consulting", {"reason": ""}, ("reason",)),
)  # fmt: skip


def test_every_act_of_the_table_is_here() -> None:
    assert {one.name for one in AMISS} == {row.name for row in ACTS}


def on_programme(at: Government, act: Amiss, **given: Any) -> tuple[Any, Any]:
    pk = at.programme.pk
    page = browser_of(at.director).post(reverse("web:programme-act", args=[pk, act.name]), given)
    rest = rest_of(at.director).post(f"/api/programmes/{pk}/{act.slug}/", given, format="json")
    return page, rest


@pytest.mark.parametrize("act", AMISS, ids=lambda act: act.name)
def test_a_programmes_wrong_state_and_stale_version_are_conflicts(at: Government, set_today: Any, act: Amiss) -> None:
    set_today("2020-06-01")
    programme_life.bring_to(act.wrong, at)
    version, before = Programme.objects.get().version, standing_facts()
    given = programme_life.PAYLOADS[act.name]
    page, rest = on_programme(at, act, **given, version=version)
    assert (page.status_code, act.words in page.text) == (409, True)
    assert (rest.status_code, rest.json()["message"]) == (409, act.words)
    page, rest = on_programme(at, act, **given, version=version + 1)
    assert (page.status_code, rest.status_code, rest.json()["code"]) == (409, 409, "stale")
    assert standing_facts() == before


@pytest.mark.parametrize("act", [one for one in AMISS if one.bad], ids=lambda act: act.name)
def test_a_programmes_bad_answers_are_named_by_field(at: Government, set_today: Any, act: Amiss) -> None:
    set_today("2020-06-01")
    pledge = programme_life.bring_to(act.right, at)
    if act.name == "approve_programme":
        programme_life.answer(at, pledge, at.head)
    before = standing_facts()
    page, rest = on_programme(at, act, **act.bad, version=Programme.objects.get().version)
    assert (page.status_code, tuple(name for name, _fault in page.context["summary"])) == (422, act.fields)
    assert (rest.status_code, tuple(rest.json()["fields"])) == (400, act.fields)
    assert standing_facts() == before
