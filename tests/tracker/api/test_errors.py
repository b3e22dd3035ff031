"""Statuses and shapes of refusals: one mapping, one shape."""

import json

import pytest
from rest_framework.test import APIClient

from pledges.models import Pledge, Report
from tests.factories import Government, drafted, pledge_in
from tests.tracker.api.conftest import Caller


def act(client: APIClient, pledge: Pledge, name: str, **payload: object) -> tuple[int, dict]:
    response = client.post(f"/api/pledges/{pledge.pk}/actions/{name}/", {"version": pledge.version, **payload})
    return response.status_code, response.json()


def test_another_units_pledge_does_not_exist(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    client = as_(city.water_coordinator)
    gone = {"code": "not_found", "message": "找不到您要的内容,它可能不存在,或者不在您的查看范围内。"}
    for address in (f"pledges/{pledge.pk}/", f"pledges/{pledge.pk}/events/", "pledges/999999/", "nonsense/"):
        response = client.get(f"/api/{address}")
        assert (response.status_code, response.json()) == (404, gone)
    assert act(client, pledge, "report", sentence="x") == (404, gone)


def test_a_supporting_unit_sees_it_and_is_told_why_it_may_not_report(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city, support=(city.water,))
    status, body = act(as_(city.water_coordinator), pledge, "report", sentence="x")
    assert status == 403
    assert body == {"code": "forbidden", "message": "这一事项由其他单位牵头,您可以查看,不能代为办理。"}


def test_an_act_of_the_system_is_no_persons(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    status, body = act(as_(city.director), pledge, "open_window")
    assert (status, body["message"]) == (403, "这一步由程序按日历自动完成。")


def test_an_act_that_is_not_in_the_table_is_not_found(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    assert act(as_(city.director), pledge, "demolish")[0] == 404


def test_a_stale_version_is_told_what_changed(city: Government, as_: Caller) -> None:
    pledge = pledge_in("assigned", city)
    assert act(as_(city.head), pledge, "sign", person="王敏")[0] == 200
    status, body = act(as_(city.coordinator), pledge, "propose_claim", reason="x")
    assert (status, body["code"]) == (409, "stale")
    holder = city.head.holder
    assert body["changes"] == [f"{holder}(住房城乡建设局局长) 签收(待签收 → 推进中)"]


def test_a_wrong_state_is_a_conflict(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    status, body = act(as_(city.coordinator), pledge, "sign", person="王敏")
    assert status == 409
    assert body == {"code": "wrong_state", "message": "事项现为“推进中”,不能签收。", "changes": []}


def test_bad_input_names_every_field(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    target = pledge.targets.get()
    status, body = act(as_(city.coordinator), pledge, "report", values={str(target.pk): "许多"}, data_date="昨天")
    assert (status, body["code"]) == (400, "invalid")
    assert body["fields"] == {
        "sentence": ["请填写“进展情况”。"],
        f"values.{target.pk}": ["“许多”不是数字,请只填数字,例如 120。"],
        "data_date": ["请按“2020-09-15”的样式填写日期。"],
    }
    assert Report.objects.count() == 0


@pytest.mark.parametrize("version", [None, "", "one", True, 1.5, [1], {"a": 1}, "9" * 30])
def test_a_write_without_a_version_is_refused(version: object, city: Government, as_: Caller) -> None:
    pledge = pledge_in("assigned", city)
    status, body = act(as_(city.coordinator), pledge, "sign", version=version, person="王敏")
    assert (status, list(body["fields"])) == (400, ["version"])


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        '"text"',
        "[1]",
        "null",
        '{"version": NaN}',
        '{"person": "a\\u0000b"}',
        '{"person": "\\ud800"}',
        '{"\\u0000": 1}',
        "[" * 3000,
        '{"a":' * 100 + "1" + "}" * 100,
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_no_json_object_is_a_bad_request(raw: str | bytes, city: Government, as_: Caller) -> None:
    pledge = pledge_in("assigned", city)
    response = as_(city.coordinator).post(
        f"/api/pledges/{pledge.pk}/actions/sign/", raw, content_type="application/json"
    )
    assert response.status_code == 400
    assert response.json().keys() >= {"code", "message"}


@pytest.mark.parametrize("value", [10**30, -1, "9" * 40, [1], {"a": 1}, "x", 1.5, None])
def test_no_odd_id_in_a_payload_is_a_fault_of_the_server(value: object, city: Government, as_: Caller) -> None:
    pledge = drafted(city)
    fields = {"due_date": "2020-12-15", "basis": "x", "lead_unit": value, "support": [value], "leader": value}
    status, body = act(as_(city.director), pledge, "assign", **fields)
    assert (status, "lead_unit" in body["fields"]) == (400, True)


def test_a_number_too_large_for_any_row_is_simply_not_found(city: Government, as_: Caller) -> None:
    client = as_(city.director)
    assert client.get(f"/api/pledges/{10**30}/").status_code == 404
    assert client.get("/api/pledges/abc/").status_code == 404
    assert client.get(f"/api/quarter/{10**30}/2020-Q1/").status_code == 404
    assert client.get("/api/quarter/abc/2020-Q1/").status_code == 404


def test_the_frameworks_own_refusals_have_the_same_shape(city: Government, as_: Caller) -> None:
    client = as_(city.director)
    for response, status, code in [
        (client.delete("/api/pledges/"), 405, "method_not_allowed"),
        (client.get("/api/pledges/", headers={"Accept": "text/html"}), 406, "not_acceptable"),
        (client.post("/api/tokens/", "a=b", content_type="text/plain"), 415, "unsupported_media_type"),
        (client.get("/api/pledges/?page=99"), 404, "not_found"),
    ]:
        assert (response.status_code, json.loads(response.content)["code"]) == (status, code)
        assert isinstance(json.loads(response.content)["message"], str)


def test_a_filter_that_makes_no_sense_is_named(city: Government, as_: Caller) -> None:
    response = as_(city.director).get("/api/pledges/?state=finished&programme=abc&ordering=colour&q=%00")
    assert response.status_code == 400
    assert sorted(response.json()["fields"]) == ["ordering", "programme", "q", "state"]


def test_a_body_over_the_limit_is_refused_before_it_is_read(city: Government, as_: Caller) -> None:
    response = as_(city.director).post(
        "/api/tokens/", b"{}", content_type="application/json", CONTENT_LENGTH="99999999"
    )
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
