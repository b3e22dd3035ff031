"""Nothing waits for nobody: every open pledge has exactly the tasks that its state demands."""

import datetime
import logging
from typing import Any

import pytest
from django.core.management import call_command

from pledges.models import Pledge, Post
from tests.factories import Government, drafted, government, moment, payload_for, perform, pledge_in
from tests.workflow.test_cells import STATE_OF, standing_in
from workflow import duties, jobs
from workflow.models import Event, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def found(on: str = "2020-11-25") -> list[str]:
    return [str(fault) for fault in duties.faults(at=moment(on))]


@pytest.mark.parametrize("standing", [one for one in STATE_OF if one != "settled"])
def test_a_pledge_that_came_through_the_gate_has_its_tasks(at: Government, standing: str) -> None:
    standing_in(standing, at)
    assert found() == []


@pytest.mark.parametrize(
    ("standing", "kind"),
    [
        ("draft", "assign"),
        ("assigned", "sign"),
        ("reported", "approve"),
        ("approved", "review_report"),
        ("proposed", "approve_claim"),
        ("claimed", "draft_verification"),
        ("drafted", "verify"),
        ("slipped", "reopen"),
        ("suspended", "check_suspension"),
    ],
)
def test_a_lost_task_is_named_and_opened_again(at: Government, standing: str, kind: str) -> None:
    pledge = standing_in(standing, at)
    lost = Task.objects.open().get(kind=kind)
    Task.objects.filter(pk=lost.pk).delete()
    assert found() == [f"{pledge.number} {kind}: missing"]

    duties.restore(at=moment("2020-11-25"))

    assert found() == []
    restored = Task.objects.open().get(kind=kind)
    assert (restored.post.role, restored.due_date.isoformat()) == (lost.post.role, "2020-11-30")
    event = Event.objects.get(action="restore_task")
    assert (event.stream.name, event.user) == (f"pledge:{pledge.pk}", None)


def test_a_report_is_demanded_while_a_window_is_open_and_none_has_come(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    Task.objects.all().delete()
    assert found("2020-06-24") == []  # between the windows nothing is owed
    assert found("2020-06-26") == [f"{pledge.number} report: missing"]
    duties.restore(at=moment("2020-06-26"))
    task = Task.objects.open().get(kind="report")
    assert (task.post, task.period and task.period.key) == (at.coordinator, "2020-Q2")
    perform("report", pledge, at.coordinator, at="2020-06-26", **payload_for("report", at, pledge))
    assert found("2020-06-26") == []


def test_a_task_that_nothing_demands_is_closed(at: Government) -> None:
    pledge = pledge_in("closed", at)
    Task.objects.create(
        kind="verify",
        pledge=pledge,
        post=at.director,
        due_date=datetime.date(2020, 12, 1),
        opened_at=moment("2020-11-21"),
    )
    assert found() == [f"{pledge.number} verify: not demanded"]
    duties.restore(at=moment("2020-11-25"))
    assert not Task.objects.open().exists()


def test_a_task_of_a_post_without_a_person_is_named(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    Post.objects.filter(pk=at.coordinator.pk).update(holder=None)
    assert found() == [f"{pledge.number} sign: held by nobody (住房城乡建设局联络员)"]


def test_one_list_task_answers_for_every_pledge_on_the_list(at: Government) -> None:
    """Two units reported, one list was lost: only that one is missing."""
    first = pledge_in("in_progress", at)
    perform("report", first, at.coordinator, at="2020-03-20", **payload_for("report", at, first))
    second = drafted(at)
    perform(
        "assign", second, at.director, at="2020-02-03", **payload_for("assign", at, second) | {"lead_unit": at.water.pk}
    )
    perform("sign", second, at.water_coordinator, at="2020-02-04", person="李强")
    perform("report", second, at.water_coordinator, at="2020-03-20", **payload_for("report", at, second))
    assert found("2020-03-20") == []
    Task.objects.filter(kind="approve", post=at.water_head).delete()
    assert found("2020-03-20") == [f"{second.number} approve: missing"]


def test_the_check_asks_as_many_questions_for_thirty_pledges_as_for_three(
    at: Government, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        pledge_in("in_progress", at, reported=True)
    with django_assert_num_queries(10):
        assert found() == []
    for _ in range(27):
        pledge_in("in_progress", at, reported=True)
    with django_assert_num_queries(10):
        assert found() == []


def test_the_command_says_what_is_wrong_and_repairs_when_asked(
    at: Government, set_today: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    set_today("2020-11-25")
    pledge = pledge_in("claimed", at)
    call_command("verify_tasks")
    assert "Every open pledge has the tasks that its state demands." in capsys.readouterr().out
    Task.objects.all().delete()
    with pytest.raises(SystemExit) as left:
        call_command("verify_tasks")
    assert left.value.code == 1
    assert capsys.readouterr().out.splitlines() == [f"{pledge.number} draft_verification: missing"]
    call_command("verify_tasks", "--repair")
    call_command("verify_tasks")


def test_the_night_repairs_and_a_workers_start_only_says_so(
    at: Government, set_today: Any, caplog: pytest.LogCaptureFixture
) -> None:
    set_today("2020-11-25")
    pledge_in("claimed", at)
    Task.objects.all().delete()
    with caplog.at_level(logging.WARNING):
        jobs.check_tasks()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert not Task.objects.exists()
    jobs.restore_tasks()
    assert Pledge.objects.get().tasks.get().kind == "draft_verification"
