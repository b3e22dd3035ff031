"""The programme's pages: where it stands, its acts, a unit's answers, what the office makes of them, and the list to
sign."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, Post, Programme
from tests.factories import Government, actor, day, drafted, government, moment, perform
from tests.workflow.programme_life import act, answer, draft
from workflow import programmes
from workflow.models import ConsultationAnswer, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_today: Any) -> Government:
    """The city on Tuesday 4 February 2020; what is asked on Monday is due on the 10th."""
    set_today("2020-02-04")
    return government()


def address(at: Government, name: str = "programme", *more: Any) -> str:
    return reverse(f"web:{name}", args=[at.programme.pk, *more])


def opened(client: Client, post: Post, where: str, **asked: Any) -> Any:
    client.force_login(post.holder)
    return client.get(where, asked)


def send(client: Client, post: Post, where: str, **typed: Any) -> Any:
    client.force_login(post.holder)
    return client.post(where, typed)


def issue(at: Government) -> None:
    act("approve_programme", at, at.director, on="2020-02-11")
    act("issue_programme", at, at.director, on="2020-02-12")


# The page


def test_each_state_offers_one_primary_action_to_whom_it_belongs(client: Client, at: Government) -> None:
    pledge = draft(at)

    def offered(*posts: Post) -> list[tuple[str, str]]:
        found = []
        for post in posts:
            response = opened(client, post, address(at))
            assert response.text.count("button primary") == (1 if response.context["next"].address else 0)
            found.append((str(response.context["next"].words), str(response.context["next"].label)))
        return found

    asks = ("1 项可以发给牵头单位征求意见。", "征求意见")
    assert offered(at.supervisor, at.director, at.leader) == [asks, asks, ("督查室正在拟分解任务。", "")]
    act("begin_consulting", at, at.supervisor)
    left = "还有 1 项没有答复,答复期限到 2020-02-10;逾期未答复的视为同意。"
    assert offered(at.director, at.auditor, at.head, at.coordinator) == [
        (left, ""),
        (left, ""),
        ("1 项等待本单位答复。", "答复"),
        ("正在征求各单位意见。", ""),
    ]
    answer(at, pledge, at.head, "adjust", "时限太紧")
    assert offered(at.supervisor, at.director) == [("1 项建议调整等待处理。", "处理意见")] * 2
    perform("settle_row", pledge, at.supervisor, at="2020-02-04", settlement="kept", words="会议已定")
    assert offered(at.director, at.supervisor) == [
        ("意见已经处理完,1 项可以报审定。", "审定"),
        ("正在征求各单位意见。", ""),
    ]
    act("approve_programme", at, at.director, on="2020-02-11")
    assert offered(at.director, at.head) == [("已经审定,印发后 1 项一次交办。", "印发"), ("已经审定,等待印发。", "")]
    act("issue_programme", at, at.director, on="2020-02-12")
    assert offered(at.director, at.coordinator) == [
        ("已经印发,1 项待签收。", ""),
        ("1 项等待本单位签收。", "签收清单"),
    ]


def test_the_page_shows_the_four_states_and_what_was_answered_and_settled(client: Client, at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head, "adjust", "应由水务局牵头")
    perform("settle_row", pledge, at.supervisor, at="2020-02-04", settlement="kept", words="会议已定")
    text = opened(client, at.supervisor, address(at)).text
    assert re.findall(r'<span class="n">(\d)</span> ([^<]+)</li>', text) == [
        ("1", "拟分解"),
        ("2", "征求意见"),
        ("3", "审定"),
        ("4", "印发"),
    ]
    assert re.search(r'aria-current="step"><span class="n">2</span>', text)
    for words in ("建议调整", "应由水务局牵头", "不采纳", "会议已定", "征求意见(拟分解 → 征求意见)"):
        assert words in text


def test_rows_can_be_asked_for_by_unit_and_by_answer(client: Client, at: Government) -> None:
    agreed, suggested, silent = draft(at), draft(at), draft(at, lead_unit=at.water)
    act("begin_consulting", at, at.supervisor)
    answer(at, agreed, at.head)
    answer(at, suggested, at.head, "adjust", "时限太紧")

    def rows(**asked: Any) -> list[Pledge]:
        return list(opened(client, at.supervisor, address(at), **asked).context["page"])

    assert rows() == [agreed, suggested, silent]
    assert (rows(answer="agree"), rows(answer="adjust"), rows(answer="waiting"), rows(answer="settled")) == (
        [agreed],
        [suggested],
        [silent],
        [],
    )
    assert rows(unit=at.water.pk) == [silent]
    assert rows(unit=at.housing.pk, answer="waiting") == []
    assert rows(unit="x", answer="nonsense") == [agreed, suggested, silent]
    assert list(opened(client, at.head, address(at)).context["page"]) == [agreed, suggested]


def test_who_sees_nothing_of_a_programme_finds_no_page(client: Client, at: Government) -> None:
    draft(at)
    for post in (at.head, at.water_head, at.statistician, at.system_admin):
        assert opened(client, post, address(at)).status_code == 404
    elsewhere = government()
    assert opened(client, elsewhere.director, address(at)).status_code == 404


@pytest.mark.parametrize("name", ["programme", "programme-answers", "programme-settle", "programme-sign"])
def test_each_page_costs_the_same_for_3_and_for_30_rows(client: Client, at: Government, name: str) -> None:
    for count in (3, 27):
        for _each in range(count):
            draft(at)
        at.programme.refresh_from_db()
        if count == 3:
            act("begin_consulting", at, at.supervisor)
            if name == "programme-sign":
                issue(at)
        else:
            if name == "programme-sign":
                for row in Pledge.objects.filter(state="draft"):
                    given = {"lead_unit": at.housing.pk, "due_date": "2020-12-15", "basis": "1号"}
                    perform("assign", row, at.director, at="2020-02-12", **given)
        if name in ("programme", "programme-settle"):
            for row in Pledge.objects.exclude(consultation_answers__unit=at.housing):
                answer(at, row, at.head, "adjust", "时限太紧")
        post = at.head if name in ("programme-answers", "programme-sign") else at.supervisor
        opened(client, post, address(at, name))  # what the session keeps has been written
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address(at, name)).status_code == 200
        if count == 3:
            few = len(seen)
    assert len(seen) == few


# Its acts


def test_begin_approve_and_issue_by_their_forms(client: Client, at: Government, set_today: Any) -> None:
    pledge = draft(at)
    begin = address(at, "programme-act", "begin_consulting")
    assert 'name="version" value="1"' in opened(client, at.supervisor, begin).text
    done = send(client, at.supervisor, begin, version=1)
    assert done.url == address(at)
    assert "“征求意见”已记录,台账现为“征求意见”。" in client.get(done.url).text
    answer(at, pledge, at.head)
    approve = address(at, "programme-act", "approve_programme")
    assert 'value="2020-02-04"' in opened(client, at.director, approve).text
    faulty = send(client, at.director, approve, version=2, approved_by="市政府常务会议", approved_date="")
    assert faulty.status_code == 422
    assert "请填写“审定文件”。" in faulty.text
    assert 'value="市政府常务会议"' in faulty.text
    typed = {"approved_by": "市政府常务会议", "approval_document": "3号纪要", "approved_date": "2020-02-04"}
    assert send(client, at.director, approve, version=2, **typed).status_code == 302
    issue_it = address(at, "programme-act", "issue_programme")
    given = {"document_number": "云政发〔2020〕8号", "issued_date": "2020-02-04"}
    assert send(client, at.director, issue_it, version=3, **given).url == address(at)
    assert Pledge.objects.get().basis == "云政发〔2020〕8号"


def test_drafts_that_cannot_be_issued_are_named_on_the_form(client: Client, at: Government) -> None:
    draft(at)
    act("begin_consulting", at, at.supervisor)
    act("approve_programme", at, at.director, on="2020-02-11")
    draft(at, lead_unit=None)
    typed = {"version": 3, "document_number": "8号", "issued_date": "2020-02-04"}
    Programme.objects.update(approved_date=day("2020-02-03"))
    response = send(client, at.director, address(at, "programme-act", "issue_programme"), **typed)
    assert response.status_code == 422
    assert "2020-002:还没有牵头单位" in response.text
    assert 'value="8号"' in response.text


def test_an_act_that_is_not_ones_own_or_not_yet_possible_is_refused(client: Client, at: Government) -> None:
    draft(at)
    refused = opened(client, at.supervisor, address(at, "programme-act", "issue_programme"))
    assert (refused.status_code, "只有督查室主任可以这样做" in refused.text) == (403, True)
    late = opened(client, at.director, address(at, "programme-act", "issue_programme"))
    assert (late.status_code, "年度台账现为“拟分解”,不能印发" in late.text) == (409, True)
    assert opened(client, at.director, address(at, "programme-act", "dance")).status_code == 404


def test_a_stale_form_shows_what_happened_and_keeps_what_was_typed(client: Client, at: Government) -> None:
    draft(at)
    act("begin_consulting", at, at.supervisor)
    back = address(at, "programme-act", "back_to_drafting")
    response = send(client, at.director, back, version=1, reason="还要补充两项")
    assert response.status_code == 409
    assert "征求意见(拟分解 → 征求意见)" in response.text
    assert "还要补充两项" in response.text
    assert 'name="version" value="2"' in response.text
    assert Programme.objects.get().state == "consulting"


# A unit's answers


def test_the_desk_leads_to_the_answers(client: Client, at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    assert address(at, "programme-answers") in opened(client, at.head, "/desk/").text
    text = client.get(address(at, "programme-answers")).text
    assert "1 项拟由本单位牵头,请逐项答复。答复期限 2020-02-10,逾期未答复的视为同意。" in text
    assert f'name="answer.{pledge.pk}" value="agree"' in text


def test_some_rows_are_answered_and_the_rest_agreed_to_with_one_button(client: Client, at: Government) -> None:
    first, second, third = (draft(at) for _each in range(3))
    act("begin_consulting", at, at.supervisor)
    seen = {f"version.{row.pk}": "1" for row in (first, second, third)}
    where = address(at, "programme-answers")
    one = send(client, at.head, where, **seen, do="chosen", **{f"answer.{first.pk}": "agree", f"words.{first.pk}": ""})
    assert one.url == where
    assert list(ConsultationAnswer.objects.values_list("pledge", "answer")) == [(first.pk, "agree")]
    suggested = {f"answer.{second.pk}": "adjust", f"words.{second.pk}": "时限太紧"}
    rest = send(client, at.head, where, **seen, do="rest", **suggested)
    assert rest.url == address(at)
    assert dict(ConsultationAnswer.objects.values_list("pledge", "answer")) == {
        first.pk: "agree",
        second.pk: "adjust",
        third.pk: "agree",
    }
    assert "修改答复" in client.get(where).text


def test_a_suggestion_without_words_stands_at_its_row_and_nothing_typed_is_lost(client: Client, at: Government) -> None:
    first, second = draft(at), draft(at)
    act("begin_consulting", at, at.supervisor)
    typed = {f"answer.{first.pk}": "adjust", f"answer.{second.pk}": "adjust", f"words.{second.pk}": "时限太紧"}
    seen = {f"version.{row.pk}": "1" for row in (first, second)}
    response = send(client, at.head, address(at, "programme-answers"), **seen, **typed, do="rest")
    assert response.status_code == 422
    assert f'href="#id_words.{first.pk}"' in response.text
    assert "请写明建议怎样调整" in response.text
    assert "时限太紧</textarea>" in response.text
    assert not ConsultationAnswer.objects.exists()
    nothing = send(client, at.head, address(at, "programme-answers"), **seen, do="chosen")
    assert (nothing.status_code, "请先选择要答复的事项。" in nothing.text) == (422, True)


def test_rows_that_changed_meanwhile_are_not_agreed_to(client: Client, at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    response = send(client, at.head, address(at, "programme-answers"), do="rest", **{f"version.{pledge.pk}": "7"})
    assert response.status_code == 409
    assert f"{pledge} 有变化,请核对。" in response.text


def test_only_who_answers_for_a_unit_opens_the_answers(client: Client, at: Government) -> None:
    draft(at)
    act("begin_consulting", at, at.supervisor)
    for post in (at.coordinator, at.director, at.leader):
        assert opened(client, post, address(at, "programme-answers")).status_code == 403
    assert opened(client, at.water_head, address(at, "programme-answers")).status_code == 404


# What the office makes of them


def test_a_suggestion_is_settled_on_its_own_page(client: Client, at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head, "adjust", "应由水务局牵头")
    waiting, form = address(at, "programme-settle"), address(at, "programme-settle-row", pledge.pk)
    assert form in opened(client, at.supervisor_2, waiting).text
    assert waiting in opened(client, Task.objects.open().get(kind="settle_answers").post, "/desk/").text
    page = opened(client, at.supervisor, form)
    assert "应由水务局牵头" in page.text
    assert f'value="{at.housing.pk}" selected' in page.text
    faulty = send(client, at.supervisor, form, version=1, settlement="kept", due_date="2020-12-20")
    assert (faulty.status_code, "没有全部采纳的,请说明理由。" in faulty.text) == (422, True)
    assert 'value="2020-12-20"' in faulty.text
    stale = send(client, at.supervisor, form, version=9, settlement="adopted", lead_unit=at.water.pk)
    assert (stale.status_code, f'value="{at.water.pk}" selected' in stale.text) == (409, True)
    typed = {"lead_unit": at.water.pk, "due_date": "2020-12-15", "title": pledge.title}
    done = send(client, at.supervisor, form, version=1, settlement="adopted", **typed)
    assert done.url == address(at)
    pledge.refresh_from_db()
    assert (pledge.lead_unit, str(pledge.due_date)) == (at.water, "2020-12-15")
    assert "没有等待处理的意见。" in client.get(waiting).text
    assert client.get(form).status_code == 409


def test_units_do_not_settle(client: Client, at: Government) -> None:
    pledge = draft(at)
    act("begin_consulting", at, at.supervisor)
    answer(at, pledge, at.head, "adjust", "应由水务局牵头")
    assert opened(client, at.head, address(at, "programme-settle")).status_code == 403
    assert opened(client, at.head, address(at, "programme-settle-row", pledge.pk)).status_code == 403


# The list to sign


def test_the_list_is_signed_with_one_button(client: Client, at: Government, set_today: Any) -> None:
    named, unnamed = draft(at, person="王敏"), draft(at)
    act("begin_consulting", at, at.supervisor)
    issue(at)
    set_today("2020-02-13")
    where = address(at, "programme-sign")
    assert where in opened(client, at.coordinator, "/desk/").text
    page = client.get(where)
    assert page.context["why"] == "2 项由本单位牵头,等待签收,其中 1 项还没有责任人。"
    seen = dict(re.findall(r'name="(version\.\d+)" value="(\d+)"', page.text))
    first = send(client, at.coordinator, where, **seen, person="")
    assert first.url == where
    faulty = send(client, at.coordinator, where, **seen, person="")
    assert (faulty.status_code, "这些事项还没有责任人,请填写。" in faulty.text) == (422, True)
    assert send(client, at.coordinator, where, **seen, person="李强").url == address(at)
    assert [(row.state, row.person) for row in Pledge.objects.order_by("pk")] == [
        ("in_progress", "王敏"),
        ("in_progress", "李强"),
    ]
    assert (named.pk, unnamed.pk) == tuple(Pledge.objects.order_by("pk").values_list("pk", flat=True))
    assert "没有等待本单位签收的事项。" in client.get(where).text
    assert opened(client, at.director, where).status_code == 403


# A new year, and the way there


def test_a_supervisor_begins_a_new_year_from_the_programmes_page(client: Client, at: Government) -> None:
    drafted(at)
    new = reverse("web:programme-new")
    assert new in opened(client, at.supervisor, address(at)).text
    faulty = send(client, at.supervisor, new, year="20xx")
    assert (faulty.status_code, "请填写四位数的计划年度" in faulty.text) == (422, True)
    done = send(client, at.supervisor, new, year="2021")
    made = Programme.objects.get(year=2021)
    assert done.url == reverse("web:programme", args=[made.pk])
    assert "导入文件、核定条目以后" in client.get(done.url).text
    assert opened(client, at.head, new).status_code == 403


def test_the_ledger_leads_to_its_programme(client: Client, at: Government) -> None:
    draft(at)
    assert address(at) in opened(client, at.supervisor, reverse("web:ledger")).text
    programmes.create(actor=actor(at.supervisor), year=2021, at=moment("2020-12-01"))
    later = Programme.objects.get(year=2021)
    opened(client, at.supervisor, reverse("web:programme", args=[later.pk]))
    assert client.get(reverse("web:ledger")).context["programme"] == later
