"""The system administrator's pages of robots and of messages that did not get through."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import UserFactory, government, moment
from tests.support.robot_server import SECRET, RobotServer
from workflow.models import Delivery, Digest, Robot

pytestmark = pytest.mark.django_db
NOW = moment("2020-10-13")


@pytest.fixture
def city(set_today, settings):
    set_today("2020-10-13")
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    return government()


@pytest.fixture
def admin(client, city):
    client.force_login(city.system_admin.holder)
    return client


@pytest.fixture
def server() -> Iterator[RobotServer]:
    with RobotServer() as running:
        yield running


def filled(city, **more):
    return {
        "unit": str(city.housing.pk), "name": "住建群", "kind": "wecom", "language": "zh-hans",
        "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=t0ken", "secret": "",
        "wants_overdue": "on", "is_active": "on", **more,
    }  # fmt: skip


def robot(city, url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=t0ken", **more):
    fields = {"unit": city.housing, "name": f"群{Robot.objects.count()}", "kind": "wecom", "secret": SECRET, **more}
    return Robot.objects.create(url=url, created_at=NOW, **fields)


def failure(city, post, **more):
    digest = Digest.objects.create(recipient=post.holder, day="2020-10-12", created_at=NOW)
    fields = {
        "channel": "email",
        "key": f"k{digest.pk}",
        "attempts": 5,
        "next_at": NOW,
        "error": "Timeout: 超时",
        **more,
    }
    return Delivery.objects.create(digest=digest, **fields)


@pytest.mark.parametrize("who", ["director", "supervisor", "leader", "head", "auditor", "security_admin"])
def test_nobody_else_opens_or_sends_these_pages(client, city, who):
    made, delivery = robot(city), failure(city, city.coordinator)
    client.force_login(city.posts[who].holder)
    for name, args in (("robots", []), ("robot-add", []), ("robot", [made.pk]), ("deliveries", [])):
        assert client.get(reverse(f"web:{name}", args=args)).status_code == 403
    for name, args in (("robot-test", [made.pk]), ("delivery-again", [delivery.pk]), ("robot-add", [])):
        assert client.post(reverse(f"web:{name}", args=args)).status_code == 403


def test_the_organisation_s_page_leads_to_both(admin):
    text = admin.get(reverse("web:organisation")).text
    assert reverse("web:robots") in text
    assert reverse("web:deliveries") in text


def test_a_robot_is_added_and_listed_by_its_host_alone(admin, city):
    answer = admin.post(reverse("web:robot-add"), filled(city))
    made = Robot.objects.get()
    assert answer.url == reverse("web:robot", args=[made.pk])
    assert (made.unit, made.wants_overdue, made.wants_coming, made.is_active) == (city.housing, True, False, True)
    for page in (reverse("web:robots"), answer.url):
        text = admin.get(page).text
        assert "qyapi.weixin.qq.com" in text
        assert "t0ken" not in text


def test_an_empty_address_and_secret_leave_what_was_there(admin, city):
    made = robot(city)
    admin.post(reverse("web:robot", args=[made.pk]), filled(city, url="", wants_coming="on"))
    after = Robot.objects.get()
    assert (after.url, after.secret, after.wants_coming, after.name) == (made.url, SECRET, True, "住建群")
    assert SECRET not in admin.get(reverse("web:robot", args=[made.pk])).text


def test_faults_stand_at_their_fields_and_keep_what_was_typed(admin, city):
    answer = admin.post(reverse("web:robot-add"), filled(city, url="nonsense", kind=""))
    assert answer.status_code == 422
    assert 'id="fault_url"' in answer.text
    assert 'id="fault_kind"' in answer.text
    assert "住建群" in answer.text
    assert not Robot.objects.exists()


def test_a_robot_of_another_government_is_invisible(admin, city):
    made = robot(government())
    assert admin.get(reverse("web:robot", args=[made.pk])).status_code == 404
    assert admin.post(reverse("web:robot-test", args=[made.pk])).status_code == 404


def test_a_test_message_says_how_it_went(admin, city, server):
    made = robot(city, url=server.url("wecom"))
    assert "测试消息已送达" in admin.post(reverse("web:robot-test", args=[made.pk]), follow=True).text
    server.behaviour = "refuse"
    assert "errcode 45009" in admin.post(reverse("web:robot-test", args=[made.pk]), follow=True).text
    assert len(server.taken) == 1


def test_what_failed_is_shown_with_its_reason_and_can_be_sent_again(admin, city):
    delivery = failure(city, city.coordinator)
    failure(city, city.head, attempts=2)
    failure(city, city.water_head, sent_at=NOW)
    text = admin.get(reverse("web:deliveries")).text
    assert "1 条试过 5 次仍未送达,1 条待发,1 条已发。" in text
    assert city.coordinator.holder.name in text
    assert "Timeout" in text
    assert city.head.holder.name not in text
    answer = admin.post(reverse("web:delivery-again", args=[delivery.pk]))
    assert answer.url == reverse("web:deliveries")
    delivery.refresh_from_db()
    assert delivery.attempts == 0
    assert admin.post(reverse("web:delivery-again", args=[delivery.pk])).status_code == 409


def test_the_pages_cost_as_many_queries_for_3_rows_as_for_30(admin, city):
    def cost(name):
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(reverse(f"web:{name}")).status_code == 200
        return len(queries)

    def more(count):
        for _ in range(count):
            made = robot(city)
            Delivery.objects.create(
                robot=made, day="2020-10-12", channel="robot", key=f"r{made.pk}", attempts=5, next_at=NOW
            )
            digest = Digest.objects.create(recipient=UserFactory(), day="2020-10-12", created_at=NOW)
            Delivery.objects.create(digest=digest, channel="email", key=f"d{digest.pk}", attempts=5, next_at=NOW)

    more(3)
    few = [cost("robots"), cost("deliveries")]
    more(20)
    assert [cost("robots"), cost("deliveries")] == few
