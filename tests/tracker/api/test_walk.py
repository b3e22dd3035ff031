"""From an uploaded report to a verified pledge, through the API alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from pledges.models import Document, Measure, Pledge
from tests.factories import PASSWORD, Government
from tests.tracker.api.conftest import Caller
from workflow.models import Event, Task

TEXT = """2020年政府工作报告

一、2020年工作安排

(一)大力改善农村人居环境。今年要新改建农村卫生厕所7.5万户,完成355个行政村污水治理。
"""


def upload(client: APIClient, content: bytes = TEXT.encode(), name: str = "报告.txt", **fields: Any) -> Any:
    return client.post(
        "/api/documents/",
        {"file": SimpleUploadedFile(name, content), "plan_year": 2020, **fields},
        format="multipart",
    )


def token(post: Any) -> APIClient:
    client = APIClient()
    given = client.post("/api/tokens/", {"username": post.holder.username, "password": PASSWORD}).json()
    client.credentials(HTTP_AUTHORIZATION=f"Token {given['token']}")
    return client


def test_the_whole_way(city: Government, set_today: Callable[[str], Any]) -> None:
    supervisor, director = token(city.supervisor), token(city.director)
    coordinator, head = token(city.coordinator), token(city.head)
    set_today("2020-02-01")

    document = upload(supervisor, title="政府工作报告")
    assert document.status_code == 201, document.json()
    body = document.json()
    assert (body["title"], body["kind"], body["filename"]) == ("政府工作报告", "report", "报告.txt")
    assert body["text"] == TEXT
    assert [task["kind"] for task in supervisor.get("/api/tasks/").json()["results"]] == ["review_measures"]

    measures = supervisor.get(f"/api/measures/?document={body['id']}&fate=pending").json()["results"]
    toilets = next(one for one in measures if "卫生厕所" in one["quote"])
    assert TEXT[toilets["start"] : toilets["end"]] == toilets["quote"]
    assert [(one["value"], one["shown"]) for one in toilets["targets"]] == [("75000", "7.5万户")]

    edited = supervisor.patch(
        f"/api/measures/{toilets['id']}/", {"version": toilets["version"], "title": "新改建农村卫生厕所"}
    ).json()
    assert (edited["title"], edited["version"]) == ("新改建农村卫生厕所", toilets["version"] + 1)

    accepted = supervisor.post(
        f"/api/measures/{toilets['id']}/accept/",
        {"version": edited["version"], "lead_unit": city.housing.pk, "support_units": [city.water.pk]},
    )
    assert accepted.status_code == 201, accepted.json()
    pledge = accepted.json()
    assert (pledge["number"], pledge["state"], pledge["state_label"]) == ("2020-001", "draft", "待交办")
    assert pledge["lead_unit"]["name"] == "住房城乡建设局"
    assert pledge["targets"][0] | {"id": 0} == {
        "id": 0,
        "name": pledge["targets"][0]["name"],
        "value": "75000",
        "value_max": None,
        "unit": "户",
        "scale": 10000,
        "typed_unit": "万户",
        "comparator": pledge["targets"][0]["comparator"],
        "quantity_kind": "amount",
        "baseline": None,
        "more_is_worse": False,
        "zero_tolerance": False,
        "quote": "7.5万户",
        "source": "unit",
        "source_unit": None,
        "indicator": None,
        "uses": "",
        "published": None,
        "shown": f"{pledge['targets'][0]['name']} 7.5万户".strip(),
    }
    acts = f"/api/pledges/{pledge['id']}/actions"

    set_today("2020-02-03")
    assigned = director.post(
        f"{acts}/assign/",
        {
            "version": pledge["version"],
            "lead_unit": city.housing.pk,
            "support": [city.water.pk],
            "leader": city.leader.pk,
            "due_date": "2020-12-15",
            "basis": "市政府督〔2020〕1号",
        },
    )
    assert assigned.status_code == 200, assigned.json()
    assert [part["part"] for part in assigned.json()["parties"]] == ["lead", "support"]

    set_today("2020-02-04")
    assert [task["kind"] for task in coordinator.get("/api/tasks/").json()["results"]] == ["sign"]
    signed = coordinator.post(f"{acts}/sign/", {"version": assigned.json()["version"], "person": "王敏"}).json()
    assert (signed["state"], signed["person"]) == ("in_progress", "王敏")

    set_today("2020-03-26")
    target = str(signed["targets"][0]["id"])
    reported = coordinator.post(
        f"{acts}/report/", {"version": signed["version"], "sentence": "已完工1.2万户", "values": {target: "1.2"}}
    )
    assert reported.status_code == 200, reported.json()
    report = reported.json()["reports"][0]
    assert (report["period"], report["status"], report["status_label"]) == ("2020-Q1", "submitted", "待审签")
    assert report["values"] == [{"target": int(target), "value": "12000", "shown": "1.2万户"}]
    standing = reported.json()["standing"]
    assert (standing["progress_bp"], standing["progress"]) == (1600, "16%")
    assert standing["sentence"].endswith("→ 黄灯")
    assert reported.json()["version"] == signed["version"]  # a report makes nobody's open form stale

    assert [task["kind"] for task in head.get("/api/tasks/").json()["results"]] == ["approve"]
    approved = head.post(f"{acts}/approve/", {"version": signed["version"]}).json()["reports"][0]
    assert (approved["status"], approved["status_label"]) == ("approved", "未审核")
    judged = supervisor.post(f"{acts}/accept/", {"version": signed["version"]}).json()
    assert judged["reports"][0]["status"] == "accepted"

    set_today("2020-11-10")
    final = coordinator.post(
        f"{acts}/report/", {"version": judged["version"], "sentence": "全部完工", "values": {target: "7.5"}}
    ).json()
    proposed = coordinator.post(f"{acts}/propose_claim/", {"version": final["version"], "evidence": "验收报告"}).json()
    claimed = head.post(f"{acts}/claim/", {"version": proposed["version"]}).json()
    assert (claimed["state"], claimed["standing"]["light"], claimed["standing"]["words"]) == ("claimed", "", "")
    drafted = supervisor.post(
        f"{acts}/draft_verification/",
        {"version": claimed["version"], "method": "site", "finding": "抽查属实", "outcome": "met"},
    ).json()
    closed = director.post(f"{acts}/verify/", {"version": drafted["version"]}).json()
    assert (closed["state"], closed["outcome"], closed["is_late"]) == ("closed", "met", False)
    assert [one["name"] for one in closed["actions"]] == ["tag", "recheck"]

    story = director.get(f"/api/pledges/{pledge['id']}/events/").json()
    assert story["count"] == 11
    assert [line["act"] for line in story["results"]] == [
        "立项",
        "交办(待交办 → 待签收)",
        "签收(待签收 → 推进中)",
        "填报",
        "审签",
        "审核通过",
        "填报",
        "提请销号",
        "申请销号(推进中 → 待核验)",
        "拟核验意见",
        "核验通过(待核验 → 已销号)",
    ]
    assert story["results"][3]["text"] == f"{city.coordinator.holder}(住房城乡建设局联络员) 填报:已完工1.2万户"
    quarter = director.get(f"/api/quarter/{city.programme.pk}/2020-Q1/").json()
    assert quarter["rows"][0]["value"] == "1.2万户(2020-03-26)"
    assert quarter["rows"][0]["light"] == "已销号"


def test_a_measure_turned_down_can_be_taken_back(city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)
    upload(client)
    measure = Measure.objects.first()
    assert measure is not None
    address = f"/api/measures/{measure.pk}"
    empty = client.post(f"{address}/reject/", {"version": 1})
    assert (empty.status_code, empty.json()["fields"]) == (400, {"reason": ["请填写不立项的理由。"]})
    assert client.post(f"{address}/reject/", {"version": 1, "reason": ["x"]}).status_code == 400
    rejected = client.post(f"{address}/reject/", {"version": 1, "reason": "重复"}).json()
    assert (rejected["fate"], rejected["fate_label"], rejected["reason"]) == ("rejected", "不立项", "重复")
    stale = client.post(f"{address}/reopen/", {"version": 1})
    assert (stale.status_code, stale.json()["code"], len(stale.json()["changes"])) == (409, "stale", 1)
    assert client.post(f"{address}/reopen/", {"version": 2}).json()["fate"] == "pending"
    assert client.post(f"{address}/reopen/", {"version": 3}).json()["code"] == "wrong_state"


def test_editing_names_the_faults_of_every_target(city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)
    upload(client)
    measure = Measure.objects.filter(quote__contains="355").get()
    response = client.patch(
        f"/api/measures/{measure.pk}/",
        {"version": 1, "targets": [{"value": "355", "unit": "个"}, {"value": "很多", "unit": ""}], "form": "新"},
    )
    assert response.status_code == 400
    assert sorted(response.json()["fields"]) == ["form", "targets.1.unit", "targets.1.value"]
    assert Measure.objects.get(pk=measure.pk).version == 1


@pytest.mark.parametrize("targets", [5, "x", {"a": 1}, None, [5], [None], [{"scale": []}], [{"comparator": []}]])
def test_odd_targets_are_bad_input(targets: object, city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)
    upload(client)
    measure = Measure.objects.first()
    assert measure is not None
    response = client.patch(f"/api/measures/{measure.pk}/", {"version": 1, "targets": targets})
    assert response.status_code == 400


def test_what_a_measure_cannot_keep_is_refused_when_editing_instead_of_being_lost(
    city: Government, as_: Caller
) -> None:
    client = as_(city.supervisor)
    upload(client)
    measure = Measure.objects.first()
    assert measure is not None
    response = client.patch(f"/api/measures/{measure.pk}/", {"version": 1, "lead_unit": city.housing.pk})
    assert response.status_code == 400
    assert response.json()["fields"] == {"lead_unit": ["这一项在立项(accept)时填写。"]}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件里没有文字,请检查后重新选择。"),
        (b"%PDF-1.4 ...", "文件已损坏,无法打开,请用办公软件打开并重新保存后再导入。"),
        (b"only English words here", "文件里没有中文,请检查是不是选错了文件。"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    content: bytes, sentence: str, city: Government, as_: Caller
) -> None:
    response = upload(as_(city.supervisor), content)
    assert (response.status_code, response.json()["fields"]) == (400, {"file": [sentence]})
    assert Document.objects.count() == 0


def test_the_same_file_is_not_imported_twice(city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)
    assert upload(client).status_code == 201
    response = upload(client)
    assert (response.status_code, list(response.json()["fields"])) == (400, ["file"])
    assert Document.objects.count() == 1


def test_a_file_over_twenty_megabytes_is_refused(city: Government, as_: Caller, settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 100
    response = upload(as_(city.supervisor))
    assert response.json()["fields"] == {"file": ["文件超过 20 MB,请拆分后再导入。"]}


def test_a_refused_act_leaves_nothing_behind(city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)
    upload(client)
    events, tasks = Event.objects.count(), Task.objects.count()
    measure = Measure.objects.first()
    assert measure is not None
    client.post(f"/api/measures/{measure.pk}/accept/", {"version": 1, "lead_unit": 10**9})
    assert (Pledge.objects.count(), Event.objects.count(), Task.objects.count()) == (0, events, tasks)


def test_the_sample_report_is_read(city: Government, as_: Caller) -> None:
    sample = Path(__file__).resolve().parents[3] / "samples" / "report.txt"
    document = upload(as_(city.supervisor), sample.read_bytes(), "report.txt").json()
    assert document["title"] == "report.txt"
    assert document["measures"]["pending"] > 100
    found = as_(city.supervisor).get(f"/api/measures/?document={document['id']}&page_size=200").json()["results"]
    assert all(document["text"][one["start"] : one["end"]] == one["quote"] for one in found)
