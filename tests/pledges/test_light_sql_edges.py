"""The lights that the database judges, at the very edges of the rules, against lights worked out by hand.

Generated pledges seldom lie exactly on an edge; test_light_sql.py holds the two tellings of the rules together.
"""

from decimal import Decimal
from typing import Any

import pytest

from pledges.models import Milestone, Period, Pledge, Report
from tests.factories import Government, PledgeFactory, TargetFactory, day, government, moment
from tests.pledges.light_facts import AGAINST_THE_PLAN
from workflow.standing import refresh

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

TODAY = "2020-10-12"


@pytest.fixture
def at() -> Government:
    return government()


def running(at: Government, **facts: Any) -> Pledge:
    """A pledge of housing's, reported for the third quarter, due with the year."""
    usual = {"state": "in_progress", "assigned_date": day("2020-02-03"), "due_date": day("2020-12-31")}
    pledge: Pledge = PledgeFactory(programme=at.programme, lead_unit=at.housing, **(usual | facts))
    Report.objects.create(
        pledge=pledge,
        period=Period.objects.get(programme=at.programme, key="2020-Q3"),
        data_date=day("2020-09-15"),
        sentence="推进中",
        submitted_at=moment("2020-09-15"),
    )
    return pledge


def measured(
    at: Government, value: str, reported: str, *, due: str = "2020-12-31", aim: bool = False, **facts: Any
) -> int:
    pledge = running(at, due_date=day(due), firmness="aim" if aim else "firm")
    top = {"value_max": Decimal(facts.pop("value_max"))} if "value_max" in facts else {}
    target = TargetFactory(pledge=pledge, value=Decimal(value), **top, **facts)
    pledge.reports.get().values.create(target=target, value=Decimal(reported))
    return pledge.pk


def judged(on: str = TODAY) -> dict[int, tuple[str, str]]:
    refresh(at=moment(on))
    return {pk: (light, reason) for pk, light, reason in Pledge.objects.values_list("pk", "light", "light_reason")}


def test_progress_against_the_plan(at: Government) -> None:
    expected = {}
    for plan, reported, (light, reason) in AGAINST_THE_PLAN:
        pk = measured(at, "100", reported)
        Pledge.objects.get(pk=pk).targets.get().trajectory.create(day=day("2020-09-01"), value=Decimal(plan))
        expected[pk] = (plan, reported, str(light), str(reason))
    found = judged()
    assert {pk: (*expected[pk][:2], *found[pk]) for pk in expected} == expected


GREEN, SHORT, SOFT = ("green", "on_track"), ("yellow", "short"), ("yellow", "overdue")
LATE = ("red", "overdue")
BY_VALUE: list[tuple[str, str, dict[str, Any], tuple[str, str]]] = [
    ("7", "6.65", {"quantity_kind": "growth"}, GREEN),  # short by exactly 5% of seven
    ("7", "6.6499", {"quantity_kind": "growth"}, SHORT),
    ("10", "10.5", {"comparator": "le"}, GREEN),
    ("10", "10.5001", {"comparator": "le"}, SHORT),
    ("40", "52.5", {"comparator": "range", "value_max": "50", "more_is_worse": True}, GREEN),
    ("40", "52.5001", {"comparator": "range", "value_max": "50", "more_is_worse": True}, SHORT),
    ("0", "0", {"zero_tolerance": True}, GREEN),
    ("0", "0.0001", {"zero_tolerance": True}, ("red", "occurred")),
    # Due on the day itself, and the day before.
    ("100", "95", {"due": TODAY, "aim": True}, GREEN),
    ("100", "95", {"due": "2020-10-11", "aim": True}, SOFT),
    ("100", "94.9999", {"due": "2020-10-11", "aim": True}, LATE),
    ("100", "95", {"due": "2020-10-11", "comparator": "approx"}, SOFT),
    ("100", "105", {"due": "2020-10-11", "comparator": "approx", "more_is_worse": True}, SOFT),
    ("100", "105.0001", {"due": "2020-10-11", "comparator": "approx", "more_is_worse": True}, LATE),
    ("100", "100", {"due": "2020-10-11"}, LATE),
]


def test_values_that_just_keep_and_just_miss(at: Government) -> None:
    expected = {measured(at, value, reported, **facts): light for value, reported, facts, light in BY_VALUE}
    assert judged() == expected


def test_the_days_on_which_a_light_turns(at: Government) -> None:
    stages = {planned: running(at, form="milestone") for planned in ("2020-10-11", TODAY)}
    for planned, pledge in stages.items():
        Milestone.objects.create(pledge=pledge, position=1, title="开工", planned_date=day(planned), weight=1)
    # 27 September was worked, 1 to 8 October were off, the 10th was worked: the five working days after the 28th are
    # 29, 30 September, 9, 10 and 12 October.
    unsigned = {on: running(at, state="assigned", assigned_date=day(on)) for on in ("2020-09-28", "2020-09-29")}
    starting = {on: running(at, start_date=day(on)) for on in (TODAY, "2020-10-13")}
    assert judged() == {
        stages["2020-10-11"].pk: ("yellow", "milestone_late"),
        stages[TODAY].pk: GREEN,
        unsigned["2020-09-28"].pk: ("yellow", "unsigned"),
        unsigned["2020-09-29"].pk: ("grey", "not_due"),
        starting[TODAY].pk: GREEN,
        starting["2020-10-13"].pk: ("grey", "not_due"),
    }


def test_a_window_is_missed_from_the_day_after_it_closed_by_what_was_assigned_before_that_day(at: Government) -> None:
    """The window of the second quarter closes on 7 July 2020."""
    pledges = {on: running(at, assigned_date=day(on)) for on in ("2020-07-06", "2020-07-07")}
    Report.objects.all().delete()
    assert set(judged("2020-07-07").values()) == {GREEN}
    assert judged("2020-07-08") == {
        pledges["2020-07-06"].pk: ("grey", "unreported"),
        pledges["2020-07-07"].pk: GREEN,
    }
