"""Requests through the API: list, ask, answer, decide, take back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Pledge
from tests.tracker.api.conftest import Caller
from tests.workflow import requests_world as world
from workflow.models import Request

pytestmark = pytest.mark.django_db
ADDRESS = "/api/requests/"


@pytest.fixture
def at(set_today):
    set_today("2020-06-01")
    found, _mayor = world.city()
    return found


def asked(about, **more):
    given = {"pledge": about.pk, "kind": "extension", "due_date": "2020-12-28", "reason": "汛期推迟了施工"}
    return {**given, "version": about.version, **more}


def test_asking_and_deciding(at, as_: Caller) -> None:
    pledge = world.led("in_progress", at)
    made = as_(at.coordinator).post(ADDRESS, asked(pledge), format="json")
    assert made.status_code == 201
    body = made.json()
    assert (body["kind"], body["label"], body["status"], body["due_date"]) == (
        "extension",
        "延期",
        "open",
        "2020-06-08",
    )
    assert body["given"] == {"due_date": "2020-12-28"}
    assert [(step["name"], step["post"]) for step in body["steps"]] == [("decision", at.leader.pk)]
    decided = as_(at.leader).post(
        f"{ADDRESS}{body['id']}/decide/", {"grant": True, "version": body["version"]}, format="json"
    )
    assert decided.status_code == 200
    assert (decided.json()["status"], decided.json()["decided_by"]) == ("granted", at.leader.holder.name)
    assert Pledge.objects.get(pk=pledge.pk).due_date.isoformat() == "2020-12-28"
    again = as_(at.leader).post(f"{ADDRESS}{body['id']}/decide/", {"grant": False, "version": 1}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_refusals(at, as_: Caller) -> None:
    pledge = world.led("in_progress", at)
    refused = as_(at.supervisor).post(ADDRESS, asked(pledge), format="json")
    assert refused.status_code == 403
    refused = as_(at.county_coordinator).post(ADDRESS, asked(pledge), format="json")
    assert refused.status_code == 404
    refused = as_(at.head).post(ADDRESS, asked(pledge, due_date="2020-12-01"), format="json")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["due_date"])
    refused = as_(at.head).post(ADDRESS, asked(pledge, version=0), format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert as_(at.head).post(ADDRESS, asked(pledge, pledge="x"), format="json").status_code == 400
    assert as_(at.head).post(ADDRESS, asked(pledge, kind="dance"), format="json").status_code == 404
    request = world.ask("extension", pledge, at.head)
    refused = as_(at.leader).post(f"{ADDRESS}{request.pk}/decide/", {"grant": "yes", "version": 1}, format="json")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["grant"])
    assert as_(at.leader).post(f"{ADDRESS}x/decide/", {"grant": True}, format="json").status_code == 404
    refused = as_(at.director).post(f"{ADDRESS}{request.pk}/decide/", {"grant": True, "version": 1}, format="json")
    assert refused.status_code == 403


def test_answering_and_taking_back(at, as_: Caller) -> None:
    request = world.ask("reassignment", world.led("in_progress", at), at.head, lead_unit=at.water.pk)
    address = f"{ADDRESS}{request.pk}/"
    said = as_(at.water_head).post(
        f"{address}answer/", {"agrees": False, "words": "不归我局", "version": 1}, format="json"
    )
    assert said.status_code == 200
    assert [(step["name"], step["agrees"]) for step in said.json()["steps"]] == [
        ("consultation", False),
        ("coordination", None),
    ]
    assert as_(at.director).post(f"{address}take-back/", {"version": 2}, format="json").status_code == 403
    assert as_(at.head).post(f"{address}take-back/", {"version": 1}, format="json").status_code == 409
    assert as_(at.head).post(f"{address}take-back/", {"version": 2}, format="json").json()["status"] == "taken_back"


def test_the_list_shows_what_one_may_see_and_narrows(at, as_: Caller) -> None:
    pledge = world.led("in_progress", at)
    first, second = world.ask("extension", pledge, at.head), world.ask("coordination", pledge, at.head)
    world.decide(second, at.leader, grant=False)

    def listed(post, **query):
        return {row["id"] for row in as_(post).get(ADDRESS, query).json()["results"]}

    assert listed(at.director) == listed(at.coordinator) == {first.pk, second.pk}
    assert listed(at.water_head) == listed(at.system_admin) == set()
    assert listed(at.director, status="open") == {first.pk}
    assert listed(at.director, kind="coordination") == {second.pk}
    assert listed(at.director, waiting_for=at.leader.pk) == {first.pk}
    assert listed(at.director, pledge=pledge.pk + 1) == set()
    assert as_(at.water_head).get(f"{ADDRESS}{first.pk}/").status_code == 404
    [task] = as_(at.leader).get("/api/tasks/").json()["results"]
    assert (task["kind"], task["request"]) == ("decide_request", first.pk)


def test_the_list_asks_the_same_number_of_queries_for_3_and_for_30(at, as_: Caller) -> None:
    client = as_(at.director)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS).status_code == 200
        return len(queries)

    for _number in range(3):
        world.ask("extension", world.led("in_progress", at), at.head)
    client.get(ADDRESS)
    few = count()
    for _number in range(27):
        world.ask("extension", world.led("in_progress", at), at.head)
    assert count() == few
    assert Request.objects.count() == 30
