"""Random acts by random people on one pledge: whatever happens, the process stays whole."""

import datetime
import random
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pledges.errors import DomainError
from pledges.models import Period, Pledge, Report
from tests.factories import Government, actor, drafted, government, moment, perform
from workflow import audit, services
from workflow.effects import waiting_reports
from workflow.models import Event, Task
from workflow.periods import open_windows
from workflow.standing import refresh
from workflow.transitions import BY_NAME

MOVES = {
    ("draft", "assign"): "assigned",
    ("assigned", "sign"): "in_progress",
    ("in_progress", "open_window"): "in_progress",
    ("in_progress", "report"): "in_progress",
    ("in_progress", "accept"): "in_progress",
    ("in_progress", "return_report"): "in_progress",
    ("in_progress", "claim"): "claimed",
    ("claimed", "accept"): "claimed",
    ("claimed", "return_claim"): "in_progress",
    ("claimed", "verify"): "closed",
}
PEOPLE = (
    "director", "supervisor", "coordinator", "head", "water_coordinator", "county_coordinator", "leader", "auditor",
)  # fmt: skip
DUTIFUL = {
    "assign": "director", "sign": "head", "report": "coordinator", "accept": "supervisor",
    "return_report": "supervisor", "claim": "coordinator", "return_claim": "supervisor", "verify": "director",
}  # fmt: skip
ACTS = (*DUTIFUL, "report", "report", "a day passes", "a day passes")


def words(name: str, at: Government, pledge: Pledge, luck: random.Random) -> dict[str, Any]:
    """What is told; now and then something is missing or wrong."""
    target = pledge.targets.first()
    assert target is not None
    given: dict[str, Any] = {
        "assign": {"lead_unit": at.housing.pk, "due_date": "2020-10-31", "basis": "文件"},
        "sign": {"person": "王敏"},
        "report": {
            "sentence": "推进中",
            "values": {target.pk: luck.choice(["0", "40", "120", "355", "x", "-1"])},
            "fall_reason": luck.choice(["", "核减"]),
            "period": luck.choice([None, None, "2020-Q1", "2020-Q2", "2020-Q4"]),
        },
        "accept": {"judged_behind": luck.choice([None, None, True])},
        "return_report": {"reason": "请补充"},
        "claim": {"reason": luck.choice(["", "已完成"])},
        "return_claim": {"reason": luck.choice(["", "未通水"])},
        "verify": {"method": "site", "finding": "已通水", "outcome": luck.choice(["met", "not_met"])},
    }[name]
    if luck.random() < 0.1:
        given.pop(luck.choice(list(given)))
    return given


def kinds(pledge: Pledge) -> list[str]:
    return sorted(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True))


def check(pledge: Pledge, today: datetime.date) -> None:
    """What must hold of the pledge's tasks, day after day."""
    pledge = Pledge.objects.get(pk=pledge.pk)
    tasks = kinds(pledge)
    assert len(tasks) == len(set(tasks)), "one open task of a kind"
    waiting, windows = waiting_reports(pledge), Period.objects.filter(opens_date__lte=today, closes_date__gte=today)
    match pledge.state:
        case "draft":
            assert tasks == ["assign"]
        case "assigned":
            assert tasks == ["sign"]
        case "in_progress":
            assert set(tasks) <= {"report", "review_report", "supplement"}
            assert ("review_report" in tasks) == bool(waiting)
            for window in windows:
                answered = Report.objects.standing().filter(pledge=pledge, period=window).exists()
                assert answered or {"report", "supplement"} & set(tasks)
            newest = Report.objects.filter(pledge=pledge).order_by("pk").last()
            if newest is not None and newest.status == "returned":
                assert "supplement" in tasks
        case "claimed":
            assert set(tasks) <= {"verify", "review_report"}
            assert "verify" in tasks
            assert ("review_report" in tasks) == bool(waiting)
        case "closed":
            assert tasks == []
    for task in Task.objects.open().filter(pledge=pledge).select_related("post"):
        assert task.post.is_active


class RandomWalk(TestCase):
    """Each example is one pledge's year, rolled back afterwards."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(luck=st.randoms(use_true_random=False), length=st.integers(10, 45))
    def test_random_acts_never_break_the_process(self, luck: random.Random, length: int) -> None:
        at = government()
        pledge = drafted(at)
        on = datetime.date(2020, 2, 3)
        for _ in range(length):
            act = luck.choice(ACTS)
            before = Pledge.objects.get(pk=pledge.pk)
            if act == "a day passes":
                on += datetime.timedelta(days=luck.randint(1, 25))
                open_windows(at=moment(on))
                refresh(at=moment(on))
            else:
                self.try_one(act, at, before, on, luck)
            after = Pledge.objects.get(pk=pledge.pk)
            assert after.version >= before.version
            assert after.was_red >= before.was_red
            if act != "a day passes":
                check(after, on - datetime.timedelta(days=400))  # windows are looked at when a day has passed
            else:
                check(after, on)
        assert list(audit.verify()) == []

    def try_one(self, act: str, at: Government, before: Pledge, on: datetime.date, luck: random.Random) -> None:
        by = at.posts[DUTIFUL[act] if luck.random() < 0.7 else luck.choice(PEOPLE)]
        version = before.version - (luck.random() < 0.05)
        offered = {row.name for row in services.allowed(before, actor(by))}
        events = Event.objects.count()
        try:
            with transaction.atomic():
                after = perform(act, before, by, at=on, version=version, **words(act, at, before, luck))
        except DomainError:
            assert Event.objects.count() == events
            assert Pledge.objects.get(pk=before.pk) == before
            return
        assert act in offered
        assert after.state == MOVES[before.state, act]
        assert after.version == before.version + BY_NAME[act].raises_version
        assert Event.objects.count() == events + 1


def test_the_moves_are_those_of_the_table() -> None:
    table = {
        (str(source), row.name): str(row.destination or source) for row in BY_NAME.values() for source in row.sources
    }
    assert table == MOVES
