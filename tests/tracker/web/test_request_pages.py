import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, Role
from tests.factories import PostFactory, actor, government, make_deputy
from tests.workflow.requests_world import REASON, answer, ask, city, decide, led, page_of
from workflow.models import Request, SignedPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(set_today):
    set_today("2020-06-01")
    return city()


def get(client, post, name, *args, **query):
    client.force_login(post.holder)
    return client.get(reverse(f"web:{name}", args=args), query)


def send(client, post, name, *args, **typed):
    client.force_login(post.holder)
    return client.post(reverse(f"web:{name}", args=args), typed)


def kinds_offered(response):
    return {row.kind.value for row in response.context["requests"]["kinds"]}


def test_the_pledge_page_offers_only_what_the_reader_may_ask_now(client, world):
    at, _mayor = world
    pledge = led("in_progress", at, support=(at.water,))
    assert kinds_offered(get(client, at.coordinator, "pledge", pledge.pk)) == {
        "extension",
        "coordination",
        "person_change",
    }
    assert kinds_offered(get(client, at.head, "pledge", pledge.pk)) == {
        "extension",
        "reassignment",
        "target_change",
        "coordination",
        "person_change",
        "suspension",
        "withdrawal",
    }
    assert kinds_offered(get(client, at.water_head, "pledge", pledge.pk)) == {"person_change"}
    assert kinds_offered(get(client, at.director, "pledge", pledge.pk)) == {"withdrawal"}
    assert kinds_offered(get(client, at.leader, "pledge", pledge.pk)) == set()
    ask("extension", pledge, at.head)
    response = get(client, at.coordinator, "pledge", pledge.pk)
    assert "extension" not in kinds_offered(response)
    assert reverse("web:request", args=[Request.objects.get().pk]) in response.text


@pytest.mark.parametrize(
    ("kind", "boxes"),
    [
        ("extension", {"due_date", "reason"}),
        ("reassignment", {"lead_unit", "reason"}),
        ("target_change", {"target", "value", "title", "reason"}),  # no second value: the target is no range
        ("coordination", {"reason", "wanted_by"}),
        ("person_change", {"person", "reason"}),
        ("suspension", {"until", "reason"}),
        ("withdrawal", {"reason"}),
    ],
)
def test_the_form_asks_for_what_the_kind_needs(client, world, kind, boxes):
    at, _mayor = world
    pledge = led("in_progress", at)
    response = get(client, at.head, "request-ask", pledge.pk, kind)
    assert response.status_code == 200
    assert {field.name for field in response.context["fields"]} == boxes
    assert f'name="version" value="{pledge.version}"' in response.text


def test_asking_leads_to_the_request(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)
    response = send(
        client, at.coordinator, "request-ask", pledge.pk, "extension",
        due_date="2020-12-28", reason=REASON, version=pledge.version,
    )  # fmt: skip
    request = Request.objects.get()
    assert response.url == reverse("web:request", args=[request.pk])
    shown = get(client, at.coordinator, "request", request.pk)
    assert "2020-12-28(现为 2020-12-15)" in shown.text
    assert "2020-06-08 前,还有 5 个工作日" in shown.text
    assert "撤回申请" in shown.text
    assert 'value="grant"' not in shown.text


def test_faults_stand_at_their_fields_and_keep_what_was_typed(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)
    response = send(
        client, at.head, "request-ask", pledge.pk, "extension",
        due_date="2020-12-01", reason=REASON, version=pledge.version,
    )  # fmt: skip
    assert response.status_code == 422
    [due] = [field for field in response.context["fields"] if field.name == "due_date"]
    assert (due.value, str(due.fault)) == ("2020-12-01", "新的时限应晚于现在的时限 2020-12-15。")
    assert REASON in response.text


def test_a_stale_form_and_a_second_request_are_409(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)
    typed = {"due_date": "2020-12-28", "reason": REASON}
    response = send(client, at.head, "request-ask", pledge.pk, "extension", version=pledge.version - 1, **typed)
    assert response.status_code == 409
    assert REASON in response.text
    ask("extension", pledge, at.coordinator)
    response = send(client, at.head, "request-ask", pledge.pk, "extension", version=pledge.version, **typed)
    assert response.status_code == 409
    assert "已有一件“延期”申请在办" in response.text
    assert "现在不能提出这一类申请" in response.text


def test_who_may_not_ask_is_told_why(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)
    assert get(client, at.supervisor, "request-ask", pledge.pk, "extension").status_code == 403
    assert get(client, at.county_coordinator, "request-ask", pledge.pk, "extension").status_code == 404
    assert get(client, at.head, "request-ask", pledge.pk, "dance").status_code == 404


def test_a_request_after_the_due_date_says_so_before_and_after(client, set_today):
    set_today("2020-12-16")
    at, _mayor = city()
    pledge = led("in_progress", at)
    assert "申请会注明“到期后提出”" in get(client, at.head, "request-ask", pledge.pk, "extension").text
    request = ask("extension", pledge, at.head, at="2020-12-16", due_date="2020-12-31")
    assert "到期后提出" in get(client, at.leader, "request", request.pk).text


def test_the_leader_decides_on_one_screen(client, world):
    at, _mayor = world
    pledge = led("in_progress", at, reported=True)
    request = ask("extension", pledge, at.head)
    desk = get(client, at.leader, "desk")
    assert reverse("web:request", args=[request.pk]) in desk.text
    shown = get(client, at.leader, "request", request.pk)
    assert "等您办理" in shown.text
    assert 'value="grant"' in shown.text
    assert "120" in shown.text
    assert "signed_page" not in shown.text
    response = send(client, at.leader, "request", request.pk, act="refuse", words="", version=1)
    assert response.status_code == 422
    assert "不同意的,请写明理由" in response.text
    response = send(client, at.leader, "request", request.pk, act="wave", version=1)
    assert response.status_code == 422
    response = send(client, at.leader, "request", request.pk, act="grant", words="同意延期", version=1)
    assert response.status_code == 302
    assert Pledge.objects.get(pk=pledge.pk).due_date.isoformat() == "2020-12-28"
    response = send(client, at.leader, "request", request.pk, act="grant", words="再次", version=1)
    assert response.status_code == 409
    page = get(client, at.coordinator, "pledge", pledge.pk)
    assert "历次时限" in page.text
    assert [str(one.day) for one in page.context["requests"]["due_dates"]] == ["2020-12-15", "2020-12-28"]
    assert "同意延期" in page.text


def test_a_deputy_uploads_the_signed_page(client, world):
    at, _mayor = world
    secretary = PostFactory(unit=at.office, role=Role.SUPERVISOR, title="秘书一科")
    make_deputy(at.leader, secretary.holder, "2020-05-01", "2020-07-01")
    request = ask("extension", led("in_progress", at), at.head)
    client.force_login(secretary.holder)
    client.post(reverse("web:post"), {"post": at.leader.pk})
    address = reverse("web:request", args=[request.pk])
    shown = client.get(address)
    assert 'enctype="multipart/form-data"' in shown.text
    assert 'name="signed_page.scan"' in shown.text
    assert client.post(address, {"act": "grant", "words": "同意", "version": 1}).status_code == 422
    scan = SimpleUploadedFile("批示.pdf", b"%PDF-1.7 scan", content_type="text/html")
    given = {"act": "grant", "words": "同意", "version": 1, "signed_page.signer": "副市长"}
    response = client.post(address, {**given, "signed_page.scan": scan})
    assert response.status_code == 422
    assert "请填写签字日期" in response.text
    assert SignedPage.objects.count() == 0
    scan.seek(0)
    response = client.post(address, {**given, "signed_page.scan": scan, "signed_page.signed_date": "2020-06-01"})
    assert response.status_code == 302
    page = SignedPage.objects.get()
    request.refresh_from_db()
    assert (request.status, request.signed_page) == ("granted", page)
    assert reverse("web:signed-page", args=[page.pk]) in client.get(address).text


def test_a_signed_page_is_a_download_for_whoever_sees_what_it_bears_out(client, world):
    at, _mayor = world
    by = actor(at.leader, deputy=at.supervisor)
    page = page_of(by)
    request = ask("extension", led("in_progress", at), at.head)
    decide(request, by, signed_page=page.pk)
    response = get(client, at.coordinator, "signed-page", page.pk)
    assert response.content == b"%PDF-1.7 scan"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert get(client, at.water_head, "signed-page", page.pk).status_code == 404
    assert get(client, at.leader, "signed-page", page.pk + 1).status_code == 404


def test_the_unit_that_is_asked_answers_without_seeing_the_pledge_page(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)
    request = ask("reassignment", pledge, at.head, lead_unit=at.water.pk)
    desk = get(client, at.water_head, "desk").text
    assert reverse("web:request", args=[request.pk]) in desk
    assert reverse("web:pledge", args=[pledge.pk]) not in desk
    shown = get(client, at.water_head, "request", request.pk).text
    assert reverse("web:pledge", args=[pledge.pk]) not in shown
    assert 'name="agrees"' in shown
    response = send(client, at.water_head, "request", request.pk, act="answer", words="", agrees="", version=1)
    assert response.status_code == 422
    response = send(client, at.water_head, "request", request.pk, act="answer", words="", agrees="true", version=1)
    assert response.status_code == 302
    assert request.steps.get(position=1).agrees is True
    assert get(client, at.water_coordinator, "request", request.pk).status_code == 404


def test_taking_back_on_the_page(client, world):
    at, _mayor = world
    request = ask("extension", led("in_progress", at), at.coordinator)
    assert send(client, at.head, "request", request.pk, act="take_back", version=1).status_code == 403
    assert send(client, at.coordinator, "request", request.pk, act="take_back", version=1).status_code == 302
    assert "已撤回" in get(client, at.coordinator, "request", request.pk).text


def test_a_review_offers_another_outcome_or_reopening(client, set_today):
    set_today("2020-11-24")
    at, _mayor = city()
    request = ask("conclusion_review", led("closed", at), at.head, at="2020-11-23")
    shown = get(client, at.leader, "request", request.pk)
    fields = {field.name: field for field in shown.context["fields"]}
    assert [value for value, _label in fields["outcome"].options] == ["met_with_change", "not_met"]
    assert {"reopen", "due_date"} <= set(fields)
    response = send(client, at.leader, "request", request.pk, act="grant", outcome="not_met", version=1)
    assert response.status_code == 302


def test_the_list_filters_by_scope_and_kind(client, world):
    at, _mayor = world
    first, second = led("in_progress", at), led("in_progress", at)
    extension = ask("extension", first, at.head)
    coordination = ask("coordination", second, at.coordinator)
    done = ask("extension", second, at.head)
    decide(done, at.leader, grant=False)

    def listed(post, **query):
        return {row.request for row in get(client, post, "requests", **query).context["rows"]}

    assert listed(at.director) == {extension, coordination}
    assert listed(at.director, scope="all") == {extension, coordination, done}
    assert listed(at.director, kind="extension") == {extension}
    assert listed(at.director, scope="mine") == set()
    assert listed(at.leader, scope="mine") == {extension, coordination, done}
    assert listed(at.coordinator, scope="mine") == {coordination}
    assert listed(at.county_coordinator) == set()
    assert listed(government().director) == set()
    assert "2 件在办,2 件等您办理" in get(client, at.leader, "requests").text
    assert listed(at.director, scope="x", kind="y") == {extension, coordination}


def test_the_list_asks_the_same_number_of_queries_for_3_and_for_30(client, world):
    at, _mayor = world

    def count():
        client.force_login(at.director.holder)
        client.get(reverse("web:requests"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("web:requests")).status_code == 200
        return len(queries)

    for _number in range(3):
        ask("extension", led("in_progress", at), at.head)
    few = count()
    for _number in range(27):
        ask("extension", led("in_progress", at), at.head)
    assert count() == few


def test_the_pledge_page_asks_the_same_number_of_queries_however_many_requests(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)

    def count():
        client.force_login(at.auditor.holder)
        client.get(reverse("web:pledge", args=[pledge.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("web:pledge", args=[pledge.pk])).status_code == 200
        return len(queries)

    decide(ask("extension", pledge, at.head), at.leader, grant=False)
    few = count()
    for _number in range(5):
        decide(ask("extension", pledge, at.head), at.leader, grant=False)
    assert count() == few


def test_the_check_of_a_suspension_leads_to_the_pledge(client, world):
    at, _mayor = world
    pledge = led("in_progress", at)
    request = ask("suspension", pledge, at.head)
    decide(request, at.leader, document_number="政函〔2020〕3号")
    task = pledge.tasks.get(kind="check_suspension", closed_at=None)
    shown = get(client, task.post, "desk")
    assert reverse("web:pledge", args=[pledge.pk]) in shown.text
    offered = kinds_offered(get(client, task.post, "pledge", pledge.pk))
    assert offered == {"resumption"}


def test_an_answer_is_shown_among_the_steps(client, world):
    at, _mayor = world
    request = ask("reassignment", led("in_progress", at), at.head, lead_unit=at.water.pk)
    answer(request, at.water_head, agrees=False, words="管网不归我局管理")
    text = get(client, at.director, "request", request.pk).text
    assert "管网不归我局管理" in text
    assert 'name="agrees"' not in text
