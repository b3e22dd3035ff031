"""督办单: the unit answers row by row, the office judges row by row."""

import datetime
from typing import Any

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge
from tests.factories import Government, actor, government, moment, pledge_in
from tests.workflow.sheet_world import answer, answered, issue, issued, judge, put, tasks
from workflow import audit, sheets
from workflow.models import Sheet
from workflow.sheet_manners import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


# Answering


def test_row_by_row_until_the_last_answer_sends_it_back(at: Government) -> None:
    _sheet, rows = issued(at)
    sheet = answer(at, rows[0])
    assert sheet.status == "issued"
    assert tasks(sheet)[0][0] == "answer_sheet"
    sheet = answer(at, rows[1], "已复工", by=at.head)
    assert sheet.status == "answered"
    [(kind, post, due)] = tasks(sheet)
    assert (kind, due) == ("judge_sheet", datetime.date(2020, 7, 22))  # five working days after Wednesday the 15th
    assert post in (at.supervisor.pk, at.supervisor_2.pk)
    assert list(sheet.rows.order_by("pledge__number").values_list("answer", "answered_by")) == [
        ("三日内复工", at.coordinator.holder.pk),
        ("已复工", at.head.holder.pk),
    ]


def test_an_answer_may_be_put_better_until_the_last_one_is_given(at: Government) -> None:
    _sheet, rows = issued(at)
    answer(at, rows[0])
    answer(at, rows[0], "两日内复工")
    rows[0].refresh_from_db()
    assert rows[0].answer == "两日内复工"
    answer(at, rows[1])
    with pytest.raises(WrongState):
        answer(at, rows[0], "明日复工")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("supervisor", Forbidden),
        ("director", Forbidden),
        ("leader", Forbidden),
        ("auditor", Forbidden),
        ("water_head", Invisible),
        ("county_coordinator", Invisible),
        ("system_admin", Invisible),
    ],
)
def test_the_unit_alone_answers(at: Government, who: str, refusal: type[Exception]) -> None:
    _sheet, rows = issued(at)
    with pytest.raises(refusal):
        answer(at, rows[0], by=getattr(at, who))


def test_a_county_sees_its_bureau_s_sheet_and_does_not_answer_it(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    Pledge.objects.filter(pk=pledge.pk).update(lead_unit=at.county_housing)
    row = put(at, pledge)
    issue(at, row.sheet)
    with pytest.raises(Forbidden):
        answer(at, row, by=at.county_coordinator)
    assert answer(at, row, by=at.county_housing_coordinator).status == "answered"


@pytest.mark.parametrize("words", ["", " ", None, 4, "长" * 501, "停\x00工", "绝密★"])
def test_an_answer_that_cannot_be_taken_is_refused(at: Government, words: Any) -> None:
    sheet, rows = issued(at)
    with pytest.raises(BadInput) as refusal:
        answer(at, rows[0], words)
    assert list(refusal.value.fields) == ["words"]
    assert Sheet.objects.get(pk=sheet.pk).version == sheet.version


def test_faults_of_several_rows_are_said_at_once(at: Government) -> None:
    sheet, rows = issued(at)
    answers = {row.pk: {"words": ""} for row in rows}
    with pytest.raises(BadInput) as refusal:
        sheets.answer(sheet.pk, actor=actor(at.head), version=sheet.version, answers=answers, at=moment("2020-07-15"))
    assert set(refusal.value.fields) == {f"{row.pk}.words" for row in rows}
    with pytest.raises(BadInput):
        sheets.answer(sheet.pk, actor=actor(at.head), version=sheet.version, answers={}, at=moment("2020-07-15"))


def test_a_row_of_another_sheet_is_refused(at: Government) -> None:
    _sheet, rows = issued(at)
    other = put(at, colour="red")
    with pytest.raises(BadInput):
        sheets.answer(
            rows[0].sheet_id,
            actor=actor(at.head),
            version=Sheet.objects.get(pk=rows[0].sheet_id).version,
            answers={other.pk: {"words": "好"}},
            at=moment("2020-07-15"),
        )


def test_who_answers_second_is_told_what_the_other_said(at: Government) -> None:
    sheet, rows = issued(at)
    answer(at, rows[0])
    with pytest.raises(Stale) as refusal:
        answer(at, rows[1], by=at.head, version=sheet.version)
    assert "三日内复工" in refusal.value.changes[0]


# Judging


def test_a_sheet_is_closed_when_every_answer_is_accepted(at: Government) -> None:
    _sheet, rows = answered(at)
    sheet = judge(at, rows[0], "accepted")
    assert (sheet.status, tasks(sheet)[0][0]) == ("answered", "judge_sheet")
    sheet = judge(at, rows[1], "accepted", "措施可行", by=at.director)
    assert (sheet.status, sheet.closed_at, tasks(sheet)) == ("closed", moment("2020-07-16"), [])
    assert [line.act for line in told(sheet)][-2:] == ["认可督办回复", "认可督办回复"]


def test_a_rejected_row_goes_back_and_the_accepted_one_stays(at: Government) -> None:
    sheet, rows = answered(at)
    judge(at, rows[0], "accepted")
    sheet = judge(at, rows[1], "rejected", "没有写明责任人")
    # Three working days after Thursday 16 July 2020.
    assert (sheet.status, sheet.due_date) == ("issued", datetime.date(2020, 7, 21))
    assert tasks(sheet) == [("answer_sheet", at.head.pk, datetime.date(2020, 7, 21))]
    for row in rows:
        row.refresh_from_db()
    assert [(row.answer, row.verdict) for row in rows] == [("三日内复工", "accepted"), ("", "rejected")]
    assert rows[1].verdict_words == "没有写明责任人"
    assert "三日内复工" in [line.words for line in told(sheet)][-3]  # the answer stays in the record
    with pytest.raises(WrongState, match="已经认可"):
        answer(at, rows[0], "再说一遍")
    sheet = answer(at, rows[1], "由副局长包干")
    assert sheet.status == "answered"
    assert judge(at, rows[1], "accepted").status == "closed"
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("verdict", "words", "field"),
    [
        ("rejected", "", "words"),
        ("rejected", "  ", "words"),
        ("maybe", "好", "verdict"),
        ("", "好", "verdict"),
        (None, "", "verdict"),
        (["accepted"], "", "verdict"),
        ("accepted", "长" * 301, "words"),
        ("accepted", 3, "words"),
    ],
)
def test_a_verdict_that_cannot_be_taken_is_refused(at: Government, verdict: Any, words: Any, field: str) -> None:
    _sheet, rows = answered(at)
    with pytest.raises(BadInput) as refusal:
        judge(at, rows[0], verdict, words)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("who", ["coordinator", "head", "leader", "auditor"])
def test_the_office_alone_judges(at: Government, who: str) -> None:
    _sheet, rows = answered(at)
    with pytest.raises(Forbidden):
        judge(at, rows[0], "accepted", by=getattr(at, who))


def test_nothing_is_judged_before_everything_is_answered(at: Government) -> None:
    _sheet, rows = issued(at)
    answer(at, rows[0])
    with pytest.raises(WrongState):
        judge(at, rows[0], "accepted")
