"""The working-day table: filled once a year, edited by hand, read whole."""

import datetime

import pytest

from pledges import calendars
from pledges.models import WorkingDay
from pledges.working_days import is_provisional, is_working

pytestmark = pytest.mark.django_db


def test_an_empty_table_is_monday_to_friday_and_provisional() -> None:
    calendar = calendars.current()
    assert not is_working(datetime.date(2020, 10, 10), calendar)
    assert is_working(datetime.date(2020, 10, 8), calendar)
    assert is_provisional(2020, calendar)


def test_a_year_is_filled_with_holidays_and_make_up_days() -> None:
    calendars.ensure_year(2020)
    calendar = calendars.current()
    assert is_working(datetime.date(2020, 10, 10), calendar)  # a Saturday worked for the National Day
    assert not is_working(datetime.date(2020, 10, 8), calendar)
    assert not is_provisional(2020, calendar)
    assert set(WorkingDay.objects.values_list("day__year", flat=True)) == {2020}


def test_filling_a_year_again_leaves_what_was_edited() -> None:
    calendars.ensure_year(2020)
    WorkingDay.objects.filter(day="2020-10-10").update(is_working=False, note="市里另行通知")
    count = WorkingDay.objects.count()
    calendars.ensure_year(2020)
    assert WorkingDay.objects.count() == count
    assert not is_working(datetime.date(2020, 10, 10), calendars.current())


def test_a_year_without_notice_is_provisional() -> None:
    calendars.ensure_year(2031)
    assert is_provisional(2031, calendars.current())
    assert set(WorkingDay.objects.values_list("provisional", flat=True)) == {True}
