"""The programme's acts through REST: the whole way, the refusals, and what a unit does with its list."""

from typing import Any

from rest_framework.test import APIClient

from pledges.models import Pledge, Post, Programme
from tests.factories import Government, day, drafted
from tests.tracker.api.conftest import Caller
from workflow.models import ConsultationAnswer, Event


def draft(city: Government, **fields: Any) -> Pledge:
    return drafted(city, **{"lead_unit": city.housing, "due_date": day("2020-12-15"), **fields})


def post(client: APIClient, city: Government, what: str, **body: Any) -> Any:
    return client.post(f"/api/programmes/{city.programme.pk}/{what}/", body, format="json")


def version(city: Government) -> int:
    return Programme.objects.get(pk=city.programme.pk).version


def test_the_whole_way(city: Government, as_: Caller) -> None:
    first, second = draft(city), draft(city, person="王敏")
    office, head = as_(city.director), as_(city.head)
    begun = post(office, city, "begin-consulting", version=1)
    assert (begun.status_code, begun.json()["state"], begun.json()["version"]) == (200, "consulting", 2)

    (task,) = head.get("/api/tasks/?kind=consult").json()["results"]
    assert (task["programme"], task["due_date"]) == (city.programme.pk, "2020-03-17")
    answered = head.post(
        f"/api/pledges/{first.pk}/actions/answer_row/",
        {"version": 1, "answer": "adjust", "words": "时限改到年底"},
        format="json",
    )
    assert answered.status_code == 200
    agreed = post(head, city, "agree", versions={str(second.pk): 1})
    assert (agreed.status_code, agreed.json()) == (200, {"count": 1})

    early = post(office, city, "approve", version=2)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    assert early.json()["message"] == "还有 1 条“建议调整”没有处理,处理后才能审定。"
    settled = as_(city.supervisor).post(
        f"/api/pledges/{first.pk}/actions/settle_row/",
        {"version": 1, "settlement": "adopted", "due_date": "2020-12-31"},
        format="json",
    )
    assert (settled.status_code, settled.json()["due_date"]) == (200, "2020-12-31")

    approval = {"approved_by": "市政府常务会议", "approval_document": "3号纪要", "approved_date": "2020-03-10"}
    approved = post(office, city, "approve", version=2, **approval)
    assert (approved.status_code, approved.json()["approved_by"]) == (200, "市政府常务会议")
    issued = post(office, city, "issue", version=3, document_number="云政发〔2020〕8号", issued_date="2020-03-10")
    assert (issued.status_code, issued.json()["state_label"]) == (200, "印发")

    signed = post(as_(city.coordinator), city, "sign", person="李强")
    assert (signed.status_code, signed.json()) == (200, {"count": 2})
    assert list(Pledge.objects.values_list("state", "person", "basis").order_by("number")) == [
        ("in_progress", "李强", "云政发〔2020〕8号"),
        ("in_progress", "王敏", "云政发〔2020〕8号"),
    ]


def test_the_refusals_come_with_their_status_and_their_fields(city: Government, as_: Caller) -> None:
    draft(city)
    leaderless = draft(city, lead_unit=None)
    office = as_(city.director)
    assert post(as_(city.head), city, "begin-consulting", version=1).status_code == 404
    forbidden = post(as_(city.leader), city, "begin-consulting", version=1)
    assert (forbidden.status_code, forbidden.json()["message"]) == (403, "只有督查室可以这样做。")
    stale = post(office, city, "begin-consulting", version=9)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    lacking = post(office, city, "begin-consulting", version=1)
    assert lacking.status_code == 400
    assert lacking.json()["fields"] == {"lead_unit": [f"下列事项还没有拟定牵头单位:{leaderless.number}。"]}
    assert list(post(office, city, "begin-consulting").json()["fields"]) == ["version"]
    assert version(city) == 1
    assert not Event.objects.filter(stream__name=f"programme:{city.programme.pk}").exists()


def test_going_back_through_the_api(city: Government, as_: Caller) -> None:
    draft(city)
    office = as_(city.director)
    post(office, city, "begin-consulting", version=1)
    assert list(post(office, city, "back-to-drafting", version=2).json()["fields"]) == ["reason"]
    assert post(office, city, "back-to-drafting", version=2, reason="还要补充").json()["state"] == "drafting"


def test_the_rows_that_were_seen_are_read_strictly(city: Government, as_: Caller) -> None:
    pledge = draft(city)
    post(as_(city.director), city, "begin-consulting", version=1)
    head = as_(city.head)
    for nonsense in ([], {"x": 1}, {"1": "x"}, "all"):
        response = post(head, city, "agree", versions=nonsense)
        assert (response.status_code, list(response.json()["fields"])) == (400, ["versions"])
    unseen = post(head, city, "agree", versions={})
    assert (unseen.status_code, unseen.json()["changes"]) == (409, [f"{pledge} 有变化,请核对。"])
    assert not ConsultationAnswer.objects.exists()


def test_only_the_office_begins_a_year(city: Government, as_: Caller) -> None:
    def begin(who: Post, year: Any) -> Any:
        return as_(who).post("/api/programmes/", {"year": year}, format="json")

    made = begin(city.supervisor, 2021)
    assert (made.status_code, made.json()["year"], made.json()["state"]) == (201, 2021, "drafting")
    assert begin(city.head, 2022).status_code == 403
    assert list(begin(city.supervisor, 2021).json()["fields"]) == ["year"]
    assert list(begin(city.supervisor, "next").json()["fields"]) == ["year"]
