"""The programme's life: each act from each state by each role, what it opens and records, and what it refuses."""

import datetime
import json

import pytest
from django.db import transaction

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Party, Pledge, Programme, Role
from tests.factories import Government, PostFactory, UnitFactory, actor, day, government, moment, perform
from tests.workflow.programme_life import PAYLOADS, act, answer, bring_to, draft, lists
from workflow import programme_story, programmes
from workflow.models import ConsultationAnswer, Event, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


# Who and when

OFFICE, DIRECTOR = "只有督查室可以这样做。", "只有督查室主任可以这样做。"
GONE, YES = "invisible", "done"
STATES = {"drafting": "拟分解", "consulting": "征求意见", "approved": "审定", "issued": "印发"}
LABELS = {
    "begin_consulting": "征求意见",
    "approve_programme": "审定",
    "issue_programme": "印发",
    "back_to_drafting": "退回拟分解",
}
WHEN = {
    "begin_consulting": ("drafting",),
    "approve_programme": ("consulting",),
    "issue_programme": ("approved",),
    "back_to_drafting": ("consulting", "approved"),
}
# fmt: off
WHO = {
    #                    director supervisor leader    auditor   head      coordinator
    "begin_consulting":  (YES,    YES,       OFFICE,   OFFICE,   OFFICE,   OFFICE),
    "approve_programme": (YES,    DIRECTOR,  DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR),
    "issue_programme":   (YES,    DIRECTOR,  DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR),
    "back_to_drafting":  (YES,    DIRECTOR,  DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR),
}
# fmt: on
ROLES = ("director", "supervisor", "leader", "auditor", "head", "coordinator")
NOBODY = ("water_head", "county_coordinator", "statistician", "system_admin", "security_admin")


@pytest.mark.parametrize("state", STATES)
def test_each_act_in_each_state_by_each_role(at: Government, state: str) -> None:
    bring_to(state, at)
    found: dict[tuple[str, str], str] = {}
    for name in PAYLOADS:
        for role in (*ROLES, *NOBODY):
            sid = transaction.savepoint()
            try:
                act(name, at, at.posts[role], on="2020-02-12")
                found[name, role] = YES
            except Invisible:
                found[name, role] = GONE
            except (Forbidden, WrongState) as refusal:
                found[name, role] = str(refusal)
            transaction.savepoint_rollback(sid)
    expected: dict[tuple[str, str], str] = {}
    for name, row in WHO.items():
        for role, who in zip(ROLES, row, strict=True):
            right = state in WHEN[name]
            late = f"年度台账现为“{STATES[state]}”,不能{LABELS[name]}。"
            expected[name, role] = late if who == YES and not right else who
            if role in ("head", "coordinator") and state == "drafting":  # units do not know of drafts yet
                expected[name, role] = GONE
        expected |= {(name, role): GONE for role in NOBODY}
    assert found == expected


def test_an_act_without_a_name_or_of_another_city_is_not_found(at: Government) -> None:
    with pytest.raises(Invisible):
        programmes.perform(
            "dance",
            programme_id=at.programme.pk,
            actor=actor(at.director),
            payload={},
            version=1,
            at=moment("2020-02-03"),
        )
    elsewhere = government()
    with pytest.raises(Invisible):
        act("begin_consulting", at, elsewhere.director)


def test_a_stale_version_is_told_what_happened_and_changes_nothing(at: Government) -> None:
    bring_to("consulting", at)
    with pytest.raises(Stale) as refusal:
        act("begin_consulting", at, at.supervisor, version=1)
    name = f"{at.director.holder}({at.director})"
    assert refusal.value.changes == [f"{name} 征求意见(拟分解 → 征求意见):1 项; 1 个单位"]
    with pytest.raises(BadInput) as unversioned:
        act("approve_programme", at, at.director, version=None)
    assert set(unversioned.value.fields) == {"version"}
    assert Programme.objects.get(pk=at.programme.pk).state == "consulting"


# 征求意见


def test_consulting_asks_each_lead_unit_once_with_five_working_days(at: Government) -> None:
    first, second = draft(at), draft(at)
    third = draft(at, lead_unit=at.county)
    programme = act("begin_consulting", at, at.supervisor)
    assert (programme.state, programme.version) == ("consulting", 2)
    assert lists("consult") == [(at.head, "2020-02-10"), (at.county_coordinator, "2020-02-10")]
    assert lists("settle_answers") == []
    leads = Party.objects.filter(part="lead").values_list("pledge", "unit")
    assert set(leads) == {(first.pk, at.housing.pk), (second.pk, at.housing.pk), (third.pk, at.county.pk)}
    event = Event.objects.get(stream__name=f"programme:{at.programme.pk}")
    payload = json.loads(event.payload.text)
    assert (event.action, event.user, event.post) == ("begin_consulting", at.supervisor.holder, at.supervisor)
    assert payload["before"] == {"state": "drafting"}
    assert payload["after"] == {"state": "consulting"}
    assert payload["told"] == {"pledges": 3, "units": 2}


def test_consulting_keeps_the_supporting_units_that_were_named(at: Government) -> None:
    pledge = draft(at)
    Party.objects.create(pledge=pledge, unit=at.water, part="support")
    act("begin_consulting", at, at.supervisor)
    assert set(pledge.parties.values_list("unit", "part")) == {(at.housing.pk, "lead"), (at.water.pk, "support")}
    assert Pledge.objects.visible_to(actor(at.water_coordinator)).get() == pledge


def test_consulting_names_the_drafts_that_lack_a_lead_unit_or_a_day(at: Government) -> None:
    draft(at)
    draft(at, lead_unit=None)
    draft(at, lead_unit=None, due_date=None)
    with pytest.raises(BadInput) as refusal:
        act("begin_consulting", at, at.supervisor)
    assert {name: str(fault) for name, fault in refusal.value.fields.items()} == {
        "lead_unit": "下列事项还没有拟定牵头单位:2020-002、2020-003。",
        "due_date": "下列事项还没有完成时限:2020-003。",
    }
    assert Programme.objects.get().state == "drafting"
    assert lists("consult") == []


def test_consulting_names_a_unit_that_nobody_answers_for(at: Government) -> None:
    empty = UnitFactory(name="档案馆", parent=at.city)
    draft(at)
    draft(at, lead_unit=empty)
    with pytest.raises(BadInput) as refusal:
        act("begin_consulting", at, at.supervisor)
    assert [str(fault) for fault in refusal.value.fields.values()] == [
        "档案馆还没有联络员或负责人,请先在组织机构中设立(2020-002)。"
    ]
    assert lists("consult") == []
    assert not Event.objects.filter(action="begin_consulting").exists()


def test_an_empty_programme_has_nothing_to_ask(at: Government) -> None:
    with pytest.raises(WrongState) as refusal:
        act("begin_consulting", at, at.supervisor)
    assert str(refusal.value) == "台账里还没有待交办的事项,请先立项。"


def test_units_see_their_drafts_from_the_consultation_until_the_issue_and_only_then(at: Government) -> None:
    pledge = draft(at)
    head, stranger = actor(at.head), actor(at.water_head)

    def seen() -> tuple[bool, bool]:
        own = Pledge.objects.visible_to(head).filter(pk=pledge.pk).exists()
        assert own == Programme.objects.visible_to(head).exists()
        return own, Pledge.objects.visible_to(stranger).exists() or Programme.objects.visible_to(stranger).exists()

    assert seen() == (False, False)
    act("begin_consulting", at, at.supervisor)
    assert seen() == (True, False)
    answer(at, pledge, at.head)
    act("approve_programme", at, at.director, on="2020-02-12")
    assert seen() == (True, False)
    act("back_to_drafting", at, at.director, on="2020-02-12")
    assert seen() == (False, False)
    Programme.objects.update(state="issued")  # a draft that is added later waits for its own assignment
    assert seen() == (False, False)


def test_a_draft_made_while_units_are_asked_is_put_to_its_lead_unit(at: Government) -> None:
    answer(at, bring_to("consulting", at), at.head)
    assert lists("consult") == []
    at.programme.refresh_from_db()
    draft(at, on="2020-02-05")
    assert lists("consult") == [(at.head, "2020-02-12")]


# 审定


def test_approval_is_recorded_with_who_and_by_which_document(at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head)
    with pytest.raises(BadInput) as refusal:
        act(
            "approve_programme",
            at,
            at.director,
            on="2020-02-05",
            approved_by="",
            approval_document="",
            approved_date="",
        )
    assert set(refusal.value.fields) == {"approved_by", "approval_document", "approved_date"}
    programme = act("approve_programme", at, at.director, on="2020-02-11")
    assert (programme.state, programme.approved_by, programme.approval_document, str(programme.approved_date)) == (
        "approved",
        "市政府常务会议",
        "〔2020〕3号纪要",
        "2020-02-11",
    )


def test_an_unsettled_suggestion_stands_in_the_way_even_after_the_last_day(at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head, "adjust", "应由水务局牵头")
    with pytest.raises(WrongState) as refusal:
        act("approve_programme", at, at.director, on="2020-02-20")
    assert str(refusal.value) == "还有 1 条“建议调整”没有处理,处理后才能审定。"


def test_silence_counts_as_consent_only_after_the_last_day_and_the_event_says_how_often(at: Government) -> None:
    rows = [draft(at), draft(at), draft(at)]
    act("begin_consulting", at, at.supervisor)
    answer(at, rows[0], at.head)
    with pytest.raises(WrongState) as refusal:
        act("approve_programme", at, at.director, on="2020-02-10", approved_date="2020-02-10")
    assert str(refusal.value) == "还有 2 项没有答复,答复期限到 2020-02-10;逾期未答复的视为同意。"
    act("approve_programme", at, at.director, on="2020-02-11")
    assert json.loads(Event.objects.get(action="approve_programme").payload.text)["told"] == {
        "pledges": 3,
        "unanswered": 2,
    }
    assert lists("consult") == []
    assert programme_story.of(at.programme)[-1].words.endswith("2 项逾期未答复,视为同意")


# 印发


def test_issuing_assigns_every_draft_with_one_list_to_sign_a_unit(at: Government) -> None:
    rows = [draft(at, person="王敏"), draft(at), draft(at, lead_unit=at.county)]
    act("begin_consulting", at, at.supervisor)
    act("approve_programme", at, at.director, on="2020-02-11")
    programme = act("issue_programme", at, at.director, on="2020-02-12")
    assert (programme.state, programme.document_number, str(programme.issued_date)) == (
        "issued",
        "云政发〔2020〕8号",
        "2020-02-12",
    )
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.basis, row.assigned_date, row.original_due_date) == (
            "assigned",
            "云政发〔2020〕8号",
            day("2020-02-12"),
            datetime.date(2020, 12, 15),
        )
        assert Event.objects.filter(stream__name=f"pledge:{row.pk}", action="assign").count() == 1
    assert rows[0].person == "王敏"
    assert lists("sign_list") == [(at.coordinator, "2020-02-19"), (at.county_coordinator, "2020-02-19")]
    assert not Task.objects.open().filter(kind__in=("sign", "assign")).exists()
    payload = json.loads(Event.objects.get(action="issue_programme").payload.text)
    assert (payload["told"], payload["input"]["document_number"]) == ({"pledges": 3, "units": 2}, "云政发〔2020〕8号")


def test_one_draft_that_cannot_be_assigned_keeps_all_from_being_issued(at: Government) -> None:
    bring_to("approved", at)
    empty = UnitFactory(name="档案馆", parent=at.city)
    leaderless = draft(at, lead_unit=None, due_date=None)
    vague = draft(at, form=Pledge.Form.ONGOING)
    orphan = draft(at, lead_unit=empty)
    before = (Event.objects.count(), list(Task.objects.values_list("pk", "closed_at")))
    with pytest.raises(BadInput) as refusal:
        act("issue_programme", at, at.director, on="2020-02-12")
    assert {name: str(fault) for name, fault in refusal.value.fields.items()} == {
        f"pledges.{leaderless.pk}": "2020-002:还没有牵头单位、还没有完成时限",
        f"pledges.{vague.pk}": "2020-003:持续性事项还没有写明成果",
        f"pledges.{orphan.pk}": "2020-004:牵头单位还没有联络员或负责人",
    }
    assert set(Pledge.objects.values_list("state", flat=True)) == {"draft"}
    assert before == (Event.objects.count(), list(Task.objects.values_list("pk", "closed_at")))
    assert Programme.objects.get(pk=at.programme.pk).state == "approved"


def test_a_document_is_not_issued_before_its_approval(at: Government) -> None:
    bring_to("approved", at)
    with pytest.raises(BadInput) as refusal:
        act("issue_programme", at, at.director, on="2020-02-12", issued_date="2020-02-10")
    assert {name: str(fault) for name, fault in refusal.value.fields.items()} == {
        "issued_date": "印发日期不能早于审定日期。"
    }


def test_a_pledge_assigned_early_keeps_its_own_basis(at: Government) -> None:
    early = draft(at)
    perform(
        "assign",
        early,
        at.director,
        at="2020-02-03",
        lead_unit=at.housing.pk,
        due_date="2020-06-30",
        basis="防汛指令1号",
    )
    bring_to("issued", at)
    early.refresh_from_db()
    assert (early.state, early.basis, str(early.due_date)) == ("assigned", "防汛指令1号", "2020-06-30")
    assert Event.objects.filter(stream__name=f"pledge:{early.pk}", action="assign").count() == 1


# 退回拟分解, and a new year


@pytest.mark.parametrize("state", ["consulting", "approved"])
def test_going_back_needs_a_reason_closes_the_lists_and_keeps_the_answers(at: Government, state: str) -> None:
    pledge = bring_to(state, at)
    draft(at, lead_unit=at.water)
    if state == "consulting":
        answer(at, pledge, at.head)
    with pytest.raises(BadInput) as refusal:
        act("back_to_drafting", at, at.director, on="2020-02-12", reason="")
    assert set(refusal.value.fields) == {"reason"}
    programme = act("back_to_drafting", at, at.director, on="2020-02-12")
    assert (programme.state, programme.approved_by, programme.approved_date) == ("drafting", "", None)
    assert (lists("consult"), lists("settle_answers")) == ([], [])
    act("begin_consulting", at, at.supervisor, on="2020-02-13")
    assert lists("consult") == [(at.water_head, "2020-02-20")]  # housing has answered: nothing is asked twice
    assert ConsultationAnswer.objects.get().unit == at.housing


def test_a_suggestion_of_the_earlier_round_is_still_to_be_settled(at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head, "adjust", "时限改到 12 月底")
    (asked,) = lists("settle_answers")
    act("back_to_drafting", at, at.director)
    assert lists("settle_answers") == []
    act("begin_consulting", at, at.supervisor, on="2020-02-06")
    assert [post for post, _due in lists("settle_answers")] == [asked[0]]


def test_a_supervisor_begins_a_new_year_once(at: Government) -> None:
    made = programmes.create(actor=actor(at.supervisor), year=2021, at=moment("2020-12-01"))
    assert (made.government, made.year, made.state, made.periods.count()) == (at.city, 2021, "drafting", 4)
    assert Event.objects.get(action="create_programme").stream.name == f"programme:{made.pk}"
    for year, words in ((2021, "2021 年度的台账已经建立。"), (None, "请填写四位数的计划年度,例如 2020。")):
        with pytest.raises(BadInput) as refusal:
            programmes.create(actor=actor(at.supervisor), year=year, at=moment("2020-12-01"))
        assert str(refusal.value.fields["year"]) == words
    with pytest.raises(Forbidden):
        programmes.create(actor=actor(at.head), year=2022, at=moment("2020-12-01"))


def test_a_unit_without_a_head_is_asked_through_its_coordinator_and_the_other_way_round(at: Government) -> None:
    alone = UnitFactory(name="气象局", parent=at.city)
    head = PostFactory(unit=alone, role=Role.HEAD, title="局长")
    draft(at, lead_unit=alone)
    draft(at, lead_unit=at.county)
    act("begin_consulting", at, at.supervisor)
    assert {post for post, _due in lists("consult")} == {head, at.county_coordinator}
