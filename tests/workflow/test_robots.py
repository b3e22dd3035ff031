"""Robots of units: one message a working day, what goes at once, failing and sending again; their management."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Post
from tests.factories import Government, PledgeFactory, actor, government, moment, perform, pledge_in
from tests.support.robot_server import SECRET, RobotServer
from workflow import audit, deliveries, reminders, robot_edits
from workflow.models import Delivery, EventPayload, Robot, Task

MORNING = moment("2020-10-13")  # a Tuesday
MINUTE = datetime.timedelta(minutes=1)
TITLE = "完成355个行政村的污水治理"


@pytest.fixture
def at(db: None, settings: Any) -> Government:
    settings.SITE_URL = "https://pledges.example.invalid"
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    return government()


@pytest.fixture
def server() -> Iterator[RobotServer]:
    with RobotServer(now=MORNING.timestamp()) as running:
        yield running


def robot(at: Government, server: RobotServer, vendor: str = "wecom", **more: Any) -> Robot:
    fields = {
        "unit": at.housing,
        "name": f"{vendor}群{Robot.objects.count()}",
        "kind": vendor,
        "secret": SECRET,
        **more,
    }
    return Robot.objects.create(url=server.url(vendor), created_at=moment("2020-01-01"), **fields)


def task(at: Government, due: str, *, post: Post | None = None) -> Task:
    return Task.objects.create(
        kind=Task.Kind.SIGN,
        pledge=PledgeFactory(programme=at.programme, title=TITLE),
        post=post or at.coordinator,
        due_date=due,
        opened_at=moment("2020-09-01"),
    )


def run(when: datetime.datetime = MORNING) -> None:
    reminders.claim(at=when)
    reminders.send_due(at=when)


@pytest.mark.parametrize("vendor", ["wecom", "dingtalk", "feishu"])
def test_a_group_is_told_its_unit_s_counts_once_a_working_day(at, server, vendor):
    robot(at, server, vendor)
    task(at, "2020-10-12"), task(at, "2020-10-16", post=at.head), task(at, "2020-10-22"), task(at, "2020-10-23")
    task(at, "2020-10-12", post=at.water_coordinator)
    run(), run(), run(MORNING + 60 * MINUTE)
    assert server.texts() == ["任务提醒:1 项逾期,2 项将到期\n查看待办:\nhttps://pledges.example.invalid/desk/"]
    run(moment("2020-10-17"))  # a Saturday
    assert len(server.taken) == 1


def test_no_title_number_or_name_leaves_the_house(at, server):
    robot(at, server)
    late = task(at, "2020-10-12")
    run()
    (text,) = server.texts()
    secrets = (TITLE, "355", late.pledge.number, late.get_kind_display(), at.housing.name, at.coordinator.holder.name)
    assert not [secret for secret in secrets if secret in text]


def test_it_says_what_is_wanted_in_its_language(at, server):
    robot(at, server, wants_coming=False)
    robot(at, server, "feishu", wants_overdue=False, language="en")
    task(at, "2020-10-12"), task(at, "2020-10-16")
    run()
    chinese, english = sorted(server.texts(), key=lambda text: "任务提醒" not in text)
    assert chinese.startswith("任务提醒:1 项逾期\n")
    assert "2020" not in english


def test_nothing_to_say_is_not_said(at, server):
    robot(at, server), robot(at, server, is_active=False)
    task(at, "2020-12-01")
    task(at, "2020-10-12", post=at.water_coordinator)
    run()
    assert server.knocks == 0
    assert not Delivery.objects.filter(robot__isnull=False).exists()


def test_midnight_does_not_run_ahead_of_the_day_s_claim(at, server):
    robot(at, server)
    task(at, "2020-10-12")
    reminders.send_due(at=MORNING)
    assert server.knocks == 0


def test_an_urge_is_told_at_once_in_the_unit_s_group(at, server):
    robot(at, server)
    robot(at, server, "dingtalk", wants_at_once=False)
    robot(at, server, unit=at.water)
    now = moment("2020-10-17")
    for _ in range(2):
        perform("urge", pledge_in("in_progress", at), at.supervisor, at=now, words="请尽快报送")
    server.now = now.timestamp()
    reminders.send_due(at=now), reminders.send_due(at=now + MINUTE)
    assert [text.splitlines()[0] for text in server.texts()] == ["即时提醒:2 项催办待回应"]
    assert len(mail.outbox) == 1


def test_a_new_robot_is_not_told_of_what_was_before_it(at, server):
    now = moment("2020-10-13")
    perform("urge", pledge_in("in_progress", at), at.supervisor, at=now, words="请尽快报送")
    robot(at, server)
    Robot.objects.update(created_at=now + MINUTE)
    reminders.send_due(at=now + 2 * MINUTE)
    assert server.knocks == 0


# Failing


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ("500", "NotTaken: HTTP 500"),
        ("refuse", "NotTaken: errcode 45009: api freq out of limit"),
        ("redirect", "Refused: a redirect (HTTP 307)"),
    ],
)
def test_a_message_that_is_not_taken_is_tried_again_later_and_later_then_left(at, server, behaviour, error):
    robot(at, server)
    task(at, "2020-10-12")
    server.behaviour = behaviour
    run()
    tried = [0]
    for minute in range(1, 700):
        reminders.send_due(at=MORNING + minute * MINUTE) if minute in (1, 5, 34, 35, 155, 635, 699) else None
        if server.knocks > len(tried):
            tried.append(minute)
    assert tried == [0, 5, 35, 155, 635]
    failed = Delivery.objects.get(robot__isnull=False)
    assert (failed.attempts, failed.error, failed.sent_at) == (5, error, None)


def test_an_address_of_the_house_is_refused_and_on_record(at, server, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    robot(at, server)
    task(at, "2020-10-12")
    run()
    assert server.knocks == 0
    assert Delivery.objects.get(robot__isnull=False).error == "Refused: not a public address"


def test_a_group_that_hangs_holds_up_neither_the_mails_nor_the_others_for_long(at, server, monkeypatch):
    monkeypatch.setattr("workflow.webhooks.READ_SECONDS", 0.2)
    robot(at, server), robot(at, server), robot(at, server)
    task(at, "2020-10-12")
    server.behaviour = "hang"
    run()
    assert server.knocks == 1  # one try a sweep at a server that says nothing
    assert len(mail.outbox) == 2
    assert sorted(Delivery.objects.filter(channel="robot").values_list("attempts", flat=True)) == [0, 0, 1]


def failed(at: Government, server: RobotServer) -> Delivery:
    made = robot(at, server)
    task(at, "2020-10-12")
    return Delivery.objects.create(
        robot=made, day="2020-10-13", channel="robot", key="k", attempts=5, next_at=MORNING, error="NotTaken: HTTP 500"
    )


def test_sending_again_gives_all_tries_anew_and_is_on_record(at, server):
    delivery = failed(at, server)
    admin = actor(at.system_admin)
    assert deliveries.counts(admin) == {"waiting": 0, "sent": 0, "failed": 1}
    assert reminders.send_due(at=MORNING) == 0
    deliveries.send_again(delivery.pk, actor=admin, at=MORNING)
    assert deliveries.counts(admin) == {"waiting": 1, "sent": 0, "failed": 0}
    assert reminders.send_due(at=MORNING) == 1
    assert deliveries.counts(admin) == {"waiting": 0, "sent": 1, "failed": 0}
    payload = EventPayload.objects.get(event__action="resend_delivery")
    assert payload.text == f'{{"channel":"robot","delivery":{delivery.pk}}}'
    with pytest.raises(WrongState):
        deliveries.send_again(delivery.pk, actor=admin, at=MORNING)


def test_only_the_system_administrator_of_the_government_sends_again(at, server):
    delivery = failed(at, server)
    for post in (at.director, at.auditor, at.coordinator):
        with pytest.raises(Forbidden):
            deliveries.send_again(delivery.pk, actor=actor(post), at=MORNING)
    with pytest.raises(Invisible):
        deliveries.send_again(delivery.pk, actor=actor(government().system_admin), at=MORNING)
    assert Delivery.objects.get().attempts == 5


def test_what_was_overtaken_by_a_later_day_is_not_said(at, server):
    delivery = failed(at, server)
    Delivery.objects.create(
        robot=delivery.robot, day="2020-10-14", channel="robot", key="later", sent_at=MORNING, next_at=MORNING
    )
    deliveries.send_again(delivery.pk, actor=actor(at.system_admin), at=MORNING)
    assert reminders.send_due(at=MORNING) == 0
    assert Delivery.objects.get(pk=delivery.pk).dropped_at == MORNING


def test_claiming_asks_the_same_questions_for_1_robot_and_for_20(at, server):
    task(at, "2020-10-12")

    def asked(on: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            reminders.claim(at=moment(on))
        return len(queries)

    robot(at, server)
    few = asked("2020-10-13")
    for _ in range(19):
        robot(at, server)
    assert asked("2020-10-14") == few
    assert Delivery.objects.filter(day="2020-10-14").count() == 20


# Management


def given(at: Government, **more: Any) -> dict[str, Any]:
    return {
        "unit": at.housing, "name": "住建群", "kind": "dingtalk", "secret": SECRET, "language": "zh-hans",
        "url": "https://oapi.dingtalk.com/robot/send?access_token=t0ken", "wants_overdue": True, "wants_coming": True,
        "wants_at_once": False, "is_active": True, **more,
    }  # fmt: skip


def test_events_name_neither_address_nor_secret(at):
    admin = actor(at.system_admin)
    made = robot_edits.add(given(at), actor=admin, at=MORNING)
    robot_edits.change(made.pk, given(at, url="", secret="", wants_coming=False), actor=admin, at=MORNING)
    made.refresh_from_db()
    assert (made.secret, made.url[-5:], made.wants_coming) == (SECRET, "t0ken", False)
    texts = list(EventPayload.objects.filter(event__action__endswith="_robot").values_list("text", flat=True))
    assert len(texts) == 2
    assert not [text for text in texts if SECRET in text or "t0ken" in text]
    assert '"changed":["wants_coming"]' in texts[1]
    assert '"host":"oapi.dingtalk.com"' in texts[0]
    assert list(audit.verify()) == []


def test_another_address_does_not_keep_the_old_secret(at):
    admin = actor(at.system_admin)
    made = robot_edits.add(given(at), actor=admin, at=MORNING)
    robot_edits.change(made.pk, given(at, url="https://example.com/x", secret=""), actor=admin, at=MORNING)
    assert Robot.objects.get().secret == ""


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"unit": None}, "unit"),
        ({"name": " "}, "name"),
        ({"kind": "irc"}, "kind"),
        ({"language": "fr"}, "language"),
        ({"url": ""}, "url"),
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": "https://a:b@example.com/"}, "url"),
        ({"secret": "x" * 201}, "secret"),
    ],
)
def test_what_is_missing_is_said_at_its_field(at, more, field):
    with pytest.raises(BadInput) as refusal:
        robot_edits.add(given(at, **more), actor=actor(at.system_admin), at=MORNING)
    assert list(refusal.value.fields) == [field]
    assert not Robot.objects.exists()


def test_plain_http_is_for_allowed_networks(at, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    with pytest.raises(BadInput):
        robot_edits.add(given(at, url="http://example.com/"), actor=actor(at.system_admin), at=MORNING)


def test_a_name_is_taken_once_in_a_unit(at):
    robot_edits.add(given(at), actor=actor(at.system_admin), at=MORNING)
    with pytest.raises(BadInput):
        robot_edits.add(given(at), actor=actor(at.system_admin), at=MORNING)
    robot_edits.add(given(at, unit=at.water), actor=actor(at.system_admin), at=MORNING)


@pytest.mark.parametrize("who", ["director", "security_admin", "auditor", "coordinator", "leader"])
def test_nobody_else_manages_robots(at, server, who):
    made = robot(at, server)
    by = {"actor": actor(at.posts[who]), "at": MORNING}
    with pytest.raises(Forbidden):
        robot_edits.add(given(at), **by)
    with pytest.raises(Forbidden):
        robot_edits.change(made.pk, given(at), **by)
    with pytest.raises(Forbidden):
        robot_edits.test(made.pk, **by)
    assert server.knocks == 0


def test_another_government_s_robots_are_invisible(at, server):
    made, other = robot(at, server), actor(government().system_admin)
    with pytest.raises(Invisible):
        robot_edits.change(made.pk, given(at), actor=other, at=MORNING)
    with pytest.raises(Invisible):
        robot_edits.test(made.pk, actor=other, at=MORNING)


def test_a_test_message_says_how_it_went_and_is_on_record(at, server):
    made, admin = robot(at, server, "feishu"), actor(at.system_admin)
    assert robot_edits.test(made.pk, actor=admin, at=MORNING) == ""
    assert server.texts() == ["任务提醒:测试消息\n查看待办:\nhttps://pledges.example.invalid/desk/"]
    server.behaviour = "500"
    assert robot_edits.test(made.pk, actor=admin, at=MORNING) == "NotTaken: HTTP 500"
    texts = list(EventPayload.objects.filter(event__action="test_robot").values_list("text", flat=True))
    assert [text for text in texts if '"taken":false' in text] == texts[1:]
