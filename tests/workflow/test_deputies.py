"""Deputies (AB岗): who names and ends them, on which days, and that the record names both."""

import datetime

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Deputy, Post
from tests.factories import Government, UserFactory, actor, government, make_deputy, perform, pledge_in
from tests.workflow.posts_world import NOW, TODAY, deputise, holder
from workflow import organisation
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


def test_a_holder_names_their_own_deputy_who_acts_and_is_named_beside_the_post(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    deputise(at, at.coordinator, holder(at.water_coordinator), by=actor(at.coordinator))
    perform("sign", pledge, actor(at.coordinator, deputy=at.water_coordinator), at=NOW, person="王敏")
    event = Event.objects.get(action="sign")
    assert (event.user, event.post, event.acting_for) == (
        at.water_coordinator.holder, at.water_coordinator, at.coordinator,
    )  # fmt: skip
    assert Event.objects.get(action="appoint_deputy").user == at.coordinator.holder


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2020-03-12", "2020-03-11", "end_date"),
        ("2020-03-09", "2020-03-20", "start_date"),
        (None, "2020-03-20", "start_date"),
        ("2020-03-10", None, "end_date"),
        ("2020-04-05", "2020-04-30", "start_date"),  # overlaps 1 to 5 April
        ("2020-03-20", "2020-04-01", "start_date"),
        ("2020-03-20", "2020-04-30", "start_date"),
        ("2020-04-02", "2020-04-03", "start_date"),
        ("2020-03-10", "2020-03-31", None),
        ("2020-04-06", "2020-04-06", None),
    ],
)
def test_days_that_run_backwards_or_overlap_are_refused(
    at: Government, start: str | None, end: str | None, field: str | None
) -> None:
    make_deputy(at.coordinator, holder(at.water_coordinator), "2020-04-01", "2020-04-05")
    if field is None:
        deputise(at, at.coordinator, holder(at.head), start, end)
        return
    with pytest.raises(BadInput) as caught:
        deputise(at, at.coordinator, holder(at.head), start, end)
    assert list(caught.value.fields) == [field]
    assert Deputy.objects.count() == 1


def test_nobody_is_their_own_deputy_and_a_closed_account_is_none(at: Government) -> None:
    with pytest.raises(BadInput, match="本人就在这个岗位上"):
        deputise(at, at.coordinator, holder(at.coordinator))
    with pytest.raises(BadInput, match="这个账号已停用"):
        deputise(at, at.coordinator, UserFactory(is_active=False))
    with pytest.raises(BadInput, match="请选择代办的人"):
        deputise(at, at.coordinator, None)


MAY_DEPUTISE = {"system_admin": True, "coordinator": True} | dict.fromkeys(
    ("head", "water_head", "supervisor", "director", "leader", "auditor", "security_admin"), False
)


@pytest.mark.parametrize(("who", "may"), MAY_DEPUTISE.items())
def test_who_may_name_and_end_a_coordinator_s_deputy(at: Government, who: str, may: bool) -> None:
    by = actor(at.posts[who])
    other = make_deputy(at.coordinator, UserFactory(), "2020-06-01", "2020-06-30")
    if may:
        deputise(at, at.coordinator, holder(at.county_coordinator), by=by)
        organisation.end_deputy(other.pk, actor=by, at=NOW)
        return
    with pytest.raises(Forbidden):
        deputise(at, at.coordinator, holder(at.county_coordinator), by=by)
    with pytest.raises(Forbidden):
        organisation.end_deputy(other.pk, actor=by, at=NOW)


def test_a_deputy_names_no_deputy(at: Government) -> None:
    make_deputy(at.coordinator, holder(at.water_coordinator), "2020-03-01", "2020-03-31")
    with pytest.raises(Forbidden):
        deputise(at, at.coordinator, UserFactory(), by=actor(at.coordinator, deputy=at.water_coordinator))


def test_an_ended_deputy_does_nothing_from_that_day_on(at: Government) -> None:
    user = holder(at.water_coordinator)
    running = make_deputy(at.coordinator, user, "2020-03-01", "2020-03-31")
    to_come = make_deputy(at.coordinator, user, "2020-05-01", "2020-05-31")
    over = make_deputy(at.coordinator, user, "2020-02-01", "2020-02-05")
    for deputy in (running, to_come):
        organisation.end_deputy(deputy.pk, actor=actor(at.coordinator), at=NOW)
    assert list(Deputy.objects.order_by("pk").values_list("pk", "end_date")) == [
        (running.pk, datetime.date(2020, 3, 9)),
        (over.pk, datetime.date(2020, 2, 5)),
    ]
    assert set(Post.objects.held_by(user, today=TODAY)) == {at.water_coordinator}
    assert Event.objects.filter(action="end_deputy").count() == 2
    with pytest.raises(WrongState):
        organisation.end_deputy(over.pk, actor=actor(at.coordinator), at=NOW)
    with pytest.raises(Invisible):
        organisation.end_deputy(9999, actor=actor(at.coordinator), at=NOW)
