"""What was said of a report stands beneath it, and paper is a link to the scan."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import Government, actor, day, government, moment, payload_for, perform, pledge_in
from workflow import signed_pages
from workflow.models import Instruction

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_today: Any) -> Government:
    set_today("2020-03-25")
    return government()


def keep(at: Government, post: Any) -> int:
    page = signed_pages.keep(
        actor=actor(post), filename="审签单.pdf", content=b"%PDF-1.7", signer="周建国", signed_date=day("2020-03-21"),
        at=moment("2020-03-21"),
    )  # fmt: skip
    return page.pk


def test_the_history_says_who_approved_on_paper_accepted_and_returned(client: Client, at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    report = payload_for("report", at, pledge)
    perform("report", pledge, at.coordinator, at="2020-03-20", **report)
    scan = keep(at, at.coordinator)
    perform("record_approval", pledge, at.coordinator, at="2020-03-21", signed_page=scan)
    perform("return_report", pledge, at.supervisor, at="2020-03-22", reason="请补充分县数据")
    perform("report", pledge, at.coordinator, at="2020-03-23", **report)
    perform("approve", pledge, at.head, at="2020-03-24")
    perform("accept", pledge, at.supervisor_2, at="2020-03-25")
    client.force_login(at.leader.holder)
    text = " ".join(client.get(reverse("web:pledge", args=[pledge.pk])).text.split())
    told = [
        f'<span class="strong">审签</span> {at.coordinator.holder} {at.coordinator} 2020-03-21 10:00',
        f'线下审签:周建国 2020-03-21 <a href="/signed-pages/{scan}/">签字页</a>',
        f'<span class="strong">退回补充</span> {at.supervisor.holder} {at.supervisor} 2020-03-22 10:00',
        f'<span class="strong">审签</span> {at.head.holder} {at.head} 2020-03-24 10:00',
        f'<span class="strong">审核通过</span> {at.supervisor_2.holder} {at.supervisor_2} 2020-03-25 10:00',
    ]
    for words in told:
        assert words in text, words
    assert text.count("线下审签:") == 1
    assert client.get(f"/signed-pages/{scan}/").status_code == 200


def test_reviews_cost_no_query_each_and_load_no_scan(client: Client, at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    client.force_login(at.supervisor.holder)

    def report(times: int) -> None:
        for _each in range(times):
            perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
            scan = keep(at, at.coordinator)
            perform("record_approval", pledge, at.coordinator, at="2020-03-21", signed_page=scan)
            perform("return_report", pledge, at.supervisor, at="2020-03-22", reason="请补充")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("web:pledge", args=[pledge.pk]))
        assert not any('signedpage"."content"' in one["sql"] for one in seen)
        return len(seen)

    report(2)
    cost()
    few = cost()
    report(5)
    assert cost() == few


def test_an_instruction_from_paper_links_its_page(client: Client, at: Government) -> None:
    scan = keep(at, at.supervisor)
    said = Instruction.objects.create(
        unit=at.housing, leader=at.leader, kind="note", words="请抓紧", given_date=day("2020-03-21"),
        recorded_by=at.supervisor.holder, recorded_at=moment("2020-03-21"), signed_page_id=scan,
    )  # fmt: skip
    for post in (at.head, at.director):
        client.force_login(post.holder)
        assert f'href="/signed-pages/{scan}/"' in client.get(reverse("web:instruction", args=[said.pk])).text
        assert client.get(f"/signed-pages/{scan}/").status_code == 200


def test_the_call_list_has_a_button_that_copies_it(client: Client, at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    type(pledge).objects.filter(pk=pledge.pk).update(light="red", light_reason="overdue", due_date="2020-03-01")
    client.force_login(at.supervisor.holder)
    text = client.get(reverse("web:supervision")).text
    assert '<textarea id="call_list"' in text
    assert 'data-copies="call_list" hidden>复制名单</button>' in text
    assert "data-copied=" in text
