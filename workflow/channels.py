"""The ways out of the product. What leaves it carries counts and a link, never content."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core import mail

from workflow import robots, webhooks
from workflow.models import Delivery, Robot


class Unreachable(Exception):
    """The channel itself is away, whatever the message is."""


class NotTaken(Exception):
    """The robot's server answered, and refused the message."""


@dataclass(frozen=True)
class Message:
    """What is said to one person. ``key`` is the same at every try, so that whoever gets it twice can tell."""

    key: str
    address: str
    subject: str
    text: str
    html: str


def email(message: Message) -> None:
    """Hand a message to the mail server. Raises Unreachable without one, or what the server answers to this one."""
    connection = mail.get_connection()
    try:
        connection.open()
    except Exception as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    try:
        _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
        letter = mail.EmailMultiAlternatives(
            subject=message.subject,
            body=message.text,
            to=[message.address],
            headers={
                "Message-ID": f"<{message.key.replace(':', '.')}@{sender.rpartition('@')[2]}>",
                "X-Idempotency-Key": message.key,
                "Auto-Submitted": "auto-generated",
            },
            connection=connection,
        )
        letter.attach_alternative(message.html, "text/html")
        letter.send()
    finally:
        connection.close()


@dataclass(frozen=True)
class Call:
    """What is said in one group, by its robot. ``at`` is the moment that is signed."""

    key: str
    robot: Robot
    text: str
    at: datetime.datetime


def call(message: Call) -> None:
    """Hand a message to a group's robot. Raises Unreachable without an answer, `webhooks.Refused` where we do not post,
    NotTaken with what the vendor says."""
    robot = message.robot
    url, body = robots.request(robot.kind, url=robot.url, secret=robot.secret, text=message.text, at=message.at)
    try:
        status, answer = webhooks.post(url, body, key=message.key)
    except webhooks.Away as error:
        raise Unreachable(str(error)) from error
    fault = robots.fault(robot.kind, status, answer)
    if fault:
        raise NotTaken(fault)


def route(delivery: Delivery) -> str:
    """What must be there for a message to get through: where it is away, others of the same route wait too."""
    return delivery.to_robot.host if delivery.to_robot is not None else Delivery.Channel.EMAIL


SEND: Mapping[str, Callable[[Any], None]] = MappingProxyType(
    {Delivery.Channel.EMAIL: email, Delivery.Channel.ROBOT: call}
)
