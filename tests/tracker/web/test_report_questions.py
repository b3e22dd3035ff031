"""The report's form: questions asked once, the newest report seen, and a page signed on paper."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pledges.models import Report, ReportStatus
from tests.factories import actor, government, perform, pledge_in
from workflow.models import Event, ReportReview, SignedPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-06-20")
    return government()


@pytest.fixture
def pledge(city):
    return pledge_in("in_progress", city, reported=True)


def address(pledge, act="report"):
    return reverse("web:act", args=[pledge.pk, act])


def typed(pledge, **more):
    return {
        "version": pledge.version,
        "seen": pledge.reports.order_by("-pk").first().pk,
        "asked": "",
        "period": "2020-Q2",
        "sentence": "石桥镇管网已通水",
        "outlook": "hard",
        f"values.{pledge.targets.get().pk}": "180",
        **more,
    }


def deputy(city):
    """Somebody else who reports for the same post."""
    return actor(city.coordinator, deputy=city.water_coordinator)


def send(client, post, pledge, act="report", **more):
    client.force_login(post.holder)
    return client.post(address(pledge, act), more or typed(pledge))


def hidden(response):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response.text))


def test_a_sound_report_goes_up_at_once(client, city, pledge):
    response = send(client, city.coordinator, pledge)
    assert response.status_code == 302
    assert pledge.reports.count() == 2


def test_questions_show_the_form_again_with_everything_typed(client, city, pledge):
    box = f"values.{pledge.targets.get().pk}"
    response = send(
        client, city.coordinator, pledge, **typed(pledge, **{box: "1800"}, outlook="", sentence="正在稳步推进")
    )
    assert response.status_code == 200
    assert pledge.reports.count() == 1
    assert hidden(response)["asked"] == f"jump:{box},phrases:sentence,outlook_missing:outlook"
    text = response.text
    assert "还没有提交,请先核对" in text
    assert "核对无误,提交" in text
    assert 'value="1800"' in text
    assert ">正在稳步推进</textarea>" in text
    words = "累计完成填了 1800个,是上次 120个 的 15 倍。单位对吗?这里按“个”填写。"
    assert text.count(words) == 2  # in the summary and at the box
    assert f'<a href="#id_{box}">{words}</a>' in text
    assert f'id="id_{box}" name="{box}"' in text
    assert f'aria-describedby="question_{box}"' in text
    assert text.index('name="outlook"') < text.index('<details class="fold"')  # every report of that quarter says it
    assert "data-draft-stays" in text
    assert 'aria-invalid="true"' not in text


def test_sent_again_it_goes_up_and_the_record_says_what_was_asked(client, city, pledge):
    box = f"values.{pledge.targets.get().pk}"
    more = typed(pledge, **{box: "1800"}, sentence="正在稳步推进")
    asked = hidden(send(client, city.coordinator, pledge, **more))["asked"]
    response = send(client, city.coordinator, pledge, **{**more, "asked": asked})
    assert response.status_code == 302
    report = pledge.reports.order_by("-pk").first()
    assert report.values.get().value == 1800
    event = Event.objects.filter(action="report").order_by("-pk").first()
    assert json.loads(event.payload.text)["input"]["asked"] == [f"jump:{box}", "phrases:sentence"]


def test_what_was_put_right_is_not_on_record_as_answered(client, city, pledge):
    box = f"values.{pledge.targets.get().pk}"
    more = typed(pledge, **{box: "1800"}, sentence="正在稳步推进")
    asked = hidden(send(client, city.coordinator, pledge, **more))["asked"]
    response = send(client, city.coordinator, pledge, **{**more, "asked": asked, box: "180"})
    assert response.status_code == 302
    event = Event.objects.filter(action="report").order_by("-pk").first()
    assert json.loads(event.payload.text)["input"]["asked"] == ["phrases:sentence"]


def test_a_new_question_is_asked_before_the_report_goes_up(client, city, pledge):
    box = f"values.{pledge.targets.get().pk}"
    more = typed(pledge, **{box: "1800"})
    asked = hidden(send(client, city.coordinator, pledge, **more))["asked"]
    response = send(client, city.coordinator, pledge, **{**more, "asked": asked, "sentence": "正在稳步推进"})
    assert response.status_code == 200
    assert hidden(response)["asked"] == f"jump:{box},phrases:sentence"
    assert pledge.reports.count() == 1


def test_faults_come_before_questions(client, city, pledge):
    box = f"values.{pledge.targets.get().pk}"
    response = send(client, city.coordinator, pledge, **typed(pledge, **{box: "100"}, sentence="正在稳步推进"))
    assert response.status_code == 422  # the fall asks for its reason
    assert "还没有提交,请先核对" not in response.text
    response = send(client, city.coordinator, pledge, **typed(pledge, **{box: "abc"}, sentence="正在稳步推进"))
    assert response.status_code == 422
    response = send(client, city.supervisor, pledge, **typed(pledge, sentence="正在稳步推进"))
    assert response.status_code == 403


def test_codes_made_up_are_refused_in_words(client, city, pledge):
    response = send(client, city.coordinator, pledge, **typed(pledge, asked='"><script>'))
    assert response.status_code == 422
    assert "请给出已核对问题的代码" in response.text
    assert "<script>" not in response.text.replace("<script src", "")


def test_the_form_carries_the_newest_report_and_shows_no_box_for_it(client, city, pledge):
    client.force_login(city.coordinator.holder)
    response = client.get(address(pledge))
    assert hidden(response)["seen"] == str(Report.objects.get().pk)
    assert hidden(response)["asked"] == ""
    assert "打开时的最新填报" not in response.text
    assert "已核对的问题" not in response.text
    fresh = pledge_in("in_progress", city)
    assert hidden(client.get(address(fresh)))["seen"] == "0"


def test_a_report_of_somebody_else_meanwhile_is_shown_and_nothing_typed_is_lost(client, city, pledge):
    old = typed(pledge, sentence="南山村管网已通水")
    target = str(pledge.targets.get().pk)
    perform(
        "report",
        pledge,
        deputy(city),
        at="2020-06-19",
        sentence="东湖村泵站已验收",
        values={target: "170"},
        outlook="hard",
    )
    response = send(client, city.coordinator, pledge, **old)
    assert response.status_code == 409
    assert "东湖村泵站已验收" in response.text
    assert ">南山村管网已通水</textarea>" in response.text
    assert 'value="180"' in response.text
    newest = pledge.reports.order_by("-pk").first()
    assert hidden(response)["seen"] == str(newest.pk)
    response = send(client, city.coordinator, pledge, **{**old, **hidden(response)})
    assert response.status_code == 302


def test_a_stale_report_is_told_so_before_any_question(client, city, pledge):
    old = typed(pledge, sentence="正在稳步推进")
    target = str(pledge.targets.get().pk)
    perform(
        "report",
        pledge,
        deputy(city),
        at="2020-06-19",
        sentence="东湖村泵站已验收",
        values={target: "170"},
        outlook="hard",
    )
    assert send(client, city.coordinator, pledge, **old).status_code == 409


def test_without_a_period_the_outlook_box_is_there_all_the_same(client, city, pledge):
    response = send(client, city.coordinator, pledge, **typed(pledge, period="", outlook=""))
    assert response.status_code == 200
    assert 'id="id_outlook"' in response.text


# A page signed on paper

SCAN = b"%PDF-1.4 scanned"


def paper(pledge, *, content=SCAN, **more):
    return {
        "version": pledge.version,
        "signed_page.scan": SimpleUploadedFile("审签单.pdf", content),
        "signed_page.signer": "李局长",
        "signed_page.signed_date": "2020-06-19",
        **more,
    }


@pytest.fixture
def waiting(city, pledge):
    """A report that waits for the head."""
    target = str(pledge.targets.get().pk)
    return perform(
        "report", pledge, city.coordinator, at="2020-06-19", sentence="东湖村泵站已验收", values={target: "170"}
    )


def test_the_form_of_a_signed_page_takes_a_file(client, city, waiting):
    client.force_login(city.coordinator.holder)
    response = client.get(address(waiting, "record_approval"))
    assert response.status_code == 200
    assert 'enctype="multipart/form-data"' in response.text
    assert 'type="file" id="id_signed_page.scan"' in response.text
    assert "enctype" not in client.get(address(waiting)).text


def test_an_approval_on_paper_is_recorded_with_its_scan(client, city, waiting):
    response = send(client, city.coordinator, waiting, "record_approval", **paper(waiting))
    assert response.status_code == 302
    page = SignedPage.objects.get()
    assert (bytes(page.content), page.signer, page.filename) == (SCAN, "李局长", "审签单.pdf")
    assert page.signed_date.isoformat() == "2020-06-19"
    assert waiting.reports.order_by("-pk").first().status == ReportStatus.APPROVED
    assert ReportReview.objects.get(signed_page=page)


def test_faults_stand_at_their_boxes_and_no_page_is_kept(client, city, waiting):
    bad = {"signed_page.signer": "", "signed_page.signed_date": "2020-06-21"}
    response = send(client, city.coordinator, waiting, "record_approval", **paper(waiting, content=b"MZ", **bad))
    assert response.status_code == 422
    for box, words in (
        ("scan", "扫描件请用 PDF、JPG 或 PNG 格式。"),
        ("signer", "请填写在纸上签字的人。"),
        ("signed_date", "签字日期不能晚于今天。"),
    ):
        assert f'<p class="fault" id="fault_signed_page.{box}">{words}</p>' in response.text
    response = send(client, city.coordinator, waiting, "record_approval", version=waiting.version)
    assert response.status_code == 422
    assert "请上传签字页的扫描件。" in response.text
    assert "请填写“签字页”" not in response.text
    response = send(
        client, city.coordinator, waiting, "record_approval", **{**paper(waiting), "signed_page.scan": "no file"}
    )
    assert response.status_code == 422
    assert 'value="李局长"' in response.text
    assert not SignedPage.objects.exists()


def test_a_refused_act_keeps_no_page(client, city, pledge, waiting):
    assert send(client, city.supervisor, waiting, "record_approval", **paper(waiting)).status_code == 403
    perform("approve", waiting, city.head, at="2020-06-20")
    assert send(client, city.coordinator, waiting, "record_approval", **paper(waiting)).status_code == 409
    assert not SignedPage.objects.exists()
