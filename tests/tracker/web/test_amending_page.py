"""Amending a draft on its page, and how the programme's page leads there."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge
from tests.factories import Government, UnitFactory, day, drafted, government, make_deputy
from tests.workflow.programme_life import act, draft, lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_today: Any) -> Government:
    set_today("2020-02-04")
    return government()


def address(pledge: Pledge) -> str:
    return reverse("web:act", args=[pledge.pk, "amend"])


def as_shown(at: Government, pledge: Pledge, **typed: Any) -> dict[str, Any]:
    """The form as the page shows it, with some boxes filled otherwise."""
    return {
        "version": pledge.version,
        "title": pledge.title,
        "lead_unit": pledge.lead_unit_id or "",
        "leader": pledge.leader_id or "",
        "person": pledge.person,
        "start_date": pledge.start_date or "",
        "due_date": pledge.due_date or "",
        "deliverable": pledge.deliverable,
        "basis": pledge.basis,
        "cadence": pledge.cadence,
        "weight": pledge.weight,
        "goal": pledge.goal,
        **typed,
    }


def test_the_form_begins_with_what_stands_and_only_what_was_changed_changes(client: Client, at: Government) -> None:
    pledge = draft(at, leader=at.leader, person="李明", start_date=day("2020-02-10"), goal="三年完成", weight=2)
    client.force_login(at.supervisor.holder)
    assert f'href="{address(pledge)}"' in client.get(reverse("web:pledge", args=[pledge.pk])).text
    page = client.get(address(pledge)).text
    for shown in (
        'value="2020-12-15"',
        'value="2020-02-10"',
        'value="李明"',
        'value="三年完成"',
        'value="quarterly" checked',
    ):
        assert shown in page, shown
    done = client.post(address(pledge), as_shown(at, pledge, cadence="monthly", start_date="", weight="3"))
    assert done.url == reverse("web:pledge", args=[pledge.pk])
    pledge.refresh_from_db()
    assert (pledge.cadence, pledge.start_date, pledge.weight, pledge.person) == ("monthly", None, 3, "李明")
    assert (pledge.leader, pledge.lead_unit, pledge.version) == (at.leader, at.housing, 2)


def test_nothing_changed_and_faults_come_back_with_what_was_typed(client: Client, at: Government) -> None:
    pledge = draft(at)
    client.force_login(at.director.holder)
    same = client.post(address(pledge), as_shown(at, pledge))
    assert (same.status_code, "没有改动,请修改后再提交。" in same.text) == (422, True)
    faulty = client.post(address(pledge), as_shown(at, pledge, start_date="2021-01-01", goal="三年完成"))
    assert faulty.status_code == 422
    assert 'id="fault_start_date"' in faulty.text
    assert 'value="三年完成"' in faulty.text
    stale = client.post(address(pledge), as_shown(at, pledge, version=7, goal="三年完成"))
    assert (stale.status_code, 'value="三年完成"' in stale.text) == (409, True)


def test_the_units_and_the_leader_do_not_amend(client: Client, at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    for post in (at.head, at.coordinator, at.leader, at.auditor):
        client.force_login(post.holder)
        assert client.get(address(pledge)).status_code == 403
        assert client.post(address(pledge), as_shown(at, pledge, goal="x")).status_code == 403
        assert address(pledge) not in client.get(reverse("web:pledge", args=[pledge.pk])).text


def test_a_draft_that_blocks_issuing_says_why_and_leads_to_the_form(client: Client, at: Government) -> None:
    good = draft(at)
    closed = UnitFactory(name="文旅局", parent=at.city, is_active=False)
    bad = [
        (drafted(at, lead_unit=None, due_date=None), "还没有牵头单位、还没有完成时限"),
        (draft(at, lead_unit=UnitFactory(name="商务局", parent=at.city)), "牵头单位还没有联络员或负责人"),
        (draft(at, lead_unit=closed), "牵头单位已经停用"),
        (draft(at, start_date=day("2021-01-01")), "开始日期晚于完成时限"),
        (draft(at, form="ongoing"), "持续性事项还没有写明成果"),
    ]
    where = reverse("web:programme", args=[at.programme.pk])
    client.force_login(at.supervisor.holder)
    page = client.get(where).text
    for pledge, words in bad:
        assert words in page
        assert f'href="{address(pledge)}?next={where}"' in page
    assert address(good) not in page
    client.force_login(at.leader.holder)
    assert "/acts/amend/" not in client.get(where).text
    first = bad[0][0]
    client.force_login(at.supervisor.holder)
    typed = as_shown(at, first, lead_unit=at.water.pk, due_date="2020-11-30")
    assert client.post(f"{address(first)}?next={where}", {**typed, "next": where}).url == where
    assert address(first) not in client.get(where).text


def test_issuing_names_the_drafts_in_the_way_and_links_them(client: Client, at: Government, set_today: Any) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    act("approve_programme", at, at.director, on="2020-02-11")
    Pledge.objects.filter(pk=pledge.pk).update(start_date=day("2021-01-01"))
    client.force_login(at.director.holder)
    where = reverse("web:programme-act", args=[at.programme.pk, "issue_programme"])
    set_today("2020-02-12")
    typed = {"version": 3, "document_number": "云政发〔2020〕8号", "issued_date": "2020-02-12"}
    refused = client.post(where, typed)
    assert refused.status_code == 422
    assert f'href="{address(pledge)}?next={where}"' in refused.text
    assert f"{pledge.number}:开始日期晚于完成时限" in refused.text


def test_the_page_costs_the_same_for_three_and_for_thirty_blocking_drafts(client: Client, at: Government) -> None:
    client.force_login(at.supervisor.holder)
    where = reverse("web:programme", args=[at.programme.pk])

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(where).status_code == 200
        return len(seen)

    for _each in range(3):
        draft(at, lead_unit=UnitFactory(parent=at.city))
    client.get(where)
    few = cost()
    for _each in range(27):
        draft(at, lead_unit=UnitFactory(parent=at.city))
    assert cost() == few


def test_a_deputy_of_the_supervisor_amends_in_the_post_s_name(client: Client, at: Government) -> None:
    pledge = draft(at)
    stand_in = at.water_head.holder
    assert stand_in is not None
    make_deputy(at.supervisor, stand_in, "2020-02-01", "2020-02-29")
    client.force_login(stand_in)
    client.post(reverse("web:post"), {"post": at.supervisor.pk})
    assert client.post(address(pledge), as_shown(at, pledge, goal="三年完成")).status_code == 302
    assert lists("consult") == []
