"""Group robots and failed messages through the API: the system administrator's, and no secret comes out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Post
from tests.factories import Government, UserFactory, government, moment
from tests.support.robot_server import KEY, SECRET, RobotServer
from tests.tracker.api.conftest import Caller
from workflow.models import Delivery, Digest, Event, Robot

NOW = moment("2020-03-10")
URL = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


@pytest.fixture
def server(settings: Any) -> Iterator[RobotServer]:
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with RobotServer() as running:
        yield running


def robot(city: Government, **more: Any) -> Robot:
    fields = {"unit": city.housing, "name": f"群{Robot.objects.count()}", "kind": "dingtalk", "secret": SECRET, **more}
    return Robot.objects.create(**{"url": URL, "created_at": NOW, **fields})


def failure(post: Post, **more: Any) -> Delivery:
    digest = Digest.objects.create(recipient=post.holder, day="2020-03-09", created_at=NOW)
    fields = {"channel": "email", "key": f"k{digest.pk}", "attempts": 5, "next_at": NOW, "error": "Timeout", **more}
    return Delivery.objects.create(digest=digest, **fields)


def new(city: Government, **more: Any) -> dict[str, Any]:
    return {"unit": city.housing.pk, "name": "住建群", "kind": "wecom", "url": URL, **more}


def test_a_robot_is_added_with_everything_on_unless_said_otherwise(city: Government, as_: Caller) -> None:
    answer = as_(city.system_admin).post("/api/robots/", new(city, wants_coming=False))
    made = Robot.objects.get()
    assert answer.status_code == 201
    assert answer.json() | {"created_at": ""} == {
        "id": made.pk,
        "unit": {"id": city.housing.pk, "name": "住房城乡建设局"},
        "name": "住建群",
        "kind": "wecom",
        "kind_label": "企业微信",
        "host": "qyapi.weixin.qq.com",
        "has_secret": False,
        "language": "zh-hans",
        "wants_overdue": True,
        "wants_coming": False,
        "wants_at_once": True,
        "is_active": True,
        "created_at": "",
    }
    assert made.url == URL


def test_no_answer_and_no_event_names_the_address_or_the_secret(
    city: Government, as_: Caller, server: RobotServer
) -> None:
    admin = as_(city.system_admin)
    pk = admin.post("/api/robots/", new(city, kind="dingtalk", secret=SECRET)).json()["id"]
    said = [
        admin.get("/api/robots/").text,
        admin.get(f"/api/robots/{pk}/").text,
        admin.patch(f"/api/robots/{pk}/", {"secret": f"{SECRET}2", "name": "新名"}).text,
        admin.patch(f"/api/robots/{pk}/", {"kind": "pigeon", "url": URL, "secret": SECRET}).text,
        admin.patch(f"/api/robots/{pk}/", {"url": server.url("wecom"), "kind": "feishu"}).text,
        admin.post(f"/api/robots/{pk}/test/").text,
        *map(str, Event.objects.values_list("payload__text", flat=True)),
    ]
    assert Event.objects.filter(action__endswith="_robot").count() == 4
    assert not [one for one in said if KEY in one or SECRET in one]
    assert Robot.objects.get().url == server.url("wecom")


def test_what_is_not_given_stays(city: Government, as_: Caller) -> None:
    made = robot(city, wants_coming=False, language="en")
    answer = as_(city.system_admin).patch(f"/api/robots/{made.pk}/", {"is_active": False})
    assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    after = Robot.objects.get()
    assert (after.is_active, after.wants_coming, after.wants_overdue, after.language) == (False, False, True, "en")
    assert (after.unit, after.name, after.kind, after.url, after.secret) == (
        city.housing,
        "群0",
        "dingtalk",
        URL,
        SECRET,
    )


def test_a_new_secret_goes_with_the_old_address_and_a_new_address_forgets_the_old_secret(
    city: Government, as_: Caller
) -> None:
    made, admin = robot(city), as_(city.system_admin)
    admin.patch(f"/api/robots/{made.pk}/", {"secret": "another"})
    made.refresh_from_db()
    assert (made.url, made.secret) == (URL, "another")
    there = "https://oapi.dingtalk.com/robot/send?access_token=x"
    assert admin.patch(f"/api/robots/{made.pk}/", {"url": there}).json()["has_secret"] is False
    made.refresh_from_db()
    assert (made.url, made.secret) == (there, "")


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "all of it missing": ({"unit": None, "name": "", "kind": "", "url": ""}, ["unit"]),
    "an address that is none": ({"url": "nonsense"}, ["url"]),
    "plain http": ({"url": "http://qyapi.weixin.qq.com/"}, ["url"]),
    "another vendor": ({"kind": "pigeon"}, ["kind"]),
    "another language": ({"language": "fr"}, ["language"]),
    "a switch that is a word": ({"is_active": "false", "wants_overdue": 1}, ["is_active", "wants_overdue"]),
    "a name that is a list": ({"name": ["x"], "language": {}}, ["language", "name"]),
    "a unit that is a word": ({"unit": "housing"}, ["unit"]),
    "a unit that is not there": ({"unit": 99999999}, ["unit"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_stand_at_their_fields(fault: str, city: Government, as_: Caller) -> None:
    wrong, fields = FAULTS[fault]
    made = robot(city)
    admin = as_(city.system_admin)
    for answer in (
        admin.post("/api/robots/", new(city, **wrong)),
        admin.patch(f"/api/robots/{made.pk}/", wrong),
    ):
        assert (answer.status_code, sorted(answer.json()["fields"])) == (400, fields)
    after = Robot.objects.get()
    assert (after.name, after.kind, after.url, after.is_active) == ("群0", "dingtalk", URL, True)


def test_a_unit_of_another_government_is_none_that_can_be_chosen(city: Government, as_: Caller) -> None:
    answer = as_(city.system_admin).post("/api/robots/", new(city, unit=government().housing.pk))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["unit"])


def test_a_test_message_says_how_it_went(city: Government, as_: Caller, server: RobotServer) -> None:
    made, admin = robot(city, kind="wecom", url=server.url("wecom")), as_(city.system_admin)
    assert admin.post(f"/api/robots/{made.pk}/test/").json() == {"taken": True, "fault": ""}
    server.behaviour = "refuse"
    answer = admin.post(f"/api/robots/{made.pk}/test/").json()
    assert (answer["taken"], "errcode 45009" in answer["fault"]) == (False, True)
    assert len(server.taken) == 1


def test_what_failed_is_listed_with_its_reason_and_can_be_sent_again(city: Government, as_: Caller) -> None:
    failed = failure(city.coordinator)
    failure(city.head, attempts=2)
    failure(city.water_head, sent_at=NOW)
    to_robot = Delivery.objects.create(
        robot=robot(city), day="2020-03-09", channel="robot", key="r", attempts=5, next_at=NOW, error="HTTP 500"
    )
    admin = as_(city.system_admin)
    rows = admin.get("/api/deliveries/").json()["results"]
    assert [(row["id"], row["person"], row["robot"], row["error"]) for row in rows] == [
        (to_robot.pk, None, "群0", "HTTP 500"),
        (failed.pk, city.coordinator.holder.name, None, "Timeout"),
    ]
    assert admin.get("/api/deliveries/counts/").json() == {"waiting": 1, "sent": 1, "failed": 2}
    assert admin.post(f"/api/deliveries/{failed.pk}/again/").status_code == 204
    failed.refresh_from_db()
    assert failed.attempts == 0
    again = admin.post(f"/api/deliveries/{failed.pk}/again/")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert admin.get("/api/deliveries/counts/").json() == {"waiting": 2, "sent": 1, "failed": 1}


@pytest.mark.parametrize(
    "who", ["coordinator", "head", "supervisor", "director", "leader", "auditor", "security_admin"]
)
def test_nobody_else_sees_or_does_any_of_it(who: str, city: Government, as_: Caller) -> None:
    made, delivery = robot(city), failure(city.coordinator)
    client = as_(city.posts[who])
    for answer in (
        client.get("/api/robots/"),
        client.get(f"/api/robots/{made.pk}/"),
        client.post("/api/robots/", {}),
        client.patch(f"/api/robots/{made.pk}/", {"is_active": False}),
        client.post(f"/api/robots/{made.pk}/test/"),
        client.get("/api/deliveries/"),
        client.get("/api/deliveries/counts/"),
        client.post(f"/api/deliveries/{delivery.pk}/again/"),
    ):
        assert (answer.status_code, answer.json()["message"]) == (403, "只有系统管理员可以这样做。")
    made.refresh_from_db()
    assert made.is_active


def test_another_government_s_are_not_there(city: Government, as_: Caller) -> None:
    other = government()
    made, delivery = robot(other), failure(other.coordinator)
    admin = as_(city.system_admin)
    assert admin.get("/api/robots/").json()["count"] == 0
    assert admin.get("/api/deliveries/").json()["count"] == 0
    for answer in (
        admin.get(f"/api/robots/{made.pk}/"),
        admin.patch(f"/api/robots/{made.pk}/", {"is_active": False}),
        admin.post(f"/api/robots/{made.pk}/test/"),
        admin.post(f"/api/deliveries/{delivery.pk}/again/"),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("address", ["robots", "deliveries"])
def test_three_rows_cost_as_many_queries_as_a_hundred(address: str, city: Government, as_: Caller) -> None:
    admin = as_(city.system_admin)

    def more(count: int) -> None:
        for _each in range(count):
            made = robot(city)
            Delivery.objects.create(
                robot=made, day="2020-03-09", channel="robot", key=f"r{made.pk}", attempts=5, next_at=NOW
            )
            digest = Digest.objects.create(recipient=UserFactory(), day="2020-03-09", created_at=NOW)
            Delivery.objects.create(digest=digest, channel="email", key=f"d{digest.pk}", attempts=5, next_at=NOW)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = admin.get(f"/api/{address}/?page_size=200").json()["results"]
        return len(rows), len(queries)

    more(3)
    few, before = cost()
    more(97)
    many, after = cost()
    assert few < many
    assert before == after
