"""Deciding a request: whose turn it is, what is demanded, taking back, and what the history tells."""

import datetime

import pytest

from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Role
from tests.factories import PostFactory, actor, government, moment
from tests.workflow.requests_world import NEEDS, answer, ask, city, decide, led, page_of, waiting
from workflow import requests, story
from workflow.models import Event, Request, RequestStep
from workflow.requests_table import BY_KIND

pytestmark = pytest.mark.django_db


def test_a_refusal_says_why_and_changes_nothing_of_the_pledge():
    at, _mayor = city()
    pledge = led("in_progress", at)
    request = ask("extension", pledge, at.head)
    with pytest.raises(BadInput) as refusal:
        decide(request, at.leader, grant=False, words="")
    assert set(refusal.value.fields) == {"words"}
    decided = decide(request, at.leader, grant=False, words="汛期已过")
    assert (decided.status, decided.words, decided.decided_by) == ("refused", "汛期已过", at.leader.holder)
    after = Pledge.objects.get(pk=pledge.pk)
    assert (after.due_date, after.version) == (datetime.date(2020, 12, 15), pledge.version)
    assert waiting(request) == []


def test_of_two_who_decide_the_second_is_told_that_it_is_done():
    at, _mayor = city()
    request = ask("extension", led("in_progress", at), at.head)
    decide(request, at.leader, version=1)
    with pytest.raises(WrongState) as refusal:
        decide(request, at.leader, version=1, grant=False)
    assert "这一申请已经办结:同意" in str(refusal.value)
    assert request.pledge.extensions.count() == 1


def test_an_old_version_is_stale():
    at, _mayor = city()
    request = ask("reassignment", led("in_progress", at), at.head, lead_unit=at.water.pk)
    answer(request, at.water_head)
    answer(request, at.director)
    with pytest.raises(Stale):
        decide(request, at.leader, version=1)
    with pytest.raises(BadInput):
        decide(request, at.leader, version=None)


def test_only_whose_turn_it_is_decides():
    at, mayor = city()
    request = ask("extension", led("in_progress", at, support=(at.water,)), at.head)
    for post in (at.head, at.coordinator, at.water_head, at.supervisor, at.director, at.auditor, mayor):
        with pytest.raises(Forbidden):
            decide(request, post)
    with pytest.raises(Invisible):
        decide(request, at.county_coordinator)


def test_a_leaders_deputy_gives_the_signed_page_and_both_are_named():
    at, _mayor = city()
    secretary = PostFactory(unit=at.office, role=Role.SUPERVISOR, title="秘书一科")
    request = ask("extension", led("in_progress", at), at.head)
    by = actor(at.leader, deputy=secretary)
    with pytest.raises(BadInput) as refusal:
        decide(request, by)
    assert set(refusal.value.fields) == {"signed_page"}
    others = page_of(at.supervisor)
    with pytest.raises(BadInput):
        decide(request, by, signed_page=others.pk)
    page = page_of(by)
    decided = decide(request, by, signed_page=page.pk)
    assert (decided.signed_page, decided.decided_by, decided.decided_post) == (page, secretary.holder, at.leader)
    event = Event.objects.get(action="grant_request")
    assert (event.user, event.post, event.acting_for) == (secretary.holder, secretary, at.leader)
    [extension] = request.pledge.extensions.all()
    assert extension.decided_by == f"{at.city.name}副市长({secretary.holder.name}代录)"


def test_the_post_that_asked_takes_it_back():
    at, _mayor = city()
    request = ask("extension", led("in_progress", at), at.coordinator)
    with pytest.raises(Forbidden):
        requests.take_back(request.pk, actor=actor(at.head), version=1, at=moment("2020-06-02"))
    with pytest.raises(Stale):
        requests.take_back(request.pk, actor=actor(at.coordinator), version=9, at=moment("2020-06-02"))
    back = requests.take_back(request.pk, actor=actor(at.coordinator), version=1, at=moment("2020-06-02"))
    assert (back.status, waiting(request)) == ("taken_back", [])
    with pytest.raises(WrongState):
        requests.take_back(request.pk, actor=actor(at.coordinator), version=2, at=moment("2020-06-02"))


def test_nobody_without_a_post_sees_a_request():
    at, _mayor = city()
    ask("extension", led("in_progress", at), at.head)
    assert Request.objects.visible_to(Actor(user=at.head.holder, post=None)).count() == 0
    assert Request.objects.visible_to(actor(government().head)).count() == 0


def test_the_history_tells_it_in_sentences():
    at, _mayor = city()
    pledge = led("in_progress", at)
    request = ask("reassignment", pledge, at.head, lead_unit=at.water.pk, reason="管网属水务局职责")
    requests.pass_on(at=moment("2020-06-05"))
    answer(request, at.director, words="建议调整", at="2020-06-08")
    decide(request, at.leader, at="2020-06-09", words="同意")
    lines = [(line.act, line.words) for line in story.of_pledge(pledge)][-5:]
    assert lines == [
        ("提出申请", "调整责任:管网属水务局职责"),
        ("申请转上一环节", "调整责任:水务局局长 → 督查室主任"),
        ("答复申请", "调整责任:建议调整"),
        ("同意申请", "调整责任:同意"),
        ("调整责任", ""),
    ]


def test_steps_and_kinds_of_the_table_are_all_there():
    assert set(BY_KIND) == set(Request.Kind) == set(NEEDS)
    assert RequestStep.Name.values == ["consultation", "coordination", "decision"]
