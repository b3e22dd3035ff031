"""Splitting, merging, marking and accepting a section through the API; and how much of a plan was read."""

from typing import Any

import pytest

from pledges.models import Document, Measure, Pledge
from tests.factories import Government
from tests.tracker.api.conftest import Caller
from tests.tracker.web.documents import FIRST, SECOND, TEXT, THIRD, document, found, measure

START = TEXT.index(FIRST)


@pytest.fixture
def made(city: Government) -> Document:
    return document(city)


def test_a_measure_is_split_in_two(city: Government, as_: Caller) -> None:
    made = document(city, found(f"{FIRST},{SECOND}"))
    one = measure(made)
    response = as_(city.supervisor).post(
        f"/api/measures/{one.pk}/split/", {"version": 1, "at_offset": TEXT.index(SECOND)}
    )
    assert response.status_code == 200
    parts = response.json()
    assert [(parts[name]["quote"], parts[name]["version"]) for name in ("first", "second")] == [(FIRST, 2), (SECOND, 1)]
    assert parts["first"]["id"] == one.pk
    assert [target["shown"] for target in parts["first"]["targets"]] == ["不少于355公里"]


@pytest.mark.parametrize("offset", [None, "x", True, 0, START, 10**8])
def test_a_cut_that_cannot_be_made_is_a_fault_of_its_field(offset: Any, made: Document, city: Government, as_: Caller):
    response = as_(city.supervisor).post(
        f"/api/measures/{measure(made).pk}/split/", {"version": 1, "at_offset": offset}, format="json"
    )
    assert (response.status_code, list(response.json()["fields"])) == (400, ["at_offset"])


def test_two_measures_are_merged(made: Document, city: Government, as_: Caller) -> None:
    one, other = measure(made), measure(made, 2)
    client = as_(city.supervisor)
    response = client.post(f"/api/measures/{one.pk}/merge/", {"version": 1, "next": other.pk, "next_version": 1})
    assert (response.status_code, response.json()["quote"]) == (200, f"{FIRST},{SECOND}")
    assert client.get(f"/api/measures/{other.pk}/").json()["fate_label"] == "已合并"
    counts = client.get(f"/api/documents/{made.pk}/").json()["measures"]
    assert counts == {"pending": 1, "accepted": 0, "rejected": 0, "merged": 1}
    assert [row["id"] for row in client.get("/api/measures/?fate=merged").json()["results"]] == [other.pk]


def test_a_merge_names_its_second_and_both_versions(made: Document, city: Government, as_: Caller) -> None:
    one, other, third = (measure(made, position) for position in (1, 2, 3))
    client, address = as_(city.supervisor), f"/api/measures/{one.pk}/merge/"
    for missing in ("version", "next", "next_version"):
        body = {"version": 1, "next": other.pk, "next_version": 1}
        del body[missing]
        assert list(client.post(address, body).json()["fields"]) == [missing]
    stale = client.post(address, {"version": 1, "next": other.pk, "next_version": 5})
    assert (stale.status_code, stale.json()["changes"]) == (409, [f"这一条现为“待定”:{SECOND}"])
    wrong = client.post(address, {"version": 1, "next": third.pk, "next_version": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "stale")
    last = client.post(f"/api/measures/{third.pk}/merge/", {"version": 1, "next": one.pk, "next_version": 1})
    assert (last.status_code, list(last.json()["fields"])) == (400, [""])


def test_a_passage_is_marked_by_its_place_or_by_its_words(city: Government, as_: Caller) -> None:
    made = document(city, found(FIRST))
    client, address = as_(city.supervisor), f"/api/documents/{made.pk}/measures/"
    start = TEXT.index(SECOND)
    placed = client.post(address, {"start": start, "end": start + len(SECOND)})
    assert (placed.status_code, placed.json()["quote"], placed.json()["position"]) == (201, SECOND, 2)
    worded = client.post(address, {"passage": THIRD})
    assert (worded.status_code, worded.json()["quote"]) == (201, THIRD)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "start"),
        ({"start": 0}, "end"),
        ({"start": 5, "end": 5}, "span"),
        ({"start": 0, "end": 99999}, "span"),
        ({"passage": 3}, "passage"),
        ({"passage": "没有这句"}, "passage"),
    ],
)
def test_a_passage_that_is_not_there_is_a_fault(
    body: dict[str, Any], field: str, made: Document, city: Government, as_: Caller
) -> None:
    response = as_(city.supervisor).post(f"/api/documents/{made.pk}/measures/", body, format="json")
    assert (response.status_code, list(response.json()["fields"])) == (400, [field])


def section(client: Any, made: Document, **body: Any) -> Any:
    given = {"section": "重点工作", "versions": {measure(made).pk: 1, measure(made, 2).pk: 1}, **body}
    return client.post(f"/api/documents/{made.pk}/accept-section/", given, format="json")


def test_a_section_is_accepted_as_a_whole(made: Document, city: Government, as_: Caller) -> None:
    response = section(as_(city.supervisor), made, lead_unit=city.housing.pk)
    assert response.status_code == 201
    assert [(row["number"], row["title"], row["lead_unit"]["id"]) for row in response.json()] == [
        ("2020-001", FIRST, city.housing.pk),
        ("2020-002", SECOND, city.housing.pk),
    ]


def test_a_section_that_moved_on_is_refused_whole(made: Document, city: Government, as_: Caller) -> None:
    client = as_(city.supervisor)
    stale = section(client, made, versions={measure(made).pk: 1, measure(made, 2).pk: 2})
    assert (stale.status_code, stale.json()["changes"]) == (409, [f"这一条现为“待定”:{SECOND}"])
    assert section(client, made, versions={measure(made).pk: 1}).status_code == 409
    assert section(client, made, section="无").status_code == 409
    Measure.objects.filter(document=made, position=2).update(form="principle")
    blocked = section(client, made)
    assert (blocked.status_code, list(blocked.json()["fields"])) == (400, [f"measures.{measure(made, 2).pk}"])
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("versions", [None, [], "x", {"a": 1}, {"1": "x"}, {"1": None}, {"-1": 1}])
def test_versions_are_ids_and_numbers(versions: Any, made: Document, city: Government, as_: Caller) -> None:
    response = section(as_(city.supervisor), made, versions=versions)
    assert (response.status_code, list(response.json()["fields"])) == (400, ["versions"])


@pytest.mark.parametrize("post", ["auditor", "leader", "coordinator", "statistician"])
def test_only_the_office_decides(post: str, made: Document, city: Government, as_: Caller) -> None:
    client, expected = as_(city.posts[post]), 403 if post == "auditor" else 404
    one, other = measure(made), measure(made, 2)
    merge = {"version": 1, "next": other.pk, "next_version": 1}
    answers = [
        client.post(f"/api/measures/{one.pk}/split/", {"version": 1, "at_offset": 3}),
        client.post(f"/api/measures/{one.pk}/merge/", merge),
        client.post(f"/api/documents/{made.pk}/measures/", {"passage": "重点工作"}),
        section(client, made),
    ]
    assert [answer.status_code for answer in answers] == [expected] * 4


def test_the_document_says_how_much_of_its_plan_was_read(city: Government, as_: Caller) -> None:
    made = document(city, found(FIRST))
    coverage = as_(city.auditor).get(f"/api/documents/{made.pk}/").json()["coverage"]
    start = TEXT.index(THIRD)
    assert coverage == {
        "sentences": 2,
        "covered": 1,
        "bp": 5000,
        "characters": 27,
        "characters_covered": 9,
        "characters_bp": 3333,
        "gaps": [{"start": start, "end": start + len(THIRD) + 1, "text": f"{THIRD}。"}],
    }
