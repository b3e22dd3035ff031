import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import PledgeFactory, day, government, moment, pledge_in
from workflow.models import Digest, Reminder, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-02-10")
    return government()


def digest(post, on, *tasks, kind="due_3"):
    made = Digest.objects.create(recipient=post.holder, day=day(on), created_at=moment(on))
    for task in tasks:
        Reminder.objects.create(
            task=task, recipient=post.holder, kind=kind, day=task.due_date, claimed_at=moment(on), digest=made
        )
    return made


def page(client, post):
    client.force_login(post.holder)
    return client.get(reverse("web:inbox"))


def test_a_reminder_names_the_task_its_pledge_and_the_due_date(client, city):
    pledge = pledge_in("assigned", city)
    task = Task.objects.get(pledge=pledge, kind="sign")
    digest(city.coordinator, "2020-02-07", task)
    text = page(client, city.coordinator).text
    assert "三个工作日内到期" in text
    assert "签收" in text
    assert f'<a href="{reverse("web:pledge", args=[pledge.pk])}">' in text
    assert task.due_date.isoformat() in text


def test_opening_the_page_is_reading_it(client, city):
    made = digest(city.coordinator, "2020-02-07")
    first = page(client, city.coordinator)
    assert "1 份未读。" in first.text
    assert "未读</span>" in first.text
    made.refresh_from_db()
    assert made.read_at is not None
    assert made.read_at.astimezone(moment("2020-02-10").tzinfo).date() == datetime.date(2020, 2, 10)
    second = page(client, city.coordinator)
    assert "都已读过。" in second.text
    assert "未读</span>" not in second.text


def test_the_newest_comes_first_and_others_digests_are_not_shown_or_read(client, city):
    old, new = digest(city.coordinator, "2020-02-06"), digest(city.coordinator, "2020-02-07")
    other = digest(city.head, "2020-02-07")
    assert page(client, city.coordinator).context["digests"] == [new, old]
    other.refresh_from_db()
    assert other.read_at is None


def test_an_empty_inbox_says_what_will_stand_there(client, city):
    text = page(client, city.coordinator).text
    assert "这里列出发给您的每日提醒" in text


def test_the_page_costs_as_many_queries_for_3_reminders_as_for_300(client, city):
    def tasks(count):
        for _ in range(count):
            pledge = PledgeFactory(programme=city.programme)
            yield Task.objects.create(
                kind="sign",
                pledge=pledge,
                post=city.coordinator,
                due_date=day("2020-02-12"),
                opened_at=moment("2020-02-05"),
            )

    def cost():
        page(client, city.coordinator)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("web:inbox")).status_code == 200
        return len(queries)

    digest(city.coordinator, "2020-02-06", *tasks(3))
    few = cost()
    digest(city.coordinator, "2020-02-07", *tasks(297))
    assert cost() == few


def test_a_pledge_s_own_due_date_leads_to_the_pledge(client, city):
    pledge = pledge_in("in_progress", city)
    made = digest(city.coordinator, "2020-02-07")
    Reminder.objects.create(
        pledge=pledge,
        recipient=city.coordinator.holder,
        kind="due_30",
        day=pledge.due_date,
        claimed_at=moment("2020-02-07"),
        digest=made,
    )
    text = page(client, city.coordinator).text
    assert "三十个工作日内到期" in text
    assert "完成时限" in text
    assert f'<a href="{reverse("web:pledge", args=[pledge.pk])}">' in text
