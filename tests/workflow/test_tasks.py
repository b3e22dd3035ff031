"""Whose task it becomes, when it is due, and that nothing waits for nobody."""

import pytest
from django.db import IntegrityError, transaction

from pledges.errors import BadInput
from pledges.models import Pledge, Post, Role
from tests.factories import Government, PostFactory, actor, day, drafted, government, payload_for, perform, pledge_in
from workflow import assignees
from workflow.models import Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def open_tasks(pledge: Pledge) -> list[tuple[str, Post]]:
    return [(task.kind, task.post) for task in Task.objects.open().filter(pledge=pledge).order_by("kind")]


def test_a_draft_waits_for_the_director(at: Government) -> None:
    pledge = drafted(at)
    task = Task.objects.get(pledge=pledge)
    assert (task.kind, task.post, str(task.due_date)) == ("assign", at.director, "2020-02-15")


def test_one_units_reports_always_go_to_the_same_supervisor(at: Government) -> None:
    first, second = pledge_in("in_progress", at), pledge_in("in_progress", at)
    assert assignees.supervisor(first) == assignees.supervisor(second)
    assert assignees.supervisor(first) in (at.supervisor, at.supervisor_2)
    reviewers = {assignees.supervisor(Pledge(programme=at.programme, lead_unit=one)) for one in (at.housing, at.water)}
    assert reviewers == {at.supervisor, at.supervisor_2}


def test_where_there_is_no_supervisor_the_director_reviews(at: Government) -> None:
    Post.objects.filter(role=Role.SUPERVISOR).update(is_active=False)
    pledge = pledge_in("in_progress", at, reported=True)
    assert open_tasks(pledge) == [("review_report", at.director)]


def test_without_a_supervision_office_nothing_can_be_claimed(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    office = Post.objects.filter(role__in=(Role.SUPERVISOR, Role.DIRECTOR))
    office.update(is_active=False)
    before = open_tasks(pledge)
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        perform("claim", pledge, at.head, at="2020-11-10", reason="已完成")
    assert str(refusal.value.fields[""]) == "督查室还没有主任,请先在组织机构中设立。"
    assert open_tasks(pledge) == before


def test_a_units_first_coordinator_has_its_tasks_and_else_its_head(at: Government) -> None:
    PostFactory(unit=at.housing, role=Role.COORDINATOR, title="第二联络员")
    pledge = Pledge(programme=at.programme, lead_unit=at.housing)
    assert assignees.coordinator(pledge) == at.coordinator
    at.housing.posts.filter(role=Role.COORDINATOR).update(is_active=False)
    assert assignees.coordinator(pledge) == at.head


def test_the_office_of_another_city_gets_no_task(at: Government) -> None:
    elsewhere = government()
    pledge = pledge_in("claimed", elsewhere)
    ((kind, post),) = open_tasks(pledge)
    assert kind == "draft_verification"
    assert post in (elsewhere.supervisor, elsewhere.supervisor_2)
    given = payload_for("draft_verification", elsewhere, pledge)
    perform("draft_verification", pledge, post, at="2020-11-16", **given)
    assert open_tasks(pledge) == [("verify", elsewhere.director)]


def test_a_claim_is_looked_at_by_the_supervisor_who_reviews_the_units_reports(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    assert open_tasks(pledge) == [("draft_verification", assignees.supervisor(pledge))]


def test_a_units_head_approves_and_else_its_coordinator(at: Government) -> None:
    assert assignees.head(Pledge(programme=at.programme, lead_unit=at.housing)) == at.head
    assert assignees.head(Pledge(programme=at.programme, lead_unit=at.county)) == at.county_coordinator


def test_a_second_report_while_one_waits_for_review_goes_to_the_head_first(at: Government) -> None:
    """The newer revision replaces the approved one, so there is nothing to review before it is approved too."""
    pledge = pledge_in("in_progress", at, reported=True)
    perform("report", pledge, at.coordinator, at="2020-03-24", **payload_for("report", at, pledge))
    task = Task.objects.open().get()
    assert (task.kind, task.post, str(task.due_date)) == ("approve", at.head, "2020-03-27")
    assert (task.programme, task.pledge) == (at.programme, None)
    perform("approve", pledge, at.head, at="2020-03-25")
    task = Task.objects.open().get()
    assert (task.kind, task.pledge, str(task.due_date)) == ("review_report", pledge, "2020-03-30")


def test_a_task_binds_to_the_post_so_a_successor_has_it(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    successor = PostFactory(unit=at.county, title="临时").holder
    Post.objects.filter(pk=at.coordinator.pk).update(holder=successor)
    at.coordinator.refresh_from_db()
    assert Task.objects.open().visible_to(actor(at.coordinator)).get().pledge == pledge
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    assert pledge.reports.get().reported_by == successor


def test_the_database_holds_one_open_task_of_a_kind_for_a_post(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    task = Task.objects.open().get(pledge=pledge)
    again = {"kind": task.kind, "pledge": pledge, "post": task.post, "due_date": task.due_date}
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(opened_at=task.opened_at, **again)
    Task.objects.create(opened_at=task.opened_at, closed_at=task.opened_at, **again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(kind="report", post=task.post, due_date=task.due_date, opened_at=task.opened_at)


def test_a_task_is_overdue_the_day_after(at: Government) -> None:
    pledge_in("assigned", at)  # to be signed by 10 February
    assert not Task.objects.overdue(day("2020-02-10")).exists()
    assert Task.objects.overdue(day("2020-02-11")).get().kind == "sign"


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2020-01-20", "2020-02-04"),  # over the Spring Festival, extended to 2 February
        ("2020-04-30", "2020-05-11"),  # 1 to 5 May off, Saturday the 9th worked
        ("2020-09-25", "2020-10-09"),  # Sunday 27 September worked, 1 to 8 October off
        ("2020-02-08", "2020-02-14"),  # from a Saturday
    ],
)
def test_days_for_signing_are_working_days(at: Government, on: str, due: str) -> None:
    pledge = drafted(at, on=on)
    perform("assign", pledge, at.director, at=on, **payload_for("assign", at, pledge))
    assert str(Task.objects.open().get(pledge=pledge).due_date) == due
