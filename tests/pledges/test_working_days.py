"""Working days by the State Council's notices, and the quarter's window. Expectations are read off the notices."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges import working_days
from pledges.quarter_calendar import quarter_window
from pledges.working_days import Calendar, add_workdays, is_working, nth_workday_of_month, workdays

PLAIN = Calendar()
OFFICIAL = working_days.default_calendar(range(2019, 2028))

# year → (first and last day of each holiday, the make-up days), from the yearly notices of the General Office of the
# State Council (国务院办公厅关于…年部分节假日安排的通知), with the changes of Labour Day 2019 and Spring Festival 2020.
NOTICES = {
    2019: (
        "0101-0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007",
        "0202 0203 0428 0505 0929 1012",
    ),
    2020: (
        "0101-0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
        "0119 0426 0509 0628 0927 1010",
    ),
    2021: (
        "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
        "0207 0220 0425 0508 0918 0926 1009",
    ),
    2022: (
        "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007",
        "0129 0130 0402 0424 0507 1008 1009",
    ),
    2023: (
        "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006",
        "0128 0129 0423 0506 0625 1007 1008",
    ),
    2024: (
        "0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    2025: (
        "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
        "0126 0208 0427 0928 1011",
    ),
    2026: (
        "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
        "0104 0214 0228 0509 0920 1010",
    ),
}

days = st.dates(min_value=date(2019, 1, 1), max_value=date(2027, 12, 31))
calendars = st.one_of(
    st.just(OFFICIAL),
    st.dictionaries(days, st.booleans(), max_size=60).map(Calendar),
)


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


def _each_day(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_a_published_year_is_as_the_notice_says(year: int) -> None:
    spans, worked = NOTICES[year]
    off = {
        day
        for span in spans.split()
        for day in _each_day(_day(year, span.split("-")[0]), _day(year, span.split("-")[1]))
    }
    made_up = {_day(year, text) for text in worked.split()}
    for day in _each_day(date(year, 1, 1), date(year, 12, 31)):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert is_working(day, OFFICIAL) is expected, day


def test_the_spring_festival_of_2020_was_extended_to_2_february() -> None:
    assert not is_working(date(2020, 1, 31), OFFICIAL)
    assert working_days.defaults_for(2020)[date(2020, 2, 2)] is False
    assert is_working(date(2020, 2, 3), OFFICIAL)
    assert not is_working(date(2020, 2, 1), OFFICIAL), "the make-up day of the first notice was taken back"
    assert add_workdays(date(2020, 1, 23), 1, OFFICIAL) == date(2020, 2, 3)


def test_national_day_and_mid_autumn_2020_took_eight_days_and_two_make_up_days() -> None:
    assert workdays(date(2020, 9, 30), date(2020, 10, 8), OFFICIAL) == 0
    assert is_working(date(2020, 9, 27), OFFICIAL), "a Sunday"
    assert is_working(date(2020, 10, 10), OFFICIAL), "a Saturday"
    assert workdays(date(2020, 9, 25), date(2020, 10, 10), OFFICIAL) == 6  # 27, 28, 29, 30 September; 9, 10 October


def test_a_make_up_day_set_by_the_next_years_notice_counts_in_its_own_year() -> None:
    assert working_days.defaults_for(2011)[date(2011, 12, 31)] is True  # a Saturday, worked for 3 January 2012


def test_defaults_hold_the_days_of_their_own_year_in_order() -> None:
    days_of_2026 = list(working_days.defaults_for(2026))
    assert days_of_2026 == sorted(days_of_2026)
    assert {day.year for day in days_of_2026} == {2026}
    assert sum(working_days.defaults_for(2026).values()) == 6


def test_a_year_without_a_notice_is_provisional_and_has_no_make_up_days() -> None:
    assert working_days.is_published(2026)
    assert not working_days.is_published(2027)
    assert working_days.is_provisional(2027, OFFICIAL)
    assert not working_days.is_provisional(2020, OFFICIAL)
    assert not any(working_days.defaults_for(2027).values())
    assert not is_working(date(2027, 10, 1), OFFICIAL)


def test_a_day_follows_its_weekday_unless_the_calendar_says_otherwise() -> None:
    friday, saturday = date(2020, 6, 5), date(2020, 6, 6)
    assert is_working(friday, PLAIN)
    assert not is_working(saturday, PLAIN)
    turned = Calendar({friday: False, saturday: True})
    assert not is_working(friday, turned)
    assert is_working(saturday, turned)


def test_exceptions_that_repeat_the_weekday_change_nothing() -> None:
    tuesday, saturday = date(2020, 6, 2), date(2020, 6, 6)
    calendar = Calendar({tuesday: True, saturday: False})
    assert workdays(date(2020, 5, 31), date(2020, 6, 7), calendar) == 5


def test_a_calendar_does_not_change_with_the_mapping_it_was_made_from() -> None:
    monday = date(2020, 6, 1)
    exceptions = {monday: False}
    calendar = Calendar(exceptions, frozenset({2020}))
    exceptions.clear()
    assert not is_working(monday, calendar)
    assert calendar == Calendar({monday: False}, frozenset({2020}))
    assert hash(calendar) == hash(Calendar({monday: False}, frozenset({2020})))


def test_workdays_leaves_the_first_day_out_and_takes_the_last_in() -> None:
    monday, friday, sunday = date(2020, 6, 1), date(2020, 6, 5), date(2020, 6, 7)
    assert workdays(monday, monday, PLAIN) == 0
    assert workdays(monday, friday, PLAIN) == 4
    assert workdays(friday, monday, PLAIN) == -4
    assert workdays(friday, sunday, PLAIN) == 0
    assert workdays(date(2020, 5, 31), sunday, PLAIN) == 5


def test_years_wide_spans_add_up() -> None:
    assert workdays(date(2018, 12, 31), date(2019, 12, 31), OFFICIAL) == 250
    assert workdays(date(2019, 12, 31), date(2026, 12, 31), OFFICIAL) == sum(
        is_working(day, OFFICIAL) for day in _each_day(date(2020, 1, 1), date(2026, 12, 31))
    )


def test_add_workdays_steps_over_weekends_in_both_directions() -> None:
    friday, saturday = date(2020, 6, 5), date(2020, 6, 6)
    assert add_workdays(friday, 0, PLAIN) == friday
    assert add_workdays(saturday, 0, PLAIN) == saturday
    assert add_workdays(friday, 1, PLAIN) == date(2020, 6, 8)
    assert add_workdays(saturday, 1, PLAIN) == date(2020, 6, 8)
    assert add_workdays(date(2020, 6, 8), -1, PLAIN) == friday
    assert add_workdays(date(2020, 6, 7), -1, PLAIN) == friday
    assert add_workdays(friday, -5, PLAIN) == date(2020, 5, 29)
    assert add_workdays(friday, 5, PLAIN) == date(2020, 6, 12)


def test_the_days_for_signing_are_over_on_the_fifth_working_day_after_assignment() -> None:
    assert add_workdays(date(2020, 9, 28), 5, OFFICIAL) == date(2020, 10, 12)  # 29, 30; 9, 10, 12 October


def test_the_nth_working_day_of_a_month() -> None:
    assert nth_workday_of_month(2020, 10, 1, OFFICIAL) == date(2020, 10, 9)
    assert nth_workday_of_month(2020, 10, 5, OFFICIAL) == date(2020, 10, 14)
    assert nth_workday_of_month(2020, 2, 1, OFFICIAL) == date(2020, 2, 3)
    assert nth_workday_of_month(2020, 2, 20, OFFICIAL) == date(2020, 2, 28)


@pytest.mark.parametrize("n", [0, -1, 21])
def test_a_month_has_no_working_day_of_that_number(n: int) -> None:
    with pytest.raises(ValueError, match="working day"):
        nth_workday_of_month(2020, 2, n, OFFICIAL)


@pytest.mark.parametrize(
    ("year", "quarter", "expected"),
    [
        (2020, 1, (date(2020, 1, 1), date(2020, 3, 31), date(2020, 3, 25), date(2020, 4, 8))),
        (2020, 2, (date(2020, 4, 1), date(2020, 6, 30), date(2020, 6, 25), date(2020, 7, 7))),
        (2020, 3, (date(2020, 7, 1), date(2020, 9, 30), date(2020, 9, 25), date(2020, 10, 14))),
        (2020, 4, (date(2020, 10, 1), date(2020, 12, 31), date(2020, 12, 25), date(2021, 1, 8))),
        (2025, 4, (date(2025, 10, 1), date(2025, 12, 31), date(2025, 12, 25), date(2026, 1, 8))),
    ],
)
def test_a_quarters_window_runs_from_the_25th_to_the_fifth_working_day_after(
    year: int, quarter: int, expected: tuple[date, date, date, date]
) -> None:
    assert tuple(quarter_window(year, quarter, OFFICIAL)) == expected


def test_a_programme_may_set_the_windows_days() -> None:
    window = quarter_window(2020, 3, OFFICIAL, opens_day=20, closes_workday=3)
    assert (window.opens, window.closes) == (date(2020, 9, 20), date(2020, 10, 12))


@pytest.mark.parametrize("quarter", [0, 5])
def test_there_is_no_fifth_quarter(quarter: int) -> None:
    with pytest.raises(ValueError, match="quarters 1 to 4"):
        quarter_window(2020, quarter, OFFICIAL)


@given(days, days, calendars)
def test_counting_is_what_walking_day_by_day_finds(a: date, b: date, calendar: Calendar) -> None:
    early, late = min(a, b), max(a, b)
    walked = sum(is_working(day, calendar) for day in _each_day(early, late)[1:])
    assert workdays(early, late, calendar) == walked
    assert workdays(late, early, calendar) == -walked


@given(days, st.integers(min_value=1, max_value=300), calendars)
def test_the_nth_working_day_after_works_and_is_the_nth(day: date, n: int, calendar: Calendar) -> None:
    after = add_workdays(day, n, calendar)
    assert is_working(after, calendar)
    assert workdays(day, after, calendar) == n


@given(days, st.integers(min_value=1, max_value=300), calendars)
def test_the_nth_working_day_before_works_and_is_the_nth(day: date, n: int, calendar: Calendar) -> None:
    before = add_workdays(day, -n, calendar)
    one = timedelta(days=1)
    assert is_working(before, calendar)
    assert workdays(before - one, day - one, calendar) == n
