"""Which published figure counts for a target on a day, and when one is awaited. By hand, from ADR 13."""

import datetime
from decimal import Decimal

import pytest

from pledges import published
from pledges.data_periods import DataPeriod, quarter_end
from pledges.models import Figure, Target
from tests.factories import day

GDP = Target(value=Decimal("6.5"), unit="%", quantity_kind="growth", source="indicator", uses="year_on_year")


def figure(end: str, growth: str | None, released: str, *, start: str = "2020-01-01", **fields) -> Figure:
    number = None if growth is None else Decimal(growth)
    return Figure(start_date=day(start), end_date=day(end), year_on_year=number, release_date=day(released), **fields)


Q1 = figure("2020-03-31", "6.2", "2020-04-18")
Q2 = figure("2020-06-30", "6.3", "2020-07-18")
FEBRUARY = figure("2020-02-29", "7.1", "2020-03-16")


def newest(figures, today, target=GDP):
    found = published.newest_released(figures, target, today=day(today))
    return None if found is None else published.number_for(target, found)


@pytest.mark.parametrize(
    ("today", "number"),
    [("2020-03-15", None), ("2020-03-16", "7.1"), ("2020-04-17", "7.1"), ("2020-04-18", "6.2"), ("2020-12-31", "6.3")],
)
def test_the_latest_data_period_that_is_out_counts_from_its_release_day(today, number):
    assert newest([Q2, FEBRUARY, Q1], today) == (None if number is None else Decimal(number))


def test_of_one_period_the_final_figure_counts_before_the_provisional_one():
    final = figure("2020-06-30", "6.1", "2020-10-19", stage="final", revision=2)
    assert newest([final, Q2], "2020-10-18") == Decimal("6.3")
    assert newest([Q2, final], "2020-10-19") == Decimal("6.1")


def test_of_one_stage_the_last_revision_that_is_out_counts():
    revised = figure("2020-06-30", "6.0", "2020-08-01", revision=2)
    assert newest([revised, Q2], "2020-07-31") == Decimal("6.3")
    assert newest([revised, Q2], "2020-08-01") == Decimal("6.0")


def test_of_two_periods_that_end_on_one_day_the_longer_counts():
    june = figure("2020-06-30", "9.9", "2020-07-18", start="2020-06-01")
    assert newest([june, Q2], "2020-07-18") == Decimal("6.3")


def test_a_figure_without_the_number_that_is_used_does_not_count():
    value_only = Figure(
        start_date=day("2020-01-01"), end_date=day("2020-09-30"), value=Decimal(9), release_date=day("2020-10-18")
    )
    assert newest([value_only, Q2], "2020-10-20") == Decimal("6.3")
    by_value = Target(value=Decimal(12), unit="元", source="indicator", uses="value")
    assert newest([value_only, Q2], "2020-10-20", by_value) == Decimal(9)


def test_what_fell_year_on_year_is_a_reduction_achieved():
    energy = Target(value=Decimal(3), unit="%", quantity_kind="reduction", source="indicator", uses="year_on_year")
    assert newest([figure("2020-06-30", "-2.4", "2020-07-18")], "2020-08-01", energy) == Decimal("2.4")


@pytest.mark.parametrize(
    ("today", "due", "finished"),
    [
        ("2020-01-10", None, None),
        ("2020-03-31", None, "2020-02-29"),  # a quarter is over on the day after it
        ("2020-04-01", None, "2020-03-31"),
        ("2020-09-15", None, "2020-06-30"),
        ("2020-12-31", None, "2020-09-30"),
        ("2021-01-01", None, "2020-12-31"),
        ("2021-06-01", None, "2020-12-31"),
        ("2021-02-01", "2021-03-31", "2020-12-31"),  # no figure of a later year is asked for
        ("2020-12-15", "2020-12-15", "2020-09-30"),
        ("2020-12-16", "2020-12-15", "2020-12-31"),  # the period that decides, though it is not over
        ("2020-10-05", "2020-06-20", "2020-06-30"),  # and no later one
    ],
)
def test_which_data_period_should_be_out(today, due, finished):
    planned = figure("2020-02-29", None, "2020-03-16")
    found = published.last_finished([planned], year=2020, due=day(due) if due else None, today=day(today))
    assert found == (day(finished) if finished else None)


def test_1_to_2_of_a_leap_year_ends_on_the_29th():
    period = DataPeriod.parse("2020-1-2")
    assert (period.start_date, period.end_date) == (day("2020-01-01"), day("2020-02-29"))
    assert DataPeriod.of(day("2020-01-01"), day("2020-02-29")) == period
    assert (period.label, DataPeriod.parse("2019-1-2").end_date) == ("1—2月", day("2019-02-28"))


@pytest.mark.parametrize(
    "key", ["", "2020", "2020-1", "2020-2-1", "2020-0-3", "2020-1-13", "1889-1-2", "2020-1-2-3", "二〇"]
)
def test_what_is_no_data_period_is_refused(key):
    with pytest.raises(ValueError):
        DataPeriod.parse(key)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2020-01-02", "2020-02-29"),
        ("2020-01-01", "2020-02-28"),
        ("2019-12-01", "2020-02-29"),
        ("2020-03-01", "2020-02-29"),
    ],
)
def test_a_data_period_is_whole_months_of_one_year(start, end):
    with pytest.raises(ValueError):
        DataPeriod.of(day(start), day(end))


def test_every_day_has_its_quarters_end():
    ends = {quarter_end(datetime.date(2020, month, 15)).isoformat() for month in range(1, 13)}
    assert ends == {"2020-03-31", "2020-06-30", "2020-09-30", "2020-12-31"}
