"""An erasure in frozen periods: the words are gone, the figures stay, and everything else is still what was closed."""

import json
import threading

import pytest

from pledges.errors import BadInput
from pledges.models import Milestone, Period, Pledge, Programme
from tests.factories import actor, government, moment, perform, pledge_in
from tests.support.at_once import at_once
from tests.tracker.closing import AFTER_CHECK, answer, begin, close, first, freeze, reopen, reported
from tests.workflow.erasing import REASON, erase, tables_holding
from tracker import rollups, snapshot_checks, snapshots
from tracker.exports import ledger
from tracker.models import FIGURES, ErasedSnapshot, Snapshot
from workflow import audit, erasure
from workflow.models import Event

pytestmark = pytest.mark.django_db
SECRET = "东山雷达站配套供电线路改造"
OTHER = "完成城区老旧小区改造任务"


@pytest.fixture
def at():
    return government()


def secret_in_every_place(at):
    """A pledge that has the words wherever people can write them and a snapshot can show them."""
    pledge = pledge_in(
        "in_progress", at, title=f"推进{SECRET}", quote=f"今年要完成{SECRET}。", section=f"一、{SECRET}",
        deliverable=f"{SECRET}验收单", goal=f"三年内{SECRET}", tags=[SECRET], basis=f"{SECRET}会议",
    )  # fmt: skip
    Pledge.objects.filter(pk=pledge.pk).update(person=f"{SECRET}专班")
    pledge.targets.update(name=SECRET, quote=SECRET)
    Milestone.objects.create(pledge=pledge, position=1, title=SECRET, planned_date="2020-06-30")
    values = {str(target.pk): "20" for target in pledge.targets.all()}
    said = {"sentence": f"{SECRET}已开工", "problem_kind": "land", "problem": f"{SECRET}用地未批"}
    more = {"next_step": f"协调{SECRET}用地", "evidence": f"{SECRET}批复"}
    perform("report", pledge, at.coordinator, at="2020-03-26", values=values, **said, **more)
    perform("approve", pledge, at.head, at="2020-03-27")
    given = {"light": "red", "reason": f"{SECRET}停工", "basis": f"{SECRET}现场核查"}
    return perform("override_light", pledge, at.director, at="2020-03-30", **given)


def leaves(value, path=()):
    """Every value of a content with its path."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {one: leaf for key, held in pairs for one, leaf in leaves(held, (*path, key)).items()}
    return {path: value}


def changed(before, after):
    old, new = leaves(json.loads(before)), leaves(json.loads(after))
    assert old.keys() == new.keys()
    return {path: (old[path], new[path]) for path in old if old[path] != new[path]}


def entry(snapshot, pledge):
    content = json.loads(Snapshot.objects.get(pk=snapshot.pk).text)
    return next(one for one in content["pledges"] if one["id"] == pledge.pk)


def faults():
    return [fault.why for fault in snapshot_checks.verify()]


# What goes, and what stays


@pytest.mark.postgres
def test_a_pledges_words_are_gone_from_every_table_and_every_export(at):
    pledge = secret_in_every_place(at)
    other = reported(at, title=OTHER)
    snapshot = freeze(at)
    places = {path for path, leaf in leaves(json.loads(snapshot.text)).items() if SECRET in str(leaf)}
    assert len({path[2:] for path in places if path[0] == "pledges"}) >= 15
    erase(at, f"pledge:{pledge.pk}")
    rollups.sweep()
    assert tables_holding(SECRET) == set()
    printed = ledger.of(at.programme, first(at), actor=actor(at.director), today=moment("2020-06-02").date())
    for write in (ledger.WRITERS["csv"], ledger.WRITERS["json"]):
        assert SECRET not in write(printed).decode("utf-8-sig")
    texts = printed.rows[0].texts
    assert [texts[name] for name in ("title", "quote", "sentence", "next_step", "person")] == ["已清除"] * 5
    assert texts["by_quarter"] == "一季度:已清除"
    assert entry(snapshot, other)["title"] == OTHER
    assert (faults(), list(audit.verify())) == ([], [])


@pytest.mark.postgres
def test_nothing_but_the_words_changes(at):
    pledge = secret_in_every_place(at)
    reported(at, title=OTHER)
    snapshot = freeze(at)
    frozen = snapshots.of(first(at)).rollup("programme")
    erase(at, f"pledge:{pledge.pk}")
    after = Snapshot.objects.get()
    differences = changed(snapshot.text, after.text)
    assert all(isinstance(new, str) and "已清除" in new for _old, new in differences.values())
    assert {path[:2] for path in differences if path[0] == "pledges"} == {("pledges", 0)}
    assert {path[2] for path in differences if path[0] == "rollups"} == {"section", "tag"}
    again = snapshots.of(first(at)).rollup("programme")
    assert [getattr(again, name) for name in FIGURES] == [getattr(frozen, name) for name in FIGURES]
    kept = ("period_id", "version", "taken_at", "taken_by_id")
    assert [getattr(after, name) for name in kept] == [getattr(snapshot, name) for name in kept]


def test_one_report_loses_its_sentence_wherever_it_was_printed(at):
    pledge = reported(at)
    snapshot = freeze(at)
    erase(at, f"report:{pledge.reports.get().pk}")
    told = {path[2:]: new for path, (_old, new) in changed(snapshot.text, Snapshot.objects.get().text).items()}
    assert told == {
        ("report", "sentence"): "已清除",
        ("row", "sentence"): "已清除",
        ("row", "by_quarter"): "一季度:已清除",
    }
    assert faults() == []


def test_the_name_that_a_pledge_had_when_it_was_frozen_goes_too(at):
    pledge = reported(at, title=SECRET)
    other = reported(at, title=f"配合{SECRET}的道路恢复")
    snapshot = freeze(at)
    Pledge.objects.filter(pk=pledge.pk).update(title="另一个名称")
    erase(at, f"pledge:{pledge.pk}")
    assert (entry(snapshot, pledge)["title"], entry(snapshot, pledge)["row"]["title"]) == ("已清除", "已清除")
    assert entry(snapshot, other)["title"] == "配合已清除的道路恢复"


def test_short_words_go_from_the_pledge_and_stay_with_others_that_say_the_same(at):
    pledge, other = reported(at), reported(at)
    pledge.reports.update(sentence="已通车")
    other.reports.update(sentence="已通车")
    snapshot = freeze(at)
    erase(at, f"report:{pledge.reports.get().pk}")
    assert entry(snapshot, pledge)["row"]["by_quarter"] == "一季度:已清除"
    assert entry(snapshot, other)["row"]["by_quarter"] == "一季度:已通车"


def test_a_short_word_inside_another_is_no_repetition(at):
    pledge = reported(at, title="道路通车后绿化")
    pledge.reports.update(sentence="通车")
    snapshot = freeze(at)
    erase(at, f"report:{pledge.reports.get().pk}")
    assert entry(snapshot, pledge)["title"] == "道路通车后绿化"
    assert entry(snapshot, pledge)["row"]["sentence"] == "已清除"


def test_every_version_of_a_reopened_period_loses_the_words(at):
    pledge = reported(at, title=SECRET)
    freeze(at)
    reopen(at)
    close(at, on="2020-05-08")
    erase(at, f"pledge:{pledge.pk}")
    assert [SECRET in snapshot.text for snapshot in Snapshot.objects.all()] == [False, False]
    assert faults() == []


def test_a_section_keeps_its_name_while_another_pledge_stands_in_it(at):
    gone = reported(at, section=SECRET)
    kept = reported(at, section=SECRET, title=OTHER)
    snapshot = freeze(at)

    def sections():
        told = json.loads(Snapshot.objects.get().text)["rollups"]
        return {(one["section"], one["in_force"]) for one in told if one["scope"] == "section"}

    erase(at, f"pledge:{gone.pk}")
    assert entry(snapshot, gone)["section"] == "已清除"
    assert sections() == {(SECRET, 2)}
    erase(at, f"pledge:{kept.pk}", on="2020-06-03")
    assert sections() == {("已清除", 2)}
    rollups.sweep()
    assert tables_holding(SECRET) == set()
    assert faults() == []


def test_the_ledgers_own_title_and_number(at):
    reported(at)
    Programme.objects.filter(pk=at.programme.pk).update(title=f"{SECRET}台账", document_number=f"{SECRET}1号")
    snapshot = freeze(at)
    erase(at, f"programme:{at.programme.pk}")
    assert tables_holding(SECRET) == set()
    assert {path: new for path, (_old, new) in changed(snapshot.text, Snapshot.objects.get().text).items()} == {
        ("programme", "title"): "已清除",
        ("programme", "document_number"): "已清除",
    }


def test_what_one_event_told_takes_nothing_from_a_snapshot(at):
    pledge = reported(at)
    snapshot = freeze(at)
    erase(at, f"event:pledge:{pledge.pk}/4")
    assert Snapshot.objects.get().text == snapshot.text


def test_another_governments_snapshots_are_left_alone(at):
    pledge = reported(at, title=SECRET)
    freeze(at)
    there = government()
    reported(there, title=SECRET)
    snapshot = freeze(there)
    erase(at, f"pledge:{pledge.pk}")
    assert Snapshot.objects.get(pk=snapshot.pk).text == snapshot.text


# The record of it


@pytest.mark.postgres
def test_the_record_leads_from_the_digest_that_was_closed_to_the_one_that_stands(at):
    first_one, second = reported(at, title=SECRET), reported(at, title=OTHER)
    snapshot = freeze(at)
    size = len(snapshot.text.encode())
    erase(at, f"pledge:{first_one.pk}")
    erase(at, f"pledge:{second.pk}", on="2020-06-03")
    events = Event.objects.filter(action="erase").order_by("sequence").select_related("payload")
    one, two = (json.loads(event.payload.text)["copies"][0] for event in events)
    assert (one["before"], one["after"], two["after"]) == (
        snapshot.digest,
        two["before"],
        snapshots.digest_of(Snapshot.objects.get().text),
    )
    assert (one["stream"], one["period"], one["version"], one["before_size"]) == (
        f"programme:{at.programme.pk}",
        "2020-Q1",
        1,
        size,
    )
    assert {"/pledges/0/title", "/pledges/0/row/title", "/pledges/0/report/sentence"} <= set(one["places"])
    assert [row.places for row in ErasedSnapshot.objects.order_by("pk")] == [one["places"], two["places"]]
    assert (faults(), list(audit.verify())) == ([], [])


def test_the_event_of_the_closing_cannot_be_erased(at):
    reported(at)
    freeze(at)
    event = Event.objects.get(action="close_period")
    with pytest.raises(BadInput, match="无法核对快照"):
        erase(at, f"event:{event.stream.name}/{event.sequence}")


# At the same moment


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_period_that_is_closed_meanwhile_freezes_no_erased_words(at, monkeypatch):
    pledge = reported(at, title=SECRET)
    begin(at)
    answer(at)
    proposed = erasure.propose(
        actor=actor(at.security_admin), subject=f"pledge:{pledge.pk}", reason=REASON, at=moment("2020-04-13")
    )
    was_read, was_erased = threading.Event(), threading.Event()
    content_of = snapshots.content_of

    def read_and_linger(period):
        content = content_of(period)
        was_read.set()
        was_erased.wait(timeout=3)  # in vain: an erasure waits for the closing
        return content

    def confirm():
        was_read.wait(timeout=60)
        erasure.confirm(proposed.pk, actor=actor(at.director), at=moment(AFTER_CHECK))
        was_erased.set()

    monkeypatch.setattr(snapshots, "content_of", read_and_linger)
    period = Period.objects.get(key="2020-Q1").pk
    ended = at_once([lambda: snapshots.close(period, actor=actor(at.director), at=moment(AFTER_CHECK)), confirm])
    assert ended == {"done": 2}
    assert tables_holding(SECRET) == set()
    assert (faults(), list(audit.verify())) == ([], [])
