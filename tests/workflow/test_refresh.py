"""The refresh of the lights beside reports that come in, and beside a programme that cannot be judged."""

import datetime
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from pledges import calendars, services
from pledges.models import Pledge, Report
from tests.factories import Government, PledgeFactory, ProgrammeFactory, day, government, moment, perform, pledge_in
from tests.support.locks import somebody_waits_for_us
from workflow import standing
from workflow.signals import Mark, moved

TODAY = "2020-09-15"
ON_POSTGRES = connection.vendor == "postgresql"


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def pledges(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> list[Pledge]:
    """Five pledges with a report of the first quarter, to be refreshed in batches of two."""
    monkeypatch.setattr(standing, "BATCH", 2)
    at = government()
    return [pledge_in("in_progress", at, reported=True) for _ in range(5)]


def report(pledge: Pledge) -> Callable[[], Any]:
    """The housing bureau reports that everything is done."""
    coordinator = pledge.lead_unit.posts.get(role="coordinator")  # type: ignore[union-attr]
    values = {str(target.pk): "355" for target in pledge.targets.all()}
    return lambda: perform("report", pledge, coordinator, at=TODAY, sentence="已全部完成", values=values)


class InThread(threading.Thread):
    """An act in a thread and a connection of its own; `ended` raises what it raised."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act, self.error = act, None
        self.start()

    def run(self) -> None:
        try:
            self.act()
        except BaseException as error:
            self.error = error
        finally:
            connections.close_all()

    def ended(self) -> None:
        self.join(60)
        assert not self.is_alive()
        if self.error:
            raise self.error


def until_it_waits(thread: InThread) -> None:
    """On PostgreSQL until the thread waits for a row that we hold. On SQLite it waits for the whole of our transaction
    from its first statement on, and nobody can be asked."""
    end = time.monotonic() + 30
    while ON_POSTGRES and not somebody_waits_for_us():
        assert thread.is_alive(), "it did not wait"
        assert time.monotonic() < end
        time.sleep(0.01)


def shown() -> list[tuple[int | None, str, str, int]]:
    return list(Pledge.objects.order_by("pk").values_list("progress_bp", "light", "light_reason", "missed"))


def kept_is_what_the_rules_say() -> bool:
    calendar = calendars.current()
    judged = [services.with_facts(pk) for pk in Pledge.objects.values_list("pk", flat=True)]
    return not any(services.judge(pledge, calendar=calendar, today=day(TODAY)) for pledge in judged)


DONE, SILENT = (10000, "green", "on_track", 0), (3380, "grey", "unreported", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", [0, 4], ids=["already judged", "not yet judged"])
def test_a_report_between_two_batches_is_neither_lost_nor_overwritten(pledges: list[Pledge], which: int) -> None:
    act, threads = report(pledges[which]), list[InThread]()

    def come_in() -> None:
        if not threads:
            threads.append(InThread(act))
            threads[0].ended()  # nothing is locked between two batches

    def told(marks: list[Mark], **rest: object) -> None:
        transaction.on_commit(come_in)

    moved.connect(told)
    try:
        standing.refresh(at=moment(TODAY))
    finally:
        moved.disconnect(told)
    assert shown() == [DONE if place == which else SILENT for place in range(5)]
    assert Report.objects.filter(pledge=pledges[which]).count() == 2
    assert kept_is_what_the_rules_say()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment_of_report", ["before", "after"])
def test_a_report_for_a_locked_batch_waits_for_it_and_has_the_last_word(
    pledges: list[Pledge], monkeypatch: pytest.MonkeyPatch, moment_of_report: str
) -> None:
    act, threads, keep = report(pledges[2]), list[InThread](), services.keep_standings

    def come_in() -> None:
        threads.append(InThread(act))
        until_it_waits(threads[0])

    def keep_while_it_comes_in(programme: Any, ids: list[int], **rest: Any) -> Any:
        is_its_batch = pledges[2].pk in ids
        if is_its_batch and moment_of_report == "before":
            come_in()
        different = keep(programme, ids, **rest)
        if is_its_batch and moment_of_report == "after":
            come_in()
        assert [one.pledge_id for one in different if one.pledge_id == pledges[2].pk] == [pledges[2].pk] * is_its_batch
        return different

    monkeypatch.setattr(services, "keep_standings", keep_while_it_comes_in)
    assert standing.refresh(at=moment(TODAY)) == 5
    threads[0].ended()
    assert shown() == [DONE if place == 2 else SILENT for place in range(5)]
    assert Report.objects.filter(pledge=pledges[2]).count() == 2
    assert kept_is_what_the_rules_say()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_refresh_waits_for_a_report_that_was_first_and_judges_by_it(
    needs_postgres: None, pledges: list[Pledge]
) -> None:
    act, has_reported = report(pledges[2]), threading.Event()

    def report_and_take_time() -> None:
        with transaction.atomic():
            act()
            has_reported.set()
            end = time.monotonic() + 30
            while not somebody_waits_for_us():
                assert time.monotonic() < end, "the refresh did not wait"
                time.sleep(0.01)

    reporting = InThread(report_and_take_time)
    assert has_reported.wait(30)
    assert standing.refresh(at=moment(TODAY)) == 4  # the fifth stands as its report has left it
    reporting.ended()
    assert shown() == [DONE if place == 2 else SILENT for place in range(5)]
    assert kept_is_what_the_rules_say()


# A programme that cannot be judged


@pytest.fixture
def three(at: Government, caplog: pytest.LogCaptureFixture) -> list[Pledge]:
    """One overdue pledge in each of three programmes; the one in the middle is to have wrong thresholds."""
    caplog.set_level(logging.ERROR, logger="workflow.standing")
    middle = ProgrammeFactory(government=at.county, year=2020)
    last = ProgrammeFactory(government=at.water, year=2020)
    return [
        PledgeFactory(
            programme=programme,
            lead_unit=at.housing,
            state="in_progress",
            assigned_date=datetime.date(2020, 2, 3),
            due_date=datetime.date(2020, 3, 31),
        )
        for programme in (at.programme, middle, last)
    ]


WRONG: list[tuple[Any, str]] = [
    ({"behind_bp": "一成"}, "behind_bp is not a whole number: '一成'"),
    ({"far_behind_bp": 10001}, "far_behind_bp is out of range: 10001"),
    ({"behind_bp": 3001}, "behind_bp is larger than far_behind_bp"),
    ({"grace_working_days": 10**7}, "grace_working_days is out of range: 10000000"),
    ([["behind_bp", 500]], "the settings are no mapping of names to numbers: [['behind_bp', 500]]"),
]


@pytest.mark.postgres
@pytest.mark.parametrize("is_within_a_transaction", [False, True])
@pytest.mark.parametrize(("thresholds", "said"), WRONG)
def test_a_programme_with_wrong_thresholds_keeps_its_lights_and_holds_up_no_other(
    three: list[Pledge], caplog: pytest.LogCaptureFixture, thresholds: Any, said: str, is_within_a_transaction: bool
) -> None:
    broken = three[1].programme
    type(broken).objects.filter(pk=broken.pk).update(thresholds=thresholds)
    if is_within_a_transaction:
        with transaction.atomic():
            assert standing.refresh(at=moment("2020-04-01")) == 2
            PledgeFactory(programme=broken)  # the caller's own work goes on
    else:
        assert standing.refresh(at=moment("2020-04-01")) == 2
    lights = [Pledge.objects.values_list("light", "light_reason").get(pk=pledge.pk) for pledge in three]
    assert lights == [("red", "overdue"), ("", ""), ("red", "overdue")]
    assert [record.getMessage() for record in caplog.records] == [
        f"the lights of programme {broken.pk} ({broken.title}) are not judged, its thresholds are wrong: {said}"
    ]


def test_thresholds_that_were_set_right_judge_again(three: list[Pledge]) -> None:
    broken = three[1].programme
    broken.thresholds = {"behind_bp": -1}
    broken.save()
    standing.refresh(at=moment("2020-04-01"))
    broken.thresholds = {"behind_bp": 500}
    broken.save()
    assert standing.refresh(at=moment("2020-04-01")) == 1
    assert Pledge.objects.get(pk=three[1].pk).light == "red"
