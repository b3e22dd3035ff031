"""Frozen periods: what a snapshot holds, that nothing changes it, and that a change would show."""

import json
import threading

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from pledges.errors import WrongState
from pledges.models import Pledge, Report, Unit
from tests.factories import actor, government, moment, perform, pledge_in
from tests.tracker.closing import AFTER_CHECK, answer, begin, close, first, reopen, reported
from tracker import rollups, snapshot_checks, snapshot_triggers, snapshots
from tracker.models import FIGURES, Snapshot
from workflow import standing
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return government()


def closed(at, **fields):
    pledge = reported(at, **fields)
    begin(at)
    answer(at)
    return pledge, close(at)


def test_a_snapshot_holds_what_was_printed(at):
    pledge, snapshot = closed(at, section="农业农村", tags=["民生实事"], leader=at.leader)
    content = json.loads(snapshot.text)
    assert content["period"]["key"] == "2020-Q1"
    assert content["period"]["judged_on"] == "2020-04-09"
    told = content["pledges"][0]
    assert (told["number"], told["unit"]["name"], told["section"]) == (pledge.number, "住房城乡建设局", "农业农村")
    assert told["targets"][0]["value"] == "355"
    assert told["targets"][0]["reported"] == "100"
    # 100 of 355 on 26 March, the 86th of 366 days.
    assert (told["progress_bp"], told["light"]) == (2817, "green")
    assert told["why"].endswith("绿灯")
    assert told["report"]["sentence"] == "已开工100个村"
    assert told["row"]["light"] == "绿灯 正常"


def test_the_digest_is_of_the_text_and_stands_in_the_event(at):
    _pledge, snapshot = closed(at)
    assert snapshots.digest_of(snapshot.text) == snapshot.digest
    event = Event.objects.select_related("payload").get(action="close_period")
    assert json.loads(event.payload.text)["input"]["digest"] == snapshot.digest
    assert event.stream.name == f"programme:{at.programme.pk}"
    assert list(snapshot_checks.verify()) == []


def test_frozen_roll_ups_stand_by_every_dimension(at):
    _pledge, snapshot = closed(at, section="农业农村", tags=["民生实事", "重点项目"], leader=at.leader)
    figures = {
        (told["scope"], bool(told["unit"]), told["section"] or told["tag"]): (told["in_force"], told["green"])
        for told in json.loads(snapshot.text)["rollups"]
    }
    assert figures == {
        ("unit", True, ""): (1, 1),
        ("below", True, ""): (1, 1),
        ("programme", False, ""): (1, 1),
        ("section", True, "农业农村"): (1, 1),
        ("section", False, "农业农村"): (1, 1),
        ("leader", True, ""): (1, 1),
        ("leader", False, ""): (1, 1),
        ("tag", True, "民生实事"): (1, 1),
        ("tag", False, "民生实事"): (1, 1),
        ("tag", True, "重点项目"): (1, 1),
        ("tag", False, "重点项目"): (1, 1),
    }


def test_frozen_figures_agree_with_the_live_ones_where_nothing_waits(at):
    for value in ("20", "60", "100"):
        reported(at, value=value, section="农业农村")
    pledge_in("in_progress", at, section="工业")
    pledge_in("assigned", at)

    period = begin(at)
    standing.refresh(at=moment("2020-04-09"))
    rollups.recount()
    live = rollups.of_programme(at.programme)
    frozen = {told["scope"]: told for told in snapshots.content_of(period)["rollups"] if told["unit"] is None}
    assert {name: frozen["programme"][name] for name in FIGURES} == {name: getattr(live, name) for name in FIGURES}


def test_freezing_uses_the_newest_approved_report_of_the_period_or_before(at):
    pledge = reported(at)
    values = {str(target.pk): "300" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-04-02", sentence="未审签", values=values, period="2020-Q1")
    perform("report", pledge, at.coordinator, at="2020-04-10", sentence="二季度", values=values)
    begin(at)
    answer(at)
    told = json.loads(close(at).text)["pledges"][0]
    assert told["report"]["sentence"] == "已开工100个村"
    assert told["progress_bp"] == 2817
    pledge.refresh_from_db()
    assert pledge.progress_bp == 8451  # live: the newest that was not returned


def test_what_is_edited_afterwards_changes_no_byte(at):
    pledge, snapshot = closed(at, section="农业农村")
    before = (snapshot.text, snapshot.digest)
    Unit.objects.filter(pk=at.housing.pk).update(name="住建和城管局")
    Pledge.objects.filter(pk=pledge.pk).update(title="另一件事", section="工业", tags=["新"], light="red")
    pledge.targets.update(value=999)
    late = perform(
        "report",
        pledge,
        at.coordinator,
        at="2020-04-20",
        sentence="补报",
        period="2020-Q1",
        values={str(target.pk): "300" for target in pledge.targets.all()},
    )
    Report.objects.filter(pledge=pledge, revision=1).delete()
    again = Snapshot.objects.get(pk=snapshot.pk)
    assert (again.text, again.digest) == before
    assert Report.objects.filter(pledge=late, sentence="补报", late=True).exists()
    frozen = snapshots.of(first(at))
    assert frozen.pledges[0]["title"] != "另一件事"
    assert frozen.rollup("programme").green == 1
    assert list(snapshot_checks.verify()) == []


def test_closing_changes_no_light_and_no_live_figure(at):
    reported(at)
    begin(at)
    answer(at)
    rollups.recount()
    before = (list(Pledge.objects.values()), [getattr(rollups.of_programme(at.programme), name) for name in FIGURES])
    close(at)
    rollups.recount()
    assert before == (
        list(Pledge.objects.values()),
        [getattr(rollups.of_programme(at.programme), name) for name in FIGURES],
    )


def test_a_reopened_period_is_live_and_its_second_version_stands_beside_the_first(at):
    pledge, one = closed(at)
    reopen(at)
    assert snapshots.of(first(at)) is None
    values = {str(target.pk): "120" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-05-07", sentence="更正", values=values, period="2020-Q1")
    perform("approve", pledge, at.head, at="2020-05-07")
    two = close(at, on="2020-05-08")
    assert [row.version for row in Snapshot.objects.order_by("version")] == [1, 2]
    assert Snapshot.objects.get(version=1).text == one.text
    assert json.loads(two.text)["pledges"][0]["report"]["sentence"] == "更正"
    assert snapshots.of(first(at)).snapshot == two
    assert list(snapshot_checks.verify()) == []


def test_a_second_closing_is_refused_and_makes_no_snapshot(at):
    closed(at)
    with pytest.raises(WrongState, match="已经结账"):
        close(at)
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_a_snapshot(at, act):
    closed(at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Snapshot.objects.update(version=7) if act == "update" else Snapshot.objects.all().delete()
    assert Snapshot.objects.get().version == 1


def test_a_snapshot_that_was_tampered_with_shows(at, capsys):
    _pledge, snapshot = closed(at)
    snapshot_triggers.drop()
    try:
        Snapshot.objects.update(text=snapshot.text.replace("green", "red"))
        assert [str(fault) for fault in snapshot_checks.verify()] == [
            f"{at.programme.pk}/2020-Q1 version 1: the text is not what the digest was made of"
        ]
        Snapshot.objects.update(digest=snapshots.digest_of(Snapshot.objects.get().text))
        assert [fault.why for fault in snapshot_checks.verify()] == ["the digest is not the event's"]
        with pytest.raises(SystemExit):
            call_command("verify_snapshots")
        Snapshot.objects.all().delete()
        assert [fault.why for fault in snapshot_checks.verify()] == ["the snapshot is gone"]
    finally:
        snapshot_triggers.install()
    assert snapshot_triggers.installed()


def test_the_command_says_that_all_is_whole(at, capsys):
    closed(at)
    call_command("verify_snapshots")
    assert capsys.readouterr().out == "1 snapshots: whole\n"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_directors_who_close_at_once_one_does(at):
    reported(at)
    begin(at)
    answer(at)
    director, period, outcomes = actor(at.director), first(at).pk, []

    def act():
        try:
            outcomes.append(snapshots.close(period, actor=director, at=moment(AFTER_CHECK)).version)
        except WrongState:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["1", "refused"]
    assert Snapshot.objects.count() == 1
