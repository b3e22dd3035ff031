import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Party, Pledge
from tests.factories import PledgeFactory, UnitFactory, drafted, government, pledge_in
from tracker import rollups

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-09-15")
    return government()


def led(city, unit, *, count=1, **fields):
    """Pledges in progress, as facts alone."""
    kept = {"state": "in_progress", "assigned_date": "2020-02-03", "due_date": "2020-12-15", "light": "green"}
    kept |= {"light_reason": "on_track"} | fields
    made = [PledgeFactory(programme=city.programme, lead_unit=unit, **kept) for _ in range(count)]
    Party.objects.bulk_create(Party(pledge=pledge, unit=unit, part="lead") for pledge in made)
    return made


def closed(outcome="met"):
    return {"state": "closed", "outcome": outcome, "light": "", "light_reason": ""}


def page(client, post, unit=None):
    rollups.recount()
    client.force_login(post.holder)
    return client.get(reverse("web:unit", args=[unit.pk]) if unit else reverse("web:units"))


def lines(response):
    """The table as {label: {figure: count}}, in order."""
    return {
        line.label: {cell.name: cell.count for cell in line.cells}
        for group in response.context["groups"]
        for line in group.lines
    }


def cell(response, label, name):
    every = [line for group in response.context["groups"] for line in group.lines] + [response.context["total"]]
    (line,) = [line for line in every if line.label == label]
    return next(one for one in line.cells if one.name == name)


def test_every_unit_has_its_figures_and_the_total_is_the_programme(client, city):
    led(city, city.housing, count=2)
    led(city, city.housing, light="red", light_reason="overdue", was_red=1)
    led(city, city.water, light="grey", light_reason="unreported")
    response = page(client, city.leader)
    assert lines(response) == {
        "住房城乡建设局": {
            "in_force": 3,
            "completion": 0,
            "pace": 0,
            "red": 1,
            "yellow": 0,
            "green": 2,
            "grey": 0,
            "unreported": 0,
            "overdue": 1,
            "was_red": 1,
        },
        "水务局": {
            "in_force": 1,
            "completion": 0,
            "pace": 0,
            "red": 0,
            "yellow": 0,
            "green": 0,
            "grey": 1,
            "unreported": 1,
            "overdue": 0,
            "was_red": 0,
        },
    }
    assert cell(response, "合计", "in_force").count == 4
    assert "在账 4 项,逾期 1 项,红灯 1 项,黄灯 0 项,未报送 1 项。" in response.text


def test_a_rate_prints_both_numbers_and_a_percentage_only_from_five_items(client, city):
    led(city, city.housing, count=4)
    led(city, city.housing, **closed())
    led(city, city.water, count=3)
    led(city, city.water, **closed("met_with_change"))
    response = page(client, city.leader)
    housing, water = cell(response, "住房城乡建设局", "completion"), cell(response, "水务局", "completion")
    assert (housing.count, housing.whole, housing.percent) == (1, 5, "20%")
    assert (water.count, water.whole, water.percent) == (1, 4, "")
    assert cell(response, "合计", "completion").percent == "22.2%"


def test_units_stand_in_their_own_order_with_counties_apart(client, city):
    for unit in (city.county_housing, city.water, city.county, city.housing):
        led(city, unit, light="red", light_reason="overdue")
    response = page(client, city.leader)
    assert [(str(group.label), [line.label for line in group.lines]) for group in response.context["groups"]] == [
        ("市直部门", ["住房城乡建设局", "水务局"]),
        ("县区", ["清河县", "含下属", "县住房城乡建设局"]),
    ]


def test_a_figure_opens_its_rows_and_no_others(client, city):
    red = led(city, city.housing, light="red", light_reason="far_behind")
    led(city, city.housing)
    own = led(city, city.county)
    led(city, city.county_housing)
    led(city, city.county_housing, light="red", light_reason="far_behind")
    response = page(client, city.leader)
    opened = client.get(cell(response, "住房城乡建设局", "red").url)
    assert [row.pledge for row in opened.context["rows"]] == red
    opened = client.get(cell(response, "含下属", "red").url)
    assert len(opened.context["rows"]) == 1
    opened = client.get(cell(response, "清河县", "green").url)
    assert [row.pledge for row in opened.context["rows"]] == own  # without those below


def test_a_unit_s_people_see_their_own_rows_alone(client, city):
    led(city, city.housing)
    led(city, city.water)
    response = page(client, city.coordinator)
    assert list(lines(response)) == ["住房城乡建设局"]
    assert cell(response, "合计", "in_force").count == 1


def test_a_unit_s_page_lists_what_it_leads_and_the_units_below(client, city):
    own = pledge_in("in_progress", city, lead_unit=None)
    Pledge.objects.filter(pk=own.pk).update(lead_unit=city.county)
    led(city, city.county_housing, title="县里的事")
    drafted(city, lead_unit=city.county, title="还没有交办的事")
    response = page(client, city.leader, city.county)
    assert [one.pk for one in response.context["page"]] == [own.pk]
    assert response.context["own"].cells[0].count == 1
    assert response.context["with_below"].cells[0].count == 2
    assert "县住房城乡建设局" in response.text
    assert "县里的事" not in response.text


def test_a_unit_outside_one_s_view_does_not_exist(client, city):
    assert page(client, city.coordinator, city.housing).status_code == 200
    assert page(client, city.coordinator, city.water).status_code == 404
    assert page(client, city.county_coordinator, city.county_housing).status_code == 200
    assert page(client, city.county_housing_coordinator, city.county).status_code == 404
    assert page(client, city.leader, government().housing).status_code == 404


@pytest.mark.parametrize("who", ["statistician", "system_admin", "security_admin"])
def test_who_sees_no_items_is_told_so(client, city, who):
    assert page(client, getattr(city, who)).status_code == 403
    assert page(client, getattr(city, who), city.housing).status_code == 404


def test_before_anything_is_assigned_the_page_says_what_will_stand_here(client, city):
    text = page(client, city.leader).text
    assert "还没有交办的事项。" in text
    assert "各单位的在账数" in text
    assert page(client, city.leader, city.housing).status_code == 200


def test_the_pages_cost_as_many_queries_for_3_units_and_rows_as_for_300(client, city):
    def cost(*asked):
        page(client, city.leader, *asked)
        with CaptureQueriesContext(connection) as queries:
            address = reverse("web:unit", args=[asked[0].pk]) if asked else reverse("web:units")
            assert client.get(address).status_code == 200
        return len(queries)

    led(city, city.county, count=3)
    for _ in range(3):
        led(city, UnitFactory(parent=city.county))
    few = cost(), cost(city.county)
    led(city, city.county, count=297)
    for _ in range(97):
        led(city, UnitFactory(parent=city.county))
    assert (cost(), cost(city.county)) == few
