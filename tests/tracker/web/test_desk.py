import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges import calendars
from pledges.working_days import Calendar
from tests.factories import drafted, government, moment, payload_for, perform, pledge_in
from tracker.web.desk import time_left
from workflow.models import Task

pytestmark = pytest.mark.django_db
DESK = "/desk/"


def open_desk(client, post, **asked):
    client.force_login(post.holder)
    return client.get(reverse("web:desk"), asked)


def test_the_first_line_says_why_one_is_here(client, set_today):
    set_today("2020-02-20")
    city = government()
    for _each in range(2):
        pledge_in("assigned", city)
    pledge_in("in_progress", city)
    response = open_desk(client, city.coordinator)
    assert response.context["why"] == "2 项待签收,1 项待填报,2 项逾期"


def test_tasks_stand_by_urgency_with_what_is_left(client, set_today):
    set_today("2020-02-07")
    city = government()
    late, soon, later = (pledge_in("assigned", city) for _each in range(3))
    for pledge, due in ((late, "2020-02-05"), (soon, "2020-02-10"), (later, "2020-03-02")):
        Task.objects.filter(pledge=pledge).open().update(due_date=due)
    response = open_desk(client, city.coordinator)
    groups = {
        str(group.title): [(row.task.pledge, row.left) for row in group.rows] for group in response.context["groups"]
    }
    assert groups == {
        "已逾期": [(late, "已逾期 2 天")],
        "七天内到期": [(soon, "还有 1 个工作日")],
        "以后到期": [(later, "还有 16 个工作日")],
    }


def test_what_is_left_counts_working_days_and_ends_today():
    calendars.ensure_year(2020)
    plain = Calendar()
    friday = datetime.date(2020, 9, 11)
    assert time_left(datetime.date(2020, 9, 14), friday, plain) == "还有 1 个工作日"
    assert time_left(friday, friday, plain) == "今天到期"
    assert time_left(datetime.date(2020, 9, 1), friday, plain) == "已逾期 10 天"


def test_each_row_leads_to_the_act_it_waits_for(client, set_today):
    set_today("2020-02-10")
    city = government()
    reporting = pledge_in("in_progress", city)
    text = open_desk(client, city.coordinator).text
    assert f"{reverse('web:act', args=[reporting.pk, 'report'])}?next={DESK}" in text
    draft = drafted(city)
    assert reverse("web:act", args=[draft.pk, "assign"]) in open_desk(client, city.director).text
    claimed = pledge_in("claimed", city)
    to_draft = Task.objects.open().get(pledge=claimed, kind="draft_verification").post
    assert reverse("web:act", args=[claimed.pk, "draft_verification"]) in open_desk(client, to_draft).text


def test_a_pledge_whose_person_is_known_is_signed_with_one_click(client, set_today):
    set_today("2020-02-05")
    city = government()
    pledge = drafted(city)
    perform(
        "assign", pledge, city.director, at="2020-02-03", **{**payload_for("assign", city, pledge), "person": "王敏"}
    )
    response = open_desk(client, city.coordinator)
    [row] = response.context["groups"][0].rows
    assert row.one_click
    done = client.post(
        reverse("web:act", args=[pledge.pk, "sign"]), {"version": 2, "person": "王敏", "next": DESK}, follow=True
    )
    pledge.refresh_from_db()
    assert pledge.state == "in_progress"
    assert done.redirect_chain == [(DESK, 302)]
    assert f"{pledge.number} 的“签收”已记录。" in done.text


def test_the_head_sees_what_waits_for_the_unit_but_has_no_buttons_for_it(client, set_today):
    set_today("2020-02-10")
    city = government()
    pledge = pledge_in("in_progress", city)
    response = open_desk(client, city.head)
    assert [row.task.pledge for row in response.context["theirs"]] == [pledge]
    assert "本单位待办" in response.text
    assert reverse("web:act", args=[pledge.pk, "report"]) not in response.text


def test_one_does_not_see_other_units_tasks(client):
    city = government()
    pledge = pledge_in("in_progress", city)
    for post in (city.water_coordinator, city.water_head, city.county_coordinator):
        assert pledge.title not in open_desk(client, post).text


def test_an_empty_desk_says_what_will_stand_there(client):
    city = government()
    text = open_desk(client, city.water_coordinator).text
    assert "没有要办的事" in text
    assert "会列在这里" in text


def test_a_kind_can_be_chosen_and_nonsense_is_ignored(client, set_today):
    set_today("2020-02-10")
    city = government()
    pledge_in("assigned", city)
    reporting = pledge_in("in_progress", city)
    response = open_desk(client, city.coordinator, kind="report")
    assert [task.pledge for task in response.context["page"]] == [reporting]
    assert len(open_desk(client, city.coordinator, kind="nonsense").context["page"]) == 2


def test_the_desk_costs_the_same_for_3_and_for_300_tasks(client, set_today):
    set_today("2020-02-10")
    city = government()
    first = [pledge_in("in_progress", city) for _each in range(3)]
    client.force_login(city.head.holder)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("web:desk")).status_code == 200
        return len(seen)

    Task.objects.filter(pledge=first[0]).update(post=city.head)
    few = queries()
    template = Task.objects.filter(pledge=first[1]).open().get()
    extra = [drafted(city) for _each in range(297)]
    Task.objects.bulk_create(
        Task(kind="report", post=post, pledge=pledge, due_date=template.due_date, opened_at=moment("2020-02-04"))
        for pledge in extra
        for post in (city.head, city.coordinator)
    )
    assert queries() == few
