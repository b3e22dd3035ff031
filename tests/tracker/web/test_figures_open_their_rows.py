"""Every figure of every roll-up page opens the ledger on exactly the pledges that it counts."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pledges.models import Outcome, Party, Pledge, State
from tests.factories import Government, PostFactory, UserFactory, day, government
from tests.tracker.rollups import world
from tests.tracker.rollups.test_dimensions import spread
from tracker import rollups

pytestmark = pytest.mark.django_db

READERS = ("leader", "auditor", "head", "water_coordinator", "county_coordinator", "county_housing_coordinator")
PAGES = ("units", "units?by=section", "units?by=leader", "units?by=tag", "unit", "quarter")


@pytest.fixture
def city(set_today: Any) -> Government:
    """Two leaders, sections, tags, a county over a unit, shares, and rows of every kind that no figure may count; what
    a unit supports stands in its ledger too."""
    set_today("2020-12-21")
    at = government()
    mayor = PostFactory(unit=at.city, role="leader", title="市长", holder=UserFactory(name="周一"))
    vacant = PostFactory(unit=at.city, role="leader", title="常务副市长", holder=None)
    world.fill(at)
    spread(at)
    farming = {"section": "农业农村", "leader": mayor, "tags": ["民生实事", "重点 & 项目"]}
    # Past the due date by the facts, but with another light; grey without being unreported; drafts with a light.
    world.put(at, at.water, light="grey", reason="awaiting_figure", due_date=day("2020-06-30"), **farming)
    world.put(at, at.housing, light="yellow", reason="overdue", due_date=day("2020-06-30"), leader=vacant)
    world.put(at, at.housing, State.SUSPENDED, light="grey", reason="not_due", due_date=day("2020-06-30"), **farming)
    world.put(at, at.county, State.DRAFT, light="red", reason="overdue", was_red=1, **farming)
    world.put(at, at.county, State.WITHDRAWN, light="red", reason="overdue", was_red=1, **farming)
    world.closed(at, at.county_housing, Outcome.MET, on="2020-12-01", was_red=1, **farming)
    for pledge in Pledge.objects.filter(lead_unit__isnull=False):
        Party.objects.get_or_create(pledge=pledge, unit=pledge.lead_unit, part="lead")
        if pledge.lead_unit == at.water:
            Party.objects.get_or_create(pledge=pledge, unit=at.housing, part="support")
            Party.objects.get_or_create(pledge=pledge, unit=at.county, part="support")
    rollups.recount()
    return at


def address_of(page: str, city: Government, reader: str) -> str:
    if page == "unit":
        unit = city.posts[reader].unit
        return reverse("web:unit", args=[(city.county if unit == city.city else unit).pk])
    if page == "quarter":
        return reverse("web:quarter", args=[city.programme.pk, "2020-Q4"])
    return reverse("web:units") + page.removeprefix("units")


def cells_of(context: Any) -> list[tuple[str, Any]]:
    lines = [line for name in ("groups", "below_groups") for group in context.get(name) or [] for line in group.lines]
    lines += [line for name in ("total", "own", "with_below") if (line := context.get(name))]
    return [(line.label, cell) for line in lines for cell in line.cells]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("reader", READERS)
def test_every_figure_opens_just_what_it_counts(page: str, reader: str, city: Government, client: Client) -> None:
    client.force_login(city.posts[reader].holder)
    shown = client.get(address_of(page, city, reader))
    assert shown.status_code == 200
    counted = [(label, cell) for label, cell in cells_of(shown.context) if cell.count]
    assert counted or (page == "units?by=tag" and "county" in reader)
    linked = {html.unescape(one) for one in re.findall(r'href="(/[^"]*counted=[^"]*)"', shown.text)}
    for label, cell in counted:
        assert cell.url in linked, (label, cell.name)
        opened = client.get(cell.url)
        assert opened.context["page"].paginator.count == cell.count, (label, cell.name, cell.url)
        assert opened.context["filters"].counted == cell.name


def test_the_ledger_says_what_it_was_narrowed_to_and_lets_go_of_it(city: Government, client: Client) -> None:
    client.force_login(city.leader.holder)
    mayor = city.city.posts.get(title="市长")
    asked = {"programme": city.programme.pk, "leader": mayor.pk, "counted": "grey", "unit": city.water.pk, "own": "1"}
    page = client.get(reverse("web:ledger"), asked)
    chips = {chip.name: (str(chip.label), chip.count) for chip in page.context["chips"]["narrowed"]}
    assert chips == {"counted": ("灰灯", 1), "own": ("不含下属单位", 1)}
    assert f'<option value="{mayor.pk}" selected>市长 周一</option>' in page.text
    assert '<input type="hidden" name="counted" value="grey">' in page.text
    assert '<input type="hidden" name="own" value="1">' in page.text
    wider = client.get(reverse("web:ledger"), {"programme": city.programme.pk, "leader": mayor.pk})
    assert wider.context["page"].paginator.count == 5
    assert not wider.context["chips"]["narrowed"]


def test_those_without_a_leader_or_a_section_can_be_asked_for(city: Government, client: Client) -> None:
    client.force_login(city.leader.holder)

    def count(**asked: Any) -> int:
        return int(client.get(reverse("web:ledger"), asked).context["page"].paginator.count)

    assert count(leader="-") == Pledge.objects.filter(leader=None).count() > 0
    assert count(section="-") == Pledge.objects.filter(section="").count() > 0
    assert count(leader="-", section="-") < min(count(leader="-"), count(section="-"))


@pytest.mark.parametrize("asked", [{"leader": "x"}, {"leader": "999999"}, {"counted": "nothing"}, {"own": "1"}])
def test_what_does_not_exist_narrows_nothing(asked: Any, city: Government, client: Client) -> None:
    client.force_login(city.leader.holder)
    page = client.get(reverse("web:ledger"), asked)
    assert page.context["page"].paginator.count == Pledge.objects.filter(programme=city.programme).count()
    assert not page.context["filters"].is_any
