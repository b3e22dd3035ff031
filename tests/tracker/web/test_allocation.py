"""The page that splits a target, the block on the pledge's page, and the report that begins with the sum."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge
from tests.factories import PostFactory, TargetFactory, UnitFactory, government, perform, pledge_in
from tracker import rollups

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-03-20")
    return government()


def address(pledge):
    return reverse("web:act", args=[pledge.pk, "allocate"])


def page(client, post, pledge):
    client.force_login(post.holder)
    return client.get(address(pledge))


def send(client, post, pledge, step, **typed):
    client.force_login(post.holder)
    typed.setdefault("version", Pledge.objects.values_list("version", flat=True).get(pk=pledge.pk))
    return client.post(address(pledge), {"step": step, **typed})


def boxes(response):
    return {str(row.unit): row.value for row in response.context["rows"]}


def amounts(pledge):
    children = Pledge.objects.filter(parent=pledge).order_by("pk")
    return {str(one.lead_unit): one.targets.get().value for one in children}


def split(city, pledge, **shares):
    typed = {str(getattr(city, name).pk): amount for name, amount in shares.items()}
    perform("allocate", pledge, city.coordinator, at="2020-03-02", shares=typed)


def checked(city, pledge, amount="30"):
    """The water bureau's share: signed, reported, approved by its head and accepted by the lead unit."""
    share = Pledge.objects.get(parent=pledge, lead_unit=city.water)
    perform("sign", share, city.water_coordinator, at="2020-03-03", person="李强")
    values = {str(share.targets.get().pk): amount}
    perform("report", share, city.water_coordinator, at="2020-03-04", sentence="已完工", values=values)
    perform("approve", share, city.water_head, at="2020-03-05")
    perform("accept", share, city.coordinator, at="2020-03-06")


# Filling the table; nothing is laid down yet


def test_the_pledge_s_page_leads_to_it(client, city):
    pledge = pledge_in("in_progress", city)
    client.force_login(city.coordinator.holder)
    assert address(pledge) in client.get(reverse("web:pledge", args=[pledge.pk])).text
    response = page(client, city.coordinator, pledge)
    assert response.status_code == 200
    assert "把 355个 分给各单位" in response.text
    assert "清河县" in response.text


def test_equal_parts_are_shown_before_anything_happens(client, city):
    pledge = pledge_in("in_progress", city)
    response = send(client, city.coordinator, pledge, "equal", units=[city.water.pk, city.county.pk, city.housing.pk])
    assert boxes(response) == {"水务局": "119", "清河县": "118", "住房城乡建设局": "118"}
    assert "预览:还没有下达" in response.text
    assert "已全部分下去,合计 355个。" in response.text
    assert amounts(pledge) == {}


def test_what_is_left_is_spread_among_those_ticked(client, city):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="300")
    response = send(client, city.coordinator, pledge, "equal", units=[city.county.pk, city.county_housing.pk])
    assert boxes(response) == {"水务局": "300", "清河县": "28", "县住房城乡建设局": "27"}
    typed = {"units": [city.county.pk], f"shares.{city.county_housing.pk}": "5"}
    assert boxes(send(client, city.coordinator, pledge, "equal", **typed))["清河县"] == "50"


@pytest.mark.parametrize(("target", "said"), [("1", "1个 不够 2 个单位平均分"), ("300", "目标已经分完")])
def test_what_cannot_be_spread_is_said(client, city, target, said):
    pledge = pledge_in("in_progress", city, target=target)
    if target == "300":
        split(city, pledge, water="300")
    response = send(client, city.coordinator, pledge, "equal", units=[city.county.pk, city.county_housing.pk])
    assert response.status_code == 422
    assert said in response.text
    assert send(client, city.coordinator, pledge, "equal").status_code == 422


def test_units_are_added_to_fill_in_by_hand_and_the_sum_is_told(client, city):
    pledge = pledge_in("in_progress", city)
    response = send(client, city.coordinator, pledge, "add", units=[city.water.pk, city.county.pk])
    assert boxes(response) == {"水务局": "", "清河县": ""}
    typed = {f"shares.{city.water.pk}": "100", f"shares.{city.county.pk}": "200"}
    assert "已分 300个,还有 55个 没有分下去。" in send(client, city.coordinator, pledge, "check", **typed).text
    typed[f"shares.{city.county.pk}"] = "260"
    assert "已分 360个,比目标多 5个。" in send(client, city.coordinator, pledge, "check", **typed).text
    typed[f"shares.{city.county.pk}"] = "两百"
    response = send(client, city.coordinator, pledge, "check", **typed)
    assert response.status_code == 422
    assert "不是数字" in response.text
    assert boxes(response)["清河县"] == "两百"


def test_a_pasted_column_fills_the_table(client, city):
    pledge = pledge_in("in_progress", city, target=None)
    TargetFactory(pledge=pledge, value=Decimal(75000), unit="户", scale=10000)
    response = send(client, city.coordinator, pledge, "paste", column="住建局\t2.5万户\n清河县\t50000户")
    assert response.status_code == 200
    assert boxes(response) == {"住房城乡建设局": "2.5", "清河县": "5"}
    assert "已全部分下去,合计 7.5万户。" in response.text
    assert amounts(pledge) == {}


def test_a_pasted_column_changes_the_shares_that_are_there(client, city):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="300")
    response = send(client, city.coordinator, pledge, "paste", column="水务局 200\n清河县 155")
    assert boxes(response) == {"水务局": "200", "清河县": "155"}
    assert "原为 300" in response.text


def test_a_column_with_a_fault_fills_nothing_and_stays_to_be_mended(client, city):
    pledge = pledge_in("in_progress", city)
    column = "水务局\t100\n南山县\t10\n清河县\t许多"
    response = send(client, city.coordinator, pledge, "paste", column=column)
    assert response.status_code == 422
    assert boxes(response) == {}
    assert "第 2 行:没有找到单位“南山县”" in response.text
    assert "第 3 行:“许多”读不出以“个”计的数量。" in response.text
    assert response.context["column"] == column


# Laying down


def test_the_split_is_laid_down_and_shows_on_the_pledge_s_page(client, city):
    pledge = pledge_in("in_progress", city)
    typed = {f"shares.{city.water.pk}": "100", f"shares.{city.county.pk}": "200", f"shares.{city.housing.pk}": ""}
    response = send(client, city.head, pledge, "save", **typed)
    assert response.url == reverse("web:pledge", args=[pledge.pk])
    assert amounts(pledge) == {"水务局": 100, "清河县": 200}
    text = client.get(response.url).text
    assert "已分解,新增 2 份分解任务。" in text
    assert "已分 300个,还有 55个 没有分下去。" in text
    assert "下级已审核合计 0个(0/2 家)" in text
    assert "2020-001-01" in text


def test_shares_are_changed_on_the_same_page(client, city):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="300")
    (share,) = Pledge.objects.filter(parent=pledge)
    assert boxes(page(client, city.coordinator, pledge)) == {"水务局": "300"}
    typed = {f"children.{share.pk}": "200", f"shares.{city.county.pk}": "155"}
    assert send(client, city.coordinator, pledge, "save", **typed).status_code == 302
    assert amounts(pledge) == {"水务局": 200, "清河县": 155}


def test_a_fault_stands_at_its_box_and_nothing_is_laid_down(client, city):
    pledge = pledge_in("in_progress", city)
    typed = {f"shares.{city.water.pk}": "100", f"shares.{city.county.pk}": "x"}
    response = send(client, city.coordinator, pledge, "save", **typed)
    assert response.status_code == 422
    assert f'aria-describedby="fault_shares.{city.county.pk}"' in response.text
    assert boxes(response) == {"水务局": "100", "清河县": "x"}
    assert amounts(pledge) == {}
    assert send(client, city.coordinator, pledge, "save").status_code == 422


def test_a_share_to_be_taken_back_asks_for_a_request(client, city):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="300")
    (share,) = Pledge.objects.filter(parent=pledge)
    response = send(client, city.coordinator, pledge, "save", **{f"children.{share.pk}": "0"})
    assert response.status_code == 422
    assert "收回分解任务须走撤销申请" in response.text


def test_a_stale_page_keeps_what_was_typed(client, city):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="300")
    response = send(client, city.head, pledge, "save", version=pledge.version, **{f"shares.{city.county.pk}": "55"})
    assert response.status_code == 409
    assert boxes(response) == {"水务局": "300", "清河县": "55"}
    assert "分解任务" in " ".join(response.context["changes"])
    assert amounts(pledge) == {"水务局": 300}


def test_who_may_open_it_and_when(client, city):
    pledge = pledge_in("in_progress", city, support=(city.water,))
    expected = dict.fromkeys(("director", "supervisor", "supervisor_2", "coordinator", "head"), 200)
    expected |= dict.fromkeys(("leader", "auditor", "water_coordinator", "water_head"), 403)
    for name, post in city.posts.items():
        assert page(client, post, pledge).status_code == expected.get(name, 404), name
        if name not in ("director", "supervisor", "supervisor_2", "coordinator", "head"):
            for step in ("equal", "save"):
                answer = send(client, post, pledge, step, **{f"shares.{city.county.pk}": "1"})
                assert answer.status_code == expected.get(name, 404), (name, step)
    assert page(client, city.director, pledge_in("assigned", city)).status_code == 409
    split(city, pledge, water="300")
    (share,) = Pledge.objects.filter(parent=pledge)
    perform("sign", share, city.water_coordinator, at="2020-03-03", person="李强")
    assert page(client, city.water_coordinator, share).status_code == 409


def test_nonsense_in_the_boxes_never_breaks_the_page(client, city):
    pledge = pledge_in("in_progress", city)
    typed = {
        "shares.x": "1",
        "shares.99999999999999999999": "1",
        "shares.424242": "1",
        "children.7": "<b>",
        "units": "y",
    }
    for step in ("add", "equal", "paste", "check", "save", "dance"):
        response = send(client, city.coordinator, pledge, step, target="abc", column="\x01", **typed)
        assert response.status_code in (200, 422), step
        assert "<b>" not in response.text


# What comes of it


def test_the_lead_unit_s_report_begins_with_what_has_been_checked(client, city):
    pledge = pledge_in("in_progress", city)
    report = reverse("web:act", args=[pledge.pk, "report"])
    client.force_login(city.coordinator.holder)
    assert "下级已审核合计" not in client.get(report).text
    split(city, pledge, water="100", county="255")
    target = pledge.targets.get()

    def box():
        response = client.get(report)
        parts = {part.name: part for one in response.context["form"].shown for part in one.parts}
        return parts[f"values.{target.pk}"]

    assert box().value == ""
    assert "下级已审核合计 0个(0/2 家)" in box().hint
    checked(city, pledge)
    assert box().value == "30"
    assert "下级已审核合计 30个(1/2 家)" in box().hint
    values = {
        f"values.{target.pk}": "31",
        "sentence": "含市本级一处",
        "version": Pledge.objects.get(pk=pledge.pk).version,
    }
    assert client.post(report, values).status_code == 302
    assert pledge.reports.get().values.get().value == 31


def test_the_block_tells_checked_waiting_and_late(client, city, set_today):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="100", county="255")
    checked(city, pledge)
    share = Pledge.objects.get(parent=pledge, lead_unit=city.county)
    perform("sign", share, city.county_coordinator, at="2020-03-03", person="赵勇")
    values = {str(share.targets.get().pk): "20"}
    perform("report", share, city.county_coordinator, at="2020-03-04", sentence="开工", values=values)
    client.force_login(city.coordinator.holder)
    text = client.get(reverse("web:pledge", args=[pledge.pk])).text
    assert "下级已审核合计 30个(1/2 家)。另有 1 家填报 20个,待审核。" in text
    assert "填报 20个,待审核" in text
    Pledge.objects.filter(pk=share.pk).update(missed=1)
    assert "1 家未报送。" in client.get(reverse("web:pledge", args=[pledge.pk])).text


def test_a_unit_s_page_lists_its_shares_apart(client, city):
    pledge = pledge_in("in_progress", city)
    split(city, pledge, water="100", county="255")
    client.force_login(city.water_coordinator.holder)
    response = client.get(reverse("web:unit", args=[city.water.pk]))
    assert list(response.context["page"]) == []
    assert [one.number for one in response.context["shares"]["rows"]] == ["2020-001-01"]
    assert "承担 1 项,已完成 0 项" in response.text
    client.force_login(city.head.holder)
    response = client.get(reverse("web:unit", args=[city.housing.pk]))
    assert [one.number for one in response.context["page"]] == ["2020-001"]
    assert response.context["shares"]["rows"] == []


def test_the_ledger_marks_shares_and_a_figure_s_rows_leave_them_out(client, city):
    pledge = pledge_in("in_progress", city)
    client.force_login(city.supervisor.holder)
    ledger = reverse("web:ledger")
    assert client.get(ledger).context["chips"]["levels"] == []
    split(city, pledge, water="100", county="255")

    def numbers(**asked):
        return [row.pledge.number for row in client.get(ledger, asked).context["rows"]]

    assert numbers() == ["2020-001", "2020-001-01", "2020-001-02"]
    assert numbers(level="top") == ["2020-001"]
    assert numbers(level="shares") == ["2020-001-01", "2020-001-02"]
    assert numbers(level="x") == numbers()
    chips = client.get(ledger).context["chips"]["levels"]
    assert [(chip.value, chip.count) for chip in chips] == [("top", 1), ("shares", 2)]
    rollups.recount()
    response = client.get(reverse("web:units"))
    links = [cell.url for cell in response.context["total"].cells if cell.url]
    assert links
    assert all("level=top" in link for link in links)
    assert next(cell.count for cell in response.context["total"].cells if cell.name == "in_force") == 1


def test_the_pages_cost_the_same_for_3_shares_and_for_30(client, city):
    def cost(count):
        pledge = pledge_in("in_progress", city)
        units = [UnitFactory(parent=city.city) for _ in range(count)]
        for unit in units:
            PostFactory(unit=unit)
        shares = {str(unit.pk): "1" for unit in units}
        perform("allocate", pledge, city.coordinator, at="2020-03-02", shares=shares)
        client.force_login(city.coordinator.holder)
        report = reverse("web:act", args=[pledge.pk, "report"])
        found = []
        for url in (reverse("web:pledge", args=[pledge.pk]), address(pledge), report):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    assert cost(3) == cost(30)
