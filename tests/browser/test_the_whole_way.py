"""The whole way through the pages, as three people walk it: document → measure → pledge → report → light → workbook.

On the sample report always; on the shared document, where it is here, with the very figures of the specification.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from pledges.models import Pledge
from tests.browser.conftest import import_for_2020
from tracker import rollups

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=[1440, 390], ids=["desktop", "phone"])
def width(request: Any) -> int:
    wide: int = request.param
    return wide


def accept_the_355_villages(page: Page, lead_unit: str) -> None:
    page.get_by_label("在条目中查找").fill("355")
    page.get_by_role("button", name="查找").click()
    row = page.locator(".measure-row", has_text="355").first
    row.locator(".measure-title").click()
    row = page.locator(".measure-row.is-selected")
    expect(row).to_contain_text("355")
    fold = row.locator("details[data-act=accept]")
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()
    form = fold.locator("form")
    form.locator("[name=lead_unit]").select_option(label=lead_unit)
    form.get_by_role("button", name="立项").click()
    expect(page.locator(".messages, .message").first).to_be_visible()


def walk(visit: Callable[[str], Page], address: str, document: Path) -> Pledge:
    """Import, accept, assign, sign, report 120, approve; then look at light, roll-up, workbook. Returns the pledge."""
    supervisor = visit("supervisor")
    import_for_2020(supervisor, address, document)
    accept_the_355_villages(supervisor, "市农业农村局")
    pledge: Pledge = Pledge.objects.get()
    assert pledge.number == "2020-001"
    assert "355" in pledge.quote

    director = visit("director")
    director.goto(f"{address}/pledges/{pledge.pk}/")
    director.get_by_role("link", name="交办", exact=True).click()
    director.get_by_role("button", name="交办", exact=True).click()
    expect(director.locator(".standing")).to_contain_text("待签收")

    coordinator = visit("nyncj")
    expect(coordinator.get_by_role("heading", name="我的待办")).to_be_visible()
    coordinator.goto(f"{address}/pledges/{pledge.pk}/")
    coordinator.get_by_role("link", name="签收", exact=True).click()
    coordinator.get_by_label("责任人").fill("汤国梁")
    coordinator.get_by_role("button", name="签收", exact=True).click()
    expect(coordinator.locator(".standing")).to_contain_text("推进中")

    coordinator.get_by_role("link", name="填报", exact=True).click()
    number = coordinator.locator("[name^='values.']").first
    number.fill("一百二十个")
    coordinator.get_by_label("进展情况").fill("已完成120个村,其余村已进场。")
    coordinator.get_by_role("button", name="提交审签", exact=True).click()
    expect(coordinator.locator(".has-fault").first).to_contain_text("不是数字")
    expect(coordinator.get_by_label("进展情况")).to_have_value("已完成120个村,其余村已进场。")
    coordinator.locator("[name^='values.']").first.fill("120")
    outlook = coordinator.locator("[name=outlook]")  # asked for in the second and third quarter
    if not outlook.is_visible():
        coordinator.locator("details.fold > summary").click()
    outlook.select_option("hard")
    coordinator.get_by_role("button", name="提交审签", exact=True).click()
    standing = coordinator.locator(".standing")
    expect(standing).to_contain_text("红灯")
    expect(standing).to_contain_text("计划 70.8%,实际 33.8%,落后 37 个百分点 → 红灯")

    head = visit("nyncj-head")
    head.goto(f"{address}/pledges/{pledge.pk}/")
    expect(head.locator("main")).to_contain_text("待审签")
    head.get_by_role("link", name="审签", exact=True).click()
    head.get_by_role("button", name="审签", exact=True).click()
    expect(head.locator("main")).to_contain_text("未审核")
    expect(head.locator(".standing")).to_contain_text("红灯")

    rollups.refresh_stale()
    leader = visit("mayor")
    leader.goto(f"{address}/units/")
    row = leader.locator("tr", has=leader.get_by_role("link", name="市农业农村局", exact=True)).first
    row.get_by_role("link", name="市农业农村局", exact=True).click()
    expect(leader.get_by_role("heading", name="市农业农村局")).to_be_visible()
    expect(leader.locator("main")).to_contain_text(pledge.title)
    expect(leader.locator("main")).to_contain_text("33.8%")

    leader.goto(f"{address}/quarter/")
    expect(leader.locator("main")).to_contain_text("2020-Q3")
    with leader.expect_download() as download:
        leader.get_by_role("link", name="导出 Excel").click()
    rows = list(
        openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.iter_rows(values_only=True)
    )
    heads = next(row for row in rows if row[0] == "序号")
    line = dict(zip(heads, next(row for row in rows if pledge.title in row), strict=True))
    assert line["完成率"] == 0.338
    assert line["亮灯"] == "红灯 严重滞后"
    assert line["进展情况"] == "已完成120个村,其余村已进场。"
    assert line["牵头单位"] == "市农业农村局"
    pledge.refresh_from_db()
    return pledge


def test_the_sample_report_becomes_a_row_of_the_quarters_workbook(
    visit: Callable[[str], Page], live_server: Any, organisation: Any, set_today: Any
) -> None:
    set_today("2020-09-15")
    pledge = walk(visit, live_server.url, ROOT / "samples" / "report.txt")
    assert (pledge.light, pledge.light_reason) == ("red", "far_behind")
    assert (pledge.progress_bp, pledge.plan_bp) == (3380, 7077)


def test_the_shared_report_becomes_a_row_of_the_quarters_workbook(
    visit: Callable[[str], Page], live_server: Any, organisation: Any, set_today: Any, shared: Path
) -> None:
    set_today("2020-09-15")
    document = next(path for path in sorted((shared / "seeds").glob("003_*.txt")))
    pledge = walk(visit, live_server.url, document)
    assert (pledge.light, pledge.light_reason) == ("red", "far_behind")
    assert [str(target) for target in pledge.targets.all()] == ["355个"]
