"""Tampering: every column of random events, cut tails, dropped and exchanged rows. The command names the first broken
event of each stream, and nothing once all is as it was."""

import io
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from pledges.actors import SYSTEM
from tests.factories import Government, actor, government, moment
from workflow import audit
from workflow.models import Event, Stream

LENGTHS = {"pledge:7": 14, "document:3": 9, "organisation": 8, "programme:1": 5}  # 36 events
TABLES = ("workflow_stream", "workflow_event", "workflow_eventpayload")
KEYS = {"workflow_stream": "id", "workflow_event": "id", "workflow_eventpayload": "event_id"}
SEED = 20200915

pytestmark = pytest.mark.postgres


@pytest.fixture
def at(db: None) -> Iterator[Government]:
    """A city, four streams of events appended in a random order by different people, and no triggers."""
    city = government()
    rng = random.Random(SEED)
    order = [name for name, length in LENGTHS.items() for _ in range(length)]
    rng.shuffle(order)
    people = [actor(city.coordinator), actor(city.head, deputy=city.water_head), actor(city.director), SYSTEM]
    for number, name in enumerate(order):
        audit.append(
            stream=name,
            action=rng.choice(["report", "accept", "claim"]),
            actor=rng.choice(people),
            at=moment(f"2020-03-{number % 28 + 1:02d}"),
            payload={"n": number, "words": rng.choice(["管网已铺到村口", "已完成招标", "𠮷林路改造"])},
        )
    audit.drop_triggers()
    yield city
    audit.install_triggers()


def run(statement: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY {KEYS[table]}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Copy:
    """The three tables as they were, to be put back."""

    def __init__(self) -> None:
        self.rows = {table: rows(table) for table in TABLES}

    def put_back(self) -> None:
        for table in reversed(TABLES):
            if table != "workflow_stream":
                run(f"DELETE FROM {table}")
        for table in TABLES:
            for row in self.rows[table]:
                if table == "workflow_stream":
                    changed = [name for name in row if name != "id"]
                    sets = ", ".join(f"{name} = %s" for name in changed)
                    run(f"UPDATE {table} SET {sets} WHERE id = %s", *[row[name] for name in changed], row["id"])
                else:
                    marks = ", ".join(["%s"] * len(row))
                    run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())


def verified() -> list[str]:
    """What the command says is broken; it must end with 1 exactly then. The triggers stand while it runs."""
    audit.install_triggers()
    out, errors = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=errors)
        status = 0
    except SystemExit as end:
        status = int(str(end.code))
    audit.drop_triggers()
    named = errors.getvalue().splitlines()
    assert status == (1 if named else 0)
    assert bool(out.getvalue()) == (status == 0)
    return named


def picked(number: int) -> list[Event]:
    """Random events of all streams, never a stream's last, which other tests take."""
    events = list(Event.objects.select_related("stream").order_by("pk"))
    inner = [event for event in events if event.sequence < LENGTHS[event.stream.name]]
    return random.Random(SEED + 1).sample(inner, number)


def shifted(column: str, event: Event, city: Government) -> Any:
    """Another value for a column, of the kind that the column holds."""
    other = {
        "user_id": city.auditor.holder_id,
        "post_id": city.auditor.pk,
        "acting_for_id": city.statistician.pk,
        "action": "verify",
        "at": "2020-03-10 02:00:00.000001+00:00" if connection.vendor == "postgresql" else "2020-03-10 02:00:00.000001",
    }
    if column in other:
        return other[column]
    value: str = getattr(event, column)
    return ("f" if value[:1] != "f" else "0") + value[1:]  # one digit of a digest, or one where there was none


COLUMNS = {
    "action": "changed",
    "at": "changed",
    "user_id": "changed",
    "post_id": "changed",
    "acting_for_id": "changed",
    "payload_digest": "changed",
    "digest": "changed",
    "previous": "does not follow the event before it",
}


def test_nothing_is_broken_before(at: Government) -> None:
    assert Event.objects.count() == 36
    assert verified() == []


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_random_events(at: Government, column: str) -> None:
    copy = Copy()
    for event in picked(30):
        run(f"UPDATE workflow_event SET {column} = %s WHERE id = %s", shifted(column, event, at), event.pk)
        assert verified() == [f"{event.stream.name} event {event.sequence}: {COLUMNS[column]}"]
        copy.put_back()
    assert verified() == []


def test_the_payload_of_random_events(at: Government) -> None:
    copy = Copy()
    for event in picked(30):
        run("UPDATE workflow_eventpayload SET text = text || ' ' WHERE event_id = %s", event.pk)
        assert verified() == [f"{event.stream.name} event {event.sequence}: payload changed"]
        copy.put_back()
        run("DELETE FROM workflow_eventpayload WHERE event_id = %s", event.pk)
        assert verified() == [f"{event.stream.name} event {event.sequence}: payload missing"]
        copy.put_back()
    assert verified() == []


def test_the_sequence_of_random_events(at: Government) -> None:
    copy = Copy()
    for event in picked(30):
        run("UPDATE workflow_event SET sequence = 99 WHERE id = %s", event.pk)
        assert verified() == [f"{event.stream.name} event {event.sequence}: missing"]
        copy.put_back()
    assert verified() == []


def test_events_moved_into_another_stream(at: Government) -> None:
    """The stream it left lacks it; the one it came into holds one that does not belong there."""
    copy = Copy()
    short = Stream.objects.get(name="programme:1")
    longer = [one for one in picked(30) if one.stream_id != short.pk and one.sequence == LENGTHS["programme:1"] + 1]
    assert longer
    for event in longer:
        run("UPDATE workflow_event SET stream_id = %s WHERE id = %s", short.pk, event.pk)
        assert sorted(verified()) == sorted(
            [f"{event.stream.name} event 6: missing", "programme:1 event 6: does not follow the event before it"]
        )
        copy.put_back()
    assert verified() == []


@pytest.mark.parametrize("stream", LENGTHS)
def test_a_dropped_row_in_the_middle(at: Government, stream: str) -> None:
    copy = Copy()
    for sequence in (1, LENGTHS[stream] // 2):
        remove(stream, sequence)
        assert verified() == [f"{stream} event {sequence}: missing"]
        copy.put_back()
    assert verified() == []


@pytest.mark.parametrize("stream", LENGTHS)
def test_a_cut_tail(at: Government, stream: str) -> None:
    copy, length = Copy(), LENGTHS[stream]
    remove(stream, length)
    assert verified() == [f"{stream} event {length}: missing: the stream should hold {length}"]
    run("UPDATE workflow_stream SET count = %s WHERE name = %s", length - 1, stream)
    assert verified() == [f"{stream} event {length - 1}: is not the head that the stream keeps"]
    copy.put_back()
    run("DELETE FROM workflow_eventpayload WHERE event_id = %s", pk_of(stream, length))
    assert verified() == [f"{stream} event {length}: payload missing"]
    copy.put_back()
    assert verified() == []


@pytest.mark.parametrize("stream", LENGTHS)
def test_two_events_exchange_their_places(at: Government, stream: str) -> None:
    copy = Copy()
    first, second = pk_of(stream, 2), pk_of(stream, 4)
    for pk, sequence in ((first, 99), (second, 2), (first, 4)):
        run("UPDATE workflow_event SET sequence = %s WHERE id = %s", sequence, pk)
    assert verified() == [f"{stream} event 2: does not follow the event before it"]
    copy.put_back()
    assert verified() == []


STREAM_CHANGES: Mapping[str, tuple[str, str]] = {
    "a head of nothing": (
        "UPDATE workflow_stream SET head = '' WHERE name = %s",
        "{0} event {1}: is not the head that",
    ),
    "another head": ("UPDATE workflow_stream SET head = 'x' WHERE name = %s", "{0} event {1}: is not the head that"),
    "a count too high": ("UPDATE workflow_stream SET count = count + 1 WHERE name = %s", "{0} event {2}: missing:"),
    "a count too low": ("UPDATE workflow_stream SET count = count - 1 WHERE name = %s", "{0} event {2}: missing:"),
    "emptied": ("UPDATE workflow_stream SET count = 0, head = '' WHERE name = %s", "{0} event {2}: missing:"),
    "another name": ("UPDATE workflow_stream SET name = 'pledge:8' WHERE name = %s", "pledge:8 event 1: changed"),
}


@pytest.mark.parametrize("what", STREAM_CHANGES)
def test_the_stream_s_own_row(at: Government, what: str) -> None:
    copy = Copy()
    statement, named = STREAM_CHANGES[what]
    for stream, length in LENGTHS.items():
        run(statement, stream)
        found = verified()
        assert len(found) == 1
        assert found[0].startswith(named.format(stream, length, length + 1))
        copy.put_back()
    assert verified() == []


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL stores no such values")
@pytest.mark.parametrize("value", ["'nonsense'", "'2020-13-45 99:00'", "x'ff00'"])
def test_nonsense_in_a_column_is_named_too(at: Government, value: str) -> None:
    copy = Copy()
    run(f"UPDATE workflow_event SET at = {value} WHERE id = %s", pk_of("pledge:7", 5))
    assert verified() == ["pledge:7 event 5: cannot be read"]
    copy.put_back()
    run("UPDATE workflow_eventpayload SET text = x'ff00' WHERE event_id = %s", pk_of("pledge:7", 6))
    assert verified() == ["pledge:7 event 6: cannot be read"]


def pk_of(stream: str, sequence: int) -> int:
    return int(Event.objects.values_list("pk", flat=True).get(stream__name=stream, sequence=sequence))


def remove(stream: str, sequence: int) -> None:
    pk = pk_of(stream, sequence)
    run("DELETE FROM workflow_eventpayload WHERE event_id = %s", pk)
    run("DELETE FROM workflow_event WHERE id = %s", pk)
