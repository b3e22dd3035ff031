"""Many people at the same moment: who comes second is refused or waits, and nothing is lost or doubled."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from pledges.models import Document, Measure, Pledge, Report
from tests.factories import Government, actor, government, moment, payload_for, perform, pledge_in
from tests.support.at_once import at_once
from workflow import audit, duties, measure_cuts, measure_decisions, rechecks, services
from workflow.models import Event, Stream, Task
from workflow.periods import open_windows
from workflow.standing import refresh

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at(transactional_db: None) -> Government:
    return government()


def test_ten_reports_on_one_pledge_are_ten_revisions(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    by, payload = actor(at.coordinator), payload_for("report", at, pledge)

    def report() -> None:
        services.perform(
            "report", pledge_id=pledge.pk, actor=by, payload=payload, version=pledge.version, at=moment("2020-03-20")
        )

    assert at_once([report] * 10) == {"done": 10}
    assert list(Report.objects.order_by("revision").values_list("revision", flat=True)) == list(range(1, 11))
    assert list(Task.objects.open().filter(programme=at.programme).values_list("kind", "post")) == [
        ("approve", at.head.pk)
    ]


def test_measures_accepted_at_once_have_numbers_of_their_own(at: Government) -> None:
    document = Document.objects.create(
        programme=at.programme, title="要点", kind="report", filename="a.txt", content=b"x", sha256="0" * 64,
        text="改造管网。", imported_at=moment("2020-01-20"),
    )  # fmt: skip
    measures = [
        Measure.objects.create(
            document=document, position=number, start=0, end=5, quote="改造管网。", title="改造管网", form="milestone",
            firmness="firm",
        )
        for number in range(1, 11)
    ]  # fmt: skip
    by = actor(at.supervisor)

    def accept(measure: Measure) -> Callable[[], Any]:
        return lambda: measure_decisions.accept_measure(
            measure.pk, actor=by, version=1, payload={}, at=moment("2020-01-21")
        )

    # Each twice: one of the two is refused.
    assert at_once([accept(measure) for measure in measures * 2]) == {"done": 10, "Stale": 10}
    assert sorted(Pledge.objects.values_list("number", flat=True)) == [f"2020-{n:03d}" for n in range(1, 11)]
    assert list(audit.verify()) == []


def test_a_section_single_decisions_and_merges_at_once_decide_each_measure_once(at: Government) -> None:
    text = ",".join(f"改造管网{number}号" for number in range(1, 7))
    document = Document.objects.create(
        programme=at.programme, title="要点", kind="report", filename="a.txt", content=b"x", sha256="0" * 64,
        text=text, imported_at=moment("2020-01-20"),
    )  # fmt: skip
    measures = [
        Measure.objects.create(
            document=document, position=number, start=(number - 1) * 7, end=number * 7 - 1, quote=f"改造管网{number}号",
            title=f"改造管网{number}号", section="一", form="milestone", firmness="firm",
        )
        for number in range(1, 7)
    ]  # fmt: skip
    by, day = actor(at.supervisor), moment("2020-01-21")
    versions = {one.pk: 1 for one in measures}

    def section() -> Any:
        return measure_decisions.accept_section(
            document.pk, actor=by, section="一", versions=versions, payload={}, at=day
        )

    def reject(one: Measure) -> Callable[[], Any]:
        return lambda: measure_decisions.reject_measure(one.pk, actor=by, version=1, reason="重复", at=day)

    def merge(one: Measure, other: Measure) -> Callable[[], Any]:
        return lambda: measure_cuts.merge_measures(
            one.pk, actor=by, version=1, next_id=other.pk, next_version=1, at=day
        )

    singles = [reject(measures[0]), reject(measures[5]), merge(measures[2], measures[3])]
    outcomes = at_once([section, section, *singles])
    assert set(outcomes) <= {"done", "Stale"}
    fates = set(Measure.objects.values_list("fate", flat=True))
    accepted = Pledge.objects.count()
    assert (accepted, fates) == (6, {"accepted"}) if accepted else "accepted" not in fates
    assert list(audit.verify()) == []


def test_windows_opened_by_two_workers_open_once(at: Government) -> None:
    for _ in range(5):
        pledge_in("in_progress", at, reported=True)
    assert at_once([lambda: open_windows(at=moment("2020-06-25"))] * 4) == {"done": 4}
    assert Task.objects.open().filter(kind="report").count() == 5
    assert Event.objects.filter(action="open_window").count() == 5
    assert list(audit.verify()) == []


def test_second_looks_opened_by_two_workers_open_once(at: Government) -> None:
    for _ in range(5):
        pledge_in("closed", at, reported=True)
    assert at_once([lambda: rechecks.open_due(at=moment("2021-03-01"))] * 4) == {"done": 4}
    assert Event.objects.filter(action="open_recheck").count() == 5


def test_a_lost_task_found_by_two_workers_is_opened_once(at: Government) -> None:
    for _ in range(5):
        pledge_in("assigned", at)
    Task.objects.filter(kind="sign").delete()
    assert at_once([lambda: duties.restore(at=moment("2020-02-05"))] * 4) == {"done": 4}
    assert Task.objects.filter(kind="sign").count() == 5
    assert Event.objects.filter(action="restore_task").count() == 5


def test_a_refresh_neither_loses_nor_blocks_the_reports_that_come_in(at: Government) -> None:
    pledges = [pledge_in("in_progress", at) for _ in range(8)]
    by = actor(at.coordinator)

    def report(pledge: Pledge) -> Callable[[], Any]:
        payload = payload_for("report", at, pledge)
        return lambda: services.perform(
            "report", pledge_id=pledge.pk, actor=by, payload=payload, version=pledge.version, at=moment("2020-09-15")
        )

    refreshing = [lambda: refresh(at=moment("2020-09-15"))] * 2
    assert at_once([*map(report, pledges), *refreshing]) == {"done": 10}
    assert set(Pledge.objects.values_list("progress_bp", "light", "missed")) == {(3380, "red", 0)}


def test_of_those_who_decide_a_claim_at_once_one_does(at: Government) -> None:
    pledge = perform(
        "draft_verification",
        pledge := pledge_in("claimed", at),
        at.supervisor,
        at="2020-11-16",
        **payload_for("draft_verification", at, pledge),
    )

    def decide(name: str, post: Any) -> Callable[[], Any]:
        payload = payload_for(name, at, pledge)
        return lambda: services.perform(
            name,
            pledge_id=pledge.pk,
            actor=actor(post),
            payload=payload,
            version=pledge.version,
            at=moment("2020-11-20"),
        )

    acts = [decide("verify", at.director), decide("return_claim", at.supervisor)] * 5
    assert at_once(acts) == {"done": 1, "Stale": 9}
    stored = Pledge.objects.get(pk=pledge.pk)
    kinds = list(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True))
    assert (stored.state, kinds) in (("closed", []), ("in_progress", ["supplement"]))


def test_events_appended_to_one_stream_at_once_queue(at: Government) -> None:
    def append() -> None:
        with transaction.atomic():
            audit.append(
                stream="organisation", action="look", actor=actor(at.auditor), at=moment("2020-02-03"), payload={}
            )

    assert at_once([append] * 10) == {"done": 10}
    assert Stream.objects.get(name="organisation").count == 10
    assert list(audit.verify()) == []
