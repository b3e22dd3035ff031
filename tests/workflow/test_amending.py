"""A draft put right before it is assigned: what may be changed, what is told of it, and who is asked again."""

from typing import Any

import pytest

from pledges.errors import BadInput
from pledges.models import Party, Pledge, Role
from tests.factories import Government, PostFactory, UnitFactory, day, government, perform
from tests.workflow.programme_life import act, answer, draft, lists
from workflow import duties, story
from workflow.models import ConsultationAnswer, Event
from workflow.story import payload_of


@pytest.fixture
def at(db: None) -> Government:
    return government()


def amend(at: Government, pledge: Pledge, by: Any = None, **given: Any) -> Pledge:
    return perform("amend", pledge, by or at.supervisor, at="2020-02-05", **given)


EVERYTHING = {
    "title": "完成355个村的管网改造",
    "person": "王敏",
    "start_date": "2020-03-01",
    "due_date": "2020-11-30",
    "deliverable": "验收报告",
    "basis": "市政府督〔2020〕2号",
    "cadence": "monthly",
    "weight": "3",
    "goal": "三年全面完成",
}


def test_everything_about_a_draft_can_be_put_right_at_once(at: Government) -> None:
    pledge = draft(at)
    after = amend(at, pledge, lead_unit=at.water.pk, support=[at.housing.pk], leader=at.leader.pk, **EVERYTHING)
    told = {name: str(getattr(after, name)) for name in EVERYTHING}
    assert told == EVERYTHING
    assert (after.state, after.version, after.lead_unit, after.leader) == ("draft", 2, at.water, at.leader)
    assert after.original_due_date == day("2020-11-30")
    assert set(Party.objects.filter(pledge=pledge).values_list("unit", "part")) == {
        (at.water.pk, "lead"),
        (at.housing.pk, "support"),
    }
    assert not [fault for fault in duties.faults(at=Event.objects.latest("pk").at) if fault.pledge]


def test_what_is_left_out_stays_and_the_event_keeps_only_what_changed(at: Government) -> None:
    pledge = draft(at, person="李明", cadence="quarterly")
    after = amend(at, pledge, title=pledge.title, person="李明", cadence="monthly", due_date="2020-12-15")
    assert (after.person, after.cadence, after.title) == ("李明", "monthly", pledge.title)
    event = Event.objects.get(action="amend")
    assert payload_of(event)["input"] == {"cadence": "monthly"}
    assert payload_of(event)["before"] == {"state": "draft", "cadence": "quarterly"}
    line = story.of_pledge(after)[-1]
    assert (line.act, line.words, line.changes) == ("修改草案", "", ("填报周期 每季 → 每月",))


def test_a_new_basis_is_told_in_words(at: Government) -> None:
    pledge = draft(at)
    amend(at, pledge, basis="市政府督〔2020〕2号", title="完成管网改造")
    line = story.of_pledge(pledge)[-1]
    assert (line.words, line.changes) == ("依据:市政府督〔2020〕2号", (f"工作任务 {pledge.title} → 完成管网改造",))


def test_what_may_be_missing_can_be_emptied_and_the_rest_cannot(at: Government) -> None:
    full = {"leader": at.leader, "start_date": day("2020-03-01"), "person": "李明"}
    pledge = draft(at, deliverable="验收报告", basis="文件", goal="三年完成", **full)
    after = amend(at, pledge, leader="", start_date="", person=" ", deliverable="", basis="", goal="")
    emptied = (after.leader, after.start_date, after.person, after.deliverable, after.basis, after.goal)
    assert emptied == (None, None, "", "", "", "")
    with pytest.raises(BadInput) as refusal:
        amend(at, pledge, title=" ", lead_unit="", due_date="", cadence="", weight="")
    assert set(refusal.value.fields) == {"title", "lead_unit", "due_date", "cadence", "weight"}
    assert {str(words) for words in refusal.value.fields.values()} == {"这一项已经填写,可以更改,不能清空。"}


def test_a_draft_without_lead_and_day_may_stay_so(at: Government) -> None:
    pledge = draft(at, lead_unit=None, due_date=None)
    assert amend(at, pledge, lead_unit="", due_date="", goal="三年完成").lead_unit is None


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "", "没有改动,请修改后再提交。"),
    ({"person": "", "weight": "1", "due_date": "2020-12-15"}, "", "没有改动,请修改后再提交。"),
    ({"start_date": "2020-12-16"}, "start_date", "开始日期不能晚于完成时限。"),
    ({"start_date": "2020-12-16", "due_date": "2020-12-14"}, "start_date", "开始日期不能晚于完成时限。"),
    ({"due_date": "2020-13-01"}, "due_date", "请按“2020-09-15”的样式填写日期。"),
    ({"weight": "0"}, "weight", "请填写 1 到 100 的整数。"),
    ({"weight": "101"}, "weight", "请填写 1 到 100 的整数。"),
    ({"weight": "1.5"}, "weight", "请填写 1 到 100 的整数。"),
    ({"weight": True}, "weight", "请填写 1 到 100 的整数。"),
    ({"cadence": "weekly"}, "cadence", "请从下列各项中选择:每月、每季、每年。"),
    ({"lead_unit": "999999"}, "lead_unit", "没有这个单位,请从列表中选择。"),
    ({"title": "机密★一年"}, "title", "文字带有密级标志。涉密内容不能进入本平台,请删去后再提交。"),
]


@pytest.mark.parametrize(("given", "field", "words"), REFUSED)
def test_what_is_unsound_is_refused_at_its_field_and_changes_nothing(
    at: Government, given: dict[str, Any], field: str, words: str
) -> None:
    pledge = draft(at)
    before, events = Pledge.objects.values().get(pk=pledge.pk), Event.objects.count()
    with pytest.raises(BadInput) as refusal:
        amend(at, pledge, **given)
    assert {name: str(fault) for name, fault in refusal.value.fields.items()} == {field: words}
    assert (Pledge.objects.values().get(pk=pledge.pk), Event.objects.count()) == (before, events)


def test_a_due_date_before_the_start_is_refused_at_the_due_date(at: Government) -> None:
    pledge = draft(at, start_date=day("2020-05-01"))
    with pytest.raises(BadInput) as refusal:
        amend(at, pledge, due_date="2020-04-30")
    assert list(refusal.value.fields) == ["due_date"]


def test_supporting_units_ask_for_a_lead_unit(at: Government) -> None:
    pledge = draft(at, lead_unit=None)
    with pytest.raises(BadInput) as refusal:
        amend(at, pledge, support=[at.water.pk])
    assert list(refusal.value.fields) == ["lead_unit"]


def test_a_supporting_unit_that_is_to_lead_supports_no_more(at: Government) -> None:
    pledge = draft(at)
    amend(at, pledge, support=[at.water.pk, at.county.pk])
    amend(at, pledge, lead_unit=at.water.pk, support=[at.water.pk, at.county.pk])
    assert set(Party.objects.filter(pledge=pledge).values_list("unit", "part")) == {
        (at.water.pk, "lead"),
        (at.county.pk, "support"),
    }
    with pytest.raises(BadInput):  # the lead is no supporting unit, so nothing differs
        amend(at, pledge, support=[at.county.pk, at.water.pk])


# While the programme is out for comment


def test_another_lead_unit_is_consulted_once(at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    assert lists("consult") == [(at.head, "2020-02-10")]
    amend(at, pledge, lead_unit=at.water.pk)
    assert lists("consult") == [(at.water_head, "2020-02-12")]
    amend(at, pledge, goal="三年完成")
    assert lists("consult") == [(at.water_head, "2020-02-12")]


def test_who_answered_is_not_asked_again_while_it_leads(at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head)
    amend(at, pledge, title="完成管网改造", due_date="2020-11-30")
    assert lists("consult") == []
    amend(at, pledge, lead_unit=at.water.pk)
    amend(at, pledge, lead_unit=at.housing.pk)  # back to housing: it is asked about the row as it is now
    assert lists("consult") == [(at.head, "2020-02-12")]
    assert not ConsultationAnswer.objects.exists()


def test_an_objection_that_led_back_to_its_unit_waits_no_more(at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head, "adjust", "建议由水务局牵头")
    assert len(lists("settle_answers")) == 1
    amend(at, pledge, lead_unit=at.water.pk)
    assert len(lists("settle_answers")) == 1  # the objection is still to be settled
    amend(at, pledge, lead_unit=at.housing.pk)
    assert (lists("settle_answers"), lists("consult")) == ([], [(at.head, "2020-02-12")])


def test_a_draft_without_a_lead_is_put_to_the_one_it_is_given(at: Government) -> None:
    draft(at)
    act("begin_consulting", at, at.supervisor)
    pledge = draft(at, lead_unit=None)
    amend(at, pledge, lead_unit=at.water.pk)
    assert lists("consult") == [(at.head, "2020-02-10"), (at.water_head, "2020-02-12")]


def test_a_unit_without_posts_cannot_be_asked(at: Government) -> None:
    empty = UnitFactory(name="文旅局", parent=at.city)
    pledge = draft(at)
    assert amend(at, pledge, lead_unit=empty.pk).lead_unit == empty  # nobody is asked yet
    amend(at, pledge, lead_unit=at.housing.pk)
    act("begin_consulting", at, at.supervisor)
    with pytest.raises(BadInput):
        amend(at, pledge, lead_unit=empty.pk)
    PostFactory(unit=empty, role=Role.COORDINATOR)
    assert amend(at, pledge, lead_unit=empty.pk).lead_unit == empty
