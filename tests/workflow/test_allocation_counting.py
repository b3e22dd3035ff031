"""分解: whose number counts when, who checks it, and what the sum and the gap are."""

import pytest

from pledges.errors import Forbidden, WrongState
from pledges.models import Pledge, Role, State
from tests.factories import Government, PostFactory, UnitFactory, actor, drafted, government, perform, pledge_in
from workflow import allocation
from workflow.models import Task

pytestmark = pytest.mark.django_db
MARCH = "2020-03-02"


@pytest.fixture
def at() -> Government:
    return government()


def split(at, pledge, post=None, on=MARCH, **shares):
    """``split(at, pledge, water="100", county="255")``."""
    typed = {str(getattr(at, name).pk): amount for name, amount in shares.items()}
    return perform("allocate", pledge, post or at.coordinator, at=on, shares=typed)


def shares_of(pledge):
    return list(Pledge.objects.filter(parent=pledge).order_by("pk"))


def reported(share, coordinator, amount, *, on="2020-03-20"):
    share.refresh_from_db()
    if share.state == State.ASSIGNED:
        perform("sign", share, coordinator, at=on, person="李强")
    values = {str(share.targets.get().pk): amount}
    return perform("report", share, coordinator, at=on, sentence="管网已铺到村口", values=values)


def waiting(share):
    kinds = ("review_report", "approve", "supplement")
    tasks = Task.objects.open().filter(kind__in=kinds).select_related("post")
    return {(task.kind, task.post) for task in tasks if task.pledge_id in (share.pk, None)}


def figures(parent):
    _target, found = allocation.summary(Pledge.objects.get(pk=parent.pk))
    return {
        "allotted": found.allotted,
        "gap": found.gap,
        "counted": found.counted,
        "accepted": found.accepted_count,
        "waiting": (found.waiting_count, found.waiting),
    }


@pytest.mark.postgres
def test_a_number_counts_only_once_the_allocating_unit_has_checked_it(at):
    parent = pledge_in("in_progress", at)
    assert allocation.summary(parent) is None
    split(at, parent, water="100", county="200")
    first, second = shares_of(parent)
    nothing = {"allotted": 300, "gap": 55, "counted": 0, "accepted": 0, "waiting": (0, 0)}
    assert figures(parent) == nothing

    reported(first, at.water_coordinator, "30")
    assert figures(parent) == nothing | {"waiting": (1, 30)}
    assert waiting(first) == {("approve", at.water_head)}
    for post in (at.coordinator, at.head):
        with pytest.raises(WrongState):
            perform("accept", first, post, at="2020-03-21")
    perform("approve", first, at.water_head, at="2020-03-21")
    assert waiting(first) == {("review_report", at.coordinator)}
    assert figures(parent) == nothing | {"waiting": (1, 30)}
    with pytest.raises(Forbidden):
        perform("accept", first, at.water_coordinator, at="2020-03-21")
    perform("accept", first, at.coordinator, at="2020-03-22")
    assert waiting(first) == set()
    assert figures(parent) == nothing | {"counted": 30, "accepted": 1}

    reported(first, at.water_coordinator, "50", on="2020-03-25")  # the checked one counts until this one is
    reported(second, at.county_coordinator, "60", on="2020-03-25")
    assert figures(parent) == nothing | {"counted": 30, "accepted": 1, "waiting": (2, 110)}
    perform("return_report", second, at.head, at="2020-03-26", reason="请按村核对")
    assert figures(parent) == nothing | {"counted": 30, "accepted": 1, "waiting": (1, 50)}
    perform("approve", first, at.water_head, at="2020-03-26")
    perform("accept", first, at.supervisor, at="2020-03-27")  # the office may check too
    assert figures(parent) == nothing | {"counted": 50, "accepted": 1}


def test_a_withdrawn_share_counts_nothing(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100", county="255")
    first, _second = shares_of(parent)
    reported(first, at.water_coordinator, "30")
    perform("approve", first, at.water_head, at="2020-03-21")
    perform("accept", first, at.coordinator, at="2020-03-22")
    Pledge.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
    assert figures(parent) == {"allotted": 255, "gap": 100, "counted": 0, "accepted": 0, "waiting": (0, 0)}


def test_too_much_allotted_is_allowed_and_shows(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="300", county="200")
    assert figures(parent)["gap"] == -145


def test_a_share_is_claimed_and_verified_like_any_pledge(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    (share,) = shares_of(parent)
    reported(share, at.water_coordinator, "100")
    perform("approve", share, at.water_head, at="2020-03-21")
    perform("claim", share, at.water_head, at="2020-04-01")
    drafted_task = Task.objects.open().get(pledge=share, kind="draft_verification")
    assert drafted_task.post.role == Role.SUPERVISOR
    with pytest.raises(Forbidden):
        perform("verify", share, at.head, at="2020-04-02")
    perform(
        "draft_verification", share, drafted_task.post, at="2020-04-02", method="site", finding="属实", outcome="met"
    )
    assert perform("verify", share, at.director, at="2020-04-03").state == State.CLOSED


def test_the_questions_cost_the_same_for_3_shares_and_for_30(at, django_assert_num_queries):
    def parent_of(count):
        parent = pledge_in("in_progress", at)
        units = [UnitFactory(parent=at.city) for _ in range(count)]
        for unit in units:
            PostFactory(unit=unit)
        perform("allocate", parent, at.coordinator, at=MARCH, shares={str(unit.pk): "1" for unit in units})
        return Pledge.objects.get(pk=parent.pk)

    for count in (3, 30):
        parent = parent_of(count)
        with django_assert_num_queries(4):
            assert len(allocation.summary(parent)[1].parts) == count


def test_drafts_of_the_programme_are_untouched(at):
    draft = drafted(at)
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (State.DRAFT, 1)


def test_another_lead_sees_the_shares_and_checks_their_reports(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, county="255")
    (share,) = shares_of(parent)
    reported(share, at.county_coordinator, "40")
    assert waiting(share) == {("review_report", at.coordinator)}
    perform("change_lead", parent, at.director, at="2020-04-01", lead_unit=at.water.pk, basis="机构职能调整")
    assert waiting(share) == {("review_report", at.water_coordinator)}
    assert share in Pledge.objects.visible_to(actor(at.water_head))
    assert share not in Pledge.objects.visible_to(actor(at.head))
    perform("accept", share, at.water_coordinator, at="2020-04-02")
