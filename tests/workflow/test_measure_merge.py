"""Two measures become one: which may, and what the one then is."""

import datetime
import json
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Document, Measure, Post
from tests.factories import Government, actor, government, moment
from tests.tracker.web.documents import FIRST, SECOND, TEXT, THIRD, document, found, measure
from workflow import audit, measure_cuts, measure_decisions
from workflow.models import Event, Task

AT = moment("2020-02-01")
BOTH = f"{FIRST}，{SECOND}"  # titles are in clean text


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def made(at: Government) -> Document:
    return document(at)


def merge(one: Measure, other: Measure, by: Post, version: int = 1, next_version: int = 1) -> Measure:
    return measure_cuts.merge_measures(
        one.pk, actor=actor(by), version=version, next_id=other.pk, next_version=next_version, at=AT
    )


def refused(kind: type[DomainError], *given: Any, **more: Any) -> Any:
    before = list(Measure.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(kind) as caught, transaction.atomic():
        merge(*given, **more)
    assert (list(Measure.objects.order_by("pk").values()), Event.objects.count()) == before
    return caught.value


def both(made: Document) -> tuple[Measure, Measure]:
    return measure(made, 1), measure(made, 2)


def test_the_first_holds_both_passages_and_the_second_says_where_it_went(at: Government, made: Document) -> None:
    one, other = both(made)
    merge(one, other, at.supervisor)
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.quote, one.title, one.version) == (f"{FIRST},{SECOND}", BOTH, 2)
    assert TEXT[one.start : one.end] == one.quote
    assert [target["quote"] for target in one.targets] == ["355公里"]
    assert (other.fate, other.reason, other.version) == ("merged", f"并入第 1 条:{BOTH}", 2)
    assert (other.quote, other.get_fate_display()) == (SECOND, "已合并")


def test_what_is_merged_waits_no_more(at: Government, made: Document) -> None:
    one, other = both(made)
    merge(one, other, at.supervisor)
    refused(WrongState, other, measure(made, 3), at.supervisor, version=2)
    with pytest.raises(WrongState):
        measure_decisions.reopen_measure(other.pk, actor=actor(at.supervisor), version=2, at=AT)
    measure_decisions.accept_measure(one.pk, actor=actor(at.supervisor), version=2, payload={}, at=AT)
    assert not Task.objects.open().filter(kind="review_measures").exists()


def test_owners_targets_and_doubts_are_united_and_of_two_days_the_later_counts(at: Government) -> None:
    text = "新修灌渠355公里,改造灌渠12公里。"
    first = {"lead": ("水务局",), "support": ("财政局",), "deadline": datetime.date(2020, 6, 30), "firmness": "aim"}
    second = {"lead": ("住建局",), "support": ("水务局", "财政局"), "deadline": datetime.date(2020, 9, 30)}
    made = document(
        at,
        found("新修灌渠355公里", text, **first, doubts=("vague_number",)),
        found("改造灌渠12公里", text, **second, doubts=("vague_number", "long_clause")),
        text=text,
    )
    one = merge(*both(made), at.supervisor)
    assert (one.lead, one.support, str(one.deadline), one.firmness) == (
        ["水务局", "住建局"],
        ["财政局"],
        "2020-09-30",
        "firm",
    )
    assert [target["quote"] for target in one.targets] == ["355公里", "12公里"]
    assert one.doubts == ["vague_number", "long_clause", "merged_deadlines"]


def test_more_than_three_targets_are_doubted(at: Government) -> None:
    text = "新修灌渠10公里,清理河道20公里,改造管网30公里,铺设电缆40公里。"
    made = document(at, *(found(clause, text) for clause in text.strip("。").split(",")), text=text)
    one = merge(*both(made), at.supervisor)
    assert one.doubts == []
    one = merge(one, measure(made, 3), at.supervisor, version=2)
    one = merge(one, measure(made, 4), at.supervisor, version=3)
    assert (len(one.targets), one.doubts) == (4, ["many_targets"])


def test_titles_that_somebody_reworded_are_joined_as_they_are(at: Government, made: Document) -> None:
    one, other = both(made)
    measure_decisions.edit_measure(one.pk, actor=actor(at.supervisor), version=1, payload={"title": "修渠"}, at=AT)
    assert merge(one, other, at.supervisor, version=2).title == f"修渠，{SECOND}"


def test_a_title_longer_than_a_task_may_be_is_refused(at: Government) -> None:
    long = "建成" + "很" * 300
    text = f"{long}甲,{long}乙。"
    made = document(at, found(f"{long}甲", text), found(f"{long}乙", text), text=text)
    assert "400" in str(refused(BadInput, *both(made), at.supervisor).message)


def test_a_principle_joins_what_can_be_tracked_and_takes_its_form(at: Government, made: Document) -> None:
    measure_decisions.reject_measure(measure(made, 1).pk, actor=actor(at.supervisor), version=1, reason="重复", at=AT)
    text = "大力弘扬精神,建成体育馆。"
    other = document(
        at, found("大力弘扬精神", text, form="principle", trackable=False), found("建成体育馆", text), text=text
    )
    one = merge(*both(other), at.supervisor)
    assert (one.form, one.trackable) == ("milestone", True)


# What stands between


def between(at: Government, text: str) -> Document:
    return document(at, found(FIRST, text), found(SECOND, text), text=text)


@pytest.mark.parametrize("gap", [",", "。\n\n", "、另外还要在年内", "。与此同时,"])
def test_neighbours_and_what_stands_in_one_paragraph_can_be_one(at: Government, gap: str) -> None:
    assert merge(*both(between(at, f"{FIRST}{gap}{SECOND}。")), at.supervisor).quote == f"{FIRST}{gap}{SECOND}"


def test_words_and_a_new_paragraph_part_them(at: Government) -> None:
    made = between(at, f"{FIRST}。\n同时要\n{SECOND}。")
    assert "另一段" in str(refused(BadInput, *both(made), at.supervisor).message)


def test_a_decided_measure_in_between_parts_them(at: Government) -> None:
    text = f"{FIRST},改造桥梁,{SECOND}。"
    made = document(at, found(FIRST, text), found("改造桥梁", text), found(SECOND, text), text=text)
    one, middle, last = (measure(made, position) for position in (1, 2, 3))
    measure_decisions.reject_measure(middle.pk, actor=actor(at.supervisor), version=1, reason="重复", at=AT)
    assert "已经处理过" in str(refused(BadInput, one, last, at.supervisor).message)


def test_it_is_the_next_one_in_the_text_whatever_its_number(at: Government) -> None:
    text = f"{FIRST},改造桥梁,{SECOND}。"
    made = document(at, found(FIRST, text), found(SECOND, text), text=text)
    start = text.index("改造")
    one, last = both(made)
    measure_decisions.add_measure(made.pk, actor=actor(at.supervisor_2), start=start, end=start + 4, at=AT)
    refusal = refused(Stale, one, last, at.supervisor)
    assert [str(change) for change in refusal.changes] == ["这一条的下一条现为:改造桥梁"]
    assert merge(one, measure(made, 3), at.supervisor).quote == f"{FIRST},改造桥梁"


def test_the_last_one_has_nothing_to_merge_with(at: Government, made: Document) -> None:
    last = measure(made, 3)
    assert last.title == THIRD
    assert "没有可以合并的" in str(refused(BadInput, last, last, at.supervisor).message)


def test_both_must_be_fresh_and_who_merges_must_be_allowed_to(at: Government, made: Document) -> None:
    one, other = both(made)
    refused(Stale, one, other, at.supervisor, version=3)
    refusal = refused(Stale, one, other, at.supervisor, next_version=3)
    assert [str(change) for change in refusal.changes] == [f"这一条现为“待定”:{SECOND}"]
    refused(Forbidden, one, other, at.auditor)
    refused(Invisible, one, other, at.coordinator)


def test_the_record_names_both_and_holds(at: Government, made: Document) -> None:
    one, other = both(made)
    start, end = one.start, one.end
    merge(one, other, at.supervisor)
    event = Event.objects.get(action="merge_measures")
    assert json.loads(event.payload.text) == {
        "measure": one.pk,
        "second": other.pk,
        "before": {"title": FIRST, "start": start, "end": end},
    }
    assert list(audit.verify()) == []


def test_who_opens_the_second_late_is_told_where_it_went(at: Government, made: Document) -> None:
    one, other = both(made)
    merge(one, other, at.supervisor)
    with pytest.raises(Stale) as refusal:
        measure_decisions.reject_measure(other.pk, actor=actor(at.supervisor_2), version=1, reason="重复", at=AT)
    assert [str(change) for change in refusal.value.changes] == [f"这一条现为“已合并”:{SECOND}(并入第 1 条:{BOTH})"]
