"""What a digest says outside the product, and that it goes out once, whatever fails."""

import datetime
import smtplib
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections

from pledges.models import Post
from tests.factories import Government, PledgeFactory, government, make_deputy, moment
from workflow import notifications, reminders
from workflow.models import Delivery, Digest, Task

TITLE = "完成355个行政村的污水治理"
MORNING = moment("2020-10-13")  # a Tuesday, three working days before Friday the 16th
MINUTE = datetime.timedelta(minutes=1)


class Refusing(EmailBackend):
    """A mail server that is there and refuses some addresses."""

    refused: set[str] = set()

    def send_messages(self, messages: Iterable[Any]) -> int:
        if any(set(message.to) & self.refused for message in messages):
            raise smtplib.SMTPRecipientsRefused({"x@example.invalid": (550, b"no such user")})
        return super().send_messages(messages)


class Away(EmailBackend):
    """A mail server that is not there."""

    knocks = 0

    def open(self) -> bool:
        Away.knocks += 1
        raise ConnectionRefusedError("connection refused")


class Slow(EmailBackend):
    def send_messages(self, messages: Iterable[Any]) -> int:
        time.sleep(0.05)
        return super().send_messages(messages)


def backend(of: type[EmailBackend]) -> str:
    return f"{of.__module__}.{of.__qualname__}"


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.SITE_URL = "https://pledges.example.invalid"
    settings.DEFAULT_FROM_EMAIL = "督查室 <pledges@example.invalid>"
    Refusing.refused, Away.knocks = set(), 0


def task(at: Government, due: str = "2020-10-16", *, post: Post | None = None) -> Task:
    return Task.objects.create(
        kind=Task.Kind.SIGN,
        pledge=PledgeFactory(programme=at.programme, title=TITLE),
        post=post or at.coordinator,
        due_date=due,
        opened_at=moment("2020-09-01"),
    )


def run(when: datetime.datetime = MORNING) -> int:
    reminders.claim(at=when)
    return reminders.send_due(at=when)


def letter_to(post: Post) -> Any:
    (letter,) = [letter for letter in mail.outbox if letter.to == [post.holder.email]]
    return letter


# What it says


def test_a_mail_counts_what_is_due_and_links_to_the_desk(at):
    task(at, "2020-10-12"), task(at), task(at), task(at, "2020-10-21")
    assert run() == 2
    letter = letter_to(at.coordinator)
    assert letter.subject == "任务提醒:1 项逾期,3 项将到期"
    assert letter.body.split("\n\n") == [
        "2020年10月13日,您的待办:",
        "- 1 项已逾期\n- 2 项 3 个工作日内到期\n- 1 项 7 个工作日内到期",
        "查看待办:\nhttps://pledges.example.invalid/desk/",
        "本邮件由系统自动发送,只含数量和链接,请勿回复。\n",
    ]
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert '<html lang="zh-hans">' in html
    assert '<a href="https://pledges.example.invalid/desk/">' in html
    assert "<li>2 项 3 个工作日内到期</li>" in html


def test_a_head_s_copies_are_counted_apart(at):
    task(at, "2020-10-12"), task(at, "2020-10-12"), task(at, post=at.head)
    run()
    letter = letter_to(at.head)
    assert letter.subject == "任务提醒:1 项将到期,本单位 2 项逾期"
    assert "- 1 项 3 个工作日内到期\n- 抄送:本单位 2 项已逾期\n" in letter.body


def test_no_content_leaves_the_product(at):
    late = task(at, "2020-10-12")
    run()
    secrets = (TITLE, "355", late.pledge.number, late.get_kind_display(), at.housing.name, at.coordinator.holder.name)
    for letter in mail.outbox:
        text = str(letter.message()) + letter.body + letter.alternatives[0].content + letter.subject
        assert not [secret for secret in secrets if secret in text]


def test_a_mail_speaks_its_recipient_s_language(at):
    at.coordinator.holder.language = "en"
    at.coordinator.holder.save()
    task(at), task(at, post=at.supervisor)
    run()
    english, chinese = letter_to(at.coordinator), letter_to(at.supervisor)
    assert english.body.startswith("Your tasks on Oct. 13, 2020:")
    assert '<html lang="en">' in english.alternatives[0].content
    assert chinese.body.startswith("2020年10月13日")


def test_a_mail_carries_its_key_in_its_headers(at):
    task(at)
    run()
    key = f"digest:{at.coordinator.holder.pk}:2020-10-13:email"
    message = letter_to(at.coordinator).message()
    assert message["X-Idempotency-Key"] == key
    assert message["Message-ID"] == f"<{key.replace(':', '.')}@example.invalid>"
    assert Delivery.objects.get().key == key


def test_a_deputy_gets_a_mail_of_their_own(at):
    make_deputy(at.coordinator, at.water_coordinator.holder, "2020-10-13", "2020-10-13")
    task(at)
    assert run() == 2
    assert letter_to(at.water_coordinator).subject == letter_to(at.coordinator).subject == "任务提醒:1 项将到期"


def test_a_person_without_an_address_is_told_in_the_product_alone(at):
    at.coordinator.holder.email = ""
    at.coordinator.holder.save()
    task(at)
    assert run() == 0
    assert Digest.objects.get().recipient == at.coordinator.holder
    assert not mail.outbox


# Once


def test_what_was_sent_is_not_sent_again(at):
    task(at)
    assert run() == 1
    assert run() == 0
    assert reminders.send_due(at=MORNING + 600 * MINUTE) == 0
    sent = Delivery.objects.get()
    assert (sent.attempts, sent.sent_at, sent.error) == (1, MORNING, "")
    assert len(mail.outbox) == 1


def test_what_is_done_between_claim_and_sending_is_not_sent(at):
    done = task(at)
    reminders.claim(at=MORNING)
    Task.objects.filter(pk=done.pk).update(closed_at=MORNING)
    assert reminders.send_due(at=MORNING) == 0
    assert not Digest.objects.exists()


def test_what_is_done_while_the_mail_waits_is_not_sent(at, settings):
    done, left = task(at), task(at, post=at.supervisor)
    settings.EMAIL_BACKEND = backend(Refusing)
    Refusing.refused = {at.coordinator.holder.email, at.supervisor.holder.email}
    run()
    Refusing.refused = set()
    Task.objects.filter(pk=done.pk).update(closed_at=MORNING)
    assert reminders.send_due(at=MORNING + 5 * MINUTE) == 1
    assert mail.outbox[0].to == [left.post.holder.email]
    assert Delivery.objects.get(digest__recipient=done.post.holder).dropped_at == MORNING + 5 * MINUTE


def test_nobody_writes_to_an_account_that_was_closed_meanwhile(at):
    task(at)
    reminders.claim(at=MORNING)
    reminders.gather(at=MORNING)
    at.coordinator.holder.is_active = False
    at.coordinator.holder.save()
    assert notifications.deliver(at=MORNING) == 0
    assert Delivery.objects.get().dropped_at == MORNING


def test_a_kill_while_sending_leads_to_one_repeat_with_the_same_key(at, monkeypatch):
    task(at)
    handed_over = []

    def dies(message: Any) -> None:
        handed_over.append(message.key)
        raise SystemExit  # no Exception: nothing is recorded any more, as after kill -9

    monkeypatch.setattr(notifications.channels, "SEND", {"email": dies})
    with pytest.raises(SystemExit):
        run()
    monkeypatch.undo()
    assert Delivery.objects.get().sent_at is None
    assert reminders.send_due(at=MORNING + MINUTE) == 0  # it may still be on its way
    assert reminders.send_due(at=MORNING + 5 * MINUTE) == 1
    assert [letter.message()["X-Idempotency-Key"] for letter in mail.outbox] == handed_over
    assert reminders.send_due(at=MORNING + 600 * MINUTE) == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_once(settings):
    at = government()
    for post in (at.coordinator, at.supervisor, at.head, at.water_coordinator):
        task(at, post=post)
    settings.EMAIL_BACKEND = backend(Slow)
    reminders.claim(at=MORNING)
    together = Barrier(2)

    def one(_: int) -> int:
        try:
            together.wait()
            return reminders.send_due(at=MORNING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, range(2))) == 4
    assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox) == 4
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


# When it fails


def test_a_refused_mail_is_recorded_and_tried_again_later_and_later(at, settings):
    settings.EMAIL_BACKEND = backend(Refusing)
    Refusing.refused = {at.coordinator.holder.email}
    task(at)
    assert run() == 0
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.sent_at) == (1, None)
    assert delivery.error.startswith("SMTPRecipientsRefused: ")
    tried = [minute for minute in range(24 * 60) if _tries(MORNING + minute * MINUTE)]
    assert tried == [5, 35, 155, 635]  # the first try was at 0; rests of 5, 30, 120 and 480 minutes
    assert Delivery.objects.get().attempts == 5


def _tries(when: datetime.datetime) -> bool:
    before = Delivery.objects.get().attempts
    reminders.send_due(at=when)
    return Delivery.objects.get().attempts > before


def test_a_mail_that_goes_out_at_last_forgets_its_error(at, settings):
    settings.EMAIL_BACKEND = backend(Refusing)
    Refusing.refused = {at.coordinator.holder.email}
    task(at)
    run()
    Refusing.refused = set()
    assert reminders.send_due(at=MORNING + 5 * MINUTE) == 1
    sent = Delivery.objects.get()
    assert (sent.attempts, sent.sent_at, sent.error) == (2, MORNING + 5 * MINUTE, "")


def test_one_failure_does_not_stop_the_others(at, settings, caplog):
    settings.EMAIL_BACKEND = backend(Refusing)
    Refusing.refused = {at.coordinator.holder.email}
    task(at), task(at, post=at.supervisor), task(at, post=at.water_coordinator)
    assert run() == 2
    assert {letter.to[0] for letter in mail.outbox} == {
        at.supervisor.holder.email,
        at.water_coordinator.holder.email,
    }
    assert "no such user" in caplog.text


def test_a_fault_of_our_own_does_not_stop_the_others_either(at, monkeypatch, caplog):
    compose, city = notifications.compose, at

    def faulty(delivery: Delivery, *, at: datetime.datetime) -> Any:
        if delivery.person == city.coordinator.holder:
            raise ValueError("broken template")
        return compose(delivery, at=at)

    monkeypatch.setattr(notifications, "compose", faulty)
    task(at), task(at, post=at.supervisor)
    assert run() == 1
    assert "broken template" in caplog.text
    monkeypatch.undo()
    assert reminders.send_due(at=MORNING + 5 * MINUTE) == 1


def test_an_outage_uses_up_one_try_a_sweep_and_not_everyone_s(at, settings):
    settings.EMAIL_BACKEND = backend(Away)
    for post in (at.coordinator, at.supervisor, at.water_coordinator):
        task(at, post=post)
    assert run() == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert Delivery.objects.get(attempts=1).error == "Unreachable: ConnectionRefusedError: connection refused"
    reminders.send_due(at=MORNING + MINUTE)
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 1, 1]
    assert Away.knocks == 2
    settings.EMAIL_BACKEND = backend(Slow)
    assert reminders.send_due(at=MORNING + 6 * MINUTE) == 3


def test_a_sweep_stops_in_time_for_the_next(at, monkeypatch):
    monkeypatch.setattr(notifications, "SWEEP_SECONDS", -1)
    task(at)
    assert run() == 0
    assert Delivery.objects.get().attempts == 0
    monkeypatch.undo()
    assert reminders.send_due(at=MORNING + MINUTE) == 1
