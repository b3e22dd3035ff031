"""The pages of published figures: the grid, an indicator's history, the form, and the figure on a pledge's page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Figure, Indicator, Pledge
from tests.factories import government
from tests.workflow import indicator_world as world
from tests.workflow.indicator_world import enter, plan, report, revise

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-07-10")
    return government()


@pytest.fixture
def gdp(city):
    found = world.add(city)
    enter(city, found, "2020-1-3", "6.1", on="2020-04-20", value="286.4", rank="3", rank_of="13")
    plan(city, found, "2020-1-6", "2020-07-18")
    return found


def grid(client, post, **query):
    client.force_login(post.holder)
    return client.get(reverse("web:indicators"), query)


def cells(response):
    return {cell.period.key: cell for line in response.context["lines"] for cell in line.cells}


def test_the_statistician_lands_on_the_grid_and_sees_nothing_else(client, city, gdp):
    response = grid(client, city.statistician)
    assert response.status_code == 200
    assert [place["name"] for place in response.context["places"]] == ["indicators"]
    assert response.context["why"] == "1 个指标,到发布日期的数据都已录入。"
    assert [period.key for period in response.context["periods"]] == ["2020-1-3", "2020-1-6", "2020-1-9", "2020-1-12"]
    found = cells(response)
    assert (found["2020-1-3"].value, found["2020-1-3"].year_on_year) == ("286.4亿元", "+6.1%")
    assert "初步" in response.text
    assert "待发布 07-18" in response.text
    assert reverse("web:figure", args=[gdp.pk, "2020-1-9"]) in response.text


@pytest.mark.parametrize("who", ["supervisor", "director", "leader", "auditor"])
def test_the_office_leaders_and_the_auditor_read_it(client, city, gdp, who):
    response = grid(client, city.posts[who])
    assert response.status_code == 200
    assert "286.4亿元" in response.text
    assert reverse("web:figure", args=[gdp.pk, "2020-1-3"]) not in response.text
    assert client.get(reverse("web:indicator", args=[gdp.pk])).status_code == 200
    assert client.get(reverse("web:figure", args=[gdp.pk, "2020-1-3"])).status_code == 403
    assert client.get(reverse("web:indicator-add")).status_code == 403


@pytest.mark.parametrize("who", ["coordinator", "head", "system_admin", "security_admin"])
def test_nobody_else_opens_it(client, city, gdp, who):
    assert grid(client, city.posts[who]).status_code == 403
    assert client.get(reverse("web:indicator", args=[gdp.pk])).status_code == 404


def test_a_figure_that_is_not_out_shows_its_day_alone(client, city, gdp):
    enter(city, gdp, "2020-1-6", "6.3", on="2020-07-10", value="612.7")
    for post, is_shown in (
        (city.statistician, True),
        (city.auditor, True),
        (city.leader, False),
        (city.director, False),
    ):
        for address in (reverse("web:indicators"), reverse("web:indicator", args=[gdp.pk])):
            client.force_login(post.holder)
            assert ("612.7" in client.get(address).text) is is_shown, (post, address)
        assert "待发布" in client.get(reverse("web:indicators")).text


def test_a_late_figure_is_said_in_the_first_line(client, city, gdp, set_today):
    set_today("2020-07-20")
    assert grid(client, city.statistician).context["why"] == "1 个指标,1 项到了发布日期还没有录入。"


def send(client, city, gdp, period, **typed):
    client.force_login(city.statistician.holder)
    return client.post(reverse("web:figure", args=[gdp.pk, period]), typed)


def test_planning_entering_and_revising_by_the_form(client, city, gdp):
    assert send(client, city, gdp, "2020-1-9", step="plan", release_date="2020-10-20").status_code == 302
    typed = {"value": "612.7", "year_on_year": "6.3", "stage": "provisional", "release_date": "2020-07-10"}
    response = send(client, city, gdp, "2020-1-6", step="enter", **typed)
    assert response.url == f"{reverse('web:indicators')}?year=2020"
    page = client.get(reverse("web:figure", args=[gdp.pk, "2020-1-6"]))
    assert 'name="revision" value="1"' in page.text
    typed = {**typed, "year_on_year": "6.4", "release_date": "", "reason": "核实", "revision": "1"}
    assert send(client, city, gdp, "2020-1-6", step="revise", **typed).status_code == 302
    kept = list(gdp.figures.filter(end_date="2020-06-30").values_list("revision", "year_on_year", "reason"))
    assert [(revision, str(number.normalize()), why) for revision, number, why in kept] == [
        (1, "6.3", ""),
        (2, "6.4", "核实"),
    ]
    history = client.get(reverse("web:indicator", args=[gdp.pk])).text
    assert "修订原因:核实" in history


def test_a_fault_stands_at_its_field_and_a_stale_form_keeps_what_was_typed(client, city, gdp):
    response = send(client, city, gdp, "2020-1-6", step="enter", value="612.7", rank="3", release_date="2020-07-10")
    assert response.status_code == 422
    assert 'id="fault_rank_of"' in response.text
    assert 'value="612.7"' in response.text
    revise(city, gdp, "2020-1-3", "6.2", on="2020-07-10")
    typed = {"year_on_year": "6.0", "stage": "provisional", "reason": "核实", "revision": "1", "step": "revise"}
    response = send(client, city, gdp, "2020-1-3", **typed)
    assert response.status_code == 409
    assert "修订了2020年1—3月的数据" in response.text
    assert 'value="6.0"' in response.text
    assert Figure.objects.filter(end_date="2020-03-31").count() == 2


def test_a_period_that_is_not_over_can_only_be_planned(client, city, gdp):
    client.force_login(city.statistician.holder)
    page = client.get(reverse("web:figure", args=[gdp.pk, "2020-1-9"]))
    assert 'value="enter"' not in page.text
    assert send(client, city, gdp, "2020-1-9", step="enter", value="9").status_code == 422
    assert client.get(reverse("web:figure", args=[gdp.pk, "2020-9-1"])).status_code == 404


def test_indicators_are_set_up_and_put_out_of_use(client, city):
    client.force_login(city.statistician.holder)
    typed = {
        "name": "粮食产量",
        "unit": "吨",
        "scale": "10000",
        "quantity_kind": "amount",
        "publisher": "国家统计局调查队",
    }
    assert client.post(reverse("web:indicator-add"), {**typed, "unit": ""}).status_code == 422
    response = client.post(reverse("web:indicator-add"), typed)
    made = Indicator.objects.get()
    assert response.url == reverse("web:indicator", args=[made.pk])
    client.post(response.url)
    assert not Indicator.objects.get().is_active
    client.post(response.url, {"active": "on"})
    assert Indicator.objects.get().is_active


def test_the_statistician_reads_of_an_item_only_what_its_target_is_called(client, city, gdp):
    pledge = world.in_progress(city, gdp)
    client.force_login(city.statistician.holder)
    text = client.get(reverse("web:indicator", args=[gdp.pk])).text
    assert "增速 增长不少于6.5%" in text
    assert pledge.title not in text
    assert pledge.number not in text
    assert client.get(reverse("web:pledge", args=[pledge.pk])).status_code == 404


# On the pledge's page and in its report


def pledge_page(client, post, pledge):
    client.force_login(post.holder)
    return client.get(reverse("web:pledge", args=[pledge.pk]))


def test_the_page_of_a_pledge_shows_the_published_figure_and_the_estimate_apart(client, city, gdp):
    pledge = world.in_progress(city, gdp)
    report(city, pledge, "6.8", on="2020-07-02")
    response = pledge_page(client, city.coordinator, pledge)
    (standing,) = [one["standing"] for one in response.context["targets"]]
    assert (standing.figure.reported, standing.estimate) == ("6.1%", "6.8%")
    assert (standing.period.label, standing.published.is_awaiting) == ("1—3月", True)
    for words in ("市统计局", "1—3月", "初步", "2020-04-20", "2020-07-18", "单位预计", "不作为完成依据", "第 3 位"):
        assert words in response.text
    assert reverse("web:indicator", args=[gdp.pk]) not in response.text  # a unit has no such page
    assert reverse("web:indicator", args=[gdp.pk]) in pledge_page(client, city.leader, pledge).text


def test_the_report_s_box_is_for_an_estimate(client, city, gdp):
    pledge = world.in_progress(city, gdp)
    client.force_login(city.coordinator.holder)
    address = reverse("web:act", args=[pledge.pk, "report"])
    text = client.get(address).text
    assert "增速(预计,可不填)" in text
    assert "已发布 6.1%(2020-03-31)" in text
    pledge = Pledge.objects.get(pk=pledge.pk)
    sent = {
        "version": pledge.version,
        "sentence": "工业回升2.4个百分点",
        "period": "2020-Q2",
        "outlook": "sure",
        "seen": "0",
    }
    assert client.post(address, sent).status_code == 302
    assert pledge.reports.get().values.count() == 0


def test_the_ledger_shows_what_was_published(client, city, gdp):
    pledge = world.in_progress(city, gdp)
    report(city, pledge, "6.8", on="2020-07-02")
    client.force_login(city.supervisor.holder)
    (row,) = client.get(reverse("web:ledger")).context["rows"]
    assert [figure.reported for figure in row.figures] == ["6.1%"]


def test_the_office_names_the_source_on_a_draft(client, city, gdp):
    pledge = world.draft(city)
    target = pledge.targets.get()
    address = reverse("web:target-source", args=[pledge.pk, target.pk])
    assert address in pledge_page(client, city.supervisor, pledge).text
    typed = {"version": pledge.version, "source": "indicator", "indicator": gdp.pk, "uses": "value"}
    response = client.post(address, typed)
    assert response.status_code == 422
    assert 'id="fault_uses"' in response.text
    assert client.post(address, {**typed, "version": 0, "uses": "year_on_year"}).status_code == 409
    assert client.post(address, {**typed, "uses": "year_on_year"}).status_code == 302
    assert pledge.targets.get().indicator == gdp
    assert client.post(address, typed).status_code in (409, 422)
    client.force_login(city.auditor.holder)
    assert client.get(address).status_code == 403


def test_grid_and_ledger_cost_as_many_queries_for_3_indicators_as_for_30(client, city):
    def more(count, begin):
        for number in range(begin, begin + count):
            found = world.add(city, name=f"指标{number}")
            enter(city, found, "2020-1-3", "6.1", on="2020-04-20")
            revise(city, found, "2020-1-3", "6.2", on="2020-05-20")
            world.in_progress(city, found)

    def cost(post, name):
        client.force_login(post.holder)
        client.get(reverse(f"web:{name}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"web:{name}")).status_code == 200
        return len(queries)

    more(3, 0)
    few = [cost(city.leader, "indicators"), cost(city.leader, "ledger")]
    more(27, 3)
    assert [cost(city.leader, "indicators"), cost(city.leader, "ledger")] == few
