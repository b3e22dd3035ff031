"""批示: who gives one, what it asks for, and how it is answered."""

import datetime
from typing import Any

import pytest

from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Post
from tests.factories import Government, UserFactory, actor, government, moment, pledge_in
from workflow import audit, instructions, signed_pages, story
from workflow.models import Event, Instruction, SignedPage, Task

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 signed"
GIVEN = {"kind": "action", "words": "请住建局抓紧办理", "given_date": "2020-03-02", "due_date": "2020-03-20"}


@pytest.fixture
def at() -> Government:
    return government()


def give(
    at: Government, subject: Any = None, *, kind: str = "pledge", by: Post | Actor | None = None, **more: Any
) -> Instruction:
    subject = subject or pledge_in("in_progress", at)
    return instructions.give(
        kind, subject.pk, actor=actor(by or at.leader), payload={**GIVEN, **more}, at=moment("2020-03-02")
    )


def answer(at: Government, given: Instruction, words: Any = "已开工", *, by: Post | None = None, **more: Any) -> Any:
    more.setdefault("version", given.version)
    return instructions.answer(
        given.pk, actor=actor(by or at.head), payload={"words": words}, at=moment("2020-03-10"), **more
    )


def signed(by: Actor) -> SignedPage:
    return signed_pages.keep(
        actor=by, filename="批示.pdf", content=PDF, signer="副市长", signed_date=datetime.date(2020, 3, 2),
        at=moment("2020-03-02"),
    )  # fmt: skip


def test_an_instruction_to_act_is_a_task_of_the_lead_unit_s_head(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    given = give(at, pledge)
    assert (given.leader, given.post, given.recorded_by) == (at.leader, at.head, at.leader.holder)
    task = Task.objects.open().get(kind="act_on_instruction")
    assert (task.post, task.pledge, task.instruction) == (at.head, pledge, given)
    assert task.due_date == datetime.date(2020, 3, 20)
    line = story.of_pledge(pledge)[-1]
    assert (line.act, line.words) == ("批示", "请住建局抓紧办理")
    assert list(audit.verify()) == []


def test_on_a_unit_its_head_acts_and_on_a_period_the_director(at: Government) -> None:
    on_unit = give(at, at.water, kind="unit")
    assert (on_unit.post, Event.objects.get(stream__name=f"unit:{at.water.pk}").action) == (
        at.water_head,
        "give_instruction",
    )
    period = at.programme.periods.first()
    on_period = give(at, period, kind="period")
    assert on_period.post == at.director
    assert Event.objects.get(stream__name=f"programme:{at.programme.pk}").action == "give_instruction"
    assert set(Task.objects.open().filter(kind="act_on_instruction").values_list("post", "pledge")) == {
        (at.water_head.pk, None),
        (at.director.pk, None),
    }


def test_somebody_concerned_may_be_named_and_nobody_else(at: Government) -> None:
    pledge = pledge_in("in_progress", at, support=(at.water,))
    for post in (at.coordinator, at.water_head, at.director, at.supervisor):
        assert give(at, pledge, post=post.pk).post == post
    for post in (at.county_coordinator, at.leader, at.auditor, government().head):
        with pytest.raises(BadInput) as refusal:
            give(at, pledge, post=post.pk)
        assert list(refusal.value.fields) == ["post"]


def test_an_instruction_to_read_asks_nobody_for_anything(at: Government) -> None:
    given = instructions.give(
        "pledge",
        pledge_in("in_progress", at).pk,
        actor=actor(at.leader),
        payload={"kind": "note", "words": "阅", "given_date": "2020-03-02", "post": str(at.head.pk)},
        at=moment("2020-03-02"),
    )
    assert (given.post, given.due_date) == (None, None)
    assert not Task.objects.filter(kind="act_on_instruction").exists()
    with pytest.raises(Forbidden, match="不需要回复"):
        answer(at, given)


# 代录


def test_a_secretary_records_it_with_the_signed_page_and_both_are_named(at: Government) -> None:
    secretary = actor(at.leader, deputy=at.supervisor)
    page = signed(secretary)
    given = give(at, by=secretary, signed_page=page.pk)
    assert (given.leader, given.recorded_by, given.signed_page) == (at.leader, at.supervisor.holder, page)
    event = Event.objects.get(action="give_instruction")
    assert (event.user, event.post, event.acting_for) == (at.supervisor.holder, at.supervisor, at.leader)


def test_a_secretary_without_a_post_of_their_own_needs_the_page_too(at: Government) -> None:
    secretary = Actor(user=UserFactory(), post=None, acting_for=at.leader)
    with pytest.raises(BadInput) as refusal:
        give(at, by=secretary)
    assert list(refusal.value.fields) == ["signed_page"]
    assert not Instruction.objects.exists()


def test_a_page_that_somebody_else_recorded_does_not_do(at: Government) -> None:
    page = signed(actor(at.head))
    with pytest.raises(BadInput) as refusal:
        give(at, by=actor(at.leader, deputy=at.supervisor), signed_page=page.pk)
    assert list(refusal.value.fields) == ["signed_page"]


# Refusals


@pytest.mark.parametrize("who", ["director", "supervisor", "auditor", "coordinator", "head"])
def test_leaders_alone_give_instructions(at: Government, who: str) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(Forbidden, match="只有市领导可以批示"):
        give(at, pledge, by=getattr(at, who), kind="pledge")


@pytest.mark.parametrize("who", ["water_head", "county_coordinator", "statistician", "system_admin", "security_admin"])
def test_who_does_not_see_the_item_learns_nothing(at: Government, who: str) -> None:
    with pytest.raises(Invisible):
        give(at, by=getattr(at, who))


def test_another_city_s_leader_sees_nothing_of_it(at: Government) -> None:
    other = government().leader
    for kind, subject in (
        ("pledge", pledge_in("in_progress", at)),
        ("unit", at.housing),
        ("period", at.programme.periods.first()),
    ):
        with pytest.raises(Invisible):
            give(at, subject, kind=kind, by=other)
    with pytest.raises(Invisible):
        give(at, at.housing, kind="document")


def test_a_draft_is_nobody_s_duty_yet(at: Government) -> None:
    with pytest.raises(WrongState, match="还没有交办"):
        give(at, pledge_in("draft", at))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "order"}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": ["action"]}, "kind"),
        ({"words": ""}, "words"),
        ({"words": "长" * 1001}, "words"),
        ({"words": "批\x00示"}, "words"),
        ({"words": {"a": 1}}, "words"),
        ({"given_date": "2020-03-03"}, "given_date"),
        ({"given_date": ""}, "given_date"),
        ({"given_date": "三月"}, "given_date"),
        ({"due_date": ""}, "due_date"),
        ({"due_date": "2020-03-01"}, "due_date"),
        ({"due_date": "2020-02-30"}, "due_date"),
        ({"kind": "note"}, "due_date"),
        ({"post": "局长"}, "post"),
        ({"post": "9" * 40}, "post"),
        ({"post": True}, "post"),
        ({"signed_page": 999}, "signed_page"),
    ],
)
def test_what_cannot_be_taken_is_refused(at: Government, more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        instructions.give(
            "pledge",
            pledge_in("in_progress", at).pk,
            actor=actor(at.leader),
            payload={**GIVEN, **more},
            at=moment("2020-03-02"),
        )
    assert field in refusal.value.fields
    assert not Instruction.objects.exists()
    assert not Task.objects.filter(kind="act_on_instruction").exists()


# Answering


@pytest.mark.parametrize("who", ["head", "coordinator"])
def test_head_or_coordinator_answers_and_the_task_is_done(at: Government, who: str) -> None:
    given = give(at)
    done = answer(at, given, by=getattr(at, who))
    assert (done.answer, done.answered_by) == ("已开工", getattr(at, who).holder)
    assert not Task.objects.open().filter(kind="act_on_instruction").exists()
    line = story.of_pledge(given.pledge)[-1]
    assert (line.act, line.words) == ("回复批示", "已开工")


def test_what_was_asked_of_the_office_the_office_answers(at: Government) -> None:
    given = give(at, at.programme.periods.first(), kind="period")
    with pytest.raises(Forbidden):
        answer(at, given, by=at.supervisor)
    assert answer(at, given, by=at.director).answer == "已开工"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("director", Forbidden),
        ("supervisor", Forbidden),
        ("leader", Forbidden),
        ("auditor", Forbidden),
        ("water_head", Invisible),
        ("system_admin", Invisible),
    ],
)
def test_nobody_else_answers(at: Government, who: str, refusal: type[Exception]) -> None:
    given = give(at)
    with pytest.raises(refusal):
        answer(at, given, by=getattr(at, who))


def test_it_is_answered_once_and_the_second_is_told_the_first(at: Government) -> None:
    given = give(at)
    done = answer(at, given)
    with pytest.raises(Stale) as refusal:
        answer(at, given, "另一个", by=at.coordinator, version=1)
    assert "已开工" in refusal.value.changes[0]
    with pytest.raises(WrongState):
        answer(at, done, "另一个")


@pytest.mark.parametrize("words", ["", " ", None, 1, "长" * 1001])
def test_an_answer_that_cannot_be_taken_is_refused(at: Government, words: Any) -> None:
    given = give(at)
    with pytest.raises(BadInput):
        answer(at, given, words)
    with pytest.raises(BadInput):
        answer(at, given, version=None)
    assert Task.objects.open().filter(kind="act_on_instruction").count() == 1


def test_who_was_asked_sees_it_and_other_units_do_not(at: Government) -> None:
    on_unit = give(at, at.water, kind="unit")
    seen = {name: on_unit in Instruction.objects.visible_to(actor(post)) for name, post in at.posts.items()}
    assert {name for name, sees in seen.items() if sees} == {
        "director",
        "supervisor",
        "supervisor_2",
        "leader",
        "auditor",
        "water_coordinator",
        "water_head",
    }


def test_the_task_survives_other_acts_on_the_item(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    give(at, pledge)
    assert Task.objects.open().filter(kind="act_on_instruction", pledge=pledge).count() == 1
    assert Pledge.objects.get(pk=pledge.pk).version == pledge.version
