"""The end of a pledge's life: what is settled, carried into the next year, looked at again and reopened."""

import datetime
from decimal import Decimal

import pytest

from pledges import calendars, services
from pledges.errors import BadInput, WrongState
from pledges.models import Extension, Pledge, Programme, State
from tests.factories import Government, TargetFactory, day, drafted, government, moment, payload_for, perform, pledge_in
from workflow import rechecks
from workflow.effects.closing import day_of_recheck
from workflow.models import Event, Proposal, ReportReview, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def next_year(at: Government) -> Programme:
    for year in (2021, 2022):
        calendars.ensure_year(year)
    return services.create_programme(government=at.city, year=2021, calendar=calendars.current())


def settled(at: Government, **fields: object) -> Pledge:
    pledge = pledge_in("in_progress", at, reported=True, **fields)
    return perform("settle", pledge, at.director, at="2020-12-31", reason="用地手续未批")


# Proposals: two people


def test_what_the_coordinator_proposed_is_what_the_head_claims(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("propose_claim", pledge, at.coordinator, at="2020-11-09", reason="其余村并入明年", evidence="验收单")
    claimed = perform("claim", pledge, at.head, at="2020-11-10")
    assert (claimed.state, str(claimed.claimed_date)) == ("claimed", "2020-11-10")
    given = Event.objects.get(action="claim").payload.text
    assert "其余村并入明年" in given
    assert "验收单" in given
    assert not Proposal.objects.filter(closed_at=None).exists()


def test_the_head_may_say_it_in_other_words(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("propose_claim", pledge, at.coordinator, at="2020-11-09", reason="其余村并入明年", evidence="验收单")
    perform("claim", pledge, at.head, at="2020-11-10", reason="二十个村调整到明年")
    given = Event.objects.get(action="claim").payload.text
    assert "二十个村调整到明年" in given
    assert "验收单" in given
    assert "其余村并入明年" not in given


def test_a_proposal_needs_the_same_ground_as_a_claim(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(BadInput) as refusal:
        perform("propose_claim", pledge, at.coordinator, at="2020-11-09")
    assert refusal.value.fields.keys() == {"reason"}
    assert not Proposal.objects.exists()


def test_a_returned_proposal_is_gone_and_the_next_one_stands_alone(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    for words in ("第一次", "第二次"):
        pledge = perform("propose_claim", pledge, at.coordinator, at="2020-11-09", reason=words)
        if words == "第一次":
            pledge = perform("return_proposal", pledge, at.head, at="2020-11-10", reason="请补齐验收意见")
    assert list(Proposal.objects.filter(closed_at=None).values_list("given", flat=True)) == [{"reason": "第二次"}]


def test_the_director_may_correct_the_drafted_outcome(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    perform(
        "draft_verification", pledge, at.supervisor, at="2020-11-16", **payload_for("draft_verification", at, pledge)
    )
    closed = perform("verify", pledge, at.director, at="2020-11-20", outcome="met_with_change")
    assert closed.outcome == "met_with_change"


def test_in_a_unit_without_a_head_the_coordinator_claims(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    at.head.is_active = False
    at.head.save()
    assert perform("claim", pledge, at.coordinator, at="2020-11-10", reason="已并入明年").state == State.CLAIMED


# The way of a report


def test_each_step_of_a_reports_way_is_kept_with_who_took_it(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("accept", pledge, at.supervisor, at="2020-03-23")
    assert list(ReportReview.objects.values_list("verdict", "post")) == [
        ("approved", at.head.pk),
        ("accepted", at.supervisor.pk),
    ]


def test_a_heads_own_report_needs_no_further_approval(at: Government) -> None:
    at.coordinator.is_active = False
    at.coordinator.save()
    pledge = drafted(at)
    perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge))
    perform("sign", pledge, at.head, at="2020-02-04", person="王敏")
    perform("report", pledge, at.head, at="2020-03-20", **payload_for("report", at, pledge))
    assert pledge.reports.get().status == "approved"
    assert Task.objects.open().get(kind="review_report").post in (at.supervisor, at.supervisor_2)


def test_one_approval_covers_what_waits_of_every_period(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    perform("report", pledge, at.coordinator, at="2020-07-02", **payload_for("report", at, pledge))
    perform("approve", pledge, at.head, at="2020-07-03")
    assert set(pledge.reports.values_list("status", flat=True)) == {"approved"}
    assert Event.objects.filter(action="approve").count() == 1


def test_a_newer_revision_goes_back_to_the_head(at: Government) -> None:
    """What the head approved is no longer what stands: the office waits until the head has approved anew."""
    pledge = pledge_in("in_progress", at, reported=True)
    perform("report", pledge, at.coordinator, at="2020-03-23", **payload_for("report", at, pledge))
    assert list(Task.objects.open().values_list("kind", flat=True)) == ["approve"]
    with pytest.raises(WrongState):
        perform("accept", pledge, at.supervisor, at="2020-03-24")


# Settling and carrying over


@pytest.mark.parametrize(("on", "possible"), [("2020-12-15", False), ("2020-12-16", True), ("2020-12-31", True)])
def test_the_year_is_settled_once_the_due_date_is_over(at: Government, on: str, possible: bool) -> None:
    pledge = pledge_in("in_progress", at)
    if possible:
        closed = perform("settle", pledge, at.director, at=on, reason="用地手续未批")
        assert (closed.state, closed.outcome) == ("closed", "not_met")
    else:
        with pytest.raises(WrongState):
            perform("settle", pledge, at.director, at=on, reason="用地手续未批")


def test_what_is_left_of_an_amount_goes_into_the_next_year(at: Government) -> None:
    pledge, following = settled(at), next_year(at)
    TargetFactory(pledge=pledge, value=Decimal(90), unit="%", quantity_kind="share")
    perform("carry_over", pledge, at.director, at="2021-01-06", due_date="2021-09-30")
    carried = Pledge.objects.get(carried_from=pledge)
    assert (carried.programme, carried.number, carried.state, carried.due_date) == (
        following, "2021-001", "draft", day("2021-09-30"),
    )  # fmt: skip
    # 355 villages less the 120 reported; a share is a level, not a sum.
    assert [(target.value, target.unit) for target in carried.targets.all()] == [
        (Decimal(235), "个"),
        (Decimal(90), "%"),
    ]
    pledge.refresh_from_db()
    assert (pledge.state, pledge.outcome) == ("closed", "not_met")
    assert (Task.objects.open().get(pledge=carried).kind, Task.objects.open().get(pledge=carried).post) == (
        "assign", at.director,
    )  # fmt: skip
    assert list(Event.objects.filter(stream__name=f"pledge:{carried.pk}").values_list("action", flat=True)) == ["draft"]


def test_nothing_is_carried_twice(at: Government) -> None:
    pledge = settled(at)
    next_year(at)
    perform("carry_over", pledge, at.director, at="2021-01-06", due_date="2021-09-30")
    with pytest.raises(WrongState) as refusal:
        perform("carry_over", pledge, at.director, at="2021-01-07", due_date="2021-09-30")
    assert str(refusal.value) == "这一事项已经结转。"


def test_without_a_next_year_there_is_nowhere_to_carry_to(at: Government) -> None:
    with pytest.raises(WrongState) as refusal:
        perform("carry_over", settled(at), at.director, at="2021-01-06", due_date="2021-09-30")
    assert str(refusal.value) == "还没有下一年度的台账,请先建立再结转。"


def test_a_carried_pledge_is_due_in_the_year_it_is_carried_into(at: Government) -> None:
    pledge = settled(at)
    next_year(at)
    with pytest.raises(BadInput) as refusal:
        perform("carry_over", pledge, at.director, at="2021-01-06", due_date="2020-12-31")
    assert refusal.value.fields.keys() == {"due_date"}


# Looking again


def test_the_second_look_is_asked_for_three_months_after_closing(at: Government) -> None:
    pledge = pledge_in("closed", at)  # on 20 November
    assert rechecks.open_due(at=moment("2021-02-19")) == 0
    assert rechecks.open_due(at=moment("2021-02-20")) == 1
    assert rechecks.open_due(at=moment("2021-02-21")) == 0
    task = Task.objects.open().get(pledge=pledge)
    assert (task.kind, task.post in (at.supervisor, at.supervisor_2)) == ("recheck", True)


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ("2020-11-30", "2021-02-28"),
        ("2020-12-31", "2021-03-31"),
        ("2019-11-30", "2020-02-29"),
        ("2020-10-01", "2021-01-01"),
    ],
)
def test_three_months_after_the_last_of_a_month_is_the_last_of_a_month(at: Government, closed: str, due: str) -> None:
    assert day_of_recheck(Pledge(closed_date=day(closed), outcome="met")) == day(due)


def test_what_was_not_met_is_not_looked_at_again(at: Government) -> None:
    settled(at)
    assert rechecks.open_due(at=moment("2021-12-31")) == 0


def test_what_held_stays_closed_and_is_not_asked_about_again(at: Government) -> None:
    pledge = pledge_in("closed", at)
    rechecks.open_due(at=moment("2021-02-20"))
    perform("recheck", pledge, at.supervisor, at="2021-02-22", held="held", finding="设施运行正常")
    assert not Task.objects.open().exists()
    assert rechecks.open_due(at=moment("2021-06-01")) == 0


def test_what_slipped_goes_back_to_work_with_a_new_due_date_that_is_kept_beside_the_old(at: Government) -> None:
    pledge = pledge_in("closed", at)
    perform("recheck", pledge, at.supervisor, at="2021-02-22", held="slipped", finding="两处停运")
    back = perform("reopen", pledge, at.director, at="2021-02-23", reason="两处停运", due_date="2021-06-30")
    assert (back.state, back.outcome, back.closed_date, back.claimed_date) == ("in_progress", "", None, None)
    assert (back.due_date, back.original_due_date) == (day("2021-06-30"), day("2020-12-15"))
    kept = Extension.objects.get()
    assert (kept.old_due_date, kept.new_due_date) == (datetime.date(2020, 12, 15), datetime.date(2021, 6, 30))


def test_a_reopened_pledge_is_not_due_in_the_past(at: Government) -> None:
    pledge = pledge_in("closed", at)
    pledge = perform("recheck", pledge, at.supervisor, at="2021-02-22", held="slipped", finding="两处停运")
    with pytest.raises(BadInput) as refusal:
        perform("reopen", pledge, at.director, at="2021-02-23", reason="两处停运", due_date="2021-02-22")
    assert refusal.value.fields.keys() == {"due_date"}
