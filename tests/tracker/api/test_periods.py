"""Periods through the API: check, object, settle, close, reopen, and the snapshot byte for byte."""

import json

from tests.factories import Government
from tests.tracker.api.conftest import Caller
from tests.tracker.closing import AFTER_CHECK, begin, first, reported
from tracker import rollups
from tracker.models import Snapshot


def test_a_period_goes_from_its_check_to_its_snapshot_and_back(city: Government, as_: Caller, set_today) -> None:
    pledge = reported(city)
    begin(city)
    set_today("2020-04-10")
    base = f"/api/periods/{first(city).pk}/"
    given = {"objections": [{"pledge": pledge.pk, "words": "应为120个", "evidence": "验收单第3号"}]}
    checked = as_(city.head).post(f"{base}check/", given, format="json")
    assert checked.status_code == 200
    (objection,) = checked.json()["checks"][0]["objections"]
    set_today(AFTER_CHECK)
    assert as_(city.director).post(f"{base}close/").status_code == 409
    settled = {"objection": objection["id"], "settlement": "以报表为准"}
    assert as_(city.supervisor).post(f"{base}settle/", settled, format="json").status_code == 200
    assert as_(city.supervisor).post(f"{base}close/").status_code == 403
    closed = as_(city.director).post(f"{base}close/").json()
    assert (closed["state"], [one["version"] for one in closed["snapshots"]]) == ("closed", [1])
    snapshot = as_(city.leader).get(f"{base}snapshot/")
    assert snapshot.content.decode() == Snapshot.objects.get().text
    assert json.loads(snapshot.content)["version"] == 1
    assert as_(city.head).get(f"{base}snapshot/").status_code == 404
    refused = as_(city.leader).post(f"{base}reopen/", {}, format="json")
    assert set(refused.json()["fields"]) == {"words", "document_number"}
    again = {"words": "同意更正", "document_number": "泽政纪〔2020〕9号"}
    assert as_(city.leader).post(f"{base}reopen/", again, format="json").json()["version"] == 2


def test_objections_in_another_shape_are_bad_input(city: Government, as_: Caller, set_today) -> None:
    reported(city)
    begin(city)
    set_today("2020-04-10")
    base = f"/api/periods/{first(city).pk}/"
    assert as_(city.head).post(f"{base}check/", {"objections": "全部"}, format="json").status_code == 400
    assert as_(city.water_head).post(f"{base}check/", {}, format="json").status_code == 404


def test_roll_ups_come_by_dimension(city: Government, as_: Caller) -> None:
    reported(city, section="农业农村", tags=["民生实事"], leader=city.leader)
    rollups.recount()
    for dimension, name, value in (
        ("section", "section", "农业农村"),
        ("leader", "leader", city.leader.pk),
        ("tag", "tag", "民生实事"),
    ):
        for post, unit in ((city.director, None), (city.head, city.housing.pk)):
            (row,) = as_(post).get(f"/api/rollups/?dimension={dimension}").json()["results"]
            assert (row[name], row["in_force"], row["unit"] and row["unit"]["id"]) == (value, 1, unit)
    scopes = {row["scope"] for row in as_(city.director).get("/api/rollups/").json()["results"]}
    assert "cell" not in scopes
