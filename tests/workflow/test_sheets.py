"""督办单: put together by the office, issued by the director alone."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Post, Programme
from tests.factories import Government, UserFactory, actor, government, make_deputy, moment, perform, pledge_in
from tests.support.at_once import at_once
from tests.workflow.sheet_world import MONDAY, issue, issued, proposed, put, tasks
from workflow import audit, sheets, story
from workflow.models import Event, Sheet, SheetRow, Task
from workflow.sheet_manners import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Government:
    return government()


# Putting together


def test_items_added_by_hand_go_on_the_unit_s_one_proposed_sheet(at: Government) -> None:
    sheet = proposed(at)
    assert (sheet.unit, sheet.colour, sheet.status, sheet.number) == (at.housing, "yellow", "proposed", "")
    assert set(sheet.rows.values_list("reason", "finding")) == {("added", "现场停工")}
    assert [line.act for line in told(sheet)] == ["加入拟发单", "加入拟发单"]
    assert Task.objects.open().get(kind="issue_sheets").post == at.director


def test_an_item_is_put_once_on_a_sheet_of_a_colour(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    put(at, pledge)
    with pytest.raises(BadInput) as refusal:
        put(at, pledge)
    assert list(refusal.value.fields) == ["colour"]
    put(at, pledge, colour="red")
    assert SheetRow.objects.count() == 2


@pytest.mark.parametrize("state", ["draft", "claimed", "closed"])
def test_what_a_unit_does_not_owe_is_not_put_on_a_sheet(at: Government, state: str) -> None:
    with pytest.raises(WrongState):
        put(at, pledge_in(state, at))


@pytest.mark.parametrize(
    ("payload", "fields"),
    [
        ({}, {"colour", "finding"}),
        ({"colour": "green", "finding": "停工"}, {"colour"}),
        ({"colour": ["red"], "finding": "停工"}, {"colour"}),
        ({"colour": "red", "finding": "  "}, {"finding"}),
        ({"colour": "red", "finding": "长" * 301}, {"finding"}),
        ({"colour": "red", "finding": "停\x00工"}, {"finding"}),
        ({"colour": "red", "finding": 7}, {"finding"}),
    ],
)
def test_what_cannot_be_taken_is_refused(at: Government, payload: dict[str, Any], fields: set[str]) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(BadInput) as refusal:
        sheets.add_row(pledge.pk, actor=actor(at.supervisor), payload=payload, at=moment(MONDAY))
    assert set(refusal.value.fields) == fields
    assert not Sheet.objects.exists()
    assert not Task.objects.filter(kind="issue_sheets").exists()


def test_the_director_takes_off_an_item_and_with_the_last_one_the_sheet(at: Government) -> None:
    first, second = put(at), put(at)
    sheet = Sheet.objects.get()
    given = {"actor": actor(at.director), "payload": {"words": "已整改"}, "at": moment(MONDAY)}
    sheet = sheets.drop_row(first.pk, version=sheet.version, **given)
    assert (sheet.status, list(sheet.rows.all())) == ("proposed", [second])
    sheet = sheets.drop_row(second.pk, version=sheet.version, **given)
    assert sheet.status == "dropped"
    assert not Task.objects.open().filter(kind="issue_sheets").exists()
    assert Programme.objects.get(pk=at.programme.pk).next_sheet_number == 1


# Issuing


@pytest.mark.parametrize(
    ("colour", "due"), [("yellow", datetime.date(2020, 7, 20)), ("red", datetime.date(2020, 7, 16))]
)
def test_issuing_gives_the_number_the_day_and_the_head_s_task(at: Government, colour: str, due: datetime.date) -> None:
    sheet, _rows = issued(at, colour=colour)
    assert (sheet.status, sheet.number, sheet.words) == ("issued", "督〔2020〕1号", "请抓紧整改")
    assert (sheet.issued_date, sheet.due_date) == (datetime.date(2020, 7, 13), due)
    assert sheet.issued_by == at.director.holder
    assert tasks(sheet) == [("answer_sheet", at.head.pk, due)]
    assert not Task.objects.open().filter(kind="issue_sheets").exists()


def test_issuing_stands_in_the_story_of_the_sheet_and_of_every_item(at: Government) -> None:
    sheet, rows = issued(at)
    assert Event.objects.filter(stream__name=f"sheet:{sheet.pk}", action="issue_sheet").count() == 1
    for row in rows:
        line = story.of_pledge(row.pledge)[-1]
        assert (line.act, line.words) == ("发出督办单", "督〔2020〕1号 请抓紧整改")
    assert list(audit.verify()) == []


def test_numbers_go_on_and_are_never_used_twice(at: Government) -> None:
    put(at, colour="yellow")
    put(at, colour="red")
    first, dropped = Sheet.objects.get(colour="yellow"), Sheet.objects.get(colour="red")
    assert issue(at, first).number == "督〔2020〕1号"
    sheets.drop(dropped.pk, actor=actor(at.director), version=dropped.version, payload={}, at=moment(MONDAY))
    put(at, colour="red")
    assert issue(at, Sheet.objects.get(status="proposed")).number == "督〔2020〕2号"


def test_what_is_not_ticked_is_taken_off(at: Government) -> None:
    sheet = proposed(at, 3)
    kept = list(sheet.rows.all())[:2]
    sheet = issue(at, sheet, rows=[row.pk for row in kept])
    assert set(sheet.rows.all()) == set(kept)
    assert Event.objects.filter(stream__name=f"sheet:{sheet.pk}", action="drop_sheet_row").count() == 1


WHO_ISSUES = {
    "director": None,
    "supervisor": Forbidden,
    "supervisor_2": Forbidden,
    "leader": Forbidden,
    "auditor": Forbidden,
    "coordinator": Invisible,
    "head": Invisible,
    "water_coordinator": Invisible,
    "water_head": Invisible,
    "county_coordinator": Invisible,
    "county_housing_coordinator": Invisible,
    "statistician": Invisible,
    "system_admin": Invisible,
    "security_admin": Invisible,
}


@pytest.mark.parametrize(("who", "refusal"), WHO_ISSUES.items())
def test_the_director_alone_issues_and_drops(at: Government, who: str, refusal: type[Exception] | None) -> None:
    assert set(WHO_ISSUES) == set(at.posts)
    sheet = proposed(at)
    given = {"actor": actor(getattr(at, who)), "version": sheet.version, "payload": {}, "at": moment(MONDAY)}
    if refusal is None:
        assert sheets.issue(sheet.pk, **given).status == "issued"
        return
    acts: tuple[tuple[Callable[..., Any], int], ...] = (
        (sheets.issue, sheet.pk),
        (sheets.drop, sheet.pk),
        (sheets.drop_row, sheet.rows.all()[0].pk),
    )
    for act, pk in acts:
        with pytest.raises(refusal):
            act(pk, **given)
    sheet.refresh_from_db()
    assert (sheet.status, sheet.rows.count()) == ("proposed", 2)


def test_a_deputy_of_the_director_issues_and_the_record_names_both(at: Government) -> None:
    sheet = proposed(at)
    stand_in = UserFactory()
    make_deputy(at.director, stand_in, "2020-07-01", "2020-07-31")
    by = actor(at.director, deputy=at.supervisor)
    sheets.issue(sheet.pk, actor=by, version=sheet.version, payload={}, at=moment(MONDAY))
    event = Event.objects.get(stream__name=f"sheet:{sheet.pk}", action="issue_sheet")
    assert (event.post, event.acting_for) == (at.supervisor, at.director)


def test_another_city_s_director_does_not_know_of_it(at: Government) -> None:
    with pytest.raises(Invisible):
        issue(at, proposed(at), by=government().director)


def test_who_may_not_learns_nothing_of_state_version_or_input(at: Government) -> None:
    sheet, _rows = issued(at)
    with pytest.raises(Forbidden):
        issue(at, sheet, by=at.supervisor, version=1, payload={"due_date": "gestern"})
    with pytest.raises(Stale):
        issue(at, sheet, version=1, payload={"due_date": "gestern"})
    with pytest.raises(WrongState):
        issue(at, sheet, payload={"due_date": "gestern"})


def test_what_the_director_looked_at_is_what_is_issued(at: Government) -> None:
    sheet = proposed(at)
    put(at)
    with pytest.raises(Stale) as refusal:
        issue(at, sheet, version=sheet.version)
    assert len(refusal.value.changes) == 1
    assert "加入拟发单" in refusal.value.changes[0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"payload": {"due_date": "2020-07-12"}}, "due_date"),
        ({"payload": {"due_date": "昨天"}}, "due_date"),
        ({"payload": {"words": "长" * 501}}, "words"),
        ({"payload": {"words": "秘密★10年"}}, "words"),
        ({"payload": {"words": 3}}, "words"),
        ({"rows": []}, "rows"),
        ({"rows": [0]}, "rows"),
        ({"version": None}, "version"),
    ],
)
def test_what_cannot_be_issued_so_is_refused_and_takes_no_number(
    at: Government, given: dict[str, Any], field: str
) -> None:
    sheet = proposed(at)
    with pytest.raises(BadInput) as refusal:
        issue(at, sheet, **given)
    assert field in refusal.value.fields
    sheet.refresh_from_db()
    assert (sheet.status, sheet.number) == ("proposed", "")
    assert Programme.objects.get(pk=at.programme.pk).next_sheet_number == 1


def test_an_item_that_was_claimed_meanwhile_is_not_issued(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    put(at, pledge)
    kept = put(at)
    perform("claim", pledge, at.head, at=MONDAY, reason="已完成", evidence="验收报告")
    sheet = Sheet.objects.get()
    with pytest.raises(BadInput) as refusal:
        issue(at, sheet)
    assert pledge.number in str(refusal.value.fields["rows"])
    assert issue(at, sheet, rows=[kept.pk]).rows.count() == 1


def test_a_unit_that_nobody_could_answer_for_is_sent_nothing(at: Government) -> None:
    sheet = proposed(at)
    Post.objects.filter(unit=at.housing).update(is_active=False)
    with pytest.raises(BadInput):
        issue(at, sheet)
    assert Programme.objects.get(pk=at.programme.pk).next_sheet_number == 1


def test_a_unit_does_not_know_of_what_is_only_proposed_or_was_dropped(at: Government) -> None:
    sheet = proposed(at)
    by = actor(at.head)
    assert not Sheet.objects.visible_to(by).exists()
    sheets.drop(sheet.pk, actor=actor(at.director), version=sheet.version, payload={}, at=moment(MONDAY))
    assert not Sheet.objects.visible_to(by).exists()


# Two at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sheets_issued_at_once_have_numbers_without_gap_or_double(needs_postgres: None) -> None:
    at = government()
    for unit in (at.housing, at.water, at.county_housing):
        for colour in ("yellow", "red"):
            pledge = pledge_in("in_progress", at)
            Pledge.objects.filter(pk=pledge.pk).update(lead_unit=unit)
            put(at, pledge, colour=colour)
    found = list(Sheet.objects.all())
    assert len(found) == 6

    def issuing(sheet: Sheet) -> Callable[[], Any]:
        return lambda: sheets.issue(
            sheet.pk, actor=actor(at.director), version=sheet.version, payload={}, at=moment(MONDAY)
        )

    # Each twice: one of the two is refused and takes no number.
    assert at_once([issuing(sheet) for sheet in found * 2]) == {"done": 6, "Stale": 6}
    assert sorted(Sheet.objects.values_list("number", flat=True)) == [f"督〔2020〕{n}号" for n in range(1, 7)]
    assert Task.objects.open().filter(kind="answer_sheet").count() == 6
    assert not Task.objects.open().filter(kind="issue_sheets").exists()
    assert list(audit.verify()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_week_s_list_made_twice_at_once_is_made_once(needs_postgres: None) -> None:
    at = government()
    for _number in range(3):
        pledge = pledge_in("in_progress", at)
        Pledge.objects.filter(pk=pledge.pk).update(due_date="2020-06-30")
    assert at_once([lambda: sheets.propose(at=moment(MONDAY))] * 4) == {"done": 4}
    assert (Sheet.objects.count(), SheetRow.objects.count()) == (1, 3)
