"""One act on many pledges: on all or on none, with each one's own refusal."""

from typing import Any

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Post, State
from tests.factories import Government, actor, drafted, government, moment, perform, pledge_in
from workflow import bulk
from workflow.models import Event, Task

ON = "2020-03-25"
pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


def versions(*pledges: Pledge) -> dict[int, int]:
    return dict(Pledge.objects.filter(pk__in=[pledge.pk for pledge in pledges]).values_list("pk", "version"))


def do(act: str, by: Post, *pledges: Pledge, on: str = ON, each: Any = None, **payload: Any) -> list[Pledge]:
    return bulk.perform(act, versions(*pledges), actor=actor(by), payload=payload, at=moment(on), each=each)


def foresee(act: str, by: Post, *pledges: Pledge, each: Any = None, **payload: Any) -> list[list[str]]:
    found = bulk.preview(
        act, [pledge.pk for pledge in pledges], actor=actor(by), payload=payload, at=moment(ON), each=each
    )
    return [[str(reason) for reason in one.reasons] for one in found]


def acts() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("pk").values_list("stream__name", "action"))


def test_drafts_are_assigned_at_once_with_one_basis_and_one_event_each(at: Government) -> None:
    two = [
        drafted(at, lead_unit=at.housing, due_date="2020-11-30"),
        drafted(at, lead_unit=at.water, due_date="2020-12-15"),
    ]
    before = len(acts())
    do("assign", at.director, *two, basis="市政府督〔2020〕1号")
    rows = list(Pledge.objects.order_by("pk").values_list("state", "lead_unit", "due_date", "basis"))
    assert [(state, unit, f"{due}", basis) for state, unit, due, basis in rows] == [
        ("assigned", at.housing.pk, "2020-11-30", "市政府督〔2020〕1号"),
        ("assigned", at.water.pk, "2020-12-15", "市政府督〔2020〕1号"),
    ]
    assert acts()[before:] == [(f"pledge:{pledge.pk}", "assign") for pledge in two]
    assert Task.objects.open().filter(kind="sign").count() == 2
    assert not Task.objects.open().filter(kind="assign").exists()


def test_what_was_settled_stands_and_the_rest_is_told_of_each(at: Government) -> None:
    settled = drafted(at, lead_unit=at.water, due_date="2020-11-30", basis="会议纪要〔2020〕3号")
    bare = drafted(at)
    do(
        "assign", at.director, settled, bare,
        lead_unit=at.county.pk, due_date="2020-06-30", basis="",
        each={bare.pk: {"lead_unit": at.housing.pk, "basis": "市政府督〔2020〕2号"}},
    )  # fmt: skip
    settled.refresh_from_db()
    bare.refresh_from_db()
    assert (settled.lead_unit, str(settled.due_date), settled.basis) == (at.water, "2020-11-30", "会议纪要〔2020〕3号")
    assert (bare.lead_unit, str(bare.due_date), bare.basis) == (at.housing, "2020-06-30", "市政府督〔2020〕2号")


def test_one_bad_row_and_nothing_is_done_and_it_is_named(at: Government) -> None:
    good, bad = drafted(at, lead_unit=at.housing, due_date="2020-11-30"), drafted(at, lead_unit=at.housing)
    before = acts()
    with pytest.raises(BadInput) as caught:
        do("assign", at.director, good, bad, basis="市政府督〔2020〕1号")
    assert {name: str(words) for name, words in caught.value.fields.items()} == {
        f"each.{bad.pk}.due_date": f"{bad.number}:请填写“完成时限”。"
    }
    assert set(Pledge.objects.values_list("state", flat=True)) == {"draft"}
    assert acts() == before
    assert Task.objects.open().filter(kind="assign").count() == 2


def test_what_is_wrong_with_all_is_said_once(at: Government) -> None:
    two = [drafted(at, lead_unit=at.housing, due_date="2020-11-30") for _each in range(2)]
    with pytest.raises(BadInput) as caught:
        do("assign", at.director, *two, basis=" ")
    assert {name: str(words) for name, words in caught.value.fields.items()} == {"basis": "请填写“依据”。"}


def test_a_row_changed_meanwhile_is_named_with_what_happened(at: Government) -> None:
    one, two = (drafted(at, lead_unit=at.housing, due_date="2020-11-30") for _each in range(2))
    seen = versions(one, two)
    perform("tag", two, at.supervisor, add=["民生实事"])
    with pytest.raises(Stale) as caught:
        bulk.perform("tag", seen, actor=actor(at.supervisor), payload={"add": ["重点项目"]}, at=moment(ON))
    (change,) = caught.value.changes
    assert change.startswith(f"{two.number}:")
    assert "加减标签" in change
    one.refresh_from_db()
    assert one.tags == []


def test_a_wrong_state_names_the_number(at: Government) -> None:
    draft, closed = drafted(at, lead_unit=at.housing, due_date="2020-11-30"), pledge_in("closed", at)
    with pytest.raises(WrongState, match=f"{closed.number}:事项现为“已销号”"):
        do("assign", at.director, draft, closed, basis="文")
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_a_preview_says_who_would_go_and_changes_nothing(at: Government) -> None:
    ready = drafted(at, lead_unit=at.housing, due_date="2020-11-30")
    bare, signed = drafted(at), pledge_in("in_progress", at)
    before, rows = acts(), list(Pledge.objects.order_by("pk").values())
    assert foresee("assign", at.director, signed, bare, ready, basis="文") == [
        [],
        ["请填写“牵头单位”。", "请填写“完成时限”。"],
        ["事项现为“推进中”,不能交办。"],
    ]
    assert (acts(), list(Pledge.objects.order_by("pk").values())) == (before, rows)
    assert not Task.objects.open().filter(kind="sign").exists()


def test_tags_and_leads_change_for_many(at: Government) -> None:
    two = [pledge_in("in_progress", at, tags=["挂牌督办"]) for _each in range(2)]
    do("tag", at.supervisor, *two, add="民生实事、重点项目", remove="挂牌督办")
    do("change_lead", at.director, *two, lead_unit=at.water.pk, basis="机构职能调整")
    for pledge in two:
        pledge.refresh_from_db()
        assert (pledge.tags, pledge.lead_unit) == (["民生实事", "重点项目"], at.water)


def test_many_reports_are_returned_with_one_reason(at: Government) -> None:
    two = [pledge_in("in_progress", at, reported=True) for _each in range(2)]
    do("return_report", at.supervisor, *two, reason="请补充分县数据")
    assert {pledge.reports.get().status for pledge in two} == {"returned"}
    assert Task.objects.open().filter(kind="supplement").count() == 2


def test_whom_each_act_is_offered_to(at: Government) -> None:
    names = {name: [row.name for row in bulk.offered(actor(post))] for name, post in at.posts.items()}
    office = [name for name in ("urge", "tag", "return_report") if name in bulk.BY_NAME]
    assert [name for name in names["director"] if name != "urge"] == ["assign", "change_lead", "tag", "return_report"]
    assert names["supervisor"] == names["supervisor_2"] == office
    assert names["head"] == names["water_head"] == ["return_report"]
    others = set(names) - {"director", "supervisor", "supervisor_2", "head", "water_head"}
    assert {name for name in others if names[name]} == set()


MAY_NOT = [
    ("assign", "supervisor", Forbidden),
    ("assign", "coordinator", Invisible),  # a draft is nobody's duty yet
    ("assign", "leader", Forbidden),
    ("assign", "auditor", Forbidden),
    ("assign", "system_admin", Invisible),
    ("tag", "coordinator", Invisible),
    ("tag", "leader", Forbidden),
    ("change_lead", "supervisor", Forbidden),
    ("change_lead", "head", Invisible),
]


@pytest.mark.parametrize(("act", "who", "kind"), MAY_NOT)
def test_who_may_not_is_refused_before_anything_else(at: Government, act: str, who: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        do(act, at.posts[who], drafted(at), drafted(at))  # with nothing filled in


def test_what_one_may_not_know_of_is_not_there(at: Government) -> None:
    own, other = drafted(at), drafted(government())
    with pytest.raises(Invisible):
        do("tag", at.supervisor, own, other, add=["民生实事"])
    with pytest.raises(Invisible):
        foresee("tag", at.supervisor, own, other, add=["民生实事"])


def test_only_some_acts_are_for_many(at: Government) -> None:
    for act in ("verify", "settle", "nothing"):
        with pytest.raises(Invisible):
            do(act, at.director, pledge_in("assigned", at))


def test_none_and_too_many_are_refused(at: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="请先勾选事项"):
        do("tag", at.supervisor, add=["民生实事"])
    monkeypatch.setattr(bulk, "MOST", 1)
    with pytest.raises(BadInput, match="一次最多办理 1 项"):
        do("tag", at.supervisor, drafted(at), drafted(at), add=["民生实事"])
