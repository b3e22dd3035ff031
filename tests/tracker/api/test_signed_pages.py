"""Signed pages through the API: uploaded, described, downloaded, and named by the act that they bear out."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories import Government, payload_for, perform, pledge_in
from tests.tracker.api.conftest import Caller
from workflow.models import ReportReview, SignedPage, Task

PDF = b"%PDF-1.7 a scan"
WHERE = "/api/signed-pages/"


def upload(client: APIClient, **given: Any) -> Any:
    scan = SimpleUploadedFile("审签单.pdf", PDF, content_type="text/html")
    body = {"scan": scan, "signer": "周建国", "signed_date": "2020-03-09", **given}
    return client.post(WHERE, {name: value for name, value in body.items() if value is not None}, format="multipart")


def test_an_uploaded_page_bears_out_a_reports_approval_on_paper(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    perform("report", pledge, city.coordinator, at="2020-03-09", **payload_for("report", city, pledge))
    client = as_(city.coordinator)
    made = upload(client)
    assert made.status_code == 201
    body = made.json()
    assert body == {
        "id": body["id"],
        "filename": "审签单.pdf",
        "media_type": "application/pdf",  # what it is, whatever the caller called it
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "signer": "周建国",
        "signed_date": "2020-03-09",
        "recorded_by": city.coordinator.holder.name,  # type: ignore[union-attr]
        "post": city.coordinator.pk,
        "recorded_at": body["recorded_at"],
    }
    acted = client.post(
        f"/api/pledges/{pledge.pk}/actions/record_approval/", {"version": pledge.version, "signed_page": body["id"]}
    )
    assert acted.status_code == 200
    assert ReportReview.objects.get().signed_page_id == body["id"]
    office = as_(city.supervisor)
    assert office.get(f"{WHERE}{body['id']}/").json() == body
    assert [row["id"] for row in office.get(WHERE).json()["results"]] == [body["id"]]


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "application/pdf"])
def test_the_scan_comes_back_byte_for_byte_as_a_download(city: Government, as_: Caller, accepted: str) -> None:
    client = as_(city.coordinator)
    pk = upload(client).json()["id"]
    answer = client.get(f"{WHERE}{pk}/content/", HTTP_ACCEPT=accepted)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


FAULTS: list[tuple[dict[str, Any], set[str]]] = [
    ({"scan": None}, {"scan"}),
    ({"scan": SimpleUploadedFile("a.zip", b"PK\x03\x04")}, {"scan"}),
    ({"signer": None}, {"signer"}),
    ({"signer": "周\x00建国"}, {"signer"}),
    ({"signed_date": "2020-03-11"}, {"signed_date"}),
    ({"signed_date": "9 March"}, {"signed_date"}),
    ({"scan": None, "signer": "", "signed_date": None}, {"scan", "signer", "signed_date"}),
]


@pytest.mark.parametrize(("given", "fields"), FAULTS)
def test_every_fault_is_named_and_nothing_is_kept(
    city: Government, as_: Caller, given: dict[str, Any], fields: set[str]
) -> None:
    answer = upload(as_(city.coordinator), **given)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, fields)
    assert not SignedPage.objects.exists()


def test_who_does_not_see_what_it_bears_out_finds_nothing(city: Government, as_: Caller) -> None:
    pk = upload(as_(city.coordinator)).json()["id"]
    for post in (city.water_coordinator, city.director, city.auditor):
        client = as_(post)
        assert client.get(WHERE).json()["count"] == 0
        for where in (f"{WHERE}{pk}/", f"{WHERE}{pk}/content/"):
            assert client.get(where).status_code == 404
    assert Client().get(f"{WHERE}{pk}/").status_code == 401


def test_many_pages_cost_as_many_queries_as_few_and_load_no_scan(city: Government, as_: Caller) -> None:
    client = as_(city.coordinator)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            rows = client.get(f"{WHERE}?page_size=200").json()["results"]
        assert not any('"content"' in one["sql"] for one in seen)
        return len(rows), len(seen)

    for _each in range(3):
        upload(client)
    few, queries = cost()
    for _each in range(27):
        upload(client)
    assert (few, *cost()) == (3, 30, queries)


def test_a_task_names_what_it_is_about(city: Government, as_: Caller) -> None:
    from tests.factories import moment
    from workflow.models import Instruction, Sheet

    sheet = Sheet.objects.create(
        programme=city.programme, unit=city.housing, colour="yellow", status="issued", number="督〔2020〕1号",
        proposed_at=moment("2020-03-02"), due_date="2020-03-09",
    )  # fmt: skip
    said = Instruction.objects.create(
        unit=city.housing, leader=city.leader, kind="action", words="请抓紧", given_date="2020-03-02",
        post=city.coordinator, due_date="2020-03-12", recorded_at=moment("2020-03-02"),
    )  # fmt: skip
    about = {"post": city.coordinator, "opened_at": moment("2020-03-02")}
    Task.objects.create(kind="answer_sheet", sheet=sheet, due_date="2020-03-09", **about)
    Task.objects.create(kind="act_on_instruction", instruction=said, due_date="2020-03-12", **about)
    Task.objects.create(kind="sign_list", programme=city.programme, due_date="2020-03-13", **about)
    rows = as_(city.coordinator).get("/api/tasks/").json()["results"]
    told = [(row["kind"], row["sheet"], row["instruction"], row["programme"], row["request"]) for row in rows]
    assert told == [
        ("answer_sheet", sheet.pk, None, None, None),
        ("act_on_instruction", None, said.pk, None, None),
        ("sign_list", None, None, city.programme.pk, None),
    ]


def test_the_front_door_leads_to_every_list(db: None) -> None:
    rooms = Client().get("/api/").json()
    for name in ("posts", "deputies", "requests", "sheets", "instructions", "events", "signed-pages"):
        assert rooms[name] == f"http://testserver/api/{name}/"
