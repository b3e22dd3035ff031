"""Importing documents of every kind, classification marks, and reading a document anew by other columns."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Document, Measure, Pledge, Post, Programme
from tests.factories import Government, actor, government, moment
from tests.pledges.extraction.formats import making
from tests.pledges.extraction.formats.making import DIVISION
from workflow import columns, intake, measure_decisions
from workflow.models import Event, Task

AT = moment("2024-01-20")


@pytest.fixture
def at(db: None) -> Government:
    return government(2024)


def csv(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode("gb18030")


def load(by: Post, content: bytes = csv(*DIVISION), filename: str = "分解.csv", **fields: Any) -> Document:
    given: dict[str, Any] = {"title": "", "plan_year": 2024, "kind": None, "at": AT} | fields
    return intake.import_document(actor=actor(by), content=content, filename=filename, **given)


def remap(document: Document, by: Post, *fields: str, headings: Any = 1, seen: int | None = -1) -> Document:
    given = [{"headings": headings, "fields": fields}] if fields else None
    seen = columns.seen_of(document) if seen == -1 else seen
    return columns.remap(document.pk, actor=actor(by), columns=given, seen=seen, at=AT)


def everything() -> list[Any]:
    return [list(kind.objects.order_by("pk").values()) for kind in (Document, Measure, Pledge, Programme, Task, Event)]


def refused(kind: type[DomainError], act: Callable[[], Any]) -> Any:
    before = everything()
    with pytest.raises(kind) as caught, transaction.atomic():
        act()
    assert everything() == before
    return caught.value


TWISTED = ("number", "lead", "task", "support", "due", "person")


def test_the_rows_of_a_division_table_wait_as_measures_with_owners_and_days(at: Government) -> None:
    document = load(at.supervisor)
    assert (document.kind, document.columns) == (
        "assignment",
        [{"headings": 1, "fields": ["number", "task", "lead", "support", "due", "person"]}],
    )
    first, second = document.measures.order_by("position")
    assert (first.quote, first.lead, first.support, first.person) == (
        "新建滨河步道12公里", ["市城管局"], ["市水利局", "东湖区政府"], ["周明"],
    )  # fmt: skip
    assert (str(first.deadline), str(second.deadline)) == ("2024-09-30", "2024-12-31")
    assert first.targets[0]["value"] == "12"
    for one in (first, second):
        assert document.text[one.start : one.end] == one.quote
    assert document.zones == [
        ["assignment", 0, len(document.text) - 1],
        ["other", len(document.text) - 1, len(document.text)],
    ]
    assert Task.objects.filter(document=document, kind="review_measures").exists()


def test_a_person_who_says_that_it_is_a_report_gets_it_read_clause_by_clause(at: Government) -> None:
    document = load(at.supervisor, kind="report")
    assert document.kind == "report"
    assert document.columns == [{"headings": 1, "fields": [""] * 6}]


def test_a_document_without_tables_has_no_columns(at: Government) -> None:
    assert load(at.supervisor, "二、2024年工作安排\n新建公园三座。".encode(), "报告.txt").columns == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (making.zipped(**{"a.txt": b"x"}), "文件是压缩包,不是办公文件,请解压后导入其中的文件。"),
        (making.pdf(lambda canvas: None), "PDF 是扫描图片或没有可取出的文字,请先做文字识别(OCR)后再导入。"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "文件有密码,请去掉密码后再导入。"),
    ],
)
def test_every_refusal_of_the_readers_is_said_at_the_file(at: Government, content: bytes, message: str) -> None:
    refusal = refused(BadInput, lambda: load(at.supervisor, content, "文件.docx"))
    assert {name: str(text) for name, text in refusal.fields.items()} == {"file": message}


def test_a_classification_mark_stops_the_import_before_anything_is_stored(at: Government) -> None:
    prose = "二、2024年工作安排\n新建公园三座。"
    in_header = making.word(
        lambda made: [
            made.add_paragraph(prose),
            setattr(made.sections[0].header.paragraphs[0], "text", "机密★5年"),
        ]
    )
    for content, filename, title in (
        (f"秘密★1年\n{prose}".encode(), "报告.txt", ""),
        (in_header, "报告.docx", ""),
        (prose.encode(), "要点(秘密).txt", ""),
        (prose.encode(), "报告.txt", "【机密】要点"),
    ):
        refusal = refused(BadInput, lambda given=(content, filename, title): load(
            at.supervisor, given[0], given[1], title=given[2], plan_year=2031
        ))  # fmt: skip
        assert "疑似标有密级" in str(refusal.fields["file"])
    assert "保护商业秘密" in load(at.supervisor, f"{prose}\n保护商业秘密。".encode(), "报告.txt").text


def test_other_columns_read_the_document_anew(at: Government) -> None:
    document = load(at.supervisor)
    before = set(document.measures.values_list("pk", flat=True))
    remap(document, at.supervisor_2, *TWISTED)
    document.refresh_from_db()
    assert [one.quote for one in document.measures.order_by("position")] == ["市城管局", "市水利局"]
    assert not before & set(document.measures.values_list("pk", flat=True))
    assert document.columns == [{"headings": 1, "fields": list(TWISTED)}]
    event = Event.objects.filter(stream__name=f"document:{document.pk}").last()
    assert event is not None
    assert (event.action, event.post) == ("remap", at.supervisor_2)
    assert json.loads(event.payload.text) == {"columns": document.columns, "measures": 2}
    assert Task.objects.open().filter(document=document).count() == 1


def test_a_table_that_was_not_recognised_can_be_told_what_it_holds(at: Government) -> None:
    document = load(at.supervisor, csv(("甲栏", "乙栏"), ("修渠十公里", "市水利局")))
    assert document.columns == [{"headings": 0, "fields": ["", ""]}]
    remap(document, at.supervisor, "task", "lead")
    [one] = document.measures.all()
    assert (one.quote, one.lead) == ("修渠十公里", ["市水利局"])


def test_a_document_can_be_read_clause_by_clause_after_all_and_by_its_table_again(at: Government) -> None:
    document = load(at.supervisor)
    document = remap(document, at.supervisor)
    assert document.columns == [{"headings": 1, "fields": [""] * 6}]
    document = remap(document, at.supervisor, "number", "task", "lead", "support", "due", "person")
    assert [one.quote for one in document.measures.order_by("position")] == ["新建滨河步道12公里", "改造泵站5座"]


def test_nothing_that_somebody_did_is_lost(at: Government) -> None:
    acts: tuple[Callable[[Measure], Any], ...] = (
        lambda one: measure_decisions.reject_measure(
            one.pk, actor=actor(at.supervisor), version=1, reason="重复", at=AT
        ),
        lambda one: measure_decisions.edit_measure(
            one.pk, actor=actor(at.supervisor), version=1, payload={"title": "改过的"}, at=AT
        ),
        lambda one: measure_decisions.accept_measure(one.pk, actor=actor(at.supervisor), version=1, payload={}, at=AT),
    )
    for number, act in enumerate(acts):
        document = load(at.supervisor, csv(*DIVISION, (str(number), "植树", "市林业局", "", "", "")))
        act(document.measures.order_by("position")[0])
        refusal = refused(WrongState, lambda made=document: remap(made, at.supervisor, *TWISTED))
        assert str(refusal.message) == "这份文件的条目已有人处理,不能再改列的对应关系,以免丢失已作的处理。"


def test_a_form_from_before_another_rereading_is_stale(at: Government) -> None:
    document = load(at.supervisor)
    seen = columns.seen_of(document)
    remap(document, at.supervisor_2, *TWISTED)
    refusal = refused(Stale, lambda: remap(document, at.supervisor, *TWISTED, seen=seen))
    assert [str(change) for change in refusal.changes] == ["列的对应关系已被别人改过,条目已按新的对应关系重读。"]
    refused(Stale, lambda: remap(document, at.supervisor, *TWISTED, seen=None))


@pytest.mark.parametrize(
    ("fields", "headings", "fault"),
    [
        (("task", "task", "lead", "", "", ""), 1, "0.1"),
        (("task", "gold", "lead", "", "", ""), 1, "0.1"),
        (("task", "lead", "", "", "", ""), 99, "0.headings"),
        (("task", "lead", "", "", "", ""), "一", "0.headings"),
        (("lead", "", "", "", "", ""), 1, ""),
        (("task", "lead"), 1, ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_column(
    at: Government, fields: tuple[str, ...], headings: Any, fault: str
) -> None:
    document = load(at.supervisor)
    refusal = refused(BadInput, lambda: remap(document, at.supervisor, *fields, headings=headings))
    assert set(refusal.fields) == {fault}


def test_a_document_that_reads_otherwise_now_is_left_alone(at: Government) -> None:
    document = load(at.supervisor)
    Document.objects.filter(pk=document.pk).update(text=document.text.replace("滨河", "沿河"))
    refused(WrongState, lambda: remap(document, at.supervisor, *TWISTED))


def test_only_the_supervision_office_of_the_city_changes_columns(at: Government) -> None:
    document = load(at.supervisor)
    elsewhere = government(2024)
    for name, post in at.posts.items():
        if post in (at.director, at.supervisor, at.supervisor_2):
            remap(document, post, *TWISTED)
        else:
            kind = Forbidden if name == "auditor" else Invisible
            refused(kind, lambda post=post: remap(document, post, *TWISTED))
    refused(Invisible, lambda: remap(document, elsewhere.supervisor, *TWISTED))
