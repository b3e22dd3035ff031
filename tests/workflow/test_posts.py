"""Who may hold what, successors, and what is found wrong with the posts as they are."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput, DomainError, Forbidden, Invisible
from pledges.models import Post, Role, Unit, User
from tests.factories import (
    Government,
    PostFactory,
    UserFactory,
    actor,
    drafted,
    government,
    make_deputy,
    perform,
    pledge_in,
)
from tests.workflow.posts_world import NOW, TODAY, appoint, deputise, holder
from workflow import calendar_edits, organisation, posts
from workflow.models import Event, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


# Separation of duties: "no" is refused, "ok" is not. Rows: what is held; columns: what is to be added.

ADDED = (
    "system_admin",
    "security_admin",
    "auditor",
    "supervisor",
    "director",
    "leader",
    "coordinator",
    "head",
    "statistician",
)
TABLE = {
    "system_admin":   "ok no no no no no no no ok",
    "security_admin": "no ok no no no no no no ok",
    "auditor":        "no no ok no no no no no ok",
    "supervisor":     "no no no ok ok ok ok ok ok",
    "director":       "no no no ok ok ok ok ok ok",
    "leader":         "no no no ok ok ok ok ok ok",
    "coordinator":    "no no no ok ok ok ok ok ok",
    "head":           "no no no ok ok ok ok ok ok",
    "statistician":   "ok ok ok ok ok ok ok ok ok",
}  # fmt: skip
CELLS = [(held, added, cell) for held, row in TABLE.items() for added, cell in zip(ADDED, row.split(), strict=True)]


@pytest.mark.parametrize(("held", "added", "cell"), CELLS)
def test_which_roles_one_account_may_have_together(held: str, added: str, cell: str) -> None:
    assert (posts.conflict(added, [held]) is None) is (cell == "ok")


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "auditor"])
def test_a_supervisor_is_made_no_administrator_and_nothing_changes(at: Government, role: str) -> None:
    before = Event.objects.count()
    with pytest.raises(BadInput) as caught:
        appoint(at, role, holder(at.supervisor))
    assert str(caught.value.fields["holder"]).startswith("管理员不能同时办理业务,督查专员不能再任")
    assert not Post.objects.filter(title="新岗").exists()
    assert Event.objects.count() == before


def test_two_administrators_are_two_accounts_also_as_deputies(at: Government) -> None:
    words = "系统、安全、审计三个管理员由三个账号分别担任"
    with pytest.raises(BadInput, match=words):
        appoint(at, "auditor", holder(at.security_admin))
    with pytest.raises(BadInput, match=words):
        deputise(at, at.auditor, holder(at.security_admin))
    with pytest.raises(BadInput, match="管理员不能同时办理业务"):
        deputise(at, at.auditor, holder(at.supervisor))
    with pytest.raises(BadInput, match="管理员不能同时办理业务"):
        deputise(at, at.coordinator, holder(at.auditor))


def test_a_deputy_of_days_to_come_counts_and_one_of_days_past_does_not(at: Government) -> None:
    user = UserFactory()
    make_deputy(at.supervisor, user, "2020-03-01", "2020-03-09")
    appoint(at, "auditor", user)
    other = UserFactory()
    make_deputy(at.supervisor_2, other, "2020-05-01", "2020-05-09")
    with pytest.raises(BadInput):
        appoint(at, "auditor", other, title="又一岗")


# Successors


def test_a_successor_finds_the_open_tasks_and_the_record_names_the_former(at: Government) -> None:
    signed, waiting = pledge_in("assigned", at), pledge_in("assigned", at)
    former = holder(at.coordinator)
    perform("sign", signed, at.coordinator, at="2020-02-05", person="王敏")
    successor = UserFactory()
    organisation.appoint(
        actor=actor(at.system_admin), at=NOW, unit=at.housing, role=Role.COORDINATOR, title="联络员", holder=successor
    )
    at.coordinator.refresh_from_db()
    assert at.coordinator.holder == successor
    mine = Actor(user=successor, post=at.coordinator)
    kinds = Task.objects.open().visible_to(mine).order_by("pk").values_list("kind", "pledge")
    assert sorted(kinds) == [("report", signed.pk), ("sign", waiting.pk)]
    perform("sign", waiting, mine, at="2020-03-11", person="赵强")
    told = Event.objects.filter(action="sign").order_by("pk").values_list("stream__name", "user", "post")
    assert list(told) == [
        (f"pledge:{signed.pk}", former.pk, at.coordinator.pk),
        (f"pledge:{waiting.pk}", successor.pk, at.coordinator.pk),
    ]
    assert not Post.objects.held_by(former, today=TODAY).exists()
    event = Event.objects.get(action="appoint", stream__name="organisation")
    assert event.user == at.system_admin.holder


def test_a_post_with_tasks_is_not_left_empty(at: Government) -> None:
    pledge_in("assigned", at)
    with pytest.raises(BadInput, match="请指定继任的人"):
        appoint(at, "coordinator", None, unit=at.housing, title="联络员")
    appoint(at, "coordinator", None, unit=at.water, title="联络员")  # nothing waits there


WHO: dict[str, type[DomainError] | None] = {"system_admin": None} | dict.fromkeys(
    (
        "security_admin", "auditor", "supervisor", "director", "leader", "statistician", "coordinator", "head",
        "county_coordinator",
    ),
    Forbidden,
)  # fmt: skip


@pytest.mark.parametrize(("who", "kind"), WHO.items())
def test_the_system_administrator_alone_appoints_and_adds(
    at: Government, who: str, kind: type[DomainError] | None
) -> None:
    by = {"actor": actor(at.posts[who]), "at": NOW}
    acts = [
        lambda: organisation.add_unit(name="文旅局", kind=Unit.Kind.BUREAU, parent=at.city, **by),
        lambda: organisation.add_user(username="wlj", name="周文", password="a-long-password-7", **by),
        lambda: appoint(at, "statistician", UserFactory(), actor=by["actor"]),
        lambda: organisation.deactivate(holder(at.statistician).pk, **by),
        lambda: organisation.reactivate(holder(at.statistician).pk, **by),
        lambda: calendar_edits.set_day(datetime.date(2020, 10, 10), works=True, note="调休", **by),
        lambda: calendar_edits.confirm_year(2020, **by),
    ]
    for act in acts:
        if kind is None:
            act()
        else:
            with pytest.raises(kind):
                act()


def test_another_city_s_units_are_not_there(at: Government) -> None:
    other = government()
    with pytest.raises(Invisible):
        appoint(at, "head", UserFactory(), unit=other.water)
    with pytest.raises(Invisible):
        deputise(at, other.head, UserFactory())


def test_accounts_and_units_are_refused_with_every_fault(at: Government) -> None:
    by = {"actor": actor(at.system_admin), "at": NOW}
    with pytest.raises(BadInput) as caught:
        organisation.add_user(username="有 空格", name=" ", password="12345", **by)
    assert set(caught.value.fields) == {"username", "name", "password"}
    with pytest.raises(BadInput, match="这个账号已经有了"):
        organisation.add_user(username=holder(at.head).username, name="甲", password="a-long-password-7", **by)
    with pytest.raises(BadInput, match="已有同名单位"):
        organisation.add_unit(name="水务局", kind=Unit.Kind.BUREAU, parent=at.city, **by)


# What is wrong


def test_a_city_as_it_should_be_has_no_faults(at: Government) -> None:
    drafted(at)
    pledge_in("assigned", at)
    assert posts.faults(today=TODAY) == []


def test_what_is_wrong_is_said_in_a_sentence_each(at: Government) -> None:
    pledge_in("assigned", at)
    auditor = holder(at.auditor)
    PostFactory(unit=at.office, role=Role.SUPERVISOR, holder=auditor)
    make_deputy(at.system_admin, holder(at.water_head), "2020-05-01", "2020-05-31")
    User.objects.filter(pk=holder(at.coordinator).pk).update(is_active=False)
    assert posts.faults(today=TODAY) == [
        f"账号 {auditor.username}:管理员不能同时办理业务,审计管理员不能再任督查专员。",
        f"账号 {holder(at.water_head).username}:管理员不能同时办理业务,部门负责人不能再任系统管理员。",
        f"{at.coordinator}有待办,但没有在岗的人办理。",
    ]


def test_an_office_of_one_cannot_verify_by_two(at: Government) -> None:
    User.objects.filter(pk__in=[holder(at.supervisor).pk, holder(at.supervisor_2).pk]).update(is_active=False)
    words = "督查室在岗不足两人:核验须一人拟稿、另一人审定,现在无法办理。"
    assert posts.faults(today=TODAY) == [words]
    Post.objects.filter(pk=at.supervisor.pk).update(holder=at.director.holder)
    assert posts.faults(today=TODAY) == [words]


def test_looking_for_faults_costs_the_same_for_three_and_for_thirty(at: Government) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            posts.faults(today=TODAY)
        return len(counted)

    few = cost()
    for _each in range(30):
        PostFactory(unit=at.water)
    assert cost() == few


# The installation


def test_the_mayor_is_marked_as_chief_and_the_sample_city_keeps_duties_apart() -> None:
    from tracker.demo import city

    made = city.establish(at=NOW)
    chiefs = Post.objects.filter(is_chief=True)
    assert list(chiefs) == [made.posts["mayor"]]
    assert posts.faults(today=TODAY) == []


def test_the_installation_itself_may_appoint() -> None:
    city = organisation.add_unit(actor=SYSTEM, at=NOW, name="云溪市", kind=Unit.Kind.CITY, parent=None)
    organisation.appoint(actor=SYSTEM, at=NOW, unit=city, role=Role.LEADER, title="市长", holder=None, is_chief=True)
    assert Post.objects.get().is_chief


def test_verifying_the_tasks_says_what_is_wrong_with_the_posts(
    at: Government, set_today: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    set_today("2020-03-10")
    call_command("verify_tasks")
    PostFactory(unit=at.city, role=Role.AUDITOR, holder=at.security_admin.holder, title="又一岗")
    with pytest.raises(SystemExit) as left:
        call_command("verify_tasks")
    assert left.value.code == 1
    assert "系统、安全、审计三个管理员由三个账号分别担任" in capsys.readouterr().out
