"""拟发单清单: which items are proposed for which sheet, computed by hand."""

import datetime
from typing import Any

import pytest

from pledges import calendars
from pledges.models import Period, Pledge
from tests.factories import Government, MilestoneFactory, actor, government, moment, perform, pledge_in
from workflow import sheets
from workflow.models import Event, Sheet, SheetRow, Task
from workflow.sheet_proposals import due

pytestmark = pytest.mark.django_db

# 355 villages from 1 January to 15 December 2020, 350 days. The plan at the end of 31 March is 91 of 350 days (26 %,
# 92.3 villages), at the end of 30 June 182 of 350 (52 %, 184.6 villages). The windows close on 8 April and 7 July.
BEHIND_Q1, ON_Q1 = "92", "93"
BEHIND_Q2, ON_Q2 = "184", "185"
MONDAY = "2020-07-13"


@pytest.fixture
def at() -> Government:
    return government()


def reported(pledge: Pledge, at: Government, value: str, *, period: str, on: str, day: str) -> None:
    perform(
        "report",
        pledge,
        at.coordinator,
        at=on,
        sentence="进展",
        values={str(target.pk): value for target in pledge.targets.all()},
        period=period,
        data_date=day,
    )


def two_periods(at: Government, first: str | None, second: str | None) -> Pledge:
    """A pledge with what it reported for the first and the second quarter."""
    pledge = pledge_in("in_progress", at)
    if first is not None:
        reported(pledge, at, first, period="2020-Q1", on="2020-04-01", day="2020-03-31")
    if second is not None:
        reported(pledge, at, second, period="2020-Q2", on="2020-07-01", day="2020-06-30")
    return pledge


def found(at: Government, today: str = MONDAY) -> list[tuple[str, str, str]]:
    day = datetime.date.fromisoformat(today)
    listed = due(at.programme, calendar=calendars.current(), today=day)
    return [(one.pledge.number, one.colour, one.reason) for one in listed]


def test_the_windows_that_the_cases_rest_on(at: Government) -> None:
    closes = dict(Period.objects.filter(programme=at.programme).values_list("key", "closes_date"))
    assert closes["2020-Q1"] == datetime.date(2020, 4, 8)
    assert closes["2020-Q2"] == datetime.date(2020, 7, 7)


@pytest.mark.parametrize(
    ("first", "second", "is_behind"),
    [
        (BEHIND_Q1, BEHIND_Q2, True),
        (ON_Q1, BEHIND_Q2, False),
        (BEHIND_Q1, ON_Q2, False),
        (ON_Q1, ON_Q2, False),
        (None, BEHIND_Q2, False),  # 未报送 is another matter
        (BEHIND_Q1, None, False),
    ],
)
def test_behind_in_two_periods_running_is_yellow(
    at: Government, first: str | None, second: str | None, is_behind: bool
) -> None:
    pledge = two_periods(at, first, second)
    assert found(at) == ([(pledge.number, "yellow", "behind_twice")] if is_behind else [])


def test_a_period_counts_once_its_window_has_closed(at: Government) -> None:
    pledge = two_periods(at, BEHIND_Q1, BEHIND_Q2)
    assert found(at, "2020-07-07") == []  # the window is open until 24:00
    assert found(at, "2020-07-08") == [(pledge.number, "yellow", "behind_twice")]


def test_the_newest_report_of_a_period_that_was_not_returned_counts(at: Government) -> None:
    pledge = two_periods(at, BEHIND_Q1, BEHIND_Q2)
    reported(pledge, at, ON_Q2, period="2020-Q2", on="2020-07-02", day="2020-06-30")
    assert found(at) == []
    perform("return_report", pledge, at.head, at="2020-07-03", reason="数字有误")
    assert found(at) == [(pledge.number, "yellow", "behind_twice")]


def test_stages_are_judged_on_the_report_s_data_date(at: Government) -> None:
    pledge = pledge_in("in_progress", at, target=None, form="milestone", deliverable="验收")
    early = MilestoneFactory(pledge=pledge, position=1, planned_date="2020-03-01")
    MilestoneFactory(pledge=pledge, position=2, planned_date="2020-11-30")
    for period, on, day in (("2020-Q1", "2020-04-01", "2020-03-31"), ("2020-Q2", "2020-07-01", "2020-06-30")):
        perform("report", pledge, at.coordinator, at=on, sentence="进展", period=period, data_date=day)
    assert found(at) == [(pledge.number, "yellow", "behind_twice")]
    perform("report", pledge, at.coordinator, at="2020-07-06", sentence="已完成", period="2020-Q2",
            data_date="2020-06-30", stages={str(early.pk): "2020-06-20"})  # fmt: skip
    assert found(at) == []


# 催办


def urged(at: Government) -> Pledge:
    """Urged on Monday 2 March 2020, to be answered by Monday the 9th."""
    return perform("urge", pledge_in("in_progress", at), at.supervisor, at="2020-03-02")


def test_an_urge_that_was_not_answered_by_its_day_is_yellow(at: Government) -> None:
    pledge = urged(at)
    assert found(at, "2020-03-09") == []
    assert found(at, "2020-03-10") == [(pledge.number, "yellow", "urge_unanswered")]


@pytest.mark.parametrize("on", ["2020-03-06", "2020-03-12"])
def test_an_urge_that_was_answered_in_time_or_late_is_not(at: Government, on: str) -> None:
    pledge = urged(at)
    perform("answer_urge", pledge, at.coordinator, at=on, words="已办")
    assert found(at, "2020-03-16") == []


# Red


def test_overdue_is_red_from_the_day_after(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    assert found(at, "2020-12-15") == []
    assert found(at, "2020-12-16") == [(pledge.number, "red", "overdue")]


def test_what_is_claimed_or_only_waits_for_a_figure_is_not_overdue(at: Government) -> None:
    pledge_in("claimed", at)
    waits = pledge_in("in_progress", at)
    Pledge.objects.filter(pk=waits.pk).update(light="grey", light_reason="awaiting_figure")
    assert found(at, "2020-12-16") == []


def yellow_issued(at: Government) -> tuple[Pledge, Sheet]:
    """An issued yellow sheet of one item, to be answered by Monday 20 July 2020."""
    pledge = two_periods(at, BEHIND_Q1, BEHIND_Q2)
    assert sheets.propose(at=moment(MONDAY)) == 1
    sheet = Sheet.objects.get()
    sheet = sheets.issue(sheet.pk, actor=actor(at.director), version=sheet.version, payload={}, at=moment(MONDAY))
    assert sheet.due_date == datetime.date(2020, 7, 20)
    return pledge, sheet


def test_a_yellow_row_unanswered_at_its_limit_is_red(at: Government) -> None:
    pledge, _sheet = yellow_issued(at)
    assert found(at, "2020-07-20") == []
    assert found(at, "2020-07-21") == [(pledge.number, "red", "yellow_unanswered")]


def test_a_yellow_row_that_was_answered_is_not(at: Government) -> None:
    _pledge, sheet = yellow_issued(at)
    row = sheet.rows.get()
    sheets.answer_row(
        row.pk, actor=actor(at.head), version=sheet.version, payload={"words": "加班赶工"}, at=moment("2020-07-17")
    )
    assert found(at, "2020-07-21") == []


def test_what_is_red_is_not_asked_about_on_a_yellow_sheet_too(at: Government) -> None:
    pledge = two_periods(at, BEHIND_Q1, BEHIND_Q2)
    Pledge.objects.filter(pk=pledge.pk).update(due_date="2020-07-10")
    assert found(at) == [(pledge.number, "red", "overdue")]
    sheets.propose(at=moment(MONDAY))
    assert found(at, "2020-07-14") == []


# The weekly list


def rows() -> list[tuple[Any, ...]]:
    return list(
        SheetRow.objects.order_by("sheet__unit__position", "sheet__colour", "pledge__number").values_list(
            "sheet__unit__name", "sheet__colour", "reason"
        )
    )


def overdue(at: Government, **fields: Any) -> Pledge:
    pledge = pledge_in("in_progress", at)
    Pledge.objects.filter(pk=pledge.pk).update(due_date="2020-06-30", **fields)
    return pledge


def test_one_sheet_a_unit_and_colour_and_one_task_for_the_director(at: Government) -> None:
    overdue(at)
    overdue(at)
    overdue(at, lead_unit=at.water)
    two_periods(at, BEHIND_Q1, BEHIND_Q2)
    assert sheets.propose(at=moment(MONDAY)) == 4
    assert rows() == [
        ("住房城乡建设局", "red", "overdue"),
        ("住房城乡建设局", "red", "overdue"),
        ("住房城乡建设局", "yellow", "behind_twice"),
        ("水务局", "red", "overdue"),
    ]
    assert Sheet.objects.filter(status="proposed", number="").count() == 3
    task = Task.objects.open().get(kind="issue_sheets")
    assert (task.post, task.programme, task.pledge, task.sheet) == (at.director, at.programme, None, None)
    assert task.due_date == datetime.date(2020, 7, 16)
    assert not Task.objects.filter(kind="answer_sheet").exists()  # nothing is issued by itself


def test_the_finding_says_what_was_found(at: Government) -> None:
    overdue(at)
    two_periods(at, BEHIND_Q1, BEHIND_Q2)
    sheets.propose(at=moment(MONDAY))
    assert set(SheetRow.objects.values_list("finding", flat=True)) == {
        "完成时限 2020-06-30,已逾期 13 天。",
        "2020-Q1、2020-Q2 连续两期未达序时。",
    }


def test_a_week_has_one_list(at: Government) -> None:
    overdue(at)
    assert sheets.propose(at=moment(MONDAY)) == 1
    assert sheets.propose(at=moment(MONDAY)) == 0
    overdue(at)
    assert sheets.propose(at=moment("2020-07-17")) == 0
    assert SheetRow.objects.count() == 1
    assert Event.objects.filter(action="propose_sheets").count() == 1


def test_next_week_s_items_go_on_the_sheet_that_is_still_proposed(at: Government) -> None:
    overdue(at)
    sheets.propose(at=moment(MONDAY))
    overdue(at)
    assert sheets.propose(at=moment("2020-07-20")) == 1
    assert Sheet.objects.count() == 1
    assert SheetRow.objects.count() == 2
    assert Task.objects.open().filter(kind="issue_sheets").count() == 1


def test_an_item_on_an_issued_or_answered_sheet_is_not_proposed_again(at: Government) -> None:
    overdue(at)
    sheets.propose(at=moment(MONDAY))
    sheet = Sheet.objects.get()
    sheet = sheets.issue(sheet.pk, actor=actor(at.director), version=sheet.version, payload={}, at=moment(MONDAY))
    assert sheets.propose(at=moment("2020-07-20")) == 0
    row = sheet.rows.get()
    sheet = sheets.answer_row(
        row.pk, actor=actor(at.head), version=sheet.version, payload={"words": "本月完成"}, at=moment("2020-07-20")
    )
    assert sheets.propose(at=moment("2020-07-27")) == 0
    sheets.judge_row(
        row.pk, actor=actor(at.supervisor), version=sheet.version, payload={"verdict": "accepted"},
        at=moment("2020-07-28"),
    )  # fmt: skip
    assert sheets.propose(at=moment("2020-08-03")) == 1


def test_what_the_director_dropped_comes_back_next_week_at_the_earliest(at: Government) -> None:
    overdue(at)
    sheets.propose(at=moment(MONDAY))
    sheet = Sheet.objects.get()
    sheets.drop(sheet.pk, actor=actor(at.director), version=sheet.version, payload={}, at=moment(MONDAY))
    assert sheets.propose(at=moment("2020-07-17")) == 0
    assert sheets.propose(at=moment("2020-07-20")) == 1


def test_a_day_off_brings_no_list_and_the_next_working_day_does(at: Government) -> None:
    overdue(at)
    assert sheets.propose(at=moment("2020-10-05")) == 0  # the Monday of the national holiday
    assert sheets.propose(at=moment("2020-10-09")) == 1
