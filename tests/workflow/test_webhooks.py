"""Robots' messages over a real socket: each vendor's signature and answers, and where we do not post."""

import datetime
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import moment
from tests.support.robot_server import SECRET, RobotServer
from workflow import channels, robots, webhooks
from workflow.models import Robot

AT = moment("2020-10-13")
VENDORS = ("wecom", "dingtalk", "feishu")


@pytest.fixture
def server() -> Iterator[RobotServer]:
    with RobotServer(now=AT.timestamp()) as running:
        yield running


@pytest.fixture(autouse=True)
def _networks(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def call(server: RobotServer, vendor: str, *, secret: str = SECRET, at: datetime.datetime = AT) -> None:
    robot = Robot(kind=vendor, url=server.url(vendor), secret=secret, name="群")
    channels.call(channels.Call(key="robot:1:2020-10-13", robot=robot, text="任务提醒:2 项逾期", at=at))


# What is posted


def test_dingtalk_s_signature_is_that_of_its_description():
    url, body = robots.request(
        "dingtalk", url="https://oapi.dingtalk.com/robot/send?access_token=x", secret=SECRET, text="好", at=AT
    )
    stamp = str(int(AT.timestamp() * 1000))
    signed = robots.dingtalk_sign(stamp, SECRET)
    quoted = signed.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert url == f"https://oapi.dingtalk.com/robot/send?access_token=x&timestamp={stamp}&sign={quoted}"
    assert json.loads(body) == {"msgtype": "text", "text": {"content": "好"}}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (robots.dingtalk_sign("1602561600000", "SECc0ffee"), "DCac/AZtzT4XPk7rPEbOAqazG932h0EL6JAH2S9ksek="),
        (robots.feishu_sign("1602561600", "SECc0ffee"), "/ns4L0o3+QgQwWJ7OOVDHCeO3S56BiyO/nenqB3U5Os="),
    ],
)
def test_signatures_are_those_that_openssl_makes(made, expected):
    assert made == expected


def test_feishu_signs_in_the_body_and_wecom_signs_nothing():
    url, body = robots.request("feishu", url="https://open.feishu.cn/x", secret=SECRET, text="好", at=AT)
    stamp = str(int(AT.timestamp()))
    assert url == "https://open.feishu.cn/x"
    assert json.loads(body) == {
        "timestamp": stamp,
        "sign": robots.feishu_sign(stamp, SECRET),
        "msg_type": "text",
        "content": {"text": "好"},
    }
    url, body = robots.request("wecom", url="https://qyapi.weixin.qq.com/x?key=1", secret="", text="好", at=AT)
    assert (url, json.loads(body)) == (
        "https://qyapi.weixin.qq.com/x?key=1",
        {"msgtype": "text", "text": {"content": "好"}},
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_vendor_takes_what_we_post(server, vendor):
    call(server, vendor)
    assert server.texts() == ["任务提醒:2 项逾期"]
    assert server.keys == ["robot:1:2020-10-13"]


@pytest.mark.parametrize("vendor", ["dingtalk", "feishu"])
def test_a_wrong_secret_and_an_old_stamp_are_refused_and_understood(server, vendor):
    number = {"dingtalk": "310000", "feishu": "19021"}[vendor]
    with pytest.raises(channels.NotTaken, match=number):
        call(server, vendor, secret="another")
    with pytest.raises(channels.NotTaken, match=number):
        call(server, vendor, at=AT - datetime.timedelta(hours=2))
    assert not server.taken


# What is answered


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_refusal_with_status_200_is_a_failure(server, vendor):
    server.behaviour = "refuse"
    with pytest.raises(channels.NotTaken, match=r"45009|11232"):
        call(server, vendor)


def test_an_answer_of_500_is_a_failure(server):
    server.behaviour = "500"
    with pytest.raises(channels.NotTaken, match="HTTP 500"):
        call(server, "wecom")


@pytest.mark.parametrize(
    ("kind", "answer", "fault"),
    [
        ("wecom", b'{"errcode":0,"errmsg":"ok"}', ""),
        ("feishu", b'{"code":0,"msg":"success"}', ""),
        ("feishu", b'{"StatusCode":0,"StatusMessage":"success"}', ""),
        ("feishu", b'{"code":19024,"msg":"Key Words Not Found"}', "code 19024: Key Words Not Found"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"no keyword"}', "errcode 310000: no keyword"),
        ("wecom", b"<html>", "the answer is no JSON"),
        ("wecom", b"[0]", "the answer is no JSON object"),
        ("wecom", b"{}", "the answer has no errcode"),
        ("wecom", b'{"errcode":false}', "errcode False: "),
        ("dingtalk", b'{"errcode":"0"}', "errcode 0: "),
    ],
)  # fmt: skip
def test_answers(kind, answer, fault):
    assert robots.fault(kind, 200, answer) == fault


def test_a_server_that_hangs_is_left(server, monkeypatch):
    monkeypatch.setattr(webhooks, "READ_SECONDS", 0.3)
    server.behaviour = "hang"
    began = time.monotonic()
    with pytest.raises(channels.Unreachable):
        call(server, "wecom")
    assert time.monotonic() - began < 5


def test_a_server_that_answers_byte_by_byte_is_left(server, monkeypatch):
    monkeypatch.setattr(webhooks, "TOTAL_SECONDS", 0.5)
    server.behaviour = "slow"
    began = time.monotonic()
    with pytest.raises(channels.Unreachable):
        call(server, "wecom")
    assert time.monotonic() - began < 5


def test_an_endless_answer_is_refused(server):
    server.behaviour = "endless"
    with pytest.raises(webhooks.Refused, match="endless"):
        call(server, "wecom")


# Where we do not post


def test_a_redirect_is_refused_and_not_followed(server, monkeypatch):
    server.behaviour = "redirect"
    asked = []
    real = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: asked.append(args) or real(*args, **more))
    with pytest.raises(webhooks.Refused, match="redirect"):
        call(server, "wecom")
    assert [address for (address, *_) in asked] == [("127.0.0.1", server.port)]


def test_an_address_of_the_house_is_refused_before_anything_is_sent(server, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    with pytest.raises(webhooks.Refused, match="not a public address"):
        call(server, "wecom")
    assert server.knocks == 0


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]", "[2002:a00:1::1]", "2130706434", "0x7f.2", "localhost",
    ],
)  # fmt: skip
def test_no_address_that_is_not_public_is_posted_to(host, settings, monkeypatch):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: pytest.fail("connected"))
    with pytest.raises((webhooks.Refused, webhooks.Away)):
        webhooks.post(f"https://{host}/", b"{}", key="k")


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name have these addresses; what is connected to is noted."""
    connected: list[str] = []

    def connect(address: tuple[str, int], **more: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("refused")

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def test_a_name_with_one_private_address_is_refused(monkeypatch):
    connected = names(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(webhooks.Refused):
        webhooks.post("https://robot.example/", b"{}", key="k")
    assert connected == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    connected = names(monkeypatch, "8.8.8.8")
    with pytest.raises(webhooks.Away):
        webhooks.post("https://robot.example/", b"{}", key="k")
    assert connected == ["8.8.8.8"]  # not the name, which could lead elsewhere by now


def test_plain_http_goes_to_allowed_networks_alone(monkeypatch):
    connected = names(monkeypatch, "8.8.8.8")
    with pytest.raises(webhooks.Refused, match="only https"):
        webhooks.post("http://robot.example/", b"{}", key="k")
    assert connected == []


@pytest.mark.parametrize(
    "url", ["", "ftp://example.com/", "https://", "https://a:b@example.com/", "https://exa mple.com/", "file:///etc/x",
            "https://example.com:99999/", "https://example.com/\r\nX: y", "https://例子.中国/"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url):
    assert webhooks.fault_of(url)
    with pytest.raises(webhooks.Refused):
        webhooks.post(url, b"{}", key="k")


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(server):
    """The server speaks no TLS at all: the handshake fails before anything is said."""
    with pytest.raises(webhooks.Away):
        webhooks.post(server.url("wecom").replace("http:", "https:"), b"{}", key="k")
    assert server.knocks == 0


def test_an_error_names_neither_key_nor_secret(server):
    server.behaviour = "refuse"
    with pytest.raises(channels.NotTaken) as refusal:
        call(server, "dingtalk")
    assert not [word for word in (SECRET, "693a91f6", "access_token") if word in str(refusal.value)]
