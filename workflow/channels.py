"""The ways out of the product. What leaves it carries counts and a link, never content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from types import MappingProxyType

from django.conf import settings
from django.core import mail

from workflow.models import Delivery


class Unreachable(Exception):
    """The channel itself is away, whatever the message is."""


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


SEND: Mapping[str, Callable[[Message], None]] = MappingProxyType({Delivery.Channel.EMAIL: email})
