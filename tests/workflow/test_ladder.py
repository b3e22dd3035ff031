"""The ladder day by day, by the calendar of 2020: due dates, reporting windows, pledges' own due dates.

1–8 October (Thursday to Thursday) are off; Sunday 27 September and Saturday 10 October are worked for it.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from pledges.models import Period, Pledge, Post
from tests.factories import Government, PledgeFactory, government, moment, payload_for, perform, pledge_in
from tests.workflow.reminder_world import claim, days_of, run, task
from workflow import reminders
from workflow.models import Reminder, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def test_thirty_seven_and_three_working_days_before_and_the_first_after(at):
    """Before 16 October 2020: 30 are 1 September − … the 27th and the 10th worked, 1–8 October off."""
    task(at, opened="2020-08-03")
    mine = {day: [kind for _, kind in new] for day, new in days_of("2020-08-20", "2020-10-31").items()}
    assert mine == {
        "2020-08-31": ["due_30"],
        "2020-09-30": ["due_7"],
        "2020-10-13": ["due_3"],
        "2020-10-19": ["overdue", "overdue"],
    }


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        ("2020-08-30", "2020-08-31"),  # the day before: a Sunday
        ("2020-08-31", "2020-09-30"),  # on the day itself, thirty working days are no news
        ("2020-09-15", "2020-09-30"),
        ("2020-09-30", "2020-10-13"),
    ],
)
def test_a_task_that_came_within_a_far_step_waits_for_the_next(at, opened, first):
    task(at, opened=opened)
    assert next(iter(days_of("2020-08-20", "2020-10-16"))) == first


@pytest.mark.parametrize(
    ("back_on", "kind"),
    [
        ("2020-09-01", "due_30"),  # a Monday was missed
        ("2020-09-29", "due_30"),  # 8 working days
        ("2020-10-09", "due_7"),  # the holiday in between
        ("2020-10-12", "due_7"),
        ("2020-10-15", "due_3"),
        ("2020-10-19", "overdue"),
    ],
)
def test_missed_days_bring_the_latest_step_alone_and_once(at, back_on, kind):
    task(at, opened="2020-08-03")
    assert {step for _, step in claim(back_on)} == {kind}
    assert claim(back_on) == []


# Reporting windows: the third quarter's from 25 September to 14 October 2020, October's fifth working day


@pytest.fixture
def report(at: Government) -> Task:
    period = Period.objects.get(programme=at.programme, key="2020-Q3")
    assert (period.opens_date.isoformat(), period.closes_date.isoformat()) == ("2020-09-25", "2020-10-14")
    return Task.objects.create(
        kind=Task.Kind.REPORT,
        pledge=PledgeFactory(programme=at.programme),
        period=period,
        post=at.coordinator,
        due_date="2020-10-14",
        opened_at=moment("2020-09-25"),
    )


def test_a_window_is_told_when_it_opens_two_days_before_it_closes_and_when_it_was_missed(at, report):
    mine, head = at.coordinator.holder.name, at.head.holder.name
    assert days_of("2020-09-20", "2020-10-31") == {
        "2020-09-25": [(mine, "opens")],  # on the day itself
        "2020-10-12": [(mine, "closes_2")],
        "2020-10-15": sorted([(mine, "unreported"), (head, "unreported")]),
    }
    assert Reminder.objects.get(kind="unreported", recipient=at.head.holder).is_copy


def test_a_task_that_was_there_before_its_window_is_silent_until_it_opens(at, report):
    Task.objects.update(opened_at=moment("2020-08-01"))
    assert next(iter(days_of("2020-08-03", "2020-09-30"))) == "2020-09-25"


def test_a_window_that_opens_on_a_day_off_is_told_on_the_next_working_day(at, report):
    Period.objects.filter(pk=report.period_id).update(opens_date="2020-09-26")  # a Saturday
    Task.objects.update(opened_at=moment("2020-09-26"))
    assert list(days_of("2020-09-20", "2020-09-30")) == ["2020-09-27"]  # the Sunday that is worked


def test_a_report_that_was_made_is_not_asked_for(at, report):
    assert run("2020-09-25") == [(at.coordinator.holder.name, "opens")]
    Task.objects.update(closed_at=moment("2020-09-30"))
    assert days_of("2020-10-09", "2020-10-20") == {}


# Pledges' own due dates


@pytest.fixture
def pledge(at: Government) -> Pledge:
    """In progress since 4 February, due on Tuesday 15 December 2020, without a task."""
    pledge = pledge_in("in_progress", at)
    Task.objects.all().update(closed_at=moment("2020-02-05"))
    return pledge


def test_a_pledge_s_own_due_date_is_told_to_its_lead_coordinator_and_overdue_to_the_head_too(at, pledge):
    mine, head = at.coordinator.holder.name, at.head.holder.name
    assert days_of("2020-10-09", "2020-12-31") == {
        "2020-11-03": [(mine, "due_30")],
        "2020-12-04": [(mine, "due_7")],
        "2020-12-10": [(mine, "due_3")],
        "2020-12-16": sorted([(mine, "overdue"), (head, "overdue")]),
    }
    assert set(Reminder.objects.values_list("pledge", "task")) == {(pledge.pk, None)}


def test_a_pledge_of_a_unit_without_coordinator_is_told_to_its_head(at, pledge):
    Post.objects.filter(pk=at.coordinator.pk).update(is_active=False)
    assert claim("2020-12-10") == [(at.head.holder.name, "due_3")]
    assert claim("2020-12-16") == [(at.head.holder.name, "overdue")]  # once, as their own
    assert not Reminder.objects.filter(is_copy=True).exists()


def test_a_claim_silences_the_pledge_and_so_does_a_claim_that_waits_for_the_head(at, pledge):
    perform("propose_claim", pledge, at.coordinator, at="2020-12-01", **payload_for("propose_claim", at, pledge))
    Task.objects.exclude(kind=Task.Kind.APPROVE_CLAIM).update(closed_at=moment("2020-12-01"))
    assert not Reminder.objects.filter(pledge=pledge).exists()
    reminders.claim(at=moment("2020-12-10"))
    assert not Reminder.objects.filter(pledge=pledge).exists()
    perform("claim", pledge, at.head, at="2020-12-10", **payload_for("claim", at, pledge))
    reminders.claim(at=moment("2020-12-16"))
    assert not Reminder.objects.filter(pledge=pledge).exists()


def test_a_pledge_claimed_before_the_digest_is_dropped_from_it(at, pledge):
    claim("2020-12-10")
    Pledge.objects.filter(pk=pledge.pk).update(state="suspended")
    assert reminders.gather(at=moment("2020-12-10")) == 0
    assert Reminder.objects.get().dropped_at == moment("2020-12-10")


def test_an_extended_pledge_is_reminded_of_anew(at, pledge):
    assert run("2020-12-10") == [(at.coordinator.holder.name, "due_3")]
    Pledge.objects.filter(pk=pledge.pk).update(due_date="2020-12-31")
    assert run("2020-12-28") == [(at.coordinator.holder.name, "due_3")]


def led(at: Government, count: int) -> None:
    """Pledges of housing in progress, due on 15 December 2020, without tasks."""
    have = Pledge.objects.count()
    Pledge.objects.bulk_create(
        Pledge(
            programme=at.programme,
            number=f"x-{have + n}",
            title="修路",
            form="milestone",
            state="in_progress",
            lead_unit=at.housing,
            assigned_date="2020-02-03",
            due_date="2020-12-15",
        )
        for n in range(count)
    )


def test_claiming_asks_the_same_questions_for_3_pledges_and_for_30(at):
    def asked(on: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            claimed = reminders.claim(at=moment(on))
        return claimed, len(queries)

    led(at, 3)
    claimed, few = asked("2020-12-10")
    led(at, 27)
    assert claimed == 3
    assert asked("2020-12-16") == (60, few)  # with the head's copies


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_claims_of_pledges_at_once_claim_once():
    at = government()
    led(at, 20)
    together = Barrier(2)

    def one(_: int) -> int:
        try:
            together.wait()
            return reminders.claim(at=moment("2020-12-16"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, range(2))) == 40
    assert Reminder.objects.count() == 40
