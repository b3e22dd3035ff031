"""核对期 and 结账: who is asked what and when, who may do what, and what a refusal says."""

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Party, Period, PeriodState
from tests.factories import actor, day, government, make_deputy, moment, pledge_in
from tests.tracker.closing import AFTER_CHECK, answer, begin, close, first, reopen, reported
from workflow import assignees, period_closing
from workflow.models import Event, Objection, PeriodCheck, Task

pytestmark = pytest.mark.django_db
Kind = Task.Kind


@pytest.fixture
def at():
    return government()


def open_tasks(*kinds):
    return {(task.kind, task.post, task.due_date) for task in Task.objects.open().filter(kind__in=kinds)}


def settle(at, objection, post=None, settlement="以签字报表为准,已更正", on="2020-04-10"):
    return period_closing.settle(
        first(at).pk,
        objection.pk,
        actor=actor(post or at.supervisor),
        payload={"settlement": settlement},
        at=moment(on),
    )


def objecting(pledge, **more):
    return {pledge.pk: {"words": "完成数应为120个", "evidence": "验收单第3号", **more}}


def test_the_check_begins_the_day_after_the_window_and_lasts_two_working_days(at):
    reported(at)
    assert first(at).closes_date == day("2020-04-08")
    begin(at, on="2020-04-08")
    assert first(at).state == PeriodState.OPEN
    period = begin(at)
    assert (period.state, period.check_due_date) == (PeriodState.CHECKING, day("2020-04-10"))
    assert open_tasks(Kind.CHECK_FIGURES) == {(Kind.CHECK_FIGURES, at.head, day("2020-04-10"))}
    begin(at, on="2020-04-10")
    assert Task.objects.filter(kind=Kind.CHECK_FIGURES).count() == 1
    assert Event.objects.filter(action="begin_check").count() == 1


def test_a_check_that_begins_late_still_lasts_two_working_days(at):
    reported(at)
    assert begin(at, on="2020-04-20").check_due_date == day("2020-04-21")


def test_a_unit_without_a_head_is_asked_through_its_coordinator(at):
    reported(at)
    pledge = pledge_in("draft", at)
    type(pledge).objects.filter(pk=pledge.pk).update(
        state="in_progress", lead_unit=at.county, assigned_date=day("2020-02-03"), due_date=day("2020-12-15")
    )
    begin(at)
    assert {post for _kind, post, _due in open_tasks(Kind.CHECK_FIGURES)} == {at.head, at.county_coordinator}
    Party.objects.create(pledge=pledge, unit=at.county, part="lead")
    assert answer(at, at.county_coordinator).answer == "agree"


def test_a_programme_with_nothing_in_force_has_no_check(at):
    assert begin(at).state == PeriodState.OPEN


def test_once_every_unit_has_answered_it_is_the_directors_turn(at):
    reported(at)
    begin(at)
    check = answer(at)
    assert (check.answer, check.unit, check.by) == ("agree", at.housing, at.head.holder)
    assert open_tasks(Kind.CHECK_FIGURES) == set()
    assert open_tasks(Kind.CLOSE_PERIOD) == {(Kind.CLOSE_PERIOD, at.director, day("2020-04-14"))}


def test_a_unit_that_does_not_answer_in_time_has_agreed(at):
    reported(at)
    begin(at)
    with pytest.raises(WrongState, match="还有单位没有答复"):
        close(at, on="2020-04-10")
    begin(at, on=AFTER_CHECK)
    assert open_tasks(Kind.CHECK_FIGURES) == set()
    assert len(open_tasks(Kind.CLOSE_PERIOD)) == 1
    with pytest.raises(WrongState, match="不在核对期"):
        answer(at, on=AFTER_CHECK)


def test_an_objection_waits_for_the_supervisor_and_holds_up_the_close(at):
    pledge = reported(at)
    begin(at)
    answer(at, objections=objecting(pledge))
    assert open_tasks(Kind.SETTLE_OBJECTIONS, Kind.CLOSE_PERIOD) == {
        (Kind.SETTLE_OBJECTIONS, assignees.supervisor_of(at.programme, at.housing), day("2020-04-14"))
    }
    with pytest.raises(WrongState, match="还有异议没有处理"):
        close(at)
    objection = Objection.objects.get()
    assert settle(at, objection).settled_by == at.supervisor.holder
    assert {kind for kind, _post, _due in open_tasks(Kind.SETTLE_OBJECTIONS, Kind.CLOSE_PERIOD)} == {Kind.CLOSE_PERIOD}
    with pytest.raises(WrongState, match="已经处理"):
        settle(at, objection)
    assert close(at).version == 1
    assert not Task.objects.open().filter(kind=Kind.CLOSE_PERIOD).exists()


def test_of_two_objections_the_task_ends_with_the_second(at):
    one, two = reported(at), reported(at)
    begin(at)
    answer(at, objections=objecting(one) | objecting(two))
    first_one, second = Objection.objects.order_by("pk")
    settle(at, first_one)
    assert len(open_tasks(Kind.SETTLE_OBJECTIONS)) == 1
    settle(at, second)
    assert open_tasks(Kind.SETTLE_OBJECTIONS) == set()


def test_an_objection_wants_words_and_evidence_and_every_fault_is_told_at_once(at):
    one, two = reported(at), reported(at)
    begin(at)
    with pytest.raises(BadInput) as refusal:
        answer(at, objections={one.pk: {"words": "", "evidence": "见附件"}, two.pk: {"words": "有误", "evidence": ""}})
    assert set(refusal.value.fields) == {f"words.{one.pk}", f"evidence.{two.pk}"}
    assert not PeriodCheck.objects.exists()


def test_a_unit_objects_to_its_own_items_alone(at):
    pledge = reported(at)
    other = pledge_in("in_progress", at)
    type(other).objects.filter(pk=other.pk).update(lead_unit=at.water)
    begin(at)
    with pytest.raises(BadInput) as refusal:
        answer(at, objections=objecting(pledge) | objecting(other))
    assert set(refusal.value.fields) == {f"words.{other.pk}"}


def test_a_unit_answers_once(at):
    reported(at)
    begin(at)
    answer(at)
    with pytest.raises(WrongState, match="已经答复"):
        answer(at)


@pytest.mark.parametrize("who", ["coordinator", "supervisor", "director", "leader"])
def test_only_the_head_answers_where_there_is_one(at, who):
    reported(at)
    begin(at)
    with pytest.raises(Forbidden):
        answer(at, getattr(at, who))


@pytest.mark.parametrize("who", ["coordinator", "head", "supervisor", "leader", "auditor"])
def test_only_the_director_closes(at, who):
    reported(at)
    begin(at)
    answer(at)
    with pytest.raises(Forbidden):
        close(at, getattr(at, who))
    assert first(at).state == PeriodState.CHECKING


@pytest.mark.parametrize("who", ["head", "leader", "auditor"])
def test_only_the_office_settles(at, who):
    pledge = reported(at)
    begin(at)
    answer(at, objections=objecting(pledge))
    with pytest.raises(Forbidden):
        settle(at, Objection.objects.get(), getattr(at, who))


def test_another_government_knows_nothing_of_it(at):
    reported(at)
    begin(at)
    elsewhere = government()
    for act in (lambda: answer(at, elsewhere.head), lambda: close(at, elsewhere.director)):
        with pytest.raises(Invisible):
            act()


def test_a_period_that_is_not_being_checked_is_not_closed(at):
    reported(at)
    with pytest.raises(WrongState, match="还没有进入核对期"):
        close(at)


def test_one_period_is_at_hand_at_a_time(at):
    reported(at)
    begin(at, on="2020-07-20")
    period_closing.begin_checks(at=moment("2020-07-21"))
    states = list(Period.objects.order_by("start_date").values_list("state", flat=True))
    assert states == ["checking", "open", "open", "open"]
    close(at, on="2020-07-24")
    period_closing.begin_checks(at=moment("2020-07-24"))
    states = list(Period.objects.order_by("start_date").values_list("state", flat=True))
    assert states == ["closed", "checking", "open", "open"]


def test_reopening_is_a_leaders_decision_with_words_and_a_document(at):
    reported(at)
    begin(at)
    answer(at)
    with pytest.raises(WrongState, match="还没有结账"):
        reopen(at)
    close(at)
    with pytest.raises(Forbidden):
        period_closing.reopen(first(at).pk, actor=actor(at.director), payload={}, at=moment("2020-05-06"))
    with pytest.raises(BadInput) as refusal:
        reopen(at, words="", document_number="")
    assert set(refusal.value.fields) == {"words", "document_number"}
    period = reopen(at)
    assert (period.state, period.version, period.closed_at) == (PeriodState.OPEN, 2, None)
    assert open_tasks(Kind.CLOSE_PERIOD) == {(Kind.CLOSE_PERIOD, at.director, day("2020-05-12"))}  # 9 May is worked
    begin(at, on="2020-05-07")
    assert first(at).state == PeriodState.OPEN  # the units are not asked again
    assert close(at, on="2020-05-08").version == 2


def test_who_records_for_a_leader_gives_the_signed_page(at):
    reported(at)
    begin(at)
    answer(at)
    close(at)
    make_deputy(at.leader, at.supervisor.holder, "2020-05-01", "2020-05-31")
    secretary = actor(at.leader, deputy=at.supervisor)
    given = {"words": "同意更正", "document_number": "泽政纪〔2020〕9号"}
    with pytest.raises(BadInput) as refusal:
        period_closing.reopen(first(at).pk, actor=secretary, payload=given, at=moment("2020-05-06"))
    assert set(refusal.value.fields) == {"signed_page"}
