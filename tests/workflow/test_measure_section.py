"""A whole section accepted at once: every measure as by itself, all of them or none."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Document, Measure, Pledge, Post, Programme
from tests.factories import Government, actor, government, moment
from tests.tracker.web.documents import document, found, measure
from workflow import audit, measure_decisions
from workflow.models import Event, Task

AT = moment("2020-02-01")
LINES = ("新修灌渠355公里", "建成云溪体育馆", "改造泵站", "弘扬精神", "建成大桥")
TEXT = "一、城建\n" + ",".join(LINES[:4]) + "。\n二、交通\n" + LINES[4] + "。\n"
SECTION = "一、城建"


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def made(at: Government) -> Document:
    return document(
        at,
        *(found(line, TEXT, section=SECTION) for line in LINES[:3]),
        found(LINES[3], TEXT, section=SECTION, form="principle", trackable=False),
        found(LINES[4], TEXT, section="二、交通"),
        text=TEXT,
    )


def seen(made: Document) -> dict[int, int]:
    return dict(made.measures.filter(section=SECTION, trackable=True, fate="pending").values_list("pk", "version"))


def accept(
    made: Document, by: Post, versions: Mapping[int, int] | None = None, section: str = SECTION, **payload: Any
) -> list[Pledge]:
    return measure_decisions.accept_section(
        made.pk,
        actor=actor(by),
        section=section,
        versions=seen(made) if versions is None else versions,
        payload=payload,
        at=AT,
    )


def refused(kind: type[DomainError], *given: Any, **more: Any) -> Any:
    kinds = (Measure, Pledge, Programme, Task, Event)
    before = [list(one.objects.order_by("pk").values()) for one in kinds]
    with pytest.raises(kind) as caught, transaction.atomic():
        accept(*given, **more)
    assert [list(one.objects.order_by("pk").values()) for one in kinds] == before
    return caught.value


def test_every_trackable_measure_of_the_section_becomes_a_draft_in_the_order_of_the_text(
    at: Government, made: Document
) -> None:
    pledges = accept(made, at.supervisor)
    assert [(one.number, one.title, one.state) for one in pledges] == [
        ("2020-001", LINES[0], "draft"),
        ("2020-002", LINES[1], "draft"),
        ("2020-003", LINES[2], "draft"),
    ]
    assert [str(target) for target in pledges[0].targets.all()] == ["355公里"]
    fates = dict(made.measures.values_list("position", "fate"))
    assert fates == {1: "accepted", 2: "accepted", 3: "accepted", 4: "pending", 5: "pending"}
    assert Task.objects.open().filter(kind="assign").count() == 3


def test_each_has_its_own_events_and_the_record_holds(at: Government, made: Document) -> None:
    pledges = accept(made, at.supervisor)
    assert Event.objects.filter(stream__name=f"document:{made.pk}", action="accept_measure").count() == 3
    for pledge in pledges:
        assert Event.objects.get(stream__name=f"pledge:{pledge.pk}").action == "draft"
    assert list(audit.verify()) == []


def test_all_can_be_given_one_lead_unit_and_one_leader_and_nothing_else(at: Government, made: Document) -> None:
    pledges = accept(made, at.supervisor, lead_unit=at.housing.pk, leader=at.leader.pk, title="同名")
    for pledge in pledges:
        assert (pledge.lead_unit, pledge.leader) == (at.housing, at.leader)
        assert list(pledge.parties.values_list("unit", "part")) == [(at.housing.pk, "lead")]
    assert [pledge.title for pledge in pledges] == list(LINES[:3])


def test_an_unknown_unit_is_a_fault_of_its_field(at: Government, made: Document) -> None:
    assert set(refused(BadInput, made, at.supervisor, lead_unit=10**9, leader="x").fields) == {"lead_unit", "leader"}


def test_one_that_cannot_be_accepted_stops_all_and_is_named(at: Government, made: Document) -> None:
    Measure.objects.filter(document=made, position=2).update(form="principle")
    refusal = refused(BadInput, made, at.supervisor)
    two = measure(made, 2)
    assert {name: str(words) for name, words in refusal.fields.items()} == {
        f"measures.{two.pk}": f"第 2 条“{LINES[1]}”:原则性表述不能立项,请先改为量化、节点或持续。"
    }
    assert str(measure_decisions.obstacle(two)) == "原则性表述不能立项,请先改为量化、节点或持续。"
    assert measure_decisions.obstacle(measure(made, 1)) is None


def test_what_another_changed_decided_or_added_meanwhile_stops_all_and_is_named(at: Government, made: Document) -> None:
    opened, by = seen(made), actor(at.supervisor_2)
    measure_decisions.edit_measure(measure(made, 2).pk, actor=by, version=1, payload={"title": "建馆"}, at=AT)
    assert changes(refused(Stale, made, at.supervisor, opened)) == ["这一条现为“待定”:建馆"]
    opened = seen(made)
    measure_decisions.reject_measure(measure(made, 3).pk, actor=by, version=1, reason="重复", at=AT)
    assert changes(refused(Stale, made, at.supervisor, opened)) == [f"这一条现为“不立项”:{LINES[2]}"]
    opened = seen(made)
    start = TEXT.index("体育馆")
    measure_decisions.add_measure(made.pk, actor=by, start=start, end=start + 3, at=AT)
    assert changes(refused(Stale, made, at.supervisor, opened)) == ["这一节多了一条待核定的:体育馆"]
    assert len(accept(made, at.supervisor)) == 3


def changes(refusal: Stale) -> list[str]:
    return [str(change) for change in refusal.changes]


def test_ids_of_elsewhere_and_an_empty_section_are_refused(at: Government, made: Document) -> None:
    assert set(refused(BadInput, made, at.supervisor, {**seen(made), 10**9: 1}).fields) == {"versions"}
    refused(WrongState, made, at.supervisor, {}, section="三、没有")
    refused(Stale, made, at.supervisor, {})


def test_only_the_supervision_office_decides(at: Government, made: Document) -> None:
    refused(Forbidden, made, at.auditor)
    refused(Invisible, made, at.coordinator)
    refused(Invisible, made, at.leader)


def test_the_review_ends_when_the_last_section_is_accepted(at: Government, made: Document) -> None:
    reviews = Task.objects.open().filter(kind="review_measures")
    measure_decisions.reject_measure(measure(made, 1).pk, actor=actor(at.supervisor), version=1, reason="重复", at=AT)
    measure_decisions.reopen_measure(measure(made, 1).pk, actor=actor(at.supervisor), version=2, at=AT)
    accept(made, at.supervisor)
    assert reviews.exists()
    accept(made, at.supervisor, {measure(made, 5).pk: 1}, section="二、交通")
    assert not reviews.exists()
