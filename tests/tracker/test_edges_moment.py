"""The moment, and the rules beside the columns, at both edges: wrong state, not yet or no longer, two people."""

from typing import Any

import pytest
from django.db import transaction

from pledges.models import Post, Role
from tests.factories import Government, PostFactory, day, government, payload_for, perform, pledge_in
from tests.tracker.edges import BAD, DONE, EDGES, open_page, standing_facts, usual
from tests.workflow.cells import DECIDED, NO_PROPOSAL, NO_SECOND_LOOK, NONE_TO_APPROVE, NONE_WAITS, NOT_SLIPPED
from tests.workflow.cells_left import LATER
from tests.workflow.test_cells import ALREADY_APPROVED, standing_in


@pytest.fixture
def at(db: None, set_today: Any) -> Government:
    set_today("2020-11-25")
    return government()


# act, standing, by: the state is not one of the act's
WRONG_STATE = {
    ("assign", "assigned", "director"): "事项现为“待签收”,不能交办。",
    ("amend", "assigned", "supervisor"): "事项现为“待签收”,不能修改草案。",
    ("sign", "in_progress", "coordinator"): "事项现为“推进中”,不能签收。",
    ("report", "claimed", "coordinator"): "事项现为“待核验”,不能填报。",
    ("return_report", "claimed", "supervisor"): "事项现为“待核验”,不能退回补充。",
    ("claim", "suspended", "head"): "事项现为“暂缓”,不能申请销号。",
    ("verify", "in_progress", "director"): "事项现为“推进中”,不能核验通过。",
    ("settle", "withdrawn", "director"): "事项现为“已撤销”,不能年终结账。",
    ("recheck", "in_progress", "supervisor"): "事项现为“推进中”,不能回头看。",
    ("override_light", "claimed", "director"): "事项现为“待核验”,不能调整亮灯。",
    ("allocate", "closed", "coordinator"): "事项现为“已销号”,不能分解任务。",
}
# the state is, and the moment is not
UNTIMELY = {
    ("approve", "approved", "head"): NONE_TO_APPROVE,
    ("record_approval", "in_progress", "coordinator"): NONE_TO_APPROVE,
    ("accept", "reported", "supervisor"): "填报还在等待牵头单位负责人审签。",
    ("accept", "claimed", "supervisor"): NONE_WAITS,
    ("return_report", "in_progress", "supervisor"): NONE_WAITS,
    ("return_proposal", "in_progress", "head"): NO_PROPOSAL,
    ("draft_verification", "drafted", "supervisor"): "核验意见已经拟出,等待主任审定。",
    ("verify", "claimed", "director"): "还没有核验意见,请督查专员先拟出。",
    ("carry_over", "closed", "director"): "只有年终结账为未完成的事项可以结转。",
    ("recheck", "settled", "supervisor"): NO_SECOND_LOOK,
    ("reopen", "closed", "director"): NOT_SLIPPED,
    ("urge", "urged", "supervisor"): "已催办,等待回应。",
    ("answer_urge", "in_progress", "head"): "没有等待回应的催办。",
    ("lift_override", "in_progress", "director"): "没有可以取消的亮灯调整。",
    ("settle_row", "consulted", "supervisor"): "没有等待处理的反馈意见。",
}
# what only the act itself finds out, once it has read the answers
FOUND_OUT = {
    ("return_report", "approved", "head"): ALREADY_APPROVED,
    ("override_light", "overridden", "director"): DECIDED,
    ("settle", "in_progress", "director"): "年终结账在完成时限过后或年底办理。",
    ("carry_over", "settled", "director"): "还没有下一年度的台账,请先建立再结转。",
}


@pytest.mark.parametrize("cell", [*WRONG_STATE, *UNTIMELY, *FOUND_OUT], ids="-".join)
def test_the_wrong_moment_is_a_conflict_and_changes_nothing(
    at: Government, set_today: Any, cell: tuple[str, str, str]
) -> None:
    act, standing, who = cell
    words = {**WRONG_STATE, **UNTIMELY, **FOUND_OUT}[cell]
    set_today(LATER.get(standing, "2020-11-25"))
    more = {"due_date": day("2020-12-31")} if standing == "in_progress" else {}
    pledge, by = standing_in(standing, at, **more), at.posts[who]
    if cell not in FOUND_OUT:
        opened = open_page(by, pledge, act)
        assert (opened.status, opened.says(words)) == (409, True)
    payloads = {name: usual(act, at, pledge, by, name) for name in EDGES}
    before = standing_facts()
    for name, edge in EDGES.items():
        answer = edge(by, pledge, act, payloads[name], pledge.version)
        assert (answer.status, answer.says(words), answer.changes) == (409, True, ()), answer.words
    assert standing_facts() == before


def test_a_stale_form_is_told_who_did_what_since(at: Government) -> None:
    pledge = standing_in("assigned", at)
    perform("tag", pledge, at.supervisor, at="2020-11-24", add=["民生实事"])
    before = standing_facts()
    for edge in EDGES.values():
        answer = edge(at.coordinator, pledge, "sign", {"person": "王敏"}, pledge.version)
        assert answer.status == 409
        [told] = answer.changes
        assert told.startswith(f"{at.supervisor.holder}(督查室督查一科) 加减标签")
    assert standing_facts() == before


@pytest.mark.parametrize("version", ["", "one", "1.5"])
def test_a_version_that_cannot_be_read_is_a_bad_answer(at: Government, version: Any) -> None:
    pledge = standing_in("assigned", at)
    before = standing_facts()
    for name, edge in EDGES.items():
        answer = edge(at.coordinator, pledge, "sign", {"person": "王敏"}, version)
        assert (answer.status, answer.says("请刷新页面后重试")) == (BAD[name], True)
    assert standing_facts() == before


# Two people, and neither of the unit


def refused_with(by: Post, pledge: Any, act: str, payload: dict[str, Any], words: str) -> None:
    before = standing_facts()
    opened = open_page(by, pledge, act)
    assert (opened.status, opened.says(words)) == (403, True)
    for edge in EDGES.values():
        answer = edge(by, pledge, act, payload, pledge.version)
        assert (answer.status, answer.says(words)) == (403, True)
    assert standing_facts() == before


def test_who_drafted_a_verification_does_not_decide_it(at: Government) -> None:
    pledge = standing_in("claimed", at)
    given = payload_for("draft_verification", at, pledge)
    pledge = perform("draft_verification", pledge, at.director, at="2020-11-16", **given)
    refused_with(at.director, pledge, "verify", {}, "核验由两人办理,拟稿人不能自己审定。")


@pytest.mark.parametrize(
    ("act", "standing", "who"),
    [
        ("draft_verification", "claimed", "supervisor"),
        ("return_claim", "claimed", "supervisor"),
        ("verify", "drafted", "director"),
        ("recheck", "closed", "supervisor_2"),
    ],
)
def test_nobody_of_the_claiming_unit_judges_its_claim(at: Government, act: str, standing: str, who: str) -> None:
    pledge, by = standing_in(standing, at), at.posts[who]
    PostFactory(unit=at.housing, role=Role.COORDINATOR, title="兼职", holder=by.holder)
    refused_with(by, pledge, act, payload_for(act, at, pledge), "申请销号的单位不能核验本单位的事项。")


def test_a_share_is_checked_by_who_allocated_it_and_by_the_office_alone(at: Government) -> None:
    whole = pledge_in("in_progress", at)
    perform("allocate", whole, at.coordinator, at="2020-11-10", shares={str(at.water.pk): "100"})
    share = whole.children.get()
    share = perform("sign", share, at.water_coordinator, at="2020-11-11", person="李强")
    given = payload_for("report", at, share) | {"values": {str(one.pk): "50" for one in share.targets.all()}}
    share = perform("report", share, at.water_coordinator, at="2020-11-12", **given)
    share = perform("approve", share, at.water_head, at="2020-11-13")
    refused_with(at.water_head, share, "accept", {}, "只有督查室或分解任务的单位可以这样做。")
    for name, edge in EDGES.items():
        sid = transaction.savepoint()
        assert edge(at.coordinator, share, "accept", {}, share.version).status == DONE[name]
        transaction.savepoint_rollback(sid)
