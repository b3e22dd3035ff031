"""What granting a request does: state, fields, tasks, events; and what becomes of the other requests."""

import datetime
from decimal import Decimal

import pytest

from pledges.errors import Forbidden, WrongState
from pledges.models import Extension, Pledge, TrajectoryPoint
from tests.factories import actor, moment, perform
from tests.workflow.requests_world import ask, city, decide, led, open_kinds, waiting
from workflow import audit, requests, services, story
from workflow.models import Event, Request, Task
from workflow.table import granted

pytestmark = pytest.mark.django_db
DOCUMENT = "政府常务会议纪要〔2020〕8号"


def day(text):
    return datetime.date.fromisoformat(text)


def last_events(pledge, count):
    return list(
        Event.objects.filter(stream__name=f"pledge:{pledge.pk}").order_by("sequence").values_list("action", flat=True)
    )[-count:]


@pytest.mark.parametrize("row", granted.ROWS, ids=lambda row: row.name)
def test_nobody_performs_a_granted_row_by_hand(row):
    at, _mayor = city()
    pledge = led("in_progress", at)
    for post in (at.head, at.director, at.leader):
        with pytest.raises(Forbidden) as refusal:
            perform(row.name, pledge, post, at="2020-06-01")
        assert "须经申请批准" in str(refusal.value)
    assert row not in list(services.allowed(pledge, actor(at.director)))


def test_every_due_date_stays_and_is_counted():
    at, mayor = city()
    pledge = led("in_progress", at)  # due 15 December
    first = ask("extension", pledge, at.coordinator, at="2020-06-01", due_date="2020-12-28")
    decide(first, at.leader, at="2020-06-03")
    assert (first.asked_late, last_events(pledge, 3)) == (False, ["ask_request", "grant_request", "extend"])
    second = ask("extension", pledge, at.head, at="2020-12-28", due_date="2020-12-31")
    decide(second, at.leader, at="2020-12-29")
    third = ask("extension", pledge, at.head, at="2021-01-04", due_date="2021-03-31")
    decide(third, mayor, at="2021-01-06", document_number=DOCUMENT)
    assert [one.asked_late for one in Request.objects.order_by("pk")] == [False, False, True]
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert (pledge.original_due_date, pledge.due_date) == (day("2020-12-15"), day("2021-03-31"))
    kept = [
        (one.old_due_date, one.new_due_date, one.approved_date, one.document_number, one.asked_late)
        for one in pledge.extensions.all()
    ]
    assert kept == [
        (day("2020-12-15"), day("2020-12-28"), day("2020-06-03"), "", False),
        (day("2020-12-28"), day("2020-12-31"), day("2020-12-29"), "", False),
        (day("2020-12-31"), day("2021-03-31"), day("2021-01-06"), DOCUMENT, True),
    ]
    names = [one.decided_by for one in pledge.extensions.all()]
    assert names[0] == f"{at.city.name}副市长 {at.leader.holder.name}"
    assert names[2] == f"{at.city.name}市长 {mayor.holder.name}"
    assert list(audit.verify()) == []


def test_on_the_due_date_it_is_not_late_the_day_after_it_is():
    at, _mayor = city()
    assert (
        ask("coordination", led("in_progress", at), at.head, at="2020-12-15", wanted_by="2020-12-30").asked_late
        is False
    )
    assert (
        ask("coordination", led("in_progress", at), at.head, at="2020-12-16", wanted_by="2020-12-30").asked_late is True
    )


def test_an_extension_granted_while_a_claim_waits_leaves_the_claims_own_date():
    at, _mayor = city()
    pledge = led("in_progress", at)
    request = ask("extension", pledge, at.head, at="2020-11-09", due_date="2020-12-28")
    perform("claim", pledge, at.head, at="2020-11-10", evidence="验收报告", reason="其余并入明年")
    decide(request, at.leader, at="2020-11-11")
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert (pledge.claim_due_date, pledge.due_date) == (day("2020-12-15"), day("2020-12-28"))


def test_a_reassignment_hands_over_lead_and_tasks_and_the_former_lead_reports_meanwhile():
    at, _mayor = city()
    pledge = led("in_progress", at)
    before = (pledge.state, pledge.version, open_kinds(pledge))
    request = ask("reassignment", pledge, at.head, lead_unit=at.water.pk)
    meanwhile = Pledge.objects.get(pk=pledge.pk)
    assert (meanwhile.state, meanwhile.version, open_kinds(pledge)) == before
    perform(
        "report",
        pledge,
        at.coordinator,
        at="2020-06-01",
        sentence="照常推进",
        values={str(pledge.targets.get().pk): "130"},
    )
    for post, on in ((at.water_head, "2020-06-02"), (at.director, "2020-06-03")):
        requests.answer_step(
            request.pk,
            actor=actor(post),
            version=Request.objects.get(pk=request.pk).version,
            words="同意",
            agrees=True,
            at=moment(on),
        )
    decide(request, at.leader, at="2020-06-04")
    after = Pledge.objects.get(pk=pledge.pk)
    assert (after.lead_unit, after.state) == (at.water, "in_progress")
    assert {party.unit: party.part for party in after.parties.all()} == {at.water: "lead", at.housing: "support"}
    held = set(Task.objects.open().filter(pledge=pledge, request=None).values_list("post", flat=True))
    assert held <= {at.water_coordinator.pk, at.water_head.pk}
    assert last_events(pledge, 2) == ["grant_request", "reassign"]


def test_a_changed_target_keeps_the_old_value_in_the_event_and_the_plan_its_shares():
    at, mayor = city()
    pledge = led("in_progress", at)
    target = pledge.targets.get()  # 355
    TrajectoryPoint.objects.create(target=target, day=day("2020-06-30"), value=Decimal("142"))  # 40%
    request = ask("target_change", pledge, at.head, target=target.pk, value="300", title="")
    decide(request, mayor, document_number=DOCUMENT)
    target.refresh_from_db()
    assert (target.value, target.trajectory.get().value) == (Decimal(300), Decimal(120))
    event = Event.objects.get(action="change_target")
    given = story.payload_of(event)["input"]
    assert (given["old_value"], given["value"], given["document_number"]) == ("355", "300", DOCUMENT)
    assert story.of_pledge(pledge)[-1].words == "355个 → 300个"
    words = ask("target_change", pledge, at.head, title="完成三百个行政村的污水治理", at="2020-06-04")
    decide(words, at.leader, at="2020-06-05")
    assert Pledge.objects.get(pk=pledge.pk).title == "完成三百个行政村的污水治理"
    assert "完成三百个行政村的污水治理" in story.of_pledge(pledge)[-1].text


def test_another_person_in_charge():
    at, _mayor = city()
    pledge = led("in_progress", at, support=(at.water,))
    decide(ask("person_change", pledge, at.water_head, person="李强"), at.leader)
    assert Pledge.objects.get(pk=pledge.pk).person == "李强"


def test_suspending_closes_what_waits_and_resuming_opens_it_again():
    at, _mayor = city()
    pledge = led("in_progress", at)
    perform(
        "report",
        pledge,
        at.coordinator,
        at="2020-06-29",
        sentence="已铺到村口",
        values={str(pledge.targets.get().pk): "130"},
    )
    assert "approve" in set(Task.objects.open().filter(programme=at.programme).values_list("kind", flat=True))
    decide(ask("suspension", pledge, at.head, at="2020-06-29"), at.leader, at="2020-06-30", document_number=DOCUMENT)
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert (pledge.state, pledge.suspended_until) == ("suspended", day("2020-09-30"))
    [check] = Task.objects.open().exclude(kind="assign")
    assert (check.kind, check.pledge, check.post.unit, check.due_date) == (
        "check_suspension",
        pledge,
        at.office,
        day("2020-09-30"),
    )
    decide(ask("resumption", pledge, at.supervisor, at="2020-07-20"), at.leader, at="2020-07-21")
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert (pledge.state, pledge.suspended_until) == ("in_progress", None)
    kinds = set(Task.objects.open().values_list("kind", flat=True))
    assert kinds == {"report", "approve"}  # the third quarter's, and the report that waited
    assert last_events(pledge, 2) == ["grant_request", "resume"]


def test_withdrawing_closes_everything_and_ends_the_other_requests():
    at, mayor = city()
    pledge = led("in_progress", at)
    other = ask("extension", pledge, at.coordinator)
    request = ask("withdrawal", pledge, at.director)
    decide(request, mayor, document_number=DOCUMENT)
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert (pledge.state, pledge.outcome) == ("withdrawn", "")
    assert list(Task.objects.open()) == []
    assert list(Pledge.objects.visible_to(actor(at.coordinator))) == [pledge]
    other.refresh_from_db()
    request.refresh_from_db()
    assert (request.status, request.document_number) == ("granted", DOCUMENT)
    assert (other.status, other.words) == ("taken_back", "事项已经撤销,申请不再办理。")
    assert other.decided_at == moment("2020-06-03")
    assert "take_back_request" in last_events(pledge, 2)
    assert Extension.objects.count() == 0


def test_settling_ends_open_requests_too():
    at, _mayor = city()
    pledge = led("in_progress", at)
    request = ask("extension", pledge, at.coordinator, at="2020-12-30", due_date="2020-12-31")
    perform("settle", pledge, at.director, at="2020-12-31", reason="用地手续未批")
    request.refresh_from_db()
    assert (request.status, request.words) == ("taken_back", "事项已经销号或结账,申请不再办理。")
    assert waiting(request) == []


def test_what_the_pledge_has_outgrown_can_be_refused_but_not_granted():
    at, _mayor = city()
    pledge = led("in_progress", at)
    request = ask("suspension", pledge, at.head, at="2020-11-09", until="2021-01-31")
    perform("claim", pledge, at.head, at="2020-11-10", evidence="验收报告", reason="其余并入明年")
    with pytest.raises(WrongState) as refusal:
        decide(request, at.leader, at="2020-11-11", document_number=DOCUMENT)
    assert "事项现为“待核验”,不能暂缓" in str(refusal.value)
    assert decide(request, at.leader, at="2020-11-11", grant=False).status == "refused"


def test_a_refused_grant_leaves_no_trace():
    at, _mayor = city()
    pledge = led("in_progress", at)
    request = ask("extension", pledge, at.head, due_date="2020-12-28")
    Pledge.objects.filter(pk=pledge.pk).update(due_date="2020-12-30")  # moved on meanwhile
    events = Event.objects.count()
    with pytest.raises(WrongState):
        decide(request, at.leader)
    request.refresh_from_db()
    assert (request.status, request.version, Event.objects.count()) == ("open", 1, events)
    assert waiting(request) == [(at.leader, "2020-06-08")]
