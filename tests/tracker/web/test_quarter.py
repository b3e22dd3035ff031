import io
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, Programme
from tests.factories import PledgeFactory, government, pledge_in
from tracker import rollups

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-09-28")
    return government()


def alight(city, light, reason, **fields):
    pledge = pledge_in("in_progress", city)
    Pledge.objects.filter(pk=pledge.pk).update(light=light, light_reason=reason, **fields)
    return pledge


def page(client, post, city, key="2020-Q3"):
    rollups.recount()
    client.force_login(post.holder)
    return client.get(reverse("web:quarter", args=[city.programme.pk, key]))


def test_the_address_without_a_period_leads_to_the_running_one(client, city, set_today):
    client.force_login(city.leader.holder)

    def latest():
        return client.get(reverse("web:quarter-latest")).url

    assert latest() == reverse("web:quarter", args=[city.programme.pk, "2020-Q3"])
    set_today("2021-02-01")
    assert latest() == reverse("web:quarter", args=[city.programme.pk, "2020-Q4"])
    set_today("2019-12-01")
    assert latest() == reverse("web:quarter", args=[city.programme.pk, "2020-Q1"])


def test_without_a_programme_the_page_says_what_will_stand_here(client, city):
    Programme.objects.all().delete()
    client.force_login(city.leader.holder)
    response = client.get(reverse("web:quarter-latest"))
    assert response.status_code == 200
    assert "还没有年度台账。" in response.text


def test_the_page_names_the_period_its_window_and_the_day_of_its_figures(client, city):
    text = page(client, city.leader, city).text
    assert f"{city.city.name}2020年第三季度任务台账" in text
    assert "正在填报,2020-10-14 24:00 截止。" in text
    assert "实时数据,截至 2020-09-28。本期 2020-07-01 至 2020-09-30。" in text
    assert "填报窗口已于 2020-07-07 截止。" in page(client, city.leader, city, "2020-Q2").text
    assert "填报窗口 2020-12-25 开始" in page(client, city.leader, city, "2020-Q4").text


def test_red_and_yellow_stand_with_their_sentences_and_unreported_apart(client, city):
    yellow = alight(city, "yellow", "behind", plan_bp=6000, progress_bp=4200)
    red = alight(city, "red", "far_behind", plan_bp=7000, progress_bp=3000)
    late = alight(city, "grey", "unreported", missed=2)
    alight(city, "green", "on_track")
    response = page(client, city.leader, city)
    assert list(response.context["page"]) == [red, yellow]
    assert list(response.context["missing"]) == [late]
    assert "计划 60%,实际 42%,落后 18 个百分点 → 黄灯" in response.text
    assert "连续 2 期未报送" in response.text
    counts = {cell.name: cell.count for cell in response.context["total"].cells}
    assert (counts["in_force"], counts["red"], counts["yellow"], counts["green"], counts["unreported"]) == (
        4,
        1,
        1,
        1,
        1,
    )


def test_a_unit_s_people_see_their_own_quarter(client, city):
    mine = alight(city, "red", "far_behind")
    other = alight(city, "red", "far_behind")
    Pledge.objects.filter(pk=other.pk).update(lead_unit=city.water)
    other.parties.update(unit=city.water)
    response = page(client, city.coordinator, city)
    assert list(response.context["page"]) == [mine]
    assert response.context["total"].cells[0].count == 1
    assert "水务局" not in response.text


def test_the_workbook_has_a_chinese_name_and_the_reader_s_rows_alone(client, city):
    mine = pledge_in("in_progress", city, title="本单位的事")
    other = pledge_in("in_progress", city, title="别单位的事")
    other.parties.update(unit=city.water)
    client.force_login(city.coordinator.holder)
    response = client.get(reverse("web:quarter-workbook", args=[city.programme.pk, "2020-Q3"]))
    assert response.status_code == 200
    name = quote(f"{city.city.name}2020年第三季度任务台账.xlsx")
    assert f"filename*=UTF-8''{name}" in response["Content-Disposition"]
    with ZipFile(io.BytesIO(response.content)) as book:
        text = "".join(book.read(part).decode("utf-8", "replace") for part in book.namelist() if part.endswith(".xml"))
    assert mine.title in text
    assert other.title not in text


@pytest.mark.parametrize("name", ["quarter", "quarter-workbook"])
def test_what_is_not_one_s_own_does_not_exist(client, city, name):
    other = government()
    client.force_login(city.leader.holder)
    assert client.get(reverse(f"web:{name}", args=[other.programme.pk, "2020-Q3"])).status_code == 404
    assert client.get(reverse(f"web:{name}", args=[city.programme.pk, "2020-Q9"])).status_code == 404
    client.force_login(city.statistician.holder)
    assert client.get(reverse(f"web:{name}", args=[city.programme.pk, "2020-Q3"])).status_code == 403


def test_the_page_costs_as_many_queries_for_3_rows_as_for_300(client, city):
    def more(count):
        for number in range(count):
            PledgeFactory(
                programme=city.programme,
                state="in_progress",
                lead_unit=city.housing if number % 2 else city.water,
                assigned_date="2020-02-03",
                due_date="2020-12-15",
                light="grey" if number % 3 else "red",
                light_reason="unreported" if number % 3 else "far_behind",
            )

    def cost():
        page(client, city.leader, city)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("web:quarter", args=[city.programme.pk, "2020-Q3"])).status_code == 200
        return len(queries)

    more(3)
    few = cost()
    more(297)
    assert cost() == few
