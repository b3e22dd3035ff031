"""A year of the demo city, replayed through the gate with past moments, from samples/history.json.

Every act goes the way it goes for people: the supervisor accepts measures, the director assigns, units sign and
report, their heads approve. What takes two people is one act in the sample and two here: the first prepares, the
second decides. Nothing is written past the gate, so the audit trail, tasks and figures are what real use would leave.
"""

import datetime
from collections import Counter, deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone

from config.progress import Watch, unwatched
from pledges import calendars
from pledges.actors import Actor
from pledges.models import Document, Fate, Measure, Milestone, Pledge
from pledges.working_days import Calendar, add_workdays
from tracker.demo import occasions
from tracker.demo.city import SAMPLES, read
from tracker.demo.world import Happen, World
from workflow import intake, measure_decisions, periods, planning, rechecks, services, standing
from workflow.organisation import Organisation

REFRESH_EVERY = 7

Item = dict[str, Any]
Act = dict[str, Any]


def replay(city: Organisation, *, year: int, today: datetime.date, watch: Watch = unwatched) -> int:
    """Import the sample report and live through ``year`` up to ``today``; returns the number of pledges."""
    supervisor = _actor(city, "supervisor")
    document = intake.import_document(
        actor=supervisor,
        filename="report.txt",
        content=(SAMPLES / "report.txt").read_bytes(),
        plan_year=year,
        title="泽川市政府工作报告",
        kind="report",
        at=moment(year, "01-20", 0),
    )
    items = read("history.json") + (_dated(read("recent.json"), today) if today.year == year else [])
    pledges: dict[int, Pledge] = {}
    for index, item in enumerate(items):
        if _is_issued_with_the_rest(item):
            pledges[index] = _draft(item, document, city, supervisor, year, on="01-28")
    world = World(city=city, programme=document.programme)
    happening = deque(occasions.of_the_year(world, year, today))
    calendar = calendars.current()
    acts = sorted(_acts(items, year), key=lambda act: (act[0], act[1], act[2]))
    day, turns = datetime.date(year, 1, 31), Counter[datetime.date]()
    for on, index, _order, act in watch(acts, lambda: len(acts)):
        if on > today:
            break
        while day < on:
            _pass(day, calendar)
            day += datetime.timedelta(days=REFRESH_EVERY)
        _let_happen(happening, until=on)
        if index not in pledges:  # a later addition, assigned by itself
            pledges[index] = _draft(items[index], document, city, supervisor, year, on=act["on"])
        if act["act"] != "assign" or not _is_issued_with_the_rest(items[index]):
            # An hour later than what happens beside it.
            at = moment(year, act["on"], 60 + turns[on])
            _perform(act, items[index], pledges[index], city, at, calendar)
        turns[on] += 1
    _let_happen(happening, until=today)
    for index, item in enumerate(items):
        if index not in pledges and today.year == year:
            pledges[index] = _draft(item, document, city, supervisor, year, on=f"{today:%m-%d}")
    while day <= today and day.year <= year + 1:
        _pass(day, calendar)
        day += datetime.timedelta(days=REFRESH_EVERY)
    return len(pledges)


def _is_issued_with_the_rest(item: Item) -> bool:
    return any(act["act"] == "assign" and act["on"] == occasions.ISSUED_ON for act in item["acts"])


def _let_happen(happening: deque[tuple[datetime.date, Happen]], *, until: datetime.date) -> None:
    while happening and happening[0][0] <= until:
        on, happen = happening.popleft()
        happen(moment(on.year, f"{on:%m-%d}", 0))


def _actor(city: Organisation, username: str) -> Actor:
    post = city.posts[username]
    return Actor(user=post.holder, post=post)


def moment(year: int, day: str, minutes: int) -> datetime.datetime:
    """A moment of working hours on ``MM-DD``."""
    start = datetime.datetime.combine(_day(year, day), datetime.time(9), tzinfo=timezone.get_default_timezone())
    return start + datetime.timedelta(minutes=minutes)


def _dated(items: list[Item], today: datetime.date) -> list[Item]:
    """Acts given as working days before today, as ``MM-DD``: the demo's people have something to do on any day."""
    calendar = calendars.current()
    return [
        {**item, "acts": [{**act, "on": f"{add_workdays(today, -act['ago'], calendar):%m-%d}"} for act in item["acts"]]}
        for item in items
    ]


def _day(year: int, day: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{year}-{day}")


def _pass(day: datetime.date, calendar: Calendar) -> None:
    """A day goes by: windows open and lights change, as the nightly jobs would have it."""
    at = datetime.datetime.combine(day, datetime.time(1), tzinfo=timezone.get_default_timezone())
    periods.open_windows(at=at)
    rechecks.open_due(at=at)
    standing.refresh(at=at)


def _acts(items: list[dict[str, Any]], year: int) -> Iterator[tuple[datetime.date, int, int, dict[str, Any]]]:
    for index, item in enumerate(items):
        for order, act in enumerate(step for whole in item["acts"] for step in _steps(whole)):
            yield _day(year, act["on"]), index, order, act


PREPARED_BY = {"claim": "propose_claim", "verify": "draft_verification"}


def _steps(act: Act) -> Iterator[Act]:
    """An act as the people's steps on its day: prepared and decided, or reported and approved."""
    name, on = act["act"], act["on"]
    if name in PREPARED_BY:
        yield {**act, "act": PREPARED_BY[name]}
        yield {"act": name, "on": on}  # the second person takes over what was prepared
    else:
        yield act
    if name == "report" and not act.get("unapproved"):
        yield {"act": "approve", "on": on}


def _draft(item: Item, document: Document, city: Organisation, supervisor: Actor, year: int, *, on: str) -> Pledge:
    """Accept the measure that holds the item's sentence; mark it by hand where extraction cut it otherwise."""
    at = moment(year, on, 0)
    start = document.text.index(item["quote"])
    measure = _best(document, start, start + len(item["quote"])) or measure_decisions.add_measure(
        document.pk, actor=supervisor, start=start, end=start + len(item["quote"]), at=at
    )
    pledge = measure_decisions.accept_measure(
        measure.pk,
        actor=supervisor,
        version=measure.version,
        at=at,
        payload={
            "title": item["title"],
            "form": item["form"],
            "firmness": item["firmness"],
            "due_date": f"{year}-{item['due']}",
            "lead_unit": city.units[item["lead"]].pk,
            "support_units": [city.units[code].pk for code in item["support"]],
            "leader": city.leaders[item["leader"]].pk,
            "person": item["person"],
            "deliverable": item.get("deliverable", ""),
            "tags": item["tags"],
            "targets": [_shown(target) for target in item["targets"]],
        },
    )
    if item["milestones"] or any("trajectory" in target for target in item["targets"]):
        pledge = planning.plan(
            pledge.pk,
            actor=supervisor,
            version=pledge.version,
            at=at,
            trajectories={
                position: [(_day(year, day), Decimal(value)) for day, value in target.get("trajectory", [])]
                for position, target in enumerate(item["targets"], start=1)
            },
            stages=[(stage["title"], _day(year, stage["planned"]), stage["weight"]) for stage in item["milestones"]],
        )
    return pledge


def _best(document: Document, start: int, end: int) -> Measure | None:
    """The pending measure that shares most with the passage, when they share at least half."""
    best, most = None, 0.5
    for measure in document.measures.filter(fate=Fate.PENDING, start__lt=end, end__gt=start):
        shared = min(end, measure.end) - max(start, measure.start)
        share = shared / (max(end, measure.end) - min(start, measure.start))
        if share >= most:
            best, most = measure, share
    return best


def _shown(target: dict[str, Any]) -> dict[str, Any]:
    """A target as a person types it: numbers in the shown unit."""
    scale = target["scale"]
    typed: dict[str, Any] = {
        name: f"{Decimal(target[name]) / scale:f}" for name in ("value", "value_max", "baseline") if name in target
    }
    return {**target, **typed, "object": target["name"]}


def _perform(
    act: dict[str, Any],
    item: dict[str, Any],
    pledge: Pledge,
    city: Organisation,
    at: datetime.datetime,
    calendar: Calendar,
) -> None:
    name = act["act"]
    actor = _actor(city, WHO[name].format(lead=item["lead"]))
    current = Pledge.objects.get(pk=pledge.pk)
    services.perform(
        name,
        pledge_id=pledge.pk,
        actor=actor,
        version=current.version,
        payload=_payload(act, item, current, city),
        at=at,
        calendar=calendar,
    )


WHO = {
    "assign": "director",
    "sign": "{lead}",
    "report": "{lead}",
    "approve": "{lead}-head",
    "accept": "supervisor",
    "return_report": "supervisor",
    "propose_claim": "{lead}",
    "claim": "{lead}-head",
    "draft_verification": "supervisor",
    "return_claim": "supervisor",
    "verify": "director",
}


def _payload(act: dict[str, Any], item: dict[str, Any], pledge: Pledge, city: Organisation) -> dict[str, Any]:
    year = pledge.programme.year
    if act["act"] == "assign":
        return {
            "lead_unit": pledge.lead_unit_id,
            "support": [city.units[code].pk for code in item["support"]],
            "leader": pledge.leader_id,
            "due_date": pledge.due_date,
            "start_date": f"{year}-{item['start']}" if "start" in item else None,
            "basis": pledge.basis,
            "deliverable": pledge.deliverable,
        }
    if act["act"] == "sign":
        return {"person": item["person"]}
    if act["act"] != "report":
        return act
    stages = list(Milestone.objects.filter(pledge=pledge))
    return {
        **act,
        "period": f"{year}-{act['period']}" if "period" in act else None,
        "data_date": f"{year}-{act['data_date']}" if "data_date" in act else None,
        "values": {
            target.pk: f"{Decimal(value) / target.scale:f}"
            for target, value in zip(pledge.targets.all(), act["values"], strict=True)
        },
        "stages": {stages[index].pk: f"{year}-{day}" for index, day in act.get("milestones_done", [])},
    }
