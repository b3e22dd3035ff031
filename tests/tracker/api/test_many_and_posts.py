"""Acts on many, batch approval, posts and deputies through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Deputy, Pledge, Post
from tests.factories import Government, UserFactory, drafted, make_deputy, payload_for, perform, pledge_in


def ready(city: Government) -> Pledge:
    return drafted(city, lead_unit=city.housing, due_date="2020-11-30")


def reported(city: Government) -> Pledge:
    pledge = pledge_in("in_progress", city)
    return perform("report", pledge, city.coordinator, at="2020-03-09", **payload_for("report", city, pledge))


def post(client: Any, address: str, body: Any) -> Any:
    return client.post(address, body, format="json")


def test_many_are_assigned_or_only_looked_at(city: Government, as_: Any) -> None:
    good, bare = ready(city), drafted(city)
    versions = {str(good.pk): good.version, str(bare.pk): bare.version}
    body = {"versions": versions, "payload": {"basis": "市政府督〔2020〕1号"}}
    director, address = as_(city.director), "/api/pledges/bulk/assign/"
    looked = post(director, address, {**body, "dry_run": True})
    assert [(row["number"], row["would_go"], row["reasons"]) for row in looked.json()] == [
        (good.number, True, []),
        (bare.number, False, ["请填写“牵头单位”。", "请填写“完成时限”。"]),
    ]
    refused = post(director, address, body)
    assert refused.status_code == 400
    assert set(refused.json()["fields"]) == {f"each.{bare.pk}.lead_unit", f"each.{bare.pk}.due_date"}
    assert set(Pledge.objects.values_list("state", flat=True)) == {"draft"}
    each = {str(bare.pk): {"lead_unit": city.water.pk, "due_date": "2020-12-01"}}
    done = post(director, address, {**body, "each": each})
    assert [(row["state"], row["version"]) for row in done.json()] == [("assigned", 2), ("assigned", 2)]


@pytest.mark.parametrize(
    ("who", "act", "status"),
    [
        ("supervisor", "assign", 403),
        ("coordinator", "assign", 404),
        ("leader", "tag", 403),
        ("director", "verify", 404),
    ],
)
def test_who_may_not_act_on_many(city: Government, as_: Any, who: str, act: str, status: int) -> None:
    pledge = ready(city)
    body = {"versions": {str(pledge.pk): 1}, "payload": {"add": ["民生实事"]}}
    assert post(as_(city.posts[who]), f"/api/pledges/bulk/{act}/", body).status_code == status


def test_a_stale_row_gives_409_with_its_number(city: Government, as_: Any) -> None:
    one, two = ready(city), ready(city)
    body = {"versions": {str(one.pk): 1, str(two.pk): 1}, "payload": {"add": ["民生实事"]}}
    perform("tag", two, city.supervisor, at="2020-03-05", add=["重点项目"])
    answer = post(as_(city.supervisor), "/api/pledges/bulk/tag/", body)
    assert answer.status_code == 409
    assert answer.json()["changes"][0].startswith(f"{two.number}:")


@pytest.mark.parametrize("body", [{"versions": []}, {"versions": {"x": 1}}, {"versions": {"1": "y"}}, {}])
def test_a_malformed_selection_is_refused(city: Government, as_: Any, body: Any) -> None:
    assert post(as_(city.director), "/api/pledges/bulk/tag/", body).status_code == 400


def test_a_head_reads_and_approves_the_batch(city: Government, as_: Any) -> None:
    pledges = [reported(city), reported(city)]
    address = f"/api/approvals/{city.programme.pk}/"
    head = as_(city.head)
    waiting = head.get(address).json()
    assert [(row["number"], row["sentence"]) for row in waiting] == [(one.number, "管网已铺到村口") for one in pledges]
    sent = {"reports": {str(row["pledge"]): row["report"] for row in waiting}}
    assert post(as_(city.coordinator), address, sent).status_code == 403
    assert post(as_(city.supervisor), address, sent).status_code == 403
    assert post(head, address, sent).status_code == 200
    assert head.get(address).json() == []
    again = post(head, address, sent)
    assert again.status_code == 409
    assert len(again.json()["changes"]) == 2


def test_the_administrator_appoints_and_reads_posts(city: Government, as_: Any) -> None:
    admin, successor = as_(city.system_admin), UserFactory()
    sent = {"unit": city.housing.pk, "role": "head", "title": "局长", "holder": successor.pk}
    answer = post(admin, "/api/posts/", sent)
    assert (answer.status_code, answer.json()["id"], answer.json()["holder_id"]) == (201, city.head.pk, successor.pk)
    assert {row["id"] for row in admin.get("/api/posts/").json()["results"]} == set(
        Post.objects.values_list("pk", flat=True)
    )
    mixed = post(admin, "/api/posts/", {**sent, "holder": city.auditor.holder.pk})
    assert mixed.status_code == 400
    assert mixed.json()["fields"]["holder"][0].startswith("管理员不能同时办理业务")


@pytest.mark.parametrize("who", ["director", "supervisor", "coordinator", "auditor", "security_admin"])
def test_nobody_else_appoints(city: Government, as_: Any, who: str) -> None:
    sent = {"unit": city.housing.pk, "role": "head", "title": "局长", "holder": UserFactory().pk}
    client = as_(city.posts[who])
    assert post(client, "/api/posts/", sent).status_code == 403
    assert client.get("/api/posts/").status_code == 403


def test_a_holder_names_reads_and_ends_their_deputy(city: Government, as_: Any) -> None:
    make_deputy(city.water_head, UserFactory(), "2020-03-01", "2020-03-31")
    head = as_(city.head)
    sent = {
        "post": city.head.pk, "user": city.coordinator.holder.pk, "start_date": "2020-03-10", "end_date": "2020-03-12",
    }  # fmt: skip
    made = post(head, "/api/deputies/", sent)
    assert made.status_code == 201
    assert [row["id"] for row in head.get("/api/deputies/").json()["results"]] == [made.json()["id"]]
    assert len(as_(city.system_admin).get("/api/deputies/").json()["results"]) == 2
    overlapping = post(head, "/api/deputies/", {**sent, "user": city.water_head.holder.pk})
    assert (overlapping.status_code, list(overlapping.json()["fields"])) == (400, ["start_date"])
    assert post(head, "/api/deputies/", {**sent, "post": city.water_head.pk}).status_code == 403
    assert post(head, f"/api/deputies/{made.json()['id']}/end/", {}).status_code == 204
    assert Deputy.objects.filter(post=city.head).count() == 0


@pytest.mark.parametrize("address", ["/api/posts/", "/api/deputies/"])
def test_lists_cost_the_same_for_three_and_for_thirty(city: Government, as_: Any, address: str) -> None:
    admin = as_(city.system_admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert admin.get(address).status_code == 200
        return len(counted)

    def grow(many: int) -> None:
        for _each in range(many):
            make_deputy(city.head, UserFactory(), "2020-03-01", "2020-03-31")

    grow(3)
    admin.get(address)
    few = cost()
    grow(27)
    assert cost() == few
