"""Requests on a phone: asking, and deciding on one screen, without scrolling sideways."""

from typing import Any

import pytest
from playwright.sync_api import Page

from pledges.models import Pledge
from tests.factories import actor, pledge_in
from tests.workflow.requests_world import ask, city, decide
from workflow.models import Request

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[1024, 390])
def width(request: Any) -> int:
    return int(request.param)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_asking_and_deciding_fit_the_screen(
    browser: Any, live_server: Any, set_today: Any, width: int, transactional_db: None
) -> None:
    set_today("2020-06-03")
    at, _mayor = city()
    pledge = pledge_in("in_progress", at, leader=at.leader, reported=True)
    decide(ask("extension", pledge, at.head), at.leader)

    def visit(username: str) -> Page:
        page: Page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{live_server.url}/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill("a-long-test-password")
        page.get_by_role("button", name="登录").click()
        return page

    head = visit(actor(at.head).user.username)
    head.goto(f"{live_server.url}/pledges/{pledge.pk}/")
    assert fits(head)
    head.locator("summary", has_text="提出申请").click()
    head.get_by_role("link", name="延期", exact=True).last.click()
    assert fits(head)
    head.get_by_label("新的完成时限").fill("2020-12-30")
    head.get_by_label("理由").fill("汛期推迟了施工,水毁路段修复以后才能进场,请予延期")
    head.get_by_role("button", name="提出申请").click()
    head.get_by_text("由").first.wait_for()
    assert fits(head)

    leader = visit(actor(at.leader).user.username)
    leader.goto(f"{live_server.url}/requests/")
    assert fits(leader)
    leader.get_by_role("link", name=pledge.title).click()
    assert fits(leader)
    leader.get_by_label("决定意见").fill("同意")
    leader.get_by_role("button", name="同意", exact=True).click()
    leader.get_by_text("下载").or_(leader.get_by_text("已记录。")).first.wait_for()
    assert fits(leader)
    assert Request.objects.filter(status="granted").count() == 2
    assert Pledge.objects.get(pk=pledge.pk).due_date.isoformat() == "2020-12-30"
    head.goto(f"{live_server.url}/pledges/{pledge.pk}/")
    assert fits(head)
