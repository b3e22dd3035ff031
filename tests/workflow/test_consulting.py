"""Answering a draft, settling what was suggested, agreeing to the rest, and signing for a whole list."""

import json
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Post, Programme
from tests.factories import Government, actor, day, government, moment, perform
from tests.workflow.programme_life import act, answer, bring_to, draft, lists
from workflow import programmes, services, story
from workflow.models import ConsultationAnswer, Event, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def asked(at: Government) -> Pledge:
    """One draft of housing in a programme that is out for comment since Monday 3 February."""
    return bring_to("consulting", at)


def settle(pledge: Pledge, post: Post, on: str = "2020-02-05", **given: Any) -> Pledge:
    return perform("settle_row", pledge, post, at=on, **{"settlement": "adopted", **given})


OFFICE = "只有督查室可以这样做。"
HEAD = "只有牵头单位的负责人可以这样做。"
OTHERS = "这一事项由其他单位牵头,您可以查看,不能代为办理。"
GONE, YES = "invisible", "done"
MATRIX = {
    # director, supervisor, leader, auditor, head, coordinator, supporting head, other unit, statistician
    "answer_row": (HEAD, HEAD, HEAD, HEAD, YES, HEAD, OTHERS, GONE, GONE),
    "settle_row": (YES, YES, OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, GONE, GONE),
}
ROLES = (
    "director",
    "supervisor",
    "leader",
    "auditor",
    "head",
    "coordinator",
    "water_head",
    "county_coordinator",
    "statistician",
)


@pytest.mark.parametrize("name", MATRIX)
def test_who_answers_and_who_settles(at: Government, name: str) -> None:
    pledge = draft(at)
    pledge.parties.create(unit=at.water, part="support")
    act("begin_consulting", at, at.supervisor)
    if name == "settle_row":
        answer(at, pledge, at.head, "adjust", "应由水务局牵头")
    found = []
    for role in ROLES:
        sid = transaction.savepoint()
        try:
            perform(name, pledge, at.posts[role], at="2020-02-05", answer="agree", settlement="adopted")
            found.append(YES)
        except Invisible:
            found.append(GONE)
        except Forbidden as refusal:
            found.append(str(refusal))
        transaction.savepoint_rollback(sid)
    assert tuple(found) == MATRIX[name]


def test_the_coordinator_answers_where_there_is_no_head(at: Government) -> None:
    pledge = draft(at, lead_unit=at.county)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.county_coordinator)
    assert ConsultationAnswer.objects.get().unit == at.county


@pytest.mark.parametrize(
    ("state", "words"),
    [("approved", "年度台账现为“审定”,不在征求意见。"), ("issued", "事项现为“待签收”,不能答复征求意见。")],
)
def test_nobody_answers_outside_the_consultation(at: Government, state: str, words: str) -> None:
    pledge = bring_to(state, at)
    with pytest.raises(WrongState) as refusal:
        answer(at, pledge, at.head, on="2020-02-12")
    assert str(refusal.value) == words


def test_agreeing_closes_the_units_list_and_raises_no_version(at: Government, asked: Pledge) -> None:
    after = answer(at, asked, at.head)
    found = ConsultationAnswer.objects.get()
    assert (found.unit, found.answer, found.words, found.by, found.post) == (
        at.housing,
        "agree",
        "",
        at.head.holder,
        at.head,
    )
    assert (after.state, after.version) == ("draft", asked.version)
    assert (lists("consult"), lists("settle_answers")) == ([], [])
    assert story.of_pledge(asked)[-1].text.endswith("答复征求意见:同意")


def test_a_suggestion_needs_words_and_opens_the_task_to_settle_it(at: Government, asked: Pledge) -> None:
    with pytest.raises(BadInput) as refusal:
        answer(at, asked, at.head, "adjust")
    assert set(refusal.value.fields) == {"words"}
    with pytest.raises(BadInput) as unanswered:
        answer(at, asked, at.head, "")
    assert set(unanswered.value.fields) == {"answer"}
    assert not ConsultationAnswer.objects.exists()
    answer(at, asked, at.head, "adjust", "应由水务局牵头")
    ((post, due),) = lists("settle_answers")
    assert (post in (at.supervisor, at.supervisor_2), due) == (True, "2020-02-07")
    assert lists("consult") == []
    assert story.of_pledge(asked)[-1].text.endswith("答复征求意见:建议调整:应由水务局牵头")


def test_an_answer_may_be_changed_until_it_is_settled(at: Government, asked: Pledge) -> None:
    answer(at, asked, at.head, "adjust", "应由水务局牵头")
    answer(at, asked, at.head, "agree")
    assert ConsultationAnswer.objects.get().answer == "agree"
    assert lists("settle_answers") == []
    answer(at, asked, at.head, "adjust", "时限太紧")
    settle(asked, at.supervisor, settlement="kept", words="会议已定")
    with pytest.raises(WrongState) as refusal:
        answer(at, asked, at.head)
    assert str(refusal.value) == "督查室已经处理了这条意见。"


# 处理意见


def test_there_is_nothing_to_settle_without_a_suggestion(at: Government, asked: Pledge) -> None:
    for given in (None, "agree"):
        if given:
            answer(at, asked, at.head, given)
        with pytest.raises(WrongState) as refusal:
            settle(asked, at.supervisor)
        assert str(refusal.value) == "没有等待处理的反馈意见。"


@pytest.mark.parametrize("settlement", ["partly", "kept"])
def test_what_is_not_wholly_adopted_is_explained(at: Government, asked: Pledge, settlement: str) -> None:
    answer(at, asked, at.head, "adjust", "时限改到 12 月底")
    with pytest.raises(BadInput) as refusal:
        settle(asked, at.supervisor, settlement=settlement)
    assert {name: str(fault) for name, fault in refusal.value.fields.items()} == {
        "words": "没有全部采纳的,请说明理由。"
    }
    settle(asked, at.supervisor, settlement=settlement, words="工期已定")
    found = ConsultationAnswer.objects.get()
    assert (found.settlement, found.settlement_words, found.settled_by) == (
        settlement,
        "工期已定",
        at.supervisor.holder,
    )
    assert lists("settle_answers") == []


def test_adopting_changes_the_row_and_its_version(at: Government, asked: Pledge) -> None:
    answer(at, asked, at.head, "adjust", "时限改到 12 月底,改一下表述")
    after = settle(asked, at.supervisor, due_date="2020-12-31", title="完成十个村的管网改造", support=[at.water.pk])
    assert (after.title, after.due_date, after.original_due_date) == (
        "完成十个村的管网改造",
        day("2020-12-31"),
        day("2020-12-31"),
    )
    assert (after.state, after.version) == ("draft", asked.version + 1)
    assert set(after.parties.values_list("unit", "part")) == {(at.housing.pk, "lead"), (at.water.pk, "support")}
    assert (lists("consult"), lists("settle_answers")) == ([], [])


def test_another_lead_unit_is_asked_and_the_former_one_has_no_part(at: Government, asked: Pledge) -> None:
    answer(at, asked, at.head, "adjust", "应由水务局牵头")
    after = settle(asked, at.supervisor, lead_unit=at.water.pk)
    assert after.lead_unit == at.water
    assert set(after.parties.values_list("unit", "part")) == {(at.water.pk, "lead")}
    assert lists("consult") == [(at.water_head, "2020-02-12")]
    assert lists("settle_answers") == []
    answer(at, asked, at.water_head, "adjust", "仍应由住建局牵头", on="2020-02-06")
    settle(asked, at.supervisor, on="2020-02-06", lead_unit=at.housing.pk)
    assert lists("consult") == [(at.head, "2020-02-13")]  # asked anew, whatever it said before
    act("back_to_drafting", at, at.director)


def test_a_lead_changed_by_the_director_moves_the_question(at: Government, asked: Pledge) -> None:
    perform("change_lead", asked, at.director, at="2020-02-04", lead_unit=at.water.pk, basis="机构职能调整")
    assert lists("consult") == [(at.water_head, "2020-02-11")]
    assert set(asked.parties.values_list("unit", "part")) == {(at.water.pk, "lead")}


def test_an_early_assignment_ends_the_question(at: Government, asked: Pledge) -> None:
    perform("assign", asked, at.director, at="2020-02-04", lead_unit=at.housing.pk, due_date="2020-06-30", basis="1号")
    assert lists("consult") == []
    assert Task.objects.open().filter(kind="sign").get().post == at.coordinator


# 其余全部同意


def test_one_click_agrees_to_the_rest_with_one_event_each(at: Government) -> None:
    rows = [draft(at) for _each in range(3)]
    foreign = draft(at, lead_unit=at.water)
    act("begin_consulting", at, at.supervisor)
    answer(at, rows[0], at.head, "adjust", "时限太紧")
    count = programmes.agree_to_rest(at.programme.pk, actor=actor(at.head), at=moment("2020-02-04"))
    assert count == 2
    assert dict(ConsultationAnswer.objects.values_list("pledge", "answer")) == {
        rows[0].pk: "adjust",
        rows[1].pk: "agree",
        rows[2].pk: "agree",
    }
    for row in rows:
        assert Event.objects.filter(stream__name=f"pledge:{row.pk}", action="answer_row").count() == 1
    assert lists("consult") == [(at.water_head, "2020-02-10")]
    assert not Event.objects.filter(stream__name=f"pledge:{foreign.pk}", action="answer_row").exists()
    with pytest.raises(WrongState) as refusal:
        programmes.agree_to_rest(at.programme.pk, actor=actor(at.head), at=moment("2020-02-04"))
    assert str(refusal.value) == "没有等待本单位答复的事项。"


def test_agreeing_to_the_rest_is_all_or_nothing(at: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [draft(at) for _each in range(3)]
    act("begin_consulting", at, at.supervisor)
    before, carry_out = Event.objects.count(), services.carry_out

    def fails_at_the_last(transition: Any, context: Any, data: Any) -> Any:
        if context.pledge.pk == rows[2].pk:
            raise WrongState("不行")
        return carry_out(transition, context, data)

    monkeypatch.setattr(services, "carry_out", fails_at_the_last)
    with pytest.raises(WrongState):
        programmes.agree_to_rest(at.programme.pk, actor=actor(at.head), at=moment("2020-02-04"))
    assert (Event.objects.count(), ConsultationAnswer.objects.count()) == (before, 0)
    assert lists("consult") == [(at.head, "2020-02-10")]


def test_agreeing_to_rows_that_were_not_seen_is_stale(at: Government, asked: Pledge) -> None:
    with pytest.raises(Stale) as refusal:
        programmes.agree_to_rest(at.programme.pk, actor=actor(at.head), at=moment("2020-02-04"), versions={})
    assert refusal.value.changes == [f"{asked} 有变化,请核对。"]
    seen = {asked.pk: asked.version}
    assert programmes.agree_to_rest(at.programme.pk, actor=actor(at.head), at=moment("2020-02-04"), versions=seen) == 1


@pytest.mark.parametrize("post", ["director", "coordinator", "water_head"])
def test_others_do_not_agree_for_a_unit(at: Government, asked: Pledge, post: str) -> None:
    with pytest.raises((Forbidden, Invisible)):
        programmes.agree_to_rest(at.programme.pk, actor=actor(at.posts[post]), at=moment("2020-02-04"))


def test_several_answers_are_given_together_or_not_at_all(at: Government) -> None:
    first, second, third = (draft(at) for _each in range(3))
    act("begin_consulting", at, at.supervisor)

    def give(rest: dict[int, int] | None = None, **words: str) -> int:
        given = {
            first.pk: {"answer": "agree", "version": 1},
            second.pk: {"answer": "adjust", "version": 1, **words},
        }
        return programmes.answer_rows(
            at.programme.pk, actor=actor(at.head), given=given, rest=rest, at=moment("2020-02-04")
        )

    with pytest.raises(BadInput) as refusal:
        give()
    assert set(refusal.value.fields) == {f"words.{second.pk}"}
    assert not ConsultationAnswer.objects.exists()
    assert give(words="时限太紧", rest={third.pk: 1}) == 3
    assert lists("consult") == []


# 签收清单


def sign(at: Government, post: Post, **given: Any) -> int:
    return programmes.sign_list(at.programme.pk, actor=actor(post), at=moment("2020-02-13"), **given)


@pytest.fixture
def issued(at: Government) -> list[Pledge]:
    """Three pledges on housing's list, the first with its person, and one on water's."""
    rows = [draft(at, person="王敏"), draft(at), draft(at), draft(at, lead_unit=at.water)]
    act("begin_consulting", at, at.supervisor)
    act("approve_programme", at, at.director, on="2020-02-11")
    act("issue_programme", at, at.director, on="2020-02-12")
    return rows


def test_one_click_signs_the_whole_list(at: Government, issued: list[Pledge]) -> None:
    assert sign(at, at.coordinator, person=" 李强 ") == 3
    states = dict(Pledge.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in issued] == ["in_progress", "in_progress", "in_progress", "assigned"]
    assert list(Pledge.objects.filter(lead_unit=at.housing).values_list("person", flat=True)) == [
        "王敏",
        "李强",
        "李强",
    ]
    assert lists("sign_list") == [(at.water_coordinator, "2020-02-19")]
    assert Event.objects.filter(action="sign").count() == 3
    assert json.loads(Event.objects.filter(action="sign").first().payload.text)["input"] == {"person": "王敏"}
    with pytest.raises(WrongState) as refusal:
        sign(at, at.coordinator)
    assert str(refusal.value) == "没有等待本单位签收的事项。"


def test_without_a_name_only_what_has_a_person_is_signed(at: Government, issued: list[Pledge]) -> None:
    assert sign(at, at.head) == 1
    assert [post for post, _due in lists("sign_list")] == [at.coordinator, at.water_coordinator]
    with pytest.raises(BadInput) as refusal:
        sign(at, at.head, person="  ")
    assert {name: str(fault) for name, fault in refusal.value.fields.items()} == {
        "person": "这些事项还没有责任人,请填写。"
    }
    with pytest.raises(BadInput) as too_long:
        sign(at, at.head, person="长" * 61)
    assert set(too_long.value.fields) == {"person"}


def test_a_list_is_signed_by_its_unit_as_it_was_seen(at: Government, issued: list[Pledge]) -> None:
    for post in (at.director, at.leader):
        with pytest.raises(Forbidden):
            sign(at, post, person="李强")
    with pytest.raises(Invisible):
        sign(at, at.county_coordinator, person="李强")
    with pytest.raises(Stale):
        sign(at, at.coordinator, person="李强", versions={issued[0].pk: 2})
    assert not Event.objects.filter(action="sign").exists()


def test_a_pledge_assigned_by_itself_is_signed_with_the_list(at: Government, issued: list[Pledge]) -> None:
    Programme.objects.update(state="issued")
    later = draft(at)
    perform("assign", later, at.director, at="2020-02-12", lead_unit=at.housing.pk, due_date="2020-12-15", basis="2号")
    assert sign(at, at.coordinator, person="李强") == 4
    assert not Task.objects.open().filter(kind__in=("sign",)).exists()
