"""The page that shows what a table's columns were taken for, and changes it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Document
from tests.factories import actor, government, moment
from tests.pledges.extraction.formats.making import DIVISION
from workflow import intake, measure_decisions

pytestmark = pytest.mark.django_db
AT = moment("2024-01-20")
FIELDS = ("number", "task", "lead", "support", "due", "person")


@pytest.fixture
def city(set_today):
    set_today("2024-02-01")
    return government(2024)


def imported(city, rows=DIVISION, filename="分解.csv", **more):
    content = "\n".join(",".join(row) for row in rows).encode()
    given = {"title": "任务分解", "plan_year": 2024, "kind": None, "at": AT} | more
    return intake.import_document(actor=actor(city.supervisor), filename=filename, content=content, **given)


def url(made):
    return reverse("web:columns", args=[made.pk])


def page(client, post, made):
    client.force_login(post.holder)
    return client.get(url(made))


def save(client, post, made, *fields, headings="1", seen="1", **more):
    client.force_login(post.holder)
    typed = {f"0.{number}": field for number, field in enumerate(fields)}
    return client.post(url(made), {"0.headings": headings, "seen": seen, **typed, **more})


def test_the_review_says_by_which_columns_the_document_was_read(client, city):
    made = imported(city)
    client.force_login(city.supervisor.holder)
    text = client.get(reverse("web:review", args=[made.pk])).text
    assert "按任务分解表读取,认出的列:序号、工作任务、牵头单位、配合单位、完成时限、责任领导或责任人。" in text
    assert url(made) in text
    report = imported(city, kind="report", rows=(*DIVISION, ("3", "植树", "市林业局", "", "", "")))
    text = client.get(reverse("web:review", args=[report.pk])).text
    assert "文件中有表格,没有认作任务分解表,按逐句读取。" in text


def test_the_first_rows_stand_under_the_choices(client, city):
    rows = (*DIVISION, *((str(number), f"第{number}件事", "市水利局", "", "", "") for number in range(3, 30)))
    response = page(client, city.supervisor, imported(city, rows))
    [table] = response.context["tables"]
    assert [column.chosen for column in table.columns] == list(FIELDS)
    assert [cells[1] for _is_heading, cells in table.rows] == [row[1] for row in rows[:9]]
    assert [is_heading for is_heading, _cells in table.rows] == [True] + [False] * 8
    assert '<option value="task" selected>工作任务</option>' in response.text
    assert "29 行" in response.text or "30 行" in response.text


def test_saving_reads_the_document_anew_and_leads_to_the_measures(client, city):
    made = imported(city)
    response = save(client, city.director, made, "number", "task", "support", "lead", "due", "person")
    assert response.url == reverse("web:review", args=[made.pk])
    first = made.measures.order_by("position").first()
    assert (first.lead, first.support) == (["市水利局", "东湖区政府"], ["市城管局"])
    assert "已重读,共 2 条。" in client.get(response.url).text


def test_the_table_can_be_left_for_the_clauses(client, city):
    made = imported(city)
    save(client, city.supervisor, made, *FIELDS, by="clauses")
    made.refresh_from_db()
    assert made.columns == [{"headings": 1, "fields": [""] * 6}]


def test_a_fault_stands_at_its_column_and_the_choices_are_kept(client, city):
    made = imported(city)
    response = save(client, city.supervisor, made, "task", "task", "lead", "", "", "", headings="二")
    assert response.status_code == 422
    assert "一张表只能有一列是“工作任务”。" in response.text
    assert "表头行数请填 0 到 10" in response.text
    [table] = response.context["tables"]
    assert [column.chosen for column in table.columns][:3] == ["task", "task", "lead"]
    assert table.headings == "二"
    assert made.measures.count() == 2


def test_a_stale_form_is_told_so_and_keeps_its_choices(client, city):
    made = imported(city)
    save(client, city.supervisor_2, made, "number", "task", "support", "lead", "due", "person")
    response = save(client, city.supervisor, made, "number", "lead", "task", "support", "due", "person")
    assert response.status_code == 409
    assert "列的对应关系已被别人改过" in response.text
    [table] = response.context["tables"]
    assert [column.chosen for column in table.columns][1:3] == ["lead", "task"]
    assert 'name="seen" value="2"' in response.text


def test_once_a_measure_is_decided_the_columns_stay(client, city):
    made = imported(city)
    one = made.measures.first()
    measure_decisions.reject_measure(one.pk, actor=actor(city.supervisor), version=1, reason="重复", at=AT)
    response = page(client, city.supervisor, made)
    assert "条目已有人处理,不能再改列的对应关系" in response.text
    assert 'value="clauses"' not in response.text
    assert save(client, city.supervisor, made, *FIELDS, seen="2").status_code == 409
    assert made.measures.count() == 2


def test_a_document_that_reads_otherwise_now_says_so(client, city):
    made = imported(city)
    Document.objects.filter(pk=made.pk).update(text="别的字")
    response = page(client, city.supervisor, made)
    assert response.status_code == 409
    assert "请另行导入" in response.text


def test_who_may_open_the_page(client, city):
    made = imported(city)
    elsewhere = government(2024)
    expected = {"director": 200, "supervisor": 200, "supervisor_2": 200, "auditor": 403}
    for name, post in city.posts.items():
        assert page(client, post, made).status_code == expected.get(name, 404), name
        if name not in ("director", "supervisor", "supervisor_2"):
            assert save(client, post, made, *FIELDS).status_code == expected.get(name, 404), name
    assert page(client, elsewhere.supervisor, made).status_code == 404
    client.logout()
    assert client.get(url(made)).status_code == 302


def test_a_document_without_tables_has_no_such_page(client, city):
    made = intake.import_document(
        actor=actor(city.supervisor), filename="报告.txt", content="二、2024年工作安排\n新建公园三座。".encode(),
        plan_year=2024, title="", kind=None, at=AT,
    )  # fmt: skip
    assert page(client, city.supervisor, made).status_code == 404


def test_markup_in_a_cell_is_text(client, city):
    rows = (*DIVISION, ("3", "<script>alert(1)</script>植树", "市林业局", "", "", ""))
    text = page(client, city.supervisor, imported(city, rows)).text
    assert "<script>alert" not in text


def test_the_page_costs_as_many_queries_for_3_rows_as_for_300(client, city):
    def cost(count):
        rows = (*DIVISION, *((str(number), f"第{number}件事", "市水利局", "", "", "") for number in range(count)))
        made = imported(city, rows)
        page(client, city.supervisor, made)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(made)).status_code == 200
        return len(queries)

    assert cost(3) == cost(300)
