"""The pages of the check and the close: what people see, where the desk leads, and what a refusal keeps."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, Post
from tests.factories import PledgeFactory, government
from tests.tracker.closing import AFTER_CHECK, answer, begin, close, first, reported
from tracker import rollups
from workflow.models import Objection, PeriodCheck, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-04-09")
    return government()


def url(name, city, *more):
    return reverse(f"web:{name}", args=[city.programme.pk, "2020-Q1", *more])


def visit(client, post, address):
    client.force_login(post.holder)
    return client.get(address)


def test_the_units_page_shows_figure_light_and_the_sentence_to_be_printed(client, city):
    pledge = reported(city)
    begin(city)
    response = visit(client, city.head, url("period-check", city))
    assert "2020-Q1 的 1 项将按下列内容印发,请在 2020-04-10 前核对" in response.text
    for words in (pledge.number, "已开工100个村", "绿灯 正常", "28.2%"):
        assert words in response.text


def test_the_desk_leads_to_the_check_and_one_button_answers(client, city):
    reported(city)
    begin(city)
    assert url("period-check", city) in visit(client, city.head, reverse("web:desk")).text
    response = client.post(url("period-check", city), {"answer": "agree"}, follow=True)
    assert "已答复无异议。" in response.text
    assert PeriodCheck.objects.get().answer == "agree"
    assert "全部无异议" not in response.text


def test_an_objection_is_kept_when_its_evidence_is_missing(client, city):
    pledge = reported(city)
    begin(city)
    client.force_login(city.head.holder)
    response = client.post(url("period-check", city), {"answer": "object", f"words.{pledge.pk}": "应为120个"})
    assert response.status_code == 422
    assert "应为120个" in response.text
    assert f'id="fault_evidence.{pledge.pk}"' in response.text
    given = {"answer": "object", f"words.{pledge.pk}": "应为120个", f"evidence.{pledge.pk}": "验收单第3号"}
    assert "已对 1 项提出异议。" in client.post(url("period-check", city), given, follow=True).text


@pytest.mark.parametrize(("button", "words"), [("agree", "应为120个"), ("object", "")])
def test_a_button_that_contradicts_what_was_typed_is_asked_about(client, city, button, words):
    pledge = reported(city)
    begin(city)
    client.force_login(city.head.holder)
    response = client.post(url("period-check", city), {"answer": button, f"words.{pledge.pk}": words})
    assert response.status_code == 422
    assert not PeriodCheck.objects.exists()


def test_an_answer_after_the_check_is_409(client, city, set_today):
    reported(city)
    begin(city)
    set_today(AFTER_CHECK)
    client.force_login(city.head.holder)
    assert client.post(url("period-check", city), {"answer": "agree"}).status_code == 409


def test_the_office_settles_and_the_director_closes_on_one_page(client, city, set_today):
    pledge = reported(city)
    begin(city)
    answer(city, objections={pledge.pk: {"words": "应为120个", "evidence": "验收单第3号"}})
    objection = Objection.objects.get()
    page = visit(client, city.supervisor, url("period-closing", city))
    assert "应为120个" in page.text
    assert "验收单第3号" in page.text
    assert client.post(url("period-settle", city, objection.pk), {"settlement": ""}).status_code == 422
    client.post(url("period-settle", city, objection.pk), {"settlement": "以报表为准"})
    assert client.post(url("period-close", city)).status_code == 403
    set_today(AFTER_CHECK)
    assert url("period-closing", city) in visit(client, city.director, reverse("web:desk")).text
    response = client.post(url("period-close", city), follow=True)
    assert "2020-Q1 已结账,版本 1。" in response.text
    assert client.post(url("period-close", city)).status_code == 409
    assert not Task.objects.open().filter(kind="close_period").exists()


def test_a_leader_reopens_with_words_and_a_document(client, city, set_today):
    reported(city)
    begin(city)
    answer(city)
    close(city)
    set_today("2020-05-06")
    client.force_login(city.leader.holder)
    response = client.post(url("period-reopen", city), {"words": "同意更正", "document_number": ""})
    assert response.status_code == 422
    assert "同意更正" in response.text
    given = {"words": "同意更正", "document_number": "泽政纪〔2020〕9号"}
    assert "2020-Q1 已重新开账。" in client.post(url("period-reopen", city), given, follow=True).text
    client.force_login(city.director.holder)
    assert client.post(url("period-reopen", city), given).status_code == 403


@pytest.mark.parametrize(("name", "who"), [("period-closing", "head"), ("period-check", "director")])
def test_pages_are_for_those_who_act_on_them(client, city, name, who):
    reported(city)
    begin(city)
    assert visit(client, getattr(city, who), url(name, city)).status_code == 403


def test_the_quarter_of_a_closed_period_shows_the_frozen_figures(client, city):
    pledge = reported(city)
    begin(city)
    answer(city)
    snapshot = close(city)
    Pledge.objects.filter(pk=pledge.pk).update(light="red", light_reason="far_behind")
    rollups.recount()
    response = visit(client, city.leader, url("quarter", city))
    assert f"已冻结,版本 1,摘要 {snapshot.digest[:12]}。" in response.text
    counts = {cell.name: cell.count for cell in response.context["total"].cells}
    assert (counts["green"], counts["red"]) == (1, 0)
    assert "核对与结账" in response.text


def test_the_next_quarter_shows_the_change_since_the_frozen_one(client, city):
    reported(city)
    begin(city)
    answer(city)
    close(city)
    reported(city)
    rollups.recount()
    response = visit(client, city.leader, reverse("web:quarter", args=[city.programme.pk, "2020-Q2"]))
    assert "实时数据" in response.text
    assert {one.cell.name: one.change for one in response.context["figures"]}["in_force"] == "+1"


def test_the_export_of_a_closed_period_is_what_was_frozen(client, city, tmp_path):
    from django.core.management import call_command

    pledge = reported(city, title="完成355个村的管网")
    begin(city)
    answer(city)
    close(city)
    Pledge.objects.filter(pk=pledge.pk).update(title="另一件事")
    out = tmp_path / "q1.csv"
    call_command("export_quarter", "2020", "2020-Q1", "--format", "csv", "--out", str(out))
    text = out.read_text("utf-8-sig")
    assert "完成355个村的管网" in text
    assert "另一件事" not in text


def test_the_units_page_has_a_tab_for_every_dimension(client, city):
    reported(city, section="农业农村", tags=["民生实事"], leader=city.leader)
    rollups.recount()
    address = reverse("web:units")
    for by, words in (("section", "农业农村"), ("leader", city.leader.holder.name), ("tag", "民生实事")):
        response = visit(client, city.director, f"{address}?by={by}")
        assert words in response.text
        assert 'aria-current="page">按' in response.text
    assert "住房城乡建设局" in visit(client, city.director, f"{address}?by=nonsense").text


def test_the_check_costs_as_many_queries_for_3_items_as_for_30(client, city):
    reported(city)
    begin(city)
    head: Post = city.head

    def more(count):
        for _ in range(count):
            PledgeFactory(
                programme=city.programme,
                state="in_progress",
                lead_unit=city.housing,
                assigned_date="2020-02-03",
                due_date="2020-12-15",
            )

    def cost():
        client.force_login(head.holder)
        client.get(url("period-check", city))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("period-check", city)).status_code == 200
        return len(queries)

    more(3)
    few = cost()
    more(27)
    assert cost() == few
    assert first(city).state == "checking"
