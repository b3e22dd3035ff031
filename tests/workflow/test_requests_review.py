"""复核: a contested conclusion, thirty days and thirty days, its authors aside."""

import datetime

import pytest

from pledges.errors import BadInput, Forbidden, WrongState
from pledges.models import Pledge, Role
from tests.factories import PostFactory, UserFactory, actor, moment, perform
from tests.workflow.requests_world import ask, city, decide, led, open_kinds, page_of, waiting
from workflow import requests
from workflow.models import Event, Request

pytestmark = pytest.mark.django_db


def hand_over(post):
    """Somebody else holds a post from now on."""
    post.holder = UserFactory()
    post.save(update_fields=["holder"])
    return post


def test_asked_on_the_thirtieth_day_yes_on_the_thirty_first_no():
    at, _mayor = city()
    pledge = led("closed", at)  # on 20 November
    assert pledge.closed_date == datetime.date(2020, 11, 20)
    with pytest.raises(WrongState) as refusal:
        ask("conclusion_review", pledge, at.head, at="2020-12-21")
    assert "超过 30 天" in str(refusal.value)
    request = ask("conclusion_review", pledge, at.head, at="2020-12-20")
    assert request.due_date == datetime.date(2021, 1, 19)
    assert waiting(request)[0][1] == "2021-01-19"
    assert request.asked_late is False


def test_the_director_who_verified_stands_aside_for_the_leader():
    at, mayor = city()
    request = ask("conclusion_review", led("closed", at), at.head, at="2020-11-23")
    assert waiting(request) == [(at.leader, "2020-12-23")]
    assert requests.pass_on(at=moment("2020-12-23")) == 0
    assert requests.pass_on(at=moment("2020-12-24")) == 1
    assert waiting(request) == [(mayor, "2020-12-30")]
    with pytest.raises(Forbidden):
        decide(request, at.director, at="2020-12-24", outcome="met_with_change")


def test_a_director_who_came_later_reviews():
    at, _mayor = city()
    pledge = led("closed", at)
    hand_over(at.director)
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    assert waiting(request) == [(at.director, "2020-12-23")]
    decide(request, at.director, at="2020-11-24", outcome="met_with_change")
    assert Pledge.objects.get(pk=pledge.pk).outcome == "met_with_change"


def test_who_drafted_is_an_author_too_whatever_post_they_hold_later():
    at, _mayor = city()
    pledge = led("closed", at)
    at.director.holder = at.supervisor.holder  # who drafted the verification is the director now
    at.director.save(update_fields=["holder"])
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    assert waiting(request) == [(at.leader, "2020-12-23")]


def test_an_author_does_not_act_for_who_decides():
    at, _mayor = city()
    pledge = led("closed", at)
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    author = actor(at.leader, deputy=at.supervisor)  # drafted the verification, now the leader's deputy
    with pytest.raises(Forbidden) as refusal:
        decide(request, author, at="2020-11-24", outcome="not_met", signed_page=None)
    assert "应当回避" in str(refusal.value)
    other = PostFactory(unit=at.office, role=Role.SUPERVISOR, title="秘书一科")
    by = actor(at.leader, deputy=other)
    decide(request, by, at="2020-11-24", outcome="not_met", signed_page=page_of(by, "2020-11-24").pk)
    assert Pledge.objects.get(pk=pledge.pk).outcome == "not_met"


def test_where_a_deputy_verified_the_directors_post_stands_aside():
    at, _mayor = city()
    pledge = led("claimed", at)
    perform(
        "draft_verification", pledge, at.supervisor, at="2020-11-16", method="site", finding="已通水", outcome="met"
    )
    deputy = actor(at.director, deputy=at.supervisor_2)
    perform("verify", pledge, deputy, at="2020-11-20")
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    assert waiting(request) == [(at.leader, "2020-12-23")]


def test_whoever_settled_stands_aside():
    at, _mayor = city()
    pledge = led("in_progress", at)
    perform("settle", pledge, at.director, at="2020-12-31", reason="用地手续未批")
    request = ask("conclusion_review", pledge, at.head, at="2021-01-30")
    assert waiting(request) == [(at.leader, "2021-03-01")]
    decide(request, at.leader, at="2021-02-01", outcome="met")
    assert Pledge.objects.get(pk=pledge.pk).outcome == "met"


def test_a_leader_who_was_the_director_then_leaves_it_to_the_chief():
    at, mayor = city()
    pledge = led("closed", at)
    at.leader.holder, was = at.director.holder, at.leader.holder
    at.leader.save(update_fields=["holder"])
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    assert waiting(request) == [(mayor, "2020-12-23")]
    assert was != at.leader.holder


def test_where_everybody_made_it_nobody_can_be_asked():
    at, mayor = city()
    pledge = led("closed", at)
    for post in (at.leader, mayor):
        post.holder = at.director.holder
        post.save(update_fields=["holder"])
    with pytest.raises(BadInput):
        ask("conclusion_review", pledge, at.head, at="2020-11-23")
    assert not Request.objects.exists()


def test_granting_names_another_outcome_or_reopens():
    at, _mayor = city()
    pledge = led("closed", at)
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    for said, field in (
        ({}, "outcome"),
        ({"outcome": "met"}, "outcome"),  # as it is
        ({"outcome": "not_met", "reopen": True}, "outcome"),
        ({"outcome": "wonderful"}, "outcome"),
    ):
        with pytest.raises(BadInput) as refusal:
            decide(request, at.leader, at="2020-11-24", **said)
        assert set(refusal.value.fields) == {field}
    decide(request, at.leader, at="2020-11-24", outcome="met_with_change")
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert (pledge.state, pledge.outcome, pledge.closed_date) == (
        "closed",
        "met_with_change",
        datetime.date(2020, 11, 20),
    )
    assert list(Event.objects.order_by("-pk").values_list("action", flat=True)[:2]) == [
        "revise_conclusion",
        "grant_request",
    ]


def test_reopening_puts_the_pledge_back_to_work():
    at, _mayor = city()
    pledge = led("closed", at)
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    decide(request, at.leader, at="2020-11-24", reopen=True, due_date="2020-12-31")
    request.refresh_from_db()
    pledge = Pledge.objects.get(pk=pledge.pk)
    assert request.status == "granted"
    assert (pledge.state, pledge.outcome, pledge.closed_date, pledge.claimed_date) == ("in_progress", "", None, None)
    assert pledge.due_date == datetime.date(2020, 12, 31)
    assert pledge.extensions.count() == 1
    assert open_kinds(pledge) == {"report", "supplement"}
    # The next conclusion has authors of its own.
    perform("claim", pledge, at.head, at="2020-12-01", evidence="补充验收", reason="已完成")
    perform(
        "draft_verification", pledge, at.supervisor_2, at="2020-12-02", method="site", finding="已通水", outcome="met"
    )
    hand_over(at.director)
    perform("verify", pledge, at.director, at="2020-12-03")
    at.leader.refresh_from_db()
    again = ask("conclusion_review", pledge, at.head, at="2020-12-04")
    assert waiting(again)[0][0] == at.leader


def test_refusing_keeps_the_conclusion():
    at, _mayor = city()
    pledge = led("closed", at)
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    decide(request, at.leader, at="2020-11-24", grant=False, words="结论属实")
    assert Pledge.objects.get(pk=pledge.pk).version == pledge.version


def test_a_conclusion_that_was_carried_over_is_not_changed():
    at, _mayor = city()
    from tests.factories import ProgrammeFactory

    pledge = led("in_progress", at)
    perform("settle", pledge, at.director, at="2020-12-31", reason="用地手续未批")
    request = ask("conclusion_review", pledge, at.head, at="2021-01-04")
    ProgrammeFactory(government=at.city, year=2021)
    perform("carry_over", pledge, at.director, at="2021-01-05", due_date="2021-09-30")
    with pytest.raises(WrongState):
        decide(request, at.leader, at="2021-01-06", reopen=True)
    with pytest.raises(WrongState):
        decide(request, at.leader, at="2021-01-06", outcome="met")


def test_a_pledge_reopened_otherwise_ends_its_review():
    at, _mayor = city()
    pledge = led("closed", at)
    request = ask("conclusion_review", pledge, at.head, at="2020-11-23")
    perform("recheck", pledge, at.supervisor, at="2020-11-24", held="slipped", finding="两处停运")
    perform("reopen", pledge, at.director, at="2020-11-25", reason="两处停运")
    request.refresh_from_db()
    assert (request.status, request.words) == ("taken_back", "事项已经重新交办,申请不再办理。")
