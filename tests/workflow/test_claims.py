"""Claiming, verifying by two people, and what each leaves behind."""

from decimal import Decimal
from typing import Any

import pytest

from pledges.errors import BadInput, Forbidden, WrongState
from pledges.models import Pledge, Target
from tests.factories import (
    Government,
    MilestoneFactory,
    TargetFactory,
    drafted,
    government,
    payload_for,
    perform,
    pledge_in,
)
from workflow.models import Event, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def report(at: Government, pledge: Pledge, value: Any) -> Pledge:
    values = {target.pk: value for target in Target.objects.filter(pledge=pledge)}
    return perform("report", pledge, at.coordinator, at="2020-03-20", sentence="已铺到村口", values=values)


def open_kinds(pledge: Pledge) -> list[str]:
    return sorted(Task.objects.open().filter(pledge=pledge).values_list("kind", flat=True))


# Claims


def test_a_claim_before_the_target_is_reached_gives_its_reason(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    with pytest.raises(BadInput) as refusal:
        perform("claim", pledge, at.head, at="2020-11-10")
    assert set(refusal.value.fields) == {"reason"}
    assert perform("claim", pledge, at.head, at="2020-11-10", reason="余下并入明年").state == "claimed"


def test_a_claim_with_everything_reached_needs_no_words(at: Government) -> None:
    pledge = report(at, pledge_in("in_progress", at), value="355")
    assert perform("claim", pledge, at.head, at="2020-03-21").state == "claimed"


def test_one_target_reached_of_two_is_not_all(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    TargetFactory(pledge=pledge, value=Decimal(400))
    report(at, pledge, value="355")
    with pytest.raises(BadInput):
        perform("claim", pledge, at.head, at="2020-03-21")


def test_a_claim_without_targets_brings_evidence_and_all_faults_are_told_at_once(at: Government) -> None:
    pledge = drafted(at, form=Pledge.Form.MILESTONE, target=None)
    MilestoneFactory(pledge=pledge)
    perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge))
    perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")
    with pytest.raises(BadInput) as refusal:
        perform("claim", pledge, at.head, at="2020-11-10")
    assert set(refusal.value.fields) == {"reason", "evidence"}
    claimed = perform("claim", pledge, at.head, at="2020-11-10", reason="提前竣工", evidence="竣工验收备案表")
    assert (claimed.state, claimed.light) == ("claimed", "")


def test_what_the_coordinator_proposed_stands_unless_the_head_corrects_it(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("propose_claim", pledge, at.coordinator, at="2020-11-09", reason="余下并入明年", evidence="验收报告")
    assert "approve_claim" in open_kinds(pledge)
    perform("claim", pledge, at.head, at="2020-11-10", evidence="验收报告及照片")
    assert (
        Event.objects.get(action="claim").payload.text.count('"evidence":"验收报告及照片","reason":"余下并入明年"') == 1
    )
    assert open_kinds(pledge) == ["draft_verification", "review_report"]


def test_a_proposal_without_a_ground_is_refused_like_a_claim(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    with pytest.raises(BadInput) as refusal:
        perform("propose_claim", pledge, at.coordinator, at="2020-11-09")
    assert set(refusal.value.fields) == {"reason"}


def test_a_returned_proposal_is_gone(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    perform("propose_claim", pledge, at.coordinator, at="2020-11-09", reason="余下并入明年")
    perform("return_proposal", pledge, at.head, at="2020-11-10", reason="先补验收意见")
    assert "approve_claim" not in open_kinds(pledge)
    assert "supplement" in open_kinds(pledge)
    with pytest.raises(BadInput):
        perform("claim", pledge, at.head, at="2020-11-11")
    with pytest.raises(WrongState):
        perform("return_proposal", pledge, at.head, at="2020-11-11", reason="先补验收意见")


# Verifying


@pytest.mark.parametrize(
    "payload",
    [
        {"outcome": "not_met"},
        {"outcome": ""},
        {"method": "guess"},
        {"method": ""},
        {"finding": " "},
    ],
)
def test_a_verification_needs_method_finding_and_an_outcome_that_counts_as_done(
    at: Government, payload: dict[str, str]
) -> None:
    pledge = pledge_in("claimed", at)
    given = payload_for("draft_verification", at, pledge) | payload
    with pytest.raises(BadInput) as refusal:
        perform("draft_verification", pledge, at.supervisor, at="2020-11-16", **given)
    assert set(refusal.value.fields) == set(payload)


@pytest.mark.parametrize("payload", [{"outcome": "not_met"}, {"method": "guess"}])
def test_the_director_cannot_decide_for_what_does_not_count_as_done(at: Government, payload: dict[str, str]) -> None:
    pledge = with_draft(at)
    with pytest.raises(BadInput) as refusal:
        perform("verify", pledge, at.director, at="2020-11-20", **payload)
    assert set(refusal.value.fields) == set(payload)


def with_draft(at: Government) -> Pledge:
    pledge = pledge_in("claimed", at)
    given = payload_for("draft_verification", at, pledge)
    return perform("draft_verification", pledge, at.supervisor, at="2020-11-16", **given)


def test_without_a_draft_the_director_cannot_decide(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    assert open_kinds(pledge) == ["draft_verification"]
    given = payload_for("draft_verification", at, pledge)
    with pytest.raises(WrongState) as refusal:
        perform("verify", pledge, at.director, at="2020-11-16", **given)
    assert str(refusal.value) == "还没有核验意见,请督查专员先拟出。"


def test_what_the_supervisor_drafted_stands_unless_the_director_corrects_it(at: Government) -> None:
    pledge = with_draft(at)
    assert open_kinds(pledge) == ["verify"]
    pledge = perform("verify", pledge, at.director, at="2020-11-20", outcome="met_with_change")
    assert (pledge.state, pledge.outcome, str(pledge.closed_date)) == ("closed", "met_with_change", "2020-11-20")
    told = Event.objects.get(action="verify").payload.text
    assert '"input":{"finding":"抽查十个村均已通水","method":"site","outcome":"met_with_change"}' in told
    assert open_kinds(pledge) == []


def test_who_drafted_a_verification_does_not_decide_it(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    given = payload_for("draft_verification", at, pledge)
    perform("draft_verification", pledge, at.director, at="2020-11-16", **given)
    with pytest.raises(Forbidden) as refusal:
        perform("verify", pledge, at.director, at="2020-11-20")
    assert str(refusal.value) == "核验由两人办理,拟稿人不能自己审定。"


def test_a_returned_claim_takes_its_draft_with_it(at: Government) -> None:
    pledge = with_draft(at)
    perform("return_claim", pledge, at.supervisor, at="2020-11-17", reason="现场有两处未通水")
    assert open_kinds(pledge) == ["supplement"]
    pledge = perform("claim", pledge, at.head, at="2020-11-18", **payload_for("claim", at, pledge))
    with pytest.raises(WrongState):
        perform("verify", pledge, at.director, at="2020-11-20")


def test_a_closed_pledge_keeps_its_figures_and_shows_no_light(at: Government) -> None:
    pledge = pledge_in("closed", at, reported=True)
    assert (pledge.light, pledge.light_reason, pledge.progress_bp) == ("", "", 3380)


def test_a_ceiling_is_reached_downwards(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    Target.objects.update(comparator="le", more_is_worse=True, value=Decimal("4.5"), quantity_kind="share", unit="%")
    report(at, pledge, value="4.4")
    assert perform("claim", pledge, at.head, at="2020-11-10").state == "claimed"


# Looking again


@pytest.mark.parametrize("is_approved", [False, True])
def test_what_waited_at_the_closing_waits_again_after_reopening(at: Government, is_approved: bool) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    if not is_approved:
        perform("report", pledge, at.coordinator, at="2020-10-26", **payload_for("report", at, pledge))
    perform("claim", pledge, at.head, at="2020-11-10", **payload_for("claim", at, pledge))
    given = payload_for("draft_verification", at, pledge)
    perform("draft_verification", pledge, at.supervisor, at="2020-11-16", **given)
    perform("verify", pledge, at.director, at="2020-11-20")
    assert not Task.objects.open().exists()
    perform("recheck", pledge, at.supervisor, at="2021-02-22", held="slipped", finding="两处设施停运")
    assert open_kinds(pledge) == ["reopen"]
    perform("reopen", pledge, at.director, at="2021-02-23", reason="两处设施停运")
    assert "review_report" in open_kinds(pledge)  # the first quarter's
    assert Task.objects.open().filter(kind="approve", post=at.head).exists() != is_approved
