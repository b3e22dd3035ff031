"""The record: every act appends to its stream, the chain holds, the database refuses changes, tampering shows."""

import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from pledges.actors import SYSTEM
from tests.factories import Government, actor, drafted, government, moment, payload_for, perform, pledge_in
from workflow import audit
from workflow.models import Event, EventPayload, Stream


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def unprotected(db: None) -> Iterator[None]:
    """The triggers are out of the way, as for somebody who can reach the database's files."""
    audit.drop_triggers()
    yield
    audit.install_triggers()


def breaks() -> list[str]:
    return [str(found) for found in audit.verify()]


def record(count: int, stream: str = "pledge:7") -> list[Event]:
    return [
        audit.append(stream=stream, action="act", actor=SYSTEM, at=moment("2020-02-03"), payload={"n": number})
        for number in range(count)
    ]


# What is recorded


def test_an_event_says_what_was_given_and_what_changed(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("claim", pledge, at.head, at="2020-11-10", reason="余下并入明年")
    payload = json.loads(Event.objects.get(action="claim").payload.text)
    assert payload == {
        "input": {"reason": "余下并入明年"},
        "before": {"state": "in_progress", "claimed_date": None, "claim_due_date": None},
        "after": {"state": "claimed", "claimed_date": "2020-11-10", "claim_due_date": "2020-12-15"},
        "version": 4,
    }


def test_an_event_keeps_units_and_numbers_by_id(at: Government) -> None:
    pledge = drafted(at)
    perform(
        "assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge) | {"support": [at.water.pk]}
    )
    perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")
    target = pledge.targets.get()
    perform("report", pledge, at.coordinator, at="2020-03-20", sentence="推进", values={target.pk: "1,200.50"})
    assigned = json.loads(Event.objects.get(action="assign").payload.text)
    assert (assigned["input"]["lead_unit"], assigned["input"]["support"]) == (at.housing.pk, [at.water.pk])
    assert assigned["before"]["lead_unit"] is None
    assert assigned["after"]["due_date"] == "2020-12-15"
    reported = json.loads(Event.objects.get(action="report").payload.text)
    assert reported["input"]["values"] == {str(target.pk): "1200.5"}


def test_canonical_text_is_the_same_for_the_same_value() -> None:
    one = {"b": datetime.date(2020, 3, 1), "a": {"z": 1, "y": ["路", None]}}
    assert audit.canonical(one) == '{"a":{"y":["路",null],"z":1},"b":"2020-03-01"}'
    assert audit.canonical(dict(reversed(one.items()))) == audit.canonical(one)


# The chain


def test_a_whole_life_verifies(at: Government) -> None:
    pledge_in("closed", at, reported=True), pledge_in("in_progress", at)
    assert breaks() == []
    assert set(Stream.objects.values_list("count", flat=True)) == {8, 3}


def test_each_event_names_the_one_before(db: None) -> None:
    first, second = record(2)
    assert (first.sequence, first.previous) == (1, "")
    assert (second.sequence, second.previous) == (2, first.digest)
    stream = Stream.objects.get()
    assert (stream.head, stream.count) == (second.digest, 2)


def test_streams_do_not_touch_each_other(db: None) -> None:
    record(2, "pledge:1"), record(1, "pledge:2"), record(1, "pledge:1")
    assert sorted(Event.objects.values_list("stream__name", "sequence")) == [
        ("pledge:1", 1),
        ("pledge:1", 2),
        ("pledge:1", 3),
        ("pledge:2", 1),
    ]
    assert breaks() == []


@pytest.mark.postgres
def test_moments_verify_in_whatever_zone_they_come_back(db: None) -> None:
    at = datetime.datetime(2020, 12, 31, 23, 59, 59, 123456, tzinfo=datetime.timezone(datetime.timedelta(hours=-7)))
    audit.append(stream="pledge:1", action="act", actor=SYSTEM, at=at, payload={"text": "表情😀与生僻字𠮷", "n": 1})
    assert breaks() == []


# The triggers


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflow_event SET action = 'other'",
        "UPDATE workflow_event SET at = at",
        "DELETE FROM workflow_event WHERE sequence = 2",
        "UPDATE workflow_eventpayload SET text = '{}'",
        "DELETE FROM workflow_eventpayload",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_event(db: None, statement: str) -> None:
    record(3)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert breaks() == []


@pytest.mark.postgres
@pytest.mark.usefixtures("needs_postgres")
@pytest.mark.parametrize("table", ["workflow_event", "workflow_eventpayload"])
def test_the_database_refuses_to_empty_the_tables(db: None, table: str) -> None:
    record(1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.postgres
def test_the_orm_cannot_either(db: None) -> None:
    event = record(1)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(action="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.payload.delete()


@pytest.mark.postgres
def test_laying_the_triggers_is_repeatable(unprotected: None) -> None:
    assert not audit.installed()
    audit.install_triggers()
    audit.install_triggers()
    assert audit.installed()


# Tampering


TAMPERED: dict[str, tuple[str, str]] = {
    "action": ("UPDATE workflow_event SET action = 'other' WHERE sequence = 2", "event 2: changed"),
    "at": ("UPDATE workflow_event SET at = '2020-02-03 02:00:01' WHERE sequence = 2", "event 2: changed"),
    "user": ("UPDATE workflow_event SET user_id = {other_user} WHERE sequence = 2", "event 2: changed"),
    "nobody": ("UPDATE workflow_event SET user_id = NULL WHERE sequence = 2", "event 2: changed"),
    "post": ("UPDATE workflow_event SET post_id = {other_post} WHERE sequence = 2", "event 2: changed"),
    "acting_for": ("UPDATE workflow_event SET acting_for_id = {other_post} WHERE sequence = 2", "event 2: changed"),
    "payload_digest": ("UPDATE workflow_event SET payload_digest = 'x' WHERE sequence = 2", "event 2: changed"),
    "digest": ("UPDATE workflow_event SET digest = 'x' WHERE sequence = 2", "event 2: changed"),
    "previous": (
        "UPDATE workflow_event SET previous = 'x' WHERE sequence = 2",
        "event 2: does not follow the event before it",
    ),
    "sequence": ("UPDATE workflow_event SET sequence = 9 WHERE sequence = 2", "event 2: missing"),
    "payload": ("UPDATE workflow_eventpayload SET text = '{{}}' WHERE event_id = {second}", "event 2: payload changed"),
    "payload row": ("DELETE FROM workflow_eventpayload WHERE event_id = {second}", "event 2: payload missing"),
    "head": ("UPDATE workflow_stream SET head = 'x'", "event 4: is not the head that the stream keeps"),
    "count": ("UPDATE workflow_stream SET count = 5", "event 5: missing: the stream should hold 5"),
    "name": ("UPDATE workflow_stream SET name = 'pledge:8'", "event 1: changed"),
}


@pytest.mark.postgres
@pytest.mark.parametrize("what", TAMPERED)
def test_a_changed_column_names_the_first_broken_event(at: Government, unprotected: None, what: str) -> None:
    by = actor(at.coordinator)
    events = [
        audit.append(stream="pledge:7", action="act", actor=by, at=moment("2020-02-03"), payload={"n": number})
        for number in range(4)
    ]
    statement, why = TAMPERED[what]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(other_user=at.head.holder_id, other_post=at.head.pk, second=events[1].pk))
    stream = "pledge:8" if what == "name" else "pledge:7"
    assert breaks() == [f"{stream} {why}"]


def remove(event: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workflow_eventpayload WHERE event_id = %s", [event.pk])
        cursor.execute("DELETE FROM workflow_event WHERE id = %s", [event.pk])


@pytest.mark.postgres
def test_a_dropped_row_in_the_middle_shows(unprotected: None) -> None:
    remove(record(4)[1])
    assert breaks() == ["pledge:7 event 2: missing"]


@pytest.mark.postgres
def test_a_cut_tail_shows(unprotected: None) -> None:
    remove(record(4)[3])
    assert breaks() == ["pledge:7 event 4: missing: the stream should hold 4"]


@pytest.mark.postgres
def test_a_cut_tail_shows_even_with_the_count_adjusted(unprotected: None) -> None:
    remove(record(4)[3])
    Stream.objects.update(count=3)
    assert breaks() == ["pledge:7 event 3: is not the head that the stream keeps"]


@pytest.mark.postgres
def test_an_emptied_stream_shows(unprotected: None) -> None:
    for event in record(2):
        remove(event)
    assert breaks() == ["pledge:7 event 1: missing: the stream should hold 2"]


@pytest.mark.postgres
def test_two_events_changing_places_show(unprotected: None) -> None:
    events = record(3)
    for event, sequence in ((events[1], 99), (events[2], 2), (events[1], 3)):
        Event.objects.filter(pk=event.pk).update(sequence=sequence)
    assert breaks() == ["pledge:7 event 2: does not follow the event before it"]


@pytest.mark.postgres
def test_every_broken_stream_is_named_once(unprotected: None) -> None:
    for stream in ("pledge:1", "pledge:2", "pledge:3"):
        record(3, stream)
    Event.objects.filter(stream__name__in=("pledge:1", "pledge:3")).update(action="other")
    assert breaks() == ["pledge:1 event 1: changed", "pledge:3 event 1: changed"]


# The command


def verified() -> tuple[int, str, str]:
    out, errors = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=errors)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), errors.getvalue()
    return 0, out.getvalue(), errors.getvalue()


def test_the_command_is_content_with_a_whole_record(db: None) -> None:
    record(3), record(1, "document:2")
    assert verified() == (0, "2 streams, 4 events: whole\n", "")


def test_the_command_names_the_break_and_exits_1(unprotected: None) -> None:
    record(3)
    EventPayload.objects.filter(event__sequence=3).update(text="{}")
    audit.install_triggers()
    assert verified() == (1, "", "pledge:7 event 3: payload changed\n")


def test_the_command_exits_1_when_the_triggers_are_missing(unprotected: None) -> None:
    record(1)
    status, _, errors = verified()
    assert status == 1
    assert "triggers" in errors


def test_a_refusal_appends_nothing(at: Government) -> None:
    pledge = pledge_in("closed", at)
    before: Any = (Event.objects.count(), list(Stream.objects.values()))
    with pytest.raises(Exception, match="已销号"):
        perform("sign", pledge, at.coordinator, person="王敏")
    assert (Event.objects.count(), list(Stream.objects.values())) == before
