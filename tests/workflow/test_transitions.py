"""The life of a pledge beside the cells of `test_cells`: what several acts in a row lead to."""

import datetime
from typing import Any

import pytest

from pledges.actors import Actor
from pledges.errors import DomainError, Invisible
from pledges.models import Pledge, State
from tests.factories import Government, actor, government, payload_for, perform, pledge_in
from workflow.models import Event, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def verification(at: Government, pledge: Pledge) -> dict[str, Any]:
    return {"at": "2020-11-16", **payload_for("draft_verification", at, pledge)}


def test_verifying_closes_an_open_review_of_a_report_too(at: Government) -> None:
    pledge = pledge_in("claimed", at, reported=True)
    perform("draft_verification", pledge, at.supervisor, **verification(at, pledge))
    assert set(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True)) == {"review_report", "verify"}
    perform("verify", pledge, at.director, at="2020-11-20", **payload_for("verify", at, pledge))
    assert not Task.objects.open().filter(pledge=pledge).exists()


def test_claiming_closes_the_wish_for_a_supplement_too(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="请补充分县数据")
    perform("claim", pledge, at.head, at="2020-03-24", **payload_for("claim", at, pledge))
    assert set(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True)) == {"draft_verification"}


def test_an_act_that_does_not_exist_is_not_found(at: Government) -> None:
    with pytest.raises(Invisible):
        perform("close", pledge_in("claimed", at), at.director)


def test_the_facts_of_a_whole_life(at: Government) -> None:
    pledge = pledge_in("closed", at, reported=True, support=(at.water,))
    row: dict[str, Any] = Pledge.objects.filter(pk=pledge.pk).values().get()
    assert {name: str(row[name]) for name in row if name.endswith("_date")} == {
        "start_date": "None",
        "due_date": "2020-12-15",
        "original_due_date": "2020-12-15",
        "assigned_date": "2020-02-03",
        "signed_date": "2020-02-04",
        "claimed_date": "2020-11-10",
        "claim_due_date": "2020-12-15",
        "closed_date": "2020-11-20",
        "rechecked_date": "None",
        "data_date": "2020-03-20",
    }
    assert (row["person"], row["basis"], row["outcome"], row["light"]) == ("王敏", "市政府督〔2020〕1号", "met", "")
    assert {(party.unit, party.part) for party in pledge.parties.all()} == {(at.housing, "lead"), (at.water, "support")}
    assert [event.action for event in Event.objects.filter(stream__name=f"pledge:{pledge.pk}")] == [
        "draft",
        "assign",
        "sign",
        "report",
        "approve",
        "claim",
        "draft_verification",
        "verify",
    ]


def test_a_returned_claim_leaves_no_trace_of_the_claim_in_the_facts(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    back = perform("return_claim", pledge, at.supervisor, at="2020-11-12", reason="现场有两处未通水")
    assert (back.state, back.claimed_date, back.claim_due_date, back.is_late) == (State.IN_PROGRESS, None, None, False)


@pytest.mark.parametrize(
    ("claimed", "late"), [("2020-12-15", False), ("2020-12-16", True)], ids=["on the due date", "the day after"]
)
def test_late_is_decided_by_the_claim_day_and_survives_closing(at: Government, claimed: str, late: bool) -> None:
    pledge = pledge_in("in_progress", at)
    perform("claim", pledge, at.head, at=claimed, **payload_for("claim", at, pledge))
    perform("draft_verification", pledge, at.supervisor, **verification(at, pledge) | {"at": "2021-01-18"})
    closed = perform("verify", pledge, at.director, at="2021-01-20")
    assert (closed.is_late, str(closed.closed_date)) == (late, "2021-01-20")


def test_a_verified_second_claim_decides_about_late(at: Government) -> None:
    """The first claim came in time and was returned; the one that was verified came late."""
    pledge = pledge_in("claimed", at)
    perform("return_claim", pledge, at.director, at="2020-11-12", reason="现场有两处未通水")
    perform("claim", pledge, at.head, at="2020-12-20", **payload_for("claim", at, pledge))
    perform("draft_verification", pledge, at.supervisor, **verification(at, pledge) | {"at": "2021-01-18"})
    closed = perform("verify", pledge, at.director, at="2021-01-20")
    assert closed.is_late


def test_a_later_due_date_does_not_change_what_the_claim_was_measured_against(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("claim", pledge, at.head, at="2020-12-20", **payload_for("claim", at, pledge))
    Pledge.objects.filter(pk=pledge.pk).update(due_date=datetime.date(2020, 12, 31))
    perform("draft_verification", pledge, at.supervisor, **verification(at, pledge) | {"at": "2021-01-18"})
    closed = perform("verify", pledge, at.director, at="2021-01-20")
    assert closed.is_late


def test_the_system_acts_without_a_version(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("open_window", pledge, at="2020-03-25")
    event = Event.objects.get(action="open_window")
    assert (event.user, event.post) == (None, None)
    task = Task.objects.open().get(pledge=pledge)
    assert (task.kind, task.post, str(task.due_date), task.period.key) == (
        "report",
        at.coordinator,
        "2020-04-08",
        "2020-Q1",
    )


def test_a_person_must_bring_the_version(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    by: Actor = actor(at.coordinator)
    with pytest.raises(DomainError) as refusal:
        perform("sign", pledge, by, version=None, person="王敏")
    assert getattr(refusal.value, "fields", {}).keys() == {"version"}
