"""Who may do what, by hand from the specification: each act, each role and relation, and the reason of each refusal."""

from typing import Any

import pytest
from django.db import transaction

from pledges.actors import SYSTEM, Actor
from pledges.errors import Forbidden, Invisible
from pledges.models import Pledge, Post, Role, State
from tests.factories import (
    Government,
    PostFactory,
    UserFactory,
    actor,
    drafted,
    government,
    payload_for,
    perform,
    pledge_in,
)
from workflow import services
from workflow.models import Event, Task
from workflow.transitions import TRANSITIONS

YES = "allowed"
GONE = "invisible"
DIRECTOR = "只有督查室主任可以这样做。"
OFFICE = "只有督查室可以这样做。"
COORDINATOR = "只有牵头单位的联络员可以这样做。"
LEAD = "只有牵头单位的联络员或负责人可以这样做。"
OTHERS = "这一事项由其他单位牵头,您可以查看,不能代为办理。"

# One row an act; the columns are COLUMNS.
COLUMNS = (
    "director",
    "supervisor",
    "leader",
    "auditor",
    "coordinator",
    "head",
    "water_coordinator",
    "water_head",
    "foreign",
    "above",
    "statistician",
    "system_admin",
    "security_admin",
    "SYSTEM",
)
# fmt: off
MATRIX: dict[str, tuple[str, ...]] = {
    # A draft is nobody's duty yet, so the units do not see it.
    "assign": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        GONE, GONE, GONE, GONE, GONE, GONE,
        GONE, GONE, GONE, DIRECTOR),
    "sign": (
        LEAD, LEAD, LEAD, LEAD,
        YES, YES, OTHERS, OTHERS, GONE, OTHERS,
        GONE, GONE, GONE, LEAD),
    "report": (
        COORDINATOR, COORDINATOR, COORDINATOR, COORDINATOR,
        YES, COORDINATOR, OTHERS, COORDINATOR, GONE, OTHERS,
        GONE, GONE, GONE, COORDINATOR),
    "accept": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        GONE, GONE, GONE, OFFICE),
    "return_report": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        GONE, GONE, GONE, OFFICE),
    "claim": (
        LEAD, LEAD, LEAD, LEAD,
        YES, YES, OTHERS, OTHERS, GONE, OTHERS,
        GONE, GONE, GONE, LEAD),
    "return_claim": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        GONE, GONE, GONE, OFFICE),
    "verify": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        GONE, GONE, GONE, DIRECTOR),
}
# fmt: on
STATE_FOR = {
    "assign": State.DRAFT,
    "sign": State.ASSIGNED,
    "report": State.IN_PROGRESS,
    "accept": State.IN_PROGRESS,
    "return_report": State.IN_PROGRESS,
    "claim": State.IN_PROGRESS,
    "return_claim": State.CLAIMED,
    "verify": State.CLAIMED,
}


@pytest.fixture
def at(db: None) -> Government:
    return government()


def led_by_a_county_bureau(at: Government, state: State, *, reported: bool) -> Pledge:
    """The same walk for a pledge led one level below the county, whose coordinator looks down on it."""
    pledge = drafted(at)
    own = at.county_housing_coordinator
    for name, post, on in (
        ("assign", at.director, "2020-02-03"),
        ("sign", own, "2020-02-04"),
        ("report", own, "2020-03-20"),
        ("claim", own, "2020-11-10"),
    ):
        if pledge.state == state and not (name == "report" and reported):
            break
        if name == "report" and not reported:
            continue
        payload = payload_for(name, at, pledge)
        if name == "assign":
            payload["lead_unit"] = at.county_housing.pk
        pledge = perform(name, pledge, post, at=on, **payload)
    assert pledge.state == state
    return pledge


def answer(name: str, pledge: Pledge, by: Actor, payload: dict[str, Any]) -> str:
    before = (Event.objects.count(), Task.objects.count(), Pledge.objects.filter(pk=pledge.pk).values().get())
    try:
        perform(name, pledge, by, at="2020-11-25", **payload)
    except Invisible:
        outcome = GONE
    except Forbidden as refusal:
        outcome = str(refusal.reason)
    else:
        return YES
    after = (Event.objects.count(), Task.objects.count(), Pledge.objects.filter(pk=pledge.pk).values().get())
    assert after == before, "a refusal changed something"
    return outcome


@pytest.mark.parametrize("name", MATRIX)
def test_each_role_may_do_what_the_matrix_says_and_is_told_why_not(at: Government, name: str) -> None:
    state, reported = STATE_FOR[name], name in ("accept", "return_report")
    pledge = pledge_in(state, at, reported=reported, support=(at.water,))
    below = led_by_a_county_bureau(at, state, reported=reported)
    foreign = at.county_coordinator
    found: dict[str, str] = {}
    for column in COLUMNS:
        subject, by = pledge, SYSTEM
        if column == "above":
            subject, by = below, actor(at.county_coordinator)
        elif column == "foreign":
            by = actor(foreign)
        elif column != "SYSTEM":
            by = actor(at.posts[column])
        sid = transaction.savepoint()
        found[column] = answer(name, subject, by, payload_for(name, at, subject))
        transaction.savepoint_rollback(sid)
    assert found == dict(zip(COLUMNS, MATRIX[name], strict=True))


def test_the_matrix_covers_every_act_of_people() -> None:
    assert set(MATRIX) == {row.name for row in TRANSITIONS if row.is_for_people}


def test_only_the_calendar_opens_windows(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    for post in (at.director, at.supervisor, at.coordinator, at.leader, at.auditor):
        with pytest.raises(Forbidden) as refusal:
            perform("open_window", pledge, post, at="2020-03-25")
        assert str(refusal.value.reason) == "这一步由程序按日历自动完成。"


def test_buttons_offer_exactly_what_the_gate_would_take(at: Government) -> None:
    pledge = pledge_in("in_progress", at, support=(at.water,))

    def offered(post: Post) -> list[str]:
        return [row.name for row in services.allowed(pledge, actor(post))]

    assert offered(at.coordinator) == ["report", "claim"]
    assert offered(at.head) == ["claim"]
    assert offered(at.supervisor) == []  # nothing was reported yet
    assert offered(at.water_coordinator) == []
    assert offered(at.leader) == offered(at.auditor) == offered(at.system_admin) == []
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    assert offered(at.supervisor) == ["accept", "return_report"]
    perform("accept", pledge, at.supervisor, at="2020-03-23")
    assert offered(at.supervisor) == []


def test_a_person_without_a_post_sees_nothing(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(Invisible):
        perform("report", pledge, Actor(user=UserFactory(), post=None), **payload_for("report", at, pledge))


def test_the_supervision_office_of_another_city_sees_nothing(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    elsewhere = government()
    for post in (elsewhere.director, elsewhere.supervisor, elsewhere.leader, elsewhere.auditor):
        with pytest.raises(Invisible):
            perform("verify", pledge, post, at="2020-11-20", **payload_for("verify", at, pledge))


def test_a_deputy_has_the_rights_of_the_post_and_the_record_names_both(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    deputy = actor(at.coordinator, deputy=at.water_coordinator)
    perform("report", pledge, deputy, at="2020-03-20", **payload_for("report", at, pledge))
    event = Event.objects.get(action="report")
    assert (event.user, event.post, event.acting_for) == (
        at.water_coordinator.holder,
        at.water_coordinator,
        at.coordinator,
    )
    report = pledge.reports.get()
    assert (report.reported_by, report.post) == (at.water_coordinator.holder, at.coordinator)


@pytest.mark.parametrize("name", ["verify", "return_claim"])
def test_a_deputy_from_the_claiming_unit_does_not_verify_its_own_claim(at: Government, name: str) -> None:
    """Separation of duties: never someone of the claiming unit, whatever post they stand in for."""
    pledge = pledge_in("claimed", at)
    deputy = actor(at.director, deputy=at.head)
    with pytest.raises(Forbidden) as refusal:
        perform(name, pledge, deputy, at="2020-11-20", **payload_for(name, at, pledge))
    assert str(refusal.value.reason) == "申请销号的单位不能核验本单位的事项。"


def test_a_director_who_also_holds_a_post_in_the_claiming_unit_does_not_verify(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    PostFactory(unit=at.housing, role=Role.HEAD, title="副局长", holder=at.director.holder)
    with pytest.raises(Forbidden) as refusal:
        perform("verify", pledge, at.director, at="2020-11-20", **payload_for("verify", at, pledge))
    assert str(refusal.value.reason) == "申请销号的单位不能核验本单位的事项。"


def test_the_head_of_a_unit_without_coordinator_reports_its_items(at: Government) -> None:
    """The task goes to the head then, so the head must be able to do it."""
    Post.objects.filter(pk=at.coordinator.pk).update(is_active=False)
    pledge = drafted(at)
    pledge = perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge))
    pledge = perform("sign", pledge, at.head, at="2020-02-04", person="王敏")
    assert Task.objects.open().get(pledge=pledge).post == at.head
    pledge = perform("report", pledge, at.head, at="2020-03-20", **payload_for("report", at, pledge))
    assert pledge.progress_bp == 3380


def test_a_director_deputy_from_elsewhere_verifies(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    deputy = actor(at.director, deputy=at.supervisor)
    closed = perform("verify", pledge, deputy, at="2020-11-20", **payload_for("verify", at, pledge))
    assert closed.state == State.CLOSED
