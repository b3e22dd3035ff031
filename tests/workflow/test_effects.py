"""What reports, approvals and reviews do to the facts: periods, revisions, days, falls, stages, and the example of
docs: 355 villages, 120 done by the middle of September."""

import datetime
from typing import Any

import pytest
from django.db.models import Q

from pledges import sentences
from pledges.errors import BadInput, WrongState
from pledges.models import Pledge, Report, Target
from tests.factories import (
    Government,
    MilestoneFactory,
    drafted,
    government,
    payload_for,
    perform,
    pledge_in,
)
from workflow.models import Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def report(at: Government, pledge: Pledge, on: str = "2020-03-20", value: Any = "120", **payload: Any) -> Pledge:
    values = {target.pk: value for target in Target.objects.filter(pledge=pledge)}
    return perform("report", pledge, at.coordinator, at=on, **{"sentence": "已铺到村口", "values": values, **payload})


def approve(at: Government, pledge: Pledge, on: str = "2020-03-21") -> Pledge:
    return perform("approve", pledge, at.head, at=on)


def open_tasks(pledge: Pledge) -> list[tuple[str, str, str]]:
    """What waits because of the pledge, the unit's lists included."""
    waiting = Task.objects.open().filter(Q(pledge=pledge) | Q(pledge=None, programme=pledge.programme))
    return [(task.kind, task.post.title, task.due_date.isoformat()) for task in waiting.select_related("post")]


def test_the_example_of_355_villages(at: Government) -> None:
    pledge = drafted(at, target="355")
    on = "2020-09-15"  # a Tuesday; the National Day holiday ends on 8 October and the 10th is worked
    pledge = perform(
        "assign", pledge, at.director, at=on, lead_unit=at.housing.pk, due_date="2020-12-31", basis="2020年工作报告"
    )
    assert (pledge.light, pledge.light_reason) == ("grey", "not_due")
    assert open_tasks(pledge) == [("sign", "联络员", "2020-09-22")]
    pledge = perform("sign", pledge, at.coordinator, at=on, person="王敏")
    assert open_tasks(pledge) == [("report", "联络员", "2020-10-14")]
    pledge = report(at, pledge, on=on, value="120")

    assert (pledge.progress_bp, pledge.plan_bp, pledge.pace) == (3380, 7077, "behind")
    assert (pledge.light, pledge.light_reason, pledge.was_red) == ("red", "far_behind", 1)
    assert pledge.data_date == datetime.date(2020, 9, 15)
    today = datetime.date(2020, 9, 15)
    assert sentences.of(pledge, today=today) == "计划 70.8%,实际 33.8%,落后 37 个百分点 → 红灯"
    assert sentences.light_words(pledge) == "红灯 严重滞后"
    stored = Pledge.objects.get(pk=pledge.pk)
    assert (stored.progress_bp, stored.plan_bp, stored.light) == (3380, 7077, "red")
    assert open_tasks(pledge) == [("approve", "局长", "2020-09-18")]
    pledge = approve(at, pledge, on="2020-09-16")
    assert (pledge.progress_bp, pledge.light) == (3380, "red")
    office = {at.supervisor.title, at.supervisor_2.title}
    ((kind, post, due),) = open_tasks(pledge)
    assert (kind, post in office, due) == ("review_report", True, "2020-09-21")


# Periods, revisions and days


def test_two_reports_in_one_period_are_two_revisions_and_the_newer_counts(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    version = pledge.version
    report(at, pledge, value="100")
    pledge = report(at, pledge, on="2020-03-21", value="140")
    assert list(pledge.reports.values_list("period__key", "revision")) == [("2020-Q1", 1), ("2020-Q1", 2)]
    assert (pledge.progress_bp, pledge.version) == (3944, version)
    assert open_tasks(pledge) == [("approve", "局长", "2020-03-25")]  # three working days after the first


@pytest.mark.parametrize(
    ("on", "period", "data_date", "late"),
    [
        ("2020-02-05", "2020-Q1", "2020-02-05", False),
        ("2020-04-08", "2020-Q1", "2020-03-31", False),  # the window's last day; the data are the period's
        ("2020-04-09", "2020-Q2", "2020-04-09", False),
        ("2020-10-14", "2020-Q3", "2020-09-30", False),
        ("2020-10-15", "2020-Q4", "2020-10-15", False),
        ("2021-01-08", "2020-Q4", "2020-12-31", False),
    ],
)
def test_a_report_is_for_the_earliest_window_that_has_not_closed(
    at: Government, on: str, period: str, data_date: str, late: bool
) -> None:
    pledge = report(at, pledge_in("in_progress", at), on=on)
    made = Report.objects.get(pledge=pledge)
    assert (made.period.key, made.data_date.isoformat(), made.late) == (period, data_date, late)


def test_the_window_closes_at_midnight_in_shanghai(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    last = datetime.datetime(2020, 4, 8, 15, 59, tzinfo=datetime.UTC)  # 23:59 in Shanghai
    payload = payload_for("report", at, pledge)
    perform("report", pledge, at.coordinator, at=last, **payload)
    perform("report", pledge, at.coordinator, at=last + datetime.timedelta(minutes=1), **payload)
    assert list(Report.objects.values_list("period__key", flat=True)) == ["2020-Q1", "2020-Q2"]


def test_after_the_last_window_only_a_named_period_can_be_reported_and_is_late(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(WrongState):
        report(at, pledge, on="2021-01-11")
    report(at, pledge, on="2021-01-11", period="2020-Q4")
    made = Report.objects.get()
    assert (made.late, made.data_date.isoformat()) == (True, "2020-12-31")


def test_a_report_for_a_closed_period_is_marked_late_and_leaves_the_running_task(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("open_window", pledge, at="2020-06-25")
    pledge = report(at, pledge, on="2020-06-26", period="2020-Q1")
    assert Report.objects.get().late
    assert ("report", "联络员", "2020-07-07") in open_tasks(pledge)


def test_a_period_that_has_not_begun_cannot_be_reported(at: Government) -> None:
    with pytest.raises(BadInput) as refusal:
        report(at, pledge_in("in_progress", at), on="2020-03-31", period="2020-Q2")
    assert str(refusal.value.fields["period"]) == "这一期还没有开始,不能提前填报。"


@pytest.mark.parametrize(
    ("data_date", "message"),
    [
        ("2020-03-21", "日期不能晚于今天。"),
        ("2019-12-31", "数据日期应在计划年度之内,且不晚于本期截止日。"),
    ],
)
def test_data_are_of_the_plan_year_and_not_of_tomorrow(at: Government, data_date: str, message: str) -> None:
    with pytest.raises(BadInput) as refusal:
        report(at, pledge_in("in_progress", at), on="2020-03-20", data_date=data_date)
    assert {name: str(text) for name, text in refusal.value.fields.items()} == {"data_date": message}


def test_data_are_not_later_than_the_period(at: Government) -> None:
    with pytest.raises(BadInput) as refusal:
        report(at, pledge_in("in_progress", at), on="2020-04-03", data_date="2020-04-01")
    assert set(refusal.value.fields) == {"data_date"}


# A fall


def test_a_fall_asks_for_its_reason_and_is_taken_with_it(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    target = pledge.targets.get()
    with pytest.raises(BadInput) as refusal:
        report(at, pledge, on="2020-06-28", value="119")
    assert set(refusal.value.fields) == {f"values.{target.pk}", "fall_reason"}
    report(at, pledge, on="2020-06-28", value="119", fall_reason="一个村重复统计")
    assert Report.objects.get(period__key="2020-Q2").fall_reason == "一个村重复统计"


def test_the_same_number_again_is_no_fall(at: Government) -> None:
    assert report(at, pledge_in("in_progress", at, reported=True), on="2020-06-28", value="120").progress_bp == 3380


def test_a_returned_number_is_not_compared_with(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="数据有误")
    report(at, pledge, on="2020-03-24", value="12")


def test_a_late_report_for_an_earlier_period_is_no_fall_and_does_not_replace_the_newer(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    report(at, pledge, on="2020-06-28", value="200")
    pledge = report(at, pledge, on="2020-06-29", value="90", period="2020-Q1")
    assert pledge.progress_bp == 5634  # 200 of 355


# Stages


def test_a_report_states_all_stages_done_and_one_that_says_nothing_of_them_keeps_them(at: Government) -> None:
    pledge = drafted(at, form=Pledge.Form.MILESTONE, target=None)
    stages = [MilestoneFactory(pledge=pledge, planned_date=datetime.date(2020, month, 28)) for month in (3, 6, 9, 11)]
    perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge))
    perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")
    pledge = report(at, pledge, stages={str(stages[0].pk): "2020-03-18"})
    assert pledge.progress_bp == 2500
    pledge = report(at, pledge, on="2020-06-20", sentence="主体施工")
    assert pledge.progress_bp == 2500
    with pytest.raises(BadInput) as refusal:
        report(at, pledge, on="2020-06-20", stages={stages[1].pk: "2020-06-21", 999_999: "2020-06-01"})
    assert {name: str(text) for name, text in refusal.value.fields.items()} == {
        f"stages.{stages[1].pk}": "日期不能晚于今天。",
        "stages.999999": "这一事项没有这个节点。",
    }


# Approval


def test_a_report_waits_for_its_head_and_can_be_accepted_only_then(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at))
    assert (Report.objects.get().status, pledge.progress_bp) == ("submitted", 3380)
    with pytest.raises(WrongState) as refusal:
        perform("accept", pledge, at.supervisor, at="2020-03-20")
    assert str(refusal.value) == "填报还在等待牵头单位负责人审签。"
    approve(at, pledge)
    assert Report.objects.get().status == "approved"
    with pytest.raises(WrongState) as refusal:
        approve(at, pledge)
    assert str(refusal.value) == "没有等待审签的填报。"


def test_one_approval_is_for_all_that_waits_and_leaves_out_what_a_newer_revision_replaced(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    report(at, pledge, on="2020-06-26", value="90", period="2020-Q1")
    report(at, pledge, on="2020-06-27", value="200")
    report(at, pledge, on="2020-06-28", value="210")
    approve(at, pledge, on="2020-06-29")
    assert list(Report.objects.order_by("pk").values_list("status", flat=True)) == ["approved", "submitted", "approved"]


def test_the_heads_list_is_open_until_the_last_pledge_in_it_is_approved(at: Government) -> None:
    first, second = pledge_in("in_progress", at), pledge_in("in_progress", at)
    report(at, first), report(at, second, on="2020-03-23")
    assert Task.objects.open().get(kind="approve").due_date.isoformat() == "2020-03-25"  # that of the first in it
    approve(at, first, on="2020-03-24")
    assert Task.objects.open().filter(kind="approve").exists()
    approve(at, second, on="2020-03-24")
    assert not Task.objects.open().filter(kind="approve").exists()


def test_a_heads_own_report_needs_no_approval(at: Government) -> None:
    at.housing.posts.filter(role="coordinator").update(is_active=False)
    pledge = drafted(at)
    perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge))
    perform("sign", pledge, at.head, at="2020-02-04", person="王敏")
    perform("report", pledge, at.head, at="2020-03-20", **payload_for("report", at, pledge))
    assert Report.objects.get().status == "approved"
    assert [task[0] for task in open_tasks(pledge)] == ["review_report"]


def test_where_there_is_no_head_the_coordinators_report_counts_as_approved(at: Government) -> None:
    pledge = drafted(at)
    given = payload_for("assign", at, pledge) | {"lead_unit": at.county.pk}
    perform("assign", pledge, at.director, at="2020-02-03", **given)
    perform("sign", pledge, at.county_coordinator, at="2020-02-04", person="王敏")
    perform("report", pledge, at.county_coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    assert Report.objects.get().status == "approved"
    assert [task[0] for task in open_tasks(pledge)] == ["review_report"]


def test_a_head_returns_what_waits_for_approval_and_nothing_after_it(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at))
    perform("return_report", pledge, at.head, at="2020-03-20", reason="少报了两个村")
    assert (Report.objects.get().status, open_tasks(pledge)) == ("returned", [("supplement", "联络员", "2020-03-25")])
    report(at, pledge, on="2020-03-21")
    approve(at, pledge, on="2020-03-23")
    with pytest.raises(WrongState):
        perform("return_report", pledge, at.head, at="2020-03-23", reason="还有一处")


# Review


def test_accepting_marks_the_newest_report_and_only_once(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("accept", pledge, at.supervisor, at="2020-03-23")
    assert Report.objects.get().status == "accepted"
    for name in ("accept", "return_report"):
        with pytest.raises(WrongState) as refusal:
            perform(name, pledge, at.supervisor, at="2020-03-24", reason="请补充")
        assert str(refusal.value) == "没有等待审核的填报。"


def test_a_returned_report_stays_and_counts_no_more(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    pledge = perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="请补充分县数据")
    made = Report.objects.get()
    assert (made.status, made.return_reason) == ("returned", "请补充分县数据")
    assert (pledge.progress_bp, pledge.data_date) == (None, None)


def test_an_older_revision_is_not_reviewed_in_place_of_a_returned_one(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    report(at, pledge, on="2020-03-21", value="130")
    perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="请补充")
    with pytest.raises(WrongState):
        perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="请补充")
    assert [task[0] for task in open_tasks(pledge)] == ["supplement"]


def test_a_late_report_is_reviewed_too_although_a_newer_one_was_accepted(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    report(at, pledge, on="2020-06-28", value="200")
    approve(at, pledge, on="2020-06-28")
    perform("accept", pledge, at.supervisor, at="2020-06-28")
    report(at, pledge, on="2020-06-29", value="90", period="2020-Q1")
    approve(at, pledge, on="2020-06-29")
    perform("accept", pledge, at.supervisor, at="2020-06-30")
    assert set(Report.objects.values_list("status", flat=True)) == {"accepted"}
    assert open_tasks(pledge) == []


def test_the_review_stays_open_until_the_last_waiting_report_is_reviewed(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    report(at, pledge, on="2020-06-28", value="200")
    report(at, pledge, on="2020-06-29", value="90", period="2020-Q1")
    approve(at, pledge, on="2020-06-29")  # both at once
    assert [task[0] for task in open_tasks(pledge)] == ["review_report"]
    perform("accept", pledge, at.supervisor, at="2020-06-30")
    assert [task[0] for task in open_tasks(pledge)] == ["review_report"]
    perform("accept", pledge, at.supervisor, at="2020-06-30")
    assert open_tasks(pledge) == []


def test_only_an_ongoing_item_is_judged_by_the_office(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    with pytest.raises(BadInput) as refusal:
        perform("accept", pledge, at.supervisor, at="2020-03-23", judged_behind=True)
    assert set(refusal.value.fields) == {"judged_behind"}
    ongoing = drafted(at, form=Pledge.Form.ONGOING, target=None, deliverable="每季一份通报")
    perform("assign", ongoing, at.director, at="2020-02-03", **payload_for("assign", at, ongoing))
    perform("sign", ongoing, at.coordinator, at="2020-02-04", person="王敏")
    report(at, ongoing)
    approve(at, ongoing)
    ongoing = perform("accept", ongoing, at.supervisor, at="2020-03-23", judged_behind="on")
    assert (ongoing.light, ongoing.light_reason) == ("yellow", "judged_behind")
