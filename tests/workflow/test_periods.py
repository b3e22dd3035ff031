"""Windows open on their day, once, for every pledge in progress that has not reported."""

import pytest

from pledges.models import Pledge, Post
from tests.factories import Government, drafted, government, moment, payload_for, perform, pledge_in
from workflow import duties
from workflow.models import Event, Task
from workflow.periods import open_windows


@pytest.fixture
def at(db: None) -> Government:
    return government()


def reporting(pledge: Pledge) -> list[tuple[str, str]]:
    tasks = Task.objects.open().filter(pledge=pledge, kind="report").select_related("period")
    return [(task.period.key, task.due_date.isoformat()) for task in tasks]


def signed_and_reported(at: Government) -> Pledge:
    return pledge_in("in_progress", at, reported=True)  # for the first quarter


@pytest.mark.parametrize(
    ("on", "opened"),
    [("2020-06-24", 0), ("2020-06-25", 1), ("2020-07-07", 1), ("2020-07-08", 0)],
    ids=["the day before", "the first day", "the last day", "the day after"],
)
def test_a_window_opens_on_the_25th_and_closes_with_the_fifth_working_day(at: Government, on: str, opened: int) -> None:
    pledge = signed_and_reported(at)
    assert open_windows(at=moment(on)) == opened
    assert reporting(pledge) == ([("2020-Q2", "2020-07-07")] if opened else [])


def test_opening_twice_opens_nothing_twice(at: Government) -> None:
    signed_and_reported(at)
    assert open_windows(at=moment("2020-06-25")) == 1
    tasks, events = Task.objects.count(), Event.objects.count()
    assert open_windows(at=moment("2020-06-25")) == 0
    assert open_windows(at=moment("2020-06-26")) == 0
    assert (Task.objects.count(), Event.objects.count()) == (tasks, events)


def test_who_has_reported_already_is_not_asked_again(at: Government) -> None:
    pledge = signed_and_reported(at)
    assert open_windows(at=moment("2020-03-25")) == 0
    perform("report", pledge, at.coordinator, at="2020-06-10", **payload_for("report", at, pledge))
    assert open_windows(at=moment("2020-06-25")) == 0
    assert reporting(pledge) == []


def test_signing_gives_the_first_task_and_the_window_none_besides(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    assert reporting(pledge) == [("2020-Q1", "2020-04-08")]
    assert open_windows(at=moment("2020-03-25")) == 0


def test_a_window_that_closed_unanswered_gives_way_to_the_next(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    assert open_windows(at=moment("2020-06-25")) == 1
    assert reporting(pledge) == [("2020-Q2", "2020-07-07")]


def test_a_report_missing_when_the_years_last_window_has_closed_is_still_asked_for(at: Government) -> None:
    """It can still be made, marked late; until then its holder has the task, overdue."""
    pledge = signed_and_reported(at)
    assert open_windows(at=moment("2020-12-25")) == 1
    assert duties.restore(at=moment("2021-01-11")) == []
    assert reporting(pledge) == [("2020-Q4", "2021-01-08")]


def test_only_pledges_in_progress_are_asked(at: Government) -> None:
    for state in ("draft", "assigned", "claimed", "closed"):
        pledge_in(state, at)
    assert open_windows(at=moment("2020-12-25")) == 0


def test_a_returned_report_is_asked_for_by_its_supplement_alone(at: Government) -> None:
    """Nothing is asked twice: the supplement is that period's report."""
    pledge = signed_and_reported(at)
    perform("return_report", pledge, at.supervisor, at="2020-03-26", reason="请补充分县数据")
    assert open_windows(at=moment("2020-03-27")) == 0
    kinds = Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True)
    assert list(kinds) == ["supplement"]


def test_one_pledges_trouble_does_not_stop_the_others(at: Government, caplog: pytest.LogCaptureFixture) -> None:
    troubled, pledge = signed_and_reported(at), drafted(at)
    perform(
        "assign", pledge, at.director, at="2020-06-01", **payload_for("assign", at, pledge) | {"lead_unit": at.water.pk}
    )
    perform("sign", pledge, at.water_coordinator, at="2020-06-02", person="赵军")
    Task.objects.filter(pledge=pledge).update(closed_at=moment("2020-06-03"))
    Post.objects.filter(unit=at.housing).update(is_active=False)
    assert open_windows(at=moment("2020-06-25")) == 1
    assert (reporting(troubled), reporting(pledge)) == ([], [("2020-Q2", "2020-07-07")])
    assert f"no reporting task for pledge {troubled.pk}" in caplog.text


def test_the_opening_is_an_event_of_the_system(at: Government) -> None:
    pledge = signed_and_reported(at)
    version = pledge.version
    open_windows(at=moment("2020-06-25"))
    event = Event.objects.get(action="open_window")
    assert (event.user, event.post, event.stream.name) == (None, None, f"pledge:{pledge.pk}")
    assert Pledge.objects.get(pk=pledge.pk).version == version
