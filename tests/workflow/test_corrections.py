"""更正说明: what reads otherwise after a period was closed. The first quarter is closed on 22 April 2020."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.models import Period, PeriodState, Target
from tests.factories import day, government, moment, perform, pledge_in
from tests.workflow import indicator_world as world
from tests.workflow.indicator_world import enter, revise
from workflow.corrections import corrections

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def at():
    return government()


@pytest.fixture
def gdp(at):
    found = world.add(at)
    world.in_progress(at, found)
    return found


def closed(at, on="2020-04-22"):
    Period.objects.filter(programme=at.programme, key="2020-Q1").update(state=PeriodState.CLOSED, closed_at=moment(on))
    return Period.objects.get(programme=at.programme, key="2020-Q1")


def told(period, today="2020-07-31"):
    return [(one.uses, one.before, one.after, one.reason) for one in corrections(period, today=day(today))]


def test_a_figure_revised_after_the_closing_is_listed_with_both_numbers_and_the_reason(at, gdp):
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20", value="286.4")
    period = closed(at)
    assert told(period) == []
    revise(at, gdp, "2020-1-3", "6.0", on="2020-06-01", value="284.1", reason="四经普修订", stage="final")
    found = corrections(period, today=day("2020-06-01"))
    # The value changed too, but no target uses it.
    assert [(one.indicator, one.data_period.key, one.uses) for one in found] == [(gdp, "2020-1-3", "year_on_year")]
    assert told(period) == [("year_on_year", Decimal("6.2"), Decimal("6.0"), "四经普修订")]


def test_a_revision_is_listed_from_its_release_day_on(at, gdp):
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20")
    period = closed(at)
    revise(at, gdp, "2020-1-3", "6.0", on="2020-06-01", release_date="2020-06-10")
    assert told(period, "2020-06-09") == []
    assert len(told(period, "2020-06-10")) == 1


def test_what_was_revised_before_the_closing_or_came_for_the_first_time_after_it_is_no_correction(at, gdp):
    enter(at, gdp, "2020-1-2", "7.1", on="2020-03-16")
    revise(at, gdp, "2020-1-2", "7.0", on="2020-04-01")
    period = closed(at)
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-23")
    enter(at, gdp, "2020-1-6", "6.3", on="2020-07-18")
    revise(at, gdp, "2020-1-6", "6.1", on="2020-07-20")  # of a later period
    assert told(period) == []


def test_a_final_figure_that_says_the_same_is_no_correction(at, gdp):
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20")
    period = closed(at)
    revise(at, gdp, "2020-1-3", "6.2", on="2020-06-01", stage="final")
    assert told(period) == []


def test_an_open_period_has_no_corrections(at, gdp):
    assert corrections(Period.objects.get(programme=at.programme, key="2020-Q1"), today=day("2020-07-31")) == []


def reported_again(at, value, *, status="approve"):
    pledge = pledge_in("in_progress", at, reported=True)
    period = closed(at)
    target = Target.objects.get(pledge=pledge)
    fields = {"period": "2020-Q1", "data_date": "2020-03-20", "fall_reason": "三个村重新核实后扣除"}
    perform(
        "report", pledge, at.coordinator, at="2020-05-06", sentence="核实后更正", values={target.pk: value}, **fields
    )
    if status == "approve":
        perform("approve", pledge, at.head, at="2020-05-07")
    return period, pledge, target


def test_a_report_approved_after_the_closing_is_listed_against_the_one_before_it(at):
    period, pledge, target = reported_again(at, "117")
    (found,) = corrections(period, today=day("2020-05-31"))
    assert (found.pledge, found.target, found.before, found.after) == (pledge, target, 120, 117)
    assert found.reason == "三个村重新核实后扣除"


def test_a_report_that_nobody_approved_or_that_says_the_same_is_not(at):
    assert corrections(reported_again(at, "117", status="")[0], today=day("2020-05-31")) == []
    assert corrections(reported_again(government(), "120")[0], today=day("2020-05-31")) == []


def test_it_costs_as_many_queries_for_3_as_for_30(at, gdp):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            found = corrections(period, today=day("2020-07-31"))
        return len(found), len(queries)

    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20")
    period, *_rest = reported_again(at, "117")
    revise(at, gdp, "2020-1-3", "6.0", on="2020-06-01")
    few = cost()
    for number in range(4):
        other = world.add(at, name=f"指标{number}")
        world.in_progress(at, other)
        enter(at, other, "2020-1-3", "6.2", on="2020-04-20")
        revise(at, other, "2020-1-3", "6.0", on="2020-06-01")
    more = cost()
    assert (few[0], more[0]) == (2, 6)
    assert few[1] == more[1]
