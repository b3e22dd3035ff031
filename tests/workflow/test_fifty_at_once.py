"""Fifty at the same moment: on one pledge one succeeds and the others are told what changed; on fifty all succeed."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pledges.errors import DomainError, Stale, WrongState
from pledges.models import Pledge, Post, Report
from tests.factories import Government, actor, government, moment, payload_for, perform, pledge_in
from tests.support.at_once import at_once
from tests.workflow.test_cells import payload_of, standing_in
from tracker import rollups
from tracker.api.errors import status_of
from tracker.models import Rollup, StaleScope
from workflow import audit, duties, services
from workflow.models import Event, Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("needs_postgres")]
FIFTY = 50


@pytest.fixture
def at(transactional_db: None) -> Government:
    return government()


# (act, who, where it may be done, how the forty-nine are refused): a rise of the version is told as Stale, an act that
# raises none finds nothing left to do.
@pytest.mark.parametrize(
    ("name", "by", "standing", "refusal"),
    [
        ("assign", "director", "draft", "Stale"),
        ("sign", "coordinator", "assigned", "Stale"),
        ("change_lead", "director", "in_progress", "Stale"),
        ("approve", "head", "reported", "WrongState"),
        ("accept", "supervisor", "approved", "WrongState"),
        ("return_report", "supervisor", "approved", "WrongState"),
        ("urge", "supervisor", "in_progress", "WrongState"),
        ("propose_claim", "coordinator", "in_progress", "Stale"),
        ("claim", "head", "in_progress", "Stale"),
        ("draft_verification", "supervisor", "claimed", "Stale"),
        ("verify", "director", "drafted", "Stale"),
        ("recheck", "supervisor", "closed", "Stale"),
        ("reopen", "director", "slipped", "Stale"),
    ],
)
def test_of_fifty_on_one_pledge_one_succeeds(at: Government, name: str, by: str, standing: str, refusal: str) -> None:
    pledge = standing_in(standing, at)
    who = actor(at.posts[by])
    payload = payload_of(name, at, pledge, who)
    before = Event.objects.filter(action=name).count()

    def act() -> None:
        services.perform(
            name, pledge_id=pledge.pk, actor=who, payload=payload, version=pledge.version, at=moment("2020-11-25")
        )

    assert at_once([act] * FIFTY) == {"done": 1, refusal: FIFTY - 1}
    assert Event.objects.filter(action=name).count() == before + 1
    assert list(audit.verify()) == []
    assert [str(fault) for fault in duties.faults(at=moment("2020-11-25"))] == []


def test_both_refusals_are_409_at_the_edges() -> None:
    assert {status_of(error) for error in (Stale(), WrongState(""))} == {409}
    assert issubclass(Stale, DomainError)


def test_of_fifty_who_report_from_one_open_form_one_succeeds(at: Government) -> None:
    """Reports raise no version; the form's ``seen`` keeps people from writing over each other unawares."""
    pledge = pledge_in("in_progress", at)
    who, payload = actor(at.coordinator), {**payload_for("report", at, pledge), "seen": 0}

    def act() -> None:
        services.perform(
            "report", pledge_id=pledge.pk, actor=who, payload=payload, version=pledge.version, at=moment("2020-03-20")
        )

    assert at_once([act] * FIFTY) == {"done": 1, "Stale": FIFTY - 1}
    assert Report.objects.count() == 1


def test_fifty_coordinators_report_on_fifty_pledges_of_one_unit(at: Government) -> None:
    pledges = [pledge_in("in_progress", at) for _ in range(FIFTY)]
    by = actor(at.coordinator)

    def report(pledge: Pledge, value: int) -> Callable[[], Any]:
        payload = {"sentence": f"已完成{value}个村", "values": {str(pledge.targets.get().pk): str(value)}}
        return lambda: services.perform(
            "report", pledge_id=pledge.pk, actor=by, payload=payload, version=pledge.version, at=moment("2020-09-15")
        )

    acts = [report(pledge, 100 + 5 * turn) for turn, pledge in enumerate(pledges)]
    assert at_once(acts) == {"done": FIFTY}

    rollups.refresh_stale()
    assert not StaleScope.objects.exists()
    kept = Rollup.objects.get(programme=at.programme, unit=at.housing, scope="unit")
    # 15 September is day 259 of the 350 to 15 December: 74% planned of 355. Below 44% (up to 155) is red, up to 64%
    # (225) yellow; the values run from 100 to 345 by fives.
    assert (kept.in_force, kept.red, kept.yellow, kept.green) == (FIFTY, 12, 14, 24)
    assert set(Pledge.objects.values_list("progress_bp", flat=True)) == {
        int((Decimal(100 + 5 * turn) / 355 * 10000).quantize(Decimal(1), rounding="ROUND_HALF_UP"))
        for turn in range(FIFTY)
    }
    # One task for the head's whole list, and nothing else.
    waiting = Task.objects.open().filter(opened_at=moment("2020-09-15"))
    assert list(waiting.values_list("kind", "post")) == [("approve", at.head.pk)]
    assert list(audit.verify()) == []


def test_reporting_while_the_head_approves_leaves_nothing_without_a_task(at: Government) -> None:
    """The head's list must not be closed over a report that comes in at that moment."""
    for turn in range(5):
        first, second = (pledge_in("in_progress", at) for _ in range(2))
        perform("report", first, at.coordinator, at="2020-03-20", **payload_for("report", at, first))
        now = moment("2020-03-23")

        def act(name: str, pledge: Pledge, post: Post, now: datetime.datetime = now) -> Callable[[], Any]:
            payload = payload_for(name, at, pledge)
            return lambda: services.perform(
                name, pledge_id=pledge.pk, actor=actor(post), payload=payload, version=pledge.version, at=now
            )

        ended = at_once([act("approve", first, at.head), act("report", second, at.coordinator)])
        assert ended == {"done": 2}, turn
        assert Task.objects.open().filter(kind="approve", post=at.head).count() == 1
        perform("approve", second, at.head, at="2020-03-23")
        assert not Task.objects.open().filter(kind="approve").exists()
