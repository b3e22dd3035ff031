"""The inbox and the preferences through the API: one's own, and nothing is read by being listed."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from pledges.models import Post
from tests.factories import Government, PledgeFactory, day, moment, perform, pledge_in
from tests.tracker.api.conftest import Caller
from workflow.models import Alert, Digest, Preference, Reminder, Task


def digest(post: Post, on: str, *tasks: Task, kind: str = "due_3", **more: Any) -> Digest:
    made = Digest.objects.create(recipient=post.holder, day=day(on), created_at=moment(on))
    for task in tasks:
        Reminder.objects.create(
            task=task, recipient=post.holder, kind=kind, day=task.due_date, claimed_at=moment(on), digest=made, **more
        )
    return made


def urged(city: Government) -> Any:
    return perform("urge", pledge_in("in_progress", city), city.supervisor, at="2020-03-09", words="请尽快报送")


def unread(client: APIClient) -> int:
    return int(client.get("/api/inbox/").json()["unread"])


def test_a_digest_lists_its_reminders_as_the_page_does(city: Government, as_: Caller) -> None:
    pledge = pledge_in("assigned", city)
    task = Task.objects.get(pledge=pledge, kind="sign")
    made = digest(city.coordinator, "2020-02-12", task, kind="overdue", is_copy=True)
    Reminder.objects.create(
        pledge=pledge, recipient=city.coordinator.holder, kind="due_30", day=pledge.due_date,
        claimed_at=moment("2020-02-12"), digest=made,
    )  # fmt: skip
    row = as_(city.coordinator).get("/api/digests/").json()["results"][0]
    about = {"id": pledge.pk, "number": pledge.number, "title": pledge.title, "state": "assigned"}
    assert (row["id"], row["day"], row["read_at"]) == (made.pk, "2020-02-12", None)
    of_task, of_pledge = row["reminders"]
    assert (of_task["kind"], of_task["label"], of_task["is_copy"], of_task["day"]) == (
        "overdue",
        "已逾期",
        True,
        task.due_date.isoformat(),
    )
    assert (of_task["task"]["label"], of_task["task"]["pledge"], of_task["task"]["is_done"]) == ("签收", about, False)
    assert of_task["pledge"] is None
    assert (of_pledge["label"], of_pledge["task"], of_pledge["pledge"]) == ("三十个工作日内到期", None, about)


def test_an_urge_is_an_alert_and_unread_until_it_is_marked(city: Government, as_: Caller) -> None:
    pledge = urged(city)
    client = as_(city.head)
    rows = client.get("/api/alerts/?unread=true").json()["results"]
    assert [(row["task"]["label"], row["task"]["pledge"]["number"], row["read_at"]) for row in rows] == [
        ("回应催办", pledge.number, None)
    ]
    assert unread(client) == 1  # listing is not reading
    assert client.post("/api/inbox/read/").json() == {"unread": 0}
    assert client.get("/api/alerts/?unread=true").json()["count"] == 0
    assert client.get("/api/alerts/?unread=false").json()["results"][0]["read_at"].startswith("2020-03-10T")
    assert unread(client) == 0


def test_everybody_has_their_own_inbox_and_marks_no_other(city: Government, as_: Caller) -> None:
    urged(city)
    digest(city.head, "2020-03-09")
    mine = digest(city.coordinator, "2020-03-06")
    newer = digest(city.coordinator, "2020-03-09")
    client = as_(city.coordinator)
    assert [row["id"] for row in client.get("/api/digests/").json()["results"]] == [newer.pk, mine.pk]
    assert client.get("/api/alerts/").json()["count"] == 0
    assert client.post("/api/inbox/read/").json() == {"unread": 0}
    assert unread(as_(city.head)) == 2
    assert Digest.objects.get(recipient=city.head.holder).read_at is None
    assert Alert.objects.get(recipient=city.head.holder).read_at is None


@pytest.mark.parametrize("address", ["digests", "alerts"])
def test_three_rows_cost_as_many_queries_as_three_hundred(address: str, city: Government, as_: Caller) -> None:
    client = as_(city.coordinator)

    def more(count: int) -> None:
        for _each in range(count):
            task = Task.objects.create(
                kind="sign", pledge=PledgeFactory(programme=city.programme), post=city.coordinator,
                due_date=day("2020-03-12"), opened_at=moment("2020-03-02"),
            )  # fmt: skip
            Alert.objects.create(task=task, recipient=city.coordinator.holder, created_at=moment("2020-03-02"))
            one_a_day = moment("2000-01-01") + day("2020-01-01").resolution * Digest.objects.count()
            digest(city.coordinator, one_a_day.date().isoformat(), task)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(f"/api/{address}/?page_size=200").json()["results"]
        return len(rows), len(queries)

    more(3)
    few, before = cost()
    more(200)
    many, after = cost()
    assert (few, many) == (3, 200)
    assert before == after


GROUPS = ["coming", "overdue", "copies", "at_once"]


def wanted(client: APIClient) -> dict[str, bool]:
    rows = client.get("/api/preferences/").json()
    assert {row["channel"] for row in rows} == {"email"}
    return {row["group"]: row["is_on"] for row in rows}


def test_everything_is_wanted_until_somebody_chooses_otherwise(city: Government, as_: Caller) -> None:
    head = as_(city.head)
    assert wanted(head) == dict.fromkeys(GROUPS, True)
    answer = head.put("/api/preferences/email/copies/", {"is_on": False})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "group": "copies",
            "group_label": "抄送:本单位逾期",
            "channel": "email",
            "channel_label": "电子邮件",
            "is_on": False,
        },
    )
    head.put("/api/preferences/email/coming/", {"is_on": False})
    head.put("/api/preferences/email/coming/", {"is_on": True})
    assert wanted(head) == {"coming": True, "overdue": True, "copies": False, "at_once": True}
    assert wanted(as_(city.coordinator)) == dict.fromkeys(GROUPS, True)


@pytest.mark.parametrize("is_on", ["false", 0, None, [], "__none__"])
def test_a_preference_is_true_or_false_and_nothing_else(is_on: Any, city: Government, as_: Caller) -> None:
    body = {} if is_on == "__none__" else {"is_on": is_on}
    answer = as_(city.head).put("/api/preferences/email/copies/", body)
    assert (answer.status_code, answer.json()["fields"]) == (400, {"is_on": ["请填写 true 或 false。"]})
    assert not Preference.objects.exists()


@pytest.mark.parametrize("place", ["email/nothing", "pigeon/copies", "robot/copies"])
def test_there_is_no_preference_for_what_is_not_there(place: str, city: Government, as_: Caller) -> None:
    assert as_(city.head).put(f"/api/preferences/{place}/", {"is_on": False}).status_code == 404
    assert not Preference.objects.exists()


@pytest.mark.parametrize("address", ["inbox", "digests", "alerts", "preferences", "robots", "deliveries"])
def test_nothing_without_a_token(address: str, city: Government) -> None:
    assert APIClient().get(f"/api/{address}/").status_code == 401
