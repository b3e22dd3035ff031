"""The demo city's people, and a browser in which each of them can sign in."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from pledges import calendars
from tracker.demo import city

MOMENT = datetime.datetime(2020, 9, 1, 1, 0, tzinfo=datetime.UTC)


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    for year in (2019, 2020, 2021):
        calendars.ensure_year(year)
    with transaction.atomic():
        return city.establish(at=MOMENT)


@pytest.fixture
def width() -> int:
    """The viewport's; a module that walks on a phone too gives its own."""
    return 1440


@pytest.fixture
def visit(browser: Browser, live_server: Any, width: int) -> Iterator[Callable[[str], Page]]:
    """``visit(username)`` signs in with a fresh browser context and returns its page. A script error is a failure."""
    contexts, complaints = [], []

    def sign_in(username: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if "Content Security" in message.text else None,
        )
        page.goto(f"{live_server.url}/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill(city.PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def import_for_2020(page: Page, address: str, file: Path) -> None:
    page.goto(f"{address}/documents/import/")
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_label("计划年度").fill("2020")
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("heading", name="核定拟立项条目")).to_be_visible()
