"""Windows missed, lights kept with the day, and how often one was red. The windows of 2020 close on 8 April, 7 July,
14 October and 8 January 2021."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges import calendars, services, standing
from pledges.models import Period, Pledge, Report
from pledges.models import Target as TargetRow
from tests.factories import (
    Government,
    PledgeFactory,
    TargetFactory,
    day,
    drafted,
    government,
    moment,
    payload_for,
    perform,
    pledge_in,
)
from workflow.standing import refresh


@pytest.fixture
def at(db: None) -> Government:
    return government()


def on(pledge: Pledge, when: str) -> Pledge:
    """The pledge as the morning's refresh leaves it."""
    refresh(at=moment(when))
    return Pledge.objects.get(pk=pledge.pk)


def report(at: Government, pledge: Pledge, when: str, value: str = "120", **payload: Any) -> Pledge:
    target = TargetRow.objects.get(pledge=pledge)
    return perform(
        "report", pledge, at.coordinator, at=when, sentence="按计划推进", values={target.pk: value}, **payload
    )


def shown(pledge: Pledge) -> tuple[str, str, int]:
    return pledge.light, pledge.light_reason, pledge.missed


def test_the_windows_of_2020_close_on_their_fifth_working_day(at: Government) -> None:
    assert [str(period.closes_date) for period in Period.objects.all()] == [
        "2020-04-08",
        "2020-07-07",
        "2020-10-14",
        "2021-01-08",
    ]


def test_windows_that_close_without_a_report_are_counted_in_a_row(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    assert shown(on(pledge, "2020-04-08")) == ("green", "on_track", 0)  # open until midnight
    assert shown(on(pledge, "2020-04-09")) == ("grey", "unreported", 1)
    assert shown(on(pledge, "2020-07-07")) == ("grey", "unreported", 1)
    assert shown(on(pledge, "2020-07-08")) == ("grey", "unreported", 2)


def test_a_report_clears_them_even_a_late_one_for_the_closed_period(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    on(pledge, "2020-04-09")
    assert shown(report(at, pledge, "2020-04-10", period="2020-Q1")) == ("green", "on_track", 0)
    assert shown(on(pledge, "2020-07-08")) == ("grey", "unreported", 1)


def test_a_report_for_the_running_period_answers_the_missed_ones_before_it(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    on(pledge, "2020-07-08")
    assert report(at, pledge, "2020-07-09", "180").missed == 0


def test_a_late_report_for_the_first_period_leaves_the_second_missed(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    on(pledge, "2020-07-08")
    assert shown(report(at, pledge, "2020-07-09", period="2020-Q1")) == ("grey", "unreported", 1)


def test_a_returned_report_brought_nothing(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="请补充分县数据")
    assert shown(on(pledge, "2020-04-09")) == ("grey", "unreported", 1)


def test_windows_that_closed_before_the_assignment_or_on_its_day_do_not_count(at: Government) -> None:
    pledge = drafted(at, on="2020-04-01")
    pledge = perform("assign", pledge, at.director, at="2020-04-08", **payload_for("assign", at, pledge))
    assert pledge.missed == 0
    assert on(pledge, "2020-04-09").missed == 0
    assert on(pledge, "2020-07-08").missed == 1


def test_not_reporting_never_stays_green_and_the_last_light_stays_visible(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at), "2020-03-20")
    assert (pledge.light, pledge.progress_bp) == ("green", 3380)
    pledge = on(pledge, "2020-07-08")
    assert shown(pledge) == ("grey", "unreported", 1)
    assert (pledge.last_light, pledge.progress_bp, str(pledge.data_date)) == ("green", 3380, "2020-03-20")
    assert on(pledge, "2020-10-15").last_light == "green"  # two in a row: what the report said, not the grey


def test_a_returned_claim_does_not_lose_the_last_light(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at), "2020-03-20")
    on(pledge, "2020-07-08")
    perform("claim", pledge, at.head, at="2020-07-09", reason="已完成")
    pledge = perform("return_claim", pledge, at.supervisor, at="2020-07-10", reason="现场未通水")
    assert (pledge.light_reason, pledge.last_light) == ("unreported", "green")


def test_each_time_it_turns_red_is_counted_and_stays(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at), "2020-06-26", "10")
    assert (pledge.light, pledge.was_red) == ("red", 1)
    assert report(at, pledge, "2020-06-27", "12").was_red == 1  # still red
    assert on(pledge, "2020-06-28").was_red == 1
    pledge = report(at, pledge, "2020-06-29", "200")
    assert (pledge.light, pledge.was_red) == ("green", 1)
    pledge = on(pledge, "2020-12-16")
    assert (pledge.light_reason, pledge.was_red) == ("overdue", 2)


def test_it_is_overdue_the_day_after_its_due_date_until_it_is_claimed(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at), "2020-10-10", "300")
    assert on(pledge, "2020-12-15").light == "green"
    assert shown(on(pledge, "2020-12-16"))[:2] == ("red", "overdue")
    pledge = perform("claim", pledge, at.head, at="2020-12-17", reason="已完成")
    assert (pledge.light, pledge.light_reason) == ("", "")


def test_an_unsigned_pledge_turns_yellow_after_five_working_days(at: Government) -> None:
    pledge = pledge_in("assigned", at)  # on Monday 3 February
    assert shown(on(pledge, "2020-02-09"))[:2] == ("grey", "not_due")
    assert shown(on(pledge, "2020-02-10"))[:2] == ("yellow", "unsigned")


def test_the_programmes_own_thresholds_are_used(at: Government) -> None:
    at.programme.thresholds = {"far_behind_bp": 9000, "far_ratio_bp": 100}
    at.programme.save()
    pledge = report(at, pledge_in("in_progress", at), "2020-09-15", "60")
    assert (pledge.light, pledge.light_reason) == ("yellow", "behind")


def test_the_newest_report_is_that_of_the_newest_period_and_revision(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    for when, value, period in (
        ("2020-06-27", "150", "2020-Q2"),
        ("2020-06-28", "160", "2020-Q2"),
        ("2020-06-29", "100", "2020-Q1"),
    ):
        report(at, pledge, when, value, period=period)
    newest = standing.newest_report(Pledge.objects.get(pk=pledge.pk))
    assert newest is not None
    assert (newest.period.key, newest.revision) == ("2020-Q2", 2)
    assert standing.newest_report(services.with_facts(pledge.pk)) == newest


# The refresh


def many(at: Government, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        pledge: Pledge = PledgeFactory(
            programme=at.programme,
            number=f"2020-9{number:03d}",
            lead_unit=at.housing,
            state="in_progress",
            assigned_date=day("2020-02-03"),
            due_date=day("2020-12-15"),
        )
        TargetFactory(pledge=pledge, position=1)
        made = Report.objects.create(
            pledge=pledge,
            period=Period.objects.get(key="2020-Q1"),
            data_date=day("2020-03-20"),
            sentence="推进中",
            submitted_at=moment("2020-03-20"),
        )
        made.values.create(target=pledge.targets.get(), value=120)


def test_refreshing_twice_changes_nothing(at: Government) -> None:
    pledge_in("assigned", at), pledge_in("claimed", at), pledge_in("closed", at), drafted(at)
    pledge_in("in_progress", at, reported=True)
    assert refresh(at=moment("2020-07-08")) > 0
    before = list(Pledge.objects.order_by("pk").values())
    assert refresh(at=moment("2020-07-08")) == 0
    assert list(Pledge.objects.order_by("pk").values()) == before


def test_refreshing_asks_the_same_questions_for_3_pledges_and_for_60(at: Government) -> None:
    def queries(when: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            refresh(at=moment(when))
        return len(captured)

    many(at, 3)
    few = queries("2020-04-01"), queries("2020-04-01")  # all of them move, none of them
    many(at, 57, first=3)
    Pledge.objects.update(light="")
    assert (queries("2020-04-01"), queries("2020-04-01")) == few


def test_a_refresh_in_batches_reaches_every_pledge(at: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.standing.BATCH", 2)
    many(at, 5)
    assert refresh(at=moment("2020-04-01")) == 5
    assert set(Pledge.objects.values_list("progress_bp", flat=True)) == {3380}


def test_keeping_a_standing_that_did_not_move_writes_nothing(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    with CaptureQueriesContext(connection) as captured:
        services.keep_standing(pledge.pk, calendar=calendars.current(), today=datetime.date(2020, 3, 20))
    assert not [query for query in captured.captured_queries if query["sql"].startswith("UPDATE")]
