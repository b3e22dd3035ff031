"""Requests: who may ask, who answers and decides, by when, and who is next."""

import datetime

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Target
from tests.factories import actor, moment, perform, pledge_in
from tests.workflow.requests_world import answer, ask, city, decide, led, waiting
from workflow import requests
from workflow.models import Request, Task

pytestmark = pytest.mark.django_db

COORDINATOR, HEAD = "coordinator", "head"
OF_LEAD_UNIT = "只有牵头单位的联络员或负责人可以这样做。"
BY_HEAD = "只有牵头单位的负责人可以这样做。"
OTHERS = "这一事项由其他单位牵头,您可以查看,不能代为办理。"
PERSON = "只有牵头单位和配合单位的负责人可以这样做。"
HEAD_OR_OFFICE = "只有牵头单位负责人或督查室可以这样做。"
HEAD_OR_DIRECTOR = "只有牵头单位负责人或督查室主任可以这样做。"
ASKERS = (
    "coordinator",
    "head",
    "water_coordinator",
    "water_head",
    "supervisor",
    "director",
    "leader",
    "auditor",
)
# Of housing, which leads: coordinator and head; of water, which supports: the same; then the office, a leader, the
# auditor. None: allowed.
MAY_ASK = {
    "extension": (None, None, OTHERS, OTHERS, OF_LEAD_UNIT, OF_LEAD_UNIT, OF_LEAD_UNIT, OF_LEAD_UNIT),
    "reassignment": (BY_HEAD, None, BY_HEAD, OTHERS, BY_HEAD, BY_HEAD, BY_HEAD, BY_HEAD),
    "target_change": (BY_HEAD, None, BY_HEAD, OTHERS, BY_HEAD, BY_HEAD, BY_HEAD, BY_HEAD),
    "coordination": (None, None, OTHERS, OTHERS, OF_LEAD_UNIT, OF_LEAD_UNIT, OF_LEAD_UNIT, OF_LEAD_UNIT),
    "person_change": (None, None, PERSON, None, PERSON, PERSON, PERSON, PERSON),
    "suspension": (BY_HEAD, None, BY_HEAD, OTHERS, BY_HEAD, BY_HEAD, BY_HEAD, BY_HEAD),
    "resumption": (HEAD_OR_OFFICE, None, HEAD_OR_OFFICE, HEAD_OR_OFFICE, None, None, HEAD_OR_OFFICE, HEAD_OR_OFFICE),
    "withdrawal": (
        HEAD_OR_DIRECTOR,
        None,
        HEAD_OR_DIRECTOR,
        HEAD_OR_DIRECTOR,
        HEAD_OR_DIRECTOR,
        None,
        HEAD_OR_DIRECTOR,
        HEAD_OR_DIRECTOR,
    ),
    "conclusion_review": (BY_HEAD, None, BY_HEAD, OTHERS, BY_HEAD, BY_HEAD, BY_HEAD, BY_HEAD),
}
# From draft, assigned, in progress, claimed, closed, suspended, withdrawn.
STATES = ("assigned", "in_progress", "claimed", "closed", "suspended", "withdrawn")
FROM = {
    "extension": {"assigned", "in_progress", "suspended"},
    "reassignment": {"assigned", "in_progress", "suspended"},
    "target_change": {"assigned", "in_progress", "suspended"},
    "coordination": {"assigned", "in_progress", "claimed", "suspended"},
    "person_change": {"assigned", "in_progress", "suspended"},
    "suspension": {"in_progress"},
    "resumption": {"suspended"},
    "withdrawal": {"assigned", "in_progress", "claimed", "suspended"},
    "conclusion_review": {"closed"},
}


def in_state(state, at, mayor):
    """The same pledge in any state; suspended and withdrawn by granted requests."""
    if state == "suspended":
        pledge = led("in_progress", at, support=(at.water,))
        asked = ask("suspension", pledge, at.head, at="2020-05-06")
        decide(asked, at.leader, at="2020-05-07", document_number="政函〔2020〕3号")
    elif state == "withdrawn":
        pledge = led("in_progress", at, support=(at.water,))
        asked = ask("withdrawal", pledge, at.head, at="2020-05-06")
        decide(asked, mayor, at="2020-05-07", document_number="政函〔2020〕3号")
    else:
        pledge = led(state, at, support=(at.water,))
    return Pledge.objects.get(pk=pledge.pk)


def day_for(state):
    return {"claimed": "2020-11-11", "closed": "2020-11-23"}.get(state, "2020-06-01")


def given_for(kind, at, state):
    later = {"claimed": "2020-12-01", "closed": "2020-12-01"}.get(state)
    if kind == "reassignment":
        return {"lead_unit": at.water.pk}
    return {"wanted_by": later} if kind == "coordination" and later else {}


@pytest.mark.parametrize("kind", MAY_ASK)
def test_who_may_ask_and_why_others_may_not(kind):
    at, mayor = city()
    state = {"resumption": "suspended", "conclusion_review": "closed"}.get(kind, "in_progress")
    pledge = in_state(state, at, mayor)
    for role, wanted in zip(ASKERS, MAY_ASK[kind], strict=True):
        asker = getattr(at, role)
        if wanted is None:
            made = ask(kind, pledge, asker, at=day_for(state), **given_for(kind, at, state))
            assert (made.status, made.post, made.asked_by) == ("open", asker, asker.holder)
            requests.take_back(made.pk, actor=actor(asker), version=1, at=moment(day_for(state)))
        else:
            with pytest.raises(Forbidden) as refusal:
                ask(kind, pledge, asker, at=day_for(state), **given_for(kind, at, state))
            assert str(refusal.value.reason) == wanted, role
    with pytest.raises(Invisible):
        ask(kind, pledge, at.county_coordinator, at=day_for(state), **given_for(kind, at, state))


@pytest.mark.parametrize("state", STATES)
def test_from_which_states(state):
    at, mayor = city()
    pledge = in_state(state, at, mayor)
    for kind, states in FROM.items():
        if state in states:
            assert ask(kind, pledge, at.head, at=day_for(state), **given_for(kind, at, state)).status == "open"
        else:
            with pytest.raises(WrongState):
                ask(kind, pledge, at.head, at=day_for(state), **given_for(kind, at, state))


def test_an_unknown_kind_a_stale_version_and_a_missing_one():
    at, _mayor = city()
    pledge = led("in_progress", at)
    with pytest.raises(Invisible):
        requests.ask("dance", pledge_id=pledge.pk, actor=actor(at.head), payload={}, version=1, at=moment("2020-06-01"))
    with pytest.raises(Stale):
        ask("extension", pledge, at.head, version=pledge.version - 1)
    with pytest.raises(BadInput):
        ask("extension", pledge, at.head, version=None)


def test_one_open_request_of_a_kind():
    at, _mayor = city()
    pledge = led("in_progress", at)
    first = ask("extension", pledge, at.coordinator)
    with pytest.raises(WrongState) as refusal:
        ask("extension", pledge, at.head)
    assert "已有一件“延期”申请在办" in str(refusal.value)
    ask("coordination", pledge, at.head)
    decide(first, at.leader, grant=False)
    assert ask("extension", pledge, at.head, at="2020-06-04").status == "open"


# Who decides, by when, who is next. 1 June 2020 is a Monday; 25 to 27 June are holidays, 28 June is worked.


def test_an_extension_within_the_year_is_the_leaders_then_the_chiefs():
    at, mayor = city()
    request = ask("extension", led("in_progress", at), at.coordinator, due_date="2020-12-31")
    assert waiting(request) == [(at.leader, "2020-06-08")]
    assert request.due_date == datetime.date(2020, 6, 8)
    assert requests.pass_on(at=moment("2020-06-08")) == 0
    assert requests.pass_on(at=moment("2020-06-09")) == 1
    assert waiting(request) == [(mayor, "2020-06-15")]
    assert requests.pass_on(at=moment("2020-06-09")) == 0
    # The last rung keeps it.
    assert requests.pass_on(at=moment("2020-07-09")) == 0
    assert waiting(request) == [(mayor, "2020-06-15")]
    with pytest.raises(Forbidden):
        decide(request, at.leader, at="2020-06-10")
    assert decide(request, mayor, at="2020-07-09").status == "granted"
    assert waiting(request) == []
    assert [step.passed_on_at is not None for step in request.steps.all()] == [True, False]


def test_holidays_and_days_made_up_for_count_as_the_calendar_says():
    at, _mayor = city()
    request = ask("extension", led("in_progress", at), at.coordinator, at="2020-06-22")
    assert waiting(request) == [(at.leader, "2020-06-30")]  # 23, 24, 28 (a Sunday, worked), 29, 30


def test_an_extension_past_the_years_end_is_the_chiefs_and_takes_a_document():
    at, mayor = city()
    request = ask("extension", led("in_progress", at), at.head, due_date="2021-01-01")
    assert waiting(request) == [(mayor, "2020-06-08")]
    with pytest.raises(Forbidden):
        decide(request, at.leader)
    with pytest.raises(BadInput) as refusal:
        decide(request, mayor)
    assert set(refusal.value.fields) == {"document_number"}
    assert decide(request, mayor, document_number="常务会议纪要〔2020〕8号").status == "granted"


def test_where_nobody_has_the_portfolio_the_chief_decides_once():
    at, mayor = city()
    request = ask("extension", pledge_in("in_progress", at), at.head)
    assert waiting(request) == [(mayor, "2020-06-08")]
    assert requests.pass_on(at=moment("2020-06-09")) == 0


def test_a_reassignment_takes_three_steps_in_ten_working_days():
    at, _mayor = city()
    request = ask("reassignment", led("in_progress", at), at.head, lead_unit=at.water.pk)
    assert request.due_date == datetime.date(2020, 6, 15)
    assert waiting(request) == [(at.water_head, "2020-06-04")]
    with pytest.raises(Forbidden):
        decide(request, at.leader)
    with pytest.raises(WrongState):
        decide(request, at.water_head)
    answer(request, at.water_head, agrees=False, words="管网不归我局管理", at="2020-06-02")
    assert waiting(request) == [(at.director, "2020-06-05")]
    answer(request, at.director, agrees=None, words="建议调整", at="2020-06-05")
    assert waiting(request) == [(at.leader, "2020-06-11")]
    steps = [(step.name, step.post, step.agrees, step.words) for step in request.steps.all()]
    assert steps == [
        ("consultation", at.water_head, False, "管网不归我局管理"),
        ("coordination", at.director, None, "建议调整"),
        ("decision", at.leader, None, ""),
    ]
    decide(request, at.leader, at="2020-06-10")
    assert Pledge.objects.get(pk=request.pledge_id).lead_unit == at.water


def test_unanswered_steps_of_a_reassignment_pass_on_within_the_ten_days():
    at, mayor = city()
    request = ask("reassignment", led("in_progress", at), at.head, lead_unit=at.water.pk)
    assert requests.pass_on(at=moment("2020-06-05")) == 1
    assert waiting(request) == [(at.director, "2020-06-09")]
    assert requests.pass_on(at=moment("2020-06-10")) == 1
    assert waiting(request) == [(at.leader, "2020-06-15")]
    assert requests.pass_on(at=moment("2020-06-16")) == 1
    assert waiting(request) == [(mayor, "2020-06-19")]
    # A unit that was asked still sees the request, and no more than that.
    assert Request.objects.visible_to(actor(at.water_head)).count() == 1
    assert Pledge.objects.visible_to(actor(at.water_head)).count() == 0
    with pytest.raises(Forbidden):
        answer(request, at.water_head, at="2020-06-17")


def test_after_a_long_sleep_nobody_is_passed_over():
    at, _mayor = city()
    request = ask("reassignment", led("in_progress", at), at.head, lead_unit=at.water.pk)
    assert requests.pass_on(at=moment("2020-07-06")) == 1
    assert waiting(request) == [(at.director, "2020-07-09")]
    assert requests.pass_on(at=moment("2020-07-06")) == 0


def test_a_consultation_asks_for_agree_or_disagree_and_words_for_a_no():
    at, _mayor = city()
    request = ask("reassignment", led("in_progress", at), at.head, lead_unit=at.water.pk)
    with pytest.raises(BadInput) as refusal:
        answer(request, at.water_head, agrees=None, words="")
    assert set(refusal.value.fields) == {"agrees", "words"}
    with pytest.raises(BadInput) as refusal:
        answer(request, at.water_head, agrees=False, words="")
    assert set(refusal.value.fields) == {"words"}
    assert answer(request, at.water_head, agrees=True, words="").version == 2


def test_a_lower_target_is_the_chiefs_and_any_other_the_leaders():
    at, mayor = city()
    pledge = led("in_progress", at)
    target = pledge.targets.get()
    lower = ask("target_change", pledge, at.head, target=target.pk, value="300", title="")
    assert waiting(lower) == [(mayor, "2020-06-08")]
    with pytest.raises(BadInput) as refusal:
        decide(lower, mayor)
    assert set(refusal.value.fields) == {"document_number"}
    decide(lower, mayor, grant=False)
    higher = ask("target_change", pledge, at.head, target=target.pk, value="400", title="")
    assert waiting(higher) == [(at.leader, "2020-06-08")]
    decide(higher, at.leader, grant=False)
    words = ask("target_change", pledge, at.head)
    assert waiting(words) == [(at.leader, "2020-06-08")]


@pytest.mark.parametrize(
    ("fields", "value", "value_max", "is_lower"),
    [
        ({"comparator": "le", "more_is_worse": True}, "400", "", True),
        ({"comparator": "le", "more_is_worse": True}, "300", "", False),
        ({"comparator": "approx", "more_is_worse": True}, "400", "", True),
        ({"comparator": "ge"}, "300", "", True),
        ({"comparator": "range", "value_max": 400}, "355", "380", False),
        ({"comparator": "range", "value_max": 400}, "350", "400", True),
        ({"comparator": "range", "value_max": 400, "more_is_worse": True}, "355", "420", True),
    ],
)
def test_what_counts_as_lower(fields, value, value_max, is_lower):
    at, mayor = city()
    pledge = led("in_progress", at)
    Target.objects.filter(pledge=pledge).update(**fields)
    target = pledge.targets.get()
    request = ask("target_change", pledge, at.head, target=target.pk, value=value, value_max=value_max, title="")
    [(post, _day)] = waiting(request)
    assert (post == mayor) is is_lower


def test_a_target_change_must_change_something_sound():
    at, _mayor = city()
    pledge = led("in_progress", at)
    Target.objects.filter(pledge=pledge).update(baseline=100)
    target = pledge.targets.get()
    for given, field in (
        ({"title": ""}, "target"),
        ({"title": "", "value": "300"}, "target"),
        ({"target": target.pk}, "value"),
        ({"target": target.pk, "value": "很多"}, "value"),
        ({"target": target.pk, "value": "100"}, "value"),  # t = b
        ({"target": target.pk, "value": "355"}, "value"),
        ({"target": target.pk, "value": "300", "value_max": "310"}, "value_max"),
        ({"target": 10**9, "value": "300"}, "target"),
        ({"title": pledge.title}, "title"),
    ):
        with pytest.raises(BadInput) as refusal:
            ask("target_change", pledge, at.head, **given)
        assert set(refusal.value.fields) == {field}, given


def test_coordination_is_a_task_for_the_one_above_by_the_day_wanted():
    at, mayor = city()
    pledge = led("in_progress", at)
    soon = ask("coordination", pledge, at.coordinator, wanted_by="2020-06-03")
    assert waiting(soon) == [(at.leader, "2020-06-03")]
    decide(soon, at.leader, words="请住建局会同水务局本周内解决")
    later = ask("coordination", pledge, at.coordinator, wanted_by="2020-06-30")
    assert waiting(later) == [(at.leader, "2020-06-08")]
    assert later.due_date == datetime.date(2020, 6, 30)
    assert requests.pass_on(at=moment("2020-06-09")) == 1
    assert waiting(later) == [(mayor, "2020-06-15")]
    with pytest.raises(BadInput) as refusal:
        decide(later, mayor, words="")
    assert set(refusal.value.fields) == {"words"}
    version = Pledge.objects.get(pk=pledge.pk).version
    decide(later, mayor, words="由分管副市长召集", at="2020-06-11")
    assert Pledge.objects.get(pk=pledge.pk).version == version
    with pytest.raises(BadInput):
        ask("coordination", pledge, at.coordinator, wanted_by="2020-05-29")


def test_a_shares_coordination_goes_first_to_who_allocated_it():
    at, mayor = city()
    parent = pledge_in("in_progress", at, leader=at.leader)
    child = pledge_in("assigned", at, leader=at.leader)
    Pledge.objects.filter(pk=child.pk).update(parent=parent)
    perform("change_lead", child, at.director, at="2020-02-04", lead_unit=at.county.pk, basis="分解")
    request = ask("coordination", child, at.county_coordinator)
    assert waiting(request) == [(at.head, "2020-06-08")]
    requests.pass_on(at=moment("2020-06-09"))
    assert waiting(request) == [(at.leader, "2020-06-15")]
    requests.pass_on(at=moment("2020-06-16"))
    assert waiting(request) == [(mayor, "2020-06-22")]


@pytest.mark.parametrize(
    ("kind", "state", "first", "document"),
    [
        ("person_change", "in_progress", "leader", False),
        ("suspension", "in_progress", "leader", True),
        ("resumption", "suspended", "leader", False),
        ("withdrawal", "in_progress", "mayor", True),
    ],
)
def test_who_decides_the_rest(kind, state, first, document):
    at, mayor = city()
    pledge = in_state(state, at, mayor)
    request = ask(kind, pledge, at.head)
    decider = mayor if first == "mayor" else at.leader
    assert waiting(request) == [(decider, "2020-06-08")]
    assert requests.pass_on(at=moment("2020-06-09")) == (0 if first == "mayor" else 1)
    assert waiting(request)[0][0] == mayor
    assert requests.needs_document(request) is document
    if document:
        with pytest.raises(BadInput):
            decide(request, mayor, at="2020-06-10")
    assert decide(request, mayor, at="2020-06-10", document_number="政函〔2020〕9号").status == "granted"


def test_what_is_asked_is_checked():
    at, _mayor = city()
    pledge = led("in_progress", at)
    for kind, given, field in (
        ("extension", {"due_date": "2020-12-15"}, "due_date"),  # the present one
        ("extension", {"due_date": "2020-11-30"}, "due_date"),
        ("extension", {"reason": " "}, "reason"),
        ("reassignment", {"lead_unit": at.housing.pk}, "lead_unit"),
        ("reassignment", {"lead_unit": at.office.pk}, "lead_unit"),  # nobody there could report
        ("person_change", {"person": ""}, "person"),
        ("suspension", {"until": "2020-06-01"}, "until"),
        ("suspension", {"until": "2021-06-02"}, "until"),
    ):
        with pytest.raises(BadInput) as refusal:
            ask(kind, pledge, at.head, **given)
        assert set(refusal.value.fields) == {field}, kind
    assert Request.objects.count() == Task.objects.filter(kind="decide_request").count() == 0
    assert ask("suspension", pledge, at.head, until="2021-06-01").status == "open"


def test_an_extension_cannot_end_in_the_past():
    at, _mayor = city()
    with pytest.raises(BadInput):
        ask("extension", led("in_progress", at), at.head, at="2021-01-11", due_date="2021-01-10")
