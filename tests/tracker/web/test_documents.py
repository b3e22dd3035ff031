import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Document, Measure, Programme
from tests.factories import SHANGHAI, government
from tests.tracker.web.documents import document

pytestmark = pytest.mark.django_db

REPORT = "政府工作报告\n\n二、2020年工作安排\n\n新建公共停车场48个,改造供水管网120公里。".encode()


def upload(client, post, content=REPORT, **typed):
    client.force_login(post.holder)
    files = {} if content is None else {"file": SimpleUploadedFile("报告.txt", content)}
    return client.post(reverse("web:document-import"), {"plan_year": "2020", "title": "", "kind": "", **typed, **files})


def test_an_import_leads_to_the_review_of_what_was_read(client, set_today):
    set_today("2020-01-20")
    city = government()
    response = upload(client, city.supervisor, title="二〇二〇年工作报告")
    made = Document.objects.get()
    assert response.url == reverse("web:review", args=[made.pk])
    assert (made.title, made.programme, made.imported_by) == (
        "二〇二〇年工作报告",
        city.programme,
        city.supervisor.holder,
    )
    assert made.imported_at.astimezone(SHANGHAI).date() == datetime.date(2020, 1, 20)
    assert any("48" in one.quote for one in Measure.objects.filter(document=made))


def test_the_plan_year_is_today_s_unless_typed(client, set_today):
    set_today("2021-03-01")
    city = government()
    client.force_login(city.director.holder)
    assert 'value="2021"' in client.get(reverse("web:document-import")).text
    upload(client, city.director, plan_year="2022")
    assert Programme.objects.filter(government=city.city, year=2022).exists()


@pytest.mark.parametrize(
    ("content", "typed", "message"),
    [
        (None, {}, "请选择要导入的文件。"),
        (b"\x00\x01\x02\x03" * 50, {}, "文件不是文本"),
        (REPORT, {"plan_year": "20x0"}, "请填写四位数的计划年度"),
        (REPORT, {"plan_year": "1066"}, "请填写四位数的计划年度"),
        (REPORT, {"kind": "novel"}, "请从列表中选择。"),
        (REPORT, {"title": "长" * 201}, "标题最多 200 字。"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_the_rest_is_kept(client, content, typed, message):
    city = government()
    response = upload(client, city.supervisor, content, **{"title": "我写的标题", **typed})
    assert response.status_code == 422
    assert message in response.text
    assert (typed.get("title") or "我写的标题") in response.text
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, settings):
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    city = government()
    response = upload(client, city.supervisor, b"x" * (1024 * 1024 + 600_000))
    assert response.status_code == 422
    assert "文件有 1.6 MB,最多 1 MB,请拆分后再导入。" in response.text


def test_the_same_file_is_not_imported_twice(client):
    city = government()
    upload(client, city.supervisor)
    response = upload(client, city.supervisor)
    assert response.status_code == 422
    assert "这份文件已经导入过" in response.text
    assert Document.objects.count() == 1


def test_only_the_office_imports_and_the_auditor_only_looks(client):
    city = government()
    document(city)
    assert upload(client, city.auditor).status_code == 403
    assert upload(client, city.coordinator).status_code == 403
    client.force_login(city.auditor.holder)
    text = client.get(reverse("web:documents")).text
    assert "云溪市政府工作报告" in text
    assert reverse("web:document-import") not in text
    client.force_login(city.coordinator.holder)
    response = client.get(reverse("web:documents"))
    assert response.status_code == 403
    assert "来源文件由督查室管理" in response.text


def test_the_page_warns_of_secrets(client):
    city = government()
    client.force_login(city.supervisor.holder)
    assert "不得上传涉密文件。" in client.get(reverse("web:document-import")).text


def test_the_list_counts_each_document_s_measures_by_fate(client):
    city, other = government(), government()
    made = document(city)
    document(other)
    Measure.objects.filter(document=made, position=1).update(fate="rejected", reason="重复")
    client.force_login(city.supervisor.holder)
    response = client.get(reverse("web:documents"))
    (row,) = response.context["page"]
    assert (row.pending_count, row.accepted_count, row.rejected_count) == (1, 0, 1)
    assert "1 份文件,1 条待核定。" in response.text


def test_an_empty_list_says_what_will_stand_there(client):
    city = government()
    client.force_login(city.supervisor.holder)
    text = client.get(reverse("web:documents")).text
    assert "还没有文件" in text
    assert "导入第一份文件" in text


def test_the_list_costs_as_many_queries_for_3_documents_as_for_300(client):
    city = government()
    client.force_login(city.supervisor.holder)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("web:documents")).status_code == 200
        return len(queries)

    for _ in range(3):
        document(city)
    cost()
    few = cost()
    for _ in range(297):
        document(city)
    assert cost() == few
