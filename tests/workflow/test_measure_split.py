"""One measure becomes two: where the text is cut, and what goes with which part."""

import datetime
import json
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Document, Measure, Post
from tests.factories import Government, actor, government, moment
from tests.tracker.web.documents import document, found, measure
from workflow import audit, measure_cuts, measure_decisions
from workflow.models import Event

AT = moment("2020-02-01")
WHOLE = "新修灌渠355公里,建成云溪体育馆"
TEXT = f"重点工作\n{WHOLE}。\n"
CUT = TEXT.index("建成")


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def one(at: Government) -> Measure:
    owned = {"lead": ("水务局",), "person": ("王敏",), "deadline": datetime.date(2020, 6, 30), "firmness": "aim"}
    return measure(document(at, found(WHOLE, TEXT, **owned, doubts=("long_clause", "vague_number")), text=TEXT))


def split(one: Measure, by: Post, offset: int = CUT, version: int = 1) -> tuple[Measure, Measure]:
    return measure_cuts.split_measure(one.pk, actor=actor(by), version=version, at_offset=offset, at=AT)


def refused(kind: type[DomainError], one: Measure, by: Post, offset: int = CUT, version: int = 1) -> Any:
    before = list(Measure.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(kind) as caught, transaction.atomic():
        split(one, by, offset, version)
    assert (list(Measure.objects.order_by("pk").values()), Event.objects.count()) == before
    return caught.value


def test_the_first_part_keeps_the_row_and_the_second_is_a_new_one(at: Government, one: Measure) -> None:
    first, second = split(one, at.supervisor)
    first.refresh_from_db()
    assert (first.pk, first.quote, first.title, first.version) == (one.pk, "新修灌渠355公里", "新修灌渠355公里", 2)
    assert (second.quote, second.title, second.version, second.fate) == (
        "建成云溪体育馆",
        "建成云溪体育馆",
        1,
        "pending",
    )
    assert second.position == 2
    for part in (first, second):
        assert TEXT[part.start : part.end] == part.quote


def test_targets_go_with_their_words_and_what_has_none_left_is_a_milestone(at: Government, one: Measure) -> None:
    first, second = split(one, at.supervisor)
    assert [target["quote"] for target in first.targets] == ["355公里"]
    assert (first.form, second.form, second.targets) == ("quantified", "milestone", [])


def test_a_target_added_by_hand_stays_with_the_first_part(at: Government, one: Measure) -> None:
    typed = {"value": "3", "unit": "座", "scale": 1, "comparator": "eq", "quantity_kind": "amount"}
    measure_decisions.edit_measure(one.pk, actor=actor(at.supervisor), version=1, payload={"targets": [typed]}, at=AT)
    first, second = split(one, at.supervisor, version=2)
    assert ([target["unit"] for target in first.targets], second.targets) == (["座"], [])


def test_owners_and_time_are_both_parts_and_only_standing_doubts_stay(at: Government, one: Measure) -> None:
    for part in split(one, at.supervisor):
        assert (part.lead, part.person, str(part.deadline)) == (["水务局"], ["王敏"], "2020-06-30")
        assert (part.firmness, part.section, part.trackable) == ("aim", "重点工作", True)
        assert part.doubts == ["vague_number"]


def test_punctuation_around_the_parts_is_left_out(at: Government, one: Measure) -> None:
    first, second = split(one, at.supervisor, CUT - 1)
    assert (first.quote, second.quote) == ("新修灌渠355公里", "建成云溪体育馆")


@pytest.mark.parametrize(
    "offset", [TEXT.index("新修"), TEXT.index("新修") - 1, TEXT.index("馆") + 1, 0, -5, 10**6, TEXT.index("新修") + 5]
)
def test_a_cut_leaves_words_on_both_sides_and_no_number_in_pieces(at: Government, one: Measure, offset: int) -> None:
    assert set(refused(BadInput, one, at.supervisor, offset).fields) == {"at_offset"}


def test_a_part_of_punctuation_alone_is_empty(at: Government) -> None:
    text = "建成体育馆,、。\n"
    one = measure(document(at, found("建成体育馆,、。", text), text=text))
    assert "空的" in str(refused(BadInput, one, at.supervisor, 6).fields["at_offset"])


def test_the_possible_cuts_stand_after_punctuation_and_never_in_a_number(at: Government) -> None:
    text = "投入7.5亿元、1,200人,建成园区;完成“三通一平”,。"
    one = measure(document(at, found("投入", text, targets=()), text=text))
    Measure.objects.filter(pk=one.pk).update(end=len(text), quote=text)
    one.refresh_from_db()
    points = measure_cuts.cut_points(text, one)
    assert [text[point:][:2] for point in points] == ["1,", "建成", "完成"]
    for point in points:
        with transaction.atomic():
            split(one, at.supervisor, point)
            transaction.set_rollback(True)


def test_the_record_says_what_was_cut_and_holds(at: Government, one: Measure) -> None:
    _first, second = split(one, at.supervisor)
    event = Event.objects.get(action="split_measure")
    assert (event.stream.name, event.post) == (f"document:{one.document_id}", at.supervisor)
    assert json.loads(event.payload.text) == {
        "measure": one.pk,
        "at_offset": CUT,
        "second": second.pk,
        "before": {"title": WHOLE, "start": one.start, "end": one.end},
    }
    assert list(audit.verify()) == []


def test_only_what_is_pending_and_fresh_is_split_by_who_may(at: Government, one: Measure) -> None:
    refused(Stale, one, at.supervisor, version=7)
    refused(Forbidden, one, at.auditor)
    refused(Invisible, one, at.coordinator)
    measure_decisions.reject_measure(one.pk, actor=actor(at.supervisor), version=1, reason="重复", at=AT)
    refused(WrongState, one, at.supervisor, version=2)


def test_both_parts_are_accepted_on_their_own(at: Government, one: Measure) -> None:
    quotes = []
    for part in split(one, at.supervisor):
        quotes.append(
            measure_decisions.accept_measure(
                part.pk, actor=actor(at.supervisor), version=part.version, payload={}, at=AT
            ).quote
        )
    assert quotes == ["新修灌渠355公里", "建成云溪体育馆"]
    assert Document.objects.get().measures.filter(fate="pending").count() == 0
