"""The buttons that link a measure to a pledge, and what the pledges' pages say of it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Document, Measure, Pledge, PledgeLink, Post
from tests.factories import Government, PledgeFactory, ProgrammeFactory, actor, government, moment, pledge_in
from tracker import pledge_links
from workflow import measure_decisions

AT = moment("2020-02-01")


@pytest.fixture
def city(set_today: Any, db: None) -> Government:
    set_today("2020-02-01")
    return government()


@pytest.fixture
def measure(city: Government) -> Measure:
    return measure_of(city)


@pytest.fixture
def earlier(city: Government) -> Pledge:
    made: Pledge = PledgeFactory(programme=ProgrammeFactory(government=city.city, year=2019), title="修渠二十公里")
    return made


def measure_of(city: Government, name: str = "要点") -> Measure:
    document = Document.objects.create(
        programme=city.programme, title=name, kind="report", filename="a.txt", content=b"x", sha256=f"{name:0>64}",
        text="修渠三十公里。", imported_at=AT,
    )  # fmt: skip
    return Measure.objects.create(
        document=document, position=1, start=0, end=6, quote="修渠三十公里", title="修渠三十公里", form="milestone",
        firmness="firm",
    )  # fmt: skip


def press(client: Client, by: Post, measure: Measure, kind: str, to: Pledge | None = None, **typed: Any) -> Any:
    client.force_login(by.holder)
    measure.refresh_from_db()
    form = {
        "version": measure.version,
        "pledge": to.pk if to else "",
        "in_fate": "pending",
        "in_q": "",
        **typed,
    }
    return client.post(reverse("web:measure-link", args=[measure.pk, kind]), form)


def test_a_link_is_made_and_the_person_stays_with_the_measure(
    client: Client, city: Government, measure: Measure, earlier: Pledge
) -> None:
    answer = press(client, city.supervisor, measure, "continues", earlier)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("web:review", args=[measure.document_id]))
    assert f"m={measure.pk}" in answer.url
    link = PledgeLink.objects.get()
    assert (link.measure, link.pledge, link.kind, link.made_by) == (
        measure, earlier, "continues", city.supervisor.holder
    )  # fmt: skip


def test_what_is_the_same_is_closed_by_a_second_click(client: Client, city: Government, measure: Measure) -> None:
    same: Pledge = PledgeFactory(programme=city.programme)
    press(client, city.supervisor, measure, "same", same)
    measure.refresh_from_db()
    assert measure.fate == "pending"
    following = Measure.objects.create(
        document=measure.document,
        position=2,
        start=6,
        end=7,
        quote="。",
        title="植树",
        form="milestone",
        firmness="firm",
    )
    answer = press(client, city.supervisor, measure, "close")
    assert f"m={following.pk}#" in answer.url
    measure.refresh_from_db()
    assert (measure.fate, measure.reason) == ("rejected", "与 2020-001 同一事项")
    assert PledgeLink.objects.count() == 1


def test_a_link_is_taken_back(client: Client, city: Government, measure: Measure, earlier: Pledge) -> None:
    press(client, city.supervisor, measure, "continues", earlier)
    press(client, city.supervisor, measure, "remove", earlier)
    assert not PledgeLink.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "status"),
    [
        ("continues", {"version": "7"}, 409),
        ("continues", {"version": ""}, 422),
        ("continues", {"pledge": "x"}, 422),
        ("continues", {"pledge": "999999"}, 404),
        ("close", {}, 422),
        ("remove", {}, 404),
        ("like", {}, 404),
    ],
)
def test_a_refusal_is_a_page_that_says_so(
    client: Client, city: Government, measure: Measure, earlier: Pledge, kind: str, typed: dict[str, str], status: int
) -> None:
    assert press(client, city.supervisor, measure, kind, earlier, **typed).status_code == status
    assert not PledgeLink.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("director", 302), ("auditor", 403), ("leader", 404), ("coordinator", 404), ("head", 404)]
)
def test_only_the_supervision_office_links(
    client: Client, city: Government, measure: Measure, earlier: Pledge, who: str, status: int
) -> None:
    assert press(client, city.posts[who], measure, "continues", earlier).status_code == status


def test_a_link_is_not_made_by_looking(client: Client, city: Government, measure: Measure) -> None:
    client.force_login(city.supervisor.holder)
    assert client.get(reverse("web:measure-link", args=[measure.pk, "same"])).status_code == 405
    client.logout()
    assert client.post(reverse("web:measure-link", args=[measure.pk, "same"])).status_code == 302


def accepted(city: Government, measure: Measure) -> Pledge:
    measure.refresh_from_db()
    return measure_decisions.accept_measure(
        measure.pk, actor=actor(city.supervisor), version=measure.version, payload={}, at=AT
    )


def page(client: Client, by: Post, pledge: Pledge) -> str:
    client.force_login(by.holder)
    answer: Any = client.get(reverse("web:pledge", args=[pledge.pk]))
    return str(answer.text)


def test_both_pledges_say_what_goes_on_from_what(
    client: Client, city: Government, measure: Measure, earlier: Pledge
) -> None:
    press(client, city.supervisor, measure, "continues", earlier)
    pledge = accepted(city, measure)
    assert "延续自 2019-001" in page(client, city.supervisor, pledge)
    assert "延续为 2020-001" in page(client, city.supervisor, earlier)


def test_a_pledge_names_the_documents_that_hold_it_too(client: Client, city: Government, measure: Measure) -> None:
    same: Pledge = PledgeFactory(programme=city.programme)
    press(client, city.supervisor, measure, "same", same)
    assert "同一事项另见《要点》" in page(client, city.supervisor, same)


def test_a_unit_sees_no_link_to_what_it_may_not_see(client: Client, city: Government, measure: Measure) -> None:
    pledge = pledge_in("in_progress", city)
    PledgeLink.objects.create(measure=measure, pledge=pledge, kind="continues", made_at=AT)
    later = accepted(city, measure)  # a draft: nobody's duty yet
    assert [one.pledge for one in pledge_links.of_pledge(pledge, actor(city.supervisor))] == [later]
    assert pledge_links.of_pledge(pledge, actor(city.coordinator)) == []
    assert "关联事项" not in page(client, city.coordinator, pledge)


def test_links_take_one_query_however_many(city: Government, earlier: Pledge) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            [str(one.words) + str(one.pledge) for one in pledge_links.of_pledge(earlier, actor(city.supervisor))]
        return len(captured)

    for number in range(4):
        measure = measure_of(city, f"文件{number}")
        PledgeLink.objects.create(measure=measure, pledge=earlier, kind="continues", made_at=AT)
        accepted(city, measure)
        assert queries() == 1
