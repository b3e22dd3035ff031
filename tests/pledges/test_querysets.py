"""Who sees which rows, written down by hand for every role; and the questions that lists ask."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from pledges.actors import SYSTEM, Actor
from pledges.models import Document, Measure, Period, Pledge, Programme, Report, Unit
from tests.factories import (
    Government,
    PledgeFactory,
    ProgrammeFactory,
    TargetFactory,
    UserFactory,
    actor,
    day,
    drafted,
    government,
    moment,
    payload_for,
    perform,
    pledge_in,
)
from workflow.models import Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def pledges(at: Government) -> dict[str, Pledge]:
    """One of each kind, in a programme beside which another city has its own."""
    elsewhere = government()
    pledge_in("in_progress", elsewhere, reported=True)
    below = drafted(at)
    perform(
        "assign",
        below,
        at.director,
        at="2020-02-03",
        **payload_for("assign", at, below) | {"lead_unit": at.county_housing.pk},
    )
    return {
        "draft": drafted(at, lead_unit=at.housing),
        "led": pledge_in("in_progress", at, reported=True),
        "supported": pledge_in("in_progress", at, support=(at.water,)),
        "below": below,
    }


ALL = {"draft", "led", "supported", "below"}
PLEDGES: dict[str, set[str]] = {
    "director": ALL,
    "supervisor": ALL,
    "supervisor_2": ALL,
    "leader": ALL,
    "auditor": ALL,
    "coordinator": {"led", "supported"},
    "head": {"led", "supported"},
    "water_coordinator": {"supported"},
    "water_head": {"supported"},
    "county_coordinator": {"below"},
    "county_housing_coordinator": {"below"},
    "statistician": set(),
    "system_admin": set(),
    "security_admin": set(),
}


def test_pledges_are_seen_by_those_they_concern(at: Government, pledges: dict[str, Pledge]) -> None:
    names = {pledge.pk: name for name, pledge in pledges.items()}
    found = {
        post: {names.get(pk, "elsewhere") for pk in Pledge.objects.visible_to(actor(by)).values_list("pk", flat=True)}
        for post, by in at.posts.items()
    }
    assert found == PLEDGES
    assert Pledge.objects.visible_to(SYSTEM).count() == 5
    assert not Pledge.objects.visible_to(Actor(user=UserFactory(), post=None)).exists()


def test_reports_are_seen_with_their_pledge(at: Government, pledges: dict[str, Pledge]) -> None:
    for post, by in at.posts.items():
        expected = 1 if "led" in PLEDGES[post] else 0
        assert Report.objects.visible_to(actor(by)).count() == expected, post


def test_a_unit_that_no_longer_supports_sees_it_no_more(at: Government, pledges: dict[str, Pledge]) -> None:
    pledges["supported"].parties.filter(unit=at.water).delete()
    assert not Pledge.objects.visible_to(actor(at.water_head)).exists()


def test_programmes_are_seen_by_whoever_has_something_in_them(at: Government, pledges: dict[str, Pledge]) -> None:
    empty = ProgrammeFactory(government=at.city, year=2019)
    both = {at.programme, empty}
    expected = {
        post: both
        if post in ("director", "supervisor", "supervisor_2", "leader", "auditor")
        else ({at.programme} if PLEDGES[post] else set())
        for post in at.posts
    }
    assert {post: set(Programme.objects.visible_to(actor(by))) for post, by in at.posts.items()} == expected
    assert Programme.objects.visible_to(SYSTEM).count() == 3


def test_documents_and_measures_are_the_offices_and_the_auditors(at: Government) -> None:
    document = Document.objects.create(
        programme=at.programme, title="工作报告", kind="report", filename="r.txt", content=b"x", sha256="0" * 64,
        text="修建管网。", imported_at=moment("2020-01-20"),
    )  # fmt: skip
    Measure.objects.create(
        document=document,
        position=1,
        start=0,
        end=5,
        quote="修建管网。",
        title="修建管网",
        form="ongoing",
        firmness="firm",
    )
    allowed = {"director", "supervisor", "supervisor_2", "auditor"}
    for model in (Document, Measure):
        seen = {post for post, by in at.posts.items() if model.objects.visible_to(actor(by)).exists()}
        assert seen == allowed
        assert model.objects.visible_to(SYSTEM).count() == 1
        assert not model.objects.visible_to(actor(government().director)).exists()


def test_units_are_those_of_ones_own_government(at: Government) -> None:
    government()
    for by in at.posts.values():
        assert Unit.objects.visible_to(actor(by)).count() == 6
    assert not Unit.objects.visible_to(Actor(user=UserFactory(), post=None)).exists()
    assert Unit.objects.visible_to(SYSTEM).count() == 12


def test_a_desk_holds_the_tasks_of_the_post_one_acts_from(at: Government, pledges: dict[str, Pledge]) -> None:
    def desk(by: Actor) -> list[str]:
        return sorted(Task.objects.open().visible_to(by).values_list("kind", flat=True))

    assert desk(actor(at.director)) == ["assign"]
    assert desk(actor(at.coordinator)) == ["report"]
    assert desk(actor(at.county_housing_coordinator)) == ["sign"]
    assert desk(actor(at.head)) == desk(actor(at.county_coordinator)) == desk(actor(at.auditor)) == []
    assert desk(actor(at.coordinator, deputy=at.head)) == ["report"]
    assert desk(SYSTEM) == []


def test_the_pledges_of_a_state_or_a_unit(at: Government, pledges: dict[str, Pledge]) -> None:
    ours = Pledge.objects.filter(programme=at.programme)
    withdrawn: Pledge = PledgeFactory(
        programme=at.programme, state="withdrawn", lead_unit=at.housing, due_date=day("2020-06-30"),
        assigned_date=day("2020-02-03"),
    )  # fmt: skip
    child: Pledge = PledgeFactory(programme=at.programme, parent=pledges["led"])

    def names(found: QuerySet[Any]) -> set[str]:
        known = {pledge.pk: name for name, pledge in {**pledges, "withdrawn": withdrawn, "child": child}.items()}
        return {known[pk] for pk in found.values_list("pk", flat=True)}

    assert names(ours.in_force()) == names(ours.open()) == {"led", "supported", "below"}
    assert names(ours.top_level()) == {"draft", "led", "supported", "below", "withdrawn"}
    assert names(ours.led_by(at.county)) == set()
    assert names(ours.led_below(at.county)) == {"below"}
    assert names(ours.led_by(at.housing)) == {"draft", "led", "supported", "withdrawn"}
    assert names(ours.overdue(datetime.date(2020, 12, 15))) == set()
    assert names(ours.overdue(datetime.date(2020, 12, 16))) == {"led", "supported", "below"}


def test_what_needs_attention_comes_worst_first(at: Government) -> None:
    given = [
        ("green", "on_track"),
        ("yellow", "behind"),
        ("grey", "unreported"),
        ("red", "far_behind"),
        ("grey", "not_due"),
        ("red", "overdue"),
    ]
    for light, reason in given:
        PledgeFactory(programme=at.programme, light=light, light_reason=reason)
    found = Pledge.objects.attention(day("2020-12-16")).values_list("light_reason", flat=True)
    assert list(found) == ["overdue", "far_behind", "unreported", "behind"]


def test_periods_by_day(at: Government) -> None:
    assert [period.key for period in Period.objects.on(day("2020-09-30"))] == ["2020-Q3"]
    assert [period.key for period in Period.objects.window_closed_before(day("2020-07-07"))] == ["2020-Q1"]
    assert [period.key for period in Period.objects.window_closed_before(day("2020-07-08"))] == ["2020-Q1", "2020-Q2"]
    assert [period.quarter for period in Period.objects.all()] == [1, 2, 3, 4]


@pytest.mark.parametrize("chain", ["for_list", "with_latest_report", "with_facts"])
def test_a_list_asks_the_same_questions_for_3_pledges_and_for_30(at: Government, chain: str) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            pledge = PledgeFactory(programme=at.programme, lead_unit=at.housing, leader=at.leader)
            TargetFactory(pledge=pledge, position=1)
            made = Report.objects.create(
                pledge=pledge, period=Period.objects.get(key="2020-Q1"), data_date=day("2020-03-20"), sentence="推进",
                submitted_at=moment("2020-03-20"),
            )  # fmt: skip
            made.values.create(target=pledge.targets.get(), value=1)

    def questions(show: Callable[[Pledge], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            for pledge in getattr(Pledge.objects.all(), chain)():
                show(pledge)
        return len(captured)

    def show(pledge: Pledge) -> Any:
        return [pledge.lead_unit.name, str(pledge.leader), pledge.leader.holder.name, list(pledge.targets.all())]

    fill(3)
    few = questions(show)
    fill(27)
    assert questions(show) == few
