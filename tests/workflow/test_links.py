"""A person's link from a measure to a pledge: who may, when, to which pledge, and what it leaves behind."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Document, Measure, Pledge, PledgeLink, Post
from tests.factories import Government, PledgeFactory, ProgrammeFactory, actor, government, moment
from workflow import links, measure_decisions
from workflow.models import Event

AT = moment("2020-02-01")
TEXT = "改造灌渠三十公里。"


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def measure(at: Government) -> Measure:
    return a_measure(at)


@pytest.fixture
def earlier(at: Government) -> Pledge:
    """A pledge of the year before: 2019-001."""
    return pledge_of(at, 2019)


def pledge_of(at: Government, year: int) -> Pledge:
    programme = at.programme if year == 2020 else ProgrammeFactory(government=at.city, year=year)
    pledge: Pledge = PledgeFactory(programme=programme, title="改造灌渠二十公里")
    return pledge


def a_measure(at: Government) -> Measure:
    document = Document.objects.create(
        programme=at.programme, title="要点", kind="report", filename="a.txt", content=b"x", sha256="0" * 64,
        text=TEXT, imported_at=AT,
    )  # fmt: skip
    return Measure.objects.create(
        document=document, position=1, start=0, end=8, quote=TEXT[:8], title=TEXT[:8], form="milestone", firmness="firm"
    )


def link(by: Post, measure: Measure, pledge: Pledge, kind: str = "continues", version: int | None = None) -> PledgeLink:
    given = Measure.objects.get(pk=measure.pk).version if version is None else version
    return links.link(measure.pk, pledge.pk, kind, actor=actor(by), version=given, at=AT)


def unlink(by: Post, measure: Measure, pledge: Pledge) -> None:
    version = Measure.objects.get(pk=measure.pk).version
    links.unlink(measure.pk, pledge.pk, actor=actor(by), version=version, at=AT)


def reject(at: Government, measure: Measure) -> Measure:
    measure.refresh_from_db()
    return measure_decisions.reject_measure(
        measure.pk, actor=actor(at.supervisor), version=measure.version, reason=links.reason_of(measure), at=AT
    )


def accept(at: Government, measure: Measure) -> Pledge:
    version = Measure.objects.get(pk=measure.pk).version
    return measure_decisions.accept_measure(measure.pk, actor=actor(at.supervisor), version=version, payload={}, at=AT)


def everything() -> list[Any]:
    return [list(kind.objects.order_by("pk").values()) for kind in (Measure, Pledge, PledgeLink, Event)]


def refused(kind: type[DomainError], act: Callable[[], Any]) -> str:
    before = everything()
    with pytest.raises(kind) as caught, transaction.atomic():
        act()
    assert everything() == before
    return str(getattr(caught.value, "message", ""))


def test_a_link_is_kept_with_its_maker_and_an_event_in_the_document_s_stream(
    at: Government, measure: Measure, earlier: Pledge
) -> None:
    made = link(at.supervisor, measure, earlier)
    assert (made.measure, made.pledge, made.kind) == (measure, earlier, "continues")
    assert (made.made_by, made.made_at) == (at.supervisor.holder, AT)
    measure.refresh_from_db()
    assert (measure.fate, measure.version) == ("pending", 2)
    event = Event.objects.get(action="link")
    assert (event.stream.name, event.post) == (f"document:{measure.document_id}", at.supervisor)
    assert json.loads(event.payload.text) == {
        "measure": measure.pk, "pledge": earlier.pk, "number": "2019-001", "kind": "continues"
    }  # fmt: skip


def test_it_can_be_taken_back(at: Government, measure: Measure, earlier: Pledge) -> None:
    link(at.supervisor, measure, earlier)
    unlink(at.director, measure, earlier)
    assert not PledgeLink.objects.exists()
    assert Measure.objects.get().version == 3
    assert Event.objects.filter(action="unlink", post=at.director).count() == 1
    refused(Invisible, lambda: unlink(at.director, measure, earlier))


OFFICE = "只有督查室可以导入文件和核定条目。"


@pytest.mark.parametrize(
    ("who", "refusal", "reason"),
    [
        ("director", None, ""),
        ("supervisor", None, ""),
        ("auditor", Forbidden, OFFICE),
        ("leader", Invisible, ""),
        ("coordinator", Invisible, ""),
        ("head", Invisible, ""),
        ("statistician", Invisible, ""),
        ("system_admin", Invisible, ""),
        ("security_admin", Invisible, ""),
    ],
)
@pytest.mark.parametrize("act", [link, unlink])
def test_only_the_supervision_office_links(
    at: Government, measure: Measure, earlier: Pledge, act: Any, who: str, refusal: Any, reason: str
) -> None:
    if act is unlink:
        link(at.supervisor, measure, earlier)
    if refusal is None:
        act(at.posts[who], measure, earlier)
        return
    said = refused(refusal, lambda: act(at.posts[who], measure, earlier))
    assert not reason or said == reason


def test_another_government_s_measures_and_pledges_are_not_there(
    at: Government, measure: Measure, earlier: Pledge
) -> None:
    other = government()
    refused(Invisible, lambda: link(other.supervisor, measure, earlier))
    refused(Invisible, lambda: link(at.supervisor, measure, pledge_of(other, 2019)))


def test_a_measure_that_changed_meanwhile_is_not_linked(at: Government, measure: Measure, earlier: Pledge) -> None:
    link(at.supervisor, measure, earlier)
    refused(Stale, lambda: link(at.supervisor_2, measure, pledge_of(at, 2018), version=1))


def test_the_same_is_closed_for_that_reason_and_keeps_its_link(at: Government, measure: Measure) -> None:
    same = pledge_of(at, 2020)
    link(at.supervisor, measure, same, "same")
    rejected = reject(at, measure)
    assert (rejected.fate, rejected.reason) == ("rejected", "与 2020-001 同一事项")
    assert rejected.links.get().pledge == same
    assert "请先恢复" in refused(WrongState, lambda: unlink(at.supervisor, measure, same))


def test_linking_alone_decides_nothing(at: Government, measure: Measure) -> None:
    link(at.supervisor, measure, pledge_of(at, 2020), "same")
    assert Measure.objects.get().fate == "pending"


def test_what_is_linked_as_the_same_becomes_no_second_pledge(at: Government, measure: Measure) -> None:
    same = pledge_of(at, 2020)
    link(at.supervisor, measure, same, "same")
    refused(BadInput, lambda: accept(at, measure))
    unlink(at.supervisor, measure, same)
    assert accept(at, measure).measure == measure


def test_without_such_a_link_there_is_no_such_reason(at: Government, measure: Measure, earlier: Pledge) -> None:
    link(at.supervisor, measure, earlier)
    refused(BadInput, lambda: links.reason_of(measure))


def test_what_goes_on_keeps_its_link_when_it_is_accepted(at: Government, measure: Measure, earlier: Pledge) -> None:
    link(at.supervisor, measure, earlier)
    pledge = accept(at, measure)
    assert [one.pledge for one in pledge.measure.links.all()] == [earlier]
    assert [one.measure.pledge for one in earlier.linked_from.all()] == [pledge]


def test_what_was_accepted_may_still_be_said_to_go_on_but_not_to_be_the_same(
    at: Government, measure: Measure, earlier: Pledge
) -> None:
    pledge = accept(at, measure)
    assert link(at.supervisor, measure, earlier).measure.pledge == pledge
    refused(WrongState, lambda: link(at.supervisor, measure, pledge_of(at, 2020), "same"))


def test_a_rejected_measure_is_linked_to_nothing(at: Government, measure: Measure, earlier: Pledge) -> None:
    measure_decisions.reject_measure(measure.pk, actor=actor(at.supervisor), version=1, reason="空话", at=AT)
    refused(WrongState, lambda: link(at.supervisor, measure, earlier))


def test_a_measure_may_go_on_from_several(at: Government, measure: Measure, earlier: Pledge) -> None:
    link(at.supervisor, measure, earlier)
    link(at.supervisor, measure, pledge_of(at, 2018))
    assert measure.links.count() == 2


def test_what_does_not_fit_is_refused(at: Government, measure: Measure, earlier: Pledge) -> None:
    same, later = pledge_of(at, 2020), pledge_of(at, 2021)
    refused(BadInput, lambda: link(at.supervisor, measure, same, "continues"))
    refused(BadInput, lambda: link(at.supervisor, measure, later, "same"))
    refused(BadInput, lambda: link(at.supervisor, measure, earlier, "like"))
    Pledge.objects.filter(pk=same.pk).update(
        state="withdrawn", lead_unit=at.housing, due_date="2020-12-31", assigned_date="2020-02-03"
    )
    assert refused(BadInput, lambda: link(at.supervisor, measure, same, "same"))
    link(at.supervisor, measure, earlier, "same")
    refused(BadInput, lambda: link(at.supervisor, measure, earlier, "continues"))
    refused(BadInput, lambda: link(at.supervisor, measure, pledge_of(at, 2018), "same"))


def test_a_measure_s_own_pledge_is_not_what_it_goes_on_from(at: Government, measure: Measure) -> None:
    pledge = accept(at, measure)
    refused(BadInput, lambda: link(at.supervisor, measure, pledge))


def test_the_database_keeps_one_link_a_pair_and_one_same_a_measure(
    at: Government, measure: Measure, earlier: Pledge
) -> None:
    made = {"measure": measure, "kind": "same", "made_at": AT}
    PledgeLink.objects.create(**made, pledge=earlier)
    for pledge in (earlier, pledge_of(at, 2020)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PledgeLink.objects.create(**made, pledge=pledge)
