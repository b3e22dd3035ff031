"""A pledge's detail shows what has been published for a target that an indicator measures, as its page does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from pledges.models import Pledge
from tests.factories import Government, TargetFactory, pledge_in
from tests.tracker.api.conftest import Caller
from tests.workflow import indicator_world as world


def shown(client: Any, pledge: Pledge) -> Any:
    (target,) = client.get(f"/api/pledges/{pledge.pk}/").json()["targets"]
    return target["published"]


def test_a_target_of_the_unit_s_own_has_no_published_figure(city: Government, as_: Caller) -> None:
    assert shown(as_(city.coordinator), pledge_in("in_progress", city)) is None


def test_from_awaited_to_provisional_to_final(city: Government, as_: Caller, set_today: Callable[[str], Any]) -> None:
    gdp = world.add(city)
    pledge = world.in_progress(city, gdp)
    world.plan(city, gdp, "2020-1-2", "2020-03-16")
    client = as_(city.coordinator)  # who sees no list of indicators
    assert shown(client, pledge) == {
        "indicator": {"id": gdp.pk, "name": "地区生产总值", "publisher": "市统计局"},
        "number": None,
        "shown": "",
        "figure": None,
        "is_awaiting": True,
        "next_release": "2020-03-16",
    }
    entered = world.enter(
        city, gdp, "2020-1-2", "7.1", on="2020-03-11", value="28.64", rank="3", rank_of="13", release_date="2020-03-16"
    )
    set_today("2020-03-15")
    hidden = shown(client, pledge)
    assert (hidden["figure"], hidden["number"], hidden["is_awaiting"]) == (None, None, True)

    set_today("2020-03-16")
    assert shown(client, pledge) == {
        "indicator": {"id": gdp.pk, "name": "地区生产总值", "publisher": "市统计局"},
        "number": "7.1",
        "shown": "7.1%",
        "figure": {
            "id": entered.pk,
            "period": "2020-1-2",
            "period_label": "1—2月",
            "value": "2864000000",
            "value_shown": "28.64亿元",
            "year_on_year": "7.1",
            "year_on_year_shown": "+7.1%",
            "rank": 3,
            "rank_of": 13,
            "stage": "provisional",
            "stage_label": "初步",
            "release_date": "2020-03-16",
            "revision": 1,
        },
        "is_awaiting": False,
        "next_release": None,
    }

    world.plan(city, gdp, "2020-1-3", "2020-04-18", on="2020-03-20")
    set_today("2020-04-01")  # the quarter is over, its figure is not out: the old one is shown, and what is awaited
    waiting = shown(client, pledge)
    assert (waiting["number"], waiting["is_awaiting"], waiting["next_release"]) == ("7.1", True, "2020-04-18")

    world.revise(city, gdp, "2020-1-2", "6.9", on="2020-04-02", stage="final")
    set_today("2020-04-02")
    final = shown(client, pledge)
    assert (final["number"], final["figure"]["stage_label"], final["figure"]["revision"]) == ("6.9", "最终", 2)


def test_what_fell_is_told_as_the_reduction_achieved_beside_what_was_published(city: Government, as_: Caller) -> None:
    energy = world.add(city, name="单位能耗", unit="吨", scale="1")
    pledge = world.in_progress(city, energy, goal="3", quantity_kind="reduction")
    world.enter(city, energy, "2020-1-2", "-2.4", on="2020-03-10")
    told = shown(as_(city.director), pledge)
    assert (told["number"], told["shown"], told["figure"]["year_on_year_shown"]) == ("2.4", "2.4%", "-2.4%")
    assert (told["figure"]["value"], told["figure"]["value_shown"]) == (None, "")


@pytest.mark.parametrize("today", ["2020-03-10", "2020-03-16", "2020-04-01"])
def test_it_says_what_the_page_says(
    today: str, city: Government, as_: Caller, client: Any, set_today: Callable[[str], Any]
) -> None:
    gdp = world.add(city)
    pledge = world.in_progress(city, gdp)
    world.enter(city, gdp, "2020-1-2", "7.1", on="2020-03-10", rank="3", rank_of="13", release_date="2020-03-16")
    world.plan(city, gdp, "2020-1-3", "2020-04-18", on="2020-03-10")
    set_today(today)
    client.force_login(city.supervisor.holder)
    page = "".join(strip_tags(client.get(reverse("web:pledge", args=[pledge.pk])).text).split())
    told = shown(as_(city.supervisor), pledge)
    figure = told["figure"] or {}
    assert f"{told['shown'] or '—'}/增长不少于6.5%" in page
    assert f"{told['indicator']['name']}同比·{told['indicator']['publisher']}" in page
    assert f"数据期{figure.get('period_label')}{figure.get('stage_label')}" in page or not figure
    assert f"发布日期{figure.get('release_date')}" in page or not figure
    assert f"第{figure.get('rank')}位(共{figure.get('rank_of')})" in page or not figure
    assert (f"待发布{told['next_release']}" in page) == told["is_awaiting"]


def test_many_targets_and_figures_cost_as_many_queries_as_few(city: Government, as_: Caller) -> None:
    gdp, pledge = world.add(city), world.draft(city)
    pledge = world.name(city, pledge, gdp)
    world.enter(city, gdp, "2020-1-2", "7.1", on="2020-03-10")
    client = as_(city.director)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/pledges/{pledge.pk}/").status_code == 200
        return len(queries)

    few = cost()
    for index in range(5):
        other = world.add(city, name=f"指标{index}")
        TargetFactory(pledge=pledge, unit="%", source="indicator", indicator=other, uses="year_on_year")
        for period in ("2020-1-1", "2020-1-2"):
            world.enter(city, other, period, "6.1", on="2020-03-10")
    assert cost() == few
