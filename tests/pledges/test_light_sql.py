"""The lights that the database judges are those of the pure rules: every column of every generated pledge."""

import datetime
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges import calendars, services
from pledges.completion import Pace, Reason
from pledges.light_sql.parameters import signing_since
from pledges.models import Pledge
from pledges.working_days import Calendar, add_workdays
from tests.factories import day, government, moment
from tests.pledges.light_world import LightWorld
from workflow.signals import Mark, moved
from workflow.standing import refresh

ON_POSTGRES = connection.vendor == "postgresql"
MANY = 10_000
KEPT = services.STANDING_FIELDS


def judged(today: datetime.date) -> Iterator[tuple[int, str, tuple[object, ...], bool]]:
    """What the pure rules say of each pledge, and whether it differs from what is kept. Nothing is written."""
    calendar = calendars.current()
    ids = list(Pledge.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), 500):
        batch = (
            Pledge.objects.with_facts().prefetch_related("programme__periods").filter(pk__in=ids[first : first + 500])
        )
        for pledge in batch:
            differs = services.judge(pledge, calendar=calendar, today=today)
            yield pledge.pk, pledge.number, tuple(getattr(pledge, name) for name in KEPT), differs


def compare(when: str) -> Counter[str]:
    """Refresh on a day, and hold every column against the pure rules. Returns how often which verdict was seen."""
    expected = list(judged(day(when)))
    moved = refresh(at=moment(when))
    kept = {pk: tuple(rest) for pk, *rest in Pledge.objects.values_list("pk", *KEPT)}
    wrong = {
        number: {name: (is_, was) for name, is_, was in zip(KEPT, kept[pk], standing, strict=True) if is_ != was}
        for pk, number, standing, _ in expected
        if kept[pk] != standing
    }
    assert not wrong, f"{len(wrong)} differ (in SQL, pure): {dict(list(wrong.items())[:10])}"
    assert moved == sum(differs for *_, differs in expected)
    seen: Counter[str] = Counter()
    for _, _, standing, _ in expected:
        found = dict(zip(KEPT, standing, strict=True))
        seen.update([f"{found['light']} {found['light_reason']}", f"pace {found['pace']}", f"missed {found['missed']}"])
        seen.update(["between"] if found["plan_bp"] not in (None, 0, 10000) else [])
    return seen


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_and_the_pure_rules_agree_on_every_column_of_generated_pledges() -> None:
    world = LightWorld(government(), today=day("2020-10-15"), seed=20)
    world.fill(MANY)
    seen = compare("2020-10-15") + compare("2020-10-16") + compare("2021-01-09")
    # The generator reaches every branch, or agreeing would say little.
    lights = {"grey": ("not_due", "unreported", "awaiting_figure"), "red": ("overdue", "far_behind", "occurred")}
    yellow = ("overdue", "behind", "nothing_done", "short", "milestone_late", "judged_behind", "unsigned")
    verdicts = {f"{light} {reason}" for light, reasons in lights.items() for reason in reasons}
    verdicts |= {f"yellow {reason}" for reason in yellow} | {"green on_track", " "}
    assert {reason for verdict in verdicts for reason in verdict.split()[1:]} == {str(reason) for reason in Reason}
    assert {name for name in seen if name.split(" ")[0] in ("red", "yellow", "green", "grey", "")} == verdicts
    assert {f"pace {pace}" for pace in ("", *Pace)} <= set(seen)
    assert {"missed 0", "missed 1", "missed 2", "between"} <= set(seen)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("today", ["2020-02-29", "2020-07-08", "2020-12-31", "2021-01-01"])
def test_they_agree_on_other_days_and_other_pledges(seed: int, today: str) -> None:
    LightWorld(government(), today=day(today), seed=seed).fill(500 if ON_POSTGRES else 120)
    compare(today)


def test_the_days_for_signing_run_from_one_day_of_assignment_on() -> None:
    exceptions = {day("2020-10-01") + datetime.timedelta(days=n): False for n in range(8)}
    calendar = Calendar({**exceptions, day("2020-10-10"): True, day("2020-09-27"): True})
    for grace in (0, 1, 5, 20):
        for ahead in range(40):
            today = day("2020-09-20") + datetime.timedelta(days=ahead)
            since = signing_since(today, grace, calendar)
            for before in range(-3, 60):
                assigned = today - datetime.timedelta(days=before)
                assert (assigned >= since) == (today < add_workdays(assigned, grace, calendar))


@pytest.mark.django_db
def test_one_statement_judges_a_batch_whatever_its_size_and_each_place_that_moved_is_told_once() -> None:
    world = LightWorld(government(), today=day("2020-10-15"))
    places: list[tuple[int, int | None]] = []

    def told(marks: list[Mark], **rest: object) -> None:
        places.extend((mark.programme_id, mark.lead_unit_id) for mark in marks)

    def updates(when: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            refresh(at=moment(when))
        return sum("UPDATE pledges_pledge" in query["sql"] for query in captured.captured_queries)

    world.fill(60)
    moved.connect(told)
    try:
        assert updates("2020-10-15") == 1
    finally:
        moved.disconnect(told)
    assert len(places) == len(set(places)) > len(world.programmes)
    assert updates("2020-10-15") == 1
    assert refresh(at=moment("2020-10-15")) == 0


@pytest.mark.django_db
def test_a_refresh_of_some_programmes_leaves_the_others_alone() -> None:
    world = LightWorld(government(), today=day("2020-10-15"))
    world.fill(40)
    others = Pledge.objects.exclude(programme=world.at.programme).order_by("pk")
    before = list(others.values())
    assert refresh(at=moment("2020-10-15"), programmes=[world.at.programme.pk]) > 0
    assert list(others.values()) == before
