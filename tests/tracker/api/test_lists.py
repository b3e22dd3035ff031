"""Lists: what narrows them, their order and pages, and that they cost the same for 3 rows and for 300."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from pledges.models import (
    Document,
    Evidence,
    Measure,
    Milestone,
    Party,
    Pledge,
    Programme,
    Report,
    ReportStage,
    ReportValue,
    Target,
    Unit,
)
from tests.factories import Government, actor, moment, perform, pledge_in
from tests.tracker.api.conftest import Caller
from tracker.models import Rollup
from workflow import audit
from workflow.models import Task


def many_pledges(city: Government, number: int, **fields: Any) -> list[Pledge]:
    """Pledges led by housing and supported by water, each with a target, a stage and a report."""
    first = Pledge.objects.count() + 1
    pledges = Pledge.objects.bulk_create(
        Pledge(
            **{
                "programme": city.programme,
                "number": f"2020-{index:03d}",
                "title": f"任务{index}",
                "form": "quantified",
                "state": "in_progress",
                "lead_unit": city.housing,
                "leader": city.leader,
                "due_date": datetime.date(2020, 12, 31),
                "assigned_date": datetime.date(2020, 2, 3),
                "light": "green",
                "light_reason": "on_track",
                **fields,
            }
        )
        for index in range(first, first + number)
    )
    Party.objects.bulk_create(Party(pledge=pledge, unit=city.housing, part="lead") for pledge in pledges)
    Party.objects.bulk_create(Party(pledge=pledge, unit=city.water, part="support") for pledge in pledges)
    targets = Target.objects.bulk_create(Target(pledge=one, value=Decimal(9), unit="个") for one in pledges)
    stages = Milestone.objects.bulk_create(
        Milestone(pledge=one, title="开工", planned_date=datetime.date(2020, 6, 1)) for one in pledges
    )
    period = city.programme.periods.get(key="2020-Q1")
    reports = Report.objects.bulk_create(
        Report(
            pledge=pledge,
            period=period,
            data_date=datetime.date(2020, 3, 1),
            sentence="推进",
            reported_by=city.coordinator.holder,
            submitted_at=moment("2020-03-01"),
        )
        for pledge in pledges
    )
    for report, target, stage in zip(reports, targets, stages, strict=True):
        ReportValue.objects.create(report=report, target=target, value=3)
        ReportStage.objects.create(report=report, milestone=stage, done_date=datetime.date(2020, 3, 1))
        Evidence.objects.create(report=report, kind="text", content="x")
    return pledges


def make_pledges(city: Government, number: int) -> None:
    many_pledges(city, number)


def make_tasks(city: Government, number: int) -> None:
    Task.objects.bulk_create(
        Task(
            kind="report",
            post=city.coordinator,
            pledge=pledge,
            period=city.programme.periods.get(key="2020-Q1"),
            due_date=datetime.date(2020, 4, 8),
            opened_at=moment("2020-03-01"),
        )
        for pledge in many_pledges(city, number)
    )


def make_units(city: Government, number: int) -> None:
    first = Unit.objects.count()
    for index in range(first, first + number):
        Unit.objects.create(name=f"局{index}", kind="bureau", parent=city.city, path=f"{city.city.path}x{index}/")


def make_programmes(city: Government, number: int) -> None:
    """No more than some two hundred years are plausible."""
    years = set(range(1990, 2200)) - set(Programme.objects.values_list("year", flat=True))
    Programme.objects.bulk_create(
        Programme(government=city.city, year=year, title=str(year)) for year in sorted(years)[:number]
    )


def make_documents(city: Government, number: int) -> None:
    first = Document.objects.count()
    documents = Document.objects.bulk_create(
        Document(
            programme=city.programme,
            title=f"报告{index}",
            kind="report",
            filename="a.txt",
            content=b"x",
            sha256=f"{index:064d}",
            text="新建公园3个。",
            imported_by=city.supervisor.holder,
            imported_at=moment("2020-02-01"),
        )
        for index in range(first, first + number)
    )
    target = {"value": "3", "value_max": None, "unit": "个", "scale": 1, "comparator": "eq", "quantity_kind": "amount"}
    measures = Measure.objects.bulk_create(
        Measure(document=document, position=1, start=0, end=6, quote="新建公园3个", form="quantified", targets=[target])
        for document in documents
    )
    start = Pledge.objects.count()
    Pledge.objects.bulk_create(
        Pledge(programme=city.programme, number=f"d-{start + index}", title="x", form="quantified", measure=measure)
        for index, measure in enumerate(measures)
    )


def make_rollups(city: Government, number: int) -> None:
    make_units(city, number)
    new = Unit.objects.filter(path__contains="x").exclude(rollups__isnull=False)
    Rollup.objects.bulk_create(
        Rollup(programme=city.programme, scope="unit", unit=unit, in_force=6, met=3) for unit in new
    )


Make = Callable[[Government, int], None]
LISTS: dict[str, Make] = {
    "pledges/?": make_pledges,
    "pledges/?q=任务&tag=x&overdue=false&light=green&unit_below={city}&": make_pledges,
    "quarter/{programme}/2020-Q2/?": make_pledges,
    "tasks/?": make_tasks,
    "units/?": make_units,
    "programmes/?": make_programmes,
    "documents/?": make_documents,
    "measures/?": make_documents,
    "rollups/?": make_rollups,
}


def queries(client: APIClient, address: str) -> tuple[int, int]:
    """How many rows an address answered with, and in how many queries."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(f"/api/{address}page_size=200")
    assert response.status_code == 200, response.content
    body = response.json()
    return len(body["results"] if "results" in body else body["rows"]), len(captured)


@pytest.mark.parametrize("address", LISTS)
def test_three_rows_cost_as_many_queries_as_three_hundred(address: str, city: Government, as_: Caller) -> None:
    make = LISTS[address]
    address = address.format(city=city.city.pk, programme=city.programme.pk)
    client = as_(city.coordinator if make is make_tasks else city.director)
    make(city, 3)
    few, cost = queries(client, address)
    make(city, 297)
    many, same = queries(client, address)
    if "tag=x" not in address:
        assert few >= 3
        assert many >= 200
    assert same == cost


def test_a_pledge_with_many_reports_and_events_costs_as_much_as_one_with_few(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city, support=(city.water,))
    client, address = as_(city.director), f"/api/pledges/{pledge.pk}/"

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        with CaptureQueriesContext(connection) as story:
            client.get(f"{address}events/")
        return len(one), len(story)

    def report() -> None:
        value = {str(pledge.targets.get().pk): "1"}
        perform("report", pledge, city.coordinator, at="2020-03-01", sentence="x", values=value, evidence="x")

    report()
    before = cost()
    for _ in range(5):
        report()
    for _ in range(30):
        audit.append(
            stream=audit.stream_of(pledge),
            action="report",
            actor=actor(city.coordinator),
            at=moment("2020-03-02"),
            payload={"input": {"sentence": "x"}},
        )
    assert len(client.get(address).json()["reports"]) == 6
    assert cost() == before


def test_pages_hold_fifty_unless_asked_and_never_more_than_two_hundred(city: Government, as_: Caller) -> None:
    many_pledges(city, 201)
    client = as_(city.director)

    def size(query: str) -> int:
        return len(client.get(f"/api/pledges/{query}").json()["results"])

    assert (size(""), size("?page_size=7"), size("?page_size=999"), size("?page=5")) == (50, 7, 200, 1)


@pytest.fixture
def several(city: Government) -> dict[str, Pledge]:
    """Pledges that differ in what lists can be narrowed by."""
    due = datetime.date(2020, 3, 9)
    return {
        "late": many_pledges(city, 1, due_date=due, light="red", light_reason="overdue", tags=["民生实事", "重点"])[0],
        "claimed_late": many_pledges(city, 1, due_date=due, state="claimed", light="", light_reason="")[0],
        "water": many_pledges(city, 1, lead_unit=city.water, section="(一)农村人居环境", tags=["重点项目"])[0],
        "county": many_pledges(
            city, 1, lead_unit=city.county_housing, leader=None, title="改造100%的老旧管网", quote="管网"
        )[0],
        "draft": many_pledges(city, 1, state="draft", light="grey", light_reason="not_due", lead_unit=None)[0],
    }


NARROWED = {
    "": ["claimed_late", "county", "draft", "late", "water"],
    "state=draft": ["draft"],
    "state=draft&state=claimed": ["claimed_late", "draft"],
    "light=red": ["late"],
    "light=red&light=grey": ["draft", "late"],
    "light_reason=overdue": ["late"],
    "overdue=true": ["late"],
    "overdue=false": ["claimed_late", "county", "draft", "water"],
    "tag=重点": ["late"],
    "tag=重点项目": ["water"],
    "tag=民生实事": ["late"],
    "tag=重": [],
    'tag="重点"': [],
    "section=(一)农村人居环境": ["water"],
    "q=管网": ["county"],
    "q=100%25": ["county"],
    "q=2020-002": ["claimed_late"],
    "programme={programme}&q=任务": ["claimed_late", "draft", "late", "water"],
    "programme=99999999": [],
    "lead_unit={water}": ["water"],
    "lead_unit={county}": [],
    "leader={leader}": ["claimed_late", "draft", "late", "water"],
    "leader=99999999": [],
    "unit_below={county}": ["county"],
    "unit_below={city}": ["claimed_late", "county", "late", "water"],
    "unit_below=99999999": [],
}


@pytest.mark.postgres
@pytest.mark.parametrize("query", NARROWED)
def test_lists_of_pledges_can_be_narrowed(
    query: str, several: dict[str, Pledge], city: Government, as_: Caller
) -> None:
    ids = {"programme": city.programme.pk, "water": city.water.pk, "county": city.county.pk, "city": city.city.pk}
    ids |= {"leader": city.leader.pk}
    found = as_(city.director).get(f"/api/pledges/?{query.format(**ids)}").json()
    names = {pledge.pk: name for name, pledge in several.items()}
    assert sorted(names[row["id"]] for row in found["results"]) == NARROWED[query]


def test_lists_can_be_ordered(several: dict[str, Pledge], city: Government, as_: Caller) -> None:
    client = as_(city.director)

    def numbers(query: str) -> list[str]:
        return [row["number"][-1] for row in client.get(f"/api/pledges/{query}").json()["results"]]

    assert numbers("") == ["1", "2", "3", "4", "5"]
    assert numbers("?ordering=-number") == ["5", "4", "3", "2", "1"]
    assert numbers("?ordering=due_date,-number") == ["2", "1", "5", "4", "3"]


def test_a_row_says_what_a_list_shows(city: Government, as_: Caller) -> None:
    pledge = many_pledges(city, 1, progress_bp=3333, plan_bp=4000, pace="behind", data_date=datetime.date(2020, 3, 1))[
        0
    ]
    row = as_(city.director).get("/api/pledges/").json()["results"][0]
    assert (row["id"], row["state"], row["state_label"], row["version"]) == (pledge.pk, "in_progress", "推进中", 1)
    assert row["lead_unit"] == {"id": city.housing.pk, "name": "住房城乡建设局"}
    assert row["support_units"] == [{"id": city.water.pk, "name": "水务局"}]
    assert row["leader"] == {"id": city.leader.pk, "title": "副市长", "name": city.leader.holder.name}
    assert row["standing"] == {
        "light": "green",
        "rule_light": "green",
        "light_reason": "on_track",
        "words": "绿灯 正常",
        "sentence": "计划 40%,实际 33.3%,落后 6.7 个百分点 → 绿灯",
        "progress_bp": 3333,
        "progress": "33.3%",
        "plan_bp": 4000,
        "plan": "40%",
        "pace": "behind",
        "data_date": "2020-03-01",
        "missed": 0,
        "last_light": "",
        "was_red": 0,
    }


def test_a_desk_shows_the_posts_open_tasks_the_nearest_first(city: Government, as_: Caller) -> None:
    pledge_in("assigned", city)
    pledge_in("in_progress", city)
    tasks = as_(city.coordinator).get("/api/tasks/").json()["results"]
    assert [(task["kind"], task["label"], task["due_date"], task["is_overdue"]) for task in tasks] == [
        ("sign", "签收", "2020-02-10", True),
        ("report", "填报", "2020-04-08", False),
    ]
    assert tasks[1]["period"] == "2020-Q1"
    assert as_(city.head).get("/api/tasks/").json()["count"] == 0
    assert [one["kind"] for one in as_(city.coordinator).get("/api/tasks/?overdue=true").json()["results"]] == ["sign"]


def test_rollups_print_both_numbers_and_no_percentage_of_fewer_than_five(city: Government, as_: Caller) -> None:
    for unit, whole in ((city.housing, 4), (city.water, 6)):
        Rollup.objects.create(programme=city.programme, scope="unit", unit=unit, in_force=whole, met=2, with_pace=0)
    rows = as_(city.director).get("/api/rollups/?scope=unit").json()["results"]
    assert [row["completion"] for row in rows] == [
        {"part": 2, "whole": 4, "bp": None, "shown": ""},
        {"part": 2, "whole": 6, "bp": 3333, "shown": "33.3%"},
    ]


def test_a_programmes_periods_come_with_their_windows(city: Government, as_: Caller) -> None:
    periods = as_(city.director).get(f"/api/programmes/{city.programme.pk}/periods/").json()["results"]
    assert [period["key"] for period in periods] == ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"]
    assert periods[0] | {"id": 0} == {
        "id": 0,
        "key": "2020-Q1",
        "quarter": 1,
        "start_date": "2020-01-01",
        "end_date": "2020-03-31",
        "opens_date": "2020-03-25",
        "closes_date": "2020-04-08",
        "state": "open",
        "state_label": "填报中",
        "check_due_date": None,
        "closed_at": None,
        "version": 1,
    }
