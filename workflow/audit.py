"""Event streams: append, verify, and the triggers that keep them append-only.

Each event's digest covers its columns, the digest of its payload and the digest before it; the stream keeps the last
digest and the count, so that a changed row, a dropped row and a cut tail all show. The one thing that may leave is the
payload of an event that an erasure names (`workflow.erasure`): its digest stays and the chain still verifies.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Exists, F, Model, OuterRef

from config.progress import Watch, unwatched
from pledges.actors import Actor
from workflow.models import Event, EventPayload, Stream

PAYLOADS = "workflow_eventpayload"
PROTECTED = ("workflow_event", PAYLOADS)
# The condition under which the database lets a payload go: an erasure names its event.
NAMED = "EXISTS (SELECT 1 FROM workflow_erasedevent WHERE event_id = OLD.event_id)"
ERASURES = "erasure"  # the stream whose `erase` events name the payloads that were taken away
ERASE = "erase"
CLOSE_PERIOD = "close_period"  # holds the digest of what was frozen
CHUNK = 2000
UNREADABLE = (ValueError, TypeError, AttributeError, DatabaseError)  # what a column with nonsense in it may raise


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


def verify(*, watch: Watch = unwatched) -> Iterator[Break]:
    """The first break of every broken stream, streams in order; nothing when the whole record holds.

    One pass over every event, with the memory of one chunk of them and of what was erased. People may go on working
    meanwhile: a stream that grew while it was read is read again.
    """
    erased = _erased()
    streams = Stream.objects.order_by("pk")
    for stream in watch(streams.iterator(), streams.count):
        found = _first_break(stream, erased)
        while found and (now := Stream.objects.filter(pk=stream.pk).first()) and now.head != stream.head:
            stream, erased = now, _erased()
            found = _first_break(stream, erased)
        if found:
            yield found
    stray = Event.objects.filter(~Exists(Stream.objects.filter(pk=OuterRef("stream_id"))))
    for number, sequence in stray.order_by("stream_id", "sequence").values_list("stream_id", "sequence"):
        yield Break(f"stream {number}", sequence, "belongs to no stream")


def _first_break(stream: Stream, erased: Mapping[tuple[str, int], str], *, chunk: int = CHUNK) -> Break | None:
    """``erased`` are the digests of the events that may lack their payload, by stream and sequence."""
    previous, sequence = "", 0
    try:
        for event in _events(stream, chunk):
            why = _fault(event, stream.name, sequence + 1, previous, erased)
            if why:
                return Break(stream.name, sequence + 1, why)
            previous, sequence = event.digest, sequence + 1
    except UNREADABLE:
        if chunk == 1:
            return Break(stream.name, sequence + 1, "cannot be read")
        return _first_break(stream, erased, chunk=1)  # one by one: a chunk does not say which of its rows it was
    if sequence != stream.count:
        return Break(stream.name, sequence + 1, f"missing: the stream should hold {stream.count}")
    if previous != stream.head:
        return Break(stream.name, sequence, "is not the head that the stream keeps")
    return None


def _events(stream: Stream, chunk: int) -> Iterator[Event]:
    """With the payload's text beside each event: a payload object would hold its event in a cycle, and the memory of
    both until the collector comes by."""
    events = stream.events.annotate(told=F("payload__text")).order_by("sequence", "pk")
    found: Iterator[Event] = events.iterator(chunk_size=chunk)
    return found


def _told(event: Event) -> str | None:
    told: str | None = event.told  # type: ignore[attr-defined]
    return told


def _fault(event: Event, stream: str, sequence: int, previous: str, erased: Mapping[tuple[str, int], str]) -> str:
    """What is wrong with an event that should be this one of its stream, following ``previous``; empty if nothing."""
    if event.sequence != sequence:
        return "missing"
    if event.previous != previous:
        return "does not follow the event before it"
    if event.digest != _digest(event, stream):
        return "changed"
    text = _told(event)
    if text is None:
        return "" if erased.get((stream, sequence)) == event.digest else "payload missing"
    return "" if _sha256(text) == event.payload_digest else "payload changed"


def _erased() -> dict[tuple[str, int], str]:
    """The events whose payloads erasures took away, as the erasures' own stream says up to its first break.

    A row of `ErasedEvent` says nothing here: whoever can reach the database can write one.
    """
    return {
        (one["stream"], one["sequence"]): one["digest"] for payload in erasures() for one in payload.get("events", [])
    }


def erasures() -> list[dict[str, Any]]:
    """What the record says of every erasure, in order, up to the first break of its stream.

    Whatever lacks its words is excused by this alone.
    """
    told: list[dict[str, Any]] = []
    stream = Stream.objects.filter(name=ERASURES).first()
    previous, sequence = "", 0
    try:
        for event in _events(stream, CHUNK) if stream else ():
            if _fault(event, ERASURES, sequence + 1, previous, {}):
                break
            previous, sequence = event.digest, sequence + 1
            if event.action == ERASE:
                told.append(json.loads(_told(event) or ""))
    except UNREADABLE:
        pass  # the first break of that stream is reported like any other's
    return told


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
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_unerased ON {table}")
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
    wanted = {f"{table}_{ending}" for table in PROTECTED for ending in endings}
    if connection.vendor == "postgresql":
        wanted.add(f"{PAYLOADS}_unerased")
    with connection.cursor() as cursor:
        cursor.execute(names)
        present = {row[0] for row in cursor.fetchall()}
    return wanted <= present


def _statements() -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION workflow_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'events are append-only: % on % refused', TG_OP, TG_TABLE_NAME; END $$"
        )
        yield (
            "CREATE OR REPLACE FUNCTION workflow_refuse_unerased() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {NAMED} THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'events are append-only: % on % refused', TG_OP, TG_TABLE_NAME; END $$"
        )
    for table in PROTECTED:
        if connection.vendor == "postgresql":
            may_go = table == PAYLOADS
            yield (
                f"CREATE TRIGGER {table}_rows BEFORE UPDATE{'' if may_go else ' OR DELETE'} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION workflow_refuse_change()"
            )
            if may_go:
                yield (
                    f"CREATE TRIGGER {table}_unerased BEFORE DELETE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION workflow_refuse_unerased()"
                )
            yield (
                f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION workflow_refuse_change()"
            )
        else:
            for act in ("update", "delete"):
                unless = f"WHEN NOT {NAMED} " if (table, act) == (PAYLOADS, "delete") else ""
                yield (
                    f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} {unless}"
                    f"BEGIN SELECT RAISE(ABORT, 'events are append-only: {act} refused'); END"
                )
