"""Indicators and figures: who enters them, what each does to the lights of the pledges that use them. The working
windows of 2020 close on 8 April, 7 July and 14 October."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Figure, Indicator, Pledge
from tests.factories import actor, government, moment, perform
from tests.workflow import indicator_world as world
from tests.workflow.indicator_world import enter, plan, report, revise, shown
from tracker.models import StaleScope
from workflow import audit, indicators
from workflow.models import Event
from workflow.standing import refresh

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
AWAITED = ("grey", "awaiting_figure")
SHORT = ("yellow", "short")
GREEN = ("green", "on_track")


@pytest.fixture
def at():
    return government()


@pytest.fixture
def gdp(at):
    return world.add(at)


def actions(indicator):
    return list(
        Event.objects.filter(stream__name=f"indicator:{indicator.pk}")
        .order_by("sequence")
        .values_list("action", flat=True)
    )


# Who


def test_the_statistician_adds_an_indicator_once(at, gdp):
    assert (gdp.government, gdp.unit, gdp.scale, gdp.quantity_kind) == (at.city, "元", 100_000_000, "amount")
    with pytest.raises(BadInput) as refused:
        world.add(at)
    assert list(refused.value.fields) == ["name"]
    assert actions(gdp) == ["add_indicator"]


@pytest.mark.parametrize("who", ["supervisor", "director", "leader", "auditor"])
def test_who_sees_the_figures_does_not_enter_them(at, gdp, who):
    post = actor(at.posts[who])
    with pytest.raises(Forbidden):
        indicators.enter(gdp.pk, actor=post, payload={}, at=moment("2020-04-20"))
    with pytest.raises(Forbidden):
        indicators.add(actor=post, payload={}, at=moment("2020-04-20"))
    assert not Figure.objects.exists()


@pytest.mark.parametrize("who", ["coordinator", "head", "system_admin", "security_admin"])
def test_for_the_others_the_indicator_does_not_exist(at, gdp, who):
    with pytest.raises(Invisible):
        indicators.enter(gdp.pk, actor=actor(at.posts[who]), payload={}, at=moment("2020-04-20"))


def test_another_government_s_statistician_does_not_see_it(gdp):
    other = government()
    with pytest.raises(Invisible):
        enter(other, gdp, "2020-1-3", "6.2", on="2020-04-20")
    assert not Indicator.objects.visible_to(actor(other.supervisor)).exists()


# Entering


def test_a_figure_is_entered_once_in_the_unit_of_its_indicator(at, gdp):
    figure = enter(
        at, gdp, "2020-1-2", "-1.5", on="2020-03-16", value="28.64", rank="3", rank_of="13", stage="provisional"
    )
    assert (figure.start_date, figure.end_date) == (datetime.date(2020, 1, 1), datetime.date(2020, 2, 29))
    assert (figure.value, figure.year_on_year) == (Decimal("2864000000"), Decimal("-1.5"))
    assert (figure.rank, figure.rank_of, figure.release_date) == (3, 13, datetime.date(2020, 3, 16))
    assert (figure.entered_by, figure.post) == (at.statistician.holder, at.statistician)
    with pytest.raises(WrongState):
        enter(at, gdp, "2020-1-2", "-1.4", on="2020-03-17")
    with pytest.raises(WrongState):
        plan(at, gdp, "2020-1-2", "2020-03-20", on="2020-03-17")
    assert Figure.objects.count() == 1


def test_a_planned_day_may_move_until_the_figure_takes_its_place(at, gdp):
    plan(at, gdp, "2020-1-3", "2020-04-18")
    plan(at, gdp, "2020-1-3", "2020-04-20")
    figure = enter(at, gdp, "2020-1-3", "6.2", on="2020-04-17")
    assert (Figure.objects.count(), figure.revision, figure.release_date.isoformat()) == (1, 1, "2020-04-20")
    assert actions(gdp) == ["add_indicator", "plan_release", "plan_release", "enter_figure"]
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"year_on_year": ""}, ["value"]),
        ({"rank": "3"}, ["rank_of"]),
        ({"rank": "14", "rank_of": "13"}, ["rank"]),
        ({"year_on_year": "六"}, ["year_on_year"]),
        ({"value": "-3"}, ["value"]),
        ({"release_date": "2020-03-31"}, ["release_date"]),
        ({"release_date": "2030-04-18"}, ["release_date"]),
        ({"stage": "guess"}, ["stage"]),
        ({"period": "2020-1-4"}, ["period"]),  # not over
        ({"period": "2020-3"}, ["period"]),
        ({"period": "", "start_date": "2020-01-01", "end_date": "2020-03-30"}, ["period"]),
    ],
)
def test_what_cannot_be_is_refused_by_field(at, gdp, fields, faults):
    payload = {"period": "2020-1-3", "year_on_year": "6.2", **fields}
    with pytest.raises(BadInput) as refused:
        indicators.enter(gdp.pk, actor=actor(at.statistician), payload=payload, at=moment("2020-04-20"))
    assert list(refused.value.fields) == faults
    assert not Figure.objects.exists()


def test_the_database_keeps_what_the_service_promises(at, gdp):
    spoilt = {
        "figure_entered_with_a_number": {"entered_at": moment("2020-04-20")},
        "revised_figure_has_reason": {"entered_at": moment("2020-04-20"), "value": 1, "revision": 2},
        "rank_is_of_so_many": {"rank": 4, "rank_of": 3},
        "figure_runs_forward": {"end_date": datetime.date(2019, 12, 31)},
    }
    for name, fields in spoilt.items():
        days = {"start_date": datetime.date(2020, 1, 1), "end_date": datetime.date(2020, 3, 31)}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Figure.objects.create(indicator=gdp, release_date=datetime.date(2020, 4, 20), **{**days, **fields})


# Lights


def test_the_light_follows_the_published_figure_and_not_the_unit_s_estimate(at, gdp):
    pledge = world.in_progress(at, gdp)
    assert shown(pledge) == AWAITED  # nothing is out yet: never green without a figure
    report(at, pledge, "6.8", on="2020-04-02")
    assert shown(pledge) == AWAITED
    enter(at, gdp, "2020-1-3", "6.1", on="2020-04-20")
    assert shown(pledge) == SHORT
    assert Pledge.objects.get(pk=pledge.pk).data_date == datetime.date(2020, 3, 31)
    report(at, pledge, "7.5", on="2020-07-02")
    refresh(at=moment("2020-07-10"))
    assert shown(pledge) == AWAITED  # the second quarter is over and its figure is not out
    enter(at, gdp, "2020-1-6", "6.6", on="2020-07-18")
    assert shown(pledge) == GREEN


def test_entering_marks_what_is_counted_in_the_same_transaction(at, gdp):
    world.in_progress(at, gdp)
    StaleScope.objects.all().delete()
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20")
    assert StaleScope.objects.exists()


def test_a_figure_entered_before_its_day_counts_from_that_day_on(at, gdp):
    pledge = world.in_progress(at, gdp)
    report(at, pledge, None, on="2020-04-02")  # the estimate may be left out
    plan(at, gdp, "2020-1-3", "2020-04-20")
    enter(at, gdp, "2020-1-3", "6.5", on="2020-04-17")
    assert shown(pledge) == AWAITED
    refresh(at=moment("2020-04-19"))
    assert shown(pledge) == AWAITED
    refresh(at=moment("2020-04-20"))
    assert shown(pledge) == GREEN


def test_a_planned_month_is_awaited_from_the_day_after_it_ends(at, gdp):
    pledge = world.in_progress(at, gdp)
    report(at, pledge, None, on="2020-04-02")
    enter(at, gdp, "2020-1-3", "6.5", on="2020-04-20")
    refresh(at=moment("2020-06-10"))
    assert shown(pledge) == GREEN
    plan(at, gdp, "2020-1-5", "2020-06-16", on="2020-06-10")
    assert shown(pledge) == AWAITED


def test_past_its_due_date_it_only_waits_for_the_figure_and_then_is_overdue(at, gdp):
    pledge = world.in_progress(at, gdp, due="2020-06-30")
    report(at, pledge, "6.0", on="2020-06-29")
    enter(at, gdp, "2020-1-3", "6.5", on="2020-04-20")
    refresh(at=moment("2020-07-10"))
    assert shown(pledge) == AWAITED  # not red: the figure that decides is not out
    enter(at, gdp, "2020-1-6", "6.0", on="2020-07-18")
    assert shown(pledge) == ("red", "overdue")
    refresh(at=moment("2020-10-05"))
    assert shown(pledge)[0] == "red"  # the third quarter's figure does not excuse it


def test_an_estimate_does_not_close(at, gdp):
    pledge = world.in_progress(at, gdp)
    report(at, pledge, "9.9", on="2020-07-02")
    with pytest.raises(BadInput) as refused:
        perform("claim", pledge, at.head, at="2020-07-20")
    assert list(refused.value.fields) == ["reason"]
    enter(at, gdp, "2020-1-6", "6.6", on="2020-07-20")
    assert perform("claim", pledge, at.head, at="2020-07-21").state == "claimed"


def test_an_estimate_that_falls_asks_for_no_reason(at):
    amount = world.add(at, name="技改投资")
    draft = world.draft(at, goal="32000000000", unit="元", quantity_kind="amount", scale=100_000_000)
    pledge = world.name(at, draft, amount, uses="value")
    pledge = perform("assign", pledge, at.director, at="2020-02-03", lead_unit=at.housing.pk, due_date="2020-12-31",
                     basis="市政府督〔2020〕1号")  # fmt: skip
    perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")
    report(at, pledge, "50", on="2020-03-20")
    report(at, pledge, "46", on="2020-03-25")
    enter(at, amount, "2020-1-3", "3.4", on="2020-04-09", value="46")
    refresh(at=moment("2020-04-09"))
    found = Pledge.objects.get(pk=pledge.pk)
    # 46 of 320 by the 91st of 366 days.
    assert (found.progress_bp, found.plan_bp, found.light) == (1438, 2486, "yellow")


# Revising


def test_a_revision_stands_beside_the_figure_and_turns_the_light(at, gdp):
    pledge = world.in_progress(at, gdp)
    report(at, pledge, None, on="2020-04-02")
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20")
    figure = revise(at, gdp, "2020-1-3", "6.6", on="2020-06-01", stage="final")
    assert (figure.revision, figure.reason, figure.release_date.isoformat()) == (2, "最终核实", "2020-06-01")
    assert [str(one.year_on_year.normalize()) for one in gdp.figures.order_by("revision")] == ["6.2", "6.6"]
    assert shown(pledge) == GREEN


def test_a_revision_says_why_and_what_it_saw(at, gdp):
    with pytest.raises(WrongState):
        revise(at, gdp, "2020-1-3", "6.1", on="2020-04-21")
    enter(at, gdp, "2020-1-3", "6.2", on="2020-04-20", stage="final")
    with pytest.raises(BadInput) as refused:
        revise(at, gdp, "2020-1-3", "6.1", on="2020-04-21", reason=" ")
    assert list(refused.value.fields) == ["reason"]
    with pytest.raises(BadInput) as refused:
        revise(at, gdp, "2020-1-3", "6.1", on="2020-04-21", stage="provisional")
    assert list(refused.value.fields) == ["stage"]
    with pytest.raises(BadInput) as refused:
        revise(at, gdp, "2020-1-3", "6.1", on="2020-04-21", release_date="2020-04-19")
    assert list(refused.value.fields) == ["release_date"]
    revise(at, gdp, "2020-1-3", "6.1", on="2020-04-21")
    with pytest.raises(Stale) as stale:
        revise(at, gdp, "2020-1-3", "6.0", on="2020-04-22")
    assert stale.value.changes == [f"{at.statistician.holder.name} 修订了2020年1—3月的数据:最终核实"]
    with pytest.raises(BadInput) as refused:
        revise(at, gdp, "2020-1-3", "6.0", on="2020-04-22", revision=None)
    assert list(refused.value.fields) == ["revision"]
    assert Figure.objects.count() == 2
