"""催办: who may urge, what the unit owes then, and the list for the chat group."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.errors import BadInput, Forbidden, WrongState
from pledges.models import Pledge
from tests.factories import Government, PledgeFactory, government, perform, pledge_in
from workflow import story
from workflow.models import Task
from workflow.urging import call_list

pytestmark = pytest.mark.django_db

MAY_URGE = {"supervisor", "supervisor_2", "director"}
MAY_ANSWER = {"coordinator", "head"}


@pytest.fixture
def at() -> Government:
    return government()


def urged(at: Government, state: str = "in_progress", **more: Any) -> Pledge:
    return perform("urge", pledge_in(state, at, **more), at.supervisor, at="2020-03-02", words="请尽快报送")


def waiting(pledge: Pledge) -> list[tuple[Any, ...]]:
    found = Task.objects.open().filter(pledge=pledge, kind="answer_urge")
    return list(found.values_list("post", "due_date"))


@pytest.mark.parametrize("state", ["assigned", "in_progress"])
def test_an_urge_becomes_the_head_s_task_for_five_working_days(at: Government, state: str) -> None:
    pledge = pledge_in(state, at)
    before = pledge.version
    pledge = perform("urge", pledge, at.supervisor, at="2020-03-02", words="请尽快报送")
    # 2 March 2020 was a Monday; the fifth working day after it is Monday the 9th.
    assert waiting(pledge) == [(at.head.pk, datetime.date(2020, 3, 9))]
    assert pledge.version == before
    told = story.of_pledge(pledge)[-1]
    assert (told.act, told.words) == ("催办", "请尽快报送")


def test_an_urge_needs_no_words(at: Government) -> None:
    pledge = perform("urge", pledge_in("in_progress", at), at.director, at="2020-03-02")
    assert len(waiting(pledge)) == 1


def test_where_there_is_no_head_the_coordinator_is_urged(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    Pledge.objects.filter(pk=pledge.pk).update(lead_unit=at.county)
    perform("urge", pledge, at.supervisor, at="2020-03-02")
    assert [post for post, _day in waiting(pledge)] == [at.county_coordinator.pk]


def test_a_second_urge_waits_for_the_answer_to_the_first(at: Government) -> None:
    pledge = urged(at)
    with pytest.raises(WrongState, match="已催办,等待回应"):
        perform("urge", pledge, at.director, at="2020-03-03")
    perform("answer_urge", pledge, at.coordinator, at="2020-03-04", words="本周内报送")
    assert waiting(pledge) == []
    perform("urge", pledge, at.director, at="2020-03-05")
    assert len(waiting(pledge)) == 1


@pytest.mark.parametrize("post", ["coordinator", "head"])
def test_coordinator_or_head_answers(at: Government, post: str) -> None:
    pledge = urged(at)
    perform("answer_urge", pledge, getattr(at, post), at="2020-03-04", words="本周内报送")
    assert waiting(pledge) == []
    assert story.of_pledge(pledge)[-1].words == "本周内报送"


def test_without_an_urge_there_is_nothing_to_answer(at: Government) -> None:
    with pytest.raises(WrongState, match="没有等待回应的催办"):
        perform("answer_urge", pledge_in("in_progress", at), at.coordinator, at="2020-03-04", words="好")


def test_a_report_answers_an_urge(at: Government) -> None:
    pledge = urged(at)
    values = {str(target.pk): "120" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-03-20", sentence="已铺到村口", values=values)
    assert waiting(pledge) == []


@pytest.mark.parametrize("state", ["draft", "claimed", "closed"])
def test_only_what_a_unit_owes_is_urged(at: Government, state: str) -> None:
    with pytest.raises(WrongState):
        perform("urge", pledge_in(state, at), at.supervisor, at="2020-12-01")


def test_nobody_else_urges_or_answers(at: Government) -> None:
    pledge = urged(at, support=(at.water,))
    seeing = ("leader", "auditor", "director", "supervisor", "supervisor_2", "coordinator", "head", "water_head")
    for name in seeing:
        if name not in MAY_URGE:
            with pytest.raises(Forbidden):
                perform("urge", pledge, getattr(at, name), at="2020-03-03")
        if name not in MAY_ANSWER:
            with pytest.raises(Forbidden):
                perform("answer_urge", pledge, getattr(at, name), at="2020-03-03", words="好")


@pytest.mark.parametrize("words", ["", "  ", None, 5, ["好"], "好\x00", "长" * 501])
def test_what_cannot_be_taken_as_an_answer_is_refused(at: Government, words: Any) -> None:
    pledge = urged(at)
    with pytest.raises(BadInput) as refusal:
        perform("answer_urge", pledge, at.coordinator, at="2020-03-03", words=words)
    assert list(refusal.value.fields) == ["words"]
    assert len(waiting(pledge)) == 1


# 催报名单


def test_the_list_names_units_numbers_short_titles_days_and_what_is_missing(at: Government) -> None:
    late = pledge_in("in_progress", at, title="完成全市三百五十五个行政村的生活污水治理任务并通过验收")
    Pledge.objects.filter(pk=late.pk).update(due_date="2020-09-01")
    silent = pledge_in("in_progress", at, title="新改建卫生厕所")
    Pledge.objects.filter(pk=silent.pk).update(missed=2)
    unsigned = pledge_in("assigned", at, title="改造管网")
    Pledge.objects.filter(pk=unsigned.pk).update(lead_unit=at.water)
    behind = pledge_in("in_progress", at, title="整治河道")
    text = call_list(Pledge.objects.select_related("lead_unit").order_by("-pk"), today=datetime.date(2020, 9, 15))
    assert text == (
        "【住房城乡建设局】3 项\n"
        f"{late.number} 完成全市三百五十五个行政村的生活污水治…,2020-09-01 到期,已逾期 14 天\n"
        f"{silent.number} 新改建卫生厕所,2020-12-15 到期,未报送\n"
        f"{behind.number} 整治河道,2020-12-15 到期,请报进展\n"
        "\n"
        "【水务局】1 项\n"
        f"{unsigned.number} 改造管网,2020-12-15 到期,待签收"
    )


def test_the_list_asks_the_database_nothing_and_may_be_empty(at: Government) -> None:
    assert call_list([], today=datetime.date(2020, 9, 15)) == ""
    for _number in range(5):
        PledgeFactory(programme=at.programme, state="in_progress", lead_unit=at.housing, due_date="2020-12-15",
                      assigned_date="2020-02-03")  # fmt: skip
    found = list(Pledge.objects.select_related("lead_unit"))
    with CaptureQueriesContext(connection) as queries:
        call_list(found, today=datetime.date(2020, 9, 15))
    assert len(queries) == 0
