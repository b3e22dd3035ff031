"""审签 as one batch: everything that was seen, or nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale
from pledges.models import Pledge, Report
from tests.factories import Government, actor, government, make_deputy, moment, payload_for, perform, pledge_in
from workflow import approvals
from workflow.models import Event, ReportReview, SignedPage, Task

ON = "2020-03-25"
SCAN = b"%PDF-1.4 signed"
pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


def reported(at: Government, *, on: str = "2020-03-20", **payload: Any) -> Pledge:
    pledge = pledge_in("in_progress", at)
    perform("report", pledge, at.coordinator, at=on, **{**payload_for("report", at, pledge), **payload})
    return pledge


def seen(at: Government) -> dict[int, int]:
    return {item.pledge.pk: item.seen for item in approvals.waiting(at.housing, at.programme)}


def approve(at: Government, by: Any = None, **more: Any) -> list[Pledge]:
    given = {"actor": actor(by or at.head), "reports": seen(at), "at": moment(ON), **more}
    return approvals.approve_all(at.programme.pk, **given)


def statuses() -> list[str]:
    return list(Report.objects.order_by("pk").values_list("status", flat=True))


def test_what_waits_stands_by_number_with_what_went_before(at: Government) -> None:
    one, two = reported(at), reported(at)
    perform("approve", one, at.head, at="2020-03-21")
    second = perform(
        "report", one, at.coordinator, at="2020-04-20", sentence="又完成十个", values={one.targets.get().pk: "130"}
    )
    first_item, second_item = approvals.waiting(at.housing, at.programme)
    assert (first_item.pledge, first_item.report.sentence) == (second, "又完成十个")
    assert first_item.previous is not None
    assert first_item.previous.sentence == "管网已铺到村口"
    assert (second_item.pledge, second_item.previous) == (two, None)
    assert approvals.waiting(at.water, at.programme) == []


def test_a_batch_is_approved_with_one_event_each_and_the_task_closes(at: Government) -> None:
    two = [reported(at), reported(at)]
    assert Task.objects.open().get(kind="approve").post == at.head
    approve(at)
    assert statuses() == ["approved", "approved"]
    events = Event.objects.filter(action="approve").values_list("stream__name", "user")
    assert list(events) == [(f"pledge:{pledge.pk}", at.head.holder.pk) for pledge in two]
    assert not Task.objects.open().filter(kind="approve").exists()
    assert Task.objects.open().filter(kind="review_report").count() == 2


def test_part_of_a_batch_leaves_the_rest_waiting(at: Government) -> None:
    one, _two = reported(at), reported(at)
    approve(at, reports={one.pk: seen(at)[one.pk]})
    assert statuses() == ["approved", "submitted"]
    assert Task.objects.open().filter(kind="approve").count() == 1


def test_several_periods_of_one_pledge_are_approved_together(at: Government) -> None:
    pledge = reported(at)
    perform("report", pledge, at.coordinator, at="2020-04-20", **payload_for("report", at, pledge))
    approve(at)
    assert statuses() == ["approved", "approved"]
    assert Event.objects.filter(action="approve").count() == 1


def test_a_report_made_meanwhile_stops_the_batch_and_is_named(at: Government) -> None:
    one, two = reported(at), reported(at)
    shown = seen(at)
    perform("report", two, at.coordinator, at="2020-03-24", **{**payload_for("report", at, two), "sentence": "更正"})
    with pytest.raises(Stale) as caught:
        approve(at, reports=shown)
    (change,) = caught.value.changes
    assert change.startswith(f"{two.number}:")
    assert change.endswith("填报了 2020-Q1:更正")
    assert set(statuses()) == {"submitted"}
    assert not Event.objects.filter(action="approve").exists()
    assert one.pk in shown


def test_what_was_returned_or_approved_meanwhile_is_named_too(at: Government) -> None:
    one, two = reported(at), reported(at)
    shown = seen(at)
    perform("return_report", one, at.head, at="2020-03-24", reason="数据不全")
    perform("approve", two, at.head, at="2020-03-24")
    with pytest.raises(Stale) as caught:
        approve(at, reports=shown)
    assert caught.value.changes == [
        f"{one.number}:这份填报已经审签或退回。",
        f"{two.number}:这份填报已经审签或退回。",
    ]


def on_paper(at: Government, by: Any, **more: Any) -> list[Pledge]:
    given = {
        "filename": "审签单.pdf", "content": SCAN, "signer": "李建国", "signed_date": moment("2020-03-24").date(),
        "reports": seen(at), **more,
    }  # fmt: skip
    return approvals.approve_on_paper(at.programme.pk, actor=actor(by), at=moment(ON), **given)


@pytest.mark.parametrize("who", ["head", "coordinator"])
def test_what_was_signed_on_paper_is_recorded_with_its_page(at: Government, who: str) -> None:
    reported(at)
    reported(at)
    on_paper(at, at.posts[who])
    page = SignedPage.objects.get()
    assert (bytes(page.content), page.signer, page.recorded_by) == (SCAN, "李建国", at.posts[who].holder)
    assert list(ReportReview.objects.values_list("verdict", "signed_page")) == [("approved", page.pk)] * 2
    assert Event.objects.filter(action="record_approval").count() == 2
    assert statuses() == ["approved", "approved"]


def test_a_page_kept_before_is_taken_from_who_recorded_it_alone(at: Government) -> None:
    reported(at)
    on_paper(at, at.coordinator)
    reported(at)
    page = SignedPage.objects.get()
    with pytest.raises(BadInput):
        approve(at, at.head, signed_page=page)
    approve(at, at.coordinator, signed_page=page)
    assert statuses() == ["approved", "approved"]


def test_without_a_scan_nothing_is_approved_and_no_page_stays(at: Government) -> None:
    reported(at)
    with pytest.raises(BadInput) as caught:
        on_paper(at, at.coordinator, content=b"", signer=" ", signed_date=None)
    assert set(caught.value.fields) == {"scan", "signer", "signed_date"}
    shown = seen(at)
    perform("approve", Pledge.objects.get(), at.head, at="2020-03-24")
    with pytest.raises(Stale):
        on_paper(at, at.coordinator, reports=shown)
    assert not SignedPage.objects.exists()


WHO: dict[str, type[DomainError] | None] = {
    "head": None,
    "coordinator": Forbidden,
    "water_head": Invisible,
    "county_coordinator": Invisible,
    "supervisor": Forbidden,
    "director": Forbidden,
    "leader": Forbidden,
    "auditor": Forbidden,
    "statistician": Invisible,
    "system_admin": Invisible,
    "security_admin": Invisible,
}


@pytest.mark.parametrize(("who", "kind"), WHO.items())
def test_only_the_unit_s_head_approves_online(at: Government, who: str, kind: type[DomainError] | None) -> None:
    reported(at)
    if kind is None:
        approve(at, at.posts[who])
        assert statuses() == ["approved"]
        return
    with pytest.raises(kind):
        approve(at, at.posts[who])
    assert statuses() == ["submitted"]


def test_a_head_s_deputy_approves_and_both_are_named(at: Government) -> None:
    reported(at)
    make_deputy(at.head, at.water_head.holder, "2020-03-20", "2020-03-30")
    approve(at, actor(at.head, deputy=at.water_head))
    event = Event.objects.get(action="approve")
    assert (event.user, event.post, event.acting_for) == (at.water_head.holder, at.water_head, at.head)


def test_another_programme_s_address_and_an_empty_batch_are_refused(at: Government) -> None:
    reported(at)
    with pytest.raises(Invisible):
        approvals.approve_all(government().programme.pk, actor=actor(at.head), reports=seen(at), at=moment(ON))
    with pytest.raises(BadInput):
        approve(at, reports={})


def test_the_list_costs_the_same_for_three_and_for_thirty(at: Government) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            approvals.waiting(at.housing, at.programme)
        return len(counted)

    for _each in range(3):
        reported(at)
    few = cost()
    for _each in range(27):
        reported(at)
    assert cost() == few
