"""Messages over real TLS, to local servers: who is trusted, what a refused certificate leaves behind, what is said."""

import datetime
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from environ import Env

from tests.factories import Government, PledgeFactory, government, moment
from tests.support.certificates import PAST, Authority, presenting
from tests.support.mail_server import MailServer
from tests.support.robot_server import KEY, SECRET, RobotServer
from workflow import reminders, webhooks
from workflow.models import Delivery, Robot, Task

HOST = "house.example"
MORNING = moment("2020-10-13")  # a Tuesday
LATER = MORNING + datetime.timedelta(minutes=5)  # when the second try is due
PASSWORD = "corr3ct-horse"

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(settings: Any) -> Government:
    settings.SITE_URL = "https://pledges.example.invalid"
    settings.DEFAULT_FROM_EMAIL = "督查室 <pledges@example.invalid>"
    return government()


@pytest.fixture(autouse=True)
def resolved(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """`HOST` is this machine, and may be posted to."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    real = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host == HOST else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority that this process trusts, as an operator names the house's own."""
    authority = Authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.fixture
def good(trusted: Authority) -> Path:
    return trusted.issue(HOST)


Bad = Callable[[Authority, Path], Path]
# What is wrong with a certificate, and how the failure names it.
BAD: dict[str, tuple[Bad, str]] = {
    "nobody trusted vouches for it": (lambda _trusted, folder: Authority(folder, "stranger").issue(HOST), "unable to"),
    "it has expired": (lambda trusted, _folder: trusted.issue(HOST, until=PAST), "certificate has expired"),
    "it is another host's": (lambda trusted, _folder: trusted.issue("other.example"), "Hostname mismatch"),
    "it is only the address's": (lambda trusted, _folder: trusted.issue("127.0.0.1"), "Hostname mismatch"),
}


@pytest.fixture(params=BAD)
def bad(request: Any, trusted: Authority, tmp_path: Path) -> tuple[Path, str]:
    make, words = BAD[request.param]
    return make(trusted, tmp_path), words


def task(at: Government) -> Task:
    return Task.objects.create(
        kind=Task.Kind.SIGN, pledge=PledgeFactory(programme=at.programme), post=at.coordinator, due_date="2020-10-12",
        opened_at=moment("2020-09-01"),
    )  # fmt: skip


def run(when: datetime.datetime = MORNING) -> None:
    reminders.claim(at=when)
    reminders.send_due(at=when)


def failed_once(channel: str, words: str) -> Delivery:
    """The one message on the channel: not sent, its fault on record, to be tried again later."""
    delivery = Delivery.objects.get(channel=channel)
    assert (delivery.sent_at, delivery.attempts, delivery.next_at) == (None, 1, LATER)
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.error
    assert words in delivery.error
    assert not [secret for secret in (KEY, SECRET, PASSWORD) if secret in delivery.error]
    return delivery


# Robots


@pytest.fixture
def robots(good: Path) -> Iterator[RobotServer]:
    with RobotServer(now=MORNING.timestamp(), tls=presenting(good), host=HOST) as running:
        yield running


def robot(at: Government, server: RobotServer, vendor: str) -> Robot:
    fields = {"unit": at.housing, "name": "群", "kind": vendor, "secret": SECRET, "created_at": moment("2020-01-01")}
    return Robot.objects.create(url=server.url(vendor), **fields)


@pytest.mark.parametrize("vendor", ["wecom", "dingtalk", "feishu"])
def test_a_robot_is_told_over_tls_with_the_vendors_signature(vendor: str, at: Government, robots: RobotServer) -> None:
    made = robot(at, robots, vendor)
    task(at)
    run()
    assert robots.texts() == ["任务提醒:1 项逾期\n查看待办:\nhttps://pledges.example.invalid/desk/"]
    assert robots.keys == [f"robot:{made.pk}:2020-10-13"]
    assert robots.hosts == [f"{HOST}:{robots.port}"]  # the name, though the connection went to the address
    assert Delivery.objects.get(channel="robot").sent_at == MORNING


def test_a_robot_whose_certificate_is_refused_is_told_nothing_and_tried_again(
    at: Government, robots: RobotServer, good: Path, bad: tuple[Path, str]
) -> None:
    certificate, words = bad
    assert robots.tls is not None
    robots.tls.load_cert_chain(certificate)
    robot(at, robots, "dingtalk")
    task(at)
    run()
    failed_once("robot", words)
    assert (robots.knocks, robots.taken) == (0, [])
    run(LATER - datetime.timedelta(seconds=1))
    assert Delivery.objects.get(channel="robot").attempts == 1
    robots.tls.load_cert_chain(good)
    robots.now = LATER.timestamp()
    run(LATER)
    assert len(robots.taken) == 1
    sent = Delivery.objects.get(channel="robot")
    assert (sent.sent_at, sent.attempts, sent.error) == (LATER, 2, "")


def test_an_address_without_a_name_is_held_against_the_certificate_too(trusted: Authority) -> None:
    with RobotServer(tls=presenting(trusted.issue("127.0.0.1"))) as server:
        assert webhooks.post(server.url("wecom"), b'{"msgtype":"text","text":{"content":"x"}}', key="k")[0] == 200
    with RobotServer(tls=presenting(trusted.issue("127.0.0.2"))) as server:
        with pytest.raises(webhooks.Away, match="IP address mismatch"):
            webhooks.post(server.url("wecom"), b"{}", key="k")
        assert server.knocks == 0


def test_a_redirect_over_tls_is_refused_as_well(at: Government, robots: RobotServer) -> None:
    robots.behaviour = "redirect"
    robot(at, robots, "wecom")
    task(at)
    run()
    delivery = Delivery.objects.get(channel="robot")
    assert (delivery.sent_at, delivery.attempts) == (None, 1)
    assert "Refused: a redirect" in delivery.error


# Mail


@pytest.fixture(params=["smtp+tls", "smtp+ssl"])
def mails(request: Any, good: Path, settings: Any) -> Iterator[MailServer]:
    """A mail server for one scheme of EMAIL_URL, and the settings that the product reads from it."""
    with MailServer(tls=presenting(good), is_wrapped=request.param == "smtp+ssl") as running:
        use(settings, f"{request.param}://office:{PASSWORD}@{HOST}:{running.port}")
        yield running


def use(settings: Any, url: str) -> None:
    for name, value in Env.email_url_config(url).items():
        setattr(settings, name, value)


def test_a_mail_goes_out_over_tls_and_nothing_of_it_in_the_clear(at: Government, mails: MailServer) -> None:
    task(at)
    run()
    letter = next(one for one in mails.letters if one["To"] == at.coordinator.holder.email)
    assert letter["Subject"] == "任务提醒:1 项逾期"
    assert letter["X-Idempotency-Key"] == f"digest:{at.coordinator.holder.pk}:2020-10-13:email"
    assert "https://pledges.example.invalid/desk/" in letter.get_body(("plain",)).get_content()
    assert set(mails.logins) == {("office", PASSWORD)}
    assert set(mails.in_clear) <= {"EHLO", "STARTTLS"}
    assert set(Delivery.objects.values_list("sent_at", flat=True)) == {MORNING}


def test_a_mail_server_whose_certificate_is_refused_gets_neither_password_nor_mail(
    at: Government, mails: MailServer, good: Path, bad: tuple[Path, str]
) -> None:
    certificate, words = bad
    assert mails.tls is not None
    mails.tls.load_cert_chain(certificate)
    at.head.holder.email = ""
    at.head.holder.save()  # one letter is enough
    task(at)
    run()
    failed_once("email", words)
    assert (mails.letters, mails.logins) == ([], [])
    assert set(mails.in_clear) <= {"EHLO", "STARTTLS"}
    mails.tls.load_cert_chain(good)
    run(LATER)
    assert len(mails.letters) == 1
    assert Delivery.objects.get(channel="email").sent_at == LATER


def test_a_server_that_offers_no_tls_where_it_is_asked_for_gets_nothing(at: Government, settings: Any) -> None:
    with MailServer() as server:
        use(settings, f"smtp+tls://office:{PASSWORD}@{HOST}:{server.port}")
        task(at)
        run()
        assert (server.letters, server.logins) == ([], [])
        assert set(server.in_clear) <= {"EHLO", "QUIT"}
    assert set(Delivery.objects.values_list("sent_at", flat=True)) == {None}
    assert "STARTTLS extension not supported" in Delivery.objects.order_by("-attempts")[0].error
