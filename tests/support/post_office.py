"""What a real worker has mailed: with ``filemail://`` every message it hands over lies in ``VAR_DIR / "mail"``."""

import email
import email.policy
from collections import Counter
from email.message import EmailMessage

from django.conf import settings

RULE = b"\n" + b"-" * 79 + b"\n"  # Django writes one behind each message


def empty() -> None:
    """Throw away what other tests have mailed."""
    for path in settings.EMAIL_FILE_PATH.iterdir():
        path.unlink()


def letters() -> list[EmailMessage]:
    written = b"".join(path.read_bytes() for path in sorted(settings.EMAIL_FILE_PATH.iterdir()))
    return [email.message_from_bytes(text, policy=email.policy.default) for text in written.split(RULE)[:-1]]


def mailed() -> Counter[str]:
    """How often each idempotency key was mailed. A mail server tells a repeat by its ``Message-ID``, so that must be
    the same for one key and differ between keys."""
    pairs = [(letter["X-Idempotency-Key"], letter["Message-ID"]) for letter in letters()]
    assert len(set(pairs)) == len({key for key, _ in pairs}) == len({identity for _, identity in pairs})
    return Counter(key for key, _ in pairs)
