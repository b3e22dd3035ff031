"""Event streams: append, verify, and the triggers that keep them append-only.

Each event's digest covers its columns, the digest of its payload and the digest before it; the stream keeps the last
digest and the count, so that a changed row, a dropped row and a cut tail all show.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from pledges.actors import Actor
from workflow.models import Event, EventPayload, Stream

PROTECTED = ("workflow_event", "workflow_eventpayload")


def stream_of(subject: Model) -> str:
    """``pledge:12``, ``document:3``, ``programme:1``."""
    return f"{subject._meta.model_name}:{subject.pk}"


def canonical(value: Mapping[str, Any]) -> str:
    """One text for one value: sorted keys, no spaces, days and decimals as text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str | int:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Model):
        return int(value.pk)
    return str(value)


def append(*, stream: str, action: str, actor: Actor, at: datetime.datetime, payload: Mapping[str, Any]) -> Event:
    """Add one event at the end of a stream. Call inside the transaction of the change it records."""
    Stream.objects.get_or_create(name=stream)
    head = Stream.objects.select_for_update().get(name=stream)  # appends to one stream queue here
    text = canonical(payload)
    event = Event(
        stream=head,
        sequence=head.count + 1,
        action=action,
        at=at,
        user=actor.user,
        post=actor.post,
        acting_for=actor.acting_for,
        payload_digest=_sha256(text),
        previous=head.head,
    )
    event.digest = _digest(event, stream)
    event.save(force_insert=True)
    EventPayload.objects.create(event=event, text=text)
    head.head, head.count = event.digest, event.sequence
    head.save(update_fields=["head", "count"])
    return event


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(event: Event, stream: str) -> str:
    return _sha256(
        canonical(
            {
                "stream": stream,
                "sequence": event.sequence,
                "action": event.action,
                "at": event.at.astimezone(datetime.UTC).isoformat(),
                "user": event.user_id,
                "post": event.post_id,
                "acting_for": event.acting_for_id,
                "payload_digest": event.payload_digest,
                "previous": event.previous,
            }
        )
    )


@dataclass(frozen=True)
class Break:
    """The first place of a stream where the record does not hold."""

    stream: str
    sequence: int
    why: str

    def __str__(self) -> str:
        return f"{self.stream} event {self.sequence}: {self.why}"


def verify() -> Iterator[Break]:
    """The first break of every broken stream, streams in order; nothing when the whole record holds."""
    for stream in Stream.objects.order_by("pk").iterator():
        found = _first_break(stream)
        if found:
            yield found


def _first_break(stream: Stream) -> Break | None:
    previous, sequence = "", 0
    for event in stream.events.select_related("payload").order_by("sequence").iterator():
        sequence += 1
        if event.sequence != sequence:
            return Break(stream.name, sequence, "missing")
        if event.previous != previous:
            return Break(stream.name, sequence, "does not follow the event before it")
        if event.digest != _digest(event, stream.name):
            return Break(stream.name, sequence, "changed")
        payload = getattr(event, "payload", None)
        if payload is None:
            return Break(stream.name, sequence, "payload missing")
        if _sha256(payload.text) != event.payload_digest:
            return Break(stream.name, sequence, "payload changed")
        previous = event.digest
    if sequence != stream.count:
        return Break(stream.name, sequence + 1, f"missing: the stream should hold {stream.count}")
    if previous != stream.head:
        return Break(stream.name, sequence, "is not the head that the stream keeps")
    return None


def install_triggers() -> None:
    """Make the database refuse to change or remove events. Safe to repeat; a table rebuild drops them."""
    drop_triggers()
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)


def drop_triggers() -> None:
    """For a migration or a test's clean-up; `install_triggers` follows at once (post_migrate)."""
    with connection.cursor() as cursor:
        for table in PROTECTED:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_rows ON {table}")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_whole ON {table}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_update")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_delete")


def installed() -> bool:
    """Whether every trigger stands."""
    names = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    endings = ("rows", "whole") if connection.vendor == "postgresql" else ("update", "delete")
    with connection.cursor() as cursor:
        cursor.execute(names)
        present = {row[0] for row in cursor.fetchall()}
    return {f"{table}_{ending}" for table in PROTECTED for ending in endings} <= present


def _statements() -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION workflow_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'events are append-only: % on % refused', TG_OP, TG_TABLE_NAME; END $$"
        )
    for table in PROTECTED:
        if connection.vendor == "postgresql":
            yield (
                f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION workflow_refuse_change()"
            )
            yield (
                f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION workflow_refuse_change()"
            )
        else:
            for act in ("update", "delete"):
                yield (
                    f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'events are append-only: {act} refused'); END"
                )
