"""清除: two people, words gone from facts and events everywhere, the chain whole, nothing else lost."""

import json

import pytest
from django.db import DatabaseError, transaction

from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Document, Evidence, Measure, Pledge, Report
from tests.factories import Government, actor, government, moment, payload_for, perform, pledge_in
from tests.workflow.erasing import REASON, erase, tables_holding
from workflow import audit, erasure, intake, measure_decisions, story
from workflow.models import ErasedEvent, Erasure, Event, EventPayload, SignedPage, Stream

SECRET = "东山雷达站配套供电线路改造工程"
TEXT = f"""2020年政府工作报告

一、2020年工作安排

(一)加强基础设施建设。今年要完成{SECRET}12公里。完成355个行政村生活污水治理任务。
"""


@pytest.fixture
def at(db: None) -> Government:
    return government()


def imported(at: Government) -> Document:
    return intake.import_document(
        actor=actor(at.supervisor),
        filename="报告.txt",
        content=TEXT.encode(),
        plan_year=2020,
        title="政府工作报告",
        kind="report",
        at=moment("2020-02-01"),
    )


def accepted(at: Government, document: Document, words: str) -> Pledge:
    measure = document.measures.get(quote__contains=words)
    return measure_decisions.accept_measure(
        measure.pk, actor=actor(at.supervisor), version=measure.version, payload={}, at=moment("2020-02-02")
    )


def lost() -> list[tuple[str, int]]:
    """The events without their payload."""
    gone = Event.objects.filter(payload=None).order_by("stream__name", "sequence")
    return list(gone.values_list("stream__name", "sequence"))


def payload(action: str) -> dict[str, object]:
    return dict(json.loads(Event.objects.filter(action=action).get().payload.text))


# What goes


@pytest.mark.postgres
def test_a_document_loses_its_words_wherever_they_were_copied(at: Government) -> None:
    document = imported(at)
    pledge = accepted(at, document, SECRET)
    assert SECRET in pledge.title
    assert tables_holding(SECRET) >= {"pledges_document", "pledges_measure", "pledges_pledge", "workflow_eventpayload"}
    erase(at, f"document:{document.pk}")
    assert tables_holding(SECRET) == set()
    document.refresh_from_db()
    assert (document.text, bytes(document.content), document.title) == ("已清除", b"", "已清除")
    assert set(document.measures.values_list("quote", "title")) == {("已清除", "已清除")}
    pledge.refresh_from_db()
    assert (pledge.number, pledge.title, pledge.quote, pledge.state) == ("2020-001", "已清除", "已清除", "draft")
    assert list(audit.verify()) == []


@pytest.mark.postgres
def test_a_pledge_loses_its_words_and_its_document_only_the_passage(at: Government) -> None:
    document = imported(at)
    pledge = accepted(at, document, SECRET)
    other = accepted(at, document, "355个行政村")
    erase(at, f"pledge:{pledge.pk}")
    assert tables_holding(SECRET) == set()
    document.refresh_from_db()
    assert len(document.text) == len(TEXT)
    assert "355个行政村生活污水治理任务" in document.text
    assert bytes(document.content) == b""
    assert document.title == "政府工作报告"
    kept = Measure.objects.get(pledge=other)
    assert document.text[kept.start : kept.end] == kept.quote
    other.refresh_from_db()
    assert "355个行政村" in other.quote
    assert list(audit.verify()) == []


@pytest.mark.postgres
def test_what_was_said_of_a_pledge_goes_with_it(at: Government) -> None:
    pledge = pledge_in("closed", at, reported=True)
    words = ("管网已铺到村口", "其余村并入明年工程", "抽查十个村均已通水", pledge.title)
    assert all(tables_holding(one) for one in words)
    erase(at, f"pledge:{pledge.pk}")
    assert [tables_holding(one) for one in words] == [set()] * 4
    pledge.refresh_from_db()
    assert (pledge.state, pledge.outcome) == ("closed", "met")
    assert pledge.reports.get().values.get().value == 120
    assert [(name, number) for name, number in lost() if name == f"pledge:{pledge.pk}"] == [
        (f"pledge:{pledge.pk}", number) for number in range(1, 9)
    ]
    assert list(audit.verify()) == []


def test_one_report_loses_its_words_and_the_rest_of_the_history_stays(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    target = str(pledge.targets.get().pk)
    perform("report", pledge, at.coordinator, at="2020-04-02", sentence="已验收六个村", values={target: "130"})
    report = pledge.reports.get(sentence="管网已铺到村口")
    erase(at, f"report:{report.pk}")
    assert set(Report.objects.values_list("sentence", flat=True)) == {"已清除", "已验收六个村"}
    stream = f"pledge:{pledge.pk}"
    assert lost() == [(stream, 4)]  # drafted, assigned, signed, reported
    told = [line.text for line in story.of_pledge(pledge)]
    assert told[3] == f"{at.coordinator.holder}(住房城乡建设局联络员) 填报:已清除"
    assert "已验收六个村" in told[5]
    assert told[6] == f"{at.director.holder}(督查室主任) 内容已清除"


def test_one_piece_of_evidence(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    given = payload_for("report", at, pledge) | {"sentence": "已完成", "evidence": "东山雷达站验收单"}
    perform("report", pledge, at.coordinator, at="2020-03-20", **given)
    evidence = Evidence.objects.get()
    erase(at, f"evidence:{evidence.pk}")
    evidence.refresh_from_db()
    assert evidence.content == "已清除"
    assert Report.objects.get().sentence == "已完成"
    assert lost() == [(f"pledge:{pledge.pk}", 4)]


def test_a_signed_page(at: Government) -> None:
    page = SignedPage.objects.create(
        filename="东山雷达站.pdf",
        media_type="application/pdf",
        content=b"%PDF-secret",
        sha256="0" * 64,
        signer="李明",
        signed_date="2020-05-01",
        recorded_by=at.coordinator.holder,
        post=at.coordinator,
        recorded_at=moment("2020-05-01"),
    )
    erase(at, f"signed_page:{page.pk}")
    page.refresh_from_db()
    assert (page.filename, bytes(page.content), page.signer) == ("已清除", b"", "李明")
    assert Stream.objects.get(name=f"signed_page:{page.pk}").events.get().action == "erased"


@pytest.mark.postgres
def test_one_event_alone_leaves_the_facts(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    erase(at, f"event:pledge:{pledge.pk}/4")
    assert lost() == [(f"pledge:{pledge.pk}", 4)]
    assert pledge.reports.get().sentence == "管网已铺到村口"
    assert list(audit.verify()) == []


def test_people_units_and_other_pledges_keep_their_history(at: Government) -> None:
    first, second = pledge_in("in_progress", at, reported=True), pledge_in("in_progress", at, title="完成另一件事")
    erase(at, f"pledge:{first.pk}")
    assert {name for name, _number in lost()} == {f"pledge:{first.pk}"}
    assert story.of_pledge(second)[1].words == "市政府督〔2020〕1号"


# The record of it


@pytest.mark.postgres
def test_the_record_lists_every_erased_event_with_its_digest(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    events = list(Event.objects.filter(stream__name=f"pledge:{pledge.pk}").order_by("sequence"))
    done = erase(at, f"pledge:{pledge.pk}")
    listed = payload("erase")
    assert listed["events"] == [
        {"stream": f"pledge:{pledge.pk}", "sequence": one.sequence, "digest": one.digest} for one in events
    ]
    assert listed["input"] == {"subject": f"pledge:{pledge.pk}", "reason": REASON}
    assert list(Event.objects.filter(stream__name="erasure").order_by("sequence").values_list("action", flat=True)) == [
        "propose_erasure",
        "erase",
    ]
    last = Event.objects.filter(stream__name=f"pledge:{pledge.pk}").order_by("sequence").last()
    assert last is not None
    assert (last.action, last.user, last.post) == ("erased", at.director.holder, at.director)
    assert (done.status, done.decided_by, done.proposed_by) == (
        "done",
        at.director.holder,
        at.security_admin.holder,
    )


@pytest.mark.postgres
def test_a_payload_may_go_only_with_its_row_and_nothing_else_may(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    first, second = Event.objects.filter(stream__name=f"pledge:{pledge.pk}").order_by("sequence")[:2]
    row = Erasure.objects.create(
        subject="x:1", reason="x", proposed_by=at.security_admin.holder, proposed_at=moment("2020-06-01")
    )
    ErasedEvent.objects.create(erasure=row, event=first)
    for refused in (
        lambda: EventPayload.objects.filter(event=second).delete(),
        lambda: EventPayload.objects.filter(event=first).update(text="{}"),
        lambda: Event.objects.filter(pk=first.pk).update(action="x"),
        lambda: Event.objects.filter(pk=first.pk).delete(),
        lambda: EventPayload.objects.all().delete(),
    ):
        with pytest.raises((DatabaseError, Exception)), transaction.atomic():
            refused()
    assert EventPayload.objects.count() == 3
    EventPayload.objects.filter(event=first).delete()
    assert EventPayload.objects.count() == 2


@pytest.mark.postgres
def test_a_payload_that_only_a_row_excuses_is_missing(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    event = Event.objects.get(stream__name=f"pledge:{pledge.pk}", sequence=2)
    row = Erasure.objects.create(
        subject="x:1", reason="x", proposed_by=at.security_admin.holder, proposed_at=moment("2020-06-01")
    )
    ErasedEvent.objects.create(erasure=row, event=event)
    EventPayload.objects.filter(event=event).delete()
    assert [str(one) for one in audit.verify()] == [f"pledge:{pledge.pk} event 2: payload missing"]


@pytest.mark.postgres
def test_a_forged_record_of_an_erasure_excuses_nothing(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    erase(at, f"event:pledge:{pledge.pk}/2")
    audit.drop_triggers()
    forged = payload("erase")
    forged["events"].append({**forged["events"][0], "sequence": 3})  # type: ignore[attr-defined, index]
    EventPayload.objects.filter(event__action="erase").update(text=audit.canonical(forged))
    EventPayload.objects.filter(event__stream__name=f"pledge:{pledge.pk}", event__sequence=3).delete()
    audit.install_triggers()
    assert {str(one) for one in audit.verify()} == {
        f"pledge:{pledge.pk} event 2: payload missing",
        "erasure event 2: payload changed",
    }


# Who


def test_only_the_security_administrator_proposes(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    for post in (at.director, at.supervisor, at.auditor, at.system_admin, at.coordinator):
        with pytest.raises(Forbidden, match="安全管理员"):
            erasure.propose(actor=actor(post), subject=f"pledge:{pledge.pk}", reason=REASON, at=moment("2020-06-01"))


def test_only_the_director_and_never_the_proposer_confirms(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    proposed = erasure.propose(
        actor=actor(at.security_admin), subject=f"pledge:{pledge.pk}", reason=REASON, at=moment("2020-06-01")
    )
    for post, refusal in (
        (actor(at.security_admin), Forbidden),
        (actor(at.auditor), Forbidden),
        (actor(at.supervisor), Invisible),
        (actor(at.director, deputy=at.security_admin), Forbidden),  # the same person as the director's deputy
        (actor(government().director), Invisible),
    ):
        for decide in (erasure.confirm, erasure.refuse):
            with pytest.raises(refusal):
                decide(proposed.pk, actor=post, at=moment("2020-06-02"))
    assert lost() == []
    erasure.confirm(proposed.pk, actor=actor(at.director), at=moment("2020-06-02"))
    for decide in (erasure.confirm, erasure.refuse):
        with pytest.raises(WrongState, match="已清除"):
            decide(proposed.pk, actor=actor(at.director), at=moment("2020-06-03"))


def test_a_refused_proposal_erases_nothing_and_may_be_made_again(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    subject = f"pledge:{pledge.pk}"
    proposed = erasure.propose(actor=actor(at.security_admin), subject=subject, reason=REASON, at=moment("2020-06-01"))
    with pytest.raises(BadInput) as again:
        erasure.propose(actor=actor(at.security_admin), subject=subject, reason=REASON, at=moment("2020-06-01"))
    assert list(again.value.fields) == ["subject"]
    refused = erasure.refuse(proposed.pk, actor=actor(at.director), at=moment("2020-06-02"))
    assert (refused.status, lost()) == ("refused", [])
    erasure.propose(actor=actor(at.security_admin), subject=subject, reason=REASON, at=moment("2020-06-03"))
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("subject", "reason", "faults"),
    [
        ("pledge:999", REASON, ["subject"]),
        ("user:1", REASON, ["subject"]),
        ("pledge:x", REASON, ["subject"]),
        ("event:pledge:1/99", REASON, ["subject"]),
        ("event:erasure/1", REASON, ["subject"]),
        ("pledge:999", "", ["reason", "subject"]),
        ("pledge:999", "机密★10年文件误传", ["reason", "subject"]),
        ("pledge:999", "长" * 301, ["reason", "subject"]),
    ],
)
def test_what_cannot_be_proposed(at: Government, subject: str, reason: str, faults: list[str]) -> None:
    erase(at, f"pledge:{pledge_in('in_progress', at).pk}")
    with pytest.raises(BadInput) as refusal:
        erasure.propose(actor=actor(at.security_admin), subject=subject, reason=reason, at=moment("2020-06-01"))
    assert sorted(refusal.value.fields) == faults


def test_another_governments_things_cannot_be_named(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(BadInput):
        erasure.propose(
            actor=actor(government().security_admin),
            subject=f"pledge:{pledge.pk}",
            reason=REASON,
            at=moment("2020-06-01"),
        )


def test_people_name_things_by_the_numbers_they_read(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    security = actor(at.security_admin)
    report = pledge.reports.get()
    assert erasure.reference_of("pledge", " 2020-001 ", security) == f"pledge:{pledge.pk}"
    assert erasure.reference_of("report", "2020-001/2020-Q1/1", security) == f"report:{report.pk}"
    assert erasure.reference_of("event", f"pledge:{pledge.pk}/4", security) == f"event:pledge:{pledge.pk}/4"
    assert erasure.reference_of("document", "7", security) == "document:7"
    assert erasure.named(f"pledge:{pledge.pk}").number == "2020-001"
