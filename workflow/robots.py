"""The group robots of WeCom, DingTalk and Feishu: what is posted to them, how it is signed, what they answer.

Pure: no network, no database. The shapes are those of each vendor's documentation for custom group robots.
"""

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from workflow.models import Robot

Kind = Robot.Kind
LONGEST_ERROR = 200
# What each calls the number of its answer, 0 being success, and the words beside it. Feishu's older answers to a
# success have ``StatusCode`` alone.
ANSWERS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        Kind.WECOM: (("errcode",), "errmsg"),
        Kind.DINGTALK: (("errcode",), "errmsg"),
        Kind.FEISHU: (("code", "StatusCode"), "msg"),
    }
)


def request(kind: str, *, url: str, secret: str, text: str, at: datetime.datetime) -> tuple[str, bytes]:
    """The address to post to and the JSON to post. Without a secret nothing is signed; WeCom's key is its address."""
    body: dict[str, Any]
    if kind == Kind.FEISHU:
        body = {"msg_type": "text", "content": {"text": text}}
        if secret:
            seconds = str(int(at.timestamp()))
            body = {"timestamp": seconds, "sign": feishu_sign(seconds, secret), **body}
    else:
        body = {"msgtype": "text", "text": {"content": text}}
        if kind == Kind.DINGTALK and secret:
            milliseconds = str(int(at.timestamp() * 1000))
            url = _with(url, timestamp=milliseconds, sign=dingtalk_sign(milliseconds, secret))
    return url, json.dumps(body, ensure_ascii=False).encode()


def dingtalk_sign(timestamp: str, secret: str) -> str:
    """HMAC-SHA256 of "timestamp, line feed, secret" under the secret. ``timestamp`` in milliseconds."""
    return _base64(hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256))


def feishu_sign(timestamp: str, secret: str) -> str:
    """HMAC-SHA256 of nothing under "timestamp, line feed, secret". ``timestamp`` in seconds."""
    return _base64(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256))


def fault(kind: str, status: int, answer: bytes) -> str:
    """Why a robot did not take a message, empty if it did: they refuse with status 200 and a number."""
    if status != 200:
        return f"HTTP {status}"
    try:
        told = json.loads(answer)
    except ValueError:
        return "the answer is no JSON"
    if not isinstance(told, dict):
        return "the answer is no JSON object"
    numbers, words = ANSWERS[kind]
    number = next((told[name] for name in numbers if name in told), None)
    if number == 0 and number is not False:
        return ""
    if number is None:
        return f"the answer has no {numbers[0]}"
    return f"{numbers[0]} {number}: {told.get(words, '')}"[:LONGEST_ERROR]


def _with(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in more]
    return urlunsplit(parts._replace(query=urlencode([*query, *more.items()])))


def _base64(made: "hmac.HMAC") -> str:
    return base64.b64encode(made.digest()).decode()
