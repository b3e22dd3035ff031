import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge
from tests.factories import PledgeFactory, government, perform, pledge_in

pytestmark = pytest.mark.django_db

ALIGHT = {
    "overdue": {"light": "red", "light_reason": "overdue", "due_date": "2020-09-01"},
    "red": {"light": "red", "light_reason": "far_behind", "plan_bp": 7000, "progress_bp": 3303},
    "unreported": {"light": "grey", "light_reason": "unreported", "missed": 2},
    "yellow": {"light": "yellow", "light_reason": "behind", "plan_bp": 6000, "progress_bp": 4200},
    "green": {"light": "green", "light_reason": "on_track"},
}


@pytest.fixture
def city(set_today):
    set_today("2020-09-15")
    return government()


def alight(city, kind, **fields):
    pledge = pledge_in("in_progress", city)
    Pledge.objects.filter(pk=pledge.pk).update(**ALIGHT[kind] | fields)
    return pledge


def page(client, post, **asked):
    client.force_login(post.holder)
    return client.get(reverse("web:supervision"), asked)


def pledges(response):
    return [row["pledge"] for row in response.context["rows"]]


def test_the_worst_comes_first_and_what_is_well_is_not_there(client, city):
    yellow, green, unreported, red, overdue = (
        alight(city, kind) for kind in ("yellow", "green", "unreported", "red", "overdue")
    )
    response = page(client, city.supervisor)
    assert pledges(response) == [overdue, red, unreported, yellow]
    assert green not in pledges(response)
    assert "逾期 1 项,其他红灯 1 项,未报送 1 项,其他黄灯 1 项。" in response.text


def test_a_row_says_why_by_how_much_and_whom_to_ask(client, city):
    alight(city, "overdue")
    alight(city, "red")
    text = page(client, city.supervisor).text
    assert "逾期 14 天" in text
    assert "完成时限 2020-09-01,已逾期 14 天 → 红灯" in text
    assert "计划 70%,实际 33%,落后 37 个百分点 → 红灯" in text
    assert city.coordinator.holder.name in text
    assert city.water_coordinator.holder.name not in text


def test_a_row_shows_the_newest_report_s_problem_and_next_step(client, city):
    pledge = alight(city, "red")
    perform(
        "report",
        pledge,
        city.coordinator,
        at="2020-06-30",
        sentence="进度偏慢",
        values={str(pledge.targets.get().pk): "60"},
        problem_kind="land",
        problem="两处用地未批",
        next_step="七月底前报批",
    )
    Pledge.objects.filter(pk=pledge.pk).update(**ALIGHT["red"])
    text = page(client, city.supervisor).text
    assert "用地" in text
    assert "两处用地未批" in text
    assert "七月底前报批" in text


def test_kind_and_unit_filter_the_rows_and_the_chips_follow(client, city):
    red = alight(city, "red")
    yellow = alight(city, "yellow", lead_unit=city.water)
    assert pledges(page(client, city.supervisor, kind="red")) == [red]
    response = page(client, city.supervisor, unit=city.water.pk)
    assert pledges(response) == [yellow]
    assert [chip["count"] for chip in response.context["chips"]] == [1, 0, 0, 0, 1]
    assert pledges(page(client, city.supervisor, kind="overdue")) == []
    assert pledges(page(client, city.supervisor, kind="no-such", unit="no-such")) == [red, yellow]


@pytest.mark.parametrize("who", ["supervisor", "director", "leader", "auditor"])
def test_who_sees_the_whole_programme_sees_the_page(client, city, who):
    pledge = alight(city, "yellow")
    assert pledges(page(client, getattr(city, who))) == [pledge]


@pytest.mark.parametrize("who", ["coordinator", "head", "statistician", "system_admin"])
def test_others_are_told_why_not(client, city, who):
    response = page(client, getattr(city, who))
    assert response.status_code == 403
    assert "督办页汇总全部单位的事项" in response.text


def test_another_city_s_pledges_are_never_shown(client, city):
    alight(government(), "red")
    assert pledges(page(client, city.supervisor)) == []


def test_nothing_to_do_says_so(client, city):
    text = page(client, city.supervisor).text
    assert "没有逾期、亮灯或未报送的事项。" in text


def test_the_page_costs_as_many_queries_for_3_rows_as_for_300(client, city):
    for number in range(300):
        if number == 3:
            page(client, city.supervisor)
            few = cost(client, 3)
        PledgeFactory(
            programme=city.programme,
            state="in_progress",
            lead_unit=city.housing if number % 2 else city.water,
            assigned_date="2020-02-03",
            **ALIGHT["red"] | {"due_date": "2020-12-15"},
        )
    assert cost(client, 50) == few


def cost(client, rows):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("web:supervision"))
    assert len(response.context["rows"]) == rows
    return len(queries)
