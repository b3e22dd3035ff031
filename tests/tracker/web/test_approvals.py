"""The screen on which a head approves the unit's batch, and the page to be signed."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Report
from tests.factories import government, moment, payload_for, perform, pledge_in
from workflow.models import Instruction, Request, Sheet, SignedPage, Task

pytestmark = pytest.mark.django_db
TODAY = "2020-03-25"


@pytest.fixture
def city(set_today):
    set_today(TODAY)
    return government()


def reported(city, **more):
    pledge = pledge_in("in_progress", city)
    perform("report", pledge, city.coordinator, at="2020-03-20", **{**payload_for("report", city, pledge), **more})
    return pledge


def address(city):
    return reverse("web:approvals", args=[city.programme.pk])


def open_page(client, city, post):
    client.force_login(post.holder)
    return client.get(address(city))


def ticked(*pledges, how="online", **more):
    seen = {f"seen.{pledge.pk}": pledge.reports.latest("pk").pk for pledge in pledges}
    return {"pledge": [pledge.pk for pledge in pledges], "how": how, **seen, **more}


def statuses():
    return list(Report.objects.order_by("pk").values_list("status", flat=True))


def test_the_desk_leads_the_head_to_the_batch(client, city):
    reported(city)
    client.force_login(city.head.holder)
    text = client.get(reverse("web:desk")).text
    assert f'href="{address(city)}">审签</a>' in text
    assert "1 批填报待审签" in text


def test_each_row_shows_value_plan_light_sentence_and_the_change(client, city, set_today):
    pledge = reported(city)
    perform("approve", pledge, city.head, at="2020-03-21")
    target = pledge.targets.get()
    perform("report", pledge, city.coordinator, at="2020-04-02", sentence="又完成十个", values={target.pk: "130"})
    set_today("2020-04-02")
    text = open_page(client, city, city.head).text
    for shown in ("1 项填报等待审签。", pledge.number, "130", "/ 355个", "计划", "较上次 +10个", "绿灯", "又完成十个"):
        assert shown in text
    assert "checked" in text


def test_all_that_is_ticked_is_approved_and_the_rest_stays(client, city):
    one, two = reported(city), reported(city)
    client.force_login(city.head.holder)
    response = client.post(address(city), ticked(one))
    assert (response.status_code, response.url) == (302, address(city))
    assert statuses() == ["approved", "submitted"]
    assert client.post(address(city), ticked(two)).url == reverse("web:desk")
    assert statuses() == ["approved", "approved"]


def test_a_report_made_meanwhile_gives_409_and_approves_nothing(client, city):
    one, two = reported(city), reported(city)
    sent = ticked(one, two)
    perform(
        "report", two, city.coordinator, at="2020-03-24", **{**payload_for("report", city, two), "sentence": "更正"}
    )
    client.force_login(city.head.holder)
    response = client.post(address(city), sent)
    assert response.status_code == 409
    assert f"{two.number}:" in response.text
    assert "更正" in response.text
    assert set(statuses()) == {"submitted"}


def test_nothing_ticked_gives_422(client, city):
    reported(city)
    client.force_login(city.head.holder)
    response = client.post(address(city), {"how": "online"})
    assert response.status_code == 422
    assert "请至少勾选一项。" in response.text


def test_the_coordinator_records_what_was_signed_on_paper(client, city):
    one, two = reported(city), reported(city)
    desk = open_page(client, city, city.coordinator)
    assert "审签所选" not in desk.text
    assert address(city) in client.get(reverse("web:desk")).text
    scan = SimpleUploadedFile("审签单.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    sent = ticked(one, two, how="paper", signer="李建国", signed_date="2020-03-24", scan=scan)
    assert client.post(address(city), sent).status_code == 302
    assert statuses() == ["approved", "approved"]
    page = SignedPage.objects.get()
    assert (page.signer, page.signed_date) == ("李建国", datetime.date(2020, 3, 24))


def test_faults_of_the_scan_stand_at_their_fields_and_keep_what_was_typed(client, city):
    pledge = reported(city)
    client.force_login(city.coordinator.holder)
    response = client.post(address(city), ticked(pledge, how="paper", signer="李建国", signed_date="2020-03-26"))
    assert response.status_code == 422
    assert 'id="fault_scan">请上传签字页的扫描件。' in response.text
    assert 'id="fault_signed_date">签字日期不能晚于今天。' in response.text
    assert 'value="李建国"' in response.text
    assert statuses() == ["submitted"]


def test_the_page_to_be_signed_names_unit_period_items_and_has_a_line_to_sign_on(client, city):
    pledge = reported(city)
    client.force_login(city.head.holder)
    text = client.get(reverse("web:approvals-page", args=[city.programme.pk])).text
    for shown in ("审签单", str(city.housing), "2020-Q1", pledge.number, "负责人(签字):"):
        assert shown in text


STATUS = {
    "head": 200, "coordinator": 200, "water_head": 404, "supervisor": 403, "director": 403, "leader": 403,
    "auditor": 403, "statistician": 403, "system_admin": 403, "security_admin": 403,
}  # fmt: skip


@pytest.mark.parametrize(("who", "status"), STATUS.items())
def test_who_may_open_the_batch(client, city, who, status):
    reported(city)
    assert open_page(client, city, city.posts[who]).status_code == status


def test_another_unit_sees_its_own_batch_alone(client, city):
    pledge = pledge_in("in_progress", city, support=(city.water,))
    perform("report", pledge, city.coordinator, at="2020-03-20", **payload_for("report", city, pledge))
    assert pledge.number not in open_page(client, city, city.water_head).text


def test_the_page_costs_the_same_for_three_rows_and_for_thirty(client, city):
    def cost():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address(city)).status_code == 200
        return len(counted)

    for _each in range(3):
        reported(city)
    open_page(client, city, city.head)
    few = cost()
    for _each in range(27):
        reported(city)
    assert cost() == few


# What one person has prepared for another's decision


def test_the_head_s_claim_begins_with_what_the_coordinator_proposed(client, city):
    pledge = pledge_in("in_progress", city)
    perform("propose_claim", pledge, city.coordinator, at=TODAY, reason="其余村并入明年", evidence="验收报告已归档")
    client.force_login(city.head.holder)
    task = Task.objects.open().get(kind="approve_claim")
    assert task.post == city.head
    text = client.get(reverse("web:desk")).text
    claim = reverse("web:act", args=[pledge.pk, "claim"])
    assert f'href="{claim}?next=/desk/"' in text
    text = client.get(claim).text
    assert "其余村并入明年</textarea>" in text
    assert "验收报告已归档</textarea>" in text
    assert f"由{city.coordinator.holder}({city.coordinator})拟出" in text


def test_the_director_s_form_begins_with_the_supervisor_s_draft(client, city):
    pledge = pledge_in("claimed", city)
    perform(
        "draft_verification", pledge, city.supervisor, at="2020-11-16",
        method="site", finding="抽查十个村均已通水", outcome="met_with_change",
    )  # fmt: skip
    client.force_login(city.director.holder)
    text = client.get(reverse("web:act", args=[pledge.pk, "verify"])).text
    assert "抽查十个村均已通水</textarea>" in text
    assert 'value="site" checked' in text
    assert 'value="met_with_change" checked' in text
    assert f"由{city.supervisor.holder}({city.supervisor})拟出" in text


@pytest.mark.parametrize("kind", [kind for kind in Task.Kind if kind not in ("approve", "review_measures")])
def test_no_kind_of_task_breaks_the_desk(client, city, kind):
    pledge = pledge_in("assigned", city)
    Task.objects.all().delete()
    about = {"pledge": pledge}
    if kind in ("consult", "settle_answers", "sign_list", "issue_sheets"):
        about = {"programme": city.programme}
    elif kind in ("check_figures", "settle_objections", "close_period"):
        about = {"programme": city.programme, "period": city.programme.periods.first()}
    elif kind in ("answer_sheet", "judge_sheet"):
        about = {
            "sheet": Sheet.objects.create(
                programme=city.programme, unit=city.housing, colour="red", status="issued", number="督〔2020〕1号",
                proposed_at=moment(TODAY), due_date=TODAY,
            )
        }  # fmt: skip
    elif kind == "decide_request":
        about["request"] = Request.objects.create(
            pledge=pledge, kind="extension", reason="汛期停工", asked_at=moment(TODAY), due_date=TODAY
        )
    elif kind == "act_on_instruction":
        about = {
            "instruction": Instruction.objects.create(
                leader=city.leader, kind="action", pledge=pledge, words="请抓紧", given_date=TODAY, post=city.head,
                due_date=TODAY, recorded_at=moment(TODAY),
            )
        }  # fmt: skip
    Task.objects.create(kind=kind, post=city.head, due_date=TODAY, opened_at=moment(TODAY), **about)
    client.force_login(city.head.holder)
    assert client.get(reverse("web:desk")).status_code == 200
