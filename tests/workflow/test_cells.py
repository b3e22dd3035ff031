"""Every cell of the process: each act, by each role and relation, in each standing. What is not allowed must refuse,
with the reason that the specification gives and nothing changed; what is allowed leaves what `cells` says."""

import hashlib
from typing import Any

import pytest
from django.db import transaction

from pledges import calendars, services
from pledges.actors import SYSTEM, Actor
from pledges.errors import Forbidden, Invisible, WrongState
from pledges.models import Party, Pledge, Post
from tests.factories import Government, actor, day, drafted, government, moment, payload_for, perform, pledge_in
from tests.workflow.cells import COLUMNS, GONE, GRANTED, LABELS, STATE_OF, WHEN, WHO, YES
from tests.workflow.cells_left import LATER, LEFT
from workflow import programmes
from workflow import services as gate
from workflow.context import Context
from workflow.models import Event, SignedPage, Task
from workflow.transitions import BY_NAME, TRANSITIONS

UNITS = ("coordinator", "head", "water_coordinator", "water_head", "foreign", "above")
ALREADY_APPROVED = "本单位已经审签,需要退回时请联系审核的人。"


@pytest.fixture
def at(db: None) -> Government:
    return government()


def standing_in(standing: str, at: Government, **fields: Any) -> Pledge:
    """A pledge in one of the standings, led by housing and supported by water, walked there through the gate."""
    more = {"support": (at.water,), **fields}
    if standing in ("draft", "assigned", "in_progress", "claimed", "closed"):
        return pledge_in(standing, at, **more)
    if standing in ("consulted", "objected"):
        return _consulted(standing, at)
    pledge = pledge_in("closed" if standing == "slipped" else "in_progress", at, **more)
    if standing in ("reported", "approved"):
        perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    steps: dict[str, list[tuple[str, Post, str, dict[str, Any]]]] = {
        "approved": [("approve", at.head, "2020-03-20", {})],
        "urged": [("urge", at.supervisor, "2020-11-20", {})],
        "overridden": [("override_light", at.director, "2020-11-20", payload_for("override_light", at, pledge))],
        "proposed": [("propose_claim", at.coordinator, "2020-11-20", CLAIM)],
        "drafted": [
            ("claim", at.head, "2020-11-10", CLAIM),
            ("draft_verification", at.supervisor, "2020-11-16", payload_for("draft_verification", at, pledge)),
        ],
        "slipped": [("recheck", at.supervisor, "2020-11-23", {"held": "slipped", "finding": "两处设施停运"})],
        "settled": [("settle", at.director, "2021-01-05", {"reason": "用地手续未批"})],
    }
    for name, by, on, payload in steps.get(standing, []):
        pledge = perform(name, pledge, by, at=on, **payload)
    if standing in ("suspended", "withdrawn"):
        pledge = _granted("suspend" if standing == "suspended" else "withdraw", pledge, at)
    return pledge


def _consulted(standing: str, at: Government) -> Pledge:
    pledge = drafted(at, lead_unit=at.housing, due_date=day("2020-12-15"))
    Party.objects.create(pledge=pledge, unit=at.water, part="support")
    programmes.perform(
        "begin_consulting",
        programme_id=at.programme.pk,
        actor=actor(at.supervisor),
        payload={},
        version=at.programme.version,
        at=moment("2020-11-20"),
    )
    if standing == "objected":
        perform("answer_row", pledge, at.head, at="2020-11-23", answer="adjust", words="建议由水务局牵头")
    pledge.refresh_from_db()
    return pledge


def _granted(row: str, pledge: Pledge, at: Government) -> Pledge:
    """Carried out as a granted request does."""
    with transaction.atomic():
        context = Context(
            actor=actor(at.leader),
            pledge=gate.locked(pledge.pk, actor(at.leader)),
            at=moment("2020-11-10"),
            calendar=calendars.current(),
        )
        return gate.carry_out(BY_NAME[row], context, {"until": day("2020-12-31")})


CLAIM = {"reason": "其余村并入明年工程", "evidence": "验收报告已归档"}


def payload_of(name: str, at: Government, pledge: Pledge, by: Actor) -> dict[str, Any]:
    if name in ("open_window", "open_recheck", *GRANTED):
        return {}
    if name == "record_approval":
        return {"signed_page": _page(by).pk if by.user else 0}
    return payload_for(name, at, pledge)


def _page(by: Actor) -> SignedPage:
    page: SignedPage = SignedPage.objects.create(
        filename="a.pdf", media_type="application/pdf", content=b"%PDF-", sha256=hashlib.sha256(b"%PDF-").hexdigest(),
        signer="李局", signed_date="2020-11-24", recorded_by=by.user, post=by.duty, recorded_at=moment("2020-11-24"),
    )  # fmt: skip
    return page


def open_tasks(pledge: Pledge, at: Government) -> set[tuple[str, str, str]]:
    """The pledge's open tasks and its programme's list tasks, as (kind, holder, due day)."""
    names = {post: name for name, post in at.posts.items()} | {at.supervisor: "office", at.supervisor_2: "office"}
    found = Task.objects.open().filter(pledge=pledge) | Task.objects.open().filter(programme=pledge.programme)
    return {(task.kind, names[task.post], task.due_date.isoformat()) for task in found.select_related("post")}


def expected_of(standing: str, column: str, name: str) -> str:
    timely, words = WHEN[name]
    reason = WHO[name][COLUMNS.index(column)]
    if reason == GONE or (standing == "draft" and column in UNITS):
        return GONE
    if reason != YES:
        return reason
    if column == "head" and (name, standing) == ("return_report", "approved"):
        return ALREADY_APPROVED
    if standing in timely:
        return YES
    return words.get(standing, f"事项现为“{STATE_OF[standing]}”,不能{LABELS[name]}。")


@pytest.mark.parametrize("standing", STATE_OF)
def test_every_cell_is_as_the_specification_says(at: Government, standing: str) -> None:
    if standing == "settled":
        for year in (2021, 2022):
            calendars.ensure_year(year)
        services.create_programme(government=at.city, year=2021, calendar=calendars.current())
    pledge = standing_in(standing, at)
    below = _of_the_county_bureau(at)
    found, expected = {}, {}
    for name in WHO:
        for column in COLUMNS:
            subject = below if column == "above" and standing != "draft" else pledge
            by = SYSTEM if column == "SYSTEM" else actor(at.posts["county_coordinator" if column in OUT else column])
            sid = transaction.savepoint()
            found[name, column] = _answer(name, standing, subject, by, at)
            transaction.savepoint_rollback(sid)
            expected[name, column] = expected_of(standing, column, name)
    wrong = {cell: (found[cell], expected[cell]) for cell in found if found[cell] != expected[cell]}
    assert wrong == {}


OUT = ("foreign", "above")


def _answer(name: str, standing: str, pledge: Pledge, by: Actor, at: Government) -> str:
    payload = payload_of(name, at, pledge, by)
    before = _rows(pledge)
    tasks, events = open_tasks(pledge, at), Event.objects.count()
    on = LATER.get(name) or LATER.get(standing) or "2020-11-25"
    if standing in LATER:
        on = LATER[standing]
    try:
        after = perform(name, pledge, by, at=on, **payload)
    except Invisible:
        outcome = GONE
    except Forbidden as refusal:
        outcome = str(refusal.reason)
    except WrongState as refusal:
        outcome = str(refusal)
    else:
        _demand_left(name, standing, pledge, after, by, at, tasks, events, on)
        return YES
    assert _rows(pledge) == before, f"a refusal of {name} changed something"
    return outcome


def _demand_left(
    name: str,
    standing: str,
    before: Pledge,
    after: Pledge,
    by: Actor,
    at: Government,
    tasks: set[tuple[str, str, str]],
    events: int,
    on: str,
) -> None:
    """The state, the version, the event and the tasks that `cells_left.LEFT` tells of an allowed cell."""
    state, raised, gone, come = LEFT[name, standing]
    assert (after.state, after.version - before.version) == (state, raised), (name, standing)
    written = Event.objects.filter(stream__name=f"pledge:{before.pk}").order_by("-sequence").first()
    assert written is not None
    assert (written.action, written.user, written.post) == (name, by.user, by.post), (name, standing)
    assert written.at == moment(on)
    # The draft that carries on has its first event; each of the two shares is drafted and assigned.
    assert Event.objects.count() - events == {"carry_over": 2, "allocate": 5}.get(name, 1)
    now = open_tasks(before, at)
    assert sorted((kind, holder) for kind, holder, _due in tasks - now) == sorted(gone), (name, standing)
    assert now - tasks == set(come), (name, standing)


def _rows(pledge: Pledge) -> Any:
    tasks = list(Task.objects.order_by("pk").values_list("pk", "closed_at", "post", "due_date"))
    return Event.objects.count(), tasks, Pledge.objects.filter(pk=pledge.pk).values().get()


def _of_the_county_bureau(at: Government) -> Pledge:
    """Led one level below the county, whose coordinator looks down on it."""
    pledge = drafted(at)
    payload = payload_for("assign", at, pledge) | {"lead_unit": at.county_housing.pk}
    pledge = perform("assign", pledge, at.director, at="2020-02-03", **payload)
    return perform("sign", pledge, at.county_housing_coordinator, at="2020-02-04", person="王敏")


def test_the_cells_cover_every_act_of_the_table() -> None:
    assert set(WHO) == set(WHEN) == set(LABELS) == {row.name for row in TRANSITIONS}
    assert {row.name: str(row.label) for row in TRANSITIONS} == LABELS


def test_every_allowed_cell_has_its_outcome_written_down() -> None:
    assert {(name, standing) for name, (timely, _words) in WHEN.items() for standing in timely} == set(LEFT)
