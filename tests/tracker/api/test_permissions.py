"""Who may see and do what through the API. Every expectation is written by hand."""

import pytest

from pledges.models import Document, Measure, Pledge, Programme
from tests.factories import Government, drafted, moment, pledge_in
from tests.tracker.api.conftest import Caller
from tracker import rollups


def document_of(programme: Programme) -> Document:
    document = Document.objects.create(
        programme=programme,
        title="政府工作报告",
        kind="report",
        filename="a.txt",
        content=b"x",
        sha256="0" * 64,
        text="新建公园3个。",
        imported_at=moment("2020-02-01"),
    )
    Measure.objects.create(
        document=document, position=1, start=0, end=6, quote="新建公园3个", title="新建公园3个", form="quantified",
        firmness="firm",
    )  # fmt: skip
    return document


# post: programmes, documents, measures, pledges (a draft, one assigned, one in progress with water supporting), rollups
# (UNIT of housing; BELOW of housing and of the city; PROGRAMME; the one section and leader, of housing and of all)
SEEN = {
    "director": (1, 1, 1, 3, 8),
    "supervisor": (1, 1, 1, 3, 8),
    "supervisor_2": (1, 1, 1, 3, 8),
    "leader": (1, 0, 0, 3, 8),
    "auditor": (1, 1, 1, 3, 8),
    "statistician": (0, 0, 0, 0, 0),
    "system_admin": (0, 0, 0, 0, 0),
    "security_admin": (0, 0, 0, 0, 0),
    "coordinator": (1, 0, 0, 2, 4),
    "head": (1, 0, 0, 2, 4),
    "water_coordinator": (1, 0, 0, 1, 0),
    "water_head": (1, 0, 0, 1, 0),
    "county_coordinator": (0, 0, 0, 0, 0),
    "county_housing_coordinator": (0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("post", SEEN)
def test_what_each_role_sees(post: str, city: Government, as_: Caller) -> None:
    drafted(city)
    pledge_in("assigned", city)
    pledge_in("in_progress", city, support=(city.water,))
    document = document_of(city.programme)
    rollups.sweep()
    client = as_(city.posts[post])
    seen = tuple(
        client.get(f"/api/{name}/").json()["count"]
        for name in ("programmes", "documents", "measures", "pledges", "rollups")
    )
    assert seen == SEEN[post]
    status = 200 if SEEN[post][1] else 404
    assert client.get(f"/api/documents/{document.pk}/").status_code == status
    assert client.get(f"/api/quarter/{city.programme.pk}/2020-Q1/").status_code == (200 if SEEN[post][0] else 404)
    assert client.get("/api/units/").json()["count"] == 6


def test_another_governments_people_see_nothing_of_it(city: Government, as_: Caller) -> None:
    from tests import factories

    pledge = pledge_in("in_progress", city)
    other = factories.government()
    client = as_(other.director)
    assert client.get("/api/pledges/").json()["count"] == 0
    assert [row["id"] for row in client.get("/api/programmes/").json()["results"]] == [other.programme.pk]
    for address in (
        f"pledges/{pledge.pk}/",
        f"programmes/{city.programme.pk}/",
        f"programmes/{city.programme.pk}/periods/",
        f"quarter/{city.programme.pk}/2020-Q1/",
        f"units/{city.housing.pk}/",
    ):
        assert client.get(f"/api/{address}").status_code == 404


OFFICE_ALONE = "只有督查室可以导入文件和核定条目。"
# What importing answers: the director and the supervisors may, and are told what is missing; the others why not.
MAY_IMPORT = {
    "director": 400,
    "supervisor": 400,
    "leader": 403,
    "auditor": 403,
    "statistician": 403,
    "system_admin": 403,
    "coordinator": 403,
    "head": 403,
}


@pytest.mark.parametrize("post", MAY_IMPORT)
def test_who_may_import(post: str, city: Government, as_: Caller) -> None:
    response = as_(city.posts[post]).post("/api/documents/", {}, format="multipart")
    assert response.status_code == MAY_IMPORT[post]
    if MAY_IMPORT[post] == 403:
        assert response.json() == {"code": "forbidden", "message": OFFICE_ALONE}
    else:
        assert sorted(response.json()["fields"]) == ["file", "plan_year"]


MAY_DECIDE = {
    "director": 200,
    "supervisor": 200,
    "auditor": 403,
    "leader": 404,
    "coordinator": 404,
    "statistician": 404,
}


@pytest.mark.parametrize("post", MAY_DECIDE)
@pytest.mark.parametrize("decision", ["edit", "accept", "reject", "reopen"])
def test_who_may_decide_about_a_measure(post: str, decision: str, city: Government, as_: Caller) -> None:
    measure = document_of(city.programme).measures.get()
    if decision == "reopen":
        Measure.objects.update(fate="rejected", reason="重复")
    client, address = as_(city.posts[post]), f"/api/measures/{measure.pk}/"
    if decision == "edit":
        response = client.patch(address, {"version": 1, "title": "新建口袋公园3个"})
    else:
        response = client.post(f"{address}{decision}/", {"version": 1, "reason": "重复"})
    allowed = MAY_DECIDE[post]
    assert response.status_code == (201 if decision == "accept" and allowed == 200 else allowed)
    if allowed == 403:
        assert response.json()["message"] == OFFICE_ALONE
    measure.refresh_from_db()
    assert measure.version == (2 if allowed == 200 else 1)


# The acts offered to each post on a pledge that housing leads and water supports, with no report to review.
OFFERED = {
    ("assigned", "coordinator"): ["sign"],
    ("assigned", "head"): ["sign"],
    ("assigned", "supervisor"): ["tag", "urge"],
    ("assigned", "director"): ["change_lead", "tag", "urge", "override_light"],
    ("in_progress", "coordinator"): ["report", "allocate", "propose_claim"],
    ("in_progress", "head"): ["allocate", "claim"],
    ("in_progress", "water_coordinator"): [],
    ("in_progress", "supervisor"): ["tag", "urge", "allocate"],
    ("in_progress", "director"): ["change_lead", "tag", "urge", "override_light", "allocate", "settle"],
    ("in_progress", "leader"): [],
    ("in_progress", "auditor"): [],
    ("claimed", "supervisor"): ["tag", "draft_verification", "return_claim"],
    ("claimed", "director"): ["tag", "draft_verification", "return_claim"],
    ("claimed", "coordinator"): [],
    ("claimed", "head"): [],
    ("closed", "supervisor"): ["tag", "recheck"],
    ("closed", "director"): ["tag", "recheck"],
    ("closed", "head"): [],
}


@pytest.mark.parametrize(("state", "post"), OFFERED)
def test_a_pledge_offers_the_acts_that_one_may_do_now(state: str, post: str, city: Government, as_: Caller) -> None:
    pledge = pledge_in(state, city, support=(city.water,))
    body = as_(city.posts[post]).get(f"/api/pledges/{pledge.pk}/").json()
    assert [act["name"] for act in body["actions"]] == OFFERED[state, post]
    for act in body["actions"]:
        assert act["url"] == f"http://testserver/api/pledges/{pledge.pk}/actions/{act['name']}/"


REFUSED = {
    ("draft", "assign", "supervisor"): "只有督查室主任可以这样做。",
    ("draft", "assign", "leader"): "只有督查室主任可以这样做。",
    ("assigned", "sign", "director"): "只有牵头单位的联络员或负责人可以这样做。",
    ("in_progress", "report", "head"): "只有牵头单位的联络员可以这样做。",
    ("in_progress", "report", "auditor"): "只有牵头单位的联络员可以这样做。",
    ("in_progress", "accept", "coordinator"): "只有督查室可以这样做。",
    ("in_progress", "approve", "coordinator"): "只有牵头单位的负责人可以这样做。",
    ("in_progress", "claim", "coordinator"): "只有牵头单位的负责人可以这样做。",
    ("in_progress", "propose_claim", "head"): "只有牵头单位的联络员可以这样做。",
    ("in_progress", "claim", "water_head"): "这一事项由其他单位牵头,您可以查看,不能代为办理。",
    ("claimed", "verify", "supervisor"): "只有督查室主任可以这样做。",
    ("claimed", "verify", "coordinator"): "只有督查室主任可以这样做。",
}


@pytest.mark.parametrize(("state", "name", "post"), REFUSED)
def test_the_refusal_says_why(state: str, name: str, post: str, city: Government, as_: Caller) -> None:
    pledge = pledge_in(state, city, support=(city.water,)) if state != "draft" else drafted(city)
    response = as_(city.posts[post]).post(f"/api/pledges/{pledge.pk}/actions/{name}/", {"version": pledge.version})
    assert (response.status_code, response.json()["message"]) == (403, REFUSED[state, name, post])
    assert Pledge.objects.get(pk=pledge.pk).state == state
