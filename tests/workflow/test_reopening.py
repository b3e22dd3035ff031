"""What acts on periods leave behind: the programme's history, and the scan of a reopening recorded for a leader."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from pledges.errors import Invisible
from tests.factories import Government, actor, day, government, make_deputy, moment
from tests.tracker.closing import answer, begin, close, first, reopen, reported
from workflow import period_closing, programme_story, signed_pages
from workflow.handbook import render
from workflow.models import SignedPage

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the decision"


@pytest.fixture
def at(set_today: Any) -> Government:
    set_today("2020-05-06")
    return government()


@pytest.fixture
def closed(at: Government) -> Government:
    pledge = reported(at)
    begin(at)
    answer(at, objections={pledge.pk: {"words": "完成数应为120个", "evidence": "验收单第3号"}})
    (objection,) = period_closing.unsettled(first(at))
    given = {"settlement": "以签字报表为准"}
    period_closing.settle(
        first(at).pk, objection.pk, actor=actor(at.supervisor), payload=given, at=moment("2020-04-10")
    )
    close(at)
    return at


def recorded(at: Government) -> SignedPage:
    """A reopening decided on paper by the leader and recorded by the deputy of the leader's post."""
    make_deputy(at.leader, at.coordinator.holder, "2020-05-01", "2020-05-31")
    secretary = actor(at.leader, deputy=at.coordinator)
    page = signed_pages.keep(
        actor=secretary, filename="决定.pdf", content=PDF, signer="李副市长", signed_date=day("2020-05-05"),
        at=moment("2020-05-06"),
    )  # fmt: skip
    given = {"words": "同意更正", "document_number": "泽政纪〔2020〕9号", "signed_page": page.pk}
    period_closing.reopen(first(at).pk, actor=secretary, payload=given, at=moment("2020-05-06"))
    return page


def history(at: Government) -> list[tuple[str, str]]:
    return [(line.act, line.words) for line in programme_story.of(at.programme)]


def test_the_programmes_history_tells_of_checks_closes_and_reopenings(closed: Government) -> None:
    reopen(closed)
    close(closed, on="2020-05-07")
    assert history(closed) == [
        ("开始核对", "2020-Q1; 核对至 2020-04-10"),
        ("本期结账", "2020-Q1; 版本 1"),
        ("重新开账", "2020-Q1; 同意更正一季度数据 泽政纪〔2020〕9号"),
        ("本期结账", "2020-Q1; 版本 2"),
    ]


@pytest.mark.parametrize("who", ["director", "leader", "auditor", "head"])
def test_the_programmes_page_shows_them_but_no_unit_s_objection(who: str, closed: Government, client: Client) -> None:
    client.force_login(closed.posts[who].holder)
    text = client.get(reverse("web:programme", args=[closed.programme.pk])).text
    assert '<span class="strong">开始核对</span>' in text
    assert "<p>2020-Q1; 版本 1</p>" in text
    for words in ("完成数应为120个", "以签字报表为准", "处理异议"):
        assert words not in text


# Like an instruction on a period: the office, the leaders and the auditor of the government, and whoever recorded it.
SEES = {
    "director": True,
    "supervisor": True,
    "supervisor_2": True,
    "leader": True,
    "auditor": True,
    "coordinator": True,  # recorded it
    "head": False,
    "water_coordinator": False,
    "water_head": False,
    "county_coordinator": False,
    "county_housing_coordinator": False,
    "statistician": False,
    "system_admin": False,
    "security_admin": False,
}


@pytest.mark.parametrize("who", SEES)
def test_who_sees_the_signed_page_of_a_reopening(who: str, closed: Government, client: Client) -> None:
    page = recorded(closed)
    assert set(SEES) == set(closed.posts)
    if SEES[who]:
        assert signed_pages.visible(page.pk, actor(closed.posts[who])).content == PDF
    else:
        with pytest.raises(Invisible):
            signed_pages.visible(page.pk, actor(closed.posts[who]))
    client.force_login(closed.posts[who].holder)
    assert client.get(f"/signed-pages/{page.pk}/").status_code == (200 if SEES[who] else 404)
    api = APIClient()
    api.force_login(closed.posts[who].holder)
    assert [row["id"] for row in api.get("/api/signed-pages/").json()["results"]] == [page.pk] * SEES[who]


def test_another_governments_office_and_leaders_do_not_see_it(closed: Government) -> None:
    page, other = recorded(closed), government()
    for who in ("director", "leader", "auditor"):
        with pytest.raises(Invisible):
            signed_pages.visible(page.pk, actor(other.posts[who]))


def test_a_page_that_reopened_nothing_is_seen_by_who_recorded_it_alone(closed: Government) -> None:
    reopen(closed)
    page = signed_pages.keep(
        actor=actor(closed.supervisor), filename="a.pdf", content=PDF, signer="李副市长", signed_date=day("2020-05-05"),
        at=moment("2020-05-06"),
    )  # fmt: skip
    assert signed_pages.visible(page.pk, actor(closed.supervisor)) == page
    with pytest.raises(Invisible):
        signed_pages.visible(page.pk, actor(closed.director))


def test_the_secretary_uploads_it_and_the_closing_page_links_it(closed: Government, client: Client) -> None:
    make_deputy(closed.leader, closed.coordinator.holder, "2020-05-01", "2020-05-31")
    client.force_login(closed.coordinator.holder)
    client.post(reverse("web:post"), {"post": closed.leader.pk})
    place = [closed.programme.pk, "2020-Q1"]
    given = {"words": "同意更正", "document_number": "泽政纪〔2020〕9号", "signed_page.signer": "李副市长"}
    scan = {"signed_page.signed_date": "2020-05-05", "signed_page.scan": SimpleUploadedFile("决定.pdf", PDF)}
    done = client.post(reverse("web:period-reopen", args=place), {**given, **scan}, follow=True)
    assert "2020-Q1 已重新开账。" in done.text
    client.force_login(closed.director.holder)
    text = client.get(reverse("web:period-closing", args=place)).text
    (pk,) = re.findall(r'<a href="/signed-pages/(\d+)/">决定\.pdf</a>', text)
    assert client.get(f"/signed-pages/{pk}/").content == PDF


@pytest.mark.parametrize(
    "line",
    [
        "open --> checking: begin_check 开始核对 Begin check",
        "closed --> open: reopen_period 重新开账 Reopen the period",
        "| close_period 本期结账 Close the period | 督查室主任 director | – |",
        "| settle_objection 处理异议 Settle objection | 督查专员或主任 supervisor or director | **settlement",
    ],
)
def test_the_handbook_tells_of_periods(line: str) -> None:
    assert line in render()
