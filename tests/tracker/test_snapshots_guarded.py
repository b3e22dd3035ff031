"""After an erasure, and in the name of one: what else is done to a snapshot is refused, or shows."""

import json

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from tests.factories import government, moment
from tests.tracker.closing import freeze, reported
from tests.workflow.erasing import erase
from tracker import erased_snapshots, snapshot_checks, snapshot_triggers, snapshots
from tracker.models import ErasedSnapshot, Snapshot
from workflow import audit
from workflow.models import Erasure, EventPayload

pytestmark = pytest.mark.django_db
SECRET = "东山雷达站配套供电线路改造"
OTHER = "完成城区老旧小区改造任务"


@pytest.fixture
def at():
    return government()


def faults():
    return [fault.why for fault in snapshot_checks.verify()]


def forged(at, snapshot, text, *, status="done", decided_by="director", text_of_row=None):
    """What somebody at the database would write to pass a change off as an erasure."""
    row = Erasure.objects.create(
        subject="pledge:1",
        reason="x",
        status=status,
        proposed_by=at.security_admin.holder,
        proposed_at=moment("2020-06-01"),
        decided_by=getattr(at, decided_by).holder,
        decided_at=moment("2020-06-01"),
    )
    after = snapshots.digest_of(text)
    ErasedSnapshot.objects.create(
        erasure=row, snapshot=snapshot, before=snapshot.digest, before_size=1, after=after, places=["/pledges/0/title"]
    )
    Snapshot.objects.filter(pk=snapshot.pk).update(text=text_of_row or text, digest=after)


@pytest.mark.postgres
def test_the_database_lets_only_a_decided_erasure_change_a_snapshot(at):
    pledge = reported(at, title=SECRET)
    snapshot = freeze(at)
    blanked = snapshot.text.replace(SECRET, "已清除")
    erase(at, f"pledge:{pledge.pk}")
    now = Snapshot.objects.get()
    for refused in (
        lambda: Snapshot.objects.update(text=blanked),
        lambda: Snapshot.objects.update(text=snapshot.text, digest=snapshot.digest),
        lambda: Snapshot.objects.update(taken_at=moment("2020-06-05")),
        lambda: Snapshot.objects.update(version=F("version") + 1),
        lambda: Snapshot.objects.all()._raw_delete("default"),
        lambda: ErasedSnapshot.objects.update(places=[]),
        lambda: ErasedSnapshot.objects.all()._raw_delete("default"),
        lambda: forged(at, now, blanked, status="proposed"),
        lambda: forged(at, now, blanked, decided_by="security_admin"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            refused()
    assert snapshot_triggers.installed()
    assert Snapshot.objects.get().text == now.text


@pytest.mark.postgres
def test_postgresql_lets_no_text_in_that_is_not_the_digests(at, needs_postgres):
    reported(at, title=SECRET)
    snapshot = freeze(at)
    blanked = snapshot.text.replace(SECRET, "已清除")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        forged(at, snapshot, blanked, text_of_row="{}")
    assert Snapshot.objects.get().text == snapshot.text


@pytest.mark.postgres
def test_a_change_passed_off_as_an_erasure_shows(at):
    reported(at, title=SECRET)
    snapshot = freeze(at)
    forged(at, snapshot, snapshot.text.replace(SECRET, "已清除"))
    assert faults() == ["the digest is not the event's"]


@pytest.mark.postgres
def test_tampering_after_an_erasure_shows(at):
    pledge = reported(at, title=SECRET)
    snapshot = freeze(at)
    erase(at, f"pledge:{pledge.pk}")
    now = Snapshot.objects.get()
    worse = now.text.replace('"light":"green"', '"light":"red"')
    assert worse != now.text
    snapshot_triggers.drop()
    try:
        Snapshot.objects.update(text=worse)
        assert faults() == ["the text is not what the digest was made of"]
        Snapshot.objects.update(digest=snapshots.digest_of(worse))
        assert faults() == ["the digest is not the event's"]
        Snapshot.objects.update(text=snapshot.text, digest=snapshot.digest)  # the words are back
        assert faults() == ["the digest is not the event's"]
        Snapshot.objects.update(text=now.text, digest=now.digest)
        assert faults() == []
        ErasedSnapshot.objects.all().delete()  # the event says it all the same
        assert faults() == []
    finally:
        snapshot_triggers.install()


@pytest.mark.postgres
def test_a_forged_record_of_an_erasure_excuses_no_snapshot(at):
    reported(at, title=SECRET)
    pledge = reported(at, title=OTHER)
    snapshot = freeze(at)
    erase(at, f"report:{pledge.reports.get().pk}")
    text = snapshot.text.replace('"light":"green"', '"light":"red"')
    snapshot_triggers.drop()
    audit.drop_triggers()
    try:
        payload = EventPayload.objects.get(event__action="erase")
        told = json.loads(payload.text)
        told["copies"][0]["after"] = snapshots.digest_of(text)
        EventPayload.objects.filter(pk=payload.pk).update(text=audit.canonical(told))
        Snapshot.objects.update(text=text, digest=snapshots.digest_of(text))
        assert faults() == ["the digest is not the event's"]
        assert [str(one) for one in audit.verify() if one.stream == "erasure"] == ["erasure event 2: payload changed"]
    finally:
        snapshot_triggers.install()
        audit.install_triggers()


@pytest.mark.parametrize(
    ("after", "places"),
    [
        ({"title": "已清除", "n": [1, "b"]}, ["/title"]),
        ({"title": "推进已清除", "n": [1, "已清除"]}, ["/title", "/n/1"]),
        ({"title": "a", "n": [1, "b"]}, []),
        ({"title": "b", "n": [1, "b"]}, None),
        ({"title": "a", "n": [2, "b"]}, None),
        ({"title": "a", "n": ["已清除", "b"]}, None),
        ({"title": "a", "n": [1]}, None),
        ({"n": [1, "b"]}, None),
    ],
)
def test_a_difference_is_words_that_became_erased_or_none_at_all(after, places):
    before = {"title": "a", "n": [1, "b"]}
    if places is None:
        with pytest.raises(erased_snapshots.Differs):
            erased_snapshots.places_between(before, after)
    else:
        assert erased_snapshots.places_between(before, after) == places
