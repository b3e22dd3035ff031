"""The quarter's ledger and the pace of a period, for a target that an indicator measures."""

import pytest

from pledges import calendars, paces
from pledges.completion import Pace
from pledges.models import Period, Pledge
from tests.factories import actor, day, government, perform
from tests.workflow import indicator_world as world
from tests.workflow.indicator_world import enter, report
from tracker.exports import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return government()


def period(at, key):
    return Period.objects.get(programme=at.programme, key=key)


def value(at, key, today):
    (row,) = ledger.of(at.programme, period(at, key), actor=actor(at.director), today=day(today)).rows
    return row.texts["value"]


def test_the_ledger_of_a_quarter_has_the_figure_of_that_quarter_that_is_out(at):
    gdp = world.add(at)
    pledge = world.in_progress(at, gdp)
    report(at, pledge, "6.8", on="2020-04-02")
    assert value(at, "2020-Q1", "2020-04-10") == ""  # the estimate is no figure
    enter(at, gdp, "2020-1-3", "6.1", on="2020-04-20")
    enter(at, gdp, "2020-1-6", "6.3", on="2020-07-18")
    assert value(at, "2020-Q1", "2020-08-01") == "6.1%(2020-03-31)"
    assert value(at, "2020-Q2", "2020-08-01") == "6.3%(2020-06-30)"


def test_the_pace_of_a_period_is_that_of_its_own_figure(at):
    investment = world.add(at, name="技改投资")
    draft = world.draft(at, goal="32000000000", unit="元", quantity_kind="amount", scale=100_000_000)
    pledge = world.name(at, draft, investment, uses="value")
    assign = {"lead_unit": at.housing.pk, "due_date": "2020-12-31", "basis": "市政府督〔2020〕1号"}
    perform("assign", pledge, at.director, at="2020-02-03", **assign)
    perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")
    report(at, pledge, "200", on="2020-04-02")

    def pace(today):
        found = Pledge.objects.with_facts().prefetch_related("programme__periods").get(pk=pledge.pk)
        return paces.of_period(found, period(at, "2020-Q1"), calendar=calendars.current(), today=day(today))

    assert pace("2020-04-15") is None  # nothing is published for it yet
    enter(at, investment, "2020-1-3", "3.4", on="2020-04-20", value="46")
    enter(at, investment, "2020-1-6", "9.9", on="2020-07-18", value="300")
    assert pace("2020-07-20") == Pace.BEHIND  # 46 of 320 by the end of March
