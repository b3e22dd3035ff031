"""Closing an account, and editing the working calendar."""

import datetime

import pytest

from pledges.errors import BadInput
from pledges.models import Post, User, WorkingDay
from tests.factories import Government, UserFactory, actor, day, government, make_deputy, moment, pledge_in
from workflow import calendar_edits, organisation
from workflow.models import Event

NOW = moment("2020-03-10")
pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


def holder(post: Post) -> User:
    assert post.holder is not None
    return post.holder


def test_an_account_whose_tasks_nobody_else_would_do_stays_open(at: Government) -> None:
    pledge_in("assigned", at)
    user = holder(at.coordinator)
    with pytest.raises(BadInput) as caught:
        organisation.deactivate(user.pk, actor=actor(at.system_admin), at=NOW)
    assert str(caught.value.fields["successor"]) == f"{at.coordinator}还有待办,请指定继任的人。"
    make_deputy(at.coordinator, holder(at.water_coordinator), "2020-03-01", "2020-03-31")
    organisation.deactivate(user.pk, actor=actor(at.system_admin), at=NOW)
    user.refresh_from_db()
    assert not user.is_active


def test_with_a_successor_the_posts_go_to_them(at: Government) -> None:
    pledge_in("assigned", at)
    user, successor = holder(at.coordinator), UserFactory()
    organisation.deactivate(user.pk, actor=actor(at.system_admin), at=NOW, successor=successor)
    at.coordinator.refresh_from_db()
    assert at.coordinator.holder == successor
    actions = Event.objects.filter(stream__name="organisation").order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["appoint", "deactivate"]


def test_a_successor_who_may_not_hold_the_posts_leaves_the_account_open(at: Government) -> None:
    user = holder(at.coordinator)
    with pytest.raises(BadInput, match="管理员不能同时办理业务"):
        organisation.deactivate(user.pk, actor=actor(at.system_admin), at=NOW, successor=holder(at.auditor))
    user.refresh_from_db()
    assert user.is_active


def test_one_s_own_account_is_closed_by_another(at: Government) -> None:
    with pytest.raises(BadInput, match="不能停用自己的账号"):
        organisation.deactivate(holder(at.system_admin).pk, actor=actor(at.system_admin), at=NOW)


# The calendar


def test_a_day_is_worked_or_not_as_the_administrator_says_with_an_event_each(at: Government) -> None:
    by = {"actor": actor(at.system_admin), "at": NOW}
    saturday = datetime.date(2020, 11, 14)
    calendar_edits.set_day(saturday, works=True, note="调休上班", **by)
    row = WorkingDay.objects.get(day=saturday)
    assert (row.is_working, row.note, row.provisional) == (True, "调休上班", False)
    calendar_edits.set_day(saturday, works=None, note="", **by)
    assert not WorkingDay.objects.filter(day=saturday).exists()
    assert Event.objects.filter(stream__name="organisation", action="set_working_day").count() == 2


def test_a_confirmed_year_is_provisional_no_more(at: Government) -> None:
    WorkingDay.objects.filter(day__year=2021).update(provisional=True)
    assert calendar_edits.confirm_year(2021, actor=actor(at.system_admin), at=NOW) > 0
    assert not WorkingDay.objects.filter(day__year=2021, provisional=True).exists()


@pytest.mark.parametrize(
    ("given", "note", "field"), [(None, "", "day"), ("1800-01-01", "", "day"), ("2020-05-05", "长" * 61, "note")]
)
def test_days_that_cannot_be_taken_are_refused(at: Government, given: str | None, note: str, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        calendar_edits.set_day(given and day(given), works=True, note=note, actor=actor(at.system_admin), at=NOW)  # type: ignore[arg-type]
    assert set(caught.value.fields) == {field}
