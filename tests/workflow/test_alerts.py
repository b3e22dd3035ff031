"""What goes at once: urges, sheets and instructions, to whom, once, and in one message for many."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from pledges.models import Pledge, Post
from tests.factories import (
    Government,
    PledgeFactory,
    UserFactory,
    actor,
    government,
    make_deputy,
    moment,
    perform,
    pledge_in,
)
from workflow import alerts, hints, instructions, preferences, reminders
from workflow.models import Alert, Delivery, Digest, Task

NOW = moment("2020-03-02")
TITLE = "完成355个行政村的污水治理"


@pytest.fixture
def at(db: None, settings: Any) -> Government:
    settings.SITE_URL = "https://pledges.example.invalid"
    return government()


def urged(at: Government, count: int = 1) -> list[Pledge]:
    return [
        perform("urge", pledge_in("in_progress", at, title=TITLE), at.supervisor, at=NOW, words="请尽快报送")
        for _ in range(count)
    ]


def told() -> list[tuple[str, str]]:
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def test_an_urge_goes_to_the_head_at_once_with_counts_and_a_link_alone(at):
    (pledge,) = urged(at)
    alert = Alert.objects.get()
    assert (alert.recipient, alert.task.kind, alert.created_at) == (at.head.holder, "answer_urge", NOW)
    assert reminders.send_due(at=NOW) == 1
    assert told() == [(at.head.holder.email, "即时提醒:1 项催办待回应")]
    (letter,) = mail.outbox
    assert "- 1 项催办待回应\n" in letter.body
    assert "https://pledges.example.invalid/desk/" in letter.body
    everything = str(letter.message()) + letter.body + letter.alternatives[0].content
    assert not [word for word in (TITLE, "355", pledge.number, "请尽快报送", at.housing.name) if word in everything]


def test_it_goes_on_a_day_off_too(at):
    pledge = pledge_in("in_progress", at)
    saturday = moment("2020-03-07")
    perform("urge", pledge, at.supervisor, at=saturday, words="请尽快报送")
    assert reminders.send_due(at=saturday) == 1


def test_twenty_urges_are_one_message(at):
    urged(at, 3)
    assert reminders.send_due(at=NOW) == 1
    assert told() == [(at.head.holder.email, "即时提醒:3 项催办待回应")]
    assert Delivery.objects.get().key == f"alert:{Alert.objects.order_by('pk')[0].pk}:email"
    assert reminders.send_due(at=NOW + datetime.timedelta(minutes=1)) == 0


def test_an_instruction_to_act_goes_at_once_and_one_to_read_does_not(at):
    pledge = pledge_in("in_progress", at)
    given = {"words": "请抓紧", "given_date": "2020-03-02", "kind": "note"}
    instructions.give("pledge", pledge.pk, actor=actor(at.leader), payload=given, at=NOW)
    assert not Alert.objects.exists()
    given |= {"kind": "action", "post": str(at.coordinator.pk), "due_date": "2020-03-20"}
    instructions.give("pledge", pledge.pk, actor=actor(at.leader), payload=given, at=NOW)
    assert reminders.send_due(at=NOW) == 1
    assert told() == [(at.coordinator.holder.email, "即时提醒:1 件批示待办理")]


def test_an_issued_sheet_goes_at_once(at):
    from workflow.models import Sheet

    sheet = Sheet.objects.create(
        programme=at.programme, unit=at.housing, colour="yellow", status="issued", number="督〔2020〕1号",
        issued_date="2020-03-02", due_date="2020-03-09", proposed_at=NOW,
    )  # fmt: skip
    Task.objects.create(kind="answer_sheet", sheet=sheet, post=at.head, due_date="2020-03-09", opened_at=NOW)
    assert reminders.send_due(at=NOW) == 1
    assert told() == [(at.head.holder.email, "即时提醒:1 份督办单待回复")]


def test_a_deputy_is_told_beside_the_holder(at):
    make_deputy(at.head, UserFactory(name="代办人", email="deputy@example.invalid"), "2020-03-01", "2020-03-10")
    urged(at)
    assert reminders.send_due(at=NOW) == 2
    assert "deputy@example.invalid" in dict(told())


def test_it_speaks_its_recipient_s_language(at):
    at.head.holder.language = "en"
    at.head.holder.save()
    urged(at)
    reminders.send_due(at=NOW)
    assert '<html lang="en">' in mail.outbox[0].alternatives[0].content


def test_what_was_answered_before_it_went_is_not_sent(at):
    (pledge,) = urged(at)
    perform("answer_urge", pledge, at.head, at=NOW, words="本周补齐")
    assert reminders.send_due(at=NOW) == 0
    assert not Delivery.objects.exists()


def test_what_was_answered_while_it_waited_is_dropped(at):
    (pledge,) = urged(at)
    alerts.sweep(at=NOW)
    perform("answer_urge", pledge, at.head, at=NOW, words="本周补齐")
    assert reminders.send_due(at=NOW) == 0
    assert Delivery.objects.get().dropped_at == NOW


def test_the_sweep_finds_a_task_that_nobody_was_told_of(at):
    urged(at)
    Alert.objects.all().delete()
    Post.objects.filter(pk=at.head.pk).update(holder=None)
    assert reminders.send_due(at=NOW) == 0
    Post.objects.filter(pk=at.head.pk).update(holder=at.water_head.holder)
    assert reminders.send_due(at=NOW) == 1
    assert told() == [(at.water_head.holder.email, "即时提醒:1 项催办待回应")]


def test_a_successor_finds_it_on_the_desk_and_is_not_alarmed(at):
    urged(at)
    reminders.send_due(at=NOW)
    Post.objects.filter(pk=at.head.pk).update(holder=UserFactory())
    assert reminders.send_due(at=NOW) == 0


def test_what_is_older_than_a_week_is_left_to_the_ladder(at):
    urged(at)
    Alert.objects.all().delete()
    assert reminders.send_due(at=NOW + datetime.timedelta(days=8)) == 0
    assert not Alert.objects.exists()


def test_an_act_that_is_rolled_back_alerts_nobody(at):
    pledge = pledge_in("in_progress", at)

    @transaction.atomic
    def urge_and_fail() -> None:
        perform("urge", pledge, at.supervisor, at=NOW, words="请尽快报送")
        assert Alert.objects.exists()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        urge_and_fail()
    assert not Alert.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_transaction_hints_once(monkeypatch):
    published: list[int] = []
    monkeypatch.setattr(hints, "send_due", lambda: published.append(1))
    at = government()
    pledges = [pledge_in("in_progress", at) for _ in range(3)]
    assert published == []
    with transaction.atomic():
        for pledge in pledges:
            perform("urge", pledge, at.supervisor, at=NOW)
    assert published == [1]


def test_unread_counts_digests_and_what_is_still_to_be_done(at):
    first, _second = urged(at, 2)
    head = actor(at.head)
    assert reminders.unread(head) == 2
    Digest.objects.create(recipient=at.head.holder, day="2020-03-02", created_at=NOW)
    perform("answer_urge", first, at.head, at=NOW, words="本周补齐")
    assert reminders.unread(head) == 2
    reminders.mark_read(actor=head, at=NOW)
    assert reminders.unread(head) == 0
    assert reminders.unread(actor(at.coordinator)) == 0


def test_the_sweep_asks_the_same_questions_for_3_alerts_and_for_30(at):
    def asked(count: int) -> int:
        pledges = Pledge.objects.bulk_create(
            Pledge(programme=at.programme, number=f"x-{Pledge.objects.count() + n}", title="修路", form="milestone")
            for n in range(count)
        )
        Task.objects.bulk_create(
            Task(kind="answer_urge", pledge=pledge, post=at.head, due_date="2020-03-09", opened_at=NOW)
            for pledge in pledges
        )
        with CaptureQueriesContext(connection) as queries:
            assert alerts.sweep(at=NOW) == 1
        return len(queries)

    assert asked(3) == asked(30)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once():
    at = government()
    for _ in range(20):
        pledge = PledgeFactory(programme=at.programme)
        Task.objects.create(kind="answer_urge", pledge=pledge, post=at.head, due_date="2020-03-09", opened_at=NOW)
    Alert.objects.all().delete()
    together = Barrier(2)

    def one(_: int) -> int:
        try:
            together.wait()
            return reminders.send_due(at=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, range(2))) == 1
    assert Alert.objects.count() == 20
    assert len(mail.outbox) == 1


# Preferences


@pytest.mark.parametrize(
    ("wanted", "subject"),
    [
        (["coming", "overdue", "copies", "at_once"], "任务提醒:1 项逾期,1 项将到期"),
        (["coming"], "任务提醒:1 项将到期"),
        (["overdue"], "任务提醒:1 项逾期"),
        (["copies", "at_once"], None),
        ([], None),
    ],
)
def test_a_mail_says_what_its_reader_wants_and_the_inbox_everything(at, wanted, subject):
    for due in ("2020-10-12", "2020-10-16"):
        Task.objects.create(
            kind="sign",
            pledge=PledgeFactory(programme=at.programme),
            post=at.coordinator,
            due_date=due,
            opened_at=moment("2020-09-01"),
        )
    preferences.choose(at.coordinator.holder, wanted)
    morning = moment("2020-10-13")
    reminders.claim(at=morning)
    reminders.send_due(at=morning)
    assert dict(told()).get(at.coordinator.holder.email) == subject
    assert Digest.objects.get(recipient=at.coordinator.holder).reminders.count() == 2


def test_a_head_may_do_without_copies(at):
    Task.objects.create(
        kind="sign",
        pledge=PledgeFactory(programme=at.programme),
        post=at.coordinator,
        due_date="2020-10-12",
        opened_at=moment("2020-09-01"),
    )
    preferences.choose(at.head.holder, ["overdue"])
    morning = moment("2020-10-13")
    reminders.claim(at=morning)
    reminders.send_due(at=morning)
    assert [address for address, _ in told()] == [at.coordinator.holder.email]


def test_who_does_without_at_once_has_it_in_the_inbox(at):
    preferences.choose(at.head.holder, ["coming", "overdue", "copies"])
    urged(at)
    assert reminders.send_due(at=NOW) == 0
    assert Alert.objects.get().recipient == at.head.holder


def test_a_choice_made_while_the_mail_waits_holds(at):
    urged(at)
    alerts.sweep(at=NOW)
    preferences.choose(at.head.holder, [])
    assert reminders.send_due(at=NOW) == 0
    assert Delivery.objects.get().dropped_at == NOW
    preferences.choose(at.head.holder, ["at_once", "nonsense"])
    assert preferences.silenced(at.head.holder) == {"coming", "overdue", "copies"}
