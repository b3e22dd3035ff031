"""Sheets and instructions through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Pledge
from tests.factories import Government, pledge_in
from tests.tracker.api.conftest import Caller
from tests.workflow.sheet_world import issued, proposed, put
from workflow.models import Instruction, Sheet


def test_a_sheet_from_the_first_item_to_the_last_verdict(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    office, director, unit = as_(city.supervisor), as_(city.director), as_(city.head)
    made = office.post("/api/sheets/", {"pledge": pledge.pk, "colour": "red", "finding": "停工"})
    assert made.status_code == 201
    sheet = made.json()
    address = f"/api/sheets/{sheet['id']}/"
    assert unit.get(address).status_code == 404
    refused = office.post(f"{address}issue/", {"version": sheet["version"]})
    assert (refused.status_code, refused.json()["message"]) == (403, "督办单只由督查室主任签发。")
    sheet = director.post(f"{address}issue/", {"version": sheet["version"], "words": "请整改"}).json()
    # Three working days after Tuesday 10 March 2020.
    assert (sheet["status"], sheet["number"], sheet["due_date"]) == ("issued", "督〔2020〕1号", "2020-03-13")
    row = str(sheet["rows"][0]["id"])
    sheet = unit.post(f"{address}answer/", {"version": sheet["version"], "answers": {row: "已复工"}}).json()
    assert (sheet["status"], sheet["rows"][0]["answer"]) == ("answered", "已复工")
    verdicts = {row: {"verdict": "rejected", "words": "没有照片说明"}}
    sheet = office.post(f"{address}judge/", {"version": sheet["version"], "verdicts": verdicts}).json()
    assert (sheet["status"], sheet["rows"][0]["answer"]) == ("issued", "")
    sheet = unit.post(f"{address}answer/", {"version": sheet["version"], "answers": {row: "已补充"}}).json()
    verdicts = {row: {"verdict": "accepted"}}
    sheet = office.post(f"{address}judge/", {"version": sheet["version"], "verdicts": verdicts}).json()
    assert sheet["status"] == "closed"


def test_items_and_sheets_are_dropped(city: Government, as_: Caller) -> None:
    sheet = proposed(city, 2)
    row = sheet.rows.all()[0]
    director = as_(city.director)
    body = director.post(f"/api/sheets/{sheet.pk}/drop-row/", {"version": sheet.version, "row": row.pk}).json()
    assert len(body["rows"]) == 1
    body = director.post(f"/api/sheets/{sheet.pk}/drop/", {"version": body["version"], "words": "已整改"}).json()
    assert body["status"] == "dropped"


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("answer", {"answers": {}}, ""),
        ("answer", {"answers": ["已复工"]}, ""),
        ("answer", {"answers": "已复工"}, ""),
        ("answer", {"answers": {"x": "已复工"}}, ""),
        ("answer", {"answers": {"ROW": ""}}, "ROW.words"),
        ("answer", {"answers": {"ROW": {"deep": 1}}}, "ROW.words"),
        ("answer", {"answers": {"ROW": "长" * 501}}, "ROW.words"),
        ("answer", {"answers": {"ROW": "好"}, "version": None}, "version"),
    ],
)
def test_what_cannot_be_read_is_named(
    city: Government, as_: Caller, act: str, body: dict[str, Any], field: str
) -> None:
    sheet, rows = issued(city, 1)
    row = str(rows[0].pk)
    given = {"version": sheet.version, **body}
    if isinstance(given["answers"], dict):
        given["answers"] = {name.replace("ROW", row): value for name, value in given["answers"].items()}
    response = as_(city.head).post(f"/api/sheets/{sheet.pk}/{act}/", given)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field.replace("ROW", row)]


def test_a_stale_version_and_strange_rows_are_refused(city: Government, as_: Caller) -> None:
    sheet = proposed(city, 1)
    put(city)
    director = as_(city.director)
    address = f"/api/sheets/{sheet.pk}/issue/"
    stale = director.post(address, {"version": sheet.version})
    assert (stale.status_code, len(stale.json()["changes"])) == (409, 1)
    version = Sheet.objects.get().version
    for rows in ([], "all", [10**30], [None], [{"id": 1}]):
        refused = director.post(address, {"version": version, "rows": rows})
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["rows"])


def test_lists_are_filtered_and_show_each_only_their_own(city: Government, as_: Caller) -> None:
    issued(city, 1)
    pledge = pledge_in("in_progress", city)
    Pledge.objects.filter(pk=pledge.pk).update(lead_unit=city.water)
    put(city, pledge, colour="red")

    def found(client: Any, **asked: Any) -> list[tuple[str, str]]:
        return [(one["colour"], one["status"]) for one in client.get("/api/sheets/", asked).json()["results"]]

    office = as_(city.supervisor)
    assert sorted(found(office)) == [("red", "proposed"), ("yellow", "issued")]
    assert found(office, colour="red") == [("red", "proposed")]
    assert found(office, status="issued") == [("yellow", "issued")]
    assert found(office, unit=city.water.pk) == [("red", "proposed")]
    assert found(as_(city.head)) == [("yellow", "issued")]
    assert found(as_(city.water_head)) == []
    assert found(as_(city.system_admin)) == []


def test_a_list_costs_as_many_queries_for_1_as_for_6(city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/sheets/")
            client.get("/api/instructions/")
        return len(queries)

    def fill(units: Any) -> None:
        for unit in units:
            pledge = pledge_in("in_progress", city)
            Pledge.objects.filter(pk=pledge.pk).update(lead_unit=unit)
            for colour in ("yellow", "red"):
                put(city, pledge, colour=colour)
            as_(city.leader).post("/api/instructions/", {**WORDS, "unit": unit.pk})

    fill([city.housing])
    cost()
    few = cost()
    fill([city.water, city.county_housing])
    assert Sheet.objects.count() == 6
    assert Instruction.objects.count() == 3
    assert cost() == few


# 批示

WORDS = {"kind": "action", "words": "请抓紧", "given_date": "2020-03-09", "due_date": "2020-03-20"}


def test_an_instruction_is_given_and_answered(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    made = as_(city.leader).post("/api/instructions/", {**WORDS, "pledge": pledge.pk})
    assert made.status_code == 201
    body = made.json()
    assert (body["post"]["id"], body["leader"]["id"], body["pledge"]) == (city.head.pk, city.leader.pk, pledge.pk)
    listed = as_(city.coordinator).get("/api/instructions/", {"pledge": pledge.pk}).json()["results"]
    assert [one["id"] for one in listed] == [body["id"]]
    address = f"/api/instructions/{body['id']}/"
    assert as_(city.water_head).get(address).status_code == 404
    assert as_(city.director).post(f"{address}answer/", {"version": 1, "words": "好"}).status_code == 403
    done = as_(city.head).post(f"{address}answer/", {"version": 1, "words": "已办"})
    assert (done.status_code, done.json()["answer"]) == (200, "已办")
    assert as_(city.head).post(f"{address}answer/", {"version": 1, "words": "已办"}).status_code == 409


def test_an_instruction_is_on_exactly_one_thing_that_exists(city: Government, as_: Caller) -> None:
    leader = as_(city.leader)
    pledge = pledge_in("in_progress", city)
    assert leader.post("/api/instructions/", WORDS).status_code == 400
    both = {**WORDS, "pledge": pledge.pk, "unit": city.housing.pk}
    assert leader.post("/api/instructions/", both).status_code == 400
    for pk in (0, -1, 10**30, "x", True, [1]):
        assert leader.post("/api/instructions/", {**WORDS, "pledge": pk}).status_code == 404
    refused = as_(city.supervisor).post("/api/instructions/", {**WORDS, "pledge": pledge.pk})
    assert (refused.status_code, refused.json()["message"]) == (403, "只有市领导可以批示。")
