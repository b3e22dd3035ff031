"""Many people at the same moment: who comes second is refused or waits, and nothing is lost or doubled."""

import collections
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from pledges.errors import DomainError
from pledges.models import Document, Measure, Pledge, Report
from tests.factories import Government, actor, government, moment, payload_for, pledge_in
from workflow import audit, measure_cuts, measure_decisions, services
from workflow.models import Event, Stream, Task
from workflow.periods import open_windows
from workflow.standing import refresh

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at(transactional_db: None) -> Government:
    return government()


def at_once(acts: Sequence[Callable[[], Any]]) -> collections.Counter[str]:
    """Run all acts at the same moment, each in its own thread and connection; count how they ended."""
    ended: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            act()
            ended.append("done")
        except DomainError as refusal:
            ended.append(type(refusal).__name__)
        except Exception as error:
            ended.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return collections.Counter(ended)


def test_of_twenty_who_sign_one_pledge_one_does(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    by, version = actor(at.coordinator), pledge.version

    def sign() -> None:
        services.perform(
            "sign",
            pledge_id=pledge.pk,
            actor=by,
            payload={"person": "王敏"},
            version=version,
            at=moment("2020-02-04"),
        )

    assert at_once([sign] * 20) == {"done": 1, "Stale": 19}
    stored = Pledge.objects.get(pk=pledge.pk)
    assert (stored.state, stored.version) == ("in_progress", version + 1)
    assert Event.objects.filter(action="sign").count() == 1
    assert list(Task.objects.open().values_list("kind", flat=True)) == ["report"]
    assert list(audit.verify()) == []


def test_twenty_report_on_twenty_pledges_of_one_unit(at: Government) -> None:
    pledges = [pledge_in("in_progress", at) for _ in range(20)]
    by = actor(at.coordinator)

    def report(pledge: Pledge) -> Callable[[], Any]:
        payload = payload_for("report", at, pledge)
        return lambda: services.perform(
            "report", pledge_id=pledge.pk, actor=by, payload=payload, version=pledge.version, at=moment("2020-03-20")
        )

    assert at_once([report(pledge) for pledge in pledges]) == {"done": 20}
    assert Report.objects.count() == 20
    assert set(Pledge.objects.values_list("progress_bp", flat=True)) == {3380}
    assert Task.objects.open().filter(kind="review_report").count() == 20
    assert list(audit.verify()) == []


def test_ten_reports_on_one_pledge_are_ten_revisions(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    by, payload = actor(at.coordinator), payload_for("report", at, pledge)

    def report() -> None:
        services.perform(
            "report", pledge_id=pledge.pk, actor=by, payload=payload, version=pledge.version, at=moment("2020-03-20")
        )

    assert at_once([report] * 10) == {"done": 10}
    assert list(Report.objects.order_by("revision").values_list("revision", flat=True)) == list(range(1, 11))
    assert Task.objects.open().filter(kind="review_report").count() == 1


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
    assert list(audit.verify()) == []


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
    pledge = pledge_in("claimed", at)

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
