from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge
from tests.factories import PledgeFactory, TargetFactory, drafted, government, perform, pledge_in

pytestmark = pytest.mark.django_db


def shown(client, post, **asked):
    client.force_login(post.holder)
    response = client.get(reverse("web:ledger"), asked)
    assert response.status_code == 200
    return [row.pledge for row in response.context["rows"]]


def set_fields(pledge, **fields):
    Pledge.objects.filter(pk=pledge.pk).update(**fields)


def test_a_row_shows_number_value_target_and_the_light_s_sentence(client, set_today):
    set_today("2020-03-25")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True, title="完成355个行政村污水治理")
    client.force_login(city.coordinator.holder)
    text = client.get(reverse("web:ledger")).text
    assert pledge.number in text
    assert "完成355个行政村污水治理" in text
    assert '<span class="strong">120</span> <span class="quiet">/ 355个</span>' in text
    assert "绿灯 正常" in text
    assert "计划 22.9%,实际 33.8%,超前 10.9 个百分点 → 绿灯" in text


def test_units_see_what_they_lead_or_support_and_no_drafts(client):
    city = government()
    led = pledge_in("assigned", city)
    supported = pledge_in("assigned", city, support=(city.water,))
    drafted(city)
    assert shown(client, city.coordinator) == [led, supported]
    assert shown(client, city.water_coordinator) == [supported]
    assert shown(client, city.county_coordinator) == []
    assert len(shown(client, city.supervisor)) == 3


def test_another_city_s_pledges_are_never_shown(client):
    city, other = government(), government()
    pledge_in("assigned", other)
    assert shown(client, city.supervisor) == []


def test_chips_narrow_the_list_and_stay_in_the_address(client, set_today):
    set_today("2020-10-10")
    city = government()
    red, yellow, silent = (pledge_in("in_progress", city) for _each in range(3))
    set_fields(red, light="red", light_reason="far_behind")
    set_fields(yellow, light="yellow", light_reason="behind")
    set_fields(silent, light="grey", light_reason="unreported", due_date="2020-09-30")
    assigned = pledge_in("assigned", city)
    set_fields(assigned, light="grey", light_reason="not_due")
    assert shown(client, city.supervisor, light="red") == [red]
    assert shown(client, city.supervisor, light="unreported") == [silent]
    assert shown(client, city.supervisor, light="grey") == [assigned]
    assert shown(client, city.supervisor, overdue="1") == [silent]
    assert shown(client, city.supervisor, state="assigned") == [assigned]
    assert shown(client, city.supervisor, state="assigned", light="red") == []
    response = client.get(reverse("web:ledger"), {"light": "red", "sort": "-due"})
    counts = {chip.value: chip.count for chip in response.context["chips"]["lights"]}
    assert counts == {"red": 1, "yellow": 1, "unreported": 1, "grey": 1, "1": 1}
    assert 'href="?sort=-due&amp;light=yellow"' in response.text
    assert 'href="?sort=-due"' in response.text  # the chosen chip takes itself off


def test_unit_section_tag_and_words_narrow_the_list(client):
    city = government()
    one = pledge_in("assigned", city, section="二、民生", tags=["民生实事"], quote="新改建卫生厕所7.5万户")
    two = pledge_in("assigned", city, section="三、生态", tags=["重点项目"], title="治理黑臭水体")
    PledgeFactory(programme=city.programme, lead_unit=city.county_housing)
    assert shown(client, city.supervisor, section="三、生态") == [two]
    assert shown(client, city.supervisor, tag="民生实事") == [one]
    assert shown(client, city.supervisor, q="卫生厕所") == [one]
    assert shown(client, city.supervisor, q="黑臭") == [two]
    assert shown(client, city.supervisor, q=one.number) == [one]
    assert shown(client, city.supervisor, unit=city.housing.pk) == [one, two]


def test_a_unit_s_filter_covers_the_units_below(client):
    city = government()
    below = drafted(city, lead_unit=city.county_housing)
    drafted(city, lead_unit=city.water)
    assert shown(client, city.supervisor, unit=city.county.pk) == [below]
    assert len(shown(client, city.supervisor, unit=government().county.pk)) == 2  # another city's: ignored


@pytest.mark.parametrize(
    "asked", [{"unit": "x"}, {"light": "blue"}, {"page": "999"}, {"sort": "nothing"}, {"q": "\x00"}]
)
def test_nonsense_in_the_address_is_ignored(client, asked):
    city = government()
    pledge = pledge_in("assigned", city)
    assert shown(client, city.supervisor, **asked) == [pledge]


def test_columns_sort_both_ways_and_the_unknown_stays_last(client):
    city = government()
    slow, fast, unknown = (pledge_in("assigned", city) for _each in range(3))
    set_fields(slow, progress_bp=1000, due_date="2020-12-01", light="green")
    set_fields(fast, progress_bp=9000, due_date="2020-06-01", light="red")
    set_fields(unknown, progress_bp=None, light="yellow", due_date="2020-07-01")
    assert shown(client, city.supervisor) == [slow, fast, unknown]
    assert shown(client, city.supervisor, sort="-number") == [unknown, fast, slow]
    assert shown(client, city.supervisor, sort="progress") == [slow, fast, unknown]
    assert shown(client, city.supervisor, sort="-progress") == [fast, slow, unknown]
    assert shown(client, city.supervisor, sort="due") == [fast, unknown, slow]
    assert shown(client, city.supervisor, sort="light") == [fast, unknown, slow]


def test_fifty_a_page(client):
    city = government()
    for _each in range(51):
        PledgeFactory(programme=city.programme)
    assert len(shown(client, city.supervisor)) == 50
    assert len(shown(client, city.supervisor, page=2)) == 1


def test_an_empty_ledger_and_an_empty_search_say_different_things(client):
    city = government()
    client.force_login(city.supervisor.holder)
    assert "这里将列出年度任务" in client.get(reverse("web:ledger")).text
    pledge_in("assigned", city)
    assert "没有符合这些条件的任务" in client.get(reverse("web:ledger"), {"q": "没有这样的"}).text


def test_amounts_stand_in_the_unit_people_use(client):
    city = government()
    pledge = drafted(city, target=None)
    TargetFactory(pledge=pledge, value=Decimal(75000), unit="户", scale=10000)
    TargetFactory(pledge=pledge, value=Decimal("8.5"), unit="%", comparator="ge", quantity_kind="share")
    client.force_login(city.supervisor.holder)
    text = client.get(reverse("web:ledger")).text
    assert "/ 7.5万户" in text
    assert "/ 不少于8.5%" in text


def test_the_ledger_costs_the_same_for_3_and_for_300_rows(client, set_today):
    set_today("2020-03-25")
    city = government()
    one = pledge_in("in_progress", city, reported=True, tags=["民生实事"])
    two, three = (drafted(city) for _each in range(2))
    assert two.pk < three.pk
    client.force_login(city.supervisor.holder)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("web:ledger")).status_code == 200
        return len(seen)

    few = queries()
    for _each in range(297):
        TargetFactory(pledge=PledgeFactory(programme=city.programme, lead_unit=city.water, tags=["重点项目"]))
    perform(
        "report", one, city.coordinator, at="2020-03-26", sentence="又有进展", values={str(one.targets.get().pk): "130"}
    )
    assert queries() == few
