"""The edges enforce what the gate does: every row of the table by its page and through REST, literally.

`tests/workflow/test_cells.py` holds every cell at the gate; here stands, for each row that is for people, one cell that
is allowed, one that is refused with its reason, one that nobody may know of, one that is stale and one that is wrong.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from pledges import calendars, services
from pledges.models import Pledge
from tests.factories import Government, government
from tests.tracker.edges import BAD, DONE, EDGES, open_page, standing_facts, usual
from tests.workflow.cells import (
    CALENDAR,
    COORDINATOR,
    DIRECTOR,
    GONE,
    GRANTED,
    HEAD,
    LEAD,
    OFFICE,
    OTHERS,
    REQUEST,
    RETURNER,
    SPLITTER,
    WHO,
    YES,
)
from tests.workflow.test_cells import standing_in
from workflow.models import Event
from workflow.transitions import TRANSITIONS


@dataclass(frozen=True)
class Row:
    """An act in a standing: who does it and the state it leads to; who is refused and why; who knows nothing of it;
    and a bad answer with the fields it is wrong in (none for an act that asks for nothing)."""

    act: str
    standing: str
    by: str
    state: str
    refused: str
    reason: str
    unknowing: str
    bad: dict[str, Any] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    on: str = "2020-11-25"


def wrong_in(*names: str) -> frozenset[str]:
    return frozenset(names)


LONG = "长" * 501
# fmt: off
ROWS = (
    Row("assign", "draft", "director", "assigned", "supervisor", DIRECTOR, "coordinator",
        {"lead_unit": "", "due_date": "年底", "basis": ""}, wrong_in("lead_unit", "due_date", "basis")),
    Row("amend", "draft", "supervisor", "draft", "leader", OFFICE, "head",
        {"weight": "0"}, wrong_in("weight")),
    Row("sign", "assigned", "coordinator", "in_progress", "director", LEAD, "county_coordinator",
        {"person": " "}, wrong_in("person")),
    Row("change_lead", "in_progress", "director", "in_progress", "supervisor", DIRECTOR, "statistician",
        {"lead_unit": "", "basis": ""}, wrong_in("lead_unit", "basis")),
    Row("tag", "in_progress", "supervisor", "in_progress", "auditor", OFFICE, "system_admin",
        {"add": ["长" * 21]}, wrong_in("add")),
    Row("report", "in_progress", "coordinator", "in_progress", "head", COORDINATOR, "county_coordinator",
        {"sentence": ""}, wrong_in("sentence", "values")),
    Row("approve", "reported", "head", "in_progress", "coordinator", HEAD, "county_coordinator"),
    Row("record_approval", "reported", "coordinator", "in_progress", "water_head", OTHERS, "security_admin",
        {"signed_page": {}}, wrong_in("signed_page")),
    Row("accept", "approved", "supervisor", "in_progress", "coordinator", OFFICE, "county_coordinator",
        {"judged_behind": "on"}, wrong_in("judged_behind")),
    Row("return_report", "reported", "head", "in_progress", "coordinator", RETURNER, "county_coordinator",
        {"reason": ""}, wrong_in("reason")),
    Row("propose_claim", "in_progress", "coordinator", "in_progress", "water_coordinator", OTHERS, "statistician",
        {"reason": ""}, wrong_in("reason")),
    Row("return_proposal", "proposed", "head", "in_progress", "supervisor", HEAD, "county_coordinator",
        {"reason": ""}, wrong_in("reason")),
    Row("claim", "proposed", "head", "claimed", "coordinator", HEAD, "county_coordinator",
        {"reason": LONG}, wrong_in("reason")),
    Row("draft_verification", "claimed", "supervisor", "claimed", "head", OFFICE, "county_coordinator",
        {"method": "guess", "finding": "", "outcome": "not_met"}, wrong_in("method", "finding", "outcome")),
    Row("return_claim", "claimed", "supervisor", "in_progress", "coordinator", OFFICE, "county_coordinator",
        {"reason": ""}, wrong_in("reason")),
    Row("verify", "drafted", "director", "closed", "supervisor", DIRECTOR, "county_coordinator",
        {"outcome": "not_met"}, wrong_in("outcome")),
    Row("settle", "in_progress", "director", "closed", "leader", DIRECTOR, "county_coordinator",
        {"reason": ""}, wrong_in("reason"), on="2021-01-05"),
    Row("carry_over", "settled", "director", "closed", "supervisor", DIRECTOR, "county_coordinator",
        {"due_date": "2020-12-31"}, wrong_in("due_date"), on="2021-01-06"),
    Row("recheck", "closed", "supervisor", "closed", "head", OFFICE, "county_coordinator",
        {"held": "perhaps", "finding": ""}, wrong_in("held", "finding")),
    Row("reopen", "slipped", "director", "in_progress", "supervisor", DIRECTOR, "county_coordinator",
        {"reason": "", "due_date": "2021年"}, wrong_in("reason", "due_date")),
    Row("urge", "in_progress", "supervisor", "in_progress", "leader", OFFICE, "county_coordinator",
        {"words": LONG}, wrong_in("words")),
    Row("answer_urge", "urged", "head", "in_progress", "water_head", OTHERS, "county_coordinator",
        {"words": ""}, wrong_in("words")),
    Row("override_light", "in_progress", "director", "in_progress", "supervisor", DIRECTOR, "county_coordinator",
        {"light": "grey", "period": "2021-Q1", "reason": ""}, wrong_in("light", "period", "reason")),
    Row("lift_override", "overridden", "director", "in_progress", "head", DIRECTOR, "statistician",
        {"reason": ""}, wrong_in("reason")),
    Row("allocate", "in_progress", "coordinator", "in_progress", "water_coordinator", SPLITTER, "county_coordinator",
        {"shares": {"1": "许多"}}, wrong_in("shares")),
    Row("answer_row", "consulted", "head", "draft", "coordinator", HEAD, "county_coordinator",
        {"answer": "adjust", "words": ""}, wrong_in("words")),
    Row("settle_row", "objected", "supervisor", "draft", "head", OFFICE, "county_coordinator",
        {"settlement": "kept", "words": ""}, wrong_in("words")),
)
# fmt: on
BY_EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.act)


@pytest.fixture
def at(db: None) -> Government:
    return government()


def test_the_rows_are_those_of_the_table_and_every_reason_has_its_cell() -> None:
    assert len({row.act for row in ROWS}) == len(ROWS)
    assert {row.act for row in ROWS} == {one.name for one in TRANSITIONS if one.is_for_people}
    told = {row.reason for row in ROWS} | {CALENDAR, REQUEST, YES, GONE}
    assert {cell for cells in WHO.values() for cell in cells} == told


def stood(row: Row, at: Government, set_today: Any) -> Pledge:
    set_today(row.on)
    if row.standing == "settled":
        for year in (2021, 2022):
            calendars.ensure_year(year)
        services.create_programme(government=at.city, year=2021, calendar=calendars.current())
    return standing_in(row.standing, at)


@BY_EVERY_ROW
def test_who_may_act_acts_by_page_and_through_rest(at: Government, set_today: Any, row: Row) -> None:
    pledge, by = stood(row, at, set_today), at.posts[row.by]
    assert open_page(by, pledge, row.act).status == 200
    for name, edge in EDGES.items():
        sid = transaction.savepoint()
        answer = edge(by, pledge, row.act, usual(row.act, at, pledge, by, name), pledge.version)
        assert answer.status == DONE[name], answer.words
        after = Pledge.objects.get(pk=pledge.pk)
        assert after.state == row.state
        assert name == "page" or answer.state == row.state
        event = Event.objects.filter(stream__name=f"pledge:{pledge.pk}").order_by("-sequence")[0]
        assert (event.action, event.user, event.post) == (row.act, by.holder, by)
        transaction.savepoint_rollback(sid)


@BY_EVERY_ROW
def test_who_may_not_act_is_told_why_or_knows_nothing_of_it(at: Government, set_today: Any, row: Row) -> None:
    pledge = stood(row, at, set_today)
    before, refused, unknowing = standing_facts(), at.posts[row.refused], at.posts[row.unknowing]
    opened = open_page(refused, pledge, row.act)
    assert (opened.status, opened.says(row.reason)) == (403, True)
    assert open_page(unknowing, pledge, row.act).status == 404
    for name, edge in EDGES.items():
        sid = transaction.savepoint()
        payload = usual(row.act, at, pledge, refused, name)
        transaction.savepoint_rollback(sid)  # the signed page
        answer = edge(refused, pledge, row.act, payload, pledge.version)
        assert (answer.status, answer.says(row.reason)) == (403, True), answer.words
        gone = edge(unknowing, pledge, row.act, payload, pledge.version)
        assert (gone.status, gone.says(pledge.title), gone.says(row.reason)) == (404, False, False)
    assert standing_facts() == before


@BY_EVERY_ROW
def test_a_stale_version_is_told_what_changed_and_a_bad_answer_its_field(
    at: Government, set_today: Any, row: Row
) -> None:
    pledge, by = stood(row, at, set_today), at.posts[row.by]
    before = standing_facts()
    for name, edge in EDGES.items():
        sid = transaction.savepoint()
        payload = usual(row.act, at, pledge, by, name)
        stale = edge(by, pledge, row.act, payload, pledge.version - 1)
        transaction.savepoint_rollback(sid)  # the signed page
        assert (stale.status, bool(stale.changes)) == (409, True), stale.words
        if row.bad:
            bad = edge(by, pledge, row.act, row.bad, pledge.version)
            assert (bad.status, bad.fields) == (BAD[name], row.fields), bad.words
    assert standing_facts() == before


# What nobody does


BROUGHT_ABOUT = [("open_window", CALENDAR), ("open_recheck", CALENDAR), *((act, REQUEST) for act in GRANTED)]


def test_what_the_calendar_or_a_granted_request_brings_about_is_refused_to_everybody(
    at: Government, set_today: Any
) -> None:
    set_today("2020-11-25")
    pledge = standing_in("in_progress", at)
    before = standing_facts()
    assert {act for act, _reason in BROUGHT_ABOUT} == {one.name for one in TRANSITIONS if not one.is_for_people}
    for act, reason in BROUGHT_ABOUT:
        for who in ("director", "leader", "head"):
            opened = open_page(at.posts[who], pledge, act)
            assert (opened.status, opened.says(reason)) == (403, True), act
            for edge in EDGES.values():
                answer = edge(at.posts[who], pledge, act, {"due_date": "2021-06-30"}, pledge.version)
                assert (answer.status, answer.says(reason)) == (403, True), act
        for edge in EDGES.values():
            assert edge(at.county_coordinator, pledge, act, {}, pledge.version).status == 404, act
    assert standing_facts() == before
