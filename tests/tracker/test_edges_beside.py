"""The other nouns at both edges: programmes, batches, requests, sheets, instructions. For each act one that is allowed,
one that is refused with its reason and one that nobody may know of, by its page and through REST, literally."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from pledges.models import Pledge, Programme
from tests.factories import Government, actor, moment, payload_for, perform, pledge_in
from tests.tracker.edges import browser_of, rest_of, standing_facts
from tests.workflow import programme_life, requests_world, sheet_world
from tests.workflow.cells import DIRECTOR, HEAD, LEAD, OFFICE
from workflow import instructions
from workflow.models import Event


@dataclass(frozen=True)
class Way:
    """One act, ready to be done: the page's name, what it is about and what is typed; the address and what is sent."""

    page: str
    about: tuple[Any, ...]
    typed: dict[str, Any]
    address: str
    body: dict[str, Any]
    api_status: int = 200


@dataclass(frozen=True)
class Act:
    """Who does it, the events it leaves, who is refused and why, who knows nothing of it, and on which day."""

    by: str
    events: tuple[str, ...]
    refused: str
    reason: str
    unknowing: str
    ready: Callable[[Government], Way]
    on: str = "2020-06-01"


# Programmes, and a unit's batch


def _on_programme(name: str, slug: str, state: str) -> Callable[[Government], Way]:
    def ready(at: Government) -> Way:
        programme_life.bring_to(state, at)
        if name == "approve_programme":
            programme_life.answer(at, Pledge.objects.get(), at.head)
        given = {**programme_life.PAYLOADS[name], "version": Programme.objects.get().version}
        pk = at.programme.pk
        return Way("programme-act", (pk, name), given, f"/api/programmes/{pk}/{slug}/", given)

    return ready


def _agreeing(at: Government) -> Way:
    pledge, pk = programme_life.bring_to("consulting", at), at.programme.pk
    typed = {f"version.{pledge.pk}": pledge.version, "do": "rest"}
    return Way("programme-answers", (pk,), typed, f"/api/programmes/{pk}/agree/", {})


def _signing(at: Government) -> Way:
    pledge, pk = programme_life.bring_to("issued", at), at.programme.pk
    typed = {f"version.{pledge.pk}": pledge.version, "person": "李强"}
    return Way("programme-sign", (pk,), typed, f"/api/programmes/{pk}/sign/", {"person": "李强"})


def _approving(at: Government) -> Way:
    pledge, pk = pledge_in("in_progress", at), at.programme.pk
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    report = pledge.reports.get().pk
    typed = {"pledge": [pledge.pk], f"seen.{pledge.pk}": report, "how": "online"}
    return Way("approvals", (pk,), typed, f"/api/approvals/{pk}/", {"reports": {str(pledge.pk): report}})


# Requests


def _asking(at: Government) -> Way:
    pledge = requests_world.led("in_progress", at)
    given = {"due_date": "2020-12-28", "reason": "汛期推迟了施工", "version": pledge.version}
    body = {**given, "pledge": pledge.pk, "kind": "extension"}
    return Way("request-ask", (pledge.pk, "extension"), given, "/api/requests/", body, 201)


def _on_request(slug: str, typed: dict[str, Any], body: dict[str, Any]) -> Callable[[Government], Way]:
    def ready(at: Government) -> Way:
        pledge = requests_world.led("in_progress", at)
        if slug == "answer":
            request = requests_world.ask("reassignment", pledge, at.head, lead_unit=at.water.pk)
        else:
            request = requests_world.ask("extension", pledge, at.coordinator)
        seen = {"version": request.version}
        return Way("request", (request.pk,), typed | seen, f"/api/requests/{request.pk}/{slug}/", body | seen)

    return ready


# Sheets and instructions


def _adding(at: Government) -> Way:
    pledge, given = requests_world.led("in_progress", at), {"colour": "red", "finding": "现场停工"}
    return Way("sheet-add", (pledge.pk,), given, "/api/sheets/", {**given, "pledge": pledge.pk}, 201)


def _issuing(at: Government) -> Way:
    sheet = sheet_world.proposed(at, 1)
    rows = [row.pk for row in sheet.rows.all()]
    given = {"version": sheet.version, "rows": rows, "words": "请整改", "due_date": "2020-07-20"}
    return Way("sheet-issue", (sheet.pk,), given, f"/api/sheets/{sheet.pk}/issue/", given)


def _dropping(at: Government) -> Way:
    sheet = sheet_world.proposed(at, 1)
    given = {"version": sheet.version, "words": "已整改"}
    return Way("sheet-drop", (sheet.pk,), given, f"/api/sheets/{sheet.pk}/drop/", given)


def _dropping_row(at: Government) -> Way:
    sheet = sheet_world.proposed(at, 2)
    row = sheet.rows.all()[0].pk
    given = {"version": sheet.version, "words": "已整改"}
    return Way("sheet-row-drop", (row,), given, f"/api/sheets/{sheet.pk}/drop-row/", {**given, "row": row})


def _answering(at: Government) -> Way:
    sheet, [row] = sheet_world.issued(at, 1)
    body = {"version": sheet.version, "answers": {str(row.pk): "三日内复工"}}
    typed = {"version": sheet.version, f"{row.pk}.words": "三日内复工"}
    return Way("sheet-answer", (sheet.pk,), typed, f"/api/sheets/{sheet.pk}/answer/", body)


def _judging(at: Government) -> Way:
    sheet, rows = sheet_world.answered(at)
    typed = {"version": sheet.version, **{f"{row.pk}.verdict": "accepted" for row in rows}}
    body = {"version": sheet.version, "verdicts": {str(row.pk): {"verdict": "accepted"} for row in rows}}
    return Way("sheet-judge", (sheet.pk,), typed, f"/api/sheets/{sheet.pk}/judge/", body)


WORDS = {"kind": "action", "words": "请抓紧办理", "given_date": "2020-06-01", "due_date": "2020-06-19", "post": ""}


def _instructing(at: Government) -> Way:
    pledge = requests_world.led("in_progress", at)
    return Way("instruct", ("pledge", pledge.pk), WORDS, "/api/instructions/", {**WORDS, "pledge": pledge.pk}, 201)


def _reporting_back(at: Government) -> Way:
    pledge = requests_world.led("in_progress", at)
    one = instructions.give("pledge", pledge.pk, actor=actor(at.leader), payload=WORDS, at=moment("2020-06-01"))
    given = {"version": one.version, "words": "已开工"}
    return Way("instruction", (one.pk,), given, f"/api/instructions/{one.pk}/answer/", given)


# fmt: off
ACTS = (
    Act("supervisor", ("begin_consulting",), "leader", OFFICE, "head",
        _on_programme("begin_consulting", "begin-consulting", "drafting")),
    Act("director", ("approve_programme",), "supervisor", DIRECTOR, "water_head",
        _on_programme("approve_programme", "approve", "consulting")),
    Act("director", ("issue_programme", "assign"), "head", DIRECTOR, "county_coordinator",
        _on_programme("issue_programme", "issue", "approved")),
    Act("director", ("back_to_drafting",), "auditor", DIRECTOR, "statistician",
        _on_programme("back_to_drafting", "back-to-drafting", "approved")),
    Act("head", ("answer_row",), "coordinator", HEAD, "water_head", _agreeing),
    Act("coordinator", ("sign",), "director", LEAD, "water_coordinator", _signing),
    Act("head", ("approve",), "coordinator", HEAD, "water_head", _approving),
    Act("coordinator", ("ask_request",), "supervisor", LEAD, "county_coordinator", _asking),
    Act("water_head", ("answer_request",), "head", "现在由水务局局长办理。", "county_coordinator",
        _on_request("answer", {"act": "answer", "words": "同意接办", "agrees": "true"},
                    {"words": "同意接办", "agrees": True})),
    Act("leader", ("grant_request", "extend"), "director", "副市长办理。", "water_head",
        _on_request("decide", {"act": "grant", "words": "同意"}, {"grant": True, "words": "同意"})),
    Act("coordinator", ("take_back_request",), "head", "只有提出申请的岗位可以撤回。", "water_head",
        _on_request("take-back", {"act": "take_back"}, {})),
    Act("supervisor", ("add_sheet_row",), "head", "只有督查室可以拟发督办单。", "county_coordinator", _adding),
    Act("director", ("issue_sheet",), "supervisor", "督办单只由督查室主任签发。", "head", _issuing,
        on="2020-07-13"),
    Act("director", ("drop_sheet",), "supervisor", "督办单只由督查室主任签发。", "head", _dropping,
        on="2020-07-13"),
    Act("director", ("drop_sheet_row",), "supervisor", "督办单只由督查室主任签发。", "head", _dropping_row,
        on="2020-07-13"),
    Act("coordinator", ("answer_sheet",), "supervisor", "督办单由收到它的单位回复。", "water_head", _answering,
        on="2020-07-15"),
    Act("supervisor", ("accept_sheet_answer",), "head", "督办回复由督查室认定。", "water_coordinator", _judging,
        on="2020-07-16"),
    Act("leader", ("give_instruction",), "director", "只有市领导可以批示。", "water_head", _instructing),
    Act("head", ("answer_instruction",), "director", "批示由承办的岗位办理。", "water_head", _reporting_back),
)
# fmt: on
BY_EVERY_ACT = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.events[0])


@pytest.fixture
def at(db: None) -> Government:
    return requests_world.city()[0]


def by_page(at: Government, who: str, way: Way) -> Any:
    return browser_of(at.posts[who]).post(reverse(f"web:{way.page}", args=way.about), way.typed)


def by_api(at: Government, who: str, way: Way) -> Any:
    return rest_of(at.posts[who]).post(way.address, way.body, format="json")


@BY_EVERY_ACT
def test_who_may_acts_at_both_edges(at: Government, set_today: Any, act: Act) -> None:
    set_today(act.on)
    way = act.ready(at)
    for edge, status in ((by_page, 302), (by_api, way.api_status)):
        sid = transaction.savepoint()
        events = Event.objects.count()
        response = edge(at, act.by, way)
        assert response.status_code == status, response.content.decode()
        written = Event.objects.order_by("pk")[events:]
        assert {event.action for event in written} == set(act.events)
        assert {(event.user, event.post) for event in written} == {(at.posts[act.by].holder, at.posts[act.by])}
        transaction.savepoint_rollback(sid)


@BY_EVERY_ACT
def test_who_may_not_is_told_why_or_knows_nothing_of_it(at: Government, set_today: Any, act: Act) -> None:
    set_today(act.on)
    way = act.ready(at)
    before = standing_facts()
    for edge in (by_page, by_api):
        refused = edge(at, act.refused, way)
        told = refused.text if edge is by_page else refused.json()["message"]
        assert (refused.status_code, act.reason in told) == (403, True), told
        assert edge(at, act.unknowing, way).status_code == 404
    assert standing_facts() == before


def test_what_cannot_be_read_is_named_only_to_who_may_decide(at: Government, set_today: Any) -> None:
    set_today("2020-06-01")
    way = _on_request("decide", {"act": "perhaps"}, {"grant": "yes"})(at)
    before = standing_facts()
    answers = [by_api(at, who, way) for who in ("water_head", "director", "leader")]
    assert [answer.status_code for answer in answers] == [404, 403, 400]
    assert list(answers[2].json()["fields"]) == ["grant"]
    assert by_page(at, "leader", way).status_code == 422
    assert standing_facts() == before


def test_a_row_is_dropped_only_from_the_sheet_it_stands_on(at: Government, set_today: Any) -> None:
    set_today("2020-07-13")
    way = _dropping_row(at)
    other = sheet_world.put(at, colour="red").sheet
    before = standing_facts()
    answer = rest_of(at.director).post(f"/api/sheets/{other.pk}/drop-row/", way.body, format="json")
    assert answer.status_code == 404
    assert standing_facts() == before
