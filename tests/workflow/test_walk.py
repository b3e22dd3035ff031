"""Random acts by random people on one pledge: whatever happens, the process stays whole."""

import datetime
import random
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pledges.errors import DomainError
from pledges.models import Period, Pledge, Post, Report, ReportStatus
from tests.factories import Government, actor, drafted, government, moment, perform
from workflow import audit, duties, rechecks, services
from workflow.effects.reporting import waiting_reports
from workflow.models import Event, Proposal, Task
from workflow.periods import open_windows
from workflow.standing import refresh
from workflow.transitions import BY_NAME

DRAFT, ASSIGNED, UNDER_WAY, CLAIMED, CLOSED = "draft", "assigned", "in_progress", "claimed", "closed"
SUSPENDED, WITHDRAWN = "suspended", "withdrawn"
SUBMITTED, APPROVED = ReportStatus.SUBMITTED, ReportStatus.APPROVED
# What leads where; an act that is not named here leaves the state as it is.
LEADS_TO = {
    "assign": ASSIGNED, "sign": UNDER_WAY, "claim": CLAIMED, "return_claim": UNDER_WAY, "verify": CLOSED,
    "settle": CLOSED, "reopen": UNDER_WAY, "suspend": SUSPENDED, "resume": UNDER_WAY, "withdraw": WITHDRAWN,
    "reopen_on_review": UNDER_WAY,
}  # fmt: skip
ACTS_IN = {
    DRAFT: "answer_row settle_row assign amend change_lead tag",
    ASSIGNED: "sign change_lead tag urge answer_urge extend reassign change_target change_person withdraw"
    " override_light lift_override",
    UNDER_WAY: "open_window report approve record_approval accept return_report change_lead tag urge answer_urge"
    " allocate extend reassign change_target change_person suspend withdraw propose_claim return_proposal claim settle"
    " override_light lift_override",
    CLAIMED: "approve record_approval accept tag extend withdraw draft_verification return_claim verify",
    SUSPENDED: "change_lead tag extend reassign change_target change_person resume withdraw settle",
    CLOSED: "tag carry_over open_recheck recheck reopen revise_conclusion reopen_on_review",
    WITHDRAWN: "",
}
MOVES = {(state, act): LEADS_TO.get(act, state) for state, acts in ACTS_IN.items() for act in acts.split()}
PEOPLE = (
    "director", "supervisor", "coordinator", "head", "water_coordinator", "county_coordinator", "leader", "auditor",
)  # fmt: skip
# Who does what as a rule; of the lead unit where the name begins with "own". Not walked: what a request brings about,
# consulting and allocating, which are about more than one pledge, and what needs a scan or another year.
DUTIFUL = {
    "assign": "director", "sign": "own_head", "report": "own_coordinator", "approve": "own_head",
    "accept": "supervisor", "return_report": "supervisor", "urge": "supervisor", "answer_urge": "own_coordinator",
    "change_lead": "director", "tag": "supervisor", "propose_claim": "own_coordinator", "return_proposal": "own_head",
    "claim": "own_head", "draft_verification": "supervisor", "return_claim": "supervisor", "verify": "director",
    "settle": "director", "override_light": "director", "lift_override": "director",
    "recheck": "supervisor", "reopen": "director",
}  # fmt: skip
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
RARE = ("tag", "change_lead", "settle", "return_claim", "return_report")


def next_act(pledge: Pledge, luck: random.Random) -> str:
    """Mostly what the state asks for, a passing day now and then, or something out of place."""
    throw = luck.random()
    if throw < 0.25:
        return "a day passes"
    fitting = [act for act in DUTIFUL if (pledge.state, act) in MOVES]
    if throw < 0.85 and fitting:
        return luck.choice([act for act in fitting if act not in RARE or luck.random() < 0.3] or fitting)
    return luck.choice(list(DUTIFUL))


def dutiful(act: str, at: Government, pledge: Pledge) -> Post:
    name = DUTIFUL[act]
    if not name.startswith("own_"):
        return at.posts[name]
    return at.posts[name.replace("own_", "water_" if pledge.lead_unit == at.water else "")]


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
        "approve": {},
        "urge": {"words": luck.choice(["", "请于周五前填报"])},
        "answer_urge": {"words": luck.choice(["", "周五前补齐"])},
        "change_lead": {"lead_unit": luck.choice([at.housing.pk, at.water.pk]), "basis": "职能调整"},
        "tag": {"add": luck.choice([["民生实事"], []]), "remove": luck.choice([["民生实事"], []])},
        "propose_claim": {"reason": luck.choice(["", "已完成"])},
        "return_proposal": {"reason": luck.choice(["", "请补齐验收意见"])},
        "claim": {"reason": luck.choice(["", "已完成"])},
        "draft_verification": {"method": "site", "finding": "已通水", "outcome": luck.choice(["met", "not_met"])},
        "return_claim": {"reason": luck.choice(["", "未通水"])},
        "verify": {"outcome": luck.choice([None, None, "met_with_change", "not_met"])},
        "settle": {"reason": luck.choice(["", "用地手续未批"])},
        "override_light": {"light": luck.choice(["red", "yellow", "green"]), "reason": luck.choice(["", "用地已协调"])},
        "lift_override": {"reason": luck.choice(["", "已恢复正常"])},
        "recheck": {"held": luck.choice(["held", "slipped"]), "finding": "现场查看"},
        "reopen": {"reason": "两处设施停运", "due_date": luck.choice([None, None, "2022-06-30", "2020-01-31"])},
    }[name]
    if given and luck.random() < 0.1:
        given.pop(luck.choice(list(given)))
    return given


def kinds(pledge: Pledge) -> list[str]:
    return sorted(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True))


def check(pledge: Pledge) -> None:
    """What must hold of the pledge's tasks after every act."""
    pledge = Pledge.objects.get(pk=pledge.pk)
    tasks = kinds(pledge)
    assert len(tasks) == len(set(tasks)), "one open task of a kind"
    submitted, approved = waiting_reports(pledge, SUBMITTED), waiting_reports(pledge, APPROVED)
    proposed = set(Proposal.objects.filter(pledge=pledge, closed_at=None).values_list("act", flat=True))
    is_open = pledge.state in (UNDER_WAY, CLAIMED)
    match pledge.state:
        case "draft":
            assert tasks == ["assign"]
        case "assigned":
            assert {"sign"} <= set(tasks) <= {"sign", "answer_urge"}
        case "in_progress":
            assert set(tasks) <= {"report", "review_report", "supplement", "answer_urge", "approve_claim"}
            assert ("approve_claim" in tasks) == ("claim" in proposed)
            newest = Report.objects.filter(pledge=pledge).order_by("pk").last()
            if newest is not None and newest.status == "returned":
                assert "supplement" in tasks
        case "claimed":
            assert set(tasks) - {"review_report"} == {"verify" if "verify" in proposed else "draft_verification"}
        case "closed":
            assert set(tasks) <= {"recheck", "reopen"}
            assert ("reopen" in tasks) == (pledge.recheck_held is False)
    assert ("review_report" in tasks) == bool(is_open and approved)
    lists = Task.objects.open().filter(programme=pledge.programme, pledge=None).select_related("post")
    heads = [("approve", pledge.lead_unit_id)] if is_open and submitted else []
    assert [(task.kind, task.post.unit_id) for task in lists] == heads
    assert all(task.post.is_active for task in Task.objects.open().select_related("post"))


def check_windows(pledge: Pledge, today: datetime.date) -> None:
    """What must hold besides when the night's jobs have run."""
    assert [str(fault) for fault in duties.faults(at=moment(today))] == []
    if pledge.state == UNDER_WAY:
        for window in Period.objects.filter(opens_date__lte=today, closes_date__gte=today):
            answered = Report.objects.standing().filter(pledge=pledge, period=window).exists()
            assert answered or {"report", "supplement"} & set(kinds(pledge))


class RandomWalk(TestCase):
    """Each example is one pledge's year, rolled back afterwards."""

    # A walk does not shrink: what is left of it after one act less is another walk.
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=WITHOUT_SHRINKING)
    @given(luck=st.randoms(use_true_random=True), length=st.integers(20, 80))
    def test_random_acts_never_break_the_process(self, luck: random.Random, length: int) -> None:
        at = government()
        pledge = drafted(at)
        on = datetime.date(2020, 2, 3)
        for _ in range(length):
            before = Pledge.objects.get(pk=pledge.pk)
            act = next_act(before, luck)
            if act == "a day passes":
                on += datetime.timedelta(days=luck.randint(1, 30))
                open_windows(at=moment(on))
                refresh(at=moment(on))
                rechecks.open_due(at=moment(on))
                check_windows(before, on)
            else:
                self.try_one(act, at, before, on, luck)
            after = Pledge.objects.get(pk=pledge.pk)
            assert after.version >= before.version
            assert after.was_red >= before.was_red
            check(after)
        assert list(audit.verify()) == []

    def try_one(self, act: str, at: Government, before: Pledge, on: datetime.date, luck: random.Random) -> None:
        by = dutiful(act, at, before) if luck.random() < 0.8 else at.posts[luck.choice(PEOPLE)]
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
