"""From a document to draft pledges. What extraction reads is given here; how well it reads is tested elsewhere."""

import datetime
import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.extraction import records
from pledges.models import Document, Measure, Pledge, Post, Programme, Target
from tests.factories import CityFactory, Government, PostFactory, UnitFactory, actor, government, moment
from workflow import intake, measure_decisions
from workflow.models import Event, Stream, Task

TEXT = "云溪市工作要点\n完成七个镇的管网改造,新增公交线路7.5万公里。\n保持安静。\n"
AT = moment("2020-01-20")


@pytest.fixture
def at(db: None) -> Government:
    return government()


def a_measure(quote: str, *targets: records.Target, **fields: Any) -> records.Measure:
    start = TEXT.index(quote)
    given: dict[str, Any] = {
        "trackable": True, "form": "quantified", "firmness": "firm", "deadline": None, "lead": (), "support": (),
        "person": (), "doubts": (), "section": "一、城建",
    } | fields  # fmt: skip
    return records.Measure(start=start, end=start + len(quote), quote=quote, targets=targets, **given)


def a_target(quote: str, value: str, **fields: Any) -> records.Target:
    start = TEXT.index(quote)
    given: dict[str, Any] = {
        "value_max": None, "unit": "公里", "comparator": "eq", "measure": "amount", "object": "公交线路",
        "deadline": None,
    } | fields  # fmt: skip
    return records.Target(start=start, end=start + len(quote), quote=quote, value=Decimal(value), **given)


FOUND = (
    a_measure("完成七个镇的管网改造", form="milestone", deadline=datetime.date(2020, 6, 30), person=("王敏",)),
    a_measure("新增公交线路7.5万公里", a_target("7.5万公里", "75000")),
    a_measure("保持安静", trackable=False, form="principle"),
)


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What extraction finds from now on."""

    def find(*measures: records.Measure) -> None:
        result = records.Extraction("report", (records.Zone("plan", 0, len(TEXT)),), (), measures)
        monkeypatch.setattr(intake.extraction, "extract", lambda text, year, kind: result)

    find(*FOUND)
    return find


def load(by: Post, content: bytes = TEXT.encode(), **fields: Any) -> Document:
    given: dict[str, Any] = {"filename": "要点.txt", "title": "", "plan_year": 2020, "kind": None, "at": AT} | fields
    return intake.import_document(actor=actor(by), content=content, **given)


def everything() -> list[Any]:
    return [list(kind.objects.order_by("pk").values()) for kind in (Document, Measure, Pledge, Programme, Task, Event)]


def refused(kind: type[DomainError], act: Callable[[], Any]) -> Any:
    before = everything()
    with pytest.raises(kind) as caught, transaction.atomic():
        act()
    assert everything() == before
    return caught.value


# Importing


def test_a_document_is_kept_byte_for_byte_with_its_measures(at: Government) -> None:
    content = TEXT.encode("gb18030")
    document = load(at.supervisor, content, title="  2020年工作要点 ")
    assert (bytes(document.content), document.text, document.sha256) == (
        content,
        TEXT,
        hashlib.sha256(content).hexdigest(),
    )
    assert (document.title, document.kind, document.imported_by) == ("2020年工作要点", "report", at.supervisor.holder)
    assert document.zones == [["plan", 0, len(TEXT)]]
    measures = list(document.measures.all())
    assert [document.text[one.start : one.end] for one in measures] == [one.quote for one in measures]
    assert [(one.position, one.title, one.fate, one.version) for one in measures] == [
        (1, "完成七个镇的管网改造", "pending", 1),
        (2, "新增公交线路7.5万公里", "pending", 1),
        (3, "保持安静", "pending", 1),
    ]
    assert measures[1].targets == [
        {
            "start": TEXT.index("7.5"), "end": TEXT.index("公里。") + 2, "quote": "7.5万公里", "value": "75000",
            "value_max": None, "unit": "公里", "scale": 10000, "comparator": "eq", "quantity_kind": "amount",
            "object": "公交线路", "deadline": None,
        }
    ]  # fmt: skip


def test_importing_opens_the_review_and_writes_the_event(at: Government) -> None:
    document = load(at.supervisor)
    task = Task.objects.get(document=document)
    assert (task.kind, task.post, str(task.due_date)) == ("review_measures", at.supervisor, "2020-02-03")
    event = Event.objects.get()
    assert (event.stream.name, event.action, event.post) == (f"document:{document.pk}", "import", at.supervisor)
    assert json.loads(event.payload.text) == {"title": "要点.txt", "sha256": document.sha256, "measures": 3}


def test_a_document_without_anything_to_decide_opens_no_task(at: Government, found: Callable[..., None]) -> None:
    found(FOUND[2])
    load(at.supervisor)
    assert not Task.objects.exists()


def test_a_new_years_first_document_makes_the_programme_and_its_four_periods(at: Government) -> None:
    document = load(at.director, plan_year=2021)
    assert document.programme.government == at.city
    assert [period.key for period in document.programme.periods.all()] == ["2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"]
    assert load(at.director, TEXT.encode("gb18030"), plan_year=2021).programme == document.programme


NO_TEXT = [
    (b"", "文件里没有文字,请检查后重新选择。"),
    (b" \n\t ", "文件里没有文字,请检查后重新选择。"),
    (b"%PDF-1.7 ...", "文件已损坏,无法打开,请用办公软件打开并重新保存后再导入。"),
    (b"only English here", "文件里没有中文,请检查是不是选错了文件。"),
    (bytes(range(128, 256)) * 20, "文件不是可识别的中文文本,请另存为 UTF-8 编码的纯文本(.txt)后再导入。"),
]


@pytest.mark.parametrize(("content", "message"), NO_TEXT)
def test_what_is_no_chinese_text_is_refused_by_its_file(at: Government, content: bytes, message: str) -> None:
    refusal = refused(BadInput, lambda: load(at.supervisor, content, plan_year=2023))
    assert {name: str(text) for name, text in refusal.fields.items()} == {"file": message}


def test_the_same_bytes_are_imported_once_a_year(at: Government) -> None:
    load(at.supervisor)
    refusal = refused(BadInput, lambda: load(at.supervisor_2))
    assert set(refusal.fields) == {"file"}
    load(at.supervisor, plan_year=2021)


@pytest.mark.parametrize("year", [0, 1989, 2201])
def test_the_plan_year_is_plausible(at: Government, year: int) -> None:
    assert set(refused(BadInput, lambda: load(at.supervisor, plan_year=year)).fields) == {"plan_year"}


def test_only_the_supervision_office_imports(at: Government) -> None:
    for name, post in at.posts.items():
        if post not in (at.director, at.supervisor, at.supervisor_2):
            refusal = refused(Forbidden, lambda post=post: load(post))
            assert str(refusal.reason) == "只有督查室可以导入文件和核定条目。", name


# Deciding


@pytest.fixture
def measures(at: Government) -> list[Measure]:
    return list(load(at.supervisor).measures.all())


def accept(one: Measure, by: Post, version: int = 1, **payload: Any) -> Pledge:
    return measure_decisions.accept_measure(one.pk, actor=actor(by), version=version, payload=payload, at=AT)


def edit(one: Measure, by: Post, version: int = 1, **payload: Any) -> Measure:
    return measure_decisions.edit_measure(one.pk, actor=actor(by), version=version, payload=payload, at=AT)


def reject(one: Measure, by: Post, version: int = 1, reason: str = "与上年重复") -> Measure:
    return measure_decisions.reject_measure(one.pk, actor=actor(by), version=version, reason=reason, at=AT)


def reopen(one: Measure, by: Post, version: int = 2) -> Measure:
    return measure_decisions.reopen_measure(one.pk, actor=actor(by), version=version, at=AT)


def test_accepting_makes_a_draft_with_its_provenance(at: Government, measures: list[Measure]) -> None:
    pledge = accept(measures[1], at.supervisor)
    assert (pledge.number, pledge.state, pledge.version) == ("2020-001", "draft", 1)
    assert pledge.title == "新增公交线路7.5万公里"
    assert (pledge.measure, pledge.document, pledge.quote) == (measures[1], measures[1].document, measures[1].quote)
    assert (pledge.section, pledge.basis) == ("一、城建", "要点.txt")
    assert str(pledge.due_date) == str(pledge.original_due_date) == "2020-12-31"
    target = Target.objects.get(pledge=pledge)
    assert (target.value, target.unit, target.scale, target.quote) == (Decimal(75000), "公里", 10000, "7.5万公里")
    measures[1].refresh_from_db()
    assert (measures[1].fate, measures[1].version) == ("accepted", 2)
    task = Task.objects.get(pledge=pledge)
    assert (task.kind, task.post, str(task.due_date)) == ("assign", at.director, "2020-02-03")
    assert (Pledge.objects.get().light, Pledge.objects.get().light_reason) == ("grey", "not_due")


def test_accepting_begins_the_pledges_stream_and_goes_on_in_the_documents(
    at: Government, measures: list[Measure]
) -> None:
    pledge = accept(measures[1], at.supervisor)
    assert {stream.name: stream.count for stream in Stream.objects.all()} == {
        f"document:{pledge.document_id}": 2,
        f"pledge:{pledge.pk}": 1,
    }
    assert Event.objects.get(stream__name=f"pledge:{pledge.pk}").action == "draft"


def test_what_was_read_is_taken_over_and_can_be_edited_on_the_way(at: Government, measures: list[Measure]) -> None:
    pledge = accept(
        measures[0],
        at.director,
        title="完成七个镇管网改造",
        lead_unit=at.housing.pk,
        support_units=[at.water.pk],
        leader=at.leader.pk,
        due_date="2020-09-30",
        deliverable="竣工验收",
        tags="民生实事、重点项目",
    )
    assert (pledge.title, pledge.person, str(pledge.due_date)) == ("完成七个镇管网改造", "王敏", "2020-09-30")
    assert (pledge.lead_unit, pledge.leader, pledge.deliverable) == (at.housing, at.leader, "竣工验收")
    assert pledge.tags == ["民生实事", "重点项目"]
    assert set(pledge.parties.values_list("unit", "part")) == {(at.housing.pk, "lead"), (at.water.pk, "support")}
    assert str(accept(measures[1], at.director, due_date="").due_date) == "2020-12-31"


def test_the_deadline_that_was_read_is_the_due_date(at: Government, measures: list[Measure]) -> None:
    assert str(accept(measures[0], at.director).due_date) == "2020-06-30"


def test_numbers_rise_and_a_rejected_measure_uses_none(at: Government, measures: list[Measure]) -> None:
    assert accept(measures[0], at.supervisor).number == "2020-001"
    reject(measures[2], at.supervisor)
    assert accept(measures[1], at.supervisor).number == "2020-002"


def test_a_principle_is_no_pledge_until_it_is_made_one(at: Government, measures: list[Measure]) -> None:
    assert set(refused(BadInput, lambda: accept(measures[2], at.supervisor)).fields) == {"form"}
    assert accept(measures[2], at.supervisor, form="ongoing").form == "ongoing"


def test_an_edit_is_kept_for_the_decision(at: Government, measures: list[Measure]) -> None:
    one = edit(
        measures[0],
        at.supervisor,
        title="改造七个镇的管网",
        due_date="2020-08-31",
        person="李强",
        lead_unit=at.housing.pk,
        support_units=[at.water.pk],
    )
    one.refresh_from_db()
    assert (one.title, str(one.deadline), one.person, one.version) == ("改造七个镇的管网", "2020-08-31", ["李强"], 2)
    assert (one.lead, one.support, one.quote) == (["住房城乡建设局"], ["水务局"], "完成七个镇的管网改造")
    pledge = accept(one, at.supervisor, version=2)
    assert (pledge.title, str(pledge.due_date), pledge.person) == ("改造七个镇的管网", "2020-08-31", "李强")


def test_rejecting_needs_a_reason_and_can_be_taken_back(at: Government, measures: list[Measure]) -> None:
    for reason in ("", "  ", "很" * 201):
        refusal = refused(BadInput, lambda reason=reason: reject(measures[0], at.supervisor, reason=reason))
        assert set(refusal.fields) == {"reason"}
    assert (reject(measures[0], at.supervisor).fate, measures[0].document.measures.first().reason) == (
        "rejected",
        "与上年重复",
    )
    one = reopen(measures[0], at.supervisor)
    assert (one.fate, one.reason, one.version) == ("pending", "", 3)
    accept(one, at.supervisor, version=3)


def test_a_decision_is_made_once(at: Government, measures: list[Measure]) -> None:
    accept(measures[0], at.supervisor)
    for act in (accept, edit, reject):
        refused(WrongState, lambda act=act: act(measures[0], at.supervisor, 2))
    refused(WrongState, lambda: reopen(measures[0], at.supervisor, 2))
    refused(WrongState, lambda: reopen(measures[1], at.supervisor, 1))


def test_an_old_form_is_told_how_the_measure_stands(at: Government, measures: list[Measure]) -> None:
    reject(measures[0], at.supervisor)
    for act in (accept, edit, reject):
        refusal = refused(Stale, lambda act=act: act(measures[0], at.supervisor_2, 1))
        assert [str(change) for change in refusal.changes] == ["这一条现为“不立项”:完成七个镇的管网改造"]


def test_the_auditor_sees_measures_and_decides_nothing_and_others_do_not_see_them(
    at: Government, measures: list[Measure]
) -> None:
    for act in (accept, edit, reject):
        refused(Forbidden, lambda act=act: act(measures[0], at.auditor))
        for post in (at.coordinator, at.leader, at.system_admin, government().director):
            # The other city is made before anything is compared.
            with pytest.raises(Invisible):
                act(measures[0], post)


def test_the_review_ends_with_the_last_measure_worth_deciding(at: Government, measures: list[Measure]) -> None:
    reviews = Task.objects.open().filter(kind="review_measures")
    accept(measures[0], at.supervisor)
    assert reviews.exists()
    reject(measures[1], at.supervisor)
    assert not reviews.exists()


def test_taking_a_rejection_back_opens_the_review_again(at: Government, measures: list[Measure]) -> None:
    accept(measures[0], at.supervisor), reject(measures[1], at.supervisor)
    reopen(measures[1], at.supervisor_2)
    task = Task.objects.open().get(kind="review_measures")
    assert task.post == at.supervisor_2


def test_a_passage_that_was_overlooked_can_be_marked_and_waits_like_any_other(
    at: Government, measures: list[Measure]
) -> None:
    document = measures[0].document
    for one in measures[:2]:
        reject(one, at.supervisor)
    start = TEXT.index("新增公交")
    marked = measure_decisions.add_measure(document.pk, actor=actor(at.supervisor), start=start, end=start + 4, at=AT)
    assert (marked.quote, marked.position, marked.section, marked.fate) == ("新增公交", 4, "一、城建", "pending")
    assert Task.objects.open().filter(kind="review_measures").exists()
    for span in ((5, 5), (-1, 4), (0, len(TEXT) + 1), (7, 8)):
        with pytest.raises(BadInput):
            measure_decisions.add_measure(document.pk, actor=actor(at.supervisor), start=span[0], end=span[1], at=AT)


# Which supervision office imports for which city: the county's own is not part of the city's programme.


def test_a_second_city_has_its_own_programme(at: Government) -> None:
    city = CityFactory()
    office = UnitFactory(parent=city, kind="office", name="督查室")
    elsewhere = PostFactory(unit=office, role="supervisor", title="督查一科")
    PostFactory(unit=office, role="director", title="主任")
    assert load(at.supervisor).programme != load(elsewhere).programme


def test_everything_wrong_with_what_is_said_of_a_document_is_said_at_once() -> None:
    assert set(intake.faults_of(plan_year=None, title="题" * 201, kind="poem")) == {"plan_year", "title", "kind"}
    assert intake.faults_of(plan_year=2020, title="题" * 200, kind=None) == {}
