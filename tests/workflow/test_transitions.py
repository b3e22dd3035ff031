"""Each act in each state; and what each allowed act leaves behind: state, version, event, tasks with post and day."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from pledges.actors import Actor
from pledges.errors import DomainError, Invisible, WrongState
from pledges.models import Pledge, Post, State
from tests.factories import Government, actor, government, payload_for, perform, pledge_in
from workflow.models import Event, Task
from workflow.transitions import TRANSITIONS

STATES = ("draft", "assigned", "in_progress", "claimed", "closed", "suspended", "withdrawn")
NAMES = dict(zip(STATES, ("待交办", "待签收", "推进中", "待核验", "已销号", "暂缓", "已撤销"), strict=True))
ACTORS = {
    "assign": "director",
    "sign": "coordinator",
    "report": "coordinator",
    "accept": "supervisor",
    "return_report": "supervisor",
    "claim": "coordinator",
    "return_claim": "supervisor",
    "verify": "director",
}
LABELS = {
    "assign": "交办",
    "sign": "签收",
    "report": "填报",
    "accept": "审核通过",
    "return_report": "退回补充",
    "claim": "申请销号",
    "return_claim": "退回补充",
    "verify": "核验通过",
}
# ✓ allowed, - wrong state, · invisible (a draft, to a unit), 0 nothing there to do it to
# fmt: off
ALLOWED = {
    #                draft  assigned in_progress claimed closed suspended withdrawn
    "assign":        ("✓",   "-",     "-",        "-",    "-",   "-",      "-"),
    "sign":          ("·",   "✓",     "-",        "-",    "-",   "-",      "-"),
    "report":        ("·",   "-",     "✓",        "-",    "-",   "-",      "-"),
    "accept":        ("-",   "-",     "✓",        "✓",    "-",   "-",      "-"),
    "return_report": ("-",   "-",     "✓",        "-",    "-",   "-",      "-"),
    "claim":         ("·",   "-",     "✓",        "-",    "-",   "-",      "-"),
    "return_claim":  ("-",   "-",     "-",        "✓",    "-",   "-",      "-"),
    "verify":        ("-",   "-",     "-",        "✓",    "-",   "-",      "-"),
}
# fmt: on


@pytest.fixture
def at(db: None) -> Government:
    return government()


def standing_in(state: str, at: Government) -> Pledge:
    if state in ("suspended", "withdrawn"):  # reached by requests, which have no rows yet
        pledge = pledge_in("in_progress", at, reported=True)
        Pledge.objects.filter(pk=pledge.pk).update(state=state)
        return pledge
    return pledge_in(state, at, reported=state not in ("draft", "assigned"))


@pytest.mark.parametrize("state", STATES)
def test_each_act_is_possible_in_the_states_of_the_table_alone(at: Government, state: str) -> None:
    pledge = standing_in(state, at)
    found: dict[str, str] = {}
    messages: dict[str, str] = {}
    for name in ALLOWED:
        sid = transaction.savepoint()
        try:
            perform(name, pledge, at.posts[ACTORS[name]], at="2020-11-25", **payload_for(name, at, pledge))
            found[name] = "✓"
        except Invisible:
            found[name] = "·"
        except WrongState as refusal:
            found[name] = "-"
            messages[name] = str(refusal)
        transaction.savepoint_rollback(sid)
    column = STATES.index(state)
    assert found == {name: row[column] for name, row in ALLOWED.items()}
    assert messages == {name: f"事项现为“{NAMES[state]}”,不能{LABELS[name]}。" for name in messages}


def test_the_table_of_states_covers_every_act_of_people() -> None:
    assert set(ALLOWED) == {row.name for row in TRANSITIONS if row.is_for_people}


@dataclass(frozen=True)
class Expected:
    """What one act does to the usual pledge. Tasks are (kind, post or "office", due day)."""

    start: str
    on: str
    end: str
    version: int  # by how much it rises
    opens: tuple[tuple[str, str, str], ...] = ()
    closes: tuple[str, ...] = ()


EXPECTED = {
    # Monday 3 February, the first day after the long Spring Festival; five working days later is Monday the 10th.
    "assign": Expected(
        "draft", "2020-02-03", "assigned", 1, opens=(("sign", "coordinator", "2020-02-10"),), closes=("assign",)
    ),
    # The first quarter's window: 4 to 6 April are holidays, so the fifth working day is the 8th.
    "sign": Expected(
        "assigned", "2020-02-04", "in_progress", 1, opens=(("report", "coordinator", "2020-04-08"),), closes=("sign",)
    ),
    "report": Expected(
        "in_progress",
        "2020-03-20",
        "in_progress",
        0,
        opens=(("review_report", "office", "2020-03-25"),),
        closes=("report",),
    ),
    "accept": Expected("reported", "2020-03-23", "in_progress", 0, closes=("review_report",)),
    "return_report": Expected(
        "reported",
        "2020-03-23",
        "in_progress",
        0,
        opens=(("supplement", "coordinator", "2020-03-26"),),
        closes=("review_report",),
    ),
    "claim": Expected(
        "in_progress", "2020-11-10", "claimed", 1, opens=(("verify", "director", "2020-11-24"),), closes=("report",)
    ),
    "return_claim": Expected(
        "claimed",
        "2020-11-12",
        "in_progress",
        1,
        opens=(("supplement", "coordinator", "2020-11-19"),),
        closes=("verify",),
    ),
    "verify": Expected("claimed", "2020-11-20", "closed", 1, closes=("verify",)),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_allowed_act_leaves_state_version_event_and_tasks(at: Government, name: str) -> None:
    expected = EXPECTED[name]
    start = "in_progress" if expected.start == "reported" else expected.start
    pledge = pledge_in(start, at, reported=expected.start == "reported")
    version, events = pledge.version, Event.objects.count()
    open_before = set(Task.objects.open().filter(pledge=pledge).values_list("pk", flat=True))
    by: Post = at.posts[ACTORS[name]]

    after = perform(name, pledge, by, at=expected.on, **payload_for(name, at, pledge))

    stored = Pledge.objects.get(pk=pledge.pk)
    assert after.state == stored.state == expected.end
    assert after.version == stored.version == version + expected.version
    assert Event.objects.count() == events + 1
    event = Event.objects.filter(stream__name=f"pledge:{pledge.pk}").last()
    assert event is not None
    assert (event.action, event.user, event.post, event.acting_for) == (name, by.holder, by, None)
    assert event.at.astimezone(datetime.UTC).isoformat() == f"{expected.on}T02:00:00+00:00"

    closed = Task.objects.filter(pk__in=open_before, closed_at__isnull=False)
    assert sorted(task.kind for task in closed) == sorted(expected.closes)
    assert all(task.closed_at == event.at for task in closed)
    opened = Task.objects.filter(pledge=pledge).exclude(pk__in=open_before).filter(opened_at=event.at)
    office = {at.supervisor, at.supervisor_2}
    assert [
        (task.kind, "office" if task.post in office else task.post, task.due_date.isoformat()) for task in opened
    ] == [(kind, post if post == "office" else at.posts[post], due) for kind, post, due in expected.opens]


def test_verifying_closes_an_open_review_of_a_report_too(at: Government) -> None:
    pledge = pledge_in("claimed", at, reported=True)
    assert set(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True)) == {"review_report", "verify"}
    perform("verify", pledge, at.director, at="2020-11-20", **payload_for("verify", at, pledge))
    assert not Task.objects.open().filter(pledge=pledge).exists()


def test_claiming_closes_the_wish_for_a_supplement_too(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="请补充分县数据")
    perform("claim", pledge, at.head, at="2020-03-24", **payload_for("claim", at, pledge))
    assert set(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True)) == {"verify"}


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
        "data_date": "2020-03-20",
    }
    assert (row["person"], row["basis"], row["outcome"], row["light"]) == ("王敏", "市政府督〔2020〕1号", "met", "")
    assert {(party.unit, party.part) for party in pledge.parties.all()} == {(at.housing, "lead"), (at.water, "support")}
    assert [event.action for event in Event.objects.filter(stream__name=f"pledge:{pledge.pk}")] == [
        "draft",
        "assign",
        "sign",
        "report",
        "claim",
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
    perform("claim", pledge, at.coordinator, at=claimed, **payload_for("claim", at, pledge))
    closed = perform("verify", pledge, at.director, at="2021-01-20", **payload_for("verify", at, pledge))
    assert (closed.is_late, str(closed.closed_date)) == (late, "2021-01-20")


def test_a_verified_second_claim_decides_about_late(at: Government) -> None:
    """The first claim came in time and was returned; the one that was verified came late."""
    pledge = pledge_in("claimed", at)
    perform("return_claim", pledge, at.director, at="2020-11-12", reason="现场有两处未通水")
    perform("claim", pledge, at.coordinator, at="2020-12-20", **payload_for("claim", at, pledge))
    closed = perform("verify", pledge, at.director, at="2021-01-20", **payload_for("verify", at, pledge))
    assert closed.is_late


def test_a_later_due_date_does_not_change_what_the_claim_was_measured_against(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("claim", pledge, at.coordinator, at="2020-12-20", **payload_for("claim", at, pledge))
    Pledge.objects.filter(pk=pledge.pk).update(due_date=datetime.date(2020, 12, 31))
    closed = perform("verify", pledge, at.director, at="2021-01-20", **payload_for("verify", at, pledge))
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
