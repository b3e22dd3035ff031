"""Indicators and figures through the API."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Figure
from tests.factories import Government
from tests.tracker.api.conftest import Caller
from tests.workflow import indicator_world as world

GIVEN = {"name": "地区生产总值", "unit": "元", "scale": 100_000_000, "publisher": "市统计局"}


def test_from_the_indicator_to_a_revised_figure(city: Government, as_: Caller) -> None:
    statistician = as_(city.statistician)
    made = statistician.post("/api/indicators/", GIVEN)
    assert (made.status_code, made.json()["typed_unit"]) == (201, "亿元")
    address = f"/api/indicators/{made.json()['id']}/"
    planned = statistician.post(f"{address}plan/", {"period": "2020-1-2", "release_date": "2020-03-16"})
    assert (planned.status_code, planned.json()["is_released"], planned.json()["value"]) == (200, False, None)
    given = {
        "start_date": "2020-01-01", "end_date": "2020-02-29", "value": "18.9", "year_on_year": "-7.1",
        "release_date": "2020-03-10",
    }  # fmt: skip
    entered = statistician.post(f"{address}enter/", given).json()
    assert (entered["period"], entered["value"], entered["year_on_year"]) == ("2020-1-2", "1890000000", "-7.1")
    assert (entered["is_released"], entered["stage"], entered["revision"]) == (True, "provisional", 1)
    revised = {"period": "2020-1-2", "value": "18.8", "year_on_year": "-7.5", "revision": 1, "reason": "核实"}
    assert statistician.post(f"{address}revise/", {**revised, "reason": ""}).json()["fields"].keys() == {"reason"}
    assert statistician.post(f"{address}revise/", revised).json()["revision"] == 2
    stale = statistician.post(f"{address}revise/", revised)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    rows = as_(city.leader).get(f"{address}figures/").json()["results"]
    assert [(row["revision"], row["year_on_year"], row["reason"]) for row in rows] == [
        (2, "-7.5", "核实"),
        (1, "-7.1", ""),
    ]


def test_who_may_look_and_who_may_enter(city: Government, as_: Caller) -> None:
    gdp = world.add(city)
    address = f"/api/indicators/{gdp.pk}/"
    assert as_(city.supervisor).get("/api/indicators/").json()["count"] == 1
    assert as_(city.supervisor).post(f"{address}enter/", {}).status_code == 403
    assert as_(city.coordinator).get("/api/indicators/").json()["count"] == 0
    assert as_(city.coordinator).get(address).status_code == 404
    assert as_(city.coordinator).post(f"{address}enter/", {}).status_code == 404


def test_before_its_day_a_figure_is_told_to_nobody_else(city: Government, as_: Caller) -> None:
    gdp = world.add(city)
    world.enter(city, gdp, "2020-1-2", "7.1", on="2020-03-10", release_date="2020-03-16")
    address = f"/api/indicators/{gdp.pk}/figures/"
    (hidden,) = as_(city.leader).get(address).json()["results"]
    assert (hidden["year_on_year"], hidden["entered_by"], hidden["release_date"]) == (None, None, "2020-03-16")
    (known,) = as_(city.statistician).get(address).json()["results"]
    assert known["year_on_year"] == "7.1"


def test_the_source_of_a_target_is_named(city: Government, as_: Caller) -> None:
    gdp, pledge = world.add(city), world.draft(city)
    body: dict[str, Any] = {
        "version": pledge.version, "target": pledge.targets.get().pk, "source": "indicator", "indicator": gdp.pk,
        "uses": "year_on_year",
    }  # fmt: skip
    assert as_(city.auditor).post(f"/api/pledges/{pledge.pk}/source/", body).status_code == 403
    answer = as_(city.supervisor).post(f"/api/pledges/{pledge.pk}/source/", body)
    (target,) = answer.json()["targets"]
    assert (target["source"], target["indicator"], target["uses"]) == ("indicator", gdp.pk, "year_on_year")
    assert as_(city.supervisor).post(f"/api/pledges/{pledge.pk}/source/", body).status_code == 409


def test_the_list_costs_as_many_queries_for_3_figures_as_for_10(city: Government, as_: Caller) -> None:
    gdp = world.add(city)
    leader = as_(city.leader)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(f"/api/indicators/{gdp.pk}/figures/").status_code == 200
        return len(queries)

    for period in ("2019-1-3", "2019-1-6", "2019-1-9"):
        world.enter(city, gdp, period, "6.1", on="2020-03-10")
    leader.get(f"/api/indicators/{gdp.pk}/figures/")
    few = cost()
    for year in range(2010, 2017):
        world.enter(city, gdp, f"{year}-1-12", "6.1", on="2020-03-10", release_date=f"{year + 1}-01-20")
    assert Figure.objects.count() == 10
    assert cost() == few
