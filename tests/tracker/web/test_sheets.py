"""The pages of 督办单: proposed, issued, answered, judged."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, Post
from tests.factories import Government, PledgeFactory, UnitFactory, government, moment, perform, pledge_in
from tests.workflow.sheet_world import MONDAY, answer, issue, issued, judge, proposed, put
from workflow.models import Sheet, SheetRow, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today: Any) -> Government:
    set_today(MONDAY)
    return government()


def look(client: Client, post: Post, name: str, *args: Any, **asked: Any) -> Any:
    client.force_login(post.holder)
    return client.get(reverse(f"web:{name}", args=args), asked)


def send(client: Client, post: Post, name: str, pk: int, **typed: Any) -> Any:
    client.force_login(post.holder)
    return client.post(reverse(f"web:{name}", args=[pk]), typed)


# 拟发单


def test_the_director_issues_what_is_ticked_from_the_weekly_list(client: Client, city: Government) -> None:
    sheet = proposed(city, 2)
    first, second = sheet.rows.order_by("pledge__number")
    response = look(client, city.director, "sheets-proposed")
    assert "拟发 1 份,涉及 1 个单位、2 项" in response.text
    assert 'value="2020-07-20"' in response.text  # five working days for a yellow sheet
    response = send(client, city.director, "sheet-issue", sheet.pk, version=sheet.version, rows=[first.pk],
                    words="请整改", due_date="2020-07-21")  # fmt: skip
    assert response.url == reverse("web:sheets-proposed")
    sheet.refresh_from_db()
    assert (sheet.status, sheet.number, str(sheet.due_date)) == ("issued", "督〔2020〕1号", "2020-07-21")
    assert list(sheet.rows.all()) == [first]
    assert not SheetRow.objects.filter(pk=second.pk).exists()


def test_a_refused_form_keeps_what_was_typed_and_unticked(client: Client, city: Government) -> None:
    sheet = proposed(city, 2)
    first, second = sheet.rows.order_by("pledge__number")
    response = send(client, city.director, "sheet-issue", sheet.pk, version=sheet.version, rows=[second.pk],
                    words="请于本周内整改到位", due_date="2020-07-01")  # fmt: skip
    assert response.status_code == 422
    assert "请于本周内整改到位" in response.text
    assert "回复期限不能早于今天" in response.text
    [item_1, item_2] = response.context["groups"][0].sheets[0].items
    assert (item_1.row, item_1.is_chosen, item_2.is_chosen) == (first, False, True)


def test_nothing_ticked_is_said_at_the_sheet(client: Client, city: Government) -> None:
    sheet = proposed(city)
    response = send(client, city.director, "sheet-issue", sheet.pk, version=sheet.version)
    assert response.status_code == 422
    assert "请至少选择一项" in response.text


def test_a_stale_form_is_told_what_changed(client: Client, city: Government) -> None:
    sheet = proposed(city, 1)
    put(city)
    response = send(client, city.director, "sheet-issue", sheet.pk, version=sheet.version,
                    rows=[row.pk for row in sheet.rows.all()], words="仍要保留")  # fmt: skip
    assert response.status_code == 409
    assert "加入拟发单" in response.text
    assert "仍要保留" in response.text


def test_a_sheet_issued_meanwhile_is_refused_on_the_list(client: Client, city: Government) -> None:
    sheet = issue(city, proposed(city, 1))
    for version in (sheet.version, sheet.version - 1):
        response = send(client, city.director, "sheet-issue", sheet.pk, version=version)
        assert response.status_code == 409
        assert "已经发出或不予发出" in response.text
        assert "请核对" not in response.text


def test_the_director_drops_an_item_and_a_sheet(client: Client, city: Government) -> None:
    sheet = proposed(city, 2)
    row = sheet.rows.all()[0]
    send(client, city.director, "sheet-row-drop", row.pk, version=sheet.version)
    sheet.refresh_from_db()
    assert (sheet.status, sheet.rows.count()) == ("proposed", 1)
    send(client, city.director, "sheet-drop", sheet.pk, version=sheet.version)
    sheet.refresh_from_db()
    assert sheet.status == "dropped"
    assert "没有等待签发的督办单" in look(client, city.director, "sheets-proposed").text


@pytest.mark.parametrize("who", ["supervisor", "leader", "auditor"])
def test_others_read_the_proposals_and_have_no_button(client: Client, city: Government, who: str) -> None:
    sheet = proposed(city)
    response = look(client, getattr(city, who), "sheets-proposed")
    assert response.status_code == 200
    assert "现场停工" in response.text
    assert ">签发<" not in response.text
    assert send(client, getattr(city, who), "sheet-issue", sheet.pk, version=sheet.version).status_code == 403


@pytest.mark.parametrize("who", ["coordinator", "head", "statistician", "system_admin"])
def test_units_and_administrators_see_no_proposals(client: Client, city: Government, who: str) -> None:
    sheet = proposed(city)
    assert look(client, getattr(city, who), "sheets-proposed").status_code == 403
    assert look(client, getattr(city, who), "sheet", sheet.pk).status_code == 404
    assert send(client, getattr(city, who), "sheet-issue", sheet.pk, version=sheet.version).status_code == 404


def test_an_item_claimed_meanwhile_is_marked_and_not_ticked(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    put(city, pledge)
    perform("claim", pledge, city.head, at=MONDAY, reason="已完成", evidence="验收报告")
    response = look(client, city.director, "sheets-proposed")
    [item] = response.context["groups"][0].sheets[0].items
    assert (item.is_outdated, item.is_chosen) == (True, False)
    assert "已不由这个单位推进" in response.text


def test_a_supervisor_adds_an_item_from_its_page(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    address = reverse("web:sheet-add", args=[pledge.pk])
    assert address in look(client, city.supervisor, "pledge", pledge.pk).text
    assert address not in look(client, city.head, "pledge", pledge.pk).text
    assert look(client, city.supervisor, "sheet-add", pledge.pk).status_code == 200
    assert look(client, city.head, "sheet-add", pledge.pk).status_code == 403
    response = send(client, city.supervisor, "sheet-add", pledge.pk, colour="red", finding="")
    assert response.status_code == 422
    assert "请填写“情况”" in response.text
    response = send(client, city.supervisor, "sheet-add", pledge.pk, colour="red", finding="现场停工")
    assert response.url == reverse("web:sheets-proposed")
    assert Sheet.objects.get().colour == "red"
    assert send(client, city.supervisor, "sheet-add", pledge.pk, colour="red", finding="又停工").status_code == 422


# A sheet


def test_the_unit_answers_row_by_row_from_its_desk(client: Client, city: Government) -> None:
    sheet, rows = issued(city)
    desk = look(client, city.head, "desk").text
    assert reverse("web:sheet", args=[sheet.pk]) in desk
    assert "1 份督办单待回复" in desk or "回复督办单" in desk
    text = look(client, city.coordinator, "sheet", sheet.pk).text
    assert "黄色督办单 督〔2020〕1号" in text
    assert "2020-07-20" in text
    assert f'name="{rows[0].pk}.words"' in text
    typed = {f"{rows[0].pk}.words": "三日内复工", f"{rows[1].pk}.words": ""}
    response = send(client, city.coordinator, "sheet-answer", sheet.pk, version=sheet.version, **typed)
    assert response.url == reverse("web:sheet", args=[sheet.pk])
    sheet.refresh_from_db()
    assert sheet.status == "issued"
    typed = {f"{rows[0].pk}.words": "三日内复工", f"{rows[1].pk}.words": "已复工"}
    send(client, city.head, "sheet-answer", sheet.pk, version=sheet.version, **typed)
    sheet.refresh_from_db()
    assert sheet.status == "answered"
    assert f'name="{rows[0].pk}.words"' not in look(client, city.head, "sheet", sheet.pk).text


def test_an_answer_too_long_is_kept_and_the_fault_stands_at_its_row(client: Client, city: Government) -> None:
    sheet, rows = issued(city)
    typed = {f"{rows[0].pk}.words": "长" * 501, f"{rows[1].pk}.words": "已复工"}
    response = send(client, city.head, "sheet-answer", sheet.pk, version=sheet.version, **typed)
    assert response.status_code == 422
    assert "最多 500 字" in response.text
    assert "已复工" in response.text
    assert f'id="fault_{rows[0].pk}"' in response.text
    assert f'id="fault_{rows[1].pk}"' not in response.text
    assert not SheetRow.objects.exclude(answer="").exists()


def test_an_empty_form_and_a_form_without_version_are_refused(client: Client, city: Government) -> None:
    sheet, rows = issued(city)
    response = send(client, city.head, "sheet-answer", sheet.pk, version=sheet.version)
    assert response.status_code == 422
    assert "请至少填写一项" in response.text
    assert send(client, city.head, "sheet-answer", sheet.pk, **{f"{rows[0].pk}.words": "好"}).status_code == 422


def test_a_stale_answer_is_kept(client: Client, city: Government) -> None:
    sheet, rows = issued(city)
    answer(city, rows[0])
    typed = {f"{rows[1].pk}.words": "我们另有说明"}
    response = send(client, city.head, "sheet-answer", sheet.pk, version=sheet.version, **typed)
    assert response.status_code == 409
    assert "三日内复工" in response.text
    assert "我们另有说明" in response.text


def test_the_office_judges_and_a_rejected_row_returns_to_the_unit(client: Client, city: Government) -> None:
    sheet, rows = issued(city)
    for row in rows:
        sheet = answer(city, row)
    text = look(client, city.supervisor, "sheet", sheet.pk).text
    assert "三日内复工" in text
    assert f'name="{rows[0].pk}.verdict"' in text
    typed = {f"{rows[0].pk}.verdict": "accepted", f"{rows[1].pk}.verdict": "rejected"}
    response = send(client, city.supervisor, "sheet-judge", sheet.pk, version=sheet.version, **typed)
    assert response.status_code == 422
    assert "不认可的,请写明理由" in response.text
    typed[f"{rows[1].pk}.words"] = "没有写明责任人"
    send(client, city.supervisor, "sheet-judge", sheet.pk, version=sheet.version, **typed)
    sheet.refresh_from_db()
    assert sheet.status == "issued"
    text = look(client, city.head, "sheet", sheet.pk).text
    assert "没有写明责任人" in text
    assert f'name="{rows[0].pk}.words"' not in text
    assert f'name="{rows[1].pk}.words"' in text
    assert "现场停工" in text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("director", 200),
        ("supervisor", 200),
        ("leader", 200),
        ("auditor", 200),
        ("coordinator", 200),
        ("head", 200),
        ("water_head", 404),
        ("county_coordinator", 404),
        ("statistician", 404),
        ("system_admin", 404),
    ],
)
def test_who_opens_a_sheet(client: Client, city: Government, who: str, status: int) -> None:
    sheet, rows = issued(city)
    response = look(client, getattr(city, who), "sheet", sheet.pk)
    assert response.status_code == status
    if status == 200:
        assert (f'name="{rows[0].pk}.words"' in response.text) == (who in ("coordinator", "head"))
    code = send(client, getattr(city, who), "sheet-judge", sheet.pk, version=sheet.version).status_code
    assert code == {"director": 409, "supervisor": 409}.get(who, 403 if status == 200 else 404)


def test_what_the_office_weighed_before_issuing_is_not_the_unit_s(client: Client, city: Government) -> None:
    sheet, _rows = issued(city)
    assert "加入拟发单" not in look(client, city.head, "sheet", sheet.pk).text
    assert "加入拟发单" in look(client, city.supervisor, "sheet", sheet.pk).text


def test_an_item_s_page_names_the_sheets_it_stands_on(client: Client, city: Government) -> None:
    sheet, rows = issued(city)
    for post in (city.head, city.leader):
        assert "督〔2020〕1号" in look(client, post, "pledge", rows[0].pledge_id).text
    put(city, rows[0].pledge, colour="red")
    assert "红色督办单" in look(client, city.supervisor, "pledge", rows[0].pledge_id).text
    assert "红色督办单" not in look(client, city.head, "pledge", rows[0].pledge_id).text
    assert reverse("web:sheet", args=[sheet.pk]) in look(client, city.head, "sheets").text


# 督办单


def test_the_list_filters_by_colour_status_and_unit(client: Client, city: Government) -> None:
    yellow = issue(city, proposed(city, 1))
    pledge = pledge_in("in_progress", city, support=(city.water,))
    Pledge.objects.filter(pk=pledge.pk).update(lead_unit=city.water)
    red = issue(city, put(city, pledge, colour="red").sheet)

    def numbers(**asked: Any) -> list[str]:
        return [sheet.number for sheet in look(client, city.director, "sheets", **asked).context["page"]]

    assert sorted(numbers()) == [yellow.number, red.number]
    assert numbers(colour="red") == [red.number]
    assert numbers(unit=city.housing.pk) == [yellow.number]
    assert numbers(status="closed") == []
    assert len(numbers(colour="blue", unit="x", status="proposed")) == 2
    assert [sheet.number for sheet in look(client, city.water_head, "sheets").context["page"]] == [red.number]


def test_the_list_says_how_many_rows_were_answered(client: Client, city: Government) -> None:
    _sheet, rows = issued(city, 3)
    answer(city, rows[0])
    assert "1 / 3" in look(client, city.director, "sheets").text


@pytest.mark.parametrize(("who", "status"), [("head", 200), ("auditor", 200), ("statistician", 403)])
def test_who_opens_the_list(client: Client, city: Government, who: str, status: int) -> None:
    assert look(client, getattr(city, who), "sheets").status_code == status


def test_the_tabs_lead_from_one_page_to_the_others(client: Client, city: Government) -> None:
    for name in ("supervision", "sheets-proposed", "sheets"):
        text = look(client, city.director, name).text
        assert reverse("web:sheets-proposed") in text
        assert reverse("web:sheets") in text
    assert reverse("web:sheets-proposed") not in look(client, city.head, "sheets").text


def test_the_director_s_task_leads_to_the_proposals_and_the_judge_s_to_the_sheet(
    client: Client, city: Government
) -> None:
    put(city)
    assert reverse("web:sheets-proposed") in look(client, city.director, "desk").text
    sheet = issue(city, Sheet.objects.get())
    sheet = answer(city, sheet.rows.get())
    judges = Task.objects.get(kind="judge_sheet").post
    assert reverse("web:sheet", args=[sheet.pk]) in look(client, judges, "desk").text
    assert judge(city, sheet.rows.get(), "accepted").status == "closed"


def test_the_call_list_can_be_copied_from_the_page_of_lights(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city, title="改造管网")
    Pledge.objects.filter(pk=pledge.pk).update(light="red", light_reason="overdue", due_date="2020-07-01")
    text = look(client, city.supervisor, "supervision").text
    assert f"{pledge.number} 改造管网,2020-07-01 到期,已逾期 12 天" in text


def test_the_pages_cost_as_many_queries_for_3_rows_as_for_30(client: Client, city: Government) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            unit = UnitFactory(parent=city.city)
            for status in ("proposed", "issued"):
                pledge = PledgeFactory(programme=city.programme, state="in_progress", lead_unit=unit,
                                       assigned_date="2020-02-03", due_date="2020-12-15")  # fmt: skip
                sheet = Sheet.objects.create(
                    programme=city.programme, unit=unit, colour="red", status=status, proposed_at=moment(MONDAY),
                    **({"number": f"督{pledge.pk}", "due_date": "2020-07-20"} if status == "issued" else {}),
                )  # fmt: skip
                SheetRow.objects.create(sheet=sheet, pledge=pledge, reason="overdue")

    def cost(name: str, *args: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert look(client, city.director, name, *args).status_code == 200
        return len(queries)

    fill(3)
    one = Sheet.objects.filter(status="issued").first()
    assert one is not None
    few = [cost("sheets"), cost("sheets"), cost("sheets-proposed"), cost("sheet", one.pk)]
    fill(27)
    for pledge in Pledge.objects.exclude(sheet_rows__sheet=one):
        SheetRow.objects.create(sheet=one, pledge=pledge, reason="overdue")
    assert [cost("sheets"), cost("sheets-proposed"), cost("sheet", one.pk)] == few[1:]
